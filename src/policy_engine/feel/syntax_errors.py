"""A word that does not fit: what was expected there, in words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel.functions import FUNCTION_NAMES
from policy_engine.feel.keywords import BY_WORD, instead_of, split_keywords
from policy_engine.feel.lexer import Lexeme
from policy_engine.feel.refuse import hint, refusal

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedToken

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


def syntax_error(lexemes: list[Lexeme], error: UnexpectedToken) -> LoadError:
    """What was found, what was expected, and the likely slip."""
    accepted = set(error.accepts)
    zh, en = _expected(accepted)
    if error.token.type == "$END":
        last = lexemes[-1].span
        return refusal("PE2010", last, expected=zh, wanted=en)
    found = cast(Lexeme, error.token.value)
    at = lexemes.index(found)
    before = lexemes[at - 1] if at else None
    if found.kind == "COMPARE" and before is not None and before.kind in _ENDS_OPERAND:
        return refusal("PE2011", found.span)
    written = found.span.text
    return refusal(
        "PE2009", found.span, advice=_advice(found, lexemes, at), found=written, expected=zh, wanted=en
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


def _advice(found: Lexeme, lexemes: list[Lexeme], at: int) -> Text | None:
    before = lexemes[at - 1] if at else None
    inside = [lexeme.kind for lexeme in lexemes[:at]]
    if found.kind == "COMMA" and before is not None and inside.count("LPAR") == inside.count("RPAR"):
        return hint("两个条件之间写“且”或者“或”", "put `and` or `or` between two tests")
    for lexeme in (found, before):
        if lexeme is None or lexeme.kind != "NAME":
            continue
        if instead := instead_of(lexeme.text):
            return instead
        pieces = split_keywords(lexeme.text)
        if len(pieces) > 1:
            spaced = " ".join(pieces)
            return hint("关键词两边要有空格：`{x}`", "keywords need spaces around them: `{x}`", x=spaced)
        lowered = lexeme.text.casefold()
        if lowered in BY_WORD and lowered != lexeme.text:
            return hint("关键词用小写：`{x}`", "keywords are lower case: `{x}`", x=lowered)
    if found.kind == "NAME" and before is not None and before.kind == "NAME":
        return _names_side_by_side(takewhile(lambda lexeme: lexeme.kind == "NAME", lexemes[at - 1 :]))
    return None


def _names_side_by_side(names: Iterable[Lexeme]) -> Text:
    joined = "_".join(name.text for name in names)
    if joined in FUNCTION_NAMES:
        return hint("函数名里没有空格：`{x}`", "names of functions have no spaces: `{x}`", x=joined)
    return hint("两个名称之间缺运算符；名称里不能有空格", "an operator is missing; names have no spaces")
