"""Working days with the days moved for holidays."""

from __future__ import annotations

import datetime as dt

import pytest

from policy_engine.diagnostics.errors import EngineError
from policy_engine.process.calendar import is_working_day, working_day_of_month, working_days_after

D = dt.date.fromisoformat


def test_the_dragon_boat_festival_of_2018() -> None:
    """Cleared on a Friday; Monday is the holiday: two working days end on Wednesday."""
    assert working_days_after(D("2018-06-15"), 2) == D("2018-06-20")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2018-06-15", True),
        ("2018-06-16", False),  # a Saturday
        ("2018-06-18", False),  # 端午
        ("2018-02-11", True),  # a Sunday worked for the Spring Festival
        ("2018-09-29", True),  # a Saturday worked for the National Day
        ("2018-10-01", False),
    ],
)
def test_days(day: str, works: bool) -> None:
    assert is_working_day(D(day)) is works


@pytest.mark.parametrize(
    ("first", "count", "day"),
    [
        ("2018-07-01", 1, "2018-07-02"),  # the 1st is a Sunday
        ("2018-07-01", 6, "2018-07-09"),
        ("2018-10-01", 1, "2018-10-08"),
        ("2019-01-01", 1, "2019-01-02"),
    ],
)
def test_the_nth_working_day_of_a_month(first: str, count: int, day: str) -> None:
    assert working_day_of_month(D(first), count) == D(day)


def test_the_year_end_is_crossed() -> None:
    assert working_days_after(D("2018-12-28"), 2) == D("2019-01-02")  # 29日补班


@pytest.mark.parametrize("year", [1999, 2099])
def test_a_year_that_was_not_announced_is_an_error(year: int) -> None:
    with pytest.raises(EngineError) as found:
        working_days_after(dt.date(year, 1, 5), 1)
    assert found.value.code == "PE8020"
    assert str(year) in found.value.diagnostics[0].message()
