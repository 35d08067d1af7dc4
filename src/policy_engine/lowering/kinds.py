"""A plan as each kind of row sees it: for the rows of one finest sub-entity, what is constant is a constant.

A direct user's columns do not ask again and again whether the row is one; what only other kinds of row have is gone.
Only columns that some result, fault, total or allocation needs are left, and their times are counted afresh.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from policy_engine.lowering import build, calendar, ir
from policy_engine.lowering.plan import PART, Plan, RowColumn, Step, Threshold, TotalColumn
from policy_engine.policy.model import Policy

Kind = tuple[str, int]  # base entity, number of the sub-entity (0 where there is none)
ZERO_KINDS = 1


def kinds_of(policy: Policy, entity: str) -> range:
    """The numbers of the sub-entities of a base entity, as the column ``_part`` holds them."""
    return range(max(len(policy.sub_entities(entity)), ZERO_KINDS))


@dataclass(frozen=True)
class Kinds:
    """``columns``: (base entity, number, column) → its folded expression, in the order of the plan.

    ``times``: the same key → when it is known. ``needed``: the keys anything depends on. Inputs, totals and
    thresholds have times and may be needed, but no expression.
    """

    plan: Plan
    order: tuple[str, ...]  # base entities: those that stand alone, then from the top down
    columns: Mapping[tuple[str, int, str], ir.Expr]
    times: Mapping[tuple[str, int, str], int]
    needed: frozenset[tuple[str, int, str]]
    results: Mapping[tuple[str, int, str], ir.Expr]  # (base entity, number, term id) → value
    faults: Mapping[Kind, tuple[ir.Expr, ...]]

    def time(self, kind: Kind, expr: ir.Expr) -> int:
        """When an expression on rows of ``kind`` is known. Raises KeyError for a column nobody makes."""
        return _time(self, kind, expr)

    def fold(self, kind: Kind, expr: ir.Expr) -> ir.Expr:
        return _Folding(self.columns, kind)(expr)


def kinds(plan: Plan) -> Kinds:
    """Fold, time and thin out the columns of a plan."""
    return _Thinning(plan).done()


class _Thinning:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.policy = plan, plan.policy
        self.order = tuple(
            e.name
            for e in sorted(
                plan.policy.base_entities, key=lambda e: (not e.single, len(plan.policy.ancestors(e.name)))
            )
        )
        self.rank = {name: i for i, name in enumerate(self.order)}
        self.columns: dict[tuple[str, int, str], ir.Expr] = {}
        self.times: dict[tuple[str, int, str], int] = {}
        self.needed: set[tuple[str, int, str]] = set()
        for (entity, name), _ in plan.times.items():
            if not any(_makes(s, entity, name) for s in plan.steps) or name == PART:
                for number in kinds_of(self.policy, entity):
                    self.times[entity, number, name] = 0

    def done(self) -> Kinds:
        for step in self.plan.steps:
            self._step(step)
        results = {
            (entity, n, term): self._fold((entity, n), expr)
            for (entity, term), expr in self.plan.decided.items()
            for n in kinds_of(self.policy, entity)
        }
        faults = {
            (entity, n): tuple(
                folded
                for f in self.plan.faults
                if f.entity == entity and (folded := self._fold((entity, n), f.condition)) != build.FALSE
            )
            for entity in self.order
            for n in kinds_of(self.policy, entity)
        }
        for (entity, n, _), expr in results.items():
            self._need((entity, n), expr)
        for kind, conditions in faults.items():
            for condition in conditions:
                self._need(kind, condition)
        for fired in self.plan.fired:
            for n in kinds_of(self.policy, fired.entity):
                if not isinstance(self.columns[fired.entity, n, fired.name], ir.Literal):
                    self.needed.add((fired.entity, n, fired.name))
        for step in reversed(self.plan.steps):
            self._trace(step)
        return Kinds(self.plan, self.order, self.columns, self.times, frozenset(self.needed), results, faults)

    # -- forwards: what a column is, and when ------------------------------------------------------

    def _fold(self, kind: Kind, expr: ir.Expr) -> ir.Expr:
        return _Folding(self.columns, kind)(expr)

    def _step(self, step: Step) -> None:
        match step:
            case RowColumn(name=name) if name == PART:
                pass
            case RowColumn():
                for n in kinds_of(self.policy, step.entity):
                    folded = self._fold((step.entity, n), step.expr)
                    self.columns[step.entity, n, step.name] = folded
                    self.times[step.entity, n, step.name] = self._time((step.entity, n), folded)
            case TotalColumn():
                time = 1 + max(
                    (self._time((step.over, n), *read) for n, read in self._added(step)), default=0
                )
                self._set(step.entity, step.name, time)
            case Threshold():
                below = [
                    self.times[step.over, n, name]
                    for n in kinds_of(self.policy, step.over)
                    for name in (step.remainder, step.weight)
                ]
                above = [self.times[step.entity, n, step.divisor] for n in kinds_of(self.policy, step.entity)]
                for suffix in ("_r", "_w", "_k"):
                    self._set(step.entity, step.name + suffix, 1 + max(below + above))

    def _set(self, entity: str, name: str, time: int) -> None:
        for n in kinds_of(self.policy, entity):
            self.times[entity, n, name] = time

    def _added(self, step: TotalColumn) -> Iterator[tuple[int, tuple[ir.Expr, ...]]]:
        """What each kind of row adds to a total."""
        for n in kinds_of(self.policy, step.over):
            where = self._fold((step.over, n), step.where)
            if where != build.FALSE:
                value = () if step.value is None else (self._fold((step.over, n), step.value),)
                yield n, (where, *value)

    def _time(self, kind: Kind, *exprs: ir.Expr) -> int:
        return max((_when(self, kind, c) for e in exprs for c in ir.columns(e)), default=0)

    # -- backwards: what is needed -----------------------------------------------------------------

    def _need(self, kind: Kind, *exprs: ir.Expr) -> None:
        for expr in exprs:
            for column in ir.columns(expr):
                numbers = [kind[1]] if column.entity == kind[0] else kinds_of(self.policy, column.entity)
                self.needed |= {(column.entity, n, column.name) for n in numbers}

    def _trace(self, step: Step) -> None:
        match step:
            case RowColumn():
                for n in kinds_of(self.policy, step.entity):
                    if (step.entity, n, step.name) in self.needed and step.name != PART:
                        self._need((step.entity, n), self.columns[step.entity, n, step.name])
            case TotalColumn():
                if self._any(step.entity, step.name):
                    for n, read in self._added(step):
                        self._need((step.over, n), *read)
            case Threshold():
                if any(self._any(step.entity, step.name + s) for s in ("_r", "_w", "_k")):
                    for n in kinds_of(self.policy, step.over):
                        # Who has no remainder by what kind of row it is never stands in the queue.
                        if not isinstance(self.columns[step.over, n, step.remainder], ir.Literal):
                            self.needed |= {(step.over, n, step.remainder), (step.over, n, step.weight)}
                    for n in kinds_of(self.policy, step.entity):
                        self.needed.add((step.entity, n, step.divisor))

    def _any(self, entity: str, name: str) -> bool:
        return any((entity, n, name) in self.needed for n in kinds_of(self.policy, entity))


def _makes(step: Step, entity: str, name: str) -> bool:
    if step.entity != entity:
        return False
    return name.startswith(step.name) if isinstance(step, Threshold) else step.name == name


def _time(made: Kinds, kind: Kind, expr: ir.Expr) -> int:
    return max((_when(made, kind, c) for c in ir.columns(expr)), default=0)


def _when(made: Kinds | _Thinning, kind: Kind, column: ir.Column) -> int:
    if column.entity == kind[0]:
        return made.times[column.entity, kind[1], column.name]
    found = max(made.times[column.entity, n, column.name] for n in kinds_of(made.plan.policy, column.entity))
    # What is decided later in the same turn is known in the next one.
    return found + (made.order.index(column.entity) > made.order.index(kind[0]))


class _Folding:
    """Constants through an expression. Types are left as they are: bounds still hold, units are the same."""

    def __init__(self, columns: Mapping[tuple[str, int, str], ir.Expr], kind: Kind) -> None:
        self.columns, self.kind = columns, kind

    def __call__(self, expr: ir.Expr) -> ir.Expr:
        match expr:
            case ir.Literal():
                return expr
            case ir.Column():
                return self._column(expr)
            case ir.Choice():
                return self._choice(expr)
            case ir.Every(items=items):
                return build.every(list(map(self, items)))
            case ir.Some(items=items):
                return build.some(list(map(self, items)))
            case ir.Negation(operand=operand):
                return build.negation(self(operand))
            case ir.IsNull(operand=operand):
                found = self(operand)
                return build.is_null(found) if isinstance(found, ir.Literal) else replace(expr, operand=found)
            case ir.Comparison():
                return self._comparison(expr)
            case ir.Binary():
                return self._binary(expr)
            case ir.Extreme(items=items) | ir.FirstValue(items=items):
                return replace(expr, items=tuple(map(self, items)))
            case ir.Rounded():
                return replace(expr, operand=self(expr.operand), divisor=self(expr.divisor))
            case ir.Remainder():
                return replace(
                    expr,
                    operand=self(expr.operand),
                    quotient=self(expr.quotient),
                    divisor=self(expr.divisor),
                )
            case ir.Same(operand=operand):
                found = self(operand)
                if isinstance(found, ir.Literal):
                    return replace(found, type=expr.type)
                return replace(expr, operand=found)
            case ir.Calendar(ask=ask, operand=operand):
                return calendar.asked(ask, self(operand))
            case ir.MonthsLater():
                return replace(expr, day=self(expr.day), months=self(expr.months))
            case ir.Negate() | ir.Absolute() | ir.Text():
                return replace(expr, operand=self(expr.operand))
            case _:
                raise TypeError(f"no folding for {type(expr).__name__}")

    def _column(self, expr: ir.Column) -> ir.Expr:
        if expr.entity != self.kind[0]:
            return expr
        if expr.name == PART:
            return ir.Literal(expr.type, self.kind[1])
        made = self.columns.get((*self.kind, expr.name))
        if isinstance(made, ir.Literal):
            return replace(made, type=replace(made.type, unit=expr.type.unit, names=expr.type.names))
        return replace(made, type=expr.type) if isinstance(made, ir.Column) else expr

    def _choice(self, expr: ir.Choice) -> ir.Expr:
        arms: list[tuple[ir.Expr, ir.Expr]] = []
        otherwise = expr.otherwise
        for condition, value in expr.arms:
            held = self(condition)
            if held == build.TRUE:
                otherwise = value
                break
            if held != build.FALSE:
                arms.append((held, self(value)))
        last = self(otherwise)
        return replace(expr, arms=tuple(arms), otherwise=last) if arms else last

    def _comparison(self, expr: ir.Comparison) -> ir.Expr:
        left, right = self(expr.left), self(expr.right)
        if isinstance(left, ir.Literal) and isinstance(right, ir.Literal):
            nulls = left.value is None or right.value is None
            if not nulls or expr.null_safe:
                return build.compare(expr.op, left, right)
        return replace(expr, left=left, right=right)

    def _binary(self, expr: ir.Binary) -> ir.Expr:
        left, right = self(expr.left), self(expr.right)
        nothing = any(isinstance(e, ir.Literal) and e.value == 0 for e in (left, right))
        if expr.op is ir.IntOp.MUL and nothing:
            return ir.Literal(expr.type, 0)
        return replace(expr, left=left, right=right)
