"""What each rule of the grammar builds: children in, node out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel.lexer import Lexeme
from policy_engine.feel.typed import ArithOp, CompareOp

if TYPE_CHECKING:
    from lark import Token


def span_of(item: Any) -> Span:
    found = item.span if isinstance(item, ast.Expr) else item.value.span
    return cast(Span, found)


def whole(*items: Any) -> Span:
    return span_of(items[0]).to(span_of(items[-1]))


def exprs(items: tuple[Any, ...]) -> tuple[ast.Expr, ...]:
    return tuple(i for i in items if isinstance(i, ast.Expr))


class Builder:
    """One method a rule: children in, node out."""

    def expression(self, item: ast.Expr) -> ast.Expr:
        return item

    def tests(self, *items: Any) -> ast.Expr:
        found = exprs(items)
        return found[0] if len(found) == 1 else ast.Items(whole(*items), found)

    def if_(self, *items: Any) -> ast.Expr:
        return ast.If(whole(*items), *exprs(items))

    def or_(self, *items: Any) -> ast.Expr:
        found = exprs(items)
        return found[0] if len(found) == 1 else ast.Or(whole(*items), found)

    def and_(self, *items: Any) -> ast.Expr:
        found = exprs(items)
        return found[0] if len(found) == 1 else ast.And(whole(*items), found)

    def not_(self, word: Token, operand: ast.Expr) -> ast.Expr:
        return ast.Not(whole(word, operand), operand)

    def compare(self, left: ast.Expr, sign: Token, right: ast.Expr) -> ast.Expr:
        return ast.Compare(whole(left, right), CompareOp(text_of(sign)), left, right)

    def is_null(self, operand: ast.Expr, word: Token) -> ast.Expr:
        return ast.IsNull(whole(operand, word), operand)

    def is_not_null(self, operand: ast.Expr, word: Token) -> ast.Expr:
        return ast.IsNull(whole(operand, word), operand, True)

    def in_(self, operand: ast.Expr, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.In(whole(operand, target), operand, target)

    def not_in(self, operand: ast.Expr, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.In(whole(operand, target), operand, target, True)

    def between(self, *items: Any) -> ast.Expr:
        return ast.Between(whole(*items), *exprs(items))

    def compare_test(self, sign: Token, operand: ast.Expr) -> ast.Expr:
        return ast.CompareTest(whole(sign, operand), CompareOp(text_of(sign)), operand)

    def null_test(self, word: Token) -> ast.Expr:
        return ast.NullTest(span_of(word))

    def not_null_test(self, word: Token) -> ast.Expr:
        return ast.NullTest(span_of(word), True)

    def in_test(self, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.InTest(whole(word, target), target)

    def not_in_test(self, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.InTest(whole(word, target), target, True)

    def between_test(self, *items: Any) -> ast.Expr:
        return ast.BetweenTest(whole(*items), *exprs(items))

    def arith(self, left: ast.Expr, sign: Token, right: ast.Expr) -> ast.Expr:
        return ast.Arith(whole(left, right), ArithOp(text_of(sign)), left, right)

    def power(self, base: ast.Expr, sign: Token, exponent: ast.Expr) -> ast.Expr:
        return ast.Power(whole(base, exponent), base, exponent)

    def neg(self, sign: Token, operand: ast.Expr) -> ast.Expr:
        return ast.Neg(whole(sign, operand), operand)

    def number(self, token: Token) -> ast.Expr:
        lexeme = lexeme_of(token)
        return ast.Number(lexeme.span, cast(Any, lexeme.value), lexeme.unit)

    def text(self, token: Token) -> ast.Expr:
        return ast.Text(span_of(token), text_of(token))

    def yes(self, token: Token) -> ast.Expr:
        return ast.Bool(span_of(token), True)

    def no(self, token: Token) -> ast.Expr:
        return ast.Bool(span_of(token), False)

    def null(self, token: Token) -> ast.Expr:
        return ast.Null(span_of(token))

    def date(self, token: Token) -> ast.Expr:
        return ast.Date(span_of(token), cast(Any, lexeme_of(token).value))

    def month(self, token: Token) -> ast.Expr:
        return ast.MonthLiteral(span_of(token), cast(Any, lexeme_of(token).value))

    def input(self, token: Token) -> ast.Expr:
        return ast.Input(span_of(token))

    def name(self, *tokens: Token) -> ast.Expr:
        return ast.Name(whole(*tokens), tuple(text_of(t) for t in tokens if t.type == "NAME"))

    def group(self, opening: Token, inner: ast.Expr, closing: Token) -> ast.Expr:
        return replace(inner, span=whole(opening, closing))

    def items(self, *items: Any) -> ast.Expr:
        return ast.Items(whole(*items), exprs(items))

    def range(self, *items: Any) -> ast.Expr:
        low, high = exprs(items)
        closed = items[0].type == "LBRACK", items[-1].type == "RBRACK"
        return ast.Range(whole(*items), low, closed[0], high, closed[1])

    def only(self, word: Token, condition: ast.Expr) -> ast.Expr:
        return ast.Filter(whole(word, condition), condition, skip=False)

    def skip(self, word: Token, condition: ast.Expr) -> ast.Expr:
        return ast.Filter(whole(word, condition), condition, skip=True)

    def call(self, function: ast.Name, *items: Any) -> ast.Expr:
        return ast.Call(whole(function, items[-1]), function, exprs(items))


def lexeme_of(token: Token) -> Lexeme:
    return cast(Lexeme, token.value)


def text_of(token: Token) -> str:
    return lexeme_of(token).text
