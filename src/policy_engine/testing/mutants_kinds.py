"""The kinds of slips a rule file is tried with, and which scenario would notice one."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """``id`` for ``--only``, the name in both languages, and what a scenario would have to hold."""

    NUMBER = (
        "number",
        "数值",
        "number",
        "一个恰好落在“{before}”上的、一个只差一个最小单位的，写明两边的结果",
    )
    COMPARE = ("compare", "比较", "comparison", "一个两边恰好相等的（正好在界上），写明算哪一边")
    RANGE = ("range", "区间端点", "end of a range", "一个恰好在区间端点上的，写明算不算在内")
    ARITH = ("arith", "加减乘除", "arithmetic", "两个量都不为零、也不相等的，写明算得的数")
    EXTREME = ("extreme", "函数", "function", "两个值不相等、且较大的那个在前和在后各一次的，写明结果")
    BRANCH = ("branch", "如果分支", "branch", "条件成立和不成立各一次、两边结果不同的")
    LOGIC = ("logic", "且或非", "and, or, not", "只满足其中一个条件的，写明结论")
    TERM = ("term", "词条换用", "term", "“{before}”与“{after}”的值不相同的，写明结果")
    OPTION = ("option", "取值换用", "option", "取“{before}”的、不取“{before}”的各一次，写明结论")
    ROW = ("row", "缺行", "row", "只有“{before}”这一行才管得到的，写明结论和依据")
    APPLIES = ("applies", "适用", "applies to", "“{before}”的，写明由这项决定得出的值")
    CELL = ("cell", "条件格放空", "cell", "其余各栏都符合、只有“{before}”不符合的，写明结论")
    OUTPUT = ("output", "结果换项", "output", "落到这一行的，写明结果是“{before}”")
    HIT = ("hit", "多行命中", "hit policy", "有两行同时符合的，写明以哪一行为准")
    FILTER = ("filter", "仅、不计", "filter", "既有该计的、也有不该计的，写明合计")
    TOTAL = ("total", "汇总方式", "total", "下面至少有两行、数值不同的，写明汇总的结果")
    ALLOCATION = (
        "allocation",
        "分摊",
        "allocation",
        "有在分摊范围以内的、也有以外的，分摊依据各不相同，写明各得多少",
    )
    ROUNDING = ("rounding", "取整", "rounding", "取整前末位之后恰好是5、以及超过5的，写明取整后的数")
    DEFAULT = ("default", "默认", "default", "这一项没有填的，写明按“{before}”办理的结果")
    READING = ("reading", "口径", "reading", "两种读法结果不同、而没有另选口径的，写明结果")
    DATE = ("date", "施行日、知悉日", "date", "恰好在“{before}”当天的、以及前一天的，写明适用不适用")
    CLAUSE = ("clause", "依据条款", "clause", "得出这个结果的，写明应依据“{before}”")
    LOOKUP = ("lookup", "对照表", "lookup", "查对照表中这一行的，写明应为“{before}”")
    ELIGIBILITY = ("eligibility", "认定后果", "consequence", "只有这一种不予认定情形的，写明后果是“{before}”")
    CHECK = ("check", "校验", "check", "不符合这项校验的，写明应退回")
    STATEMENT = ("statement", "明细", "statement", "写明明细应列出（或由谁出具）“{before}”的")
    CARRY = ("carry", "结转", "carry over", "接着办理下一个月的，写明结转来的值")
    ACTOR = ("actor", "办理主体", "actor", "由别人来办这一步的，写明应不予受理、由“{before}”办理")
    STATE = ("state", "状态", "state", "办完这一步的，写明状态；在别的状态来办的，写明应不予受理")
    PRECONDITION = ("precondition", "前提", "precondition", "不满足前提“{before}”就来办的，写明应不予受理")
    DEADLINE = (
        "deadline",
        "期限",
        "deadline",
        "恰好在期限当天办的、过一天办的，写明按期、逾期，或至迟哪一天",
    )
    DRIVES = ("drives", "带动", "drives", "办完这一步，写明被带动的事项的状态")
    NOTE = ("note", "须注明", "note", "不写注明就来办这一步的，写明应不予受理")
    RESULT = ("result", "结果", "result", "走到这一步以后再办理结算的，写明结果带来的值")
    UNIQUE = ("unique", "重复、并存", "unique", "第二件与第一件相同的、只有一项不同的，写明受理不受理")
    EDITABLE = ("editable", "可修改状态", "editable", "在这个状态修改填报内容的，写明受理不受理")
    INBOX = ("inbox", "收件", "inbox", "有一件相同、有一件只差“{before}”的，写明哪一件随批")
    REQUIREMENT = ("requirement", "材料和填报", "checklist", "只差这一项的，写明这一项的结论")

    def __init__(self, id_: str, zh: str, en: str, needs: str) -> None:
        self.id, self.zh, self.en = id_, zh, en
        self.advice = f"加一个场景（{{place}}）：{needs}"

    def named(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh
