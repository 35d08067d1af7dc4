"""Comparisons and tests for null."""

from __future__ import annotations

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.alike import alike, choices
from policy_engine.feel.context import Context, gather
from policy_engine.feel.describe import type_name
from policy_engine.feel.fit import fit
from policy_engine.feel.nulls import never_null
from policy_engine.feel.numbers import is_bare
from policy_engine.feel.refuse import hint, refusal
from policy_engine.feel.scope import TermSymbol
from policy_engine.feel.types import (
    BooleanType,
    DateType,
    LevelType,
    MonthType,
    NullType,
    NumberType,
    OptionType,
    TextType,
    Type,
)

ORDERED = (NumberType, DateType, MonthType, LevelType)
_EQUALITY = (t.CompareOp.EQ, t.CompareOp.NE)


def compare(expr: ast.Compare, ctx: Context) -> t.Node:
    if expr.op in _EQUALITY:
        negated = expr.op is t.CompareOp.NE
        if isinstance(expr.right, ast.Null):
            return is_null(ast.IsNull(expr.span, expr.left, negated), ctx)
        if isinstance(expr.left, ast.Null):
            return is_null(ast.IsNull(expr.span, expr.right, negated), ctx)
    sides = gather(lambda: ctx.infer(expr.left), lambda: ctx.infer(expr.right, _wanted(expr, ctx)))
    return comparison(expr.op, sides[0], sides[1], expr.span)


def _wanted(expr: ast.Compare, ctx: Context) -> Type | None:
    """The option or level type on the left, so that a bare name on the right gets the right advice."""
    if not (isinstance(expr.left, ast.Name) and isinstance(expr.right, ast.Name)):
        return None
    symbol = ctx.scope.resolve(expr.left.path)
    return symbol.type if isinstance(symbol, TermSymbol) and choices(symbol.type) else None


def comparison(op: t.CompareOp, left: t.Node, right: t.Node, span: Span, alone: bool = False) -> t.Node:
    """Both sides brought to one type. ``alone``: a bare literal on the right takes the left one's unit."""
    left, right = gather(lambda: never_null(left), lambda: never_null(right))
    if alone and is_bare(right) and isinstance(left.type, NumberType):
        right = fit(right, left.type)
    pair = alike(left, right)
    if pair is None:
        raise incomparable(left, right, span)
    if op not in _EQUALITY and not isinstance(pair[0].type, ORDERED):
        raise refusal("PE2034", span, type=type_name(pair[0].type))
    if isinstance(pair[0].type, NullType):
        raise refusal("PE2041", span, name=left.span.text)
    return t.Compare(BooleanType(), span, op, *pair)


def incomparable(left: t.Node, right: t.Node, span: Span) -> LoadError:
    advice = _of_lookup(left, right) or _ADVICE.get(frozenset({type(left.type), type(right.type)}))
    names = type_name(left.type), type_name(right.type)
    return refusal("PE2033", span, left.span, right.span, advice=advice, left=names[0], right=names[1])


def _of_lookup(left: t.Node, right: t.Node) -> Text | None:
    """A column of a lookup that no term is called like is text, though it may look like numbers or days."""
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one, t.LookupCall)
            and isinstance(one.type, TextType)
            and not isinstance(other.type, TextType)
        ):
            return hint(
                "对照表“{table}”的结果栏没有同名的词条，或那个词条是文本，所以按文本读；在词条里用栏名声明它的类型",
                "the result column of lookup “{table}” is read as text, as no term of that name says otherwise; "
                "declare one",
                table=one.table,
            )
    return None


_ADVICE: dict[frozenset[type[object]], Text] = {
    frozenset({DateType, TextType}): hint('日期写作 `@"2018-06-01"`', 'write a date as `@"2018-06-01"`'),
    frozenset({MonthType, TextType}): hint('月份写作 `@"2018-06"`', 'write a month as `@"2018-06"`'),
    frozenset({DateType, MonthType}): hint("先取月份：`月份(…)`", "take the month first: `month_of(…)`"),
    frozenset({OptionType}): hint("两边没有一个相同的选项", "the two have no option in common"),
    frozenset({LevelType}): hint("两边是两套不同的等级", "these are levels of two different scales"),
    frozenset({BooleanType, NumberType}): hint("是否只有 `是` 和 `否`", "it is either `true` or `false`"),
}


def is_null(expr: ast.IsNull, ctx: Context) -> t.Node:
    operand = ctx.infer(expr.operand)
    if not operand.type.nullable or isinstance(operand.type, NullType):
        raise refusal("PE2041", expr.span, name=expr.operand.span.text)
    test = t.IsNull(BooleanType(), expr.span, operand)
    return t.Not(BooleanType(), expr.span, test) if expr.negated else test
