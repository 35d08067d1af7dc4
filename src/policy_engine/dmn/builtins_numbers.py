"""Functions of numbers (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.arithmetic import irrational
from policy_engine.dmn.notes import DOMAIN, TYPE, ZERO, Domain
from policy_engine.dmn.temporal import Months, Seconds
from policy_engine.dmn.values import Value, kind, less
from policy_engine.engine.rounding import round_away, round_half_down, round_to
from policy_engine.rulefile.choices import RoundingMode

MIN_SCALE, MAX_SCALE = -6111, 6176


def whole(value: Fraction) -> int:
    """A whole number as an int. Raises Domain."""
    if value.denominator != 1:
        raise Domain(DOMAIN)
    return int(value)


def scale(value: Fraction) -> int:
    """Decimal places; digits behind the point are cut off, as the standard has it for numbers of places."""
    places = int(value)
    if not MIN_SCALE <= places <= MAX_SCALE:
        raise Domain(DOMAIN)
    return places


def _round(mode: RoundingMode) -> Callable[..., Fraction]:
    return lambda number, places=Fraction(0): round_to(number, scale(places), mode)


def absolute(value: Value) -> Value:
    if isinstance(value, Months):
        return Months(abs(value.months))
    if isinstance(value, Seconds):
        return Seconds(abs(value.seconds))
    return abs(value)


def modulo(dividend: Fraction, divisor: Fraction) -> Fraction:
    if divisor == 0:
        raise Domain(ZERO)
    return dividend - divisor * floor(dividend / divisor)


def _numbers(values: list[Value]) -> list[Fraction]:
    if not all(kind(v) == "number" for v in values):
        raise Domain(TYPE)
    return values


def total(values: list[Value]) -> Value:
    if not values:
        return None
    if all(isinstance(v, Months) for v in values):
        return Months(sum(v.months for v in values))
    if all(isinstance(v, Seconds) for v in values):
        return Seconds(sum((v.seconds for v in values), Fraction(0)))
    return sum(_numbers(values), Fraction(0))


def mean(values: list[Value]) -> Value:
    return sum(_numbers(values), Fraction(0)) / len(values) if values else None


def product(values: list[Value]) -> Value:
    if not values:
        raise Domain(DOMAIN)
    found = Fraction(1)
    for value in _numbers(values):
        found *= value
    return found


def median(values: list[Value]) -> Value:
    ordered = sorted(_numbers(values))
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def mode(values: list[Value]) -> list[Value]:
    most = max((values.count(v) for v in _numbers(values)), default=0)
    return sorted({v for v in values if values.count(v) == most})


def stddev(values: list[Value]) -> Fraction:
    """Of a sample."""
    if len(_numbers(values)) < 2:
        raise Domain(DOMAIN)
    middle = sum(values, Fraction(0)) / len(values)
    variance = sum(((v - middle) ** 2 for v in values), Fraction(0)) / (len(values) - 1)
    return root(variance)


def root(value: Fraction) -> Fraction:
    if value < 0:
        raise Domain(DOMAIN)
    return irrational(lambda v: v.sqrt(), value)


def _positive_log(value: Fraction) -> Fraction:
    if value <= 0:
        raise Domain(DOMAIN)
    return irrational(lambda v: v.ln(), value)


def _extreme(sign: bool) -> Callable[[list[Value]], Value]:
    def extreme(values: list[Value]) -> Value:
        if not values:
            return None
        best = values[0]
        if less(best, best) is None:
            raise Domain(TYPE)
        for value in values[1:]:
            smaller = less(value, best)
            if smaller is None:
                raise Domain(TYPE)
            larger = less(best, value)
            best = value if (smaller if sign else larger) else best
        return best

    return extreme


TABLE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "abs": (absolute, "n:nyu|number:nyu"),
        "modulo": (modulo, "dividend:n, divisor:n"),
        "even": (lambda v: whole(v) % 2 == 0, "number:n"),
        "odd": (lambda v: whole(v) % 2 == 1, "number:n"),
        "sqrt": (root, "number:n"),
        "exp": (lambda v: irrational(lambda d: d.exp(), v), "number:n"),
        "log": (_positive_log, "number:n"),
        "decimal": (_round(RoundingMode.HALF_EVEN), "n:n, scale:n"),
        "floor": (_round(RoundingMode.FLOOR), "n:n|n:n, scale:n"),
        "ceiling": (_round(RoundingMode.CEILING), "n:n|n:n, scale:n"),
        "round up": (lambda v, p: round_away(v, scale(p)), "n:n, scale:n"),
        "round down": (_round(RoundingMode.TRUNCATE), "n:n, scale:n"),
        "round half up": (_round(RoundingMode.HALF_UP), "n:n, scale:n"),
        "round half down": (lambda v, p: round_half_down(v, scale(p)), "n:n, scale:n"),
        "min": (_extreme(True), "list:l", "variadic"),
        "max": (_extreme(False), "list:l", "variadic"),
        "sum": (total, "list:l", "variadic"),
        "mean": (mean, "list:l", "variadic"),
        "product": (product, "list:l", "variadic"),
        "median": (median, "list:l", "variadic"),
        "mode": (mode, "list:l", "variadic"),
        "stddev": (stddev, "list:l", "variadic"),
    }
)
