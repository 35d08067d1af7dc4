"""Quotients are kept as dividend and divisor until somebody rounds or compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir
from policy_engine.rulefile.choices import RoundingMode

ONE = build.number(Fraction(1))


@dataclass(frozen=True)
class Ratio:
    """``dividend ÷ divisor``; the divisor is positive, or null where the rules divide by zero."""

    dividend: ir.Expr
    divisor: ir.Expr


Number = ir.Expr | Ratio


def as_ratio(value: Number) -> Ratio:
    return value if isinstance(value, Ratio) else Ratio(value, ONE)


def quotient(dividend: Number, divisor: Number) -> Ratio:
    """The sign goes to the dividend."""
    one, other = as_ratio(dividend), as_ratio(divisor)
    top, bottom = build.multiply(one.dividend, other.divisor), build.multiply(one.divisor, other.dividend)
    if bottom.type.low >= 0:
        return Ratio(top, _positive(bottom))
    if bottom.type.high <= 0:
        return Ratio(build.negate(top), _positive(build.negate(bottom)))
    negative = build.compare(CompareOp.LT, bottom, build.number(Fraction(0)))
    return Ratio(build.choice([(negative, build.negate(top))], top), _positive(build.absolute(bottom)))


def _positive(expr: ir.Expr) -> ir.Expr:
    """Zero is a fault of the row, told elsewhere; here it is null."""
    if expr.type.low > 0:
        return expr
    zero = build.compare(CompareOp.EQ, expr, build.number(Fraction(0)))
    bounds = build.number_type(expr.type.unit, 1, max(expr.type.high, 1), nullable=True)
    return ir.Choice(bounds, ((zero, build.null(bounds)),), expr)


def add(left: Number, right: Number) -> Number:
    if isinstance(left, ir.Expr) and isinstance(right, ir.Expr):
        return build.add(left, right)
    one, other = as_ratio(left), as_ratio(right)
    if one.divisor == other.divisor:
        return Ratio(build.add(one.dividend, other.dividend), one.divisor)
    top = build.add(build.multiply(one.dividend, other.divisor), build.multiply(other.dividend, one.divisor))
    return Ratio(top, build.multiply(one.divisor, other.divisor))


def negate(value: Number) -> Number:
    if isinstance(value, Ratio):
        return Ratio(build.negate(value.dividend), value.divisor)
    return build.negate(value)


def multiply(left: Number, right: Number) -> Number:
    if isinstance(left, ir.Expr) and isinstance(right, ir.Expr):
        return build.multiply(left, right)
    one, other = as_ratio(left), as_ratio(right)
    return Ratio(build.multiply(one.dividend, other.dividend), build.multiply(one.divisor, other.divisor))


def scaled(value: Number, factor: Fraction) -> Number:
    if isinstance(value, Ratio):
        return Ratio(build.scaled(value.dividend, factor), value.divisor)
    return build.scaled(value, factor)


def compare(op: CompareOp, left: Number, right: Number) -> ir.Expr:
    if isinstance(left, ir.Expr) and isinstance(right, ir.Expr):
        return build.compare(op, left, right)
    one, other = as_ratio(left), as_ratio(right)
    return build.compare(
        op, build.multiply(one.dividend, other.divisor), build.multiply(other.dividend, one.divisor)
    )


def choice(arms: Sequence[tuple[ir.Expr, Number]], otherwise: Number) -> Number:
    values = [*(v for _, v in arms), otherwise]
    if not any(isinstance(v, Ratio) for v in values):
        plain = [(c, v) for c, v in arms if isinstance(v, ir.Expr)]
        assert isinstance(otherwise, ir.Expr)
        return build.choice(plain, otherwise)
    ratios = [as_ratio(v) for v in values]
    conditions = [c for c, _ in arms]
    tops = build.choice(
        list(zip(conditions, [r.dividend for r in ratios], strict=False)), ratios[-1].dividend
    )
    bottoms = build.choice(
        list(zip(conditions, [r.divisor for r in ratios], strict=False)), ratios[-1].divisor
    )
    return Ratio(tops, bottoms)


def extreme(items: Sequence[Number], greatest: bool) -> Number:
    if not any(isinstance(i, Ratio) for i in items):
        return build.extreme([i for i in items if isinstance(i, ir.Expr)], greatest)
    best = items[0]
    for item in items[1:]:
        better = compare(CompareOp.GT if greatest else CompareOp.LT, item, best)
        best = choice([(better, item)], best)
    return best


def rounded(value: Number, places: int, mode: RoundingMode) -> ir.Expr:
    """On the grid of 10**-places."""
    unit = Fraction(1) / Fraction(10) ** places
    if isinstance(value, ir.Expr):
        return build.rounded(value, Fraction(1), mode, unit)
    return divided(value.dividend, value.divisor, mode, unit)


def divided(dividend: ir.Expr, divisor: ir.Expr, mode: RoundingMode, unit: Fraction) -> ir.Expr:
    """``dividend ÷ divisor`` as a whole number of ``unit``; the divisor is positive or null."""
    exact = dividend.type.unit / divisor.type.unit / unit
    factor, over = exact.numerator, exact.denominator
    by = _plain(divisor)
    if over != 1:
        bounds = build.number_type(
            Fraction(1), divisor.type.low * over, divisor.type.high * over, divisor.type.nullable
        )
        by = ir.Binary(bounds, ir.IntOp.MUL, divisor, build.number(Fraction(over)))
    least = max(1, by.type.low)
    low = min(dividend.type.low * factor // least, 0)
    high = max(-(-dividend.type.high * factor // least), 0)
    build.number_type(unit, dividend.type.low * factor * 2 - by.type.high * 2, 0)
    build.number_type(unit, 0, dividend.type.high * factor * 2 + by.type.high * 2)
    nullable = dividend.type.nullable or divisor.type.nullable
    return ir.Rounded(build.number_type(unit, low, high, nullable), dividend, factor, by, mode)


def _plain(expr: ir.Expr) -> ir.Expr:
    """The integer itself, without its unit."""
    bounds = build.number_type(Fraction(1), expr.type.low, expr.type.high, expr.type.nullable)
    return expr if expr.type == bounds else ir.Same(bounds, expr)
