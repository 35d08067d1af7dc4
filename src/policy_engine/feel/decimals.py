"""Decimal places of exact values. None: no number of places is enough."""

from __future__ import annotations

from fractions import Fraction


def decimal_places(value: Fraction) -> int | None:
    """Decimal places of an exact value; None when its decimal never ends."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def scaled_places(places: int | None, factor: Fraction) -> int | None:
    """Places of ``x × factor`` for any x of ``places`` places: a power of ten shifts, others are computed."""
    return None if places is None else decimal_places(factor / 10**places)


def most_places(*places: int | None) -> int | None:
    known = [p for p in places if p is not None]
    return max(known) if len(known) == len(places) else None


def sum_places(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
