"""``+ - * / **`` of full FEEL (DMN 1.5, tables 57 to 62). Anything the tables leave out raises Domain."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.notes import DOMAIN, TOO_LARGE, TYPE, ZERO, Domain
from policy_engine.dmn.temporal import DAY, DateTime, Day, Months, Seconds, Time
from policy_engine.dmn.values import Value, kind
from policy_engine.engine.size import bits

MAX_BITS = 200_000
DIGITS = 34  # of a decimal128, where a result has no exact value
_MIDNIGHT = Time(Fraction(0), 0)

_N, _S, _D, _T, _M = "number", "string", "date", "time", "date and time"
_YM, _DT = "years and months duration", "days and time duration"


def _shift(day: Day, seconds: Fraction) -> Day:
    return DateTime(day, Time(Fraction(0))).plus_seconds(seconds).day


def _moved(time: Time, seconds: Fraction) -> Time:
    return Time((time.seconds + seconds) % DAY, time.offset, time.zone)


def _between(end: DateTime, start: DateTime) -> Seconds:
    if end.time.floats != start.time.floats:
        raise Domain(TYPE)
    return Seconds(end.instant - start.instant)


def _between_times(end: Time, start: Time) -> Seconds:
    day = Day(1970, 1, 1)
    return _between(DateTime(day, end), DateTime(day, start))


def _divide(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Domain(ZERO)
    return left / right


_RULES: Mapping[tuple[str, str, str], Callable[[Any, Any], Value]] = MappingProxyType(
    {
        ("+", _N, _N): lambda a, b: a + b,
        ("-", _N, _N): lambda a, b: a - b,
        ("*", _N, _N): lambda a, b: a * b,
        ("/", _N, _N): _divide,
        ("+", _S, _S): lambda a, b: a + b,
        ("+", _D, _YM): lambda a, b: a.plus_months(b.months),
        ("+", _YM, _D): lambda a, b: b.plus_months(a.months),
        ("-", _D, _YM): lambda a, b: a.plus_months(-b.months),
        ("+", _D, _DT): lambda a, b: _shift(a, b.seconds),
        ("+", _DT, _D): lambda a, b: _shift(b, a.seconds),
        ("-", _D, _DT): lambda a, b: _shift(a, -b.seconds),
        ("+", _M, _YM): lambda a, b: DateTime(a.day.plus_months(b.months), a.time),
        ("+", _YM, _M): lambda a, b: DateTime(b.day.plus_months(a.months), b.time),
        ("-", _M, _YM): lambda a, b: DateTime(a.day.plus_months(-b.months), a.time),
        ("+", _M, _DT): lambda a, b: a.plus_seconds(b.seconds),
        ("+", _DT, _M): lambda a, b: b.plus_seconds(a.seconds),
        ("-", _M, _DT): lambda a, b: a.plus_seconds(-b.seconds),
        ("+", _T, _DT): lambda a, b: _moved(a, b.seconds),
        ("+", _DT, _T): lambda a, b: _moved(b, a.seconds),
        ("-", _T, _DT): lambda a, b: _moved(a, -b.seconds),
        ("-", _T, _T): _between_times,
        ("-", _M, _M): _between,
        ("-", _D, _D): lambda a, b: Seconds(Fraction((a.number - b.number) * DAY)),
        ("-", _M, _D): lambda a, b: _between(a, DateTime(b, _MIDNIGHT)),
        ("-", _D, _M): lambda a, b: _between(DateTime(a, _MIDNIGHT), b),
        ("+", _YM, _YM): lambda a, b: Months(a.months + b.months),
        ("-", _YM, _YM): lambda a, b: Months(a.months - b.months),
        ("+", _DT, _DT): lambda a, b: Seconds(a.seconds + b.seconds),
        ("-", _DT, _DT): lambda a, b: Seconds(a.seconds - b.seconds),
        ("*", _YM, _N): lambda a, b: Months(int(a.months * b)),
        ("*", _N, _YM): lambda a, b: Months(int(a * b.months)),
        ("/", _YM, _N): lambda a, b: Months(int(_divide(Fraction(a.months), b))),
        ("/", _YM, _YM): lambda a, b: _divide(Fraction(a.months), Fraction(b.months)),
        ("*", _DT, _N): lambda a, b: Seconds(a.seconds * b),
        ("*", _N, _DT): lambda a, b: Seconds(a * b.seconds),
        ("/", _DT, _N): lambda a, b: Seconds(_divide(a.seconds, b)),
        ("/", _DT, _DT): lambda a, b: _divide(a.seconds, b.seconds),
    }
)


def calculate(op: str, left: Value, right: Value) -> Value:
    """The result of an operator on two values. Raises Domain."""
    rule = _RULES.get((op, kind(left), kind(right)))
    if rule is None:
        raise Domain(TYPE)
    try:
        return bounded(rule(left, right))
    except ValueError:
        raise Domain(DOMAIN) from None


def bounded(value: Value) -> Value:
    """The value, unless it has grown beyond any use. Raises Domain."""
    number = value.seconds if isinstance(value, Seconds) else value
    if isinstance(number, Fraction) and bits(number) > MAX_BITS:
        raise Domain(TOO_LARGE)
    if isinstance(value, str | list) and len(value) > MAX_BITS:
        raise Domain(TOO_LARGE)
    return value


def power(base: Value, exponent: Value) -> Fraction:
    """Exact for whole exponents; else to the 34 digits of the standard."""
    if kind(base) != _N or kind(exponent) != _N:
        raise Domain(TYPE)
    if base == 0 and exponent < 0:
        raise Domain(ZERO)
    if exponent.denominator == 1:
        if bits(base) * abs(exponent) > MAX_BITS:
            raise Domain(TOO_LARGE)
        found: Fraction = base ** int(exponent)
        return found
    return irrational(lambda n, e: n**e, base, exponent)


def irrational(rule: Callable[..., decimal.Decimal], *numbers: Fraction) -> Fraction:
    """A result no fraction holds, correct to 34 digits. Raises Domain."""
    with decimal.localcontext(decimal.Context(prec=DIGITS + 10, Emax=99_999, Emin=-99_999)) as context:
        try:
            found = rule(*(decimal.Decimal(n.numerator) / decimal.Decimal(n.denominator) for n in numbers))
            context.prec = DIGITS
            found = +found
        except decimal.DecimalException:
            raise Domain(DOMAIN) from None
        if not found.is_finite():
            raise Domain(DOMAIN)
        return Fraction(found)


def negated(value: Value) -> Value:
    """Raises Domain for what has no opposite."""
    match value:
        case bool():
            raise Domain(TYPE)
        case Fraction():
            return -value
        case Months():
            return Months(-value.months)
        case Seconds():
            return Seconds(-value.seconds)
    raise Domain(TYPE)
