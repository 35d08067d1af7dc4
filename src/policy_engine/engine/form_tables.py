"""The rows of a form (填报要求) as the matchers see them.

A row can be met in five ways: by a fit value, by a text that is always right (也可填), by a value that is kept
elsewhere, by a value that is not asked for (不必填), or by a blank that is allowed.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from policy_engine.engine.field_rules import TextTest, text_tests
from policy_engine.engine.matching import TableRules
from policy_engine.engine.row_tables import Cell, Cells, OfRow, RowTable, row_table
from policy_engine.policy.canonical import structure
from policy_engine.policy.checklist_model import Form, Uniqueness
from policy_engine.policy.model import Stage

WAYS = ("fit", "also", "withheld", "needless", "blank")


@dataclass(frozen=True)
class OfField:
    """A question about one field; ``what`` is given, blank, withheld, or a test of the text."""

    term: str
    what: Hashable


@dataclass(frozen=True)
class OneOf:
    texts: tuple[str, ...]


@dataclass(frozen=True)
class LengthIs:
    """A test of the number of characters, by its structure."""

    test: Hashable


@dataclass(frozen=True, eq=False)
class FormTables:
    """The rows of a form as the matchers see them. In ``ways`` row n has five, in the order of ``WAYS``."""

    applies: RowTable
    ways: RowTable
    complete: RowTable
    conditions: Cells
    musts: Cells
    must: tuple[Cell | None, ...]  # by row
    texts: tuple[tuple[TextTest, ...], ...]  # by row
    lengths: tuple[LengthIs | None, ...]  # by row

    @property
    def rules(self) -> tuple[TableRules, ...]:
        return tuple(table.rules for table in (self.applies, self.ways, self.complete))


def form_tables(stage: Stage, body: Form) -> FormTables:
    conditions, musts = Cells("当"), Cells("须")
    own = [[conditions.number(c) for c in rule.conditions] for rule in body.fields]
    must = tuple(musts.number(rule.must) if rule.must is not None else None for rule in body.fields)
    texts = tuple(text_tests(rule) for rule in body.fields)
    lengths = tuple(LengthIs(structure(r.length)) if r.length is not None else None for r in body.fields)
    ways: list[list[Hashable]] = []
    for number, rule in enumerate(body.fields):
        given, applies = OfField(rule.term, "given"), OfRow("applies", number)
        unique = rule.unique if rule.unique is not Uniqueness.FREE else None
        asked = [test for test in (*texts[number], lengths[number], unique) if test is not None]
        fit = [OfField(rule.term, test) for test in asked]
        ways += [
            [applies, given, *fit, *([cell] if (cell := must[number]) is not None else [])],
            [applies, given, OfField(rule.term, OneOf(rule.also))],
            [applies, OfField(rule.term, "withheld")],
            [applies, given, OfRow("needless", number)],
            [applies, OfField(rule.term, "blank"), OfRow("optional", number)],
        ]
    return FormTables(
        row_table(f"{stage.id}|应填", own),
        row_table(f"{stage.id}|所填", ways),
        row_table(f"{stage.id}|齐全", [[OfRow("met", n) for n in range(len(body.fields))]]),
        conditions,
        musts,
        must,
        texts,
        lengths,
    )
