"""The exact value of a small expression: constants, and what an environment holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.feel import typed as t
from policy_engine.feel.nulls import shape
from policy_engine.feel.types import LevelType
from policy_engine.feel.values import DateRange, Value

Environment = Mapping[Hashable, Value]
NOTHING: Environment = MappingProxyType({})
_ORDER: Mapping[t.CompareOp, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        t.CompareOp.EQ: operator.eq,
        t.CompareOp.NE: operator.ne,
        t.CompareOp.LT: operator.lt,
        t.CompareOp.LE: operator.le,
        t.CompareOp.GT: operator.gt,
        t.CompareOp.GE: operator.ge,
    }
)
_ARITHMETIC: Mapping[t.ArithOp, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        t.ArithOp.ADD: operator.add,
        t.ArithOp.SUB: operator.sub,
        t.ArithOp.MUL: operator.mul,
        t.ArithOp.DIV: operator.truediv,
    }
)


class UnknownValue(Exception):
    """The expression reads what the environment does not hold, or does what is not modelled here."""


def is_constant(node: t.Node) -> bool:
    try:
        value_of(node)
    except UnknownValue:
        return False
    return True


def value_of(node: t.Node, env: Environment = NOTHING) -> Value:
    """``env`` holds values by the shape of the node they are of. Raises UnknownValue."""
    if env and (key := shape(node)) in env:
        return env[key]
    match node:
        case t.Const(value=value) | t.ParamRef(value=value):
            return value
        case t.ReadingRef(value=chosen):
            return chosen
        case t.And(items=items):
            return all(value_of(i, env) for i in items)
        case t.Or(items=items):
            return any(value_of(i, env) for i in items)
        case t.Not(operand=operand):
            return not value_of(operand, env)
        case t.If():
            return value_of(node.then if value_of(node.condition, env) else node.otherwise, env)
        case t.IsNull(operand=operand):
            return value_of(operand, env) is None
        case t.Compare():
            return _ORDER[node.op](_ranked(node.left, env), _ranked(node.right, env))
        case t.InRange():
            return _inside(node, env)
        case t.InDates():
            dates, day = value_of(node.dates, env), value_of(node.operand, env)
            return isinstance(dates, DateRange) and day in dates  # type: ignore[operator]  # a date by its type
        case _:
            return _number(node, env)


def _number(node: t.Node, env: Environment) -> Value:
    match node:
        case t.Scale(operand=operand, factor=factor):
            return _fraction(operand, env) * factor
        case t.Neg(operand=operand):
            return -_fraction(operand, env)
        case t.Power(base=base, exponent=exponent):
            return Fraction(_fraction(base, env) ** exponent)
        case t.Arith():
            left, right = _fraction(node.left, env), _fraction(node.right, env)
            if node.op is t.ArithOp.DIV and right == 0:
                raise UnknownValue
            return Fraction(_ARITHMETIC[node.op](left, right))
        case t.Call(function="max" | "min", args=args) if args:
            chosen = max if node.function == "max" else min
            return chosen(_fraction(a, env) for a in args)
    raise UnknownValue


def _fraction(node: t.Node, env: Environment) -> Fraction:
    value = value_of(node, env)
    if not isinstance(value, Fraction):
        raise UnknownValue
    return value


def _ranked(node: t.Node, env: Environment) -> Any:
    """A value that compares as its type does: a level by its place."""
    value = value_of(node, env)
    if value is None:
        raise UnknownValue
    return node.type.levels.index(str(value)) if isinstance(node.type, LevelType) else value


def _inside(node: t.InRange, env: Environment) -> bool:
    value = _ranked(node.operand, env)
    if node.low is not None:
        low = _ranked(node.low, env)
        if value < low or (value == low and not node.low_inclusive):
            return False
    if node.high is not None:
        high = _ranked(node.high, env)
        if value > high or (value == high and not node.high_inclusive):
            return False
    return True
