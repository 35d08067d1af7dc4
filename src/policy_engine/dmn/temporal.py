"""Dates, times and durations of FEEL: exact, years to ±999,999,999, with offsets and zones.

``datetime`` ends at the year 9999 and at microseconds; FEEL does not (DMN 1.5, 10.3.2.3).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_YEAR = 999_999_999
DAY = 86_400


@dataclass(frozen=True, order=True)
class Day:
    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > MAX_YEAR or not 1 <= self.month <= 12:
            raise ValueError("no such month")
        if not 1 <= self.day <= days_in_month(self.year, self.month):
            raise ValueError("no such day")

    @property
    def number(self) -> int:
        """Days since 1970-01-01 in the proleptic Gregorian calendar."""
        year = self.year - (self.month <= 2)
        era, of_era = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468

    @classmethod
    def of_number(cls, number: int) -> Day:
        era, of_era = divmod(number + 719_468, 146_097)
        year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
        of_year = of_era - (365 * year + year // 4 - year // 100)
        shifted = (5 * of_year + 2) // 153
        month = shifted + 3 if shifted < 10 else shifted - 9
        return cls(year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1)

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.number + 3) % 7 + 1

    def plus_months(self, months: int) -> Day:
        """The same day of another month, or its last."""
        total = self.year * 12 + self.month - 1 + months
        year, month = divmod(total, 12)
        return Day(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@dataclass(frozen=True)
class Time:
    """``seconds`` since midnight; ``offset`` in seconds or ``zone`` by name, or neither (local time)."""

    seconds: Fraction
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seconds < DAY:
            raise ValueError("no such time")
        if self.offset is not None and abs(self.offset) >= 18 * 3600 + 1:
            raise ValueError("no such offset")

    @property
    def hour(self) -> int:
        return int(self.seconds // 3600)

    @property
    def minute(self) -> int:
        return int(self.seconds // 60) % 60

    @property
    def second(self) -> Fraction:
        return self.seconds % 60

    @property
    def floats(self) -> bool:
        """Whether it is local time, without offset and zone."""
        return self.offset is None and self.zone is None

    def offset_on(self, day: Day) -> int | None:
        if self.zone is None:
            return self.offset
        # The rules of zones repeat every 400 years for what this package can know.
        year = day.year if 1 <= day.year <= 9998 else 2000 + day.year % 400
        moment = dt.datetime(year, day.month, day.day, self.hour, self.minute, int(self.second))
        found = moment.replace(tzinfo=_zone(self.zone)).utcoffset()
        assert found is not None
        return int(found.total_seconds())

    def __str__(self) -> str:
        suffix = "" if self.floats else (f"@{self.zone}" if self.zone else _offset_text(self.offset or 0))
        return f"{self.hour:02d}:{self.minute:02d}:{_seconds_text(self.second, 2)}{suffix}"


@dataclass(frozen=True)
class DateTime:
    day: Day
    time: Time

    @property
    def instant(self) -> Fraction:
        """Seconds since 1970 in UTC; local time counts as if it were UTC."""
        return self.day.number * DAY + self.time.seconds - (self.time.offset_on(self.day) or 0)

    def plus_seconds(self, seconds: Fraction) -> DateTime:
        days, rest = divmod(self.time.seconds + seconds, DAY)
        day = Day.of_number(self.day.number + int(days))
        return DateTime(day, replace(self.time, seconds=rest))

    def __str__(self) -> str:
        return f"{self.day}T{self.time}"


@dataclass(frozen=True, order=True)
class Months:
    """A years and months duration."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{text or '0M'}"


@dataclass(frozen=True, order=True)
class Seconds:
    """A days and time duration."""

    seconds: Fraction

    def part(self, unit: int, within: int | None = None) -> int:
        whole = int(abs(self.seconds) // unit)
        found = whole if within is None else whole % within
        return -found if self.seconds < 0 else found

    def __str__(self) -> str:
        days, rest = divmod(abs(self.seconds), DAY)
        hours, minutes, seconds = int(rest // 3600), int(rest // 60) % 60, rest % 60
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        clock += f"{_seconds_text(seconds, 1)}S" if seconds else ""
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return f"{'-' if self.seconds < 0 else ''}P{text or 'T0S'}"


def _seconds_text(seconds: Fraction, width: int) -> str:
    """Whole seconds with ``width`` digits, and nine decimal places less the zeros at the end."""
    whole, rest = divmod(seconds, 1)
    digits = f"{int(rest * 10**9):09d}".rstrip("0")
    return f"{int(whole):0{width}d}" + (f".{digits}" if digits else "")


def _offset_text(offset: int) -> str:
    if offset == 0:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    seconds = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{rest // 60:02d}{seconds}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such zone: {name}") from error


# Reading. Every reader raises ValueError.

_DATE = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)"
    r"(?:(Z|z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*))?"
)
_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_SECONDS = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,18})D)?(?:T(?=[0-9])(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?"
    r"(?:([0-9]{1,18}(?:\.[0-9]*)?)S)?)?"
)


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found


def read_day(text: str) -> Day:
    sign, year, month, day = _match(_DATE, text).groups()
    return Day(int(sign + year), int(month), int(day))


def read_time(text: str) -> Time:
    hour, minute, second, utc, sign, h, m, s, zone = _match(_TIME, text).groups()
    if int(hour) > 23 or int(minute) > 59 or Fraction(second) >= 60:
        raise ValueError(text)
    seconds = int(hour) * 3600 + int(minute) * 60 + Fraction(second)
    if zone is not None:
        _zone(zone)
    offset = 0 if utc else None
    if sign:
        if int(m) > 59 or int(s or 0) > 59:
            raise ValueError(text)
        offset = (int(h) * 3600 + int(m) * 60 + int(s or 0)) * (-1 if sign == "-" else 1)
    return Time(seconds, offset, zone)


def read_moment(text: str) -> DateTime:
    """A date and time; a date alone is its midnight."""
    day, separator, time = text.partition("T")
    if time.startswith("24:00:00"):  # the end of a day is the start of the next
        return DateTime(Day.of_number(read_day(day).number + 1), read_time("00" + time[2:]))
    return DateTime(read_day(day), read_time(time) if separator else Time(Fraction(0)))


def read_duration(text: str) -> Months | Seconds:
    if found := _MONTHS.fullmatch(text):
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return Months(-total if sign else total)
    sign, days, hours, minutes, seconds = _match(_SECONDS, text).groups()
    length = (
        int(days or 0) * DAY
        + int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + Fraction((seconds or "0").rstrip("."))
    )
    return Seconds(-length if sign else length)


def read_at_literal(text: str) -> Day | Time | DateTime | Months | Seconds:
    """What ``@"…"`` stands for."""
    body = text.removeprefix("-")
    if body.startswith("P"):
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_moment(text)
    return read_time(text) if ":" in text else read_day(text)
