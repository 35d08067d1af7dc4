"""Functions of numbers: extremes, absolute value, remainder, rounding."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from policy_engine.diagnostics.catalog import Text
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.alike import alike
from policy_engine.feel.arithmetic import refuse_zero
from policy_engine.feel.comparisons import incomparable
from policy_engine.feel.context import Context, gather
from policy_engine.feel.decimals import most_places
from policy_engine.feel.describe import type_name
from policy_engine.feel.functions import Function
from policy_engine.feel.numbers import in_unit, is_bare, number_type, same_unit, settle
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import BooleanType, DateType, MonthType, NumberType, Type
from policy_engine.feel.units import DIMENSIONLESS

MAX_PLACES = 18
_WHOLE = Text("整数", "a whole number")
_EXTREMES = Text("数、日期或月份", "a number, a date or a month")


def extreme(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """The greatest or least of several, in the unit of the first that has one."""
    args = gather(*(partial(ctx.value, arg) for arg in expr.args))
    first = next((a for a in args if not is_bare(a)), settle(args[0]))
    if not isinstance(first.type, NumberType | DateType | MonthType):
        raise refusal("PE2032", first.span, wanted=_EXTREMES, found=type_name(first.type))
    found = gather(*(partial(_beside, first, arg, expr) for arg in args))
    if not isinstance(first.type, NumberType):
        return t.Call(first.type, expr.span, function.name, tuple(found))
    places = most_places(*(number_type(a).places for a in found))
    return t.Call(NumberType(first.type.unit, places), expr.span, function.name, tuple(found))


def _beside(first: t.Node, node: t.Node, expr: ast.Call) -> t.Node:
    pair = alike(first, node)
    if pair is None:
        raise incomparable(first, node, expr.span)
    return pair[1]


def absolute(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    operand = settle(ctx.number(expr.args[0], want))
    return t.Call(operand.type, expr.span, function.name, (operand,))


def modulo(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    left, right = gather(lambda: ctx.number(expr.args[0]), lambda: ctx.number(expr.args[1]))
    left, right = same_unit(left, right)
    refuse_zero(right)
    if function.name == "whole_quotient":
        return t.Call(NumberType(DIMENSIONLESS, 0), expr.span, function.name, (left, right))
    places = most_places(number_type(left).places, number_type(right).places)
    return t.Call(NumberType(number_type(left).unit, places), expr.span, function.name, (left, right))


def parity(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """Odd or even: of numbers that are always whole."""
    operand = settle(ctx.number(expr.args[0]))
    if number_type(operand).places != 0:
        raise refusal("PE2032", operand.span, wanted=_WHOLE, found=type_name(operand.type))
    return t.Call(BooleanType(), expr.span, function.name, (operand,))


def rounded(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """Always ``(x, places)``, in the unit of the result where that is known: 0.01 元, not 0.01 万元."""
    operand = settle(ctx.number(expr.args[0], want))
    if isinstance(want, NumberType) and want.unit is not None:
        operand = in_unit(operand, want.unit) or operand
    given = len(expr.args) > 1
    places = _literal_places(expr.args[1], ctx) if given else 0
    span = expr.args[1].span if given else expr.span
    digits = t.Const(NumberType(DIMENSIONLESS, 0), span, Fraction(places))
    type_ = NumberType(number_type(operand).unit, max(places, 0))
    return t.Call(type_, expr.span, function.name, (operand, digits))


def _literal_places(expr: ast.Expr, ctx: Context) -> int:
    node = ctx.infer(expr)
    value = node.value if isinstance(node, t.Const) and is_bare(node) else None
    if isinstance(value, Fraction) and value.denominator == 1 and abs(value) <= MAX_PLACES:
        return int(value)
    raise refusal("PE2045", expr.span, most=MAX_PLACES)
