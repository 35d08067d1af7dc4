"""Functions of texts: for checks, forms and cells. They are no part of settlement formulas."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.context import Context, gather
from policy_engine.feel.describe import NUMBER, type_name
from policy_engine.feel.functions import Function
from policy_engine.feel.nulls import never_null
from policy_engine.feel.numbers import settle
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import BooleanType, LevelType, NumberType, OptionType, TextType, Type
from policy_engine.feel.units import DIMENSIONLESS

_TEXT = Text("文本", "a text")
_LITERAL = Text("文本常数（正则表达式）", "a literal text (a regular expression)")
_PLAIN_NUMBER = Text("没有单位的整数", "a whole number without unit")
_RESULTS: Mapping[str, Type] = MappingProxyType(
    {
        "string_length": NumberType(DIMENSIONLESS, 0),
        "contains": BooleanType(),
        "starts_with": BooleanType(),
        "ends_with": BooleanType(),
        "matches": BooleanType(),
    }
)


def texts(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """A function of texts; ``截取`` also takes positions. Raises LoadError."""
    numbers_from = 1 if function.name == "substring" else len(expr.args)
    steps = [partial(_text if at < numbers_from else _position, arg, ctx) for at, arg in enumerate(expr.args)]
    args = gather(*steps)
    if function.name == "matches":
        _check_pattern(args[1])
    return t.Call(_RESULTS.get(function.name, TextType()), expr.span, function.name, tuple(args))


def string(function: Function, expr: ast.Call, ctx: Context, want: Type | None) -> t.Node:
    """``文本(x)``: any value as text, a number in its unit."""
    operand = settle(ctx.value(expr.args[0]))
    return t.Call(TextType(), expr.span, function.name, (operand,))


def _text(arg: ast.Expr, ctx: Context) -> t.Node:
    node = ctx.infer(arg)
    if not isinstance(node.type, TextType | OptionType | LevelType):
        raise refusal("PE2032", node.span, wanted=_TEXT, found=type_name(node.type))
    return never_null(node)


def _position(arg: ast.Expr, ctx: Context) -> t.Node:
    node = settle(ctx.infer(arg))
    if not isinstance(node.type, NumberType):
        raise refusal("PE2032", node.span, wanted=NUMBER, found=type_name(node.type))
    unit = node.type.unit
    if node.type.places != 0 or (unit is not None and not unit.equivalent(DIMENSIONLESS)):
        raise refusal("PE2032", node.span, wanted=_PLAIN_NUMBER, found=type_name(node.type))
    return never_null(node)


def _check_pattern(pattern: t.Node) -> None:
    import re2

    options = re2.Options()
    options.log_errors = False
    if not isinstance(pattern, t.Const) or not isinstance(pattern.value, str):
        raise refusal("PE2032", pattern.span, wanted=_LITERAL, found=type_name(pattern.type))
    try:
        re2.compile(pattern.value, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        reason = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise refusal("PE2048", pattern.span, text=pattern.value, reason=reason) from None
