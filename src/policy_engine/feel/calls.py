"""Calls: the closed list of functions, lookup tables, totals over children."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.aggregates import aggregate
from policy_engine.feel.alike import joined_type
from policy_engine.feel.calendar_calls import calendar, date
from policy_engine.feel.context import Context, gather
from policy_engine.feel.date_shifts import misplaced_period, shifted
from policy_engine.feel.fit import fit
from policy_engine.feel.functions import BY_NAME, Family, Function
from policy_engine.feel.logic import one_type
from policy_engine.feel.number_calls import absolute, extreme, modulo, parity, rounded
from policy_engine.feel.refuse import hint, meant, refusal
from policy_engine.feel.text_calls import string, texts
from policy_engine.feel.types import Type


def call(expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """A function, a lookup or a total. Raises LoadError."""
    function = BY_NAME.get(expr.function.text)
    if function is None:
        return _lookup(expr, ctx)
    if function.family is Family.AGGREGATE:
        return _total(function, expr, ctx)
    _refuse_filters(expr)
    _check_count(expr, len(expr.args), function.least, function.most)
    return _RULES[function.family](function, expr, ctx, want)


def _check_count(expr: ast.Call, found: int, least: int, most: int | None) -> None:
    if least <= found and (most is None or found <= most):
        return
    wanted = f"≥ {least}" if most is None else str(least) if least == most else f"{least}–{most}"
    raise refusal("PE2023", expr.span, name=expr.function.text, wanted=wanted, found=found)


def _refuse_filters(expr: ast.Call) -> None:
    for arg in expr.args:
        if isinstance(arg, ast.Filter):
            raise refusal("PE2014", arg.span)


def _coalesce(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    def item(arg: ast.Expr) -> t.Node:
        node = ctx.infer(arg, want)
        if arg is not expr.args[-1] and not node.type.nullable:
            raise refusal("PE2043", arg.span, name=arg.span.text)
        return node

    first, *rest = gather(*(partial(item, arg) for arg in expr.args))
    items = [first]
    type_ = first.type
    for node in rest:
        items.append(one_type(first, node, expr.span)[1])
        type_ = joined_type(type_, items[-1].type)
    return t.Coalesce(replace(type_, nullable=items[-1].type.nullable), expr.span, tuple(items))


def _lookup(expr: ast.Call, ctx: Context) -> t.Node:
    name = expr.function.text
    table = ctx.scope.lookup(name)
    if table is None:
        raise _unknown_function(expr, ctx)
    _refuse_filters(expr)
    _check_count(expr, len(expr.args), len(table.keys), len(table.keys))

    def key(arg: ast.Expr, type_: Type) -> t.Node:
        return fit(ctx.value(arg, type_), type_)

    args = gather(*(partial(key, arg, type_) for arg, type_ in zip(expr.args, table.keys, strict=True)))
    return t.LookupCall(table.result, expr.span, name, tuple(args))


def _unknown_function(expr: ast.Call, ctx: Context) -> LoadError:
    name = expr.function.text
    if ctx.scope.resolve(expr.function.path) is not None:
        advice = hint(
            "“{x}”是词条，后面不跟括号；相乘要写 `×`", "`{x}` is a term; to multiply, write `*`", x=name
        )
    else:
        listed = hint(
            "函数只有文档列出的那些；对照表须先声明", "neither a listed function nor a declared lookup"
        )
        advice = meant(nearest(name, (*BY_NAME, *ctx.scope.names()))) or listed
    return refusal("PE2022", expr.function.span, advice=advice, name=name)


def _total(function: Function, expr: ast.Call, ctx: Context) -> t.Node:
    values = [a for a in expr.args if not isinstance(a, ast.Filter)]
    _check_count(expr, len(values), 1, 1)
    only, skip = _filter(expr, skip=False), _filter(expr, skip=True)
    return aggregate(t.AggregateKind(function.name), values[0], only, skip, ctx, expr.span)


def _filter(expr: ast.Call, skip: bool) -> ast.Expr | None:
    found = [a for a in expr.args if isinstance(a, ast.Filter) and a.skip is skip]
    if len(found) > 1:
        raise refusal("PE2018", found[1].span)
    return found[0].condition if found else None


_Rule = Callable[[Function, ast.Call, Context, Type | None], t.Node]
_RULES: Mapping[Family, _Rule] = MappingProxyType(
    {
        Family.EXTREME: extreme,
        Family.ABS: absolute,
        Family.MODULO: modulo,
        Family.ROUND: rounded,
        Family.COALESCE: _coalesce,
        Family.DATE: date,
        Family.CALENDAR: calendar,
        Family.SHIFT: shifted,
        Family.PERIOD: misplaced_period,
        Family.WHOLE: parity,
        Family.TEXT: texts,
        Family.STRING: string,
    }
)
