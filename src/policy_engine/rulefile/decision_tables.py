"""Split the header of a 决策表 into its columns: 行名, 当：…, 则：…, 条款."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.columns import BLANKS
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.keywords import DECISION_COLUMNS
from policy_engine.rulefile.prefixed import read_prefixed
from policy_engine.rulefile.words import split_names

_PREFIXES = frozenset({"when", "then"})


@dataclass(frozen=True)
class TableColumns:
    """Column indexes; ``when`` and ``then`` with what follows their prefix, in the order of the table."""

    name: int | None
    when: tuple[tuple[int, Fragment], ...]
    then: tuple[tuple[int, Fragment], ...]
    clause: int | None


def read_columns(table: BarTable, language: str, report: Diagnostics) -> TableColumns | None:
    """The columns of a decision table; None when its header cannot be used, which has been reported."""
    header = read_prefixed(table, DECISION_COLUMNS, _PREFIXES, language, report)
    if header is None:
        return None
    if not header.about["then"]:
        report.report("PE1062", table.span, prefix=DECISION_COLUMNS["then"].of(language))
        return None
    return TableColumns(
        header.single.get("name"), header.about["when"], header.about["then"], header.single.get("clause")
    )


def split_list(cell: Fragment) -> list[Fragment]:
    """The names in a cell, joined by ``、`` or a comma; none in a blank cell."""
    return [] if cell.text.strip() in BLANKS else list(split_names(cell))
