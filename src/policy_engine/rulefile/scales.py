"""Read 分档: the brackets of a bracket scale."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.columns import read_header
from policy_engine.rulefile.decision_tables import split_list
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.keywords import SCALE_COLUMNS

_THRESHOLDS = ("over", "at_least")


@dataclass(frozen=True)
class BracketRow:
    """``inclusive``: the bracket begins at the threshold itself (不低于), not just above it (超过)."""

    name: Fragment
    threshold: Fragment
    inclusive: bool
    rate: Fragment
    clauses: tuple[Fragment, ...]


def read_brackets(table: BarTable, language: str, report: Diagnostics) -> tuple[BracketRow, ...]:
    """One row a bracket: 行名, 超过 (or 不低于), 费率, 条款."""
    columns = read_header(table, SCALE_COLUMNS, language, report)
    thresholds = [name for name in _THRESHOLDS if name in columns]
    if len(thresholds) != 1 or "rate" not in columns:
        report.report("PE3095", table.span)
        return ()
    rows = []
    for number, cells in enumerate(table.rows, start=1):
        name = cells[columns["name"]] if "name" in columns else Fragment.of(str(number))
        clauses = tuple(split_list(cells[columns["clause"]])) if "clause" in columns else ()
        threshold = cells[columns[thresholds[0]]]
        rows.append(BracketRow(name, threshold, thresholds[0] == "at_least", cells[columns["rate"]], clauses))
    return tuple(rows)
