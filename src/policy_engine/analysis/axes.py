"""The values a table tells apart: one of each kind is enough, for no test sees a difference within a kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from policy_engine.analysis.bounds import Interval
from policy_engine.analysis.readings import Looked
from policy_engine.feel import typed as t
from policy_engine.feel.types import BooleanType, DateType, LevelType, MonthType, NumberType, OptionType
from policy_engine.feel.values import Month, Value

OTHER_TEXT = "（别的文字）"


@dataclass(frozen=True)
class Axis:
    node: t.Node
    values: tuple[Value, ...]


def axis(looked: Looked, places: int | None, within: Interval) -> Axis:
    """``within``: where the number lies; ``places``: of its grid, None: any real number."""
    values: Iterable[Value]
    match looked.node.type:
        case BooleanType():
            values = (True, False)
        case OptionType(options=names) | LevelType(levels=names):
            values = names
        case NumberType():
            step = None if places is None else Fraction(1, 10**places)
            numbers = {c for c in looked.cuts if isinstance(c, Fraction)}
            values = representatives(numbers, within, step)
        case DateType():
            days = {Fraction(c.toordinal()) for c in looked.cuts if isinstance(c, dt.date)}
            values = _mapped(days, Interval(Fraction(1), Fraction(dt.date.max.toordinal())), _day)
        case MonthType():
            months = {Fraction(c.year * 12 + c.month - 1) for c in looked.cuts if isinstance(c, Month)}
            values = _mapped(months, Interval(Fraction(12), Fraction(9999 * 12 + 11)), _month)
        case _:
            values = (*sorted(str(c) for c in looked.cuts), OTHER_TEXT)
    return Axis(looked.node, (*values, *((None,) if looked.nullable else ())))


def _mapped(cuts: set[Fraction], within: Interval, back: Callable[[Fraction], Value]) -> Iterator[Value]:
    return (back(x) for x in representatives(cuts, within, Fraction(1)))


def _day(number: Fraction) -> Value:
    return dt.date.fromordinal(int(number))


def _month(number: Fraction) -> Value:
    return Month(int(number) // 12, int(number) % 12 + 1)


def representatives(cuts: set[Fraction], within: Interval, step: Fraction | None) -> tuple[Fraction, ...]:
    """A number of each kind: every cut, and one between neighbours and beyond the last, if there is one at all.

    ``step``: numbers are its multiples.
    """
    low, high = within.low, within.high
    inside = {c for c in cuts if (low is None or c >= low) and (high is None or c <= high)}
    ends = sorted(inside | {x for x in (low, high) if x is not None})
    found = [x for x in ends if step is None or x % step == 0]
    for one, other in pairwise(ends):
        found += _between(one, other, step)
    if low is None:
        found += _between(None, ends[0] if ends else Fraction(1), step)
    if high is None:
        found += _between(ends[-1] if ends else Fraction(0), None, step)
    return tuple(sorted(set(found)))


def _between(one: Fraction | None, other: Fraction | None, step: Fraction | None) -> list[Fraction]:
    """A plain number strictly between two; none when the grid has none there."""
    if one is None or other is None:
        start = floor(one) + 1 if one is not None else ceil(other or 0) - 1
        return [Fraction(start)]
    if floor(one) + 1 < other:
        return [Fraction(floor(one) + 1)]
    if step is None:
        return [(one + other) / 2]
    next_ = (floor(one / step) + 1) * step
    return [next_] if next_ < other else []
