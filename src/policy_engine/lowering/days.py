"""What the calendar says of days and months held as whole numbers: the one meaning that every emitter repeats."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from types import MappingProxyType

from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import FIRST_DAY, FIRST_MONTH, LAST_DAY, LAST_MONTH


def month_of_day(day: int) -> int:
    date = dt.date.fromordinal(day)
    return date.year * 12 + date.month - 1


def first_day(month: int) -> int:
    return dt.date(month // 12, month % 12 + 1, 1).toordinal()


def days_in_month(month: int) -> int:
    return monthrange(month // 12, month % 12 + 1)[1]


def months_later(day: int, months: int) -> int:
    """The same day of another month, or its last; an end of the calendar where it has no such month."""
    date = dt.date.fromordinal(day)
    month = date.year * 12 + date.month - 1 + months
    if month < FIRST_MONTH:
        return FIRST_DAY
    if month > LAST_MONTH:
        return LAST_DAY
    return first_day(month) + min(date.day, days_in_month(month)) - 1


ANSWERS: Mapping[Ask, Callable[[int], int]] = MappingProxyType(
    {
        Ask.YEAR: lambda day: dt.date.fromordinal(day).year,
        Ask.MONTH_NUMBER: lambda day: dt.date.fromordinal(day).month,
        Ask.DAY_OF_MONTH: lambda day: dt.date.fromordinal(day).day,
        Ask.DAY_OF_YEAR: lambda day: dt.date.fromordinal(day).timetuple().tm_yday,
        Ask.WEEK_OF_YEAR: lambda day: dt.date.fromordinal(day).isocalendar().week,
        Ask.MONTH: month_of_day,
        Ask.FIRST_DAY: first_day,
        Ask.LAST_DAY: lambda month: first_day(month) + days_in_month(month) - 1,
        Ask.DAYS_IN_MONTH: days_in_month,
    }
)
