"""Functions that columns know; every other one is refused by name."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policy_engine.feel import typed as t
from policy_engine.lowering import build, ir, ratio
from policy_engine.lowering.context import Context
from policy_engine.lowering.physical import FIRST_MONTH, LAST_MONTH, Kind, Physical
from policy_engine.lowering.ratio import Number, Ratio
from policy_engine.lowering.refusal import NotLowered
from policy_engine.rulefile.choices import RoundingMode

if TYPE_CHECKING:
    from policy_engine.lowering.expressions import Expressions

_ROUNDING = {
    "round_half_up": RoundingMode.HALF_UP,
    "round_half_even": RoundingMode.HALF_EVEN,
    "round_down": RoundingMode.TRUNCATE,
    "floor": RoundingMode.FLOOR,
    "ceiling": RoundingMode.CEILING,
}


def call(on: Expressions, node: t.Call, context: Context) -> Number:
    """Raises NotLowered for a function without columns."""
    name = node.function
    if name in _ROUNDING:
        return ratio.rounded(on.value(node.args[0], context), _places(node), _ROUNDING[name])
    args = [on.value(a, context) for a in node.args]
    match name:
        case "max" | "min":
            return ratio.extreme(args, name == "max")
        case "abs":
            return (
                ratio.extreme([args[0], ratio.negate(args[0])], True) if _is_ratio(args[0]) else _abs(args[0])
            )
        case "round_up":
            return _away(args[0], _places(node))
        case "round_half_down":
            return _half_down(args[0], _places(node))
        case "modulo":
            return ratio.add(args[0], ratio.negate(ratio.multiply(args[1], _whole(on, args, context))))
        case "whole_quotient":
            return _whole(on, args, context)
        case "is_even" | "is_odd":
            return _odd(args[0], name == "is_odd", node)
    plain = [a for a in args if isinstance(a, ir.Expr)]
    if len(plain) == len(args):
        found = _calendar(on, node, plain, context)
        if found is not None:
            return found
    raise NotLowered("function", node.span, node.span.text)


def _is_ratio(value: Number) -> bool:
    return isinstance(value, Ratio)


def _abs(value: Number) -> Number:
    assert isinstance(value, ir.Expr)
    return build.absolute(value)


def _places(node: t.Call) -> int:
    if len(node.args) == 1:
        return 0
    places = node.args[1]
    if isinstance(places, t.Const | t.ParamRef) and isinstance(places.value, Fraction):
        return int(places.value)
    raise NotLowered("places", node.span, node.span.text)


def _below_zero(value: Number) -> ir.Expr:
    return ratio.compare(t.CompareOp.LT, value, build.number(Fraction(0)))


def _away(value: Number, places: int) -> Number:
    up = ratio.rounded(value, places, RoundingMode.CEILING)
    return build.choice([(_below_zero(value), ratio.rounded(value, places, RoundingMode.FLOOR))], up)


def _half_down(value: Number, places: int) -> Number:
    """To the nearest; a half goes towards zero."""
    half = build.number(Fraction(1, 2) / Fraction(10) ** places)

    def nearest(amount: Number) -> ir.Expr:
        less = ratio.add(amount, ratio.negate(half))
        return ratio.rounded(less, places, RoundingMode.CEILING)

    return build.choice([(_below_zero(value), build.negate(nearest(ratio.negate(value))))], nearest(value))


def _whole(on: Expressions, args: list[Number], context: Context) -> ir.Expr:
    return ratio.rounded(on.divide(args[0], args[1], context), 0, RoundingMode.FLOOR)


def _odd(value: Number, odd: bool, node: t.Call) -> ir.Expr:
    if isinstance(value, Ratio):
        raise NotLowered("quotient", node.span, node.span.text)
    two = build.number(Fraction(2))
    half = ratio.rounded(ratio.scaled(value, Fraction(1, 2)), 0, RoundingMode.FLOOR)
    rest = build.subtract(value, build.multiply(two, half))
    return build.compare(t.CompareOp.EQ, rest, build.number(Fraction(1 if odd else 0)))


def _calendar(on: Expressions, node: t.Call, args: list[ir.Expr], context: Context) -> ir.Expr | None:
    first = args[0]
    match node.function, first.type.kind:
        case (("next_month" | "previous_month"), Kind.MONTH):
            return _shifted(on, node, first, 1 if node.function == "next_month" else -1, context)
        case ("month_of", Kind.MONTH):
            return first
        case ("year_of", Kind.MONTH):
            return ratio.rounded(build.scaled(_count(first), Fraction(1, 12)), 0, RoundingMode.FLOOR)
        case ("month_number", Kind.MONTH):
            years = ratio.rounded(build.scaled(_count(first), Fraction(1, 12)), 0, RoundingMode.FLOOR)
            months = build.subtract(_count(first), build.multiply(build.number(Fraction(12)), years))
            return build.add(_within(months, 0, 11), build.number(Fraction(1)))
        case ("days_between", Kind.DAY) if args[1].type.kind is Kind.DAY:
            return build.subtract(_count(args[1]), _count(first))
        case ("weekday", Kind.DAY):
            before = build.subtract(_count(first), build.number(Fraction(1)))
            weeks = ratio.rounded(build.scaled(before, Fraction(1, 7)), 0, RoundingMode.FLOOR)
            days = build.subtract(before, build.multiply(build.number(Fraction(7)), weeks))
            return build.add(_within(days, 0, 6), build.number(Fraction(1)))
        case _:
            return None


def _count(expr: ir.Expr) -> ir.Expr:
    """Days or months as a plain number."""
    type_ = Physical(Kind.NUMBER, expr.type.nullable, Fraction(1), expr.type.low, expr.type.high)
    return ir.Literal(type_, expr.value) if isinstance(expr, ir.Literal) else ir.Same(type_, expr)


def _within(expr: ir.Expr, low: int, high: int) -> ir.Expr:
    return ir.Same(build.number_type(expr.type.unit, low, high, expr.type.nullable), expr)


def _shifted(on: Expressions, node: t.Call, month: ir.Expr, by: int, context: Context) -> ir.Expr:
    moved = build.add(_count(month), build.number(Fraction(by)))
    edge = build.number(Fraction(FIRST_MONTH if by < 0 else LAST_MONTH))
    beyond = build.compare(t.CompareOp.LT if by < 0 else t.CompareOp.GT, moved, edge)
    on.fault(context, beyond, "PE6030")
    low, high = max(moved.type.low, FIRST_MONTH), min(moved.type.high, LAST_MONTH)
    type_ = Physical(Kind.MONTH, month.type.nullable, Fraction(1), low, high)
    return ir.Literal(type_, moved.value) if isinstance(moved, ir.Literal) else ir.Same(type_, moved)
