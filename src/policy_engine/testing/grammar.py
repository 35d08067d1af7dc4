"""Step templates and how they match: ``{谁}的{词条}应为{值}`` becomes a pattern over any policy's words.

Punctuation may be full- or half-width, quotes “ ”, 「 」 or ", blanks around the words do not matter, and a
full stop at the end may stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

_OPEN, _CLOSE = '[“"「]', '[”"」]'
_WORD = '[^“”"「」，,：:]+?'
_QUOTED = '[^“”"「」]+?'

# The slots of a template: what is captured, and under which name the step function gets it.
_SLOTS: Mapping[str, str] = MappingProxyType(
    {
        # a row: 用户“甲”; a one-row entity, or all rows: 全月
        "谁": rf"(?P<entity>{_WORD})(?:{_OPEN}(?P<key>{_QUOTED}){_CLOSE})?",
        "主体": rf"(?P<entity>{_WORD})",
        "词条": rf"(?P<term>{_WORD})",
        "值": r"(?P<value>[^：:\s].*?)",
        "月份": rf"(?P<month>{_WORD})",
        "日期": rf"(?P<day>{_WORD})",
        "政策": rf"(?P<policy>{_QUOTED})",
        "口径": rf"(?P<reading>{_QUOTED})",
        "取法": rf"(?P<option>{_QUOTED})",
        "参数": rf"(?P<parameter>{_QUOTED})",
        "条款": rf"(?P<clause>{_QUOTED})",
        "等式": r"(?P<equation>.+)",
        "理由": r"(?P<reason>.+)",  # may quote the name of a term
        "代码": rf"(?P<code>{_QUOTED})",
        "文字": r"(?P<words>.+)",
        "机构": rf"(?P<issuer>{_QUOTED})",
        "词条们": rf"(?P<terms>{_QUOTED})",
        "对照表": rf"(?P<lookup>{_QUOTED})",
        "键": rf"(?P<keys>{_QUOTED})",
        "结果": rf"(?P<result>{_QUOTED})",
        # who acts: 用户“U1”; an authority there is one of: 省级主管部门
        "角色": rf"(?P<role>{_WORD})(?:{_OPEN}(?P<actor>{_QUOTED}){_CLOSE})?",
        "时刻": r"(?P<at>\d{4}[-年/.][^“”\"「」]*?)",
        "流程": rf"(?P<process>{_WORD})",
        "事项": rf"(?P<matter>{_QUOTED})",
        "步骤": rf"(?P<step>{_QUOTED})",
        "注明": rf"(?P<note>{_QUOTED})",
        "状态": rf"(?P<state>{_QUOTED})",
        "逾期或按期": r"(?P<late>逾期|按期)",
        "办理主体": rf"(?P<who>{_QUOTED})",
        "期限": rf"(?P<by>{_WORD})",
        "情形": rf"(?P<case>{_QUOTED})",
        "事实": rf"(?P<missing>{_QUOTED})",
        "栏": rf"(?P<column>{_QUOTED})",
        "改为": rf"(?P<to>{_QUOTED})",
        "清单": rf"(?P<checklist>{_WORD})",
        "项": rf"(?P<item>{_QUOTED})",
        # may itself quote, but a hint that follows is not part of it
        "状况": rf"(?P<status>(?:(?!{_CLOSE}\s*[，,]\s*提示含).)+)",
        "目录": rf"(?P<folder>{_QUOTED})",
    }
)
_PUNCTUATION: Mapping[str, str] = MappingProxyType(
    {"“": rf"\s*{_OPEN}\s*", "”": rf"\s*{_CLOSE}\s*", "，": r"\s*[，,]\s*", "：": r"\s*[：:]?\s*"}
)


@dataclass(frozen=True)
class Pattern:
    """A step: its kind (given, when, then), its template, what it does, and examples of it.

    ``table`` says that a table must follow.
    """

    id: str
    kind: str
    template: str
    meaning: str
    examples: tuple[str, ...]
    table: bool = False

    @cached_property
    def regex(self) -> re.Pattern[str]:
        parts = re.split(r"(\{[^}]+\})", self.template)
        body = r"\s*".join(_part(p) for p in parts if p)
        return re.compile(rf"\s*{body}\s*[。.]?\s*", re.DOTALL)

    def match(self, text: str) -> Mapping[str, str | None] | None:
        """What the slots hold, or None if the text is not this step."""
        found = self.regex.fullmatch(text)
        return {k: v.strip() if v else v for k, v in found.groupdict().items()} if found else None


def _part(text: str) -> str:
    if text.startswith("{"):
        return _SLOTS[text[1:-1]]
    return "".join(_PUNCTUATION.get(ch) or re.escape(ch) for ch in text)
