"""Types of expressions, bottom up. Every rule that makes an expression meaningless is a load error here."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.arithmetic import arith, negative, power
from policy_engine.feel.calls import call
from policy_engine.feel.cells import in_range, tests
from policy_engine.feel.comparisons import compare, is_null
from policy_engine.feel.context import Context
from policy_engine.feel.decimals import decimal_places
from policy_engine.feel.logic import chain, conditional
from policy_engine.feel.names import unknown_name
from policy_engine.feel.nulls import shape
from policy_engine.feel.refuse import refusal
from policy_engine.feel.scope import (
    ChildTermSymbol,
    ParamSymbol,
    ParentKeySymbol,
    ReadingSymbol,
    Scope,
    TermSymbol,
)
from policy_engine.feel.types import (
    BooleanType,
    DateType,
    MonthType,
    NullType,
    NumberType,
    OptionType,
    TextType,
    Type,
    with_nullable,
)


def context(scope: Scope, column: Type | None = None) -> Context:
    """The context of a whole expression, or of a cell in a column."""
    return Context(scope, infer, column=column)


def infer(expr: ast.Expr, ctx: Context, want: Type | None = None) -> t.Node:
    """The typed tree of any expression. Raises LoadError."""
    match expr:
        case ast.Name():
            return _name(expr, ctx, want)
        case ast.Input():
            return _input(expr, ctx)
        case ast.Neg():
            return negative(expr, ctx)
        case ast.Arith():
            return arith(expr, ctx)
        case ast.Power():
            return power(expr, ctx)
        case ast.Compare():
            return compare(expr, ctx)
        case ast.IsNull():
            return is_null(expr, ctx)
        case ast.Not():
            return t.Not(BooleanType(), expr.span, ctx.truth(expr.operand))
        case ast.And():
            return t.And(BooleanType(), expr.span, chain(expr.items, ctx, True))
        case ast.Or():
            return t.Or(BooleanType(), expr.span, chain(expr.items, ctx, False))
        case ast.If():
            return conditional(expr, ctx, want)
        case ast.In():
            return _membership(expr, ctx)
        case ast.Between():
            bounds = ast.Range(expr.span, expr.low, True, expr.high, True)
            return in_range(ctx.value(expr.operand), bounds, ctx)
        case ast.Call():
            return call(expr, ctx, want)
        case _:
            return _literal(expr)


def _literal(expr: ast.Expr) -> t.Node:
    match expr:
        case ast.Number():
            return t.Const(NumberType(expr.unit, decimal_places(expr.value)), expr.span, expr.value)
        case ast.Text():
            return t.Const(TextType(), expr.span, expr.value)
        case ast.Bool():
            return t.Const(BooleanType(), expr.span, expr.value)
        case ast.Null():
            return t.Const(NullType(), expr.span, None)
        case ast.Date():
            return t.Const(DateType(), expr.span, expr.value)
        case ast.MonthLiteral():
            return t.Const(MonthType(), expr.span, expr.value)
        case _:
            raise refusal("PE2013", expr.span)


def _name(expr: ast.Name, ctx: Context, want: Type | None) -> t.Node:
    symbol = ctx.scope.resolve(expr.path)
    match symbol:
        case TermSymbol():
            ref = t.TermRef(symbol.type, expr.span, symbol.where, symbol.entity, symbol.part, symbol.term)
            return _narrowed(ref, ctx)
        case ParentKeySymbol():
            return _narrowed(t.ParentKey(symbol.type, expr.span, symbol.entity), ctx)
        case ParamSymbol():
            return t.ParamRef(symbol.type, expr.span, symbol.name, symbol.value)
        case ReadingSymbol():
            return t.ReadingRef(OptionType(symbol.options), expr.span, symbol.name, symbol.value)
        case ChildTermSymbol():
            raise refusal("PE2021", expr.span, name=expr.text, entity=symbol.part)
    raise unknown_name(expr, ctx.scope, want)


def _narrowed(node: t.Node, ctx: Context) -> t.Node:
    known = node.type.nullable and shape(node) in ctx.known
    return replace(node, type=with_nullable(node.type, False)) if known else node


def _input(expr: ast.Input, ctx: Context) -> t.Node:
    if ctx.column is None:
        raise refusal("PE2017", expr.span)
    return _narrowed(t.CellInput(ctx.column, expr.span), ctx)


def _membership(expr: ast.In, ctx: Context) -> t.Node:
    node = tests(ctx.value(expr.operand), expr.target, ctx)
    return t.Not(BooleanType(), expr.span, node) if expr.negated else replace(node, span=expr.span)
