"""Slips in 决定 and 校验: formulas, totals, allocations, bracket scales, roundings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile.choices import Collect, HitPolicy, RoundingMode, ScaleMethod
from policy_engine.rulefile.columns import read_header
from policy_engine.rulefile.decision_tables import read_columns
from policy_engine.rulefile.documents import (
    AllocationDoc,
    BarTable,
    CheckDoc,
    DecisionDoc,
    Named,
    Rounding,
    ScaleDoc,
    TotalDoc,
)
from policy_engine.rulefile.keywords import FIELDS, SCALE_COLUMNS, WORDS
from policy_engine.testing.mutants_feel import Around, in_cell, in_expression, in_number, moved
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_place import (
    Place,
    Placed,
    Sheet,
    bars,
    cell_blank,
    cell_list,
    concerning,
    row_lost,
    within,
)
from policy_engine.testing.mutants_text import Edit, Slip, exchanged

_OTHER_MODES = {
    RoundingMode.HALF_UP: (RoundingMode.FLOOR, RoundingMode.CEILING),
    RoundingMode.HALF_EVEN: (RoundingMode.FLOOR, RoundingMode.CEILING),
    RoundingMode.FLOOR: (RoundingMode.HALF_UP,),
    RoundingMode.TRUNCATE: (RoundingMode.HALF_UP,),
    RoundingMode.CEILING: (RoundingMode.HALF_UP,),
    RoundingMode.GRID: (),
}


def of_decisions(sheet: Sheet) -> Placed:
    for entry in sheet.doc.decisions:
        place = Place(
            f"决定“{entry.name.text}”", _texts(entry.value.clause) or _of_rows(sheet, entry.value.table)
        )
        for slip in _Decision(sheet, entry).slips():
            yield place, slip


def of_checks(sheet: Sheet) -> Placed:
    for entry in sheet.doc.checks:
        place = Place(f"校验“{entry.name.text}”", _texts(entry.value.clause))
        for slip in _check(sheet, entry):
            yield place, slip


def _check(sheet: Sheet, entry: Named[CheckDoc]) -> Iterator[Slip]:
    edit = sheet.written.without_entry(entry.value.span)
    if edit is not None:
        yield Slip(Kind.CHECK, entry.name.text, "", (edit,))
    elif (section := sheet.written.without_section(entry.value.span)) is not None:
        yield Slip(Kind.CHECK, entry.name.text, "", (section,))
    entity = entry.name.text.partition(".")[0]
    yield from in_expression(entry.value.require, sheet.around((entity,), entry.name.text))


class _Decision:
    """One decision. ``around``: it reads rows of the entities it applies to."""

    def __init__(self, sheet: Sheet, entry: Named[DecisionDoc]) -> None:
        self.sheet, self.doc, self.name = sheet, entry.value, entry.name.text
        prefix, dot, _ = self.name.partition(".")
        entities = _texts(self.doc.applies) or ((prefix,) if dot else ())
        self.around: Around = sheet.around(entities or sheet.words.entities, self.name)

    def slips(self) -> Iterator[Slip]:
        doc = self.doc
        yield from self.sheet.items_lost(Kind.APPLIES, doc.applies)
        if doc.formula is not None:
            yield from in_expression(doc.formula, self.around)
        if doc.sum_up is not None:
            yield from self.total(doc.sum_up)
        if doc.allocation is not None:
            yield from self.allocation(doc.allocation)
        if doc.scale is not None:
            yield from self.scale(doc.scale)
        if doc.table is not None:
            yield from self.table(doc.table)
        if doc.hit_policy is not None:
            yield from self.hit(doc.hit_policy.span, doc.hit_policy.value)
        if doc.collect is not None:
            others = (c for c in (Collect.SUM, Collect.MAX, Collect.MIN) if c is not doc.collect.value)
            yield from self.sheet.other_words(Kind.HIT, doc.collect.span, doc.collect.value, list(others)[:1])
        for default in doc.default:
            yield from self.sheet.lost(Kind.DEFAULT, default.value.span())
            yield from in_expression(default.value, self.around)
        for rounding in (*([doc.rounding] if doc.rounding else []), *(r.value for r in doc.roundings)):
            yield from self.rounding(rounding)
        yield from self.sheet.clauses(doc.clause)

    def total(self, total: TotalDoc) -> Iterator[Slip]:
        words = FIELDS[TotalDoc]
        for text in (total.sum, total.min, total.max, total.weighted_mean, total.weight):
            if text is not None:
                yield from in_expression(text, self.around)
        for text, other in ((total.sum, "max"), (total.min, "max"), (total.max, "min")):
            if text is not None:
                yield from self.sheet.key_is(Kind.TOTAL, text.span(), words[other])
        for text, other in ((total.only, "skip"), (total.skip, "only")):
            if text is not None:
                yield from self.sheet.lost(Kind.FILTER, text.span())
                yield from self.sheet.key_is(Kind.FILTER, text.span(), words[other])
                yield from in_expression(text, self.around)

    def allocation(self, allocation: AllocationDoc) -> Iterator[Slip]:
        yield from in_expression(allocation.total, self.around)
        if allocation.within is not None:
            yield from self.sheet.lost(Kind.ALLOCATION, allocation.within.span())
            yield from in_expression(allocation.within, self.around)
        by = list(in_expression(allocation.by, self.around))
        yield from (
            Slip(Kind.ALLOCATION, s.before, s.after, s.edits) if s.kind is Kind.TERM else s for s in by
        )

    def rounding(self, rounding: Rounding) -> Iterator[Slip]:
        text = rounding.span.text
        yield from self.sheet.lost(Kind.ROUNDING, rounding.span, text)
        found = re.search(r"\d+", text)
        if found is not None:
            for other in moved(found.group()):
                at = rounding.span.start + found.start()
                after = text[: found.start()] + other + text[found.end() :]
                yield Slip(Kind.ROUNDING, text, after, (Edit(at, at + len(found.group()), other),))
        word = WORDS[RoundingMode].get(rounding.mode)
        for mode in _OTHER_MODES[rounding.mode]:
            own = word.of(self.sheet.doc.language) if word else ""
            if own and text.startswith(own):
                other = WORDS[RoundingMode][mode].of(self.sheet.doc.language)
                start = rounding.span.start
                yield Slip(
                    Kind.ROUNDING, text, other + text[len(own) :], (Edit(start, start + len(own), other),)
                )

    def scale(self, scale: ScaleDoc) -> Iterator[Slip]:
        yield from in_expression(scale.of, self.around)
        others = [m for m in ScaleMethod if m is not scale.method.value]
        yield from self.sheet.other_words(Kind.TOTAL, scale.method.span, scale.method.value, others)
        table = scale.brackets
        columns = read_header(table, SCALE_COLUMNS, self.sheet.doc.language, Diagnostics())
        for name, other in (("over", "at_least"), ("at_least", "over")):
            if name in columns:
                word = SCALE_COLUMNS[other].of(self.sheet.doc.language)
                yield exchanged(Kind.COMPARE, table.header[columns[name]].span(), word)
        for number, cells in enumerate(table.rows, 1):
            clauses = cell_list(cells[columns["clause"]]) if "clause" in columns else ()
            name = cells[columns["name"]].text if "name" in columns else str(number)
            yield from concerning(within(self._bracket(cells, columns, name), name), _texts(clauses))
            yield from concerning(within(self.sheet.clauses(clauses), name), _texts(clauses))

    def _bracket(self, cells: tuple[Fragment, ...], columns: dict[str, int], name: str) -> Iterator[Slip]:
        assert self.doc.scale is not None  # these are its brackets
        if bars(self.doc.scale.brackets, self.sheet):
            yield row_lost(name, cells[0])
        for column in ("over", "at_least", "rate"):
            if column in columns:
                yield from in_number(cells[columns[column]])

    def hit(self, span: Span, value: HitPolicy) -> Iterator[Slip]:
        other = HitPolicy.FIRST if value is not HitPolicy.FIRST else HitPolicy.UNIQUE
        if value is not HitPolicy.COLLECT:
            yield from self.sheet.other_words(Kind.HIT, span, value, [other])

    def table(self, table: BarTable) -> Iterator[Slip]:
        columns = read_columns(table, self.sheet.doc.language, Diagnostics())
        if columns is None:
            return
        for number, cells in enumerate(table.rows, 1):
            name = cells[columns.name].text if columns.name is not None else f"第{number}行"
            clauses = cell_list(cells[columns.clause]) if columns.clause is not None else ()
            own: list[Slip] = []
            if bars(table, self.sheet) and len(table.rows) > 1:
                own.append(row_lost(name, cells[0]))
            for index, about in columns.when:
                own.extend(within(cell_blank(cells[index], about.text), about.text))
                own.extend(within(in_cell(cells[index], self.around), about.text))
            for index, about in columns.then:
                column = tuple(row[index] for row in table.rows)
                own.extend(within(self._output(cells[index], column), about.text))
            own.extend(self.sheet.clauses(clauses))
            for slip in own:
                inner = f"“{name}”的“{slip.where}”" if slip.where else f"“{name}”"
                yield replace(slip, where=inner, row=name, clauses=_texts(clauses))

    def _output(self, cell: Fragment, column: tuple[Fragment, ...]) -> Iterator[Slip]:
        """The result of another row; and an option that no row has."""
        others = [*(c.text for c in column), *self.sheet.words.other_options(cell.text)]
        for other in list(dict.fromkeys(o for o in others if o != cell.text))[:2]:
            yield exchanged(Kind.OUTPUT, cell.span(), other)
        for slip in in_expression(cell, self.around):
            if slip.kind is not Kind.OPTION and slip.after not in others:
                yield slip


def _of_rows(sheet: Sheet, table: BarTable | None) -> tuple[str, ...]:
    columns = read_columns(table, sheet.doc.language, Diagnostics()) if table is not None else None
    if table is None or columns is None or columns.clause is None:
        return ()
    return tuple(dict.fromkeys(c.text for row in table.rows for c in cell_list(row[columns.clause])))


def _texts(fragments: tuple[Fragment, ...]) -> tuple[str, ...]:
    return tuple(f.text for f in fragments)
