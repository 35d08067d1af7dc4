"""Full FEEL evaluated over the same trees as policies, with the nulls and the three values of the standard.

What goes wrong becomes null, and the notes say why. Recursion and loops are bounded by ``Limits``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from policy_engine.dmn import notes as n
from policy_engine.dmn.arithmetic import calculate, negated, power
from policy_engine.dmn.builtins import BUILTINS, call_builtin
from policy_engine.dmn.notes import Domain, Notes
from policy_engine.dmn.properties import property_of
from policy_engine.dmn.temporal import Day, read_at_literal
from policy_engine.dmn.types import ANY, Type, coerce, is_instance, read_type
from policy_engine.dmn.values import Function, Range, Value, equal, includes, kind, less
from policy_engine.feel import ast
from policy_engine.feel import full_nodes as f
from policy_engine.feel.typed import CompareOp

MAX_STEPS = 1_000_000
MAX_CALLS = 60

_MISSING = object()


@dataclass(frozen=True)
class Env:
    """Names in force; inner ones hide outer ones."""

    values: Mapping[str, Value]
    outer: Env | None = None

    def find(self, name: str) -> Value:
        env: Env | None = self
        while env is not None:
            if name in env.values:
                return env.values[name]
            env = env.outer
        return _MISSING

    def with_values(self, values: Mapping[str, Value]) -> Env:
        return Env(values, self)


@dataclass
class Evaluator:
    """``types``: item definitions by name. ``notes``: why results became null."""

    types: Mapping[str, Type] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    steps: int = 0
    depth: int = 0

    def evaluate(self, expr: ast.Expr, env: Env) -> Value:
        """The value of an expression."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            return self.notes.null(n.TOO_LARGE)
        try:
            return _RULES[type(expr)](self, expr, env)
        except Domain as error:
            return self.notes.null(error.code)

    def truth(self, expr: ast.Expr, env: Env) -> bool | None:
        value = self.evaluate(expr, env)
        return value if isinstance(value, bool) else None

    # names and calls

    def name(self, expr: ast.Name, env: Env) -> Value:
        value = env.find(expr.path[0])
        if value is _MISSING:
            first, *rest = expr.path[0].split(".")
            if rest and env.find(first) is not _MISSING:  # a name elsewhere, a path here
                return self.name(replace(expr, path=(first, *rest, *expr.path[1:])), env)
            if expr.path[0] in BUILTINS and len(expr.path) == 1:
                return _builtin_value(self, expr.path[0])
            return self.notes.null(n.NAME)
        for part in expr.path[1:]:
            value = self.step(value, part)
        return value

    def step(self, value: Value, part: str) -> Value:
        """``value.part``; over a list, of every item."""
        if isinstance(value, list):
            return [self.step(item, part) for item in value]
        found = property_of(value, part)
        return self.notes.null(n.NAME) if found is NotImplemented else found

    def call(self, expr: ast.Call, env: Env) -> Value:
        name = expr.function.path[0]
        known = env.find(name)
        if known is _MISSING and len(expr.function.path) == 1:
            if name not in BUILTINS:
                return self.notes.null(n.FUNCTION)
            return call_builtin(self, name, *self._arguments(expr.args, env))
        return self.apply(self.name(expr.function, env), *self._arguments(expr.args, env))

    def invoke(self, expr: f.Invoke, env: Env) -> Value:
        return self.apply(self.evaluate(expr.function, env), *self._arguments(expr.args, env))

    def _arguments(self, args: Sequence[ast.Expr], env: Env) -> tuple[list[Value], dict[str, Value]]:
        placed = [self.evaluate(a, env) for a in args if not isinstance(a, f.Named)]
        named = {a.name: self.evaluate(a.value, env) for a in args if isinstance(a, f.Named)}
        return placed, named

    def apply(self, function: Value, placed: Sequence[Value], named: Mapping[str, Value] = {}) -> Value:
        """The result of a function value."""
        if not isinstance(function, Function):
            return self.notes.null(n.FUNCTION)
        if named and (placed or set(named) != set(function.names)):
            return self.notes.null(n.ARGUMENTS)
        given = [named[p] for p in function.names] if named else list(placed)
        if len(given) != len(function.names):
            return self.notes.null(n.ARGUMENTS)
        for at, written in enumerate(function.types):
            given[at], fits = self.coerced(given[at], written)
            if not fits:
                return self.notes.null(n.TYPE)
        if self.depth >= MAX_CALLS:
            return self.notes.null(n.TOO_LARGE)
        self.depth += 1
        try:
            result, fits = self.coerced(function.call(given), function.result)
        except RecursionError:
            return self.notes.null(n.TOO_LARGE)
        finally:
            self.depth -= 1
        return result if fits else self.notes.null(n.RESULT_TYPE)

    def coerced(self, value: Value, written: str | None) -> tuple[Value, bool]:
        """The value as a type (by its written name) wants it; an unknown type wants nothing."""
        type_ = read_type(written, self.types) if written else ANY
        return coerce(value, type_ or ANY)

    def function(self, expr: f.Function, env: Env) -> Value:
        names = tuple(p.name for p in expr.params)

        def call(values: list[Value]) -> Value:
            if expr.external:
                return self.notes.null(n.EXTERNAL)
            return self.evaluate(expr.body, env.with_values(dict(zip(names, values, strict=True))))

        return Function(names, tuple(p.type for p in expr.params), call)

    # operators

    def arith(self, expr: ast.Arith, env: Env) -> Value:
        return calculate(expr.op.value, self.evaluate(expr.left, env), self.evaluate(expr.right, env))

    def compare(self, expr: ast.Compare, env: Env) -> Value:
        return self.compared(expr.op, self.evaluate(expr.left, env), self.evaluate(expr.right, env))

    def compared(self, op: CompareOp, left: Value, right: Value) -> Value:
        if op in (CompareOp.EQ, CompareOp.NE):
            same = equal(left, right)
            if same is None:
                return self.notes.null(n.COMPARED)
            return same is (op is CompareOp.EQ)
        first, second = (left, right) if op in (CompareOp.LT, CompareOp.LE) else (right, left)
        below = less(first, second)
        if below is None:
            return self.notes.null(n.COMPARED)
        return below or (op in (CompareOp.LE, CompareOp.GE) and bool(equal(left, right)))

    def and_(self, expr: ast.And, env: Env) -> Value:
        return self._logic(expr.items, env, stops=False)

    def or_(self, expr: ast.Or, env: Env) -> Value:
        return self._logic(expr.items, env, stops=True)

    def _logic(self, items: Sequence[ast.Expr], env: Env, stops: bool) -> Value:
        found = [self.evaluate(i, env) for i in items]
        if any(v is stops for v in found):
            return stops
        if not all(isinstance(v, bool) or v is None for v in found):
            return self.notes.null(n.TYPE)
        return None if None in found else not stops

    def not_(self, expr: ast.Not, env: Env) -> Value:
        value = self.evaluate(expr.operand, env)
        return (not value) if isinstance(value, bool) else self.notes.null(n.TYPE)

    def if_(self, expr: ast.If, env: Env) -> Value:
        return self.evaluate(expr.then if self.truth(expr.condition, env) else expr.otherwise, env)

    def between(self, expr: ast.Between, env: Env) -> Value:
        value, low, high = (self.evaluate(e, env) for e in (expr.operand, expr.low, expr.high))
        above, below = self.compared(CompareOp.GE, value, low), self.compared(CompareOp.LE, value, high)
        return False if False in (above, below) else None if None in (above, below) else True

    def in_(self, expr: ast.In, env: Env) -> Value:
        value = self.evaluate(expr.operand, env)
        targets = expr.target.items if isinstance(expr.target, ast.Items) else (expr.target,)
        return self.any_test(value, targets, env)

    def any_test(self, value: Value, targets: Sequence[ast.Expr], env: Env) -> Value:
        found = [self.test(value, t, env) for t in targets]
        return True if True in found else None if None in found else False

    def test(self, value: Value, target: ast.Expr, env: Env) -> Value:
        """A unary test (DMN 1.5, table 55): ``?`` and tests without a left side stand for the value."""
        inner = env.with_values({"?": value})
        match target:
            case ast.Any():
                return True
            case ast.Items():
                return self.any_test(value, target.items, env)
            case ast.Not():
                denied = self.test(value, target.operand, env)
                return None if denied is None else not denied
            case ast.CompareTest():
                return self.compared(target.op, value, self.evaluate(target.operand, inner))
            case _:
                found = self.evaluate(target, inner)
        if _reads_input(target) and (found is None or isinstance(found, bool)):
            return found
        return self.member(value, found)

    def member(self, value: Value, found: Value) -> Value:
        """Whether a value is, or lies in, what a test came to."""
        if isinstance(found, Range) and not isinstance(value, Range):
            inside = includes(found, value)
            return self.notes.null(n.COMPARED) if inside is None else inside
        if isinstance(found, list):
            if isinstance(value, list) and equal(value, found):
                return True
            results = [self.member(value, item) for item in found if not isinstance(item, list)]
            results += [equal(value, item) for item in found if isinstance(item, list)]
            return True in results
        same = equal(value, found)
        return self.notes.null(n.COMPARED) if same is None else same

    def range(self, expr: ast.Range, env: Env) -> Value:
        low, high = self.evaluate(expr.low, env), self.evaluate(expr.high, env)
        for end in (low, high):
            if end is not None and less(end, end) is None:
                raise Domain(n.TYPE)
        if low is not None and high is not None and kind(low) != kind(high):
            raise Domain(n.TYPE)
        return Range(low, expr.low_inclusive, high, expr.high_inclusive)

    def open_range(self, expr: ast.CompareTest, env: Env) -> Value:
        """``(< 5)`` as a value."""
        end = self.evaluate(expr.operand, env)
        match expr.op:
            case CompareOp.LT | CompareOp.LE:
                return Range(None, False, end, expr.op is CompareOp.LE, expr.op.value)
            case CompareOp.GT | CompareOp.GE:
                return Range(end, expr.op is CompareOp.GE, None, False, expr.op.value)
            case _:
                return Range(end, True, end, True, expr.op.value)

    def instance_of(self, expr: f.InstanceOf, env: Env) -> Value:
        type_ = read_type(expr.type, self.types)
        value = self.evaluate(expr.operand, env)
        return self.notes.null(n.NAME) if type_ is None else is_instance(value, type_)

    # lists, contexts, loops

    def list_(self, expr: f.ListLiteral, env: Env) -> Value:
        return [self.evaluate(i, env) for i in expr.items]

    def context(self, expr: f.ContextLiteral, env: Env) -> Value:
        found: dict[str, Value] = {}
        inner = env.with_values(found)
        for entry in expr.entries:
            if entry.key in found:
                return self.notes.null(n.NAME)
            found[entry.key] = self.evaluate(entry.value, inner)
        return found

    def path(self, expr: f.Path, env: Env) -> Value:
        return self.step(self.evaluate(expr.base, env), expr.name)

    def pick(self, expr: f.Pick, env: Env) -> Value:
        base = self.evaluate(expr.base, env)
        items = base if isinstance(base, list) else [] if base is None else [base]
        return self.picked(items, lambda item: self.evaluate(expr.condition, item_env(item, env)), env)

    def picked(self, items: list[Value], condition: Callable[[Value], Value], env: Env) -> Value:
        """``items[condition]``: by index where the condition is a number, else those it holds for."""
        before = len(self.notes.codes)
        first = condition(items[0]) if items else condition(None)
        if isinstance(first, Fraction) and not isinstance(first, bool):
            return self._indexed(items, first)
        if not items:
            del self.notes.codes[before:]
            return []
        found = [first, *(condition(i) for i in items[1:])]
        if any(not isinstance(v, bool) and v is not None for v in found):
            return self.notes.null(n.TYPE)
        return [i for i, v in zip(items, found, strict=True) if v is True]

    def _indexed(self, items: list[Value], index: Fraction) -> Value:
        at = int(index)
        if index.denominator != 1 or at == 0 or abs(at) > len(items):
            return self.notes.null(n.DOMAIN)
        return items[at - 1 if at > 0 else at]

    def for_(self, expr: f.For, env: Env) -> Value:
        found: list[Value] = []
        reads_partial = _reads_name(expr.body, "partial")
        for inner in self.rounds(expr.iterators, env):
            round_env = inner.with_values({"partial": list(found)}) if reads_partial else inner
            found.append(self.evaluate(expr.body, round_env))
        return found

    def quantified(self, expr: f.Quantified, env: Env) -> Value:
        found = [self.evaluate(expr.condition, inner) for inner in self.rounds(expr.iterators, env)]
        return self.quantify(found, expr.every)

    def quantify(self, found: Sequence[Value], every: bool) -> Value:
        """``some`` and ``every`` over what the condition came to."""
        if any(not isinstance(v, bool) and v is not None for v in found):
            return self.notes.null(n.TYPE)
        if any(v is (not every) for v in found):
            return not every
        return None if None in found else every

    def rounds(self, iterators: Sequence[f.Iterator], env: Env) -> Iterator[Env]:
        """The names in force in each round; later iterators turn fastest and see earlier ones."""
        first, *rest = iterators
        for value in self._source(first, env):
            inner = env.with_values({first.name: value})
            yield from self.rounds(rest, inner) if rest else (inner,)

    def _source(self, iterator: f.Iterator, env: Env) -> Iterator[Value]:
        source = self.evaluate(iterator.source, env)
        if iterator.end is not None:
            return self.counted(source, self.evaluate(iterator.end, env))
        if isinstance(source, Range):
            if less(source.high, source.low):
                raise Domain(n.DOMAIN)
            return self.counted(source.low, source.high, source.low_inclusive, source.high_inclusive)
        if source is None:
            raise Domain(n.TYPE)
        return iter(source if isinstance(source, list) else [source])

    def counted(
        self, low: Value, high: Value, with_low: bool = True, with_high: bool = True
    ) -> Iterator[Value]:
        """From one whole number or date to another, downwards if need be."""
        dates = isinstance(low, Day) and isinstance(high, Day)
        if not dates and not all(kind(v) == "number" and v.denominator == 1 for v in (low, high)):
            raise Domain(n.TYPE)
        first, last = (low.number, high.number) if dates else (int(low), int(high))
        step = 1 if first <= last else -1
        if abs(last - first) > MAX_STEPS:
            raise Domain(n.TOO_LARGE)
        numbers = list(range(first, last + step, step))
        numbers = numbers[0 if with_low else 1 : len(numbers) - (not with_high)]
        return (Day.of_number(v) if dates else Fraction(v) for v in numbers)

    # literals

    def temporal(self, expr: f.Temporal, env: Env) -> Value:
        try:
            return read_at_literal(expr.text)
        except ValueError:
            raise Domain(n.LITERAL) from None


def item_env(item: Value, env: Env) -> Env:
    """Inside a filter: ``item``, and the entries of an item that is a context."""
    return env.with_values({"item": item} | (item if isinstance(item, dict) else {}))


def _builtin_value(evaluator: Evaluator, name: str) -> Function:
    builtin = BUILTINS[name]
    names = builtin.forms[0].names
    return Function(names, (None,) * len(names), lambda values: call_builtin(evaluator, name, values, {}))


def _reads_name(expr: ast.Expr, name: str) -> bool:
    own = isinstance(expr, ast.Name) and expr.path[0] == name
    return own or any(_reads_name(c, name) for c in ast.children(expr))


def _reads_input(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Input) or any(_reads_input(c) for c in ast.children(expr))


_RULES: Mapping[type[ast.Expr], Callable[[Evaluator, Any, Env], Value]] = {
    ast.Number: lambda e, x, env: x.value,
    ast.Text: lambda e, x, env: x.value,
    ast.Bool: lambda e, x, env: x.value,
    ast.Null: lambda e, x, env: None,
    ast.Date: lambda e, x, env: Day(x.value.year, x.value.month, x.value.day),
    f.Temporal: Evaluator.temporal,
    ast.Input: lambda e, x, env: env.find("?"),
    ast.Name: Evaluator.name,
    ast.Call: Evaluator.call,
    f.Invoke: Evaluator.invoke,
    f.Function: Evaluator.function,
    ast.Neg: lambda e, x, env: negated(e.evaluate(x.operand, env)),
    ast.Arith: Evaluator.arith,
    ast.Power: lambda e, x, env: power(e.evaluate(x.base, env), e.evaluate(x.exponent, env)),
    ast.Compare: Evaluator.compare,
    ast.And: Evaluator.and_,
    ast.Or: Evaluator.or_,
    ast.Not: Evaluator.not_,
    ast.If: Evaluator.if_,
    ast.Between: Evaluator.between,
    ast.In: Evaluator.in_,
    ast.Range: Evaluator.range,
    ast.CompareTest: Evaluator.open_range,
    ast.Items: lambda e, x, env: [e.evaluate(i, env) for i in x.items],
    f.InstanceOf: Evaluator.instance_of,
    f.ListLiteral: Evaluator.list_,
    f.ContextLiteral: Evaluator.context,
    f.Path: Evaluator.path,
    f.Pick: Evaluator.pick,
    f.For: Evaluator.for_,
    f.Quantified: Evaluator.quantified,
}
