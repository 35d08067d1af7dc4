"""Text to tree: expressions and cells, or a coded error at the right column."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast
from policy_engine.feel.grammar import grammar
from policy_engine.feel.keywords import BY_WORD, split_keywords
from policy_engine.feel.lexer import PLAIN, Lexeme, tokenize

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedToken

MAX_DEPTH = 100


def parse_expression(text: Fragment) -> ast.Expr:
    """The tree of an expression. Raises LoadError (PE2001-PE2019) with spans in the file."""
    expr = _parse(text, "expression")
    _refuse_misplaced(expr, tests=False, cell=False)
    return expr


def parse_unary_tests(text: Fragment) -> ast.Expr:
    """The tree of a condition cell (DMN unary tests): ``Any`` for ``-``, alternatives as ``Items``."""
    if text.text.translate(PLAIN).strip() == "-":
        return ast.Any(text.strip().span())
    expr = _parse(text, "tests")
    _refuse_misplaced(expr, tests=True, cell=True)
    return expr


def _parse(text: Fragment, start: str) -> ast.Expr:
    from lark.exceptions import UnexpectedToken

    lexemes = tokenize(text)
    try:
        expr = cast(ast.Expr, grammar().parse(cast(str, lexemes), start=start))
    except UnexpectedToken as error:
        raise _syntax_error(text, lexemes, error) from None
    _bound_depth(expr, text)
    return expr


def _bound_depth(expr: ast.Expr, text: Fragment) -> None:
    """Everything after the parser recurses; a chain of a thousand signs must not get that far."""
    level = [expr]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in ast.children(parent)]
        if not level:
            return
    raise LoadError(diagnostic("PE2003", text.span(), most=MAX_DEPTH))


# What stands where it has no meaning


def _refuse_misplaced(expr: ast.Expr, tests: bool, cell: bool) -> None:
    """``tests``: tests, lists and ranges are welcome here; ``cell``: ``?`` is."""
    if isinstance(expr, ast.TESTS) and not tests:
        raise LoadError(diagnostic("PE2012", expr.span))
    if isinstance(expr, ast.Range | ast.Items) and not tests:
        raise LoadError(diagnostic("PE2013", expr.span))
    if isinstance(expr, ast.Input) and not cell:
        raise LoadError(diagnostic("PE2017", expr.span))
    passes_on = tests and isinstance(expr, ast.And | ast.Or | ast.Not | ast.Items)
    for child in ast.children(expr):
        is_target = isinstance(expr, ast.In | ast.InTest) and child is expr.target
        _refuse_misplaced(child, passes_on or is_target, cell)


# Syntax errors

_OPERAND = {"NUMBER", "STRING", "NAME", "LPAR"}
_OPERATORS = {"PLUS", "STAR", "COMPARE", "AND", "OR", "ISNULL"}
_CLOSING: tuple[tuple[str, str, str], ...] = (
    ("THEN", "“那么”", "`then`"),
    ("ELSE", "“否则”", "`else`"),
    ("WITH", "“和”", "`and`"),
    ("DOTDOT", "“..”", "`..`"),
    ("COMMA", "逗号", "a comma"),
    ("RPAR", "“)”", "`)`"),
    ("RBRACK", "“]”", "`]`"),
)
_ENDS_OPERAND = {"NAME", "NUMBER", "STRING", "RPAR", "RBRACK", "YES", "NO", "NULL", "DATE", "MONTH", "INPUT"}


def _syntax_error(text: Fragment, lexemes: list[Lexeme], error: UnexpectedToken) -> LoadError:
    accepted = set(error.accepts)
    zh, en = _expected(accepted)
    if error.token.type == "$END":
        last = lexemes[-1].span
        return LoadError(diagnostic("PE2010", last, expected=zh, wanted=en))
    found = cast(Lexeme, error.token.value)
    before = lexemes[lexemes.index(found) - 1] if found is not lexemes[0] else None
    if found.kind == "COMPARE" and before is not None and before.kind in _ENDS_OPERAND:
        return LoadError(diagnostic("PE2011", found.span))
    hint = _hint(found, before)
    return LoadError(
        diagnostic("PE2009", found.span, hint=hint, found=found.span.text, expected=zh, wanted=en)
    )


def _expected(accepted: set[str]) -> tuple[str, str]:
    if accepted >= _OPERAND:
        return "一个值（数、名称、文本或括号）", "a value (number, name, text or bracket)"
    zh: list[str] = []
    en: list[str] = []
    for terminal, chinese, english in _CLOSING:
        if terminal in accepted:
            zh.append(chinese)
            en.append(english)
    if accepted & _OPERATORS:
        zh.append("运算符")
        en.append("an operator")
    if "$END" in accepted:
        zh.append("结尾")
        en.append("the end")
    if accepted == {"NAME"}:
        return "名称", "a name"
    return "、".join(zh) or "别的内容", ", ".join(en) or "something else"


def _hint(found: Lexeme, before: Lexeme | None) -> Text | None:
    for lexeme in (found, before):
        if lexeme is None or lexeme.kind != "NAME":
            continue
        pieces = split_keywords(lexeme.text)
        if len(pieces) > 1:
            spaced = " ".join(pieces)
            return Text(f"关键词两边要有空格：`{spaced}`", f"keywords need spaces around them: `{spaced}`")
        lowered = lexeme.text.casefold()
        if lowered in BY_WORD and lowered != lexeme.text:
            return Text(f"关键词用小写：`{lowered}`", f"keywords are lower case: `{lowered}`")
    if found.kind == "NAME" and before is not None and before.kind == "NAME":
        return Text("两个名称之间缺运算符；名称里不能有空格", "an operator is missing; names have no spaces")
    return None
