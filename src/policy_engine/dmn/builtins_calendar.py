"""Functions of dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7). There is no clock here: policies
take dates as inputs, and a result must not depend on the day it is computed. ``now`` and ``today`` read it
because models of others may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.builtins_numbers import whole
from policy_engine.dmn.notes import DOMAIN, LITERAL, Domain
from policy_engine.dmn.temporal import (
    DateTime,
    Day,
    Months,
    Time,
    days_in_month,
    read_day,
    read_duration,
    read_moment,
    read_time,
)
from policy_engine.dmn.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UTC = 0


def _read(reader: Callable[[str], Value], written: str) -> Value:
    try:
        return reader(written)
    except ValueError:
        raise Domain(LITERAL) from None


def date(*given: Value) -> Day:
    if len(given) == 3:
        return Day(*(whole(v) for v in given))
    (value,) = given
    if isinstance(value, DateTime):
        return value.day
    return value if isinstance(value, Day) else _read(read_day, value)


def time(*given: Value) -> Time:
    if len(given) == 1:
        (value,) = given
        if isinstance(value, DateTime):
            return value.time
        if isinstance(value, Day):
            return Time(Fraction(0), UTC)
        return value if isinstance(value, Time) else _read(read_time, value)
    hour, minute, second, offset = given
    if whole(minute) not in range(60) or not 0 <= second < 60 or whole(hour) not in range(24):
        raise Domain(DOMAIN)
    shift = None if offset is None else whole(offset.seconds)
    return Time(hour * 3600 + minute * 60 + second, shift)


def date_and_time(*given: Value) -> DateTime:
    if len(given) == 1:
        (value,) = given
        if isinstance(value, Day):
            return DateTime(value, Time(Fraction(0), UTC))
        return value if isinstance(value, DateTime) else _read(read_moment, value)
    day, clock = given
    return DateTime(day.day if isinstance(day, DateTime) else day, clock)


def months_between(start: Value, end: Value) -> Months:
    """Whole months from one date to the other, towards zero; the time of day does not count."""
    first, last = _day(start), _day(end)
    if last < first:
        return Months(-months_between(end, start).months)
    months = (last.year - first.year) * 12 + last.month - first.month
    return Months(months - (last.day < first.day))


def _day(value: Value) -> Day:
    day: Day = value.day if isinstance(value, DateTime) else value
    return day


def day_of_year(value: Value) -> Fraction:
    day = _day(value)
    return Fraction(day.number - Day(day.year, 1, 1).number + 1)


def week_of_year(value: Value) -> Fraction:
    """The week of ISO 8601."""
    day = _day(value)
    thursday = Day.of_number(day.number - day.weekday + 4)
    return Fraction((thursday.number - Day(thursday.year, 1, 1).number) // 7 + 1)


def last_day_of_month(value: Value) -> Fraction:
    day = _day(value)
    return Fraction(days_in_month(day.year, day.month))


def now() -> DateTime:
    moment = dt.datetime.now(dt.UTC)
    seconds = Fraction(moment.hour * 3600 + moment.minute * 60 + moment.second)
    seconds += Fraction(moment.microsecond, 1_000_000)
    return DateTime(Day(moment.year, moment.month, moment.day), Time(seconds, UTC))


def duration(written: str) -> Value:
    return _read(read_duration, written)


TABLE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "date": (date, "from:sdm|year:n, month:n, day:n"),
        "time": (time, "from:stdm|hour:n, minute:n, second:n, offset:u?"),
        "date and time": (date_and_time, "from:sdm|date:dm, time:t"),
        "duration": (duration, "from:s"),
        "years and months duration": (months_between, "from:dm, to:dm"),
        "day of year": (day_of_year, "date:dm"),
        "day of week": (lambda d: _DAYS[_day(d).weekday - 1], "date:dm"),
        "month of year": (lambda d: _MONTHS[_day(d).month - 1], "date:dm"),
        "week of year": (week_of_year, "date:dm"),
        "last day of month": (last_day_of_month, "date:dm"),
        "now": (now, ""),
        "today": (lambda: now().day, ""),
    }
)
