"""The grammar, LALR(1): shared rules, with an outer shell for policies and one for the whole of FEEL.

One grammar serves expressions and cells: tests without a left side (``超过 5``), lists and ranges are
accepted everywhere here, and the parser refuses them where they have no meaning. A bracket is a single
token, whatever it opens: with separate tokens for groups and open ranges the tables would silently prefer
one of them (``strict`` makes any such conflict an error).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from policy_engine.feel import ast
from policy_engine.feel.full_tree import FullBuilder
from policy_engine.feel.lexer import Lexeme
from policy_engine.feel.tree import Builder

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedToken

_POLICY_HEAD = r"""
?expr: IF expr THEN expr ELSE expr          -> if_
     | disjunction
"""

# Rules that policies and the whole of FEEL have in common.
_SHARED = r"""
expression: expr
tests: expr (COMMA expr)*

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
     | sum INSTANCEOF TYPE                   -> instance_of
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
?unary: operand
     | MINUS unary                           -> neg
_close: RPAR | RBRACK

%declare AND OR NOT IF THEN ELSE ISNULL NOTNULL IN NOTIN BETWEEN WITH YES NO NULL ONLY SKIP COMPARE
%declare DOTDOT POW MINUS PLUS STAR SLASH LPAR RPAR LBRACK RBRACK COMMA DOT INPUT
%declare NUMBER STRING DATE MONTH NAME INSTANCEOF TYPE
"""

_POLICY_OPERAND = r"""
?operand: NUMBER                             -> number
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
name: NAME (DOT NAME)*
?arg: expr
     | ONLY expr                             -> only
     | SKIP expr                             -> skip
"""

# What FEEL has beyond the language of policies (DMN 1.5, 10.3.1.2).
_FULL_HEAD = r"""
?expr: IF expr THEN expr ELSE expr           -> if_
     | FOR iterator (COMMA iterator)* RETURN expr      -> for_
     | SOME iterator (COMMA iterator)* SATISFIES expr  -> some
     | EVERY iterator (COMMA iterator)* SATISFIES expr -> every
     | FUNCTION LPAR RPAR body                         -> function
     | FUNCTION LPAR param (COMMA param)* RPAR body    -> function
     | disjunction
body: expr
     | EXTERNAL expr
iterator: NAME IN expr
     | NAME IN expr DOTDOT expr
param: NAME
     | NAME COLON TYPE
"""

_FULL_OPERAND = r"""
?operand: atom
     | operand DOT NAME                      -> path
     | operand LPAR RPAR                     -> invoke
     | operand LPAR arg (COMMA arg)* RPAR    -> invoke
     | operand LBRACK expr RBRACK            -> pick
?atom: NUMBER                                -> number
     | STRING                                -> text
     | YES                                   -> yes
     | NO                                    -> no
     | NULL                                  -> null
     | DATE                                  -> date
     | TEMPORAL                              -> temporal
     | INPUT                                 -> input
     | NAME                                  -> name
     | LPAR expr RPAR                        -> group
     | LPAR expr (COMMA expr)+ RPAR          -> items
     | LBRACK RBRACK                         -> list_
     | LBRACK expr (COMMA expr)* RBRACK      -> list_
     | LPAR sum DOTDOT sum _close            -> range
     | LBRACK sum DOTDOT sum _close          -> range
     | LBRACE RBRACE                         -> context
     | LBRACE entry (COMMA entry)* RBRACE    -> context
entry: NAME COLON expr
     | STRING COLON expr
?arg: expr
     | NAME COLON expr                       -> named

%declare FOR RETURN SOME EVERY SATISFIES FUNCTION EXTERNAL COLON LBRACE RBRACE TEMPORAL
"""

GRAMMAR = _POLICY_HEAD + _SHARED + _POLICY_OPERAND
FULL_GRAMMAR = _FULL_HEAD + _SHARED + _FULL_OPERAND


@dataclass(frozen=True)
class Tables:
    """``misfit`` is what the tables raise for a word that does not fit.

    It is kept beside them and never imported again: where a host throws modules out (pytest does, behind a session
    within a session), a second import of lark would have a class of the same name that catches nothing.
    """

    lark: Lark
    misfit: type[UnexpectedToken]


@cache
def grammar() -> Tables:
    """The tables for expressions of policies, built once a process.

    Input: a list of lexemes; output: an ``ast.Expr``.
    """
    return _tables(GRAMMAR, Builder())


@cache
def full_grammar() -> Tables:
    """The tables for the whole of FEEL, as DMN models write it; only conformance and imports need them."""
    return _tables(FULL_GRAMMAR, FullBuilder())


def _tables(grammar: str, builder: Builder) -> Tables:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedToken
    from lark.lexer import Lexer

    class Lexemes(Lexer):
        def __init__(self, lexer_conf: Any) -> None:
            pass

        def lex(self, data: Any, parser_state: Any = None) -> Iterator[Token]:
            for lexeme in cast("list[Lexeme]", data):
                yield Token(lexeme.kind, cast(str, lexeme))

    lark = Lark(
        grammar,
        parser="lalr",
        lexer=Lexemes,
        start=["expression", "tests"],
        transformer=_Inline(builder),
        strict=True,
    )
    return Tables(lark, UnexpectedToken)


class _Inline:
    """Hands the children of a rule to its builder method one by one (lark passes a list)."""

    def __init__(self, build: Builder) -> None:
        self._build = build

    def __getattr__(self, rule: str) -> Callable[[list[Any]], ast.Expr]:
        method = getattr(self._build, rule)
        return lambda children: cast(ast.Expr, method(*children))
