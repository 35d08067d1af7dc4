"""Functions that columns know; every other one is refused by name."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policy_engine.feel import typed as t
from policy_engine.lowering import build, ir, ratio
from policy_engine.lowering.calendar_calls import calendar_call
from policy_engine.lowering.context import Context
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
        found = calendar_call(on, name, plain, context)
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
