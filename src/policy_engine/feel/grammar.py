"""The grammar, LALR(1), and the tree it builds.

One grammar serves expressions and cells: tests without a left side (``超过 5``), lists and ranges are accepted
everywhere here, and the parser refuses them where they have no meaning. A bracket is a single token, whatever
it opens: with separate tokens for groups and open ranges the tables would silently prefer one of them
(``strict`` makes any such conflict an error).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from policy_engine.diagnostics.span import Span
from policy_engine.feel import ast
from policy_engine.feel.lexer import Lexeme
from policy_engine.feel.typed import ArithOp, CompareOp

if TYPE_CHECKING:
    from lark import Lark, Token

GRAMMAR = r"""
expression: expr
tests: expr (COMMA expr)*

?expr: IF expr THEN expr ELSE expr          -> if_
     | disjunction
?disjunction: conjunction (OR conjunction)*  -> or_
?conjunction: negation (AND negation)*       -> and_
?negation: NOT negation                      -> not_
     | comparison
?comparison: sum
     | sum COMPARE sum                       -> compare
     | sum ISNULL                            -> is_null
     | sum NOTNULL                           -> is_not_null
     | sum IN target                         -> in_
     | sum NOTIN target                      -> not_in
     | sum BETWEEN sum _and sum              -> between
     | COMPARE sum                           -> compare_test
     | ISNULL                                -> null_test
     | NOTNULL                               -> not_null_test
     | IN target                             -> in_test
     | NOTIN target                          -> not_in_test
     | BETWEEN sum _and sum                  -> between_test
?target: sum
     | COMPARE sum                           -> compare_test
_and: AND | WITH
?sum: product
     | sum PLUS product                      -> arith
     | sum MINUS product                     -> arith
?product: power
     | product STAR power                    -> arith
     | product SLASH power                   -> arith
?power: unary
     | power POW unary                       -> power
?unary: atom
     | MINUS unary                           -> neg
?atom: NUMBER                                -> number
     | STRING                                -> text
     | YES                                   -> yes
     | NO                                    -> no
     | NULL                                  -> null
     | DATE                                  -> date
     | MONTH                                 -> month
     | INPUT                                 -> input
     | name
     | name LPAR RPAR                        -> call
     | name LPAR arg (COMMA arg)* RPAR       -> call
     | LPAR expr RPAR                        -> group
     | LPAR expr (COMMA expr)+ RPAR          -> items
     | LBRACK expr (COMMA expr)* RBRACK      -> items
     | LPAR sum DOTDOT sum _close            -> range
     | LBRACK sum DOTDOT sum _close          -> range
_close: RPAR | RBRACK
name: NAME (DOT NAME)*
?arg: expr
     | ONLY expr                             -> only
     | SKIP expr                             -> skip

%declare AND OR NOT IF THEN ELSE ISNULL NOTNULL IN NOTIN BETWEEN WITH YES NO NULL ONLY SKIP COMPARE
%declare DOTDOT POW MINUS PLUS STAR SLASH LPAR RPAR LBRACK RBRACK COMMA DOT INPUT
%declare NUMBER STRING DATE MONTH NAME
"""


@cache
def grammar() -> Lark:
    """The parser tables, built once a process. Input: a list of lexemes; output: an ``ast.Expr``."""
    from lark import Lark, Token
    from lark.lexer import Lexer

    class Lexemes(Lexer):
        def __init__(self, lexer_conf: Any) -> None:
            pass

        def lex(self, data: Any, parser_state: Any = None) -> Iterator[Token]:
            for lexeme in cast("list[Lexeme]", data):
                yield Token(lexeme.kind, cast(str, lexeme))

    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer=Lexemes,
        start=["expression", "tests"],
        transformer=_Inline(_Build()),
        strict=True,
    )


def _span(item: Any) -> Span:
    found = item.span if isinstance(item, ast.Expr) else item.value.span
    return cast(Span, found)


def _whole(*items: Any) -> Span:
    return _span(items[0]).to(_span(items[-1]))


def _exprs(items: tuple[Any, ...]) -> tuple[ast.Expr, ...]:
    return tuple(i for i in items if isinstance(i, ast.Expr))


class _Inline:
    """Hands the children of a rule to its builder method one by one (lark passes a list)."""

    def __init__(self, build: _Build) -> None:
        self._build = build

    def __getattr__(self, rule: str) -> Callable[[list[Any]], ast.Expr]:
        method = getattr(self._build, rule)
        return lambda children: cast(ast.Expr, method(*children))


class _Build:
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
