"""The calendar in SQL: by the databases' own dates, which are proleptic Gregorian and whole days.

A day is the ordinal of ``datetime.date``, a month is year × 12 + month − 1; both are INTEGER on either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy_engine.lowering.dialects import Dialect
from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import FIRST_DAY, FIRST_MONTH, LAST_DAY

_FIRST = "DATE '0001-01-01'"
_OF_DATE: Mapping[Ask, str] = MappingProxyType(
    {
        Ask.YEAR: "year",
        Ask.MONTH_NUMBER: "month",
        Ask.DAY_OF_MONTH: "day",
        Ask.DAY_OF_YEAR: "dayofyear",
        Ask.WEEK_OF_YEAR: "weekofyear",
    }
)


def calendar_sql(dialect: Dialect, ask: Ask, operand: str, type_: str) -> str:
    """What is asked of the day or month ``operand``, as ``type_``."""
    if ask in _OF_DATE:
        return f"CAST({_OF_DATE[ask]}({_date(dialect, operand)}) AS {type_})"
    match ask:
        case Ask.MONTH:
            return _month(dialect, _date(dialect, operand))
        case Ask.FIRST_DAY:
            return _ordinal(dialect, _first_of(dialect, operand))
        case Ask.LAST_DAY:
            return _ordinal(dialect, f"last_day({_first_of(dialect, operand)})")
        case _:
            return f"CAST(day(last_day({_first_of(dialect, operand)})) AS {type_})"


def months_later_sql(dialect: Dialect, day: str, months: str) -> str:
    """``day`` moved by ``months``, held within the calendar."""
    moved = _ordinal(dialect, _months_added(dialect, _date(dialect, day), f"CAST({months} AS INTEGER)"))
    return f"least(greatest({moved}, {FIRST_DAY}), {LAST_DAY})"


def _date(dialect: Dialect, day: str) -> str:
    if dialect.name == "spark":
        return f"date_add({_FIRST}, {day} - {FIRST_DAY})"
    return f"({_FIRST} + ({day} - {FIRST_DAY}))"


def _ordinal(dialect: Dialect, date: str) -> str:
    if dialect.name == "spark":
        return f"(datediff({date}, {_FIRST}) + {FIRST_DAY})"
    return f"CAST({date} - {_FIRST} + {FIRST_DAY} AS INTEGER)"


def _months_added(dialect: Dialect, date: str, months: str) -> str:
    if dialect.name == "spark":
        return f"add_months({date}, {months})"
    return f"CAST({date} + to_months({months}) AS DATE)"  # the sum is a timestamp at midnight


def _first_of(dialect: Dialect, month: str) -> str:
    return _months_added(dialect, _FIRST, f"{month} - {FIRST_MONTH}")


def _month(dialect: Dialect, date: str) -> str:
    if dialect.name == "spark":
        return f"(year({date}) * 12 + month({date}) - 1)"
    return f"CAST(date_diff('month', {_FIRST}, {date}) + {FIRST_MONTH} AS INTEGER)"
