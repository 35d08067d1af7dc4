"""From a bound policy to relational stages."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_engine.feel import typed as t
from policy_engine.lowering import build, ir
from policy_engine.lowering.bodies import lower_body
from policy_engine.lowering.build import TooWide
from policy_engine.lowering.context import Context, Fault, narrowed
from policy_engine.lowering.expressions import Expressions
from policy_engine.lowering.physical import InputColumn, Kind, Physical, input_columns
from policy_engine.lowering.plan import (
    KEY,
    PART,
    Fired,
    Measured,
    Output,
    OutputColumn,
    Plan,
    RowColumn,
    Step,
    Threshold,
    TotalColumn,
    comes_later,
    key_column,
)
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Allocation, Policy, Stage

Parts = frozenset[str]


def lower(policy: Policy, measured: Measured | None = None) -> Plan:
    """``measured``: what a month's rows have been found to hold, to make numbers narrower.

    Raises NotLowered for the first thing that has no columns.
    """
    planner = Planner(policy, measured or Measured())
    for stage in policy.stages:
        planner.stage(stage)
    return planner.plan()


@dataclass(frozen=True)
class _Decided:
    parts: Parts
    column: ir.Column


class Planner:
    """Collects columns; is what expressions ask for the meaning of names."""

    def __init__(self, policy: Policy, measured: Measured) -> None:
        self.policy, self.measured = policy, measured
        self.inputs = {e: tuple(map(measured.narrowed, cs)) for e, cs in input_columns(policy).items()}
        self.expressions = Expressions(self, policy.lookups)
        self.steps: list[Step] = []
        self.fired: list[Fired] = []
        self.times: dict[tuple[str, str], int] = {}
        self.awaited: list[tuple[str, str]] = []  # totals that only a check reads: any later scan will do
        # What an allocation gave: (base entity, column) → group, (sub-)entity, and the column of what was shared.
        self.shared: dict[tuple[str, str], tuple[str, str, ir.Column]] = {}
        # Of what an allocation gave: the weight without which a row gets nothing of it.
        self.needed: dict[tuple[str, str], ir.Column] = {}
        self._decided: dict[tuple[str, str], list[_Decided]] = {}
        self.conditions: dict[str, tuple[ir.Expr, ...]] = {}  # what holds of every row of a sub-entity
        self._totals: dict[Hashable, ir.Column] = {}
        self._stage = ""
        self._number = 0
        for entity in policy.base_entities:
            for column in self.inputs[entity.name]:
                self.times[entity.name, column.name] = 0
            for ancestor in policy.ancestors(entity.name):
                self.times[entity.name, key_column(policy.entities[ancestor].id)] = 0
            self.times[entity.name, KEY] = 0
            self._part_column(entity.name)

    # -- columns -----------------------------------------------------------------------------------

    def time(self, expr: ir.Expr) -> int:
        return max((self.times[c.entity, c.name] for c in ir.columns(expr)), default=0)

    def fresh(self, label: str) -> str:
        """A name no term has: terms do not begin with an underscore."""
        self._number += 1
        return f"_{label}{self._number}"

    def row_column(self, entity: str, name: str, expr: ir.Expr) -> ir.Column:
        time = max(
            (
                self.times[c.entity, c.name] + comes_later(self.policy, c.entity, entity)
                for c in ir.columns(expr)
            ),
            default=0,
        )
        self.times[entity, name] = time
        self.steps.append(RowColumn(entity, name, expr, time, self._stage))
        return ir.Column(self.measured.within(entity, name, expr.type), entity, name)

    def total_column(
        self, entity: str, over: str, kind: t.AggregateKind, value: ir.Expr | None, where: ir.Expr
    ) -> ir.Column:
        """A total of what is known; the first column of its time reads the rows once for all."""
        key = (entity, over, kind, value, where)
        if key in self._totals:
            return self._totals[key]
        time = max(self.time(where), self.time(value) if value is not None else 0) + 1
        type_ = self._total_type(entity, over, kind, value)
        name = self.fresh(kind.value)
        self.times[entity, name] = time
        self.steps.append(TotalColumn(entity, over, name, kind, value, where, time, type_, self._stage))
        column = ir.Column(self.measured.within(entity, name, type_), entity, name)
        self._totals[key] = column
        return column

    def _total_type(self, entity: str, over: str, kind: t.AggregateKind, value: ir.Expr | None) -> Physical:
        rows = self.measured.largest(self.policy.entities[entity], over)
        if kind is t.AggregateKind.COUNT or value is None:
            return build.number_type(Fraction(1), 0, rows)
        if kind is t.AggregateKind.SUM:
            low, high = rows * min(value.type.low, 0), rows * max(value.type.high, 0)
            return build.number_type(value.type.unit, low, high)
        return replace(value.type, nullable=True)

    def threshold(
        self,
        entity: str,
        over: str,
        remainder: ir.Column,
        weight: ir.Column,
        divisor: ir.Column,
        needs: ir.Column,
    ) -> tuple[ir.Column, ir.Column, ir.Column]:
        name = self.fresh("last")
        types = (
            replace(remainder.type, nullable=True),
            replace(weight.type, nullable=True),
            Physical(Kind.TEXT, nullable=True),
        )
        time = max(map(self.time, (remainder, weight, divisor))) + 1
        for suffix in ("_r", "_w", "_k"):
            self.times[entity, name + suffix] = time
        names = (remainder.name, weight.name, divisor.name, needs.name)
        self.steps.append(Threshold(entity, over, name, *names, time, types, self._stage))
        r, w, k = (
            ir.Column(type_, entity, name + s) for type_, s in zip(types, ("_r", "_w", "_k"), strict=True)
        )
        return r, w, k

    # -- parts -------------------------------------------------------------------------------------

    def _part_column(self, base: str) -> None:
        """Which sub-entity a row is of; exactly one."""
        subs = self.policy.sub_entities(base)
        if not subs:
            return
        here = Context(base)
        held = [self.expressions.condition(s.when, here) for s in subs if s.when is not None]
        for sub, condition in zip(subs, held, strict=True):
            self.conditions[sub.name] = condition.items if isinstance(condition, ir.Every) else (condition,)
        names = tuple(s.name for s in subs)
        type_ = Physical(Kind.CODE, high=len(names) - 1, names=names)
        arms = [(c, ir.Literal(type_, i)) for i, c in enumerate(held)]
        self.row_column(base, PART, build.choice(arms[:-1], arms[-1][1]))
        self.expressions.fault(here, build.negation(_exactly_one(held)), "PE6015")

    def inside(self, entity: str) -> ir.Expr:
        """Whether a row of the base entity is of ``entity``."""
        base = self.policy.entities[entity].base
        return self.among(base, self.policy.parts(entity))

    def among(self, base: str, parts: Parts) -> ir.Expr:
        if self.policy.parts(base) <= parts:
            return build.TRUE
        names = tuple(s.name for s in self.policy.sub_entities(base))
        type_ = Physical(Kind.CODE, high=len(names) - 1, names=names)
        column = ir.Column(type_, base, PART)
        codes = [i for i, n in enumerate(names) if n in parts]
        return build.some([build.compare(t.CompareOp.EQ, column, ir.Literal(type_, c)) for c in codes])

    # -- names -------------------------------------------------------------------------------------

    def term(self, node: t.TermRef, context: Context) -> ir.Expr:
        own = node.where is t.Where.OWN
        parts = self.policy.parts(context.entity if own else node.part)
        found = self.of(node.entity, node.term, parts, node)
        type_ = found.type
        if isinstance(found, ir.Column):
            type_ = narrowed(type_, (found.entity, found.name), context.bounds)
            bound = type_ != found.type
            return replace(found, type=replace(type_, nullable=node.type.nullable), narrowed=bound)
        return replace(found, type=replace(type_, nullable=node.type.nullable))

    def of(self, entity: str, term: str, parts: Parts, node: t.Node | None = None) -> ir.Expr:
        """A term on the rows of ``parts`` of a base entity."""
        base = self.policy.entities[entity].base
        column = next((c for c in self.inputs[base] if c.name == term), None)
        if column is not None:
            return ir.Column(column.physical, base, term)
        found = [d for d in self._decided.get((base, term), ()) if d.parts & parts]
        if len(found) == 1 and parts <= found[0].parts:
            return found[0].column
        if not found:
            span = node.span if node is not None else self.policy.term(base, term).span
            raise NotLowered("undecided", span, term)
        arms = [(self.among(base, d.parts), d.column) for d in found]
        return build.choice(arms, build.null(found[0].column.type))

    def key(self, node: t.ParentKey, context: Context) -> ir.Expr:
        base = self.policy.entities[context.entity].base
        name = key_column(self.policy.entities[node.entity].id)
        return ir.Column(Physical(Kind.TEXT, nullable=node.type.nullable), base, name)

    def total(self, node: t.Aggregate, context: Context) -> ir.Expr:
        holder = self.policy.entities[context.entity].base
        over = self.policy.entities[node.entity].base
        row = Context(node.part, (inside,) if (inside := self.inside(node.part)) != build.TRUE else ())
        held, told = [inside], len(self.expressions.faults)
        for condition, wanted in ((node.only, True), (node.skip, False)):
            if condition is not None:
                truth = self.expressions.condition(condition, row)
                truth = truth if wanted else build.negation(truth)
                held.append(truth)
                row = row.under(truth)
        value = self.expressions.plain(node.value, row) if node.value is not None else None
        if node.value is not None and node.value.type.nullable:
            raise NotLowered("null", node.span, node.span.text)
        kind = t.AggregateKind.COUNT if value is None else node.kind
        where = build.every_in_turn(held)
        if value is not None and ir.needs_conditions(value):
            # A database works out the value before it drops the row.
            nothing = build.number(Fraction(0)) if kind is t.AggregateKind.SUM else build.null(value.type)
            value = build.choice([(where, value)], nothing)
        try:
            self.told_above(told, over, context)
            column = self.total_column(holder, over, kind, value, where)
        except TooWide:
            raise NotLowered("wide", node.span, node.span.text) from None
        if column.type.nullable and not node.type.nullable:
            self.expressions.fault(context, build.is_null(column), "PE6027")
            return replace(column, type=replace(column.type, nullable=False))
        return column

    def told_above(self, first: int, over: str, context: Context) -> None:
        """Faults of rows, from number ``first`` on, become faults of the row that looks at them, where it does.

        Below a row that stands in a package of its own, and is always looked at, they come to the same.
        """
        faults = self.expressions.faults
        holder = self.policy.entities[self.policy.entities[context.entity].base]
        if not context.path and not holder.single:
            return
        found = faults[first:]
        del faults[first:]
        for fault in found:
            count = self.total_column(holder.name, over, t.AggregateKind.COUNT, None, fault.condition)
            some = build.compare(t.CompareOp.GT, count, build.number(Fraction(0)))
            self.expressions.fault(context, some, fault.code)

    # -- stages ------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> None:
        self._stage = self.expressions.stage = stage.id
        try:
            lower_body(self, stage)
        except TooWide:
            raise NotLowered("wide", stage.span, stage.key) from None

    def context(self, stage: Stage) -> Context:
        inside = self.inside(stage.entity)
        return Context(stage.entity, () if inside == build.TRUE else (inside,))

    def decide(self, stage: Stage, term: str, expr: ir.Expr) -> ir.Column:
        """The column of a decided term on the rows of its stage; null on others."""
        base, parts = self.policy.entities[stage.entity].base, self.policy.parts(stage.entity)
        several = not self.policy.parts(base) <= parts
        name = f"{term}__{self.policy.entities[stage.entity].id}" if several else term
        value = build.choice([(self.inside(stage.entity), expr)], build.null(expr.type)) if several else expr
        column = self.row_column(base, name, value)
        column = replace(column, type=replace(column.type, nullable=expr.type.nullable))
        self._decided.setdefault((base, term), []).append(_Decided(parts, column))
        return column

    def note_fired(self, stage: Stage, expr: ir.Expr, rows: Sequence[str]) -> None:
        base = self.policy.entities[stage.entity].base
        name = self.fresh("row")
        inside = self.inside(stage.entity)
        if inside != build.TRUE:
            expr = build.choice([(inside, expr)], build.null(expr.type))
        self.row_column(base, name, expr)
        self.fired.append(Fired(base, name, stage.id, stage.key, tuple(rows)))

    # -- the whole ---------------------------------------------------------------------------------

    def _put_off(self) -> None:
        """Totals that only checks read go into the last scan there is of their rows: no scan is for them alone."""
        last: dict[tuple[str, str], int] = {}
        for step in self.steps:
            if isinstance(step, TotalColumn):
                place = step.entity, step.over
                last[place] = max(last.get(place, 0), step.time)
        read = {(c.entity, c.name) for step in self.steps for e in _expressions(step) for c in ir.columns(e)}
        waiting = set(self.awaited) - read
        for number, step in enumerate(self.steps):
            if isinstance(step, TotalColumn) and (step.entity, step.name) in waiting:
                time = last[step.entity, step.over]
                self.steps[number] = replace(step, time=time)
                self.times[step.entity, step.name] = time

    def plan(self) -> Plan:
        self._put_off()
        outputs = tuple(
            Output(s.entity, tuple(OutputColumn(c, self._shown(c.reference)) for c in s.columns))
            for s in self.policy.statements
            if not self.policy.entities[s.entity].is_sub
        )
        return Plan(
            self.policy,
            self.inputs,
            tuple(self.steps),
            self._faults(),
            outputs,
            tuple(self.fired),
            self.times,
            {place: self._anywhere(*place) for place in self._decided},
            self._across(),
            self.measured,
        )

    def _shown(self, reference: t.TermRef) -> ir.Expr:
        return self._anywhere(self.policy.entities[reference.entity].base, reference.term)

    def _anywhere(self, base: str, term: str) -> ir.Expr:
        return self.of(base, term, self.policy.parts(base))

    def _faults(self) -> tuple[Fault, ...]:
        based = [replace(f, entity=self.policy.entities[f.entity].base) for f in self.expressions.faults]
        return tuple(dict.fromkeys((*based, *self._missing())))

    def _missing(self) -> list[Fault]:
        """A fact that only some sub-entities must have is asked of their rows alone."""
        found = []
        for base, columns in self.inputs.items():
            for column in columns:
                if column.physical.nullable and column.term.required:
                    found.append(self._absent(base, column))
        return found

    def _absent(self, base: str, column: InputColumn) -> Fault:
        parts = frozenset().union(*(self.policy.parts(p) for p in column.term.parts))
        blank = build.is_null(ir.Column(column.physical, base, column.name))
        return Fault(base, build.every((self.among(base, parts), blank)), "PE6016")

    def _across(self) -> bool:
        """Something of a one-row entity is decided, or shared out: no package stands alone."""
        for stage in self.policy.stages:
            body = stage.body
            group = body.group if isinstance(body, Allocation) else self.policy.entities[stage.entity].base
            reads = any(isinstance(n, TotalColumn) and n.stage == stage.id for n in self.steps)
            if self.policy.entities[group].single and (reads or isinstance(body, Allocation)):
                return True
        return False


def _expressions(step: Step) -> tuple[ir.Expr, ...]:
    match step:
        case RowColumn(expr=expr):
            return (expr,)
        case TotalColumn(value=value, where=where):
            return (where,) if value is None else (where, value)
        case _:
            return ()


def _exactly_one(conditions: Sequence[ir.Expr]) -> ir.Expr:
    """Two conditions of which one is the other's negation are always so."""
    if len(conditions) == 2 and build.negation(conditions[0]) == conditions[1]:
        return build.TRUE
    cases = []
    for i, condition in enumerate(conditions):
        others = [build.negation(c) for j, c in enumerate(conditions) if j != i]
        cases.append(build.every((condition, *others)))
    return build.some(cases)
