"""Slips in 认定: rows, conditions, what evidence must be, what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.choices import Consequence
from policy_engine.rulefile.documents import BarTable, EligibilityDoc
from policy_engine.rulefile.eligibility_tables import CaseRow, CaseTable, read_exclusions, read_grounds
from policy_engine.rulefile.keywords import WORDS, word_of
from policy_engine.testing.mutants_feel import Around, in_cell
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_place import Place, Placed, Sheet, bars, cell_blank, row_lost, within
from policy_engine.testing.mutants_text import Slip, exchanged

_Read = Callable[[BarTable, str, Diagnostics], CaseTable | None]


def of_eligibilities(sheet: Sheet) -> Placed:
    for entry in sheet.doc.eligibilities:
        doc = entry.value
        tables: tuple[tuple[BarTable | None, _Read], ...] = (
            (doc.grounds, read_grounds),
            (doc.exclusions, read_exclusions),
        )
        for table, read in tables:
            if table is not None and table.header:
                yield from _table(sheet, entry.name.text, doc, table, read)


def _table(sheet: Sheet, name: str, doc: EligibilityDoc, table: BarTable, read: _Read) -> Placed:
    cases = read(table, sheet.doc.language, Diagnostics())
    if cases is None or table.header[0].source is not sheet.doc.source:
        return
    for row, cells in zip(cases.rows, table.rows, strict=False):
        place = Place(f"认定“{name}”的“{row.name.text}”", tuple(c.text for c in row.clauses), row.name.text)
        if bars(table, sheet) and len(table.rows) > 1:
            yield place, row_lost(row.name.text, row.name)
        for slip in _row(sheet, doc, cases, row):
            yield place, slip
        if row.consequence is not None:
            for slip in _consequence(sheet, row.consequence, cells):
                yield place, slip


def _row(sheet: Sheet, doc: EligibilityDoc, cases: CaseTable, row: CaseRow) -> Iterator[Slip]:
    subject = sheet.around((doc.entity.text,))
    evidence = sheet.around((doc.evidence.text,)) if doc.evidence is not None else subject
    for columns, cells, around in (
        (cases.conditions, row.conditions, subject),
        (cases.evidence, row.evidence, evidence),
    ):
        for about, cell in zip(columns, cells, strict=True):
            yield from within(_cell(cell, about.text, around), about.text)
    yield from sheet.clauses(row.clauses)


def _cell(cell: Fragment, about: str, around: Around) -> Iterator[Slip]:
    yield from cell_blank(cell, about)
    for slip in in_cell(cell, around):
        yield slip if slip.kind is not Kind.TERM else replace(slip, kind=Kind.OPTION)


def _consequence(sheet: Sheet, own: Consequence, cells: tuple[Fragment, ...]) -> Iterator[Slip]:
    """Each of the two others."""
    for cell in cells:
        if word_of(Consequence, cell.text, sheet.doc.language) is own:
            for other in Consequence:
                if other is not own:
                    word = WORDS[Consequence][other].of(sheet.doc.language)
                    yield exchanged(Kind.ELIGIBILITY, cell.span(), word)
            return
