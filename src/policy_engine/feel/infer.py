"""Types of expressions, bottom up. Every rule that makes an expression meaningless is a load error here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel import typed as t
from policy_engine.feel.alike import alike, choices, joined_type
from policy_engine.feel.describe import hint, type_name
from policy_engine.feel.fit import fit
from policy_engine.feel.names import unknown_name
from policy_engine.feel.nulls import NOTHING, Known, known_when, never_null, shape
from policy_engine.feel.numbers import (
    decimal_places,
    in_known_unit,
    is_bare,
    most_places,
    number_type,
    product_unit,
    quotient_unit,
    same_unit,
    scaled_places,
    settle,
    sum_places,
    unit_of,
)
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
    LevelType,
    MonthType,
    NullType,
    NumberType,
    OptionType,
    TextType,
    Type,
    with_nullable,
)
from policy_engine.feel.units import DIMENSIONLESS, Unit

MAX_EXPONENT = 64


@dataclass(frozen=True)
class Context:
    """Where an expression is read: its names, what is known not to be null, the column of a cell."""

    scope: Scope
    known: Known = NOTHING
    column: Type | None = None

    def knowing(self, facts: Known) -> Context:
        return replace(self, known=self.known | facts)


def infer(expr: ast.Expr, ctx: Context, want: Type | None = None) -> t.Node:
    """The typed tree. ``want`` only guides literals and branches; ``fit`` enforces it. Raises LoadError."""
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
        case ast.Name():
            return _name(expr, ctx, want)
        case ast.Input():
            return _input(expr, ctx)
        case ast.Neg():
            return _negative(expr, ctx)
        case ast.Arith():
            return _arith(expr, ctx)
        case ast.Power():
            return _power(expr, ctx)
        case ast.Compare():
            return _compare(expr, ctx)
        case ast.IsNull():
            return _is_null(expr, ctx)
        case ast.Not():
            return t.Not(BooleanType(), expr.span, truth(expr.operand, ctx))
        case ast.And():
            return t.And(BooleanType(), expr.span, _chain(expr.items, ctx, True))
        case ast.Or():
            return t.Or(BooleanType(), expr.span, _chain(expr.items, ctx, False))
        case ast.If():
            return _if(expr, ctx, want)
        case ast.In():
            return _in(expr, ctx)
        case ast.Between():
            return _between(expr, ctx)
        case ast.Call():
            from policy_engine.feel.calls import call  # calls infer their arguments

            return call(expr, ctx, want)
        case _:
            raise LoadError(diagnostic("PE2013", expr.span))


def gather(*steps: Callable[[], t.Node]) -> list[t.Node]:
    """All results, or one LoadError with what is wrong in any of them."""
    found: list[t.Node] = []
    wrong: list[Diagnostic] = []
    for step in steps:
        try:
            found.append(step())
        except LoadError as error:
            wrong.extend(d for d in error.diagnostics if d not in wrong)
    if wrong:
        raise LoadError(wrong)
    return found


def truth(expr: ast.Expr, ctx: Context) -> t.Node:
    """A condition: yes or no, never null."""
    node = infer(expr, ctx)
    if not isinstance(node.type, BooleanType):
        raise LoadError(diagnostic("PE2032", node.span, wanted="是否", found=type_name(node.type)))
    return never_null(node)


def number(expr: ast.Expr, ctx: Context, want: Type | None = None) -> t.Node:
    """A number, never null."""
    node = infer(expr, ctx, want)
    if not isinstance(node.type, NumberType):
        raise LoadError(diagnostic("PE2032", node.span, wanted="数", found=type_name(node.type)))
    return never_null(node)


# names


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
            raise LoadError(diagnostic("PE2021", expr.span, name=expr.text, entity=symbol.part))
    raise unknown_name(expr, ctx.scope, want)


def _narrowed(node: t.Node, ctx: Context) -> t.Node:
    if node.type.nullable and shape(node) in ctx.known:
        return replace(node, type=with_nullable(node.type, False))
    return node


def _input(expr: ast.Input, ctx: Context) -> t.Node:
    if ctx.column is None:
        raise LoadError(diagnostic("PE2017", expr.span))
    return _narrowed(t.CellInput(ctx.column, expr.span), ctx)


# arithmetic


def _negative(expr: ast.Neg, ctx: Context) -> t.Node:
    operand = number(expr.operand, ctx)
    if isinstance(operand, t.Const) and isinstance(operand.value, Fraction):
        return replace(operand, span=expr.span, value=-operand.value)
    return t.Neg(operand.type, expr.span, operand)


def _arith(expr: ast.Arith, ctx: Context) -> t.Node:
    left, right = gather(lambda: number(expr.left, ctx), lambda: number(expr.right, ctx))
    if expr.op in (t.ArithOp.ADD, t.ArithOp.SUB):
        left, right = same_unit(left, right)
        places = most_places(number_type(left).places, number_type(right).places)
        return t.Arith(NumberType(unit_of(left), places), expr.span, expr.op, left, right)
    left, right = settle(left), settle(right)
    if expr.op is t.ArithOp.MUL:
        unit = product_unit(unit_of(left), unit_of(right))
        places = sum_places(number_type(left).places, number_type(right).places)
    else:
        refuse_zero(right)
        unit = quotient_unit(unit_of(left), unit_of(right))
        places = _quotient_places(left, right)
    node = t.Arith(NumberType(unit, places), expr.span, expr.op, left, right)
    kept = unit is unit_of(left) or unit is unit_of(right)
    return node if kept else in_known_unit(node)


def refuse_zero(divisor: t.Node) -> None:
    if isinstance(divisor, t.Const) and divisor.value == 0:
        raise LoadError(diagnostic("PE2044", divisor.span))


def _quotient_places(left: t.Node, right: t.Node) -> int | None:
    """Only a literal divisor whose reciprocal ends leaves an exact decimal."""
    if isinstance(right, t.Const) and isinstance(right.value, Fraction):
        return scaled_places(number_type(left).places, 1 / right.value)
    return None


def _power(expr: ast.Power, ctx: Context) -> t.Node:
    base = settle(number(expr.base, ctx))
    exponent = expr.exponent
    whole = isinstance(exponent, ast.Number) and exponent.unit is None and exponent.value.denominator == 1
    if not (whole and isinstance(exponent, ast.Number) and exponent.value <= MAX_EXPONENT):
        raise LoadError(diagnostic("PE2015", exponent.span, most=MAX_EXPONENT))
    times = int(exponent.value)
    places = number_type(base).places
    unit = DIMENSIONLESS
    for _ in range(times):
        unit = product_unit(unit, unit_of(base))
    type_ = NumberType(unit, None if places is None else places * times)
    return in_known_unit(t.Power(type_, expr.span, base, times))


# comparisons

_ORDERED = (NumberType, DateType, MonthType, LevelType)
_EQUALITY = (t.CompareOp.EQ, t.CompareOp.NE)


def _compare(expr: ast.Compare, ctx: Context) -> t.Node:
    if expr.op in _EQUALITY and isinstance(expr.right, ast.Null):
        return _is_null(ast.IsNull(expr.span, expr.left, expr.op is t.CompareOp.NE), ctx)
    if expr.op in _EQUALITY and isinstance(expr.left, ast.Null):
        return _is_null(ast.IsNull(expr.span, expr.right, expr.op is t.CompareOp.NE), ctx)
    left, right = gather(lambda: infer(expr.left, ctx), lambda: infer(expr.right, ctx, _choice_of(expr, ctx)))
    return comparison(expr.op, left, right, expr.span)


def _choice_of(expr: ast.Compare, ctx: Context) -> Type | None:
    """The option or level type on the left, so that a bare name on the right gets the right advice."""
    if not (isinstance(expr.left, ast.Name) and isinstance(expr.right, ast.Name)):
        return None
    symbol = ctx.scope.resolve(expr.left.path)
    type_ = symbol.type if isinstance(symbol, TermSymbol) else None
    return type_ if type_ is not None and choices(type_) else None


def comparison(op: t.CompareOp, left: t.Node, right: t.Node, span: Span, alone: bool = False) -> t.Node:
    """``left op right`` with both sides brought to one type. ``alone``: a bare literal takes the left unit."""
    left, right = gather(lambda: never_null(left), lambda: never_null(right))
    if alone and is_bare(right) and isinstance(left.type, NumberType):
        right = fit(right, replace(left.type, unit=unit_of(left)))
    pair = alike(left, right)
    if pair is None:
        raise LoadError(_incomparable(left, right, span))
    left, right = pair
    if op not in _EQUALITY and not isinstance(left.type, _ORDERED):
        raise LoadError(diagnostic("PE2034", span, type=type_name(left.type)))
    return t.Compare(BooleanType(), span, op, left, right)


def _incomparable(left: t.Node, right: t.Node, span: Span) -> Diagnostic:
    advice = None
    types = {type(left.type), type(right.type)}
    if types == {DateType, TextType}:
        advice = hint('日期写作 `@"2018-06-01"`', 'write a date as `@"2018-06-01"`')
    elif types == {DateType, MonthType}:
        advice = hint("先取月份：`月份(…)`", "take the month first: `month_of(…)`")
    elif types == {MonthType, TextType}:
        advice = hint('月份写作 `@"2018-06"`', 'write a month as `@"2018-06"`')
    names = {"left": type_name(left.type), "right": type_name(right.type)}
    return diagnostic("PE2033", span, left.span, right.span, hint=advice, **names)


def _is_null(expr: ast.IsNull, ctx: Context) -> t.Node:
    operand = infer(expr.operand, ctx)
    if not operand.type.nullable or isinstance(operand.type, NullType):
        raise LoadError(diagnostic("PE2041", expr.span, name=expr.operand.span.text))
    test = t.IsNull(BooleanType(), expr.span, operand)
    return t.Not(BooleanType(), expr.span, test) if expr.negated else test


# logic


def _chain(items: Sequence[ast.Expr], ctx: Context, outcome: bool) -> tuple[t.Node, ...]:
    """Items of 且 (``outcome`` True) or 或: each is read only if all before it had the outcome."""
    steps: list[Callable[[], t.Node]] = []
    now = ctx

    def step(item: ast.Expr) -> t.Node:
        nonlocal now
        node = truth(item, now)
        now = now.knowing(known_when(node, outcome))
        return node

    for item in items:
        steps.append(lambda item=item: step(item))  # type: ignore[misc]
    return tuple(gather(*steps))


def _if(expr: ast.If, ctx: Context, want: Type | None) -> t.Node:
    condition = truth(expr.condition, ctx)

    def branch(body: ast.Expr, outcome: bool) -> t.Node:
        node = infer(body, ctx.knowing(known_when(condition, outcome)), want)
        return node if want is None else fit(node, want)

    then, otherwise = gather(lambda: branch(expr.then, True), lambda: branch(expr.otherwise, False))
    return join(expr.span, then, otherwise, lambda a, b, type_: t.If(type_, expr.span, condition, a, b))


def join(span: Span, one: t.Node, other: t.Node, build: Callable[[t.Node, t.Node, Type], t.Node]) -> t.Node:
    """A value that is one or the other, in one type."""
    null = isinstance(one.type, NullType) or isinstance(other.type, NullType)
    pair = (settle(one), settle(other)) if null else alike(one, other)
    type_ = joined_type(pair[0].type, pair[1].type) if pair else None
    if pair is None or type_ is None:
        names = {"left": type_name(one.type), "right": type_name(other.type)}
        raise LoadError(diagnostic("PE2046", span, one.span, other.span, **names))
    return build(*pair, type_)


# membership


def _in(expr: ast.In, ctx: Context) -> t.Node:
    from policy_engine.feel.cells import tests  # tests infer their operands

    operand = never_null(infer(expr.operand, ctx))
    node = tests(operand, expr.target, ctx)
    return t.Not(BooleanType(), expr.span, node) if expr.negated else replace(node, span=expr.span)


def _between(expr: ast.Between, ctx: Context) -> t.Node:
    from policy_engine.feel.cells import in_range

    operand = never_null(infer(expr.operand, ctx))
    return in_range(operand, ast.Range(expr.span, expr.low, True, expr.high, True), ctx)


__all__ = ["Context", "Unit", "comparison", "gather", "infer", "join", "number", "refuse_zero", "same_unit", "truth"]
