"""Split the header of a 决策表 into its columns: 行名, 当：…, 则：…, 条款."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.columns import BLANKS, report_unknown
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.keywords import DECISION_COLUMNS, column_of, fold
from policy_engine.rulefile.words import split_names

_TWICE = Text(
    "请删去一栏；同一词条的两个条件写在一格里，用“且”连接",
    "remove one; two tests of a term go into one cell, joined by “and”",
)


@dataclass(frozen=True)
class TableColumns:
    """Column indexes; ``when`` and ``then`` with what follows their prefix, in the order of the table."""

    name: int | None
    when: tuple[tuple[int, Fragment], ...]
    then: tuple[tuple[int, Fragment], ...]
    clause: int | None


def read_columns(table: BarTable, language: str, report: Diagnostics) -> TableColumns | None:
    """The columns of a decision table; None when its header cannot be used, which has been reported."""
    before = len(report.errors)
    single: dict[str, int] = {}
    prefixed: dict[str, list[tuple[int, Fragment]]] = {"when": [], "then": []}
    seen: dict[str, Fragment] = {}
    for index, cell in enumerate(table.header):
        earlier = seen.setdefault(_identity(cell), cell)
        if earlier is not cell:
            report.report("PE1055", cell.span(), earlier.span(), hint=_TWICE, name=cell.text)
            continue
        kind, rest = _kind(cell, language)
        if kind in prefixed and rest is not None:
            prefixed[kind].append((index, rest))
        elif kind in ("name", "clause"):
            single[kind] = index
        else:
            report_unknown(cell, _choices(language), report)
    if not prefixed["then"] and len(report.errors) == before:
        report.report("PE1062", table.span, prefix=DECISION_COLUMNS["then"].of(language))
    if len(report.errors) > before:
        return None
    return TableColumns(
        single.get("name"), tuple(prefixed["when"]), tuple(prefixed["then"]), single.get("clause")
    )


def split_list(cell: Fragment) -> list[Fragment]:
    """The names in a cell, joined by ``、`` or a comma; none in a blank cell."""
    return [] if cell.text.strip() in BLANKS else list(split_names(cell))


def _identity(cell: Fragment) -> str:
    return re.sub(r"\s*:\s*", ":", fold(cell.text))


def _kind(cell: Fragment, language: str) -> tuple[str | None, Fragment | None]:
    """``当：免考`` → ("when", 免考); ``条款`` → ("clause", None)."""
    colon = re.search("[:：]", cell.text)
    if colon is None:
        kind = column_of(DECISION_COLUMNS, cell.text, language)
        return (None if kind in ("when", "then") else kind), None
    kind = column_of(DECISION_COLUMNS, cell.text[: colon.start()], language)
    rest = cell.slice(colon.end(), len(cell.text)).strip()
    return (kind, rest) if kind in ("when", "then") and rest.text else (None, None)


def _choices(language: str) -> tuple[str, ...]:
    mark = ": X" if language == "en" else "：X"
    return tuple(
        word.of(language) + (mark if name in ("when", "then") else "")
        for name, word in DECISION_COLUMNS.items()
    )
