"""Values of full FEEL: what kind each is, how two compare, how one is written as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from policy_engine.dmn.temporal import DateTime, Day, Months, Seconds, Time
from policy_engine.feel.describe import decimal_text

# A value is None, Fraction, bool, str, a temporal value, list, dict (a context), Range or Function.
Value = Any


@dataclass(frozen=True)
class Range:
    """``op``: how a range with one end was written, ``(< 5)``; an end that is null otherwise is unknown."""

    low: Value
    low_inclusive: bool
    high: Value
    high_inclusive: bool
    op: str = ""


@dataclass(frozen=True)
class Function:
    """A function as a value. ``names`` of its parameters; ``types`` beside them where declared."""

    names: tuple[str, ...]
    types: tuple[str | None, ...]
    call: Callable[[list[Value]], Value] = field(compare=False)
    result: str | None = None


KINDS: tuple[tuple[type[object], str], ...] = (
    (bool, "boolean"),
    (Fraction, "number"),
    (str, "string"),
    (Day, "date"),
    (Time, "time"),
    (DateTime, "date and time"),
    (Months, "years and months duration"),
    (Seconds, "days and time duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
    (Function, "function"),
)


def kind(value: Value) -> str:
    """The name of the type of a value; ``null`` for None."""
    if value is None:
        return "null"
    return next((name for type_, name in KINDS if isinstance(value, type_)), "?")


def equal(left: Value, right: Value) -> bool | None:
    """FEEL's ``=``: None where the two are of different kinds (DMN 1.5, table 53)."""
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    if isinstance(left, list):
        if len(left) != len(right):
            return False
        return _all(equal(a, b) for a, b in zip(left, right, strict=False))
    if isinstance(left, dict):
        same_keys = bool(left.keys() == right.keys())
        return _all(equal(value, right[key]) for key, value in left.items()) if same_keys else False
    if isinstance(left, DateTime):
        return bool(left.time.floats == right.time.floats and left.instant == right.instant)
    if isinstance(left, Time):
        return left.floats == right.floats and _clock(left) == _clock(right)
    return bool(left == right)


def _all(found: Iterable[bool | None]) -> bool | None:
    results = list(found)
    return False if False in results else None if None in results else True


_SOME_DAY = Day(1970, 1, 1)


def _clock(time: Time) -> Fraction:
    return time.seconds - (time.offset_on(_SOME_DAY) or 0)


def rank(value: Value) -> Any:
    """Something Python can order, for the kinds FEEL orders; None for others."""
    if isinstance(value, bool):
        return None
    if isinstance(value, DateTime):
        return value.instant
    if isinstance(value, Time):
        return _clock(value)
    return value if isinstance(value, Fraction | str | Day | Months | Seconds) else None


def less(left: Value, right: Value) -> bool | None:
    """FEEL's ``<``, or None where the two have no order."""
    if kind(left) != kind(right) or rank(left) is None:
        return None
    return bool(rank(left) < rank(right))


def includes(range_: Range, value: Value) -> bool | None:
    """Whether a value lies in a range."""
    if value is None:
        return None
    if range_.op in ("=", "!="):
        same = equal(value, range_.low)
        return same if same is None or range_.op == "=" else not same
    found: list[bool | None] = []
    for end, inclusive, above in (
        (range_.low, range_.low_inclusive, True),
        (range_.high, range_.high_inclusive, False),
    ):
        if end is None and range_.op:
            continue
        strictly = less(end, value) if above else less(value, end)
        found.append(strictly or (equal(end, value) if inclusive and strictly is not None else strictly))
    return None if not found else False if False in found else None if None in found else True


def text(value: Value, inside: bool = False) -> str:
    """FEEL's ``string()``; texts inside lists and contexts are quoted."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Fraction():
            return decimal_text(value)
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"' if inside else value
        case list():
            return "[" + ", ".join(text(v, True) for v in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_key(k)}: {text(v, True)}" for k, v in value.items()) + "}"
        case Range():
            opening, closing = "[" if value.low_inclusive else "(", "]" if value.high_inclusive else ")"
            return f"{opening}{text(value.low, True)}..{text(value.high, True)}{closing}"
        case Function():
            return f"function({', '.join(value.names)})"
        case _:
            return f'@"{value}"' if inside else str(value)


def _key(key: str) -> str:
    plain = key.isidentifier() or all(part.isidentifier() for part in key.split(" "))
    return key if plain else text(key, True)
