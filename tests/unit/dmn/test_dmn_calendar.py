"""Days of FEEL against Python's calendar, where both know them, and beyond it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.dmn.temporal import Day, Months, Seconds, Time, read_day, read_duration, read_moment

EPOCH = dt.date(1970, 1, 1)


@given(st.dates())
def test_days_count_as_python_counts_them(date: dt.date) -> None:
    day = Day(date.year, date.month, date.day)
    assert day.number == (date - EPOCH).days
    assert Day.of_number(day.number) == day
    assert day.weekday == date.isoweekday()
    assert read_day(str(day)) == day


@given(st.integers(-300_000_000_000, 300_000_000_000))
def test_every_day_has_its_number(number: int) -> None:
    assert Day.of_number(number).number == number


@given(st.integers(-(10**9), 10**9))
def test_durations_read_what_they_write(amount: int) -> None:
    assert read_duration(str(Months(amount))) == Months(amount)
    seconds = Seconds(Fraction(amount, 1000))
    assert read_duration(str(seconds)) == seconds


@pytest.mark.parametrize("text", ["2017-13-01", "2017-2-1", "2017-02-29", "17-01-01", "+2017-01-01", ""])
def test_no_such_day(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize("text", ["P", "PT", "P1", "P1H", "1Y", "P1Y1D", "PT1H2", "--P1D"])
def test_no_such_duration(text: str) -> None:
    with pytest.raises(ValueError):
        read_duration(text)


def test_a_zone_has_its_offset_on_the_day() -> None:
    winter = read_moment("2019-01-15T12:00:00@Europe/Paris")
    summer = read_moment("2019-07-15T12:00:00@Europe/Paris")
    assert winter.time.offset_on(winter.day) == 3600
    assert summer.time.offset_on(summer.day) == 7200
    assert read_moment("2019-07-15T24:00:00").day == Day(2019, 7, 16)
    with pytest.raises(ValueError):
        Time(Fraction(86_400))
