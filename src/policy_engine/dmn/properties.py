"""``value.name``: entries of contexts and properties of dates, times, durations and ranges (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.dmn.temporal import DAY, DateTime, Day, Months, Seconds, Time
from policy_engine.dmn.values import Range, Value


def _offset(time: Time, day: Day) -> Value:
    offset = time.offset_on(day)
    return None if offset is None else Seconds(Fraction(offset))


def _years(months: Months) -> Fraction:
    return Fraction(int(Fraction(months.months, 12)))


def _of(part: str, read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """A property of a date and time is that of its date or its time."""
    return lambda moment: read(getattr(moment, part))


_DAY: Mapping[str, Callable[[Any], Value]] = {
    "year": lambda d: Fraction(d.year),
    "month": lambda d: Fraction(d.month),
    "day": lambda d: Fraction(d.day),
    "weekday": lambda d: Fraction(d.weekday),
}
_TIME: Mapping[str, Callable[[Any], Value]] = {
    "hour": lambda t: Fraction(t.hour),
    "minute": lambda t: Fraction(t.minute),
    "second": lambda t: t.second,
    "timezone": lambda t: t.zone,
}
_PROPERTIES: Mapping[type[object], Mapping[str, Callable[[Any], Value]]] = MappingProxyType(
    {
        Day: _DAY,
        Time: {**_TIME, "time offset": lambda t: _offset(t, Day(1970, 1, 1))},
        DateTime: {
            **{name: _of("day", read) for name, read in _DAY.items()},
            **{name: _of("time", read) for name, read in _TIME.items()},
            "time offset": lambda m: _offset(m.time, m.day),
        },
        Months: {"years": _years, "months": lambda d: d.months - 12 * _years(d)},
        Seconds: {
            "days": lambda d: Fraction(d.part(DAY)),
            "hours": lambda d: Fraction(d.part(3600, 24)),
            "minutes": lambda d: Fraction(d.part(60, 60)),
            "seconds": lambda d: abs(d.seconds) % 60 * (-1 if d.seconds < 0 else 1),
        },
        Range: {
            "start": lambda r: r.low,
            "end": lambda r: r.high,
            "start included": lambda r: r.low_inclusive,
            "end included": lambda r: r.high_inclusive,
        },
    }
)


def property_of(value: Value, name: str) -> Value:
    """The property, or NotImplemented where the value has none of this name."""
    if isinstance(value, dict):
        return value.get(name, NotImplemented)
    read = _PROPERTIES.get(type(value), {}).get(name)
    return NotImplemented if read is None else read(value)
