"""The calendar of columns is the engine's: every month end, leap years, the year's turn, both ends of the calendar."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parity import calendar_cases
from parity.agree import of_engine, readable
from parity.month import disagreements
from parity.test_python_agrees import agree
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.faults import Fault
from policy_engine.engine.functions import FUNCTIONS
from policy_engine.feel.values import Month
from policy_engine.lowering.calendar import MOST_MONTHS
from policy_engine.lowering.days import ANSWERS, months_later
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import FIRST_DAY, FIRST_MONTH, LAST_DAY, LAST_MONTH
from policy_engine.lowering.sql_calendar import calendar_sql, months_later_sql
from policy_engine.policy.model import Policy

OF_DAY = {
    Ask.YEAR: "year_of",
    Ask.MONTH_NUMBER: "month_number",
    Ask.DAY_OF_MONTH: "day_of",
    Ask.DAY_OF_YEAR: "day_of_year",
    Ask.WEEK_OF_YEAR: "week_of_year",
    Ask.MONTH: "month_of",
}
OF_MONTH = {Ask.FIRST_DAY: "first_day", Ask.LAST_DAY: "last_day", Ask.DAYS_IN_MONTH: "days_in_month"}
ASKED = calendar_cases.formulas()
SHIFTED = calendar_cases.shifts()


def stored(value: object) -> int:
    match value:
        case Fraction():
            assert value.denominator == 1
            return int(value)
        case Month():
            return value.year * 12 + value.month - 1
        case dt.date():
            return value.toordinal()
    raise TypeError(value)


def month_ends() -> list[int]:
    """The first and last days of all months there are, and the 28th to 30th."""
    found = set()
    for month in range(FIRST_MONTH, LAST_MONTH + 1):
        first = dt.date(month // 12, month % 12 + 1, 1).toordinal()
        found |= {first - 1, first, first + 27, first + 28, first + 29}
    return sorted(d for d in found if FIRST_DAY <= d <= LAST_DAY)


# -- one meaning, three times --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("CREATE TABLE months AS SELECT CAST(range AS INTEGER) AS x FROM range(12, 120000)")
    made.execute("CREATE TABLE days (x INTEGER)")
    made.execute("INSERT INTO days SELECT unnest(?)", [month_ends()])
    return made


@pytest.mark.parametrize("ask", [*OF_DAY, *OF_MONTH], ids=lambda a: a.name)
def test_every_month_end_there_is(ask: Ask, connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB, Python and the engine's own function, of each."""
    of_month = ask in OF_MONTH
    engine = FUNCTIONS[(OF_MONTH if of_month else OF_DAY)[ask]]
    query = f"SELECT x, {calendar_sql(DUCKDB, ask, 'x', 'INTEGER')} FROM {'months' if of_month else 'days'}"
    rows = connection.execute(query).fetchall()
    assert len(rows) == (LAST_MONTH - FIRST_MONTH + 1 if of_month else len(month_ends()))
    answer = ANSWERS[ask]
    for x, y in rows:
        given_ = Month(x // 12, x % 12 + 1) if of_month else dt.date.fromordinal(x)
        assert y == answer(x) == stored(engine(given_)), (x, y)


@pytest.mark.parametrize("months", [1, -1, 11, 12, -12, 48, 1200, -4800, MOST_MONTHS, -MOST_MONTHS])
def test_months_later(months: int, connection: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT x, {months_later_sql(DUCKDB, 'x', str(months))} FROM days WHERE x % 5 = 0 OR x < 400"
    rows = connection.execute(f"{query} OR x > {LAST_DAY - 400}").fetchall()
    add = FUNCTIONS["add_months"]
    for x, y in rows:
        try:
            wanted = stored(add(dt.date.fromordinal(x), Fraction(months)))
        except Fault:
            wanted = FIRST_DAY if months < 0 else LAST_DAY
        assert y == months_later(x, months) == wanted, (x, y)


# -- policies ------------------------------------------------------------------------------------------


def test_what_is_asked_of_days_and_months() -> None:
    facts = calendar_cases.edge_cases()
    policy = calendar_cases.asking(ASKED)
    assert disagreements(policy, facts) == []
    assert agree(policy, facts)


@cache
def asking(*names: str) -> Policy:
    return calendar_cases.asking({name: (ASKED | SHIFTED)[name] for name in names})


def standing(policy: Policy, facts: dict[str, Any]) -> dict[str, Any]:
    """Without the packages that the engine rejects."""
    _, broken = of_engine(policy, readable(policy, tables_from_mapping(policy, facts)))
    kept = [m for m in facts["member"] if f"甲方:{m['group_id']}" not in broken]
    groups = {m["group_id"] for m in kept}
    return {**facts, "group": [g for g in facts["group"] if g["group_id"] in groups], "member": kept}


@pytest.mark.parametrize("name", SHIFTED)
def test_days_and_months_moved(name: str) -> None:
    """Who leaves the calendar fails as with the engine, at the same stage, and takes nobody along."""
    facts = calendar_cases.edge_cases()
    assert disagreements(asking(name), facts) == []
    fine = standing(asking(name), facts)
    assert 0 < len(fine["member"]) < len(facts["member"])
    assert agree(asking(name), fine)
    assert not agree(asking(name), facts)


DAYS = st.dates() | st.sampled_from(calendar_cases.edges())
MONTHS = DAYS.map(lambda day: day.isoformat()[:7])
NUMBERS = st.integers(-40, 40) | st.integers(-130_000, 130_000) | st.sampled_from(calendar_cases.SHIFTS)
ROWS = st.lists(st.tuples(DAYS, MONTHS, NUMBERS), min_size=1, max_size=40)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.sampled_from([*SHIFTED]))
def test_any_days(rows: list[tuple[dt.date, str, int]], moved: str) -> None:
    facts = calendar_cases.cases(rows)
    policy = asking(*ASKED, moved)
    assert disagreements(policy, facts) == []
    agree(policy, facts)
    agree(policy, standing(policy, facts))
