"""Cut an expression of full FEEL into the same lexemes that policies are cut into.

Names of FEEL may hold spaces and signs, so the names in force are given and the longest wins (DMN 1.5,
10.3.1.3). There are no units, percentages, bare dates or Chinese words here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.lexer import MAX_BRACKETS, Lexeme
from policy_engine.feel.refuse import refusal
from policy_engine.feel.signs import TERMINALS

MAX_LENGTH = 20_000
MAX_NUMBER = 400  # characters
SHOWN = 60
MAX_EXPONENT = 7_000

KEYWORDS: Mapping[str, str] = MappingProxyType(
    {
        "and": "AND",
        "or": "OR",
        "if": "IF",
        "then": "THEN",
        "else": "ELSE",
        "in": "IN",
        "between": "BETWEEN",
        "true": "YES",
        "false": "NO",
        "null": "NULL",
        "for": "FOR",
        "return": "RETURN",
        "some": "SOME",
        "every": "EVERY",
        "satisfies": "SATISFIES",
        "external": "EXTERNAL",
    }
)
_SIGNS: Mapping[str, str] = MappingProxyType(
    {s: TERMINALS[s] for s in ("..", "**", "-", "+", "*", "/", "(", ")", "[", "]", ",", ".", "?")}
    | dict.fromkeys(("<=", ">=", "!=", "<", ">", "="), "COMPARE")
    | {"{": "LBRACE", "}": "RBRACE", ":": "COLON"}
)
_ESCAPES: Mapping[str, str] = MappingProxyType(
    {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
)

# Grammar rules 27 to 29: what a name may be made of.
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_BLANK = re.compile(
    r"(?:[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]|//[^\n]*|/\*.*?\*/)+",
    re.S,
)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(f"[{_START}][{_PART}]*")
_INSTANCE = re.compile(rf"instance\s+of(?![{_PART}])")
_FUNCTION = re.compile(r"function(?=\s*\()")
_KEY = re.compile(rf"(?<=[{{,(])\s*((?:[{_PART}][{_PART}.+*/' -]*)?[{_PART}])\s*:")
_SIGN = re.compile("|".join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True)))
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENDS_OPERAND = frozenset(
    [
        "NAME",
        "NUMBER",
        "STRING",
        "RPAR",
        "RBRACK",
        "RBRACE",
        "YES",
        "NO",
        "NULL",
        "DATE",
        "TEMPORAL",
        "INPUT",
        "TYPE",
    ]
)
_OPENING = {"LPAR": "RPAR", "LBRACK": "RBRACK", "LBRACE": "RBRACE"}


def tokenize_full(text: Fragment, names: Iterable[str] = ()) -> list[Lexeme]:
    """The lexemes of an expression of full FEEL. ``names``: those in force that are more than one word."""
    if not text.text.strip():
        raise refusal("PE2001", text.span())
    if len(text.text) > MAX_LENGTH:
        raise refusal("PE2002", text.span(), length=len(text.text), most=MAX_LENGTH)
    return _FullLexer(text, names).run()


def _continues(char: str) -> bool:
    """Whether a name can go on with this character."""
    return _WORD.fullmatch("a" + char) is not None


def _alternatives(names: Iterable[str]) -> re.Pattern[str] | None:
    several = {" ".join(n.split()) for n in names if not _WORD.fullmatch(n) and n.strip()}
    if not several:
        return None
    ordered = sorted(several, key=len, reverse=True)
    spaced = (r"\s+".join(re.escape(part) for part in name.split()) for name in ordered)
    return re.compile(f"(?:{'|'.join(spaced)})(?![{_PART}])")


class _FullLexer:
    def __init__(self, text: Fragment, names: Iterable[str]) -> None:
        self.text = text
        self.raw = text.text
        self.at = 0
        self.found: list[Lexeme] = []
        self.open: list[str] = []  # what closes each bracket that is open; "RANGE" once it holds ``..``
        self.param_lists: set[int] = set()  # depths at which parameters of a function stand
        keys = [m.group(1) for m in _KEY.finditer(self.raw)]
        self.names = _alternatives([*names, *keys])

    def run(self) -> list[Lexeme]:
        while self._skip():
            start = self.at
            char = self.raw[start]
            if char == '"':
                self._add("STRING", start, self._string())
            elif char == "@":
                self._temporal()
            elif self._name_or_word():
                continue
            elif number := _NUMBER.match(self.raw, start):
                self._number(number)
            else:
                self._sign()
        return self.found

    def _skip(self) -> bool:
        blank = _BLANK.match(self.raw, self.at)
        self.at = blank.end() if blank else self.at
        return self.at < len(self.raw)

    def _add(self, kind: str, start: int, value: object) -> None:
        self.found.append(Lexeme(kind, self.text.span(start, self.at), value))  # type: ignore[arg-type]  # as each kind has it

    def _fail(self, code: str, start: int, end: int, **params: str | int) -> LoadError:
        return refusal(code, self.text.span(start, end), advice=None, **params)

    @property
    def _last(self) -> str:
        return self.found[-1].kind if self.found else ""

    # literals

    def _string(self) -> str:
        start = self.at
        out: list[str] = []
        self.at += 1
        while self.at < len(self.raw):
            char = self.raw[self.at]
            if char == '"':
                self.at += 1
                return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if char == "\\":
                out.append(self._escape())
            else:
                out.append(char)
                self.at += 1
        raise self._fail("PE2004", start, len(self.raw))

    def _escape(self) -> str:
        following = self.raw[self.at + 1 : self.at + 2]
        if following in _ESCAPES:
            self.at += 2
            return _ESCAPES[following]
        coded = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6}))").match(self.raw, self.at)
        if coded and (code := int(coded[1] or coded[2], 16)) < 0x110000:
            self.at = coded.end()
            return chr(code)
        self.at += 1
        return "\\"  # part of a pattern: \d

    def _temporal(self) -> None:
        start = self.at
        self.at += 1
        if not (self._skip() and self.raw[self.at] == '"'):
            raise self._fail("PE2006", start, start + 1, char="@")
        written = self._string()
        if _DATE.fullmatch(written):
            try:
                self._add("DATE", start, dt.date.fromisoformat(written))
                return
            except ValueError:
                pass
        self._add("TEMPORAL", start, written)

    def _number(self, number: re.Match[str]) -> None:
        start, self.at = number.span()
        _, _, exponent = number.group().lower().partition("e")
        if len(number.group()) > MAX_NUMBER or abs(int(exponent or 0)) > MAX_EXPONENT:
            raise self._fail("PE2006", start, self.at, char=number.group()[:SHOWN])
        self._add("NUMBER", start, Fraction(number.group()))

    # words

    def _name_or_word(self) -> bool:
        start = self.at
        if self._last != "DOT" and (instance := _INSTANCE.match(self.raw, start)):
            self.at = instance.end()
            self._add("INSTANCEOF", start, "instance of")
            self._type()
            return True
        if self._last != "DOT" and (function := _FUNCTION.match(self.raw, start)):
            self.at = function.end()
            self._add("FUNCTION", start, "function")
            self.param_lists.add(len(self.open) + 1)
            return True
        known = self.names.match(self.raw, start) if self.names else None
        word = _WORD.match(self.raw, start)
        if known and (word is None or known.end() > word.end()):
            self.at = known.end()
            self._add("NAME", start, " ".join(known.group().split()))
            return True
        if word is None or word.group() == "?":
            return False
        self.at = word.end()
        kind = "NAME" if self._last == "DOT" else KEYWORDS.get(word.group(), "NAME")
        self._add(kind, start, word.group())
        return True

    def _type(self) -> None:
        """A type is read as one piece: words, and what stands in angle brackets behind them."""
        self._skip()
        start, depth = self.at, 0
        while self.at < len(self.raw):
            char = self.raw[self.at]
            if self.raw.startswith("->", self.at):
                self.at += 2
                continue
            if depth == 0 and not (char in "<. " or char.isspace() or _continues(char)):
                break
            if depth == 0 and self._keyword_ahead():
                break
            depth += {"<": 1, ">": -1}.get(char, 0)
            self.at += 1
            if char == ">" and depth == 0 and not re.match(r"\s*->", self.raw[self.at :]):
                break
        written = self.raw[start : self.at]
        self.at = start + len(written.rstrip())
        if not written.strip():
            raise self._fail("PE2010", start, start, expected="类型", wanted="a type")
        self._add("TYPE", start, " ".join(written.split()))

    def _keyword_ahead(self) -> bool:
        """Whether a word that ends a type stands here: ``x instance of number and y``."""
        word = _WORD.match(self.raw, self.at)
        if word is None or self.at == 0 or _continues(self.raw[self.at - 1]):
            return False
        if word.group() == "and" and re.match(r"and\s+(time|months)\b", self.raw[self.at :]):
            return False
        return word.group() in KEYWORDS and word.group() != "null"

    # signs

    def _sign(self) -> None:
        start = self.at
        sign = _SIGN.match(self.raw, start)
        if sign is None:
            shown = self.raw[start] if self.raw[start].isprintable() else f"U+{ord(self.raw[start]):04X}"
            raise self._fail("PE2006", start, start + 1, char=shown)
        self.at = sign.end()
        kind = self._bracket(_SIGNS[sign.group()], start)
        self._add(kind, start, sign.group())
        if kind == "COLON" and len(self.open) in self.param_lists:
            self._type()

    def _bracket(self, kind: str, start: int) -> str:
        """``]1 .. 5[`` is what ``(1 .. 5)`` is: a turned bracket is an open end."""
        if kind == "RBRACK" and self._last not in _ENDS_OPERAND and self._last != "LBRACK":
            kind = "LPAR"
        elif kind == "LBRACK" and self.open and self.open[-1] == "RANGE" and self._nothing_to_pick():
            kind = "RPAR"
        if kind in _OPENING:
            self.open.append(_OPENING[kind])
        elif kind == "DOTDOT" and self.open:
            self.open[-1] = "RANGE"
        elif kind in ("RPAR", "RBRACK", "RBRACE") and self.open:
            self.param_lists.discard(len(self.open))
            self.open.pop()
        if len(self.open) > MAX_BRACKETS:
            raise self._fail("PE2003", start, self.at, most=MAX_BRACKETS)
        return kind

    def _nothing_to_pick(self) -> bool:
        """Whether nothing that could be an index follows this ``[``, so that it closes a range."""
        rest = _BLANK.sub(" ", self.raw[self.at :]).lstrip()
        word = _WORD.match(rest)
        return (
            not rest or rest[0] in ",)]}=<>!+*/" or bool(word and KEYWORDS.get(word.group(), "NO") in _JOINTS)
        )


_JOINTS = frozenset(["AND", "OR", "THEN", "ELSE", "IN", "BETWEEN", "RETURN", "SATISFIES"])
