"""Read the bar tables of 材料清单 and 填报要求: which cell is in which column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.columns import is_blank
from policy_engine.rulefile.decision_tables import split_list
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.prefixed import Header, read_prefixed

MAX_ROWS = 200
_ANY_PAPER = Text(
    "什么材料都收的，写“-”",
    "write “-” where any paper will do",
)
Columns = tuple[Fragment, ...]
Cells = tuple[Fragment, ...]


@dataclass(frozen=True)
class RuleRow:
    """A row as written: its single cells by column, one cell for each 当： and each 材料： column."""

    cells: Mapping[str, Fragment]
    conditions: Cells
    tests: Cells
    clauses: tuple[Fragment, ...]
    span: Span

    def cell(self, column: str) -> Fragment | None:
        """A cell with something in it; None for ``-`` and where the table has no such column."""
        found = self.cells.get(column)
        return None if is_blank(found) else found

    def names(self, column: str) -> tuple[Fragment, ...]:
        """The names in a cell, joined by 、."""
        found = self.cell(column)
        return () if found is None else tuple(split_list(found))


@dataclass(frozen=True)
class RuleTable:
    """What the 当： and 材料： columns are about, the rows that can be used, and the columns there are."""

    conditions: Columns
    tests: Columns
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True)
class _Kind:
    words: Mapping[str, kw.Word]
    needed: tuple[str, ...]  # columns a table must have
    filled: tuple[str, ...]  # columns in which no cell may be blank
    prefixes: frozenset[str]
    alone: frozenset[str] = frozenset()


_ITEMS = _Kind(
    kw.CHECKLIST_COLUMNS,
    ("slot", "required", "paper", "clause"),
    ("slot", "required"),
    frozenset({"when", "paper"}),
    frozenset({"paper"}),
)
_FIELDS = _Kind(kw.FORM_COLUMNS, ("field", "required", "clause"), ("field", "required"), frozenset({"when"}))


def read_items(table: BarTable, language: str, report: Diagnostics) -> RuleTable | None:
    """材料. None when the header cannot be used; every fault has been reported."""
    return _read(table, _ITEMS, language, report)


def read_fields(table: BarTable, language: str, report: Diagnostics) -> RuleTable | None:
    """字段, likewise."""
    return _read(table, _FIELDS, language, report)


def _read(table: BarTable, kind: _Kind, language: str, report: Diagnostics) -> RuleTable | None:
    header = read_prefixed(table, kind.words, kind.prefixes, language, report, kind.alone)
    if header is None:
        return None
    missing = [name for name in kind.needed if name not in header.single]
    for name in missing:
        report.report("PE1054", table.header[0].span(), name=kind.words[name].of(language))
    if len(table.rows) > MAX_ROWS:
        report.report("PE3185", table.header[0].span(), rows=len(table.rows), most=MAX_ROWS)
    if missing or len(table.rows) > MAX_ROWS:
        return None
    rows = [_row(cells, header, kind, language, report) for cells in table.rows]
    return RuleTable(
        conditions=tuple(text for _, text in header.about["when"]),
        tests=tuple(text for _, text in header.about.get("paper", ())),
        rows=tuple(row for row in rows if row is not None),
    )


def _row(cells: Cells, header: Header, kind: _Kind, language: str, report: Diagnostics) -> RuleRow | None:
    single = {name: cells[index] for name, index in header.single.items()}
    empty = [name for name in kind.filled if is_blank(single[name])]
    for name in empty:
        report.report("PE1060", single[name].span(), name=kind.words[name].of(language))
    if "paper" in single and not single["paper"].text.strip():
        word = kind.words["paper"].of(language)
        report.report("PE1060", single["paper"].span(), hint=_ANY_PAPER, name=word)
        empty.append("paper")
    clauses = tuple(split_list(single["clause"]))
    if not clauses:
        shown = single.get("name") or single.get("slot") or single["field"]
        report.report("PE3178", single["clause"].span(), name=shown.text)
    if empty:
        return None
    return RuleRow(
        cells=single,
        conditions=tuple(cells[i] for i, _ in header.about["when"]),
        tests=tuple(cells[i] for i, _ in header.about.get("paper", ())),
        clauses=clauses,
        span=cells[0].span().to(cells[-1].span()),
    )
