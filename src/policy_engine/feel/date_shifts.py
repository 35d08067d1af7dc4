"""Dates moved by days and months: ``加月``, ``加天``, and ``日期 + 期间("P3M")``."""

from __future__ import annotations

import re
from fractions import Fraction

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.context import Context
from policy_engine.feel.describe import DATE, NUMBER, type_name
from policy_engine.feel.functions import BY_NAME, Function
from policy_engine.feel.nulls import never_null
from policy_engine.feel.numbers import convert, is_bare, number_type, settle, unit_of, with_unit
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import DateType, MonthType, NumberType, Type
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS, unit_name

_EITHER = Text("日期或月份", "a date or a month")
_WHOLE = Text("整数", "a whole number")
_PERIOD = Text('期间常数，如 `期间("P3M")`', 'a literal period such as `duration("P3M")`')
_WRITTEN = re.compile(r"(-?)P(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})D)?")
_SHIFTS = {"add_months": "月", "add_days": "天"}


def shifted(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """``加月(日期或月份, n)``, ``加天(日期, n)``. Raises LoadError."""
    day = never_null(ctx.infer(expr.args[0]))
    allowed = (DateType, MonthType) if function.name == "add_months" else (DateType,)
    if not isinstance(day.type, allowed):
        wanted = _EITHER if len(allowed) > 1 else DATE
        raise refusal("PE2032", day.span, wanted=wanted, found=type_name(day.type))
    count = _count(ctx.number(expr.args[1]), _SHIFTS[function.name])
    return t.Call(day.type, expr.span, function.name, (day, count))


def _count(node: t.Node, unit: str) -> t.Node:
    """A whole number, bare or in the unit; another unit of time is converted where it can be."""
    wanted = BASE_UNITS[unit]
    if is_bare(node) or unit_of(node).equivalent(DIMENSIONLESS):
        node = with_unit(settle(node), wanted)
    elif unit_of(node).same_dimension(wanted):
        node = convert(node, wanted)
    else:
        raise refusal("PE2036", node.span, found=unit_name(unit_of(node)), wanted=unit)
    if number_type(node).places != 0:
        raise refusal("PE2032", node.span, wanted=_WHOLE, found=NUMBER)
    return node


def is_period(expr: ast.Expr) -> bool:
    """Whether this is ``期间(…)``, which stands only behind the plus or minus of a date."""
    function = BY_NAME.get(expr.function.text) if isinstance(expr, ast.Call) else None
    return function is not None and function.name == "duration"


def misplaced_period(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    raise refusal("PE2047", expr.span)


def moved(expr: ast.Arith, ctx: Context) -> t.Node:
    """``date ± 期间``. Raises LoadError."""
    assert isinstance(expr.right, ast.Call)
    day = never_null(ctx.infer(expr.left))
    if not isinstance(day.type, DateType | MonthType):
        raise refusal("PE2032", day.span, wanted=_EITHER, found=type_name(day.type))
    months, days = _period(expr.right, ctx)
    if days and isinstance(day.type, MonthType):
        raise refusal("PE2032", day.span, wanted=DATE, found=type_name(day.type))
    sign = 1 if expr.op is t.ArithOp.ADD else -1
    for count, name in ((months, "add_months"), (days, "add_days")):
        if count:
            type_ = NumberType(BASE_UNITS[_SHIFTS[name]], 0)
            day = t.Call(
                day.type, expr.span, name, (day, t.Const(type_, expr.right.span, Fraction(sign * count)))
            )
    return day


def _period(expr: ast.Call, ctx: Context) -> tuple[int, int]:
    """Months and days of a literal period."""
    node = ctx.infer(expr.args[0]) if len(expr.args) == 1 else None
    text = node.value if isinstance(node, t.Const) and isinstance(node.value, str) else None
    found = _WRITTEN.fullmatch(text) if text is not None else None
    if found is None or not any(found.groups()[1:]):
        raise _unreadable(expr, text)
    sign = -1 if found[1] else 1
    years, months, days = (int(part or 0) for part in found.groups()[1:])
    return sign * (years * 12 + months), sign * days


def _unreadable(expr: ast.Call, text: str | None) -> LoadError:
    if text is not None:
        return refusal("PE2049", expr.span, text=text)
    return refusal("PE2032", expr.span, wanted=_PERIOD, found=Text("别的内容", "something else"))
