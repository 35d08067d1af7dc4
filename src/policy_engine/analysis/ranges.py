"""Values that can leave the range of the term they go to.

Three ways lead there: 默认 stands in for a blank cell, a decision or the outcome of a process gives a term with a range,
and 结转 hands a decided value to the next period as an input. Only what surely happens is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.analysis.oracle import Case, Unproven
from policy_engine.analysis.shown import shown_case
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.span import Span
from policy_engine.feel import typed as t
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.types import BooleanType, DateType, NumberType
from policy_engine.feel.values import Value
from policy_engine.policy.model import DecisionTable, Formula, Rounding, Stage, Term
from policy_engine.rulefile.choices import HitPolicy


@dataclass(frozen=True)
class Outcome:
    """An expression of a row of ``entity`` gives ``target`` its value when all of ``hit`` hold."""

    node: t.Node
    entity: str
    hit: tuple[t.Node, ...]
    rounding: Rounding | None
    target: Term
    span: Span


def check_ranges(subject: Subject) -> Iterator[Diagnostic]:
    for term in subject.policy.terms:
        if subject.own(term.span) and _outside(term.default, term):
            yield diagnostic(
                "PE3317", term.span, name=term.name, value=_shown(term.default), range=_range(term)
            )
    definitions = Definitions(subject.policy)
    bounds = Bounds(definitions)
    told = set()
    for outcome in (*_decided(subject), *_carried(subject, definitions), *_brought_about(subject)):
        if outcome.span in told or not (subject.own(outcome.span) or subject.own(outcome.target.span)):
            continue
        case = _leaving(outcome, definitions, bounds)
        if case is not None:
            told.add(outcome.span)
            shown = shown_case(case, definitions, outcome.entity)
            target = outcome.target
            yield diagnostic(
                "PE3316", outcome.span, target.span, name=target.name, range=_range(target), case=shown
            )


# -- where values come from ----------------------------------------------------------------------


def _decided(subject: Subject) -> Iterator[Outcome]:
    for stage in subject.policy.stages:
        for id_ in stage.outputs:
            yield from _of_stage(stage, id_, subject.policy.term(stage.entity, id_))


def _carried(subject: Subject, definitions: Definitions) -> Iterator[Outcome]:
    for carried in subject.policy.carry_over:
        target = subject.policy.term(carried.entity, carried.input)
        for stage in definitions.stages(carried.entity, carried.output):
            yield from _of_stage(stage, carried.output, target)


def _brought_about(subject: Subject) -> Iterator[Outcome]:
    for process in subject.policy.processes.values():
        for _, rules in process.results:
            for rule in rules:
                if rule.into is None:
                    term = subject.policy.term(rule.entity, rule.term)
                    yield Outcome(rule.value, process.entity, (), None, term, rule.span)


def _of_stage(stage: Stage, id_: str, target: Term) -> Iterator[Outcome]:
    number = stage.outputs.index(id_)
    rounding = stage.roundings[number]
    match stage.body:
        case Formula(expression=node):
            yield Outcome(node, stage.entity, (), rounding, target, node.span)
        case DecisionTable(collect=None) as table:
            missed: tuple[t.Node, ...] = ()
            for row in table.rows:
                hit = tuple(table.tests[i].expression for i in row.tests)
                node = row.outputs[number]
                before = missed if table.hit_policy is HitPolicy.FIRST else ()
                yield Outcome(node, stage.entity, (*hit, *before), rounding, target, node.span)
                missed += (_not(hit, row.span),)
            if table.default is not None:
                node = table.default[number]
                yield Outcome(node, stage.entity, missed, rounding, target, node.span)


def _not(hit: tuple[t.Node, ...], span: Span) -> t.Node:
    return t.Not(BooleanType(), span, t.And(BooleanType(), span, hit))


# -- whether they stay ---------------------------------------------------------------------------


def _outside(value: Value, term: Term) -> bool:
    number, low, high = _number(value), _number(term.low), _number(term.high)
    return number is not None and ((low is not None and number < low) or (high is not None and number > high))


def _number(value: Value) -> Fraction | None:
    """A day by its place in the calendar."""
    if isinstance(value, dt.date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else None


def _leaving(outcome: Outcome, definitions: Definitions, bounds: Bounds) -> Case | None:
    """A case in which the value surely lies outside the range."""
    target = outcome.target
    if (target.low is None and target.high is None) or not isinstance(
        outcome.node.type, NumberType | DateType
    ):
        return None
    try:
        if not _outside(value_of(outcome.node), target):
            return None
    except UnknownValue:
        if _inside(outcome, bounds):
            return None
    return _solved(outcome, definitions, bounds)


def _inside(outcome: Outcome, bounds: Bounds) -> bool:
    within, low, high = bounds.of(outcome.node, outcome.entity), outcome.target.low, outcome.target.high
    above = not isinstance(low, Fraction) or (within.low is not None and within.low >= low)
    below = not isinstance(high, Fraction) or (within.high is not None and within.high <= high)
    return above and below and isinstance(outcome.node.type, NumberType)


def _solved(outcome: Outcome, definitions: Definitions, bounds: Bounds) -> Case | None:
    from policy_engine.analysis.solver import NotLinear, Solver, available, read_terms

    if not available():
        return None
    try:
        solver = Solver(definitions, bounds, outcome.entity)
        value = solver.value(outcome.node, outcome.entity)
        wanted = [solver.z3.Or(*_beyond(value, outcome, solver))]
        wanted += [solver.truth(node, outcome.entity) for node in outcome.hit]
        if outcome.node.type.nullable:
            wanted.append(solver.z3.Not(solver.null(outcome.node, outcome.entity)))
        read = list(read_terms(iter((*outcome.hit, outcome.node))))
        shown = [] if isinstance(outcome.node, t.TermRef | t.Const) else [outcome.node]
        case = solver.case(wanted, [*read, *shown], outcome.entity)
    except (NotLinear, Unproven):
        return None
    return case if case is not None and case.sure else None


def _beyond(value: Any, outcome: Outcome, solver: Any) -> Iterator[Any]:
    """So far outside that no rounding brings it back."""
    low, high, type_, span = outcome.target.low, outcome.target.high, outcome.node.type, outcome.span
    step = 10**outcome.rounding.places if outcome.rounding is not None else None
    if low is not None:
        end = solver.value(t.Const(type_, span, low), outcome.entity)
        yield value < end if step is None else value <= end - solver.z3.Q(1, step)
    if high is not None:
        end = solver.value(t.Const(type_, span, high), outcome.entity)
        yield value > end if step is None else value >= end + solver.z3.Q(1, step)


# -- telling -------------------------------------------------------------------------------------


def _range(term: Term) -> str:
    return f"{_shown(term.low)} 至 {_shown(term.high)}"


def _shown(value: Value) -> str:
    if value is None:
        return "…"
    return decimal_text(value) if isinstance(value, Fraction) else str(value)
