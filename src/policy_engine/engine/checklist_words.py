"""What the report of a checklist or a form says, in Chinese and in English.

Texts about a field never quote its value; those about a paper quote what is known of the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine.checklist_document import ItemProblem, Remark
from policy_engine.engine.scalars import plain
from policy_engine.formats.named import problem
from policy_engine.policy.checklist_model import CharacterClass, NamedFormat

KB, MB = 1024, 1024 * 1024
_CHARACTERS = {
    CharacterClass.LETTER: "letter",
    CharacterClass.UPPER: "capital letter",
    CharacterClass.LOWER: "small letter",
    CharacterClass.DIGIT: "digit",
    CharacterClass.SYMBOL: "symbol",
    CharacterClass.HAN: "Chinese character",
}


@dataclass(frozen=True)
class Said:
    """One text in both languages."""

    zh: str
    en: str


NOTHING = Said("", "")


# -- statuses --------------------------------------------------------------------------------------

SUBMITTED = Said("已交", "submitted")
FILLED_IN = Said("已填", "filled in")
MISSING = Said("缺", "missing")
UNFIT = Said("不合格", "not acceptable")
NEED_NOT_SUBMIT = Said("可不交", "optional")
NEED_NOT_FILL_IN = Said("可不填", "optional")
NOT_NEEDED = Said("不涉及", "does not apply")


def substituted(kinds: Sequence[str]) -> Said:
    zh = "、".join(f"“{kind}”" for kind in kinds)
    en = ", ".join(f"“{kind}”" for kind in kinds)
    return Said(f"已以{zh}替代", f"{en} submitted instead")


def substitutable(kinds: Sequence[str], sealed: bool) -> Said:
    zh = f"缺，可用{'加盖公章的' if sealed else ''}{_any(kinds)}替代"
    return Said(zh, f"missing, {'a sealed ' if sealed else ''}{_any_en(kinds)} may stand in")


# -- what to do ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Papers that would do: any of ``kinds``, with what is asked of them. No kinds: anything, in this slot."""

    kinds: Sequence[str]
    slot: str
    sealed: bool
    formats: Sequence[str]
    max_bytes: int | None
    cells: Sequence[tuple[str, str]]  # column, test

    def said(self) -> Said:
        what = "或".join(self.kinds) if self.kinds else f"“{self.slot}”栏的材料"
        what_en = " or ".join(self.kinds) if self.kinds else f"a paper in the slot “{self.slot}”"
        about = [*self._about()]
        zh = f"{'加盖企业公章的' if self.sealed else ''}{what}"
        en = f"{what_en}{' bearing the company seal' if self.sealed else ''}"
        return Said(
            zh + (f"（{'，'.join(a.zh for a in about)}）" if about else ""),
            en + (f" ({', '.join(a.en for a in about)})" if about else ""),
        )

    def _about(self) -> Sequence[Said]:
        found = [Said(f"{'、'.join(self.formats)}格式", " or ".join(self.formats))] if self.formats else []
        if self.max_bytes is not None:
            limit = size(self.max_bytes)
            found.append(Said(f"不超过 {limit}", f"at most {limit}"))
        return [*found, *(Said(f"{column}：{test}", f"{column}: {test}") for column, test in self.cells)]


def to_submit(wanted: Sequence[Wanted]) -> Said:
    """What would meet an item, any of several."""
    said = [w.said() for w in wanted]
    return Said("，或".join(f"补交{s.zh}" for s in said), "submit " + ", or ".join(s.en for s in said))


def to_fill_in(field: str) -> Said:
    return Said(f"填写“{field}”", f"fill in “{field}”")


def to_correct(field: str) -> Said:
    return Said(f"改正“{field}”", f"correct “{field}”")


# -- what is wrong with a paper ---------------------------------------------------------------------


def other_kind(wanted: Sequence[str], found: str) -> ItemProblem:
    zh = f"本栏收{_any(wanted)}，交来的是“{found}”"
    return ItemProblem("kind", zh, f"this slot takes {_any_en(wanted)}, not “{found}”")


def may_not_stand(kind: str, when: str) -> ItemProblem:
    """``when``: the condition of a substitute, as written."""
    zh = f"“{kind}”在“{when}”时才可替代"
    return ItemProblem("substitute", zh, f"“{kind}” may stand in only when: {when}")


def unsealed() -> ItemProblem:
    return ItemProblem("unsealed", "没有加盖公章", "it bears no company seal")


def unusable(why: str) -> ItemProblem:
    return ItemProblem("file", f"文件不能用：{why}", f"the file cannot be used: {why}")


def other_format(wanted: Sequence[str], found: str) -> ItemProblem:
    zh = f"须为{'或'.join(wanted)}，实为{found}"
    return ItemProblem("format", zh, f"must be {' or '.join(wanted)}, is {_format_en(found)}")


def format_unseen(wanted: Sequence[str]) -> ItemProblem:
    zh = f"文件没有查验，须为{'或'.join(wanted)}"
    return ItemProblem("unchecked", zh, f"the file was not examined, must be {' or '.join(wanted)}")


def too_large(found: Fraction, limit: int) -> ItemProblem:
    one, other = size(found), size(limit)
    if one == other:
        one, other = _bytes(found), _bytes(limit)
    zh = f"文件 {one}，超过上限 {other}"
    return ItemProblem("size", zh, f"the file has {one}, the limit is {other}")


def size_unseen(limit: int) -> ItemProblem:
    zh = f"文件大小没有查验，上限 {size(limit)}"
    return ItemProblem(
        "size_unchecked", zh, f"the size of the file was not examined, the limit is {size(limit)}"
    )


def cell_fails(column: str, cell: str, value: str | None) -> ItemProblem:
    """``value`` None: it is blank; "": it is not to be shown."""
    zh, en = f"“{column}”须满足：{cell}", f"“{column}” must meet: {cell}"
    if value is None:
        zh, en = f"{zh}，没有填", f"{en}, is not filled in"
    elif value:
        zh, en = f"{zh}，实为{value}", f"{en}, is {value}"
    return ItemProblem("test", zh, en)


# -- what is wrong with a value ---------------------------------------------------------------------


def not_of_format(format_: NamedFormat) -> ItemProblem:
    return ItemProblem("format", *problem(format_.value))


def not_of_pattern(pattern: str) -> ItemProblem:
    return ItemProblem("pattern", f"写法不合要求：{pattern}", f"does not match: {pattern}")


def wrong_length(cell: str, count: int | None) -> ItemProblem:
    """``count`` None: it is not to be told."""
    zh, en = f"字符数须满足：{cell}", f"the number of characters must meet: {cell}"
    if count is not None:
        zh, en = f"{zh}，实为{count}个", f"{en}, is {count}"
    return ItemProblem("length", zh, en)


def lacks(characters: CharacterClass) -> ItemProblem:
    zh = f"没有{characters.value}"
    return ItemProblem("contains", zh, f"must hold a {_CHARACTERS[characters]}")


def must_meet(cell: str) -> ItemProblem:
    return ItemProblem("must", f"须满足：{cell}", f"must meet: {cell}")


def doubled(places: Collection[str], more: int) -> ItemProblem:
    """``places``: of other rows with the same value; none when they are not to be told."""
    if not places:
        return ItemProblem("duplicate", "已被占用", "is taken")
    zh = f"与{'、'.join(places)}{f'等共{len(places) + more}行' if more else ''}重复"
    return ItemProblem(
        "duplicate", zh, f"also used by {', '.join(places)}{f' and {more} more' if more else ''}"
    )


# -- remarks ---------------------------------------------------------------------------------------


def unknown_slot(paper: str, slot: str, near: Sequence[str]) -> Remark:
    zh, en = (
        f"{paper}：没有“{slot}”这一栏，这份材料没有用上",
        f"{paper}: there is no slot “{slot}”, the paper is not used",
    )
    return _with_hint("unknown_slot", zh, en, near)


def unknown_kind(paper: str, kind: str, near: Sequence[str]) -> Remark:
    zh, en = f"{paper}：清单里没有“{kind}”这种材料", f"{paper}: the checklist knows no paper “{kind}”"
    return _with_hint("unknown_kind", zh, en, near)


def unused(paper: str) -> Remark:
    return Remark(
        "unused", f"{paper}：没有哪一项要用，未计入", f"{paper}: no item takes it, it is not counted"
    )


def unfit_optional(item: str, paper: str, problems: Sequence[ItemProblem]) -> Remark:
    zh, en = "；".join(p.text for p in problems), "; ".join(p.text_en for p in problems)
    return Remark(
        "unfit_optional",
        f"“{item}”可不交，但交来的{paper}不合格：{zh}",
        f"“{item}” is optional, but {paper} is not acceptable: {en}",
    )


def needless(field: str, when: str) -> Remark:
    """``when``: the condition, as written."""
    zh = f"“{field}”不必填（{when}），填了的不计"
    return Remark("needless", zh, f"“{field}” need not be filled in ({when}); what is there is not counted")


def _with_hint(code: str, zh: str, en: str, near: Sequence[str]) -> Remark:
    if near:
        zh, en = f"{zh}；是不是{_any(near)}？", f"{en}; did you mean {_any_en(near)}?"
    return Remark(code, zh, en)


# -- names and sizes -------------------------------------------------------------------------------


def size(count: int | Fraction) -> str:
    """A number of bytes as people say it, to one decimal place."""
    for unit, name in ((MB, "MB"), (KB, "KB")):
        if count >= unit:
            tenths = round(Fraction(count) * 10 / unit)
            return f"{plain(Fraction(tenths, 10))} {name}"
    return _bytes(count)


def _bytes(count: int | Fraction) -> str:
    return f"{plain(Fraction(count))} B"


def _any(names: Sequence[str]) -> str:
    return "或".join(f"“{name}”" for name in names)


def _any_en(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)


def _format_en(found: str) -> str:
    return "something else" if found == "其他" else found
