"""Cut an expression into words, numbers, strings and signs.

Full-width punctuation and digits count as their plain forms, one character for one character, so that spans
stay right; inside a string nothing is touched. A unit belongs to the number before it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.feel.keywords import BY_WORD, KEYWORDS
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS, Unit, parse_unit
from policy_engine.feel.values import Month, Value

MAX_LENGTH = 4_000
MAX_BRACKETS = 50

PLAIN = str.maketrans("：，（）％＞＜＝－−＋．。＊×／÷［］？＠＆｜　０１２３４５６７８９", ":,()%><=--+..**//[]?@&| 0123456789")
_QUOTES = {'"': '"', "“": "“”", "”": "“”"}
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "/": "/"}

_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|(?<!\.)\.\d+")
_WORD = re.compile(r"[^\W\d]\w*")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\w)|(\d{4})年(\d{1,2})月(\d{1,2})日(?!\w)")
_MONTH = re.compile(r"((?:19|2\d)\d{2})-(0[1-9]|1[0-2])(?!\w)|(\d{4})年(\d{1,2})月(?!\w)")
_TWO_WORDS = re.compile(r"is\s+not\s+null(?!\w)|is\s+null(?!\w)|not\s+in(?!\w)")
_SIGN = re.compile(r"\.\.|\*\*|<=|>=|!=|[-+*/()\[\],、.?<>=≠≥≤]")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(?![\d.])|\d{1,3}(,\d{3})+\.\d+")
_atoms = "|".join(sorted((re.escape(u) for u in BASE_UNITS if u not in "%‰"), key=len, reverse=True))
_UNIT = re.compile(rf"\s*((?:{_atoms})(?:[/·*](?:{_atoms}))*)(?!\w)")
_PERCENT = re.compile(r"\s*([%‰])")

_SIGNS = {
    "..": "DOTDOT",
    "**": "POW",
    "-": "MINUS",
    "+": "PLUS",
    "*": "STAR",
    "/": "SLASH",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LBRACK",
    "]": "RBRACK",
    ",": "COMMA",
    "、": "COMMA",
    ".": "DOT",
    "?": "INPUT",
}
_COMPARE = {"≠": "!=", "≥": ">=", "≤": "<="}
# What people bring along from other languages, and what it is called here.
_FOREIGN = {
    "==": "=",
    "<>": "≠",
    "=>": ">=",
    "=<": "<=",
    "&&": "且",
    "||": "或",
    "&": "且",
    "|": "或",
    "!": "非",
    "^": "**",
    "'": '"',
    "；": "、",
    ";": "、",
    "…": "..",
}
_FOREIGN_SIGN = re.compile(r"==|<>|=>|=<|&&|\|\||[&|^';；…]|!(?!=)")


@dataclass(frozen=True)
class Lexeme:
    """A piece of an expression. ``value``: a name, a sign, or the value of a literal."""

    kind: str
    span: Span
    value: Value | Month = None
    unit: Unit | None = None

    @property
    def text(self) -> str:
        return str(self.value)


def tokenize(text: Fragment) -> list[Lexeme]:
    """The lexemes of an expression. Raises LoadError at the first thing that is none."""
    if not text.text.strip():
        raise LoadError(diagnostic("PE2001", text.span()))
    if len(text.text) > MAX_LENGTH:
        raise LoadError(diagnostic("PE2002", text.span(), length=len(text.text), most=MAX_LENGTH))
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: Fragment) -> None:
        self.text = text
        self.plain = text.text.translate(PLAIN)
        self.at = 0
        self.depth = 0
        self.found: list[Lexeme] = []

    def run(self) -> list[Lexeme]:
        while self._skip_blanks():
            start = self.at
            char = self.plain[start]
            if char in _QUOTES:
                value = self._string()
                self._add("STRING", start, value)
            elif char == "@":
                self._at_literal()
            elif char.isdigit() and char.isascii() or _NUMBER.match(self.plain, start):
                self._number()
            elif word := _WORD.match(self.plain, start):
                self._word(word)
            else:
                self._sign()
        return self.found

    def _skip_blanks(self) -> bool:
        blank = _BLANK.match(self.plain, self.at)
        self.at = blank.end() if blank else self.at
        return self.at < len(self.plain)

    def _add(self, kind: str, start: int, value: Value | Month = None, unit: Unit | None = None) -> None:
        self.found.append(Lexeme(kind, self.text.span(start, self.at), value, unit))

    def _fail(
        self, code: str, start: int, end: int, hint: Text | None = None, **params: str | int
    ) -> LoadError:
        return LoadError(diagnostic(code, self.text.span(start, end), hint=hint, **params))

    # strings and dates

    def _string(self) -> str:
        start = self.at
        closing = _QUOTES[self.text.text[start]]
        escapes = closing == '"'
        out: list[str] = []
        self.at += 1
        while self.at < len(self.plain):
            char = self.text.text[self.at]
            if char in closing:
                self.at += 1
                return "".join(out)
            if char == "\\" and escapes:
                out.append(self._escape())
            else:
                out.append(char)
                self.at += 1
        raise self._fail("PE2004", start, len(self.plain))

    def _escape(self) -> str:
        start = self.at
        following = self.text.text[start + 1 : start + 2]
        digits = self.text.text[start + 2 : start + 6]
        if following == "u" and re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
            self.at += 6
            return chr(int(digits, 16))
        if following in _ESCAPES:
            self.at += 2
            return _ESCAPES[following]
        raise self._fail("PE2005", start, start + 2, escape="\\" + following)

    def _at_literal(self) -> None:
        start = self.at
        self.at += 1
        if not (self._skip_blanks() and self.plain[self.at] in _QUOTES):
            raise self._fail("PE2006", start, start + 1, char="@")
        written = self._string()
        value = read_date(written)
        if value is None:
            raise self._fail("PE2007", start, self.at, text=written)
        self._add("MONTH" if isinstance(value, Month) else "DATE", start, value)

    # numbers

    def _number(self) -> None:
        start = self.at
        for pattern, kind in ((_DATE, "DATE"), (_MONTH, "MONTH")):
            if dated := pattern.match(self.plain, start):
                self.at = dated.end()
                value = read_date(dated.group())
                if value is None:
                    raise self._fail("PE2007", start, self.at, text=dated.group())
                self._add(kind, start, value)
                return
        grouped = _GROUPED.match(self.plain, start)
        if grouped and self.depth == 0:
            self._ambiguous_grouping(start, grouped.group())
        number = _NUMBER.match(self.plain, start)
        assert number is not None
        self.at = number.end()
        self._number_with_unit(start, Fraction(number.group()))

    def _ambiguous_grouping(self, start: int, written: str) -> None:
        plain = written.replace(",", "")
        listed = written.replace(",", "、")
        hint = Text(
            f"一个数写 `{plain}`；两个数并列写 `{listed}`",
            f"write `{plain}` for one number, `{listed.replace('、', ', ')}` for several",
        )
        raise self._fail("PE2016", start, start + len(written), hint=hint, text=written)

    def _number_with_unit(self, start: int, value: Fraction) -> None:
        if percent := _PERCENT.match(self.plain, self.at):
            self.at = percent.end()
            hundred = 100 if percent.group(1) == "%" else 1000
            self._add("NUMBER", start, value / hundred, DIMENSIONLESS)
        elif unit := _UNIT.match(self.plain, self.at):
            self.at = unit.end()
            self._add("NUMBER", start, value, parse_unit(unit.group(1)))
        else:
            self._refuse_word_after_number()
            self._add("NUMBER", start, value)

    def _refuse_word_after_number(self) -> None:
        blank = _BLANK.match(self.plain, self.at)
        begin = blank.end() if blank else self.at
        word = _WORD.match(self.plain, begin)
        if not word or word.group() in BY_WORD or word.group() == "is":
            return
        keyword = next((k for k in _keywords_longest_first() if word.group().startswith(k)), None)
        if keyword:
            hint = Text(
                f"关键词“{keyword}”两边要有空格", f"put a space before and after the keyword `{keyword}`"
            )
            raise self._fail("PE2009", *word.span(), hint=hint, found=word.group(), expected="空格", wanted="a space")
        raise self._fail("PE2008", *word.span(), unit=word.group())

    # words and signs

    def _word(self, word: re.Match[str]) -> None:
        start = self.at
        if two := _TWO_WORDS.match(self.plain, start):
            self.at = two.end()
            words = tuple(two.group().split())
            kind = {("is", "null"): "ISNULL", ("not", "in"): "NOTIN"}.get(words, "NOTNULL")
            self._add(kind, start, " ".join(words))
            return
        self.at = word.end()
        written = self.text.text[start : self.at]
        keyword = BY_WORD.get(written)
        if keyword is None:
            self._add("NAME", start, written)
        else:
            self._add(keyword.terminal, start, keyword.sign or written)

    def _sign(self) -> None:
        start = self.at
        foreign = _FOREIGN_SIGN.match(self.plain, start)
        sign = None if foreign else _SIGN.match(self.plain, start)
        if sign is None:
            written = foreign.group() if foreign else self.plain[start]
            self._refuse(start, written)
            return
        self.at = sign.end()
        kind = _SIGNS.get(sign.group(), "COMPARE")
        self._count_brackets(kind, start)
        self._add(kind, start, _COMPARE.get(sign.group(), sign.group()))

    def _refuse(self, start: int, written: str) -> None:
        instead = _FOREIGN.get(written)
        hint = Text(f"这里写 `{instead}`", f"write `{instead}` here") if instead else None
        shown = self.text.text[start : start + len(written)]
        raise self._fail("PE2006", start, start + len(written), hint=hint, char=shown)

    def _count_brackets(self, kind: str, start: int) -> None:
        self.depth += {"LPAR": 1, "LBRACK": 1, "RPAR": -1, "RBRACK": -1}.get(kind, 0)
        if self.depth > MAX_BRACKETS:
            raise self._fail("PE2003", start, self.at, most=MAX_BRACKETS)


def _keywords_longest_first() -> list[str]:
    return sorted((k.zh for k in KEYWORDS if k.zh), key=len, reverse=True)


def read_date(text: str) -> dt.date | Month | None:
    """The date or month a text stands for: 2018-06-01, 2018年6月1日, 2018-06, 2018年6月."""
    plain = text.translate(PLAIN).strip()
    dated = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日", plain, re.ASCII)
    month = re.fullmatch(r"(\d{4})-(\d{2})|(\d{4})年(\d{1,2})月", plain, re.ASCII)
    try:
        if dated:
            return dt.date(*(int(part) for part in dated.groups() if part))
        if month:
            return Month(*(int(part) for part in month.groups() if part))
    except ValueError:
        return None
    return None
