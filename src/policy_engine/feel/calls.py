"""Calls: the closed list of functions, lookup tables, totals over children."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.aggregates import aggregate
from policy_engine.feel.alike import alike, joined_type
from policy_engine.feel.describe import hint, type_name
from policy_engine.feel.fit import fit
from policy_engine.feel.functions import BY_NAME, Family, Function
from policy_engine.feel.infer import Context, gather, infer, join, number, refuse_zero
from policy_engine.feel.lexer import read_date
from policy_engine.feel.nulls import never_null
from policy_engine.feel.numbers import in_unit, most_places, number_type, same_unit, settle
from policy_engine.feel.types import DateType, MonthType, NumberType, TextType, Type
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS

MAX_PLACES = 18


def call(expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """A function, a lookup or a total. Raises LoadError."""
    name = expr.function.text
    function = BY_NAME.get(name)
    if function is None:
        return _lookup(expr, ctx)
    if function.family is Family.AGGREGATE:
        return _total(function, expr, ctx)
    _refuse_filters(expr)
    _check_count(expr, len(expr.args), function.least, function.most)
    return _RULES[function.family](function, expr, ctx, want)


def _check_count(expr: ast.Call, found: int, least: int, most: int | None) -> None:
    if found < least or (most is not None and found > most):
        wanted = str(least) if least == most else f"{least}–{most}" if most else f"≥ {least}"
        raise LoadError(diagnostic("PE2023", expr.span, name=expr.function.text, wanted=wanted, found=found))


def _refuse_filters(expr: ast.Call) -> None:
    for arg in expr.args:
        if isinstance(arg, ast.Filter):
            raise LoadError(diagnostic("PE2014", arg.span))


# numbers


def _extreme(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    args = gather(*(_later(infer, a, ctx) for a in expr.args))
    args = gather(*(lambda a=a: never_null(a) for a in args))  # type: ignore[misc]
    if not isinstance(args[0].type, NumberType | DateType | MonthType):
        found = type_name(args[0].type)
        raise LoadError(diagnostic("PE2032", args[0].span, wanted="数、日期或月份", found=found))
    first = next((a for a in args if not _is_zero_literal(a)), args[0])
    args = [a if a is first else _beside(a, first, expr.span) for a in args]
    if isinstance(first.type, NumberType):
        args = [settle(a) for a in args]
        places = most_places(*(number_type(a).places for a in args))
        return t.Call(NumberType(number_type(settle(first)).unit, places), expr.span, function.name, tuple(args))
    return t.Call(first.type, expr.span, function.name, tuple(args))


def _is_zero_literal(node: t.Node) -> bool:
    return isinstance(node, t.Const) and isinstance(node.type, NumberType) and node.type.unit is None


def _beside(node: t.Node, first: t.Node, span: Span) -> t.Node:
    """An argument in the type and unit of the first one that has a unit."""
    pair = alike(first, node)
    if pair is None:
        names = {"left": type_name(first.type), "right": type_name(node.type)}
        raise LoadError(diagnostic("PE2033", span, first.span, node.span, **names))
    return pair[1]


def _abs(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    operand = settle(number(expr.args[0], ctx, want))
    return t.Call(operand.type, expr.span, function.name, (operand,))


def _modulo(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    left, right = gather(_later(number, expr.args[0], ctx), _later(number, expr.args[1], ctx))
    left, right = same_unit(left, right)
    refuse_zero(right)
    places = most_places(number_type(left).places, number_type(right).places)
    type_ = NumberType(number_type(left).unit, places)
    return t.Call(type_, expr.span, function.name, (left, right))


def _round(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """Rounds in the unit of the result when that is known: 0.005 元 is not 0.005 万元."""
    operand = settle(number(expr.args[0], ctx, want))
    if isinstance(want, NumberType) and want.unit is not None:
        operand = in_unit(operand, want.unit) or operand
    places = _literal_places(expr.args[1], ctx) if len(expr.args) > 1 else 0
    span = expr.args[1].span if len(expr.args) > 1 else expr.span
    digits = t.Const(NumberType(DIMENSIONLESS, 0), span, Fraction(places))
    type_ = NumberType(number_type(operand).unit, max(places, 0))
    return t.Call(type_, expr.span, function.name, (operand, digits))


def _literal_places(expr: ast.Expr, ctx: Context) -> int:
    node = infer(expr, ctx)
    value = node.value if isinstance(node, t.Const) else None
    if isinstance(value, Fraction) and value.denominator == 1 and abs(value) <= MAX_PLACES:
        return int(value)
    raise LoadError(diagnostic("PE2045", expr.span, most=MAX_PLACES))


# null


def _coalesce(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    def one(arg: ast.Expr, last: bool) -> t.Node:
        node = infer(arg, ctx, want)
        if not last and not node.type.nullable:
            raise LoadError(diagnostic("PE2043", arg.span, name=arg.span.text))
        return node

    count = len(expr.args)
    items = gather(*(_later(one, a, i == count - 1) for i, a in enumerate(expr.args)))
    nullable = items[-1].type.nullable
    items = _in_one_type(items, expr.span)
    type_ = items[0].type
    for item in items[1:]:
        type_ = joined_type(type_, item.type) or type_
    return t.Coalesce(replace(type_, nullable=nullable), expr.span, tuple(items))


def _in_one_type(items: list[t.Node], span: Span) -> list[t.Node]:
    found = [items[0]]
    for item in items[1:]:
        pair: list[t.Node] = []
        join(span, found[0], item, lambda a, b, _: pair.extend((a, b)) or a)  # type: ignore[func-returns-value]
        found = [pair[0], *found[1:], pair[1]]
    return found


# dates


def _date(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    node = infer(expr.args[0], ctx)
    if isinstance(node, t.Const) and isinstance(node.value, str):
        value = read_date(node.value)
        if not isinstance(value, dt.date):
            raise LoadError(diagnostic("PE2007", node.span, text=node.value))
        return t.Const(DateType(), expr.span, value)
    if isinstance(node, t.Const) and isinstance(node.type, DateType):
        return replace(node, span=expr.span)
    raise LoadError(diagnostic("PE2032", node.span, wanted='文本常数（如 "2018-06-01"）', found=type_name(node.type)))


_NUMBER = NumberType(DIMENSIONLESS, 0)
_DAYS = NumberType(BASE_UNITS["天"], 0)
_CALENDAR: dict[str, tuple[tuple[type, ...], Type]] = {
    "next_month": ((MonthType,), MonthType()),
    "previous_month": ((MonthType,), MonthType()),
    "month_of": ((DateType, MonthType), MonthType()),
    "year_of": ((DateType, MonthType), _NUMBER),
    "month_number": ((DateType, MonthType), _NUMBER),
    "day_of": ((DateType,), _NUMBER),
    "first_day": ((MonthType,), DateType()),
    "last_day": ((MonthType,), DateType()),
    "days_in_month": ((MonthType,), _DAYS),
    "days_between": ((DateType,), _DAYS),
}
_PLAIN_NAMES = {DateType: "日期", MonthType: "月份"}


def _calendar(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    allowed, result = _CALENDAR[function.name]

    def one(arg: ast.Expr) -> t.Node:
        node = infer(arg, ctx)
        if not isinstance(node.type, allowed):
            wanted = "或".join(_PLAIN_NAMES[a] for a in allowed)
            raise LoadError(diagnostic("PE2032", node.span, wanted=wanted, found=type_name(node.type)))
        return never_null(node)

    args = gather(*(_later(one, a) for a in expr.args))
    return t.Call(result, expr.span, function.name, tuple(args))


# lookups and totals


def _lookup(expr: ast.Call, ctx: Context) -> t.Node:
    name = expr.function.text
    table = ctx.scope.lookup(name)
    if table is None:
        raise _unknown_function(expr, ctx)
    _refuse_filters(expr)
    _check_count(expr, len(expr.args), len(table.keys), len(table.keys))

    def key(arg: ast.Expr, type_: Type) -> t.Node:
        return fit(never_null(infer(arg, ctx, type_)), type_)

    args = gather(*(_later(key, a, k) for a, k in zip(expr.args, table.keys, strict=True)))
    return t.LookupCall(table.result, expr.span, name, tuple(args))


def _unknown_function(expr: ast.Call, ctx: Context) -> LoadError:
    name = expr.function.text
    if ctx.scope.resolve(expr.function.path) is not None:
        advice = hint("“{x}”是词条，后面不跟括号；相乘要写 `×`", "`{x}` is a term; write `*` to multiply", x=name)
    elif near := nearest(name, (*BY_NAME, *ctx.scope.names())):
        advice = hint("是否想写“{near}”？", "did you mean `{near}`?", near=near[0])
    else:
        advice = hint("函数只有文档列出的那些；对照表须先声明", "only the listed functions and declared lookups can be called")
    return LoadError(diagnostic("PE2022", expr.function.span, hint=advice, name=name))


def _total(function: Function, expr: ast.Call, ctx: Context) -> t.Node:
    values = [a for a in expr.args if not isinstance(a, ast.Filter)]
    _check_count(expr, len(values), 1, 1)
    only = _filter(expr, skip=False)
    skip = _filter(expr, skip=True)
    return aggregate(t.AggregateKind(function.name), values[0], only, skip, ctx.scope, expr.span)


def _filter(expr: ast.Call, skip: bool) -> ast.Expr | None:
    found = [a for a in expr.args if isinstance(a, ast.Filter) and a.skip is skip]
    if len(found) > 1:
        raise LoadError(diagnostic("PE2018", found[1].span))
    return found[0].condition if found else None


def _later(function: Callable[..., t.Node], *args: object) -> Callable[[], t.Node]:
    return lambda: function(*args)


_Rule = Callable[[Function, ast.Call, Context, Type | None], t.Node]
_RULES: dict[Family, _Rule] = {
    Family.EXTREME: _extreme,
    Family.ABS: _abs,
    Family.MODULO: _modulo,
    Family.ROUND: _round,
    Family.WHOLE: _round,
    Family.COALESCE: _coalesce,
    Family.DATE: _date,
    Family.CALENDAR: _calendar,
}
_ = TextType
