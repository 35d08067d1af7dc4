"""且 或 如果: what one part finds out about null holds in the parts read after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.alike import alike, joined_type
from policy_engine.feel.context import Context, gather
from policy_engine.feel.describe import type_name
from policy_engine.feel.fit import fit
from policy_engine.feel.nulls import known_when
from policy_engine.feel.numbers import settle
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import NullType, Type


def chain(items: Sequence[ast.Expr], ctx: Context, outcome: bool) -> tuple[t.Node, ...]:
    """Items of 且 (``outcome`` True) or 或: each is read only if all before it had the outcome."""
    now = ctx

    def step(item: ast.Expr) -> t.Node:
        nonlocal now
        node = now.truth(item)
        now = now.knowing(known_when(node, outcome))
        return node

    return tuple(gather(*(partial(step, item) for item in items)))


def conditional(expr: ast.If, ctx: Context, want: Type | None) -> t.Node:
    condition = ctx.truth(expr.condition)

    def branch(body: ast.Expr, outcome: bool) -> t.Node:
        node = ctx.knowing(known_when(condition, outcome)).infer(body, want)
        return node if want is None else fit(node, want)

    then, otherwise = gather(lambda: branch(expr.then, True), lambda: branch(expr.otherwise, False))
    then, otherwise = one_type(then, otherwise, expr.span)
    return t.If(joined_type(then.type, otherwise.type), expr.span, condition, then, otherwise)


def one_type(one: t.Node, other: t.Node, span: Span) -> tuple[t.Node, t.Node]:
    """Two possible results in one type; null fits any. Raises LoadError (PE2046, units, options)."""
    if isinstance(other.type, NullType):
        return settle(one), other
    if isinstance(one.type, NullType):
        return one, settle(other)
    pair = alike(one, other)
    if pair is None:
        names = type_name(one.type), type_name(other.type)
        raise refusal("PE2046", span, one.span, other.span, left=names[0], right=names[1])
    return pair
