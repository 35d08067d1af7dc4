"""A plan as Python functions: one for each kind of row and time, compiled once.

A function decides all columns of one time, refuses rows with a fault, and adds
what the row contributes to totals and to the queues of allocations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy_engine.feel.typed import AggregateKind
from policy_engine.lowering import ir
from policy_engine.lowering import python_code as py
from policy_engine.lowering.kinds import Kind, Kinds, kinds, kinds_of
from policy_engine.lowering.plan import PART, Fired, Plan, RowColumn, Threshold, TotalColumn
from policy_engine.lowering.python_code import Body
from policy_engine.lowering.python_rows import FIRST_ABOVE, KIND_SLOT, Found, Function, Queue, Reads, Shape
from policy_engine.lowering.python_unit import Unit, refused, stands_already
from policy_engine.lowering.refusal import NotLowered


@dataclass(frozen=True)
class Program:
    """``sort``: by entity with sub-entities, what finds the kind of each row. ``turns``: what runs at each time."""

    plan: Plan
    order: tuple[str, ...]
    singles: tuple[str, ...]
    shapes: Mapping[str, Shape]
    sort: Mapping[str, Function]
    turns: tuple[Queue | tuple[Kind, Function], ...]
    results: Mapping[Kind, Mapping[str, Found]]  # by term id
    fired: Mapping[Kind, Mapping[str, tuple[Fired, Found]]]  # by stage id


def program(plan: Plan) -> Program:
    """Compile a plan. Raises NotLowered when it is nested too deeply, or sub-entities follow from decided values."""
    try:
        return _Composer(kinds(plan)).compose()
    except (RecursionError, MemoryError):
        first = plan.policy.base_entities[0]
        raise NotLowered("expression", first.span, plan.policy.id) from None


class _Composer:
    def __init__(self, made: Kinds) -> None:
        self.made, self.plan, self.policy = made, made.plan, made.plan.policy
        self.singles = tuple(e for e in made.order if self.policy.entities[e].single)
        self.queues: dict[str, str] = {}
        self.shapes = {e: self._shape(e) for e in made.order}

    def compose(self) -> Program:
        for entity in self.made.order:
            if self.plan.times.get((entity, PART), 0):
                raise NotLowered("expression", self.policy.entities[entity].span, entity)
        results, fired = self._results(), self._fired()
        turns = self._turns(results, fired)
        sort = {e: self._sorter(e) for e in self.made.order if self.policy.sub_entities(e)}
        return Program(self.plan, self.made.order, self.singles, self.shapes, sort, turns, results, fired)

    def _turns(
        self,
        results: Mapping[Kind, Mapping[str, Found]],
        fired: Mapping[Kind, Mapping[str, tuple[Fired, Found]]],
    ) -> tuple[Queue | tuple[Kind, Function], ...]:
        """What runs at each time: the queues of allocations, then rows from the top down."""
        prepared: list[Queue | Unit] = []
        for time in range(max(self.made.times.values(), default=0) + 1):
            prepared += [
                q for s in self.plan.steps if isinstance(s, Threshold) and (q := self._queue(s, time))
            ]
            for entity in self.made.order:
                for number in kinds_of(self.policy, entity):
                    unit = Unit(self.made, self.shapes, self.singles, (entity, number), time)
                    if unit.prepare():
                        prepared.append(unit)
        kept = self._kept(prepared, results, fired)
        return tuple(p if isinstance(p, Queue) else (p.kind, p.function(kept)) for p in prepared)

    def _kept(
        self,
        prepared: list[Queue | Unit],
        results: Mapping[Kind, Mapping[str, Found]],
        fired: Mapping[Kind, Mapping[str, tuple[Fired, Found]]],
    ) -> frozenset[tuple[str, str]]:
        """Columns that other functions read, or that are results; all others are locals."""
        kept = set().union(*(p.reads.loaded for p in prepared if isinstance(p, Unit)))
        shown = [(kind[0], f) for kind, found in results.items() for f in found.values()]
        shown += [(kind[0], f) for kind, rows in fired.items() for _, f in rows.values()]
        names = {(e, slot): name for e, shape in self.shapes.items() for name, slot in shape.slots.items()}
        kept |= {(entity, names[entity, f.slot]) for entity, f in shown if f.slot is not None}
        return frozenset(kept)

    # -- rows --------------------------------------------------------------------------------------

    def _shape(self, entity: str) -> Shape:
        above = {name: FIRST_ABOVE + i for i, name in enumerate(self.policy.ancestors(entity))}
        blank: list[Any] = ["", 0, *(None for _ in above)]
        slots: dict[str, int] = {}
        for column in self.plan.inputs[entity]:
            slots[column.name] = len(blank)
            blank.append(None)
        for step in self.plan.steps:
            if step.entity != entity:
                continue
            names = [step.name]
            if isinstance(step, Threshold):
                names = [step.name + s for s in ("_r", "_w", "_k", "_queue")]
            counts = isinstance(step, TotalColumn) and step.kind in (AggregateKind.SUM, AggregateKind.COUNT)
            for name in names:
                if name != PART and (self._needed(entity, name) or name.endswith("_queue")):
                    slots[name] = len(blank)
                    blank.append(0 if counts else None)
        for (base, _, term), expr in self.made.results.items():
            if base == entity and not stands_already(base, expr) and "=" + term not in slots:
                slots["=" + term] = len(blank)
                blank.append(None)
        return Shape(entity, above, slots, tuple(blank), len(kinds_of(self.policy, entity)))

    def _needed(self, entity: str, name: str) -> bool:
        return any((entity, n, name) in self.made.needed for n in kinds_of(self.policy, entity))

    def _results(self) -> dict[Kind, dict[str, Found]]:
        found: dict[Kind, dict[str, Found]] = {}
        for (entity, number, term), expr in self.made.results.items():
            decided = any(
                term in s.outputs
                and self.policy.entities[s.entity].base == entity
                and self._is_of((entity, number), s.entity)
                for s in self.policy.stages
            )
            if decided:
                found.setdefault((entity, number), {})[term] = self._where((entity, number), term, expr)
        return found

    def _where(self, kind: Kind, term: str, expr: ir.Expr) -> Found:
        if isinstance(expr, ir.Literal):
            return Found(expr.type, None, expr.value)
        if isinstance(expr, ir.Column) and stands_already(kind[0], expr):
            return Found(expr.type, self.shapes[kind[0]].slots[expr.name])
        return Found(expr.type, self.shapes[kind[0]].slots["=" + term])

    def _is_of(self, kind: Kind, part: str) -> bool:
        subs = self.policy.sub_entities(kind[0])
        finest = subs[kind[1]].name if subs else kind[0]
        return finest in self.policy.parts(part)

    def _fired(self) -> dict[Kind, dict[str, tuple[Fired, Found]]]:
        found: dict[Kind, dict[str, tuple[Fired, Found]]] = {}
        stages = {s.id: s for s in self.policy.stages}
        for fired in self.plan.fired:
            for number in kinds_of(self.policy, fired.entity):
                kind = (fired.entity, number)
                if not self._is_of(kind, stages[fired.stage].entity):
                    continue
                expr = self.made.columns[fired.entity, number, fired.name]
                where = (
                    Found(expr.type, None, expr.value)
                    if isinstance(expr, ir.Literal)
                    else Found(expr.type, self.shapes[fired.entity].slots[fired.name])
                )
                found.setdefault(kind, {})[fired.stage] = fired, where
        return found

    # -- allocations -------------------------------------------------------------------------------

    def _queue(self, step: Threshold, time: int) -> Queue | None:
        if self.made.times[step.entity, 0, step.name + "_r"] != time:
            return None
        slots = self.shapes[step.entity].slots
        names = [step.name + s for s in ("_r", "_w", "_k")]
        if not all(n in slots for n in names):
            return None
        r, w, k = (slots[n] for n in names)
        return Queue(step.entity, time, slots[step.name + "_queue"], slots[step.divisor], (r, w, k))

    # -- kinds of row ------------------------------------------------------------------------------

    def _sorter(self, entity: str) -> Function:
        """Sets the kind of each row. Raises Unusual for a row of no kind, or of two."""
        step = next(
            s for s in self.plan.steps if isinstance(s, RowColumn) and (s.entity, s.name) == (entity, PART)
        )
        unsure = [f.condition for f in self.plan.faults if f.entity == entity and f.code == "PE6015"]
        reads = Reads(self.policy, self.shapes, self.singles, entity, {PART: "kind"})
        body = Body(reads, [step.expr, *unsure])
        body.keep(step.expr, "kind")
        for condition in unsure:
            body.statements.append(refused(body.value(condition)))
        body.statements.append(py.assign_item("row", KIND_SLOT, py.name("kind")))
        return py.function(reads.before, [*reads.loads, *body.statements])
