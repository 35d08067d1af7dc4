"""Read the two bar tables of a 认定: 可予认定情形 (grounds) and 不予认定情形 (exclusions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.choices import Consequence
from policy_engine.rulefile.columns import is_blank
from policy_engine.rulefile.decision_tables import split_list
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.prefixed import Header, read_prefixed

_PREFIXES = frozenset({"when", "evidence"})
Columns = tuple[Fragment, ...]
Cells = tuple[Fragment, ...]


@dataclass(frozen=True)
class CaseRow:
    """A row as written: one cell for each 当 column, one for each 佐证 column."""

    name: Fragment
    conditions: Cells
    evidence: Cells
    consequence: Consequence | None
    clauses: tuple[Fragment, ...]
    span: Span


@dataclass(frozen=True)
class CaseTable:
    """What the columns are about, and the rows that can be used."""

    conditions: Columns
    evidence: Columns
    rows: tuple[CaseRow, ...]


def read_grounds(table: BarTable, language: str, report: Diagnostics) -> CaseTable | None:
    """可予认定情形. None when the header cannot be used; every fault has been reported."""
    return _read(table, kw.GROUND_COLUMNS, language, report)


def read_exclusions(table: BarTable, language: str, report: Diagnostics) -> CaseTable | None:
    """不予认定情形: the same and 后果."""
    return _read(table, kw.EXCLUSION_COLUMNS, language, report)


def _read(
    table: BarTable, words: Mapping[str, kw.Word], language: str, report: Diagnostics
) -> CaseTable | None:
    header = read_prefixed(table, words, _PREFIXES, language, report)
    if header is None:
        return None
    missing = [name for name in words if name not in _PREFIXES and name not in header.single]
    for name in missing:
        report.report("PE1054", table.header[0].span(), name=words[name].of(language))
    if missing:
        return None
    rows = [_row(cells, header, words, language, report) for cells in table.rows]
    return CaseTable(
        conditions=tuple(text for _, text in header.about["when"]),
        evidence=tuple(text for _, text in header.about["evidence"]),
        rows=tuple(row for row in rows if row is not None),
    )


def _row(
    cells: Cells, header: Header, words: Mapping[str, kw.Word], language: str, report: Diagnostics
) -> CaseRow | None:
    name = cells[header.single["name"]]
    if is_blank(name):
        report.report("PE1060", name.span(), name=words["name"].of(language))
        return None
    clause = cells[header.single["clause"]]
    clauses = tuple(split_list(clause))
    if not clauses:
        report.report("PE3134", clause.span(), name=name.text)
    consequence = None
    if "consequence" in words:
        consequence = _consequence(name, cells[header.single["consequence"]], language, report)
        if consequence is None:
            return None
    return CaseRow(
        name=name,
        conditions=tuple(cells[i] for i, _ in header.about["when"]),
        evidence=tuple(cells[i] for i, _ in header.about["evidence"]),
        consequence=consequence,
        clauses=clauses,
        span=cells[0].span().to(cells[-1].span()),
    )


def _consequence(name: Fragment, cell: Fragment, language: str, report: Diagnostics) -> Consequence | None:
    found = kw.word_of(Consequence, cell.text, language)
    if not isinstance(found, Consequence):
        choices = "、".join(kw.spellings(kw.WORDS[Consequence], language))
        report.report("PE3135", cell.span(), name=name.text, value=cell.text, choices=choices)
        return None
    return found
