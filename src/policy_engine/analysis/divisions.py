"""Divisions whose divisor may be zero, each with the conditions under which it is evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.oracle import Unproven
from policy_engine.analysis.shown import shown_case
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.feel import typed as t
from policy_engine.feel.types import NumberType
from policy_engine.policy.model import DecisionTable, Stage
from policy_engine.policy.order import located

Path = tuple[tuple[t.Node, bool], ...]  # conditions and how they turned out
Place = tuple[t.Arith, str, Path]  # a division, on whose row, under which conditions


def check_divisions(subject: Subject) -> Iterator[Diagnostic]:
    definitions = Definitions(subject.policy)
    bounds = Bounds(definitions)
    told = set()
    for stage in subject.policy.stages:
        for division, entity, path in _of_stage(stage):
            if division.span in told or not subject.own(division.span):
                continue
            if not bounds.of(division.right, entity).zero_inside:
                continue
            found = _judged(division, entity, path, definitions, bounds)
            if found is not None:
                told.add(division.span)
                yield found


def _of_stage(stage: Stage) -> Iterator[Place]:
    if isinstance(stage.body, DecisionTable):
        for test in stage.body.tests:
            yield from _divisions(test.expression, stage.entity, ())
        for row in stage.body.rows:
            hit: Path = tuple((stage.body.tests[i].expression, True) for i in row.tests)
            for output in row.outputs:
                yield from _divisions(output, stage.entity, hit)
        for output in stage.body.default or ():
            yield from _divisions(output, stage.entity, ())
        return
    for node, entity in located(stage):
        yield from _divisions(node, entity, ())


def _divisions(node: t.Node, entity: str, path: Path) -> Iterator[Place]:
    match node:
        case t.If():
            yield from _divisions(node.condition, entity, path)
            yield from _divisions(node.then, entity, (*path, (node.condition, True)))
            yield from _divisions(node.otherwise, entity, (*path, (node.condition, False)))
        case t.And(items=items) | t.Or(items=items):
            for item in items:
                yield from _divisions(item, entity, path)
                path = (*path, (item, isinstance(node, t.And)))
        case t.Aggregate():
            kept: Path = ((node.only, True),) if node.only is not None else ()
            kept += ((node.skip, False),) if node.skip is not None else ()
            for part in t.children(node):
                yield from _divisions(part, node.part, kept if part is node.value else ())
        case _:
            if (
                isinstance(node, t.Arith)
                and node.op is t.ArithOp.DIV
                and isinstance(node.right.type, NumberType)
            ):
                yield node, entity, path
            for part in t.children(node):
                yield from _divisions(part, entity, path)


def _judged(
    division: t.Arith, entity: str, path: Path, definitions: Definitions, bounds: Bounds
) -> Diagnostic | None:
    from policy_engine.analysis.solver import NotLinear, Solver, available, read_terms

    text = " ".join(division.right.span.text.split())
    if not available():
        return diagnostic("PE3361", division.right.span, text=text)
    try:
        solver = Solver(definitions, bounds, entity)
        wanted = [solver.value(division.right, entity) == 0]
        for condition, outcome in path:
            truth = solver.truth(condition, entity)
            wanted.append(truth if outcome else solver.z3.Not(truth))
        case = solver.case(wanted, list(read_terms(iter((division.right,)))), entity)
    except (NotLinear, Unproven):
        return diagnostic("PE3361", division.right.span, text=text)
    if case is None:
        return None
    if not case.sure:
        return diagnostic("PE3361", division.right.span, text=text)
    shown = shown_case(case, definitions, entity)
    return diagnostic("PE3360", division.right.span, text=text, case=shown)
