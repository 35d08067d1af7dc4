"""Tests on one value: condition cells, and the right side of 属于.

A test on a nullable column implies that the value is there: ``超过 5`` and ``非 甲`` both let an empty value
fall through; only ``为空`` catches it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.alike import alike, choices, unknown_choice
from policy_engine.feel.comparisons import ORDERED, comparison, incomparable
from policy_engine.feel.context import Context, gather
from policy_engine.feel.describe import type_name
from policy_engine.feel.fit import fit
from policy_engine.feel.names import missing_spaces
from policy_engine.feel.nulls import never_null, shape
from policy_engine.feel.numbers import is_bare
from policy_engine.feel.refuse import hint, refusal
from policy_engine.feel.types import BooleanType, DateRangeType, DateType, LevelType, with_nullable
from policy_engine.feel.units import Unit

_BOOLEAN = BooleanType()
_LOWER = (t.CompareOp.GT, t.CompareOp.GE)
_UPPER = (t.CompareOp.LT, t.CompareOp.LE)


def tests(operand: t.Node, expr: ast.Expr, ctx: Context) -> t.Node:
    """``expr`` as a test on ``operand``, which may be a nullable column. Raises LoadError."""
    test, reads_value = _Tests(operand, ctx).test(expr, negated=False)
    return _guarded(operand, test) if reads_value and operand.type.nullable else test


def _guarded(operand: t.Node, test: t.Node) -> t.Node:
    there = t.Not(_BOOLEAN, test.span, t.IsNull(_BOOLEAN, test.span, operand))
    return t.And(_BOOLEAN, test.span, (there, test))


class _Tests:
    def __init__(self, operand: t.Node, ctx: Context) -> None:
        self.nullable = operand
        self.operand = replace(operand, type=with_nullable(operand.type, False))
        self.ctx = ctx.knowing(frozenset({shape(operand)}))
        self.names = choices(operand.type) if ctx.column is not None else None

    def test(self, expr: ast.Expr, negated: bool) -> tuple[t.Node, bool]:
        """The test and whether it reads the value (so that null has to be kept away from it)."""
        match expr:
            case ast.Not():
                return self.test(expr.operand, not negated)
            case ast.And() | ast.Or() | ast.Items():
                if isinstance(expr, ast.Items):
                    _refuse_two_bounds(expr)
                every = isinstance(expr, ast.And) is not negated
                return self._several(expr.items, negated, every, expr.span)
            case ast.NullTest() | ast.Null():
                wants_null = not (isinstance(expr, ast.NullTest) and expr.negated)
                return self._null(expr.span, wants_null is not negated), False
            case ast.InTest():
                return self.test(expr.target, negated is not expr.negated)
            case _:
                node = self._value_test(expr)
                return (t.Not(_BOOLEAN, expr.span, node) if negated else node), True

    def _several(
        self, items: tuple[ast.Expr, ...], negated: bool, every: bool, span: Span
    ) -> tuple[t.Node, bool]:
        reads: list[bool] = []

        def one(item: ast.Expr) -> t.Node:
            node, reads_value = self.test(item, negated)
            reads.append(reads_value)
            return node

        found = gather(*(partial(one, item) for item in items))
        kind = t.And if every else t.Or
        if len(set(reads)) > 1 and self.nullable.type.nullable:
            found = [_guarded(self.nullable, n) if r else n for n, r in zip(found, reads, strict=True)]
            return kind(_BOOLEAN, span, tuple(found)), False
        return found[0] if len(found) == 1 else kind(_BOOLEAN, span, tuple(found)), all(reads)

    def _null(self, span: Span, wants_null: bool) -> t.Node:
        if not self.nullable.type.nullable:
            raise refusal("PE2041", span, name=self.nullable.span.text)
        test = t.IsNull(_BOOLEAN, span, self.nullable)
        return test if wants_null else t.Not(_BOOLEAN, span, test)

    def _value_test(self, expr: ast.Expr) -> t.Node:
        match expr:
            case ast.CompareTest():
                value = self._value(expr.operand)
                return comparison(expr.op, self.operand, value, expr.span, alone=True)
            case ast.Range():
                return in_range(self.operand, expr, self.ctx, self._value)
            case ast.BetweenTest():
                bounds = ast.Range(expr.span, expr.low, True, expr.high, True)
                return in_range(self.operand, bounds, self.ctx, self._value)
            case _ if _reads_input(expr):
                return self.ctx.truth(expr)
            case _:
                return self._equals(expr)

    def _equals(self, expr: ast.Expr) -> t.Node:
        value = self._value(expr)
        if isinstance(value.type, DateRangeType) and isinstance(self.operand.type, DateType):
            return t.InDates(_BOOLEAN, expr.span, self.operand, never_null(value))
        return comparison(t.CompareOp.EQ, self.operand, value, expr.span, alone=True)

    def _value(self, expr: ast.Expr) -> t.Node:
        """What the column is compared with; in an option or level column a bare name is one of its names."""
        known = self.names
        if known is not None and isinstance(expr, ast.Name):
            if expr.text in known:
                return t.Const(self.operand.type, expr.span, expr.text)
            if self.ctx.scope.resolve(expr.path) is None:
                advice = missing_spaces(expr, lambda piece: piece in known)
                raise unknown_choice(expr.span, expr.text, known, advice)
        return self.ctx.infer(expr, self.operand.type)


def _refuse_two_bounds(expr: ast.Items) -> None:
    """``超过 0，不超过 甲`` means “one of them” here and “both” to everybody else, so it has to say which.

    What lies outside of two numbers (``低于 1，超过 5``) can only mean one of them.
    """
    tests = [item for item in expr.items if isinstance(item, ast.CompareTest)]
    low = next((item for item in tests if item.op in _LOWER), None)
    high = next((item for item in tests if item.op in _UPPER), None)
    if low is None or high is None or _apart(low.operand, high.operand):
        return
    first, second = sorted((low, high), key=lambda item: item.span.start)
    advice = hint(
        "都要满足写 `{one} 且 {other}`，满足一个就行写 `{one} 或 {other}`",
        "write `{one} and {other}` for both, `{one} or {other}` for either",
        one=first.span.text,
        other=second.span.text,
    )
    raise refusal("PE2052", first.span.to(second.span), advice=advice)


def _apart(low: ast.Expr, high: ast.Expr) -> bool:
    """Two numbers, the lower bound above the upper one."""
    one, other = _number(low), _number(high)
    return one is not None and other is not None and one[1] == other[1] and one[0] >= other[0]


def _number(expr: ast.Expr) -> tuple[Fraction, Unit | None] | None:
    """A literal with its sign."""
    if isinstance(expr, ast.Neg):
        found = _number(expr.operand)
        return None if found is None else (-found[0], found[1])
    return (expr.value, expr.unit) if isinstance(expr, ast.Number) else None


def _reads_input(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Input) or any(_reads_input(c) for c in ast.children(expr))


def in_range(
    operand: t.Node,
    expr: ast.Range,
    ctx: Context,
    value: Callable[[ast.Expr], t.Node] | None = None,
) -> t.Node:
    """``operand`` between two bounds of its type; a bare bound takes its unit."""
    if not isinstance(operand.type, ORDERED):
        raise refusal("PE2034", expr.span, type=type_name(operand.type))

    def bound(side: ast.Expr) -> t.Node:
        node = never_null(value(side) if value else ctx.infer(side, operand.type))
        if is_bare(node):
            return fit(node, operand.type)
        pair = alike(operand, node)
        if pair is None:
            raise incomparable(operand, node, side.span)
        return pair[1]

    low, high = gather(lambda: bound(expr.low), lambda: bound(expr.high))
    _refuse_empty(low, high, expr, operand)
    return t.InRange(_BOOLEAN, expr.span, operand, low, expr.low_inclusive, high, expr.high_inclusive)


def _refuse_empty(low: t.Node, high: t.Node, expr: ast.Range, operand: t.Node) -> None:
    if not (isinstance(low, t.Const) and isinstance(high, t.Const)):
        return
    first, last = low.value, high.value
    if isinstance(operand.type, LevelType):
        order = operand.type.levels.index
        backwards = order(str(first)) > order(str(last))
    else:
        backwards = first > last  # type: ignore[operator]  # both are of the operand's ordered type
    closed = expr.low_inclusive and expr.high_inclusive
    if backwards or (first == last and not closed):
        raise refusal("PE2037", expr.span)
