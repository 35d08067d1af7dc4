"""The grammar, LALR(1).

One grammar serves expressions and cells: tests without a left side (``超过 5``), lists and ranges are
accepted everywhere here, and the parser refuses them where they have no meaning. A bracket is a single
token, whatever it opens: with separate tokens for groups and open ranges the tables would silently prefer
one of them (``strict`` makes any such conflict an error).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from policy_engine.feel import ast
from policy_engine.feel.lexer import Lexeme
from policy_engine.feel.tree import Builder

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
        transformer=_Inline(Builder()),
        strict=True,
    )


class _Inline:
    """Hands the children of a rule to its builder method one by one (lark passes a list)."""

    def __init__(self, build: Builder) -> None:
        self._build = build

    def __getattr__(self, rule: str) -> Callable[[list[Any]], ast.Expr]:
        method = getattr(self._build, rule)
        return lambda children: cast(ast.Expr, method(*children))
