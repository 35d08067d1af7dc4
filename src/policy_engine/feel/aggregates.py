"""Totals over the rows below: value, 仅 and 不计 are read on the child."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.context import Context
from policy_engine.feel.nulls import NOTHING, known_when
from policy_engine.feel.numbers import settle
from policy_engine.feel.refuse import hint, meant, refusal
from policy_engine.feel.scope import Scope, TermSymbol
from policy_engine.feel.types import NumberType, with_nullable
from policy_engine.feel.units import DIMENSIONLESS


def aggregate(
    kind: t.AggregateKind,
    value: ast.Expr,
    only: ast.Expr | None,
    skip: ast.Expr | None,
    ctx: Context,
    span: Span,
) -> t.Node:
    """A total of ``value`` over a child entity; for a count ``value`` is the child's name alone.

    The sum of no rows is 0; the smallest and largest of no rows is null. Raises LoadError.
    """
    below = _child_scope(kind, value, ctx.scope)
    child = replace(ctx, scope=below, known=NOTHING, column=None)
    only_node = child.truth(only) if only else None
    if only_node is not None:
        child = child.knowing(known_when(only_node, True))
    skip_node = child.truth(skip) if skip else None
    if skip_node is not None:
        child = child.knowing(known_when(skip_node, False))
    node = None if kind is t.AggregateKind.COUNT else settle(child.number(value))
    may_be_null = kind in (t.AggregateKind.MIN, t.AggregateKind.MAX)
    type_ = with_nullable(node.type, may_be_null) if node else NumberType(DIMENSIONLESS, 0)
    return t.Aggregate(type_, span, kind, base_of(below), below.entity, node, only_node, skip_node)


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
    """The child is the first part of a dotted name, or for a count the name itself."""
    for name in _names(value):
        counts = kind is t.AggregateKind.COUNT and len(name.path) == 1 and name == value
        totals = kind is not t.AggregateKind.COUNT and len(name.path) > 1
        below = scope.below(name.path[0]) if counts or totals else None
        if below is not None:
            return below
    raise _no_child(kind, value, scope)


def _no_child(kind: t.AggregateKind, value: ast.Expr, scope: Scope) -> LoadError:
    name = next(_names(value), None)
    entities = {n.split(".")[0] for n in scope.names() if "." in n}
    below = {e for e in entities if scope.below(e) is not None}
    if kind is t.AggregateKind.COUNT:
        general = hint("写下级主体的名称：`计数(用户)`", "write the name of an entity below: `count(user)`")
        near = nearest(name.text, below) if name else ()
    else:
        general = hint("写明下级主体和词条：`合计(用户.电量)`", "write entity and term: `sum(user.energy)`")
        terms = [n for n in scope.names() if n.split(".")[0] in below]
        near = nearest(name.text, terms) if name else ()
    return refusal("PE2027", value.span, advice=meant(near) or general, text=value.span.text)


def _names(expr: ast.Expr) -> Iterator[ast.Name]:
    if isinstance(expr, ast.Name):
        yield expr
    for child in ast.children(expr):
        yield from _names(child)
