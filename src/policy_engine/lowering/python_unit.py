"""What is done with the rows of one kind at one time: a single function."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.feel.typed import AggregateKind
from policy_engine.lowering import build, ir
from policy_engine.lowering import python_code as py
from policy_engine.lowering.kinds import Kind, Kinds
from policy_engine.lowering.plan import RowColumn, Step, Threshold, TotalColumn
from policy_engine.lowering.python_code import Body
from policy_engine.lowering.python_rows import KEY_SLOT, Function, Reads, Shape


@dataclass(frozen=True)
class _Addition:
    """What a row adds to a total (``value`` None: it is counted), or how it stands in a queue."""

    step: TotalColumn | Threshold
    where: ir.Expr
    value: ir.Expr | None


class Unit:
    """The function of one kind of row and one time."""

    def __init__(
        self, made: Kinds, shapes: Mapping[str, Shape], singles: Sequence[str], kind: Kind, time: int
    ) -> None:
        self.made, self.plan, self.policy = made, made.plan, made.plan.policy
        self.shapes, self.singles = shapes, singles
        self.kind, self.time = kind, time
        self.stores: dict[int, str] = {}  # statement → column

    def function(self, kept: Collection[tuple[str, str]]) -> Function:
        """The function, storing those of its columns that are ``kept``: (base entity, column)."""
        statements = [
            s
            for i, s in enumerate(self._body.statements)
            if i not in self.stores or (self.kind[0], self.stores[i]) in kept
        ]
        return py.function(self.reads.before, [*self.reads.loads, *statements])

    def prepare(self) -> bool:
        """Write the code; False when there is nothing to do."""
        columns = list(self._columns())
        faults = [
            f
            for f in self.made.faults[self.kind]
            if self.made.time(self.kind, f) == self.time and f is not None
        ]
        additions = [a for s in self.plan.steps if (a := self._addition(s)) is not None]
        if not columns and not faults and not additions:
            return False
        added = [e for a in additions for e in (a.where, a.value) if e is not None]
        given = {name: f"c{i}" for i, (name, _) in enumerate(columns)}
        reads = Reads(self.policy, self.shapes, self.singles, self.kind[0], given)
        body = Body(reads, [*(e for _, e in columns), *faults, *added])
        for name, expr in columns:
            body.keep(expr, given[name])
            slot = self.shapes[self.kind[0]].slots[name]
            self.stores[len(body.statements)] = name
            body.statements.append(py.assign_item("row", slot, py.name(given[name])))
        body.statements += [refused(body.value(f)) for f in faults]
        for addition in additions:
            self._add(addition, body, reads)
        self.reads, self._body = reads, body
        return True

    def _columns(self) -> list[tuple[str, ir.Expr]]:
        found = []
        for step in self.plan.steps:
            key = (*self.kind, step.name)
            if isinstance(step, RowColumn) and step.entity == self.kind[0] and key in self.made.needed:
                expr = self.made.columns.get(key)
                if expr is not None and self.made.times[key] == self.time:
                    found.append((step.name, expr))
        for (entity, number, term), expr in self.made.results.items():
            now = (entity, number) == self.kind and self.made.time(self.kind, expr) == self.time
            if now and not stands_already(entity, expr):
                found.append(("=" + term, expr))
        return found

    # -- totals and queues ---------------------------------------------------------------------------

    def _addition(self, step: Step) -> _Addition | None:
        if not isinstance(step, TotalColumn | Threshold) or step.over != self.kind[0]:
            return None
        if isinstance(step, Threshold):
            if step.name + "_r" not in self.shapes[step.entity].slots:
                return None
            columns = (ir.Column(step.types[0], step.over, n) for n in (step.remainder, step.weight))
            rest, weight = (self.made.fold(self.kind, c) for c in columns)
            found = _Addition(step, rest, weight)
            nothing = isinstance(rest, ir.Literal)
        else:
            if step.name not in self.shapes[step.entity].slots:
                return None
            value = self.made.fold(self.kind, step.value) if step.value is not None else None
            found = _Addition(step, self.made.fold(self.kind, step.where), value)
            zero = isinstance(value, ir.Literal) and value.value == 0 and step.kind is AggregateKind.SUM
            nothing = found.where == build.FALSE or zero
        if nothing:
            return None
        exprs = [e for e in (found.where, found.value) if e is not None]
        time = max(self.made.time(self.kind, e) for e in exprs)
        return found if time == self.time else None

    def _add(self, addition: _Addition, body: Body, reads: Reads) -> None:
        step = addition.step
        row = reads.row(step.entity)
        slots = self.shapes[step.entity].slots
        if isinstance(step, Threshold):
            test = py.compared(body.value(addition.where), ast.Gt, py.constant(0))
            statements = _queued(row, slots[step.name + "_queue"], addition, body)
        else:
            test = body.value(addition.where)
            statements = _added(row, slots[step.name], step.kind, addition.value, body)
        conditions: list[ast.expr] = []
        if not self.policy.entities[step.entity].single:
            conditions.append(ast.Compare(py.name(row), [ast.IsNot()], [py.constant(None)]))
        if addition.where != build.TRUE:
            conditions.append(test)
        if conditions:
            joined = conditions[0] if len(conditions) == 1 else ast.BoolOp(ast.And(), conditions)
            statements = [ast.If(joined, statements, [])]
        body.statements += statements


def _added(row: str, slot: int, kind: AggregateKind, value: ir.Expr | None, body: Body) -> list[ast.stmt]:
    target = ast.Subscript(py.name(row), ast.Constant(slot), ast.Store())
    if value is None or kind is AggregateKind.COUNT:
        return [ast.AugAssign(target, ast.Add(), py.constant(1))]
    if kind is AggregateKind.SUM:
        return [ast.AugAssign(target, ast.Add(), body.within(value))]
    before = py.item(py.name(row), slot)
    operator = ast.Gt if kind is AggregateKind.MAX else ast.Lt
    better = ast.BoolOp(
        ast.Or(), [py.is_none(before), py.compared(py.name("v"), operator, py.item(py.name(row), slot))]
    )
    return [
        py.assign("v", body.within(value)),
        ast.If(better, [py.assign_item(row, slot, py.name("v"))], []),
    ]


def _queued(row: str, slot: int, addition: _Addition, body: Body) -> list[ast.stmt]:
    """Sorted, the queue is in order: larger remainder, larger weight, smaller key."""
    assert addition.value is not None
    claim = ast.Tuple(
        [
            py.negative(body.within(addition.where)),
            py.negative(body.within(addition.value)),
            py.item(py.name("row"), KEY_SLOT),
        ],
        ast.Load(),
    )
    empty = py.is_none(py.item(py.name(row), slot))
    append = ast.Attribute(py.item(py.name(row), slot), "append", ast.Load())
    return [
        ast.If(empty, [py.assign_item(row, slot, ast.List([], ast.Load()))], []),
        ast.Expr(ast.Call(append, [claim], [])),
    ]


def refused(condition: ast.expr) -> ast.stmt:
    return ast.If(condition, [ast.Raise(py.name("Unusual"), None)], [])


def stands_already(entity: str, expr: ir.Expr) -> bool:
    """A value that needs no column of its own: a constant, or a column of the same row."""
    return isinstance(expr, ir.Literal) or (isinstance(expr, ir.Column) and expr.entity == entity)
