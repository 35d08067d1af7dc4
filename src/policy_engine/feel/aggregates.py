"""Totals over the rows below: value, 仅 and 不计 are read on the child."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.describe import hint
from policy_engine.feel.infer import Context, number, truth
from policy_engine.feel.nulls import known_when
from policy_engine.feel.numbers import settle
from policy_engine.feel.scope import Scope, TermSymbol
from policy_engine.feel.types import NumberType, with_nullable
from policy_engine.feel.units import DIMENSIONLESS


def aggregate(
    kind: t.AggregateKind,
    value: ast.Expr,
    only: ast.Expr | None,
    skip: ast.Expr | None,
    scope: Scope,
    span: Span,
) -> t.Node:
    """A total of ``value`` over a child entity; for a count ``value`` is the child's name alone.

    The sum of no rows is 0; the smallest and largest of no rows is null. Raises LoadError.
    """
    below = _child_scope(kind, value, scope)
    ctx = Context(below)
    only_node = truth(only, ctx) if only else None
    if only_node is not None:
        ctx = ctx.knowing(known_when(only_node, True))
    skip_node = truth(skip, ctx) if skip else None
    if skip_node is not None:
        ctx = ctx.knowing(known_when(skip_node, False))
    entity = base_of(below)
    if kind is t.AggregateKind.COUNT:
        counted = NumberType(DIMENSIONLESS, 0)
        return t.Aggregate(counted, span, kind, entity, below.entity, None, only_node, skip_node)
    node = settle(number(value, ctx))
    may_be_null = kind in (t.AggregateKind.MIN, t.AggregateKind.MAX)
    type_ = with_nullable(node.type, may_be_null)
    return t.Aggregate(type_, span, kind, entity, below.entity, node, only_node, skip_node)


def base_of(scope: Scope) -> str:
    """The base entity of a (sub-)entity's scope: its ``base``, or what its own terms say."""
    declared = getattr(scope, "base", None)
    if isinstance(declared, str):
        return declared
    for name in scope.names():
        symbol = scope.resolve(tuple(name.split(".")))
        if isinstance(symbol, TermSymbol) and symbol.where is t.Where.OWN:
            return symbol.entity
    return scope.entity


def _child_scope(kind: t.AggregateKind, value: ast.Expr, scope: Scope) -> Scope:
    names = list(_names(value))
    if kind is t.AggregateKind.COUNT:
        below = scope.below(value.text) if isinstance(value, ast.Name) else None
        if below is not None:
            return below
    else:
        for name in names:
            below = scope.below(name.path[0]) if len(name.path) > 1 else None
            if below is not None:
                return below
    raise LoadError(_no_child(kind, value, names, scope))


def _no_child(kind: t.AggregateKind, value: ast.Expr, names: list[ast.Name], scope: Scope):  # type: ignore[no-untyped-def]
    near = nearest(names[0].text, scope.names()) if names else ()
    if near:
        advice = hint("是否想写“{near}”？", "did you mean `{near}`?", near=near[0])
    elif kind is t.AggregateKind.COUNT:
        advice = hint("写下级主体的名称：`计数(用户)`", "write the name of an entity below: `count(user)`")
    else:
        advice = hint("写明下级主体和词条：`合计(用户.电量)`", "write entity and term: `sum(user.energy)`")
    return diagnostic("PE2027", value.span, hint=advice, text=value.span.text)


def _names(expr: ast.Expr) -> Iterator[ast.Name]:
    if isinstance(expr, ast.Name):
        yield expr
    for child in ast.children(expr):
        yield from _names(child)
