"""Text to tree: expressions and cells, or a coded error at the right column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast
from policy_engine.feel.full_lexer import tokenize_full
from policy_engine.feel.grammar import full_grammar, grammar
from policy_engine.feel.lexer import tokenize
from policy_engine.feel.plain import PLAIN
from policy_engine.feel.refuse import ANY_OR_NONE, refusal
from policy_engine.feel.syntax_errors import syntax_error

MAX_DEPTH = 100
_ANY = ("-", "--", "\u2014", "\u2014\u2014")  # a dash of any length
_NOT_ANY = ("/", "//", "\\")
_A_TEST = Text("条件", "a test")


def parse_expression(text: Fragment) -> ast.Expr:
    """The tree of an expression. Raises LoadError (PE2001-PE2019) with spans in the file."""
    expr = _parse(text, "expression")
    _refuse_misplaced(expr, tests=False, cell=False)
    return expr


def parse_unary_tests(text: Fragment) -> ast.Expr:
    """The tree of a condition cell (DMN unary tests): ``Any`` for ``-``, alternatives as ``Items``."""
    if text.text.translate(PLAIN).strip() in _ANY:
        return ast.Any(text.strip().span())
    if text.text.translate(PLAIN).strip() in _NOT_ANY:
        span, mark = text.strip().span(), text.text.strip()
        raise refusal("PE2009", span, advice=ANY_OR_NONE, found=mark, expected=_A_TEST.zh, wanted=_A_TEST.en)
    expr = _parse(text, "tests")
    _refuse_misplaced(expr, tests=True, cell=True)
    return expr


def parse_full_expression(text: Fragment, names: Iterable[str] = ()) -> ast.Expr:
    """The tree of an expression of full FEEL, as DMN models write it. ``names``: names of several words.

    Its nodes are those of policies and those of ``full_nodes``. Raises LoadError.
    """
    return _parse(text, "expression", names)


def parse_full_tests(text: Fragment, names: Iterable[str] = ()) -> ast.Expr:
    """The tree of DMN unary tests in full FEEL."""
    if text.text.strip() == "-":
        return ast.Any(text.span())
    return _parse(text, "tests", names)


def _parse(text: Fragment, start: str, full: Iterable[str] | None = None) -> ast.Expr:
    """``full``: names of several words in force; None for the language of policies."""
    lexemes = tokenize(text) if full is None else tokenize_full(text, full)
    tables = grammar() if full is None else full_grammar()
    try:
        expr = cast(ast.Expr, tables.lark.parse(cast(str, lexemes), start=start))
    except tables.misfit as error:
        raise syntax_error(lexemes, error) from None
    _bound_depth(expr, text)
    return expr


def _bound_depth(expr: ast.Expr, text: Fragment) -> None:
    """Everything after the parser recurses; a chain of a thousand signs must not get that far."""
    level = [expr]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in ast.children(parent)]
        if not level:
            return
    raise refusal("PE2003", text.span(), most=MAX_DEPTH)


# What stands where it has no meaning


def _refuse_misplaced(expr: ast.Expr, tests: bool, cell: bool) -> None:
    """``tests``: tests, lists and ranges are welcome here; ``cell``: ``?`` is."""
    if isinstance(expr, ast.TESTS) and not tests:
        raise refusal("PE2012", expr.span)
    if isinstance(expr, ast.Range | ast.Items) and not tests:
        raise refusal("PE2013", expr.span)
    if isinstance(expr, ast.Input) and not cell:
        raise refusal("PE2017", expr.span)
    passes_on = tests and isinstance(expr, ast.And | ast.Or | ast.Not | ast.Items)
    for child in ast.children(expr):
        is_target = isinstance(expr, ast.In | ast.InTest) and child is expr.target
        _refuse_misplaced(child, passes_on or is_target, cell)
