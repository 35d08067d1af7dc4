"""+ − × ÷ and whole powers: units combine, decimal places add up, a quotient has no bound on them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.context import Context, gather
from policy_engine.feel.date_shifts import is_period, moved
from policy_engine.feel.decimals import most_places, scaled_places, sum_places
from policy_engine.feel.numbers import (
    convert,
    in_known_unit,
    number_type,
    product_unit,
    quotient_unit,
    same_unit,
    settle,
    unit_of,
)
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import NumberType
from policy_engine.feel.units import DIMENSIONLESS

MAX_EXPONENT = 64


def negative(expr: ast.Neg, ctx: Context) -> t.Node:
    operand = ctx.number(expr.operand)
    if isinstance(operand, t.Const) and isinstance(operand.value, Fraction):
        return replace(operand, span=expr.span, value=-operand.value)
    return t.Neg(operand.type, expr.span, operand)


def arith(expr: ast.Arith, ctx: Context) -> t.Node:
    if expr.op in (t.ArithOp.ADD, t.ArithOp.SUB) and is_period(expr.right):
        return moved(expr, ctx)
    left, right = gather(lambda: ctx.number(expr.left), lambda: ctx.number(expr.right))
    if expr.op in (t.ArithOp.ADD, t.ArithOp.SUB):
        left, right = same_unit(left, right)
        places = most_places(number_type(left).places, number_type(right).places)
        return t.Arith(NumberType(unit_of(left), places), expr.span, expr.op, left, right)
    left, right = settle(left), settle(right)
    if expr.op is t.ArithOp.MUL:
        unit = product_unit(unit_of(left), unit_of(right))
        places = sum_places(number_type(left).places, number_type(right).places)
    else:
        refuse_zero(right)
        unit = quotient_unit(unit_of(left), unit_of(right))
        places = _quotient_places(left, right)
    node = t.Arith(NumberType(unit, places), expr.span, expr.op, left, right)
    return _in_natural_unit(node, left, right)


def _in_natural_unit(node: t.Arith, left: t.Node, right: t.Node) -> t.Node:
    """A share of a quantity counts in the unit of the quantity; other results in a unit people name."""
    one, other = unit_of(left), unit_of(right)
    if unit_of(node) in (one, other):
        return node
    if other.dimensionless and one.dims:
        return convert(node, one)
    if node.op is t.ArithOp.MUL and one.dimensionless and other.dims:
        return convert(node, other)
    return in_known_unit(node)


def refuse_zero(divisor: t.Node) -> None:
    """A literal or a parameter that is 0; other zeros are met when a member is evaluated."""
    if isinstance(divisor, t.Const | t.ParamRef) and divisor.value == 0:
        raise refusal("PE2044", divisor.span)


def _quotient_places(left: t.Node, right: t.Node) -> int | None:
    """Only a literal divisor whose reciprocal ends leaves an exact decimal."""
    if isinstance(right, t.Const) and isinstance(right.value, Fraction):
        return scaled_places(number_type(left).places, 1 / right.value)
    return None


def power(expr: ast.Power, ctx: Context) -> t.Node:
    base = settle(ctx.number(expr.base))
    times = _exponent(expr.exponent)
    places = number_type(base).places
    unit = DIMENSIONLESS
    for _ in range(times):
        unit = product_unit(unit, unit_of(base))
    type_ = NumberType(unit, None if places is None else places * times)
    return in_known_unit(t.Power(type_, expr.span, base, times))


def _exponent(expr: ast.Expr) -> int:
    if isinstance(expr, ast.Number) and expr.unit is None:
        whole = expr.value.denominator == 1
        if whole and expr.value <= MAX_EXPONENT:
            return int(expr.value)
    raise refusal("PE2015", expr.span, most=MAX_EXPONENT)
