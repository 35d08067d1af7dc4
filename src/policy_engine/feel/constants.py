"""Lexical constants: defaults, range bounds, parameter values, lookup cells."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.alike import unknown_choice
from policy_engine.feel.describe import type_name
from policy_engine.feel.keywords import BY_WORD
from policy_engine.feel.lexer import Lexeme, tokenize
from policy_engine.feel.plain import PLAIN, read_loose_date
from policy_engine.feel.refuse import refusal
from policy_engine.feel.types import (
    BooleanType,
    DateRangeType,
    DateType,
    LevelType,
    MonthType,
    NumberType,
    OptionType,
    Type,
)
from policy_engine.feel.units import DIMENSIONLESS, unit_name
from policy_engine.feel.values import DateRange, Month, Value

_QUOTES = ('""', "“”")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9,])")
_TO = ("至", "..", "~", "～", " to ")


def constant(text: Fragment, type_: Type) -> Value:
    """The value a text stands for: 5%, 0.05, 是, 2018-06-01, 2018年6月, an option name.

    A bare number takes the type's unit; another unit of the same dimension is converted. Raises LoadError
    (PE2050 not a value of the type, PE2036 unit, PE2025 option).
    """
    text = text.strip()
    word = BY_WORD.get(text.text)
    if word is not None and word.terminal == "NULL" and type_.nullable:
        return None
    match type_:
        case NumberType():
            return _number(text, type_)
        case BooleanType():
            if word is not None and word.terminal in ("YES", "NO"):
                return word.terminal == "YES"
        case OptionType(options=names) | LevelType(levels=names):
            return _choice(text, names)
        case DateType():
            value = read_loose_date(unquoted(text.text.removeprefix("@")))
            if isinstance(value, dt.date):
                return value
        case MonthType():
            value = read_loose_date(unquoted(text.text.removeprefix("@")))
            if isinstance(value, Month):
                return value
        case DateRangeType():
            if (dates := _dates(text.text)) is not None:
                return dates
        case _:
            return unquoted(text.text)
    raise _refused(text, type_)


def _refused(text: Fragment, type_: Type) -> LoadError:
    return refusal("PE2050", text.span(), text=text.text, wanted=type_name(type_))


def unquoted(text: str) -> str:
    """Text without the quotes around it, if it stands in quotes."""
    quoted = len(text) >= 2 and any(text[0] == q[0] and text[-1] == q[1] for q in _QUOTES)
    return text[1:-1] if quoted else text


def _choice(text: Fragment, names: tuple[str, ...]) -> str:
    name = unquoted(text.text)
    if name in names:
        return name
    raise unknown_choice(text.span(), name, names)


def _dates(text: str) -> DateRange | None:
    for sign in _TO:
        first, found, last = text.partition(sign)
        start, end = read_loose_date(first), read_loose_date(last)
        if found and isinstance(start, dt.date) and isinstance(end, dt.date) and start <= end:
            return DateRange(start, end)
    return None


def _number(text: Fragment, type_: NumberType) -> Fraction:
    lexemes = _lexemes(_ungrouped(text), type_)
    negative = lexemes[0].kind == "MINUS"
    rest = lexemes[1:] if lexemes[0].kind in ("MINUS", "PLUS") else lexemes
    if len(rest) != 1 or rest[0].kind != "NUMBER" or not isinstance(rest[0].value, Fraction):
        raise _refused(text, type_)
    value = _in_unit(text, rest[0].value, rest[0], type_)
    return -value if negative else value


def _ungrouped(text: Fragment) -> Fragment:
    """``10,000,000`` as one number: where a constant stands, there is no list it could be."""
    if not _GROUPED.match(text.text.translate(PLAIN)):
        return text
    kept = [i for i, ch in enumerate(text.text) if ch not in ",，"]
    offsets = (*(text.offsets[i] for i in kept), text.offsets[-1])
    return Fragment("".join(text.text[i] for i in kept), text.source, offsets)


def _lexemes(text: Fragment, type_: NumberType) -> list[Lexeme]:
    try:
        return tokenize(text)
    except LoadError as error:
        if error.code in ("PE2008", "PE2016"):
            raise
        raise _refused(text, type_) from None


def _in_unit(text: Fragment, value: Fraction, lexeme: Lexeme, type_: NumberType) -> Fraction:
    if lexeme.unit is None:
        return value
    wanted = type_.unit or DIMENSIONLESS
    if not lexeme.unit.same_dimension(wanted):
        found = unit_name(lexeme.unit)
        raise refusal("PE2036", text.span(), found=found, wanted=unit_name(wanted))
    return value * lexeme.unit.factor / wanted.factor
