"""填报要求: which rows concern a subject, whether its fields are as they ask, and whether all are.

As with papers, the questions are answered here and rows of tables do the rest.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.field_rules import TextTest, length_test, with_length
from policy_engine.engine.form_tables import WAYS, FormTables, OfField, OneOf, form_tables
from policy_engine.engine.matching import Matcher, ReferenceMatcher
from policy_engine.engine.row_tables import CompiledCells, Fail, OfRow, heard, raising
from policy_engine.engine.rows import Row
from policy_engine.engine.same_texts import Others
from policy_engine.feel.values import Value
from policy_engine.policy.checklist_model import FieldRule, Form
from policy_engine.policy.model import Policy, Stage


@dataclass(eq=False)
class FormCase:
    """One subject and what was found, rows by number; ``met_by``: row × 5 + way."""

    row: Row
    at: Row
    applies: frozenset[int] = frozenset()
    required: frozenset[int] = frozenset()
    needless: frozenset[int] = frozenset()
    met_by: frozenset[int] = frozenset()
    complete: bool = False

    def ways(self, number: int) -> frozenset[str]:
        return frozenset(way for i, way in enumerate(WAYS) if number * len(WAYS) + i in self.met_by)

    @property
    def unmet(self) -> frozenset[int]:
        return frozenset(number for number in self.applies if not self.ways(number))


@dataclass(frozen=True, eq=False)
class FormJudge:
    """A form made ready to decide subjects."""

    body: Form
    tables: FormTables
    conditions: CompiledCells
    musts: CompiledCells
    required: tuple[Closure, ...]
    needless: tuple[Closure | None, ...]
    lengths: Mapping[int, Closure]  # by row, over ``with_length``
    reference: ReferenceMatcher  # for one subject at a time

    def judge(self, rows: Sequence[Row], others: Others, matcher: Matcher, fail: Fail) -> list[FormCase]:
        """Decide subjects, all matched together. One that cannot be decided is told to ``fail``, and left out."""
        cases = self._apply([FormCase(row, row) for row in rows], matcher, fail)
        asked = heard(cases, lambda case: self._asked(case, others), fail)
        hits = self.tables.ways.fired(matcher, [held for _, held in asked])
        for (case, _), ways in zip(asked, hits, strict=True):
            case.met_by = ways
        cases = [case for case, _ in asked]
        fields = range(len(self.body.fields))
        met = [frozenset(OfRow("met", n) for n in fields if n not in case.unmet) for case in cases]
        for case, fired in zip(cases, self.tables.complete.fired(matcher, met), strict=True):
            case.complete = bool(fired)
        return cases

    def alone(self, row: Row, others: Others) -> FormCase:
        """One subject, by the reference matcher. Raises Fault."""
        (case,) = self.judge([row], others, self.reference, raising)
        return case

    def word(self, case: FormCase) -> str:
        complete, incomplete = self.body.verdicts
        return complete if case.complete else incomplete

    def decisive(self, case: FormCase) -> tuple[str, ...]:
        """The rows the verdict rests on: those that are not met or, where all are, those that had to be."""
        rows = case.required if case.complete else case.unmet
        return tuple(self.body.fields[number].name for number in sorted(rows))

    def text_fits(self, number: int, row: Row, test: TextTest) -> bool:
        return test.holds(_text(row, self.body.fields[number]))

    def length_fits(self, number: int, row: Row) -> bool:
        """Whether the value is as long as a row asks, if it does."""
        fits = self.lengths.get(number)
        return fits is None or bool(fits(with_length(row, _text(row, self.body.fields[number]))))

    def must_holds(self, number: int, row: Row) -> bool:
        cell = self.tables.must[number]
        return cell is None or bool(self.musts.holding(row, [cell]))

    def _apply(self, cases: Sequence[FormCase], matcher: Matcher, fail: Fail) -> list[FormCase]:
        asked = heard(cases, lambda case: self.conditions.holding(case.row), fail)
        hits = self.tables.applies.fired(matcher, [held for _, held in asked])
        for (case, _), rows in zip(asked, hits, strict=True):
            case.applies = rows
        return [case for case, _ in asked]

    def _asked(self, case: FormCase, others: Others) -> frozenset[Hashable]:
        """What holds, asked of the rows that apply and of no other; of a value only where it must fit."""
        found: set[Hashable] = set()
        for number in sorted(case.applies):
            rule = self.body.fields[number]
            required = bool(self.required[number](case.row))
            needless = self._is_needless(number, case.row)
            case.required |= {number} if required else frozenset()
            case.needless |= {number} if needless else frozenset()
            found.add(OfRow("applies", number))
            found.update([] if required else [OfRow("optional", number)])
            found.update([OfRow("needless", number)] if needless else [])
            state = state_of(case.row, rule)
            found.add(OfField(rule.term, state))
            if state == "given":
                found.update(self._of_value(number, case.row, others, needless))
        return frozenset(found)

    def _is_needless(self, number: int, row: Row) -> bool:
        needless = self.needless[number]
        return needless is not None and bool(needless(row))

    def _of_value(self, number: int, row: Row, others: Others, needless: bool) -> Iterator[Hashable]:
        rule = self.body.fields[number]
        if row.values[rule.term] in rule.also:
            yield OfField(rule.term, OneOf(rule.also))
            return
        if needless:
            return
        yield from (
            OfField(rule.term, t) for t in self.tables.texts[number] if self.text_fits(number, row, t)
        )
        length = self.tables.lengths[number]
        if length is not None and self.length_fits(number, row):
            yield OfField(rule.term, length)
        if not others.of(row, rule):
            yield OfField(rule.term, rule.unique)
        must = self.tables.must[number]
        if must is not None and self.must_holds(number, row):
            yield must


def state_of(row: Row, rule: FieldRule) -> str:
    """``withheld``: it is filled in and well-formed, but not known here."""
    if rule.term in row.withheld:
        return "withheld"
    return "blank" if row.values.get(rule.term) is None else "given"


def _text(row: Row, rule: FieldRule) -> str:
    value: Value = row.values[rule.term]
    return value if isinstance(value, str) else ""


def make_form_judge(policy: Policy, stage: Stage, body: Form, compiler: Compiler) -> FormJudge:
    tables, rules = form_tables(stage, body), body.fields
    plain = Compiler(policy)  # nobody is told what a length is compared with
    return FormJudge(
        body,
        tables,
        tables.conditions.compiled(compiler),
        tables.musts.compiled(compiler),
        tuple(compiler.compile(rule.required) for rule in rules),
        tuple(compiler.compile(rule.needless) if rule.needless is not None else None for rule in rules),
        {n: length_test(rule.length, plain) for n, rule in enumerate(rules) if rule.length is not None},
        ReferenceMatcher(tables.rules),
    )
