"""Functions of dates and months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.context import Context, gather
from policy_engine.feel.describe import DATE, MONTH, type_name
from policy_engine.feel.functions import Function
from policy_engine.feel.nulls import never_null
from policy_engine.feel.plain import read_date
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import DateType, MonthType, NumberType, Type
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS

_WRITTEN_DATE = Text('文本常数（如 "2018-06-01"）', 'a literal text such as "2018-06-01"')
_EITHER = Text("日期或月份", "a date or a month")
_NUMBER = NumberType(DIMENSIONLESS, 0)
_DAYS = NumberType(BASE_UNITS["天"], 0)


def date(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """``日期("2018-06-01")``: a literal in a call's clothes, as DMN writes it."""
    node = ctx.infer(expr.args[0])
    if isinstance(node, t.Const) and isinstance(node.value, str):
        value = read_date(node.value)
        if not isinstance(value, dt.date):
            raise refusal("PE2007", node.span, text=node.value)
        return t.Const(DateType(), expr.span, value)
    if isinstance(node, t.Const) and isinstance(node.type, DateType):
        return replace(node, span=expr.span)
    raise refusal("PE2032", node.span, wanted=_WRITTEN_DATE, found=type_name(node.type))


# What each takes, how that is called, and what it gives.
_SIGNATURES: Mapping[str, tuple[tuple[type[object], ...], Text, Type]] = MappingProxyType(
    {
        "next_month": ((MonthType,), MONTH, MonthType()),
        "previous_month": ((MonthType,), MONTH, MonthType()),
        "month_of": ((DateType, MonthType), _EITHER, MonthType()),
        "year_of": ((DateType, MonthType), _EITHER, _NUMBER),
        "month_number": ((DateType, MonthType), _EITHER, _NUMBER),
        "day_of": ((DateType,), DATE, _NUMBER),
        "first_day": ((MonthType,), MONTH, DateType()),
        "last_day": ((MonthType,), MONTH, DateType()),
        "days_in_month": ((MonthType,), MONTH, _DAYS),
        "days_between": ((DateType,), DATE, _DAYS),
        "weekday": ((DateType,), DATE, _NUMBER),
        "day_of_year": ((DateType,), DATE, _NUMBER),
        "week_of_year": ((DateType,), DATE, _NUMBER),
    }
)


def calendar(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    allowed, wanted, result = _SIGNATURES[function.name]

    def argument(arg: ast.Expr) -> t.Node:
        node = ctx.infer(arg)
        if not isinstance(node.type, allowed):
            raise refusal("PE2032", node.span, wanted=wanted, found=type_name(node.type))
        return never_null(node)

    args = gather(*(partial(argument, arg) for arg in expr.args))
    return t.Call(result, expr.span, function.name, tuple(args))
