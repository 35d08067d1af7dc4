"""The order of stages: everything a stage reads is decided before it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from policy_engine.diagnostics.diagnostic import Diagnostics, Label
from policy_engine.feel.typed import Aggregate, Node, TermRef, Where
from policy_engine.policy.checklist_model import PAPER_TERMS, Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    Body,
    BracketScale,
    CellTest,
    Check,
    DecisionTable,
    Eligibility,
    Formula,
    Stage,
    Term,
)
from policy_engine.policy.names import NameTable

Cell = tuple[str, str, str]  # base entity, finest (sub-)entity, term id


def located(stage: Stage) -> Iterator[tuple[Node, str]]:
    """Every expression a stage evaluates, and the (sub-)entity on whose rows it does."""
    body = stage.body
    yield from ((node, stage.entity) for node in expressions(body))
    if isinstance(body, Eligibility):
        for case in body.cases:
            yield from ((node, body.evidence) for cell in case.evidence for node in (cell.value, cell.test))
    if isinstance(body, Checklist):
        for item in body.requirements:
            yield from ((node, body.papers) for cell in item.tests for node in (cell.value, cell.test))


def reads_by_id(stage: Stage) -> Iterator[tuple[str, str]]:
    """(entity, term id) of every term a stage reads without an expression that names it."""
    body = stage.body
    if isinstance(body, Checklist):
        yield from ((body.papers, term) for term in PAPER_TERMS)
    if isinstance(body, Form):
        yield from ((body.entity, rule.term) for rule in body.fields)


def expressions(body: Body) -> Iterator[Node]:
    """Every expression a stage evaluates on its own rows."""
    match body:
        case Formula(expression=expression):
            yield expression
        case Check(condition=condition):
            yield condition
        case DecisionTable():
            yield from (t.expression for t in body.tests)
            for row in body.rows:
                yield from row.outputs
            yield from body.default or ()
        case BracketScale():
            yield body.of
            for bracket in body.brackets:
                yield bracket.threshold
                yield bracket.rate
        case Allocation():
            yield body.total
            yield body.by
            if body.within is not None:
                yield body.within
        case Eligibility():
            for case in body.cases:
                yield from _cells(case.conditions)
        case Checklist():
            for item in body.requirements:
                yield from _cells(item.conditions)
                yield item.required
                yield from _there(item.substitute_when)
        case Form():
            for rule in body.fields:
                yield from _cells(rule.conditions)
                yield rule.required
                yield from _cells((rule.must,) if rule.must is not None else ())
                yield from _there(rule.length, rule.needless)


def _cells(cells: Iterable[CellTest]) -> Iterator[Node]:
    for cell in cells:
        yield cell.value
        yield cell.test


def _there(*nodes: Node | None) -> Iterator[Node]:
    return (node for node in nodes if node is not None)


def reads(node: Node, entity: str, terms: Mapping[tuple[str, str], Term]) -> Iterator[tuple[str, str, str]]:
    """(base entity, (sub-)entity asked, term id) of every term an expression of ``entity`` reads."""
    if isinstance(node, TermRef):
        part = entity if node.where is Where.OWN else node.part
        yield node.entity, part, node.term
    below = node.part if isinstance(node, Aggregate) else entity
    for name in node.__dataclass_fields__:
        item = getattr(node, name)
        for child in item if isinstance(item, tuple) else (item,):
            if isinstance(child, Node):
                yield from reads(child, below, terms)


def stage_reads(stage: Stage, names: NameTable, terms: Mapping[tuple[str, str], Term]) -> frozenset[Cell]:
    """The cells a stage reads, down to the finest sub-entity."""
    found: set[Cell] = set()
    for expression, entity in located(stage):
        for base, part, term in reads(expression, entity, terms):
            have = names.covered(terms[base, term])
            found |= {(base, fine, term) for fine in names.parts(part) & have}
    return frozenset(found)


def stage_writes(stage: Stage, names: NameTable) -> frozenset[Cell]:
    base = names.entities[stage.entity].base
    return frozenset((base, fine, out) for out in stage.outputs for fine in names.parts(stage.entity))


def check_decided_once(
    stages: Iterable[Stage], names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> frozenset[tuple[str, str]]:
    """Each decided term is decided exactly once for every row that has it. Returns the decided terms.

    What a parent leaves to its child is another matter (``left_open``).
    """
    by_cell: dict[Cell, Stage] = {}
    for stage in stages:
        for cell in sorted(stage_writes(stage, names)):
            other = by_cell.get(cell)
            if other is not None:
                name = terms[cell[0], cell[2]].name
                report.report("PE3100", stage.span, Label(other.span), entity=cell[1], name=name)
            by_cell[cell] = stage
    decided = {(base, term) for base, _, term in by_cell}
    for key in sorted(decided):
        term = terms[key]
        for fine in sorted(names.covered(term) - _awaited(term, names)):
            if (term.entity, fine, term.id) not in by_cell:
                report.report("PE3101", term.span, entity=fine, name=term.name)
    return frozenset(decided)


def left_open(stages: Iterable[Stage], names: NameTable, terms: Iterable[Term]) -> Iterator[tuple[Term, str]]:
    """Each term and finest (sub-)entity that a parent leaves to its child and nobody decides."""
    cells = frozenset(cell for stage in stages for cell in stage_writes(stage, names))
    for term in terms:
        for fine in sorted(_awaited(term, names)):
            if (term.entity, fine, term.id) not in cells:
                yield term, fine


def _awaited(term: Term, names: NameTable) -> frozenset[str]:
    return frozenset(fine for part in term.awaited for fine in names.parts(part))


def in_order(
    stages: Sequence[Stage], names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> tuple[Stage, ...]:
    """Stages in a topological order that keeps the order of the file where it may; cycles are errors.

    Checks come as early as they can: what they reject need not be decided.
    """
    waits = _waits(stages, names, terms)
    readers: dict[int, list[int]] = {}
    for number, writers in enumerate(waits):
        for writer in writers:
            readers.setdefault(writer, []).append(number)
    open_writers = [len(w) for w in waits]
    ready = [_rank(stages, number) for number, left in enumerate(open_writers) if not left]
    heapify(ready)
    ordered: list[int] = []
    while ready:
        _, number = heappop(ready)
        ordered.append(number)
        for reader in readers.get(number, ()):
            open_writers[reader] -= 1
            if not open_writers[reader]:
                heappush(ready, _rank(stages, reader))
    if len(ordered) < len(stages):
        left = sorted(set(range(len(stages))) - set(ordered))
        _report_cycle([stages[i] for i in _cycle(left, waits)], report)
    return tuple(stages[i] for i in ordered)


def _waits(
    stages: Sequence[Stage], names: NameTable, terms: Mapping[tuple[str, str], Term]
) -> list[frozenset[int]]:
    """For each stage the stages that decide what it reads, by position."""
    writers: dict[Cell, list[int]] = {}
    for number, stage in enumerate(stages):
        for cell in stage_writes(stage, names):
            writers.setdefault(cell, []).append(number)
    return [frozenset(w for c in stage_reads(s, names, terms) for w in writers.get(c, ())) for s in stages]


def _rank(stages: Sequence[Stage], number: int) -> tuple[bool, int]:
    return not isinstance(stages[number].body, Check), number


def _cycle(left: Sequence[int], waits: Sequence[frozenset[int]]) -> list[int]:
    """One cycle among the stages that never became ready, each waiting for the next."""
    open_stages = frozenset(left)
    path: list[int] = []
    seen: set[int] = set()
    current = left[0]
    while current not in seen:
        path.append(current)
        seen.add(current)
        current = min(waits[current] & open_stages)
    return path[path.index(current) :]


def _report_cycle(cycle: Sequence[Stage], report: Diagnostics) -> None:
    """Name the cycle, each decision in it with its place."""
    names = " → ".join([s.key for s in cycle] + [cycle[0].key])
    report.report("PE3102", *(Label(s.span) for s in cycle), cycle=names)
