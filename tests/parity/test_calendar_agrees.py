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
from parity.rows_in import put_dataset
from parity.small import TREE, small
from parity.test_python_agrees import agree
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.faults import Fault
from policy_engine.engine.functions import FUNCTIONS
from policy_engine.feel.functions import BY_NAME, Family
from policy_engine.feel.values import Month
from policy_engine.lowering import build, calendar, ir, sql_calendar
from policy_engine.lowering.calendar import MOST_MONTHS
from policy_engine.lowering.days import ANSWERS, months_later
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import FIRST_DAY, FIRST_MONTH, LAST_DAY, LAST_MONTH, Kind
from policy_engine.lowering.plan import RowColumn
from policy_engine.lowering.planner import lower
from policy_engine.lowering.relations import Reads, relations
from policy_engine.lowering.sql_calendar import calendar_sql, months_later_sql
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.execute import execute

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


def test_no_function_of_the_calendar_is_left_out() -> None:
    asked = " ".join(formula for _, formula in (ASKED | SHIFTED).values())
    families = (Family.CALENDAR, Family.SHIFT, Family.PERIOD)
    assert [f.zh for f in BY_NAME.values() if f.family in families and f"{f.zh}(" not in asked] == []


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


# -- beside conditions, totals and sub-entities --------------------------------------------------------


def mixed() -> Policy:
    tree = (
        *TREE,
        "夏户: {即: 乙方, 当: 月(日) 介于 6 和 8}",
        "他户: {即: 乙方, 当: 月(日) < 6 或 月(日) > 8}",
    )
    terms = (
        *calendar_cases.TERMS,
        "乙方 | 或日 | d2 | 日期 | | | 可空 |",
        "乙方 | 补日 | filled | 日期 | | | |",
        "乙方 | 小移 | little | 日期 | | | |",
        "甲方 | 户数 | heads | 数 | | 0 | |",
        "乙方 | 移户 | by_heads | 月份 | | | |",
        "乙方 | 连移 | again | 日期 | | | |",
        "乙方 | 定日 | fixed | 日期 | | | |",
        "夏户 | 季末 | season | 日期 | | | |",
        "他户 | 季末 | season | 日期 | | | |",
        "乙方 | 季天 | days | 数 | 天 | 0 | |",
        "甲方 | 总天 | all_days | 数 | 天 | 0 | |",
        "乙方 | 级 | tier | 选项 | | | | 年末、二月、月末、寻常",
    )
    decisions = """
乙方.补日: {计算公式: '如果 或日 不为空 那么 加月(或日, 1) 否则 首日(某月)'}
乙方.小移: {计算公式: '如果 几 介于 0 和 12 那么 加月(加天(日, 几), 几 × 2) 否则 日'}
甲方.户数: {汇总: {计数: 乙方}}
乙方.移户: {计算公式: '加月(某月, -甲方.户数)'}
乙方.连移: {计算公式: '加月(加月(加月(加天(日, 30), 1), 1), -甲方.户数)'}
乙方.定日: {计算公式: '加月(@"2020-02-29", 最大值(最小值(几, 40), -40))'}
夏户.季末: {计算公式: '末日(加月(月份(日), 8 - 月(日)))'}
他户.季末: {计算公式: '首日(月份(日)) - 期间("P1D")'}
乙方.季天: {计算公式: '相差天数(日, 季末)'}
甲方.总天: {汇总: {求和: 乙方.季天}}
级表:
  适用: [乙方]
  多行命中: 取首行
  默认: {级: 寻常}
  决策表: |
    | 行名 | 当：月(日) | 当：相差天数(日, 末日(月份(日))) | 则：级 |
    | 一 | 等于 12 | 等于 0 | 年末 |
    | 二 | 等于 2 | 不超过 1 | 二月 |
    | 三 | - | 等于 0 | 月末 |
"""
    return small(terms, decisions, tree=tree)


def test_days_beside_conditions_totals_and_sub_entities() -> None:
    facts = calendar_cases.edge_cases()
    for number, row in enumerate(facts["member"]):
        row["或日"] = "" if number % 3 else row["日"]
        row["group_id"] = facts["group"][number // 4 * 4]["group_id"]
    policy = mixed()
    assert disagreements(policy, facts) == []
    fine = standing(policy, facts)
    assert 0 < len(fine["member"]) < len(facts["member"])
    assert agree(policy, fine)


@pytest.mark.parametrize("policy", [asking(*ASKED, *SHIFTED), mixed()], ids=["asked", "mixed"])
def test_types_and_bounds_are_those_of_the_plan(policy: Policy) -> None:
    """Also of rows that leave the calendar: they are decided no further, but computed with."""
    plan = lower(policy)
    dataset = readable(policy, tables_from_mapping(policy, calendar_cases.edge_cases()))
    with database(Limits(threads=1)) as connection:
        put_dataset(policy, plan.inputs, dataset, connection)
        columns = [ir.Column(s.expr.type, s.entity, s.name) for s in plan.steps if isinstance(s, RowColumn)]
        done = execute(plan, connection, extra=columns)
        for column in columns:
            text = SqlText(DUCKDB, Reads(plan, DUCKDB, column.entity))(column)
            query = (
                f"SELECT any_value(typeof({text})), min({text}), max({text}) FROM {done.last[column.entity]}"
            )
            type_, low, high = connection.execute(query).fetchall()[0]
            assert type_ == DUCKDB.type(column.type), column
            if column.type.kind not in (Kind.TEXT, Kind.BOOLEAN):
                assert low is None or (column.type.low <= low and high <= column.type.high), (
                    column,
                    low,
                    high,
                )


@pytest.mark.parametrize(
    ("type_", "formula"),
    [
        ("数 | 天 | 0 | |", '当月天数(@"2100-02")'),
        ("日期 | | | |", '加月(@"2018-08-31", -6)'),
        ("日期 | | | |", '加天(末日(月份(@"2000-02-10")), 1)'),
        ("月份 | | | |", '月份(@"0001-01-31" + 期间("P1M"))'),
        ("数 | | 0 | |", '年内第几周(@"2021-01-01") + 星期(@"0001-01-01")'),
        ("月份 | | | |", '次月(@"9999-12")'),
        ("日期 | | | |", '加月(@"0001-01-31", -1)'),
        ("日期 | | | |", '加天(@"9999-12-31", 最大值(几, 1))'),
    ],
)
def test_what_is_known_beforehand(type_: str, formula: str) -> None:
    policy = calendar_cases.asking({"得": (type_, formula)})
    facts = calendar_cases.cases([(dt.date(2018, 6, 1), "2018-06", n) for n in (0, 1, -1)])
    assert disagreements(policy, facts) == []
    agree(policy, facts)


def test_a_formula_does_not_grow_with_every_day_it_is_moved() -> None:
    """Each step reads the one before once; only its fault repeats it: the square of the steps, not a power."""

    def length(steps: int) -> int:
        formula = "日"
        for _ in range(steps):
            formula = f"加月(首日(月份({formula})), 1)"
        plan = lower(calendar_cases.asking({"得": ("日期 | | | |", formula)}))
        return sum(len(r.query) for r in relations(plan, DUCKDB).made)

    assert length(12) < 9 * length(4)


# -- faults put in ---------------------------------------------------------------------------------------


def spoilt() -> list[str]:
    facts = calendar_cases.edge_cases()
    try:
        for name in ("加若干月", "月加若干月", "加若干天"):
            if found := disagreements(asking(*ASKED, name), facts):
                return found
        return []
    except (PolicyEngineError, OverflowError) as error:
        return [str(error)]


MUTANTS: dict[str, tuple[object, str, object]] = {
    "nobody leaves the calendar": (calendar, "_outside", lambda *args: build.FALSE),
    "nobody is held in the calendar": (calendar, "_held", lambda expr, low, high: expr),
    "months begin a day late": (sql_calendar, "_FIRST", "DATE '0001-01-02'"),
    "years count from 1": (sql_calendar, "FIRST_MONTH", 0),
    "the day of the week for that of the month": (
        sql_calendar,
        "_OF_DATE",
        {**sql_calendar._OF_DATE, Ask.DAY_OF_MONTH: "isodow"},
    ),
    "thirty days for a month": (
        sql_calendar,
        "_months_added",
        lambda dialect, date, months: f"CAST({date} + 30 * {months} AS DATE)",
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_fault_is_seen(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, value = MUTANTS[mutant]
    monkeypatch.setattr(module, name, value)
    asking.cache_clear()
    assert spoilt()


def test_nothing_is_seen_without_a_fault() -> None:
    assert spoilt() == []
