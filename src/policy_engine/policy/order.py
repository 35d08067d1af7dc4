"""The order of stages: everything a stage reads is decided before it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics, Label
from policy_engine.feel.typed import Aggregate, Node, TermRef, Where
from policy_engine.policy.model import (
    Allocation,
    Body,
    BracketScale,
    Check,
    DecisionTable,
    Formula,
    Stage,
    Term,
)
from policy_engine.policy.names import NameTable

Cell = tuple[str, str, str]  # base entity, finest (sub-)entity, term id


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
    for expression in expressions(stage.body):
        for base, part, term in reads(expression, stage.entity, terms):
            have = names.covered(terms[base, term])
            found |= {(base, fine, term) for fine in names.parts(part) & have}
    return frozenset(found)


def stage_writes(stage: Stage, names: NameTable) -> frozenset[Cell]:
    base = names.entities[stage.entity].base
    return frozenset((base, fine, out) for out in stage.outputs for fine in names.parts(stage.entity))


def check_decided_once(
    stages: Iterable[Stage], names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> frozenset[tuple[str, str]]:
    """Each decided term is decided exactly once for every row that has it. Returns the decided terms."""
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
        for fine in sorted(names.covered(term)):
            if (term.entity, fine, term.id) not in by_cell:
                report.report("PE3101", term.span, entity=fine, name=term.name)
    return frozenset(decided)


def in_order(
    stages: Sequence[Stage], names: NameTable, terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> tuple[Stage, ...]:
    """Stages in a topological order that keeps the order of the file where it may; cycles are errors."""
    writes = {s.id: stage_writes(s, names) for s in stages}
    needs = {s.id: stage_reads(s, names, terms) for s in stages}
    open_cells = frozenset().union(*writes.values()) if writes else frozenset()
    left = list(stages)
    ordered: list[Stage] = []
    while left:
        ready = [s for s in left if not needs[s.id] & open_cells]
        if not ready:
            _report_cycle(left, writes, needs, report)
            return tuple(ordered)
        # Checks first: what they reject need not be decided.
        ready.sort(key=lambda s: not isinstance(s.body, Check))
        chosen = ready[0]
        ordered.append(chosen)
        left.remove(chosen)
        open_cells -= writes[chosen.id]
    return tuple(ordered)


def _report_cycle(
    left: Sequence[Stage],
    writes: Mapping[str, frozenset[Cell]],
    needs: Mapping[str, frozenset[Cell]],
    report: Diagnostics,
) -> None:
    """Name one cycle, each decision in it with its place."""
    by_id = {s.id: s for s in left}
    waits = {s.id: [o.id for o in left if needs[s.id] & writes[o.id]] for s in left}
    path: list[str] = []
    current = left[0].id
    while current not in path:
        path.append(current)
        current = waits[current][0]
    cycle = [by_id[i] for i in path[path.index(current) :]]
    names = " → ".join([s.key for s in cycle] + [cycle[0].key])
    report.report("PE3102", *(Label(s.span) for s in cycle), cycle=names)
