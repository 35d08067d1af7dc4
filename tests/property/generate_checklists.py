"""Random checklists and forms with random submissions, and what they mean, worked out once more from the notice.

A case is a rule file and a batch of subjects. Every cell is made twice at once: as text for the product and as a
Python function over plain facts, which shares no code with the product. All choices come from one ``Random``, so a
case is a seed, or a choice of hypothesis (``cases``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from unit.policy.rule_text import rule_file

Facts = dict[str, Any]
SUBJECTS = 8  # in a case, unless asked otherwise
SLOTS = ("执照栏", "许可栏", "批复栏", "其他栏")
KINDS = ("执照", "许可", "批复", "说明", "证明")
FORMATS = ("PDF", "JPG", "PNG", "其他")
SIZES = {"1 KB": 1024, "2 KB": 2048}
DAYS = ("2018-05-31", "2018-06-01", "2018-06-02")
TEXTS = ("abc", "ABC", "Abc1", "a1!", "123", "12345678", "办理中", "无", "汉字abc", "13812345678", "x" * 12)


@dataclass(frozen=True)
class Cell:
    """A cell and what it says of a subject (or paper, or text)."""

    text: str
    holds: Callable[[Any], bool]


ANY = Cell("-", lambda _: True)
TRUE, FALSE = Cell("是", lambda _: True), Cell("否", lambda _: False)
OF_A = (ANY, Cell("是", lambda f: f["甲"] is True), Cell("否", lambda f: f["甲"] is False))
OF_B = (
    ANY,
    Cell("是", lambda f: f["乙"] is True),
    Cell("否", lambda f: f["乙"] is False),
    Cell("为空", lambda f: f["乙"] is None),
    Cell("不为空", lambda f: f["乙"] is not None),
)
OF_CLASS = (
    ANY,
    Cell("大", lambda f: f["类"] == "大"),
    Cell("大、中", lambda f: f["类"] in ("大", "中")),
    Cell("非 大", lambda f: f["类"] != "大"),
)
OF_NUMBER = (ANY, Cell("> 3", lambda f: f["数"] > 3), Cell("[2 .. 5]", lambda f: 2 <= f["数"] <= 5))
CONDITIONS = (
    Cell("甲", lambda f: f["甲"] is True),
    Cell("非 甲", lambda f: f["甲"] is False),
    Cell('类 = "小" 或 数 > 4', lambda f: f["类"] == "小" or f["数"] > 4),
    Cell("乙 不为空 且 乙", lambda f: f["乙"] is True),
)
REQUIRED = (TRUE, TRUE, TRUE, FALSE, *CONDITIONS)
OF_DAY = (
    ANY,
    ANY,
    Cell(">= 2018-06-01", lambda p: p["日"] is not None and p["日"] >= "2018-06-01"),
    Cell("不为空", lambda p: p["日"] is not None),
    Cell("为空", lambda p: p["日"] is None),
)
OF_CLEAR = (ANY, ANY, Cell("是", lambda p: p["清"] is True), Cell("非 是", lambda p: p["清"] is False))


@dataclass(frozen=True)
class Item:
    """A row of 材料清单."""

    name: str
    slot: str
    when: tuple[Cell, ...]
    required: Cell
    kinds: tuple[str, ...]
    substitutes: tuple[str, ...]
    may: Cell | None
    seal: str
    formats: tuple[str, ...]
    size: str
    tests: tuple[Cell, ...]

    def cells(self) -> list[str]:
        return [
            self.name,
            self.slot,
            *(c.text for c in self.when),
            self.required.text,
            "、".join(self.kinds) or "-",
            "、".join(self.substitutes) or "-",
            self.may.text if self.may is not None else "-",
            self.seal,
            "、".join(self.formats) or "-",
            self.size,
            *(c.text for c in self.tests),
            "一",
        ]

    def applies(self, facts: Facts) -> bool:
        return all(c.holds(facts) for c in self.when)

    def filled(self, facts: Facts, papers: Sequence[Facts]) -> bool:
        return any(self.fills(facts, paper) for paper in papers)

    def fills(self, facts: Facts, paper: Facts) -> str:
        """How a paper fills this item, or "" if it does not."""
        if paper["栏"] not in (None, self.slot) or paper["问题"] is not None:
            return ""
        if self.formats and paper["格式"] not in self.formats:
            return ""
        if self.size in SIZES and (paper["大小"] is None or paper["大小"] > SIZES[self.size]):
            return ""
        own = paper["种类"] in self.kinds if self.kinds else paper["栏"] == self.slot
        if (
            own
            and all(c.holds(paper) for c in self.tests)
            and (paper["章"] or self.seal not in ("是", "材料"))
        ):
            return "paper"
        stands = paper["种类"] in self.substitutes and (self.may is None or self.may.holds(facts))
        return "substitute" if stands and (paper["章"] or self.seal not in ("是", "代件")) else ""

    def met(self, facts: Facts, papers: Sequence[Facts]) -> bool:
        return not (self.applies(facts) and self.required.holds(facts)) or self.filled(facts, papers)


ITEM_HEADER = (
    *("行名", "栏目", "当：甲", "当：乙", "当：类", "当：数", "必交", "材料", "可代", "可代条件", "加盖公章"),
    *("格式", "大小上限", "材料：出具日期", "材料：清晰", "条款"),
)

FORMS = (
    Cell("[a-z]+", lambda t: re.fullmatch("[a-z]+", t) is not None),
    Cell("[A-Za-z0-9]+", lambda t: re.fullmatch("[A-Za-z0-9]+", t) is not None),
    Cell("整数", lambda t: t.isascii() and t.isdigit()),
    Cell("手机号", lambda t: t == "13812345678"),
)
LENGTHS = (
    Cell(">= 4", lambda t: len(t) >= 4),
    Cell("[3 .. 8]", lambda t: 3 <= len(t) <= 8),
    Cell("3", lambda t: len(t) == 3),
)
CONTAINS = (
    Cell("字母", lambda t: any("a" <= c.lower() <= "z" for c in t)),
    Cell("数字", lambda t: any("0" <= c <= "9" for c in t)),
    Cell("大写字母、小写字母", lambda t: any("A" <= c <= "Z" for c in t) and any("a" <= c <= "z" for c in t)),
    Cell("特殊符号", lambda t: "!" in t),
    Cell("汉字", lambda t: any("\u4e00" <= c <= "\u9fff" for c in t)),
)
MUSTS = (Cell('非 "abc"', lambda t: t != "abc"), Cell('"abc"、"ABC"', lambda t: t in ("abc", "ABC")))


@dataclass(frozen=True)
class FieldRow:
    """A row of 填报要求."""

    name: str
    number: int  # of the field
    first: bool
    sensitive: bool
    when: tuple[Cell, ...]
    required: Cell
    format: Cell
    also: tuple[str, ...]
    length: Cell
    contains: Cell
    must: Cell
    unique: str
    needless: Cell | None

    @property
    def field(self) -> str:
        return f"项{self.number}"

    def cells(self) -> list[str]:
        return [
            self.name,
            self.field,
            f"field_{self.number}" if self.first else "-",
            *(c.text for c in self.when),
            self.required.text,
            self.format.text,
            "、".join(self.also) or "-",
            self.length.text,
            self.contains.text,
            self.must.text,
            self.unique,
            self.needless.text if self.needless is not None else "-",
            ("是" if self.sensitive else "否") if self.first else "-",
            "一",
        ]

    def applies(self, facts: Facts) -> bool:
        return all(c.holds(facts) for c in self.when)

    def met(self, facts: Facts, everyone: Sequence[Facts]) -> bool:
        if not self.applies(facts):
            return True
        text = facts[self.field]
        if text is None:
            return not self.required.holds(facts)
        if text in self.also or (self.needless is not None and self.needless.holds(facts)):
            return True
        asked = (self.format, self.length, self.contains, self.must)
        return all(c.holds(text) for c in asked) and not self._doubled(facts, everyone)

    def _doubled(self, facts: Facts, everyone: Sequence[Facts]) -> bool:
        fold = {"区分大小写": str, "不分大小写": str.casefold}.get(self.unique)
        if fold is None:
            return False
        return any(
            other is not facts
            and other[self.field] is not None
            and fold(other[self.field]) == fold(facts[self.field])
            for other in everyone
        )


FIELD_HEADER = (
    *(
        "行名",
        "字段",
        "代号",
        "当：甲",
        "当：乙",
        "当：类",
        "当：数",
        "必填",
        "格式",
        "也可填",
        "长度",
        "至少含",
    ),
    *("须", "不得重复", "不必填", "敏感", "条款"),
)


@dataclass(frozen=True)
class Subject:
    key: str
    facts: Facts
    papers: tuple[Facts, ...]


@dataclass(frozen=True)
class Case:
    """A rule file with one checklist and one form, and a batch of subjects."""

    items: tuple[Item, ...]
    fields: tuple[FieldRow, ...]
    subjects: tuple[Subject, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        return rule_file(terms=TERMS, entities=ENTITIES, more=self._sections())

    def _sections(self) -> str:
        items = _table(ITEM_HEADER, [i.cells() for i in self.items])
        fields = _table(FIELD_HEADER, [f.cells() for f in self.fields])
        return (
            f"{CLAUSES}\n"
            f"材料清单:\n  附件:\n    对象: 企业\n    材料: |\n{items}\n"
            f"填报要求:\n  账号:\n    对象: 企业\n    字段: |\n{fields}"
        )

    def tables(self) -> dict[str, object]:
        """The facts as the product takes them."""
        firms = [{"firm_id": s.key, **s.facts} for s in self.subjects]
        papers = [{"firm_id": s.key, **_as_columns(p)} for s in self.subjects for p in s.papers]
        return {"market": {}, "firm": firms, "paper": papers}

    def met_items(self, subject: Subject) -> tuple[bool, ...]:
        return tuple(item.met(subject.facts, subject.papers) for item in self.items)

    def met_fields(self, subject: Subject) -> tuple[bool, ...]:
        everyone = [s.facts for s in self.subjects]
        return tuple(row.met(subject.facts, everyone) for row in self.fields)

    def shuffled(self, dice: Random) -> Case:
        """The same with rows, subjects and papers in another order."""
        subjects = [replace(s, papers=tuple(_mixed(dice, s.papers))) for s in self.subjects]
        rows = _mixed(dice, self.fields)
        # 代号 and 敏感 stand in the first row of a field, whichever that is now.
        seen: set[int] = set()
        firsts = []
        for row in rows:
            firsts.append(replace(row, first=row.number not in seen))
            seen.add(row.number)
        return Case(tuple(_mixed(dice, self.items)), tuple(firsts), tuple(_mixed(dice, subjects)))


ENTITIES = """
全月: {代号: market, 单例: 是}
企业: {代号: firm, 主键: firm_id}
企业材料: {代号: paper, 属于: 企业, 附件: 是}
"""
TERMS = """
企业 | 甲 | first | 是否 | | | |
企业 | 乙 | second | 是否 | | | 可空 |
企业 | 类 | class | 选项 | | | | 大、中、小
企业 | 数 | number | 数 | | 0 | | 0 至 10
企业材料 | 出具日期 | issued_on | 日期 | | | 可空 |
企业材料 | 清晰 | clear | 是否 | | | 可空 |
"""
CLAUSES = "条款:\n  一: {位置: 第一条, 摘要: 要交}"
_COLUMNS = {
    "栏": "栏目",
    "种类": "材料",
    "章": "加盖公章",
    "格式": "文件格式",
    "大小": "文件大小",
    "问题": "文件问题",
}
_COLUMNS |= {"日": "出具日期", "清": "清晰"}


def _as_columns(paper: Facts) -> Facts:
    return {_COLUMNS[name]: value for name, value in paper.items()}


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("      | " + " | ".join(cells) + " |" for cells in (header, *rows))


def _mixed(dice: Random, several: Sequence[Any]) -> list[Any]:
    return dice.sample(list(several), len(several))


# -- at random -------------------------------------------------------------------------------------


def random_case(dice: Random, subjects: int = SUBJECTS) -> Case:
    items = tuple(_item(dice, n) for n in range(dice.randint(1, 6)))
    fields = tuple(_fields(dice))
    return Case(items, fields, tuple(_subject(dice, str(n), fields) for n in range(1, subjects + 1)))


def _item(dice: Random, number: int) -> Item:
    kinds = tuple(sorted(dice.sample(KINDS, dice.choice((0, 1, 1, 1, 2)))))
    substitutes = tuple(sorted(dice.sample(KINDS, dice.choice((0, 1, 1, 2))))) if kinds else ()
    return Item(
        name=f"行{number}",
        slot=dice.choice(SLOTS),
        when=_when(dice),
        required=dice.choice(REQUIRED),
        kinds=kinds,
        substitutes=substitutes,
        may=dice.choice((None, *CONDITIONS)) if substitutes else None,
        seal=dice.choice(("-", "-", "是", "材料", *(("代件",) if substitutes else ()))),
        formats=tuple(dice.sample(FORMATS[:3], dice.choice((0, 0, 1, 2)))),
        size=dice.choice(("-", "-", *SIZES)),
        tests=(dice.choice(OF_DAY), dice.choice(OF_CLEAR)),
    )


def _when(dice: Random) -> tuple[Cell, ...]:
    """Mostly nothing, so that rows apply often enough."""
    return tuple(
        dice.choice(column) if dice.random() < 0.3 else ANY for column in (OF_A, OF_B, OF_CLASS, OF_NUMBER)
    )


def _fields(dice: Random) -> list[FieldRow]:
    numbers = [n for n in range(dice.randint(1, 3)) for _ in range(dice.choice((1, 1, 2)))]
    sensitive = {n: dice.random() < 0.25 for n in numbers}
    return [
        _field_row(dice, f"行{i}", n, first=n not in numbers[:i], sensitive=sensitive[n])
        for i, n in enumerate(numbers)
    ]


def _field_row(dice: Random, name: str, number: int, first: bool, sensitive: bool) -> FieldRow:
    def maybe(*cells: Cell) -> Cell:
        return dice.choice(cells) if dice.random() < 0.3 else ANY

    return FieldRow(
        name=name,
        number=number,
        first=first,
        sensitive=sensitive,
        when=_when(dice),
        required=dice.choice(REQUIRED),
        format=maybe(*FORMS),
        also=dice.choice(((), (), ("办理中",), ("办理中", "无"))),
        length=maybe(*LENGTHS),
        contains=maybe(*CONTAINS),
        must=ANY if sensitive else maybe(*MUSTS),
        unique="-" if sensitive else dice.choice(("-", "-", "否", "区分大小写", "不分大小写")),
        needless=dice.choice((None, None, *CONDITIONS)),
    )


def random_paper(dice: Random) -> Facts:
    """Mostly fit, so that one cell often decides."""
    return {
        "栏": dice.choice((None, None, *SLOTS, "没有这栏")),
        "种类": dice.choice((*KINDS, *KINDS, "没有这种")),
        "章": dice.random() < 0.6,
        "格式": dice.choice(("PDF", "PDF", "PDF", *FORMATS, None)),
        "大小": dice.choice((1, 1024, 1024, 1025, 2048, 2049, None)),
        "问题": "打不开" if dice.random() < 0.1 else None,
        "日": dice.choice((None, *DAYS)),
        "清": dice.choice((None, True, True, False)),
    }


def _subject(dice: Random, key: str, fields: Sequence[FieldRow]) -> Subject:
    facts: Facts = {
        "甲": dice.random() < 0.5,
        "乙": dice.choice((None, True, False)),
        "类": dice.choice(("大", "中", "小")),
        "数": dice.randint(0, 8),
    }
    facts |= {row.field: dice.choice((None, *TEXTS)) for row in fields}
    return Subject(key, facts, tuple(random_paper(dice) for _ in range(dice.choice((0, 1, 2, 3, 5, 8)))))


def cases(subjects: int = SUBJECTS) -> st.SearchStrategy[Case]:
    """Cases as hypothesis draws them; failing ones shrink."""
    return st.randoms(use_true_random=False).map(lambda dice: random_case(dice, subjects))
