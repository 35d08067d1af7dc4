"""What columns cannot do is refused by name before anything runs."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span


class NotLowered(Exception):
    """``reason``: a key of ``WHY``; ``span``: the expression; ``name``: what it is called."""

    def __init__(self, reason: str, span: Span, name: str = "") -> None:
        super().__init__(reason, name)
        self.reason, self.span, self.name = reason, span, name


def as_diagnostic(refused: NotLowered) -> Diagnostic:
    """What people are told, at the place in the rule file."""
    zh, en = WHY[refused.reason]
    return diagnostic("PE9101", refused.span, name=" ".join(refused.name.split()), why=zh, why_en=en)


WHY = {
    "range": ("它是数，但没有写明上下两头的范围", "it is a number without a range on both sides"),
    "wide": ("它可能超过 38 位数字", "it may need more than 38 digits"),
    "sensitive": ("它是敏感信息", "it is sensitive"),
    "type": ("日期区间不能放在列里", "a range of dates has no column"),
    "quotient": ("没有取整的商不能放在列里", "a quotient that nobody rounds has no column"),
    "expression": ("这种写法没有列的算法", "there is no such expression of columns"),
    "function": ("这个函数没有列的算法", "this function has no columns"),
    "places": ("取整的位数不是固定的", "the places to round to are not fixed"),
    "lookup": ("对照表的行太多", "the lookup has too many rows"),
    "list": ("决策表的结果是一串", "the table gives a list"),
    "null": ("合计里可能有空值", "a total may read a null"),
    "calendar": ("日期不能这样加减", "dates are not added like this"),
    "undecided": ("此处还没有决定它", "nothing decides it here"),
    "body": (
        "认定、材料清单和填报要求要逐行核算",
        "eligibility, checklists and forms are decided row by row",
    ),
    "merge": ("合并范围要逐行核算", "merged rows are read row by row"),
    "papers": ("附件要逐行核算", "papers are read row by row"),
    "value": ("数据里有列放不下的值", "the data hold a value that no column can"),
    "nested": ("分摊到隔了一层的主体", "it is shared among rows that are not below the group"),
}
