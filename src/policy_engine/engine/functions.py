"""The functions of the expression language, by canonical name (docs/expressions.md)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType
from typing import Any

from policy_engine.engine.faults import Fault
from policy_engine.engine.rounding import round_away, round_half_down, round_to
from policy_engine.engine.text_functions import TEXT_FUNCTIONS
from policy_engine.feel.values import Month
from policy_engine.rulefile.choices import RoundingMode


def _rounder(mode: RoundingMode) -> Callable[[Fraction, Fraction], Fraction]:
    return lambda x, places: round_to(x, int(places), mode)


def _whole(rule: Callable[[Fraction], int]) -> Callable[..., Fraction]:
    def to_grid(x: Fraction, places: Fraction = Fraction(0)) -> Fraction:
        scale = Fraction(10) ** int(places)
        return Fraction(rule(x * scale), scale)

    return to_grid


def _modulo(dividend: Fraction, divisor: Fraction) -> Fraction:
    """FEEL's modulo: the remainder has the sign of the divisor."""
    if divisor == 0:
        raise Fault("PE6025")
    return dividend - divisor * floor(dividend / divisor)


def _next(month: Month) -> Month:
    return _calendar("次月", month, month.year * 12 + month.month)


def _previous(month: Month) -> Month:
    return _calendar("上月", month, month.year * 12 + month.month - 2)


def _calendar(function: str, month: Month, months: int) -> Month:
    """The month after ``months`` months of the common era; the calendar ends with the year 9999."""
    if not 12 <= months < 12 * 10_000:
        raise Fault("PE6030", name=function, value=str(month), reason="超出日历")
    return Month(months // 12, months % 12 + 1)


def _month_of(day: dt.date | Month) -> Month:
    return Month(day.year, day.month)


def _last_day(month: Month) -> dt.date:
    return dt.date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])


def _add_months(day: dt.date | Month, months: Fraction) -> dt.date | Month:
    """The same day of another month, or its last; the calendar ends with the year 9999."""
    month = _calendar("加月", _month_of(day), day.year * 12 + day.month - 1 + int(months))
    if isinstance(day, Month):
        return month
    return dt.date(month.year, month.month, min(day.day, _last_day(month).day))


def _add_days(day: dt.date, days: Fraction) -> dt.date:
    try:
        return day + dt.timedelta(days=int(days))
    except OverflowError:
        raise Fault("PE6030", name="加天", value=str(day), reason="超出日历") from None


def _whole_quotient(dividend: Fraction, divisor: Fraction) -> Fraction:
    """How often the divisor fits: x = 整除(x, y) × y + 余数(x, y)."""
    if divisor == 0:
        raise Fault("PE6025")
    return Fraction(floor(dividend / divisor))


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "max": max,
        "min": min,
        "abs": abs,
        "modulo": _modulo,
        "floor": _whole(floor),
        "ceiling": _whole(ceil),
        "round_half_up": _rounder(RoundingMode.HALF_UP),
        "round_half_even": _rounder(RoundingMode.HALF_EVEN),
        "round_down": _rounder(RoundingMode.TRUNCATE),
        "round_up": lambda x, places: round_away(x, int(places)),
        "round_half_down": lambda x, places: round_half_down(x, int(places)),
        "whole_quotient": _whole_quotient,
        "is_even": lambda x: x % 2 == 0,
        "is_odd": lambda x: x % 2 == 1,
        "date": dt.date.fromisoformat,
        "next_month": _next,
        "previous_month": _previous,
        "month_of": _month_of,
        "year_of": lambda day: Fraction(day.year),
        "month_number": lambda day: Fraction(day.month),
        "day_of": lambda day: Fraction(day.day),
        "first_day": lambda month: month.first_day,
        "last_day": _last_day,
        "days_in_month": lambda month: Fraction(_last_day(month).day),
        "days_between": lambda start, end: Fraction((end - start).days),
        "weekday": lambda day: Fraction(day.isoweekday()),
        "day_of_year": lambda day: Fraction(day.timetuple().tm_yday),
        "week_of_year": lambda day: Fraction(day.isocalendar().week),
        "add_months": _add_months,
        "add_days": _add_days,
        **TEXT_FUNCTIONS,
    }
)
