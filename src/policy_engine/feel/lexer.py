"""Cut an expression into words, numbers, strings and signs.

Full-width punctuation and digits count as their plain forms, one character for one character, so that spans
stay right; inside a string nothing is touched. A unit belongs to the number before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.feel.keywords import BY_WORD, KEYWORDS, instead_of
from policy_engine.feel.plain import DATE, MONTH, PLAIN, read_date
from policy_engine.feel.refuse import refusal
from policy_engine.feel.signs import FOREIGN, FOREIGN_SIGN, PLAIN_COMPARE, SIGN, TERMINALS
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS, Unit, parse_unit
from policy_engine.feel.values import Month, Value

MAX_LENGTH = 4_000
MAX_BRACKETS = 50

_CLOSING: Mapping[str, str] = MappingProxyType(
    {'"': '"', "“": "“”", "”": "“”", "\u2018": "\u2018\u2019", "\u2019": "\u2018\u2019"}
)
_ESCAPES: Mapping[str, str] = MappingProxyType(
    {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
)

_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+")
_WORD = re.compile(r"[^\W\d]\w*")
_DATE = re.compile(rf"(?:{DATE})(?!\w)")
# 1000-10 is a subtraction; only what looks like a month of our age is one.
_MONTH = re.compile(rf"(?=(?:19|2[0-9])[0-9]{{2}}(?:-(?:0[1-9]|1[0-2])(?!\w)|年))(?:{MONTH})(?!\w)")
_TWO_WORDS = re.compile(r"is\s+not\s+null(?!\w)|is\s+null(?!\w)|not\s+in(?!\w)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])")
_atoms = "|".join(sorted((re.escape(u) for u in BASE_UNITS if u not in "%‰"), key=len, reverse=True))
_UNIT = re.compile(rf"\s*((?:{_atoms})(?:[/·*](?:{_atoms}))*)(?!\w)")
_PERCENT = re.compile(r"\s*([%‰])")
_ADVICE: Mapping[str, Text] = MappingProxyType(
    {
        "%": Text("“%”只能跟在数后面；说明文字写在“#”后面", "`%` follows a number; remarks go behind `#`"),
        "＃": Text("说明文字写在空格加半角“#”的后面", "remarks go behind a blank and a plain `#`"),
    }
)
_LAST_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?$")
_MYRIADS: Mapping[str, int] = MappingProxyType({"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8})


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
        raise refusal("PE2001", text.span())
    if len(text.text) > MAX_LENGTH:
        raise refusal("PE2002", text.span(), length=len(text.text), most=MAX_LENGTH)
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
            if char in _CLOSING:
                value = self._string()
                self._add("STRING", start, value)
            elif char == "@":
                self._at_literal()
            elif _NUMBER.match(self.plain, start):
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
        self, code: str, start: int, end: int, advice: Text | None = None, **params: str | int | Text
    ) -> LoadError:
        return refusal(code, self.text.span(start, end), advice=advice, **params)

    # strings and dates

    def _string(self) -> str:
        start = self.at
        closing = _CLOSING[self.text.text[start]]
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
        lone_surrogate = digits[:1] in ("d", "D") and digits[1:2] > "7"
        if following == "u" and re.fullmatch(r"[0-9A-Fa-f]{4}", digits) and not lone_surrogate:
            self.at += 6
            return chr(int(digits, 16))
        if following in _ESCAPES:
            self.at += 2
            return _ESCAPES[following]
        raise self._fail("PE2005", start, start + 2, escape="\\" + following)

    def _at_literal(self) -> None:
        start = self.at
        self.at += 1
        if not (self._skip_blanks() and self.plain[self.at] in _CLOSING):
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
        advice = Text(
            f"一个数写 `{plain}`；两个数并列写 `{listed}`",
            f"write `{plain}` for one number, `{listed.replace('、', ', ')}` for several",
        )
        raise self._fail("PE2016", start, start + len(written), advice=advice, text=written)

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
            advice = Text(
                f"关键词“{keyword}”两边要有空格", f"put a space before and after the keyword `{keyword}`"
            )
            raise self._fail(
                "PE2009", *word.span(), advice=advice, found=word.group(), expected="空格", wanted="a space"
            )
        instead = instead_of(word.group()) or self._written_out(word.group())
        raise self._fail("PE2008", *word.span(), advice=instead, unit=word.group())

    def _written_out(self, word: str) -> Text | None:
        """The number before ``at`` with all its zeros: 1000万, 1E+07."""
        number = _LAST_NUMBER.search(self.plain, 0, self.at)
        power = re.match(r"[eE][+]?(\d{1,2})", self.plain[self.at :])
        places = int(power[1]) if power else _MYRIADS.get(word)
        if number is None or places is None:
            return None
        full = Fraction(number.group()) * 10**places
        if full.denominator != 1:
            return None
        return Text(f"数写全：`{full}`", f"write the number out: `{full}`")

    # words and signs

    def _word(self, word: re.Match[str]) -> None:
        start = self.at
        if two := _TWO_WORDS.match(self.plain, start):
            self.at = two.end()
            words = " ".join(two.group().split())
            self._add({"is null": "ISNULL", "not in": "NOTIN"}.get(words, "NOTNULL"), start, words)
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
        foreign = FOREIGN_SIGN.match(self.plain, start)
        sign = None if foreign else SIGN.match(self.plain, start)
        if sign is None:
            raise self._unexpected(start, foreign.group() if foreign else self.plain[start])
        self.at = sign.end()
        kind = TERMINALS[sign.group()]
        self._count_brackets(kind, start)
        self._add(kind, start, PLAIN_COMPARE.get(sign.group(), sign.group()))

    def _unexpected(self, start: int, written: str) -> LoadError:
        instead = FOREIGN.get(written)
        advice = Text(f"这里写 `{instead}`", f"write `{instead}` here") if instead else _ADVICE.get(written)
        shown = self.text.text[start : start + len(written)]
        if not shown.isprintable():
            shown = f"U+{ord(shown[0]):04X}"
            advice = Text("这是看不见的字符，请删掉", "this character is invisible; delete it")
        return self._fail("PE2006", start, start + len(written), advice, char=shown)

    def _count_brackets(self, kind: str, start: int) -> None:
        self.depth += {"LPAR": 1, "LBRACK": 1, "RPAR": -1, "RBRACK": -1}.get(kind, 0)
        if self.depth > MAX_BRACKETS:
            raise self._fail("PE2003", start, self.at, most=MAX_BRACKETS)


def _keywords_longest_first() -> list[str]:
    return sorted((k.zh for k in KEYWORDS if k.zh), key=len, reverse=True)
