"""Slips in what a policy is decided with: in-force dates, parameters, readings, defaults, lookups, statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile.columns import read_header
from policy_engine.rulefile.documents import Named, ParameterValueDoc, ReadingDoc, StatementDoc
from policy_engine.rulefile.keywords import FLAGS, TERM_COLUMNS
from policy_engine.rulefile.term_flags import read_flags
from policy_engine.rulefile.words import split
from policy_engine.testing.mutants_feel import in_expression, in_number, next_days
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_place import Place, Placed, Sheet, bars, row_lost
from policy_engine.testing.mutants_text import Edit, Slip, exchanged


def of_head(sheet: Sheet) -> Placed:
    doc = sheet.doc
    in_force = Place("施行", tuple(c.text for c in doc.in_force.clause))
    for written in (doc.in_force.from_, doc.in_force.to):
        if written is not None:
            yield from ((in_force, slip) for slip in _days(written.span))
    if doc.known_from is not None:
        yield from ((Place("知悉日", in_force.clauses), slip) for slip in _days(doc.known_from.span))


def _days(span: Span) -> Iterator[Slip]:
    return (exchanged(Kind.DATE, span, other) for other in next_days(span.text))


def of_entities(sheet: Sheet) -> Placed:
    for entry in sheet.doc.entities:
        if entry.value.when is not None and entry.value.base is not None:
            around = sheet.around((entry.value.base.text,))
            for slip in in_expression(entry.value.when, around):
                yield Place(f"主体“{entry.name.text}”", ()), slip


def of_parameters(sheet: Sheet) -> Placed:
    for entry in sheet.doc.parameters:
        for value in entry.value.values:
            place = Place(f"参数“{entry.name.text}”", tuple(c.text for c in value.clause))
            if value.span.source is sheet.doc.source:
                yield from ((place, slip) for slip in _parameter(value))


def _parameter(value: ParameterValueDoc) -> Iterator[Slip]:
    yield from in_number(value.value)
    for date in (value.from_, value.to):
        if date is not None:
            yield from _days(date.span)


def of_readings(sheet: Sheet) -> Placed:
    for entry in sheet.doc.readings:
        place = Place(f"口径“{entry.name.text}”", tuple(c.text for c in entry.value.clause))
        yield from ((place, slip) for slip in _reading(entry))


def _reading(entry: Named[ReadingDoc]) -> Iterator[Slip]:
    chosen = entry.value.chosen
    for option in entry.value.options:
        if option.text != chosen.text:
            yield exchanged(Kind.READING, chosen.span(), option.text)


def of_terms(sheet: Sheet) -> Placed:
    """默认 is not there, or is another."""
    table = sheet.doc.terms
    if table is None or not bars(table, sheet):
        return
    columns = read_header(table, TERM_COLUMNS, sheet.doc.language, Diagnostics())
    if "other" not in columns or "name" not in columns:
        return
    for cells in table.rows:
        cell = cells[columns["other"]]
        if read_flags(cell, sheet.doc.language, Diagnostics()).default is None:
            continue
        place = Place(f"词条“{cells[columns['entity']].text}.{cells[columns['name']].text}”", ())
        yield from ((place, slip) for slip in _default(sheet, cell))


def _default(sheet: Sheet, cell: Fragment) -> Iterator[Slip]:
    language = sheet.doc.language
    own = read_flags(cell, language, Diagnostics()).default
    assert own is not None
    kept = [p.text for p in split(cell, re.compile("[;；]"))
            if not p.text.startswith(FLAGS["default"].of(language))]  # fmt: skip
    yield Slip(Kind.DEFAULT, own.text, "", (Edit.of(cell, "；".join(kept)),))
    for slip in in_expression(own, sheet.around()):
        yield Slip(Kind.DEFAULT, slip.before, slip.after, slip.edits)


def of_lookups(sheet: Sheet) -> Placed:
    for entry in sheet.doc.lookups:
        table = entry.value.table
        place = Place(f"对照表“{entry.name.text}”", tuple(c.text for c in entry.value.clause))
        if not table.rows or table.header[0].source is not sheet.doc.source:
            continue
        results = tuple(dict.fromkeys(row[-1].text for row in table.rows))
        for cells in table.rows:
            own = cells[-1]
            for other in [r for r in results if r != own.text][:1]:
                yield (
                    place,
                    Slip(Kind.LOOKUP, own.text, other, (Edit.of(own, other),), where=f"“{cells[0].text}”"),
                )
            if bars(table, sheet) and len(table.rows) > 1:
                yield place, row_lost(cells[0].text, cells[0])


def of_statements(sheet: Sheet) -> Placed:
    for entry in sheet.doc.statement:
        place = Place(f"明细“{entry.name.text}”", ())
        yield from ((place, slip) for slip in _statement(sheet, entry.value))


def _statement(sheet: Sheet, doc: StatementDoc) -> Iterator[Slip]:
    if doc.issued_by is not None:
        yield from sheet.lost(Kind.STATEMENT, doc.issued_by.span())
        yield from _issuer(sheet, doc.issued_by)
    yield from sheet.items_lost(Kind.STATEMENT, doc.columns)


def _issuer(sheet: Sheet, issuer: Fragment) -> Iterator[Slip]:
    """Another key of the lookup that says who issues it, with another result."""
    for entry in sheet.doc.lookups:
        rows = {row[0].text: row[-1].text for row in entry.value.table.rows}
        own = next((key for key in rows if f'"{key}"' in issuer.text), None)
        if own is None or not issuer.text.startswith(entry.name.text):
            continue
        other = next((key for key, result in rows.items() if result != rows[own]), None)
        if other is not None:
            at = issuer.text.index(f'"{own}"') + 1
            span = issuer.span(at, at + len(own))
            yield Slip(Kind.STATEMENT, own, other, (Edit.at(span, other),))


def of_carry_over(sheet: Sheet) -> Placed:
    for entry in sheet.doc.carry_over:
        place = Place(f"结转“{entry.name.text}”", ())
        yield from ((place, slip) for slip in sheet.lost(Kind.CARRY, entry.value.span(), entry.name.text))
