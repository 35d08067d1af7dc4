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


def _span(item: Any) -> Span:
    found = item.span if isinstance(item, ast.Expr) else item.value.span
    return cast(Span, found)


def _whole(*items: Any) -> Span:
    return _span(items[0]).to(_span(items[-1]))


def _exprs(items: tuple[Any, ...]) -> tuple[ast.Expr, ...]:
    return tuple(i for i in items if isinstance(i, ast.Expr))


class Builder:
    """One method a rule: children in, node out."""

    def expression(self, item: ast.Expr) -> ast.Expr:
        return item

    def tests(self, *items: Any) -> ast.Expr:
        found = _exprs(items)
        return found[0] if len(found) == 1 else ast.Items(_whole(*items), found)

    def if_(self, *items: Any) -> ast.Expr:
        return ast.If(_whole(*items), *_exprs(items))

    def or_(self, *items: Any) -> ast.Expr:
        found = _exprs(items)
        return found[0] if len(found) == 1 else ast.Or(_whole(*items), found)

    def and_(self, *items: Any) -> ast.Expr:
        found = _exprs(items)
        return found[0] if len(found) == 1 else ast.And(_whole(*items), found)

    def not_(self, word: Token, operand: ast.Expr) -> ast.Expr:
        return ast.Not(_whole(word, operand), operand)

    def compare(self, left: ast.Expr, sign: Token, right: ast.Expr) -> ast.Expr:
        return ast.Compare(_whole(left, right), CompareOp(_text(sign)), left, right)

    def is_null(self, operand: ast.Expr, word: Token) -> ast.Expr:
        return ast.IsNull(_whole(operand, word), operand)

    def is_not_null(self, operand: ast.Expr, word: Token) -> ast.Expr:
        return ast.IsNull(_whole(operand, word), operand, True)

    def in_(self, operand: ast.Expr, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.In(_whole(operand, target), operand, target)

    def not_in(self, operand: ast.Expr, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.In(_whole(operand, target), operand, target, True)

    def between(self, *items: Any) -> ast.Expr:
        return ast.Between(_whole(*items), *_exprs(items))

    def compare_test(self, sign: Token, operand: ast.Expr) -> ast.Expr:
        return ast.CompareTest(_whole(sign, operand), CompareOp(_text(sign)), operand)

    def null_test(self, word: Token) -> ast.Expr:
        return ast.NullTest(_span(word))

    def not_null_test(self, word: Token) -> ast.Expr:
        return ast.NullTest(_span(word), True)

    def in_test(self, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.InTest(_whole(word, target), target)

    def not_in_test(self, word: Token, target: ast.Expr) -> ast.Expr:
        return ast.InTest(_whole(word, target), target, True)

    def between_test(self, *items: Any) -> ast.Expr:
        return ast.BetweenTest(_whole(*items), *_exprs(items))

    def arith(self, left: ast.Expr, sign: Token, right: ast.Expr) -> ast.Expr:
        return ast.Arith(_whole(left, right), ArithOp(_text(sign)), left, right)

    def power(self, base: ast.Expr, sign: Token, exponent: ast.Expr) -> ast.Expr:
        return ast.Power(_whole(base, exponent), base, exponent)

    def neg(self, sign: Token, operand: ast.Expr) -> ast.Expr:
        return ast.Neg(_whole(sign, operand), operand)

    def number(self, token: Token) -> ast.Expr:
        lexeme = _lexeme(token)
        return ast.Number(lexeme.span, cast(Any, lexeme.value), lexeme.unit)

    def text(self, token: Token) -> ast.Expr:
        return ast.Text(_span(token), _text(token))

    def yes(self, token: Token) -> ast.Expr:
        return ast.Bool(_span(token), True)

    def no(self, token: Token) -> ast.Expr:
        return ast.Bool(_span(token), False)

    def null(self, token: Token) -> ast.Expr:
        return ast.Null(_span(token))

    def date(self, token: Token) -> ast.Expr:
        return ast.Date(_span(token), cast(Any, _lexeme(token).value))

    def month(self, token: Token) -> ast.Expr:
        return ast.MonthLiteral(_span(token), cast(Any, _lexeme(token).value))

    def input(self, token: Token) -> ast.Expr:
        return ast.Input(_span(token))

    def name(self, *tokens: Token) -> ast.Expr:
        return ast.Name(_whole(*tokens), tuple(_text(t) for t in tokens if t.type == "NAME"))

    def group(self, opening: Token, inner: ast.Expr, closing: Token) -> ast.Expr:
        return replace(inner, span=_whole(opening, closing))

    def items(self, *items: Any) -> ast.Expr:
        return ast.Items(_whole(*items), _exprs(items))

    def range(self, *items: Any) -> ast.Expr:
        low, high = _exprs(items)
        closed = items[0].type == "LBRACK", items[-1].type == "RBRACK"
        return ast.Range(_whole(*items), low, closed[0], high, closed[1])

    def only(self, word: Token, condition: ast.Expr) -> ast.Expr:
        return ast.Filter(_whole(word, condition), condition, skip=False)

    def skip(self, word: Token, condition: ast.Expr) -> ast.Expr:
        return ast.Filter(_whole(word, condition), condition, skip=True)

    def call(self, function: ast.Name, *items: Any) -> ast.Expr:
        return ast.Call(_whole(function, items[-1]), function, _exprs(items))


def _lexeme(token: Token) -> Lexeme:
    return cast(Lexeme, token.value)


def _text(token: Token) -> str:
    return _lexeme(token).text
