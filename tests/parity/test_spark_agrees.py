"""Spark settles a month as DuckDB and the engine do: every cell, count, total and rejection."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parity import calendar_cases, hourly, spark_session
from parity.parquet_month import Rows, write_month
from parity.test_calendar_agrees import OF_DAY, OF_MONTH, month_ends
from policy_engine import load
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.lowering.calendar import MOST_MONTHS
from policy_engine.lowering.days import ANSWERS, months_later
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import FIRST_MONTH, LAST_MONTH
from policy_engine.lowering.sql_calendar import calendar_sql, months_later_sql
from policy_engine.lowering.sql_text import spark_long_division
from policy_engine.policy.model import Policy
from policy_engine.settlement.month import settle
from policy_engine.settlement.spark.month import SparkMonth, settle_by_spark
from policy_engine.settlement.spark.session import open_session
from property.generate_policies import Policies
from property.test_executors_agree import bound
from reference.months import random_month

Table = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[Any]:
    session = spark_session.start()
    yield session
    session.stop()


def jibei() -> Policy:
    return load("jibei/deviation", period="2018-06")


def boundary_month(seeds: int = 45) -> dict[str, list[dict[str, Any]]]:
    """A few hundred users on every bound: small months beside each other under one price."""
    users: list[dict[str, Any]] = []
    retailers: list[dict[str, Any]] = []
    for seed in range(seeds):
        month = random_month(seed)
        named = {str(r["retailer_id"]): f"{seed}-{r['retailer_id']}" for r in month.retailers}
        retailers += [{**r, "retailer_id": named[str(r["retailer_id"])]} for r in month.retailers]
        for user in month.users:
            above = named.get(str(user["retailer_id"] or ""))
            users.append({**user, "user_id": f"{seed}-{user['user_id']}", "retailer_id": above})
    market = [{"average_bilateral_price": Decimal("352.376")}]
    return {"market": market, "retailer": retailers, "user": users}


# -- three executors ---------------------------------------------------------------------------------


def table_of(path: Path) -> Table:
    """By key, the first column; of all files below a folder, or of one."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    return {str(next(iter(row.values()))): row for row in rows}


def compared(
    policy: Policy, source: Path, work: Path, *, executors: tuple[str, ...] = ("columns", "reference")
) -> SparkMonth:
    """Spark's month, after it has been held against the others."""
    found = settle_by_spark(policy, source, work / "spark", fired=False)
    for executor in executors:
        other = settle(policy, source, work / executor, executor=executor, format="parquet")
        for key in ("rows", "totals"):
            assert found.record[key] == other.record[key], (executor, key)
        for file in other.files:
            if file.suffix == ".parquet" and file.stem != "rejected":
                assert table_of(work / "spark" / file.stem) == table_of(file), (executor, file.stem)
        assert told(found) == told(other), executor
    return found


def told(month: Any) -> list[tuple[str, str, str]]:
    """Every rejection in its words. Tables made of one file or of several have different labels."""
    return sorted((r.row.entity, r.row.key, r.diagnostic.code) for r in month.rejected)


def reasons(month: Any) -> list[str]:
    return [r.diagnostic.message() for r in month.rejected]


def written(policy: Policy, tables: Mapping[str, Rows], folder: Path, **how: Any) -> Path:
    source = folder / "month"
    source.mkdir()
    write_month(policy, tables, source, **how)
    return source


# -- the shipped policy ------------------------------------------------------------------------------


def test_a_month_on_the_bounds(tmp_path: Path) -> None:
    tables = boundary_month()
    assert len(tables["user"]) > 200
    found = compared(jibei(), written(jibei(), tables, tmp_path, files=3), tmp_path, executors=())
    duck = tmp_path / "one"
    duck.mkdir()
    write_month(jibei(), tables, duck)
    other = settle(jibei(), duck, tmp_path / "columns", executor="columns", format="parquet")
    engine = settle(jibei(), duck, tmp_path / "engine", executor="reference", format="parquet")
    assert found.record["rows"] == other.record["rows"] == engine.record["rows"]
    assert found.record["totals"] == other.record["totals"] == engine.record["totals"]
    for name in ("user", "retailer"):
        mine = table_of(tmp_path / "spark" / name)
        assert mine == table_of(tmp_path / "columns" / f"{name}.parquet")
        assert mine == table_of(tmp_path / "engine" / f"{name}.parquet")
    assert found.record["engine"]["executor"] == "spark"
    digests = found.record["output"]
    assert all(name.split("/")[1] == "period=2018-06" for name in digests)


def spoilt_month() -> dict[str, list[dict[str, Any]]]:
    """Everything the reader has to decide about, as text, beside packages that are fine."""
    tables = boundary_month(8)
    good = {**tables["user"][0], "retailer_id": "G", "exempt": False, "liability_cap": None}

    def user(key: str, above: str | None, **more: Any) -> dict[str, Any]:
        return {**good, "user_id": key, "retailer_id": above, **more}

    def package(name: str) -> dict[str, Any]:
        return {"retailer_id": name, "package_contract_energy": None}

    names = ["G", "A", "B", "C", "D", "E", "F", "H", "I"]
    tables["retailer"] += [package(n) for n in names]
    tables["retailer"].append({"retailer_id": "W", "package_contract_energy": Decimal("1.000")})
    tables["user"] += [
        user("g1", "G"),
        user("g2", "G", metered_energy=Decimal("17.125")),
        user("a1", "A", contract_energy=None),
        user("a2", "A"),
        user("b1", "B", contract_energy="一百"),
        user("b2", "B"),
        user("c1", "C", contract_energy="10000000.001"),
        user("d1", "D", exempt="也许"),
        user("e1", "E"),
        user(" e1", "E"),
        user("f1", "F"),
        user("f1", "H"),
        user("h2", "H"),
        user("i1", "I", contract_energy="１０"),
        user("i2", " I "),
        user("o1", "无此公司"),
        user("n1", None, metered_energy="-1"),
        user("w1", "W"),
        user("w2", "W"),
        user("t1", None, contract_energy="1e2"),
        user("s1", None, liability_share="30%"),
    ]
    return tables


def test_what_is_doubtful_is_decided_and_worded_by_the_reader(tmp_path: Path) -> None:
    source = written(jibei(), spoilt_month(), tmp_path, text=True)
    found = compared(jibei(), source, tmp_path)
    gone = {r.row.key for r in found.rejected}
    assert {"a1", "a2", "b1", "c1", "d1", "e1", "f1", "h2", "o1", "n1", "w1", "W"} <= gone
    assert not {"g1", "g2", "i1", "i2", "s1"} & gone
    other = settle(jibei(), source, tmp_path / "again", executor="columns", format="parquet")
    assert sorted(reasons(found)) == sorted(reasons(other))


def test_too_many_doubtful_rows_stop_the_month(tmp_path: Path) -> None:
    source = written(jibei(), spoilt_month(), tmp_path, text=True)
    with pytest.raises(EngineError, match="PE9120"):
        settle_by_spark(jibei(), source, tmp_path / "out", most=5)
    assert not (tmp_path / "out").exists()


# -- generated policies ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [4, 17])
def test_generated_policies(seed: int, tmp_path: Path) -> None:
    """Tables of every hit policy, scales, totals and allocations; packages that cannot be decided are rejected."""
    generated = Policies(seed, members=60).generate()
    policy = bound(generated)
    source = written(policy, generated.facts, tmp_path)
    compared(policy, source, tmp_path)


def test_hours_of_days_of_users(tmp_path: Path) -> None:
    """Three levels, with a day that is not plain: its user's package goes whole."""
    policy = load("sample/hourly", period="2018-06", rules=hourly.RULES)
    tables = hourly.make_hours(7)
    tables["hour"][0]["metered_energy"] = None
    found = compared(policy, written(policy, tables, tmp_path), tmp_path)
    assert len(found.rejected) == 1 + 4 + 96


# -- files -------------------------------------------------------------------------------------------


def refused(tables: Mapping[str, Any], folder: Path) -> str:
    source = folder / "month"
    for name, table in tables.items():
        path = source / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
    with pytest.raises(InputError) as error:
        settle_by_spark(jibei(), source, folder / "out")
    return str(error.value)


ROW = {
    "user_id": ["1"],
    "retailer_id": ["S"],
    "contract_energy": pa.array([Decimal("1.000")], pa.decimal128(18, 3)),
    "metered_energy": pa.array([Decimal("1.000")], pa.decimal128(18, 3)),
    "catalogue_price": pa.array([Decimal("1.000")], pa.decimal128(18, 3)),
}
PRICE = pa.table({"average_bilateral_price": pa.array([Decimal("1.000")], pa.decimal128(18, 3))})


def test_files_that_differ(tmp_path: Path) -> None:
    other = {**ROW, "contract_energy": pa.array([1], pa.int64())}
    found = refused({"user/a": pa.table(ROW), "user/b": pa.table(other), "market": PRICE}, tmp_path)
    assert "PE7030" in found and "user/b.parquet" in found


def test_numbers_that_are_not_exact(tmp_path: Path) -> None:
    found = refused({"user": pa.table({**ROW, "contract_energy": [1.5]}), "market": PRICE}, tmp_path)
    assert "PE7030" in found and "contract_energy" in found


def test_another_month_alone(tmp_path: Path) -> None:
    found = refused({"user/period=2018-07/a": pa.table(ROW), "market": PRICE}, tmp_path)
    assert "PE7030" in found and "period=2018-06" in found


def test_a_total_row(tmp_path: Path) -> None:
    total = {**ROW, "user_id": ["合计"], "retailer_id": [None]}
    found = refused(
        {"user/a": pa.table(ROW), "user/b": pa.table(total).cast(pa.table(ROW).schema), "market": PRICE},
        tmp_path,
    )
    assert "PE7031" in found and "2" in found


# -- days and months -----------------------------------------------------------------------------------


def test_days_and_months(tmp_path: Path) -> None:
    """On the edges of the calendar, and beyond them: who leaves it is rejected."""
    asked = {**calendar_cases.formulas(), "加若干月": calendar_cases.shifts()["加若干月"]}
    policy = calendar_cases.asking(asked)
    facts = calendar_cases.edge_cases()
    tables = {name: facts[name][::3] for name in ("group", "member")}
    found = compared(policy, written(policy, {**tables, "market": [facts["market"]]}, tmp_path), tmp_path)
    assert 0 < len(found.rejected) < 2 * len(tables["member"])


def test_the_calendar_of_spark_at_every_end_of_a_month() -> None:
    """Its own functions, and a day moved by months, as Python has them."""
    by = (1, -1, 11, -48, 1200, MOST_MONTHS, -MOST_MONTHS)
    dice = random.Random(1)
    days = sorted({*dice.sample(month_ends(), 20_000), *(d.toordinal() for d in calendar_cases.edges())})
    months = range(FIRST_MONTH, LAST_MONTH + 1, 7)
    of_days = [calendar_sql(SPARK, ask, "x", "INTEGER") for ask in OF_DAY]
    of_days += [months_later_sql(SPARK, "x", str(n)) for n in by]
    of_months = [calendar_sql(SPARK, ask, "x", "INTEGER") for ask in OF_MONTH]
    with open_session() as session:
        for name, numbers in (("days", days), ("months", [*months, LAST_MONTH])):
            session.createDataFrame([(n,) for n in numbers], "x INT").createOrReplaceTempView(name)
        of_day = session.sql(f"SELECT x, {', '.join(of_days)} FROM days").collect()
        of_month = session.sql(f"SELECT x, {', '.join(of_months)} FROM months").collect()
    assert len(of_day) == len(days) and len(of_month) > len(months)
    for x, *found in of_day:
        assert found == [ANSWERS[a](x) for a in OF_DAY] + [months_later(x, n) for n in by], x
    for x, *found in of_month:
        assert found == [ANSWERS[a](x) for a in OF_MONTH], x


# -- division ----------------------------------------------------------------------------------------


def test_long_division_is_exact_up_to_38_digits() -> None:
    most = 10**38 - 1
    tops = [0, 1, 2**63 - 1, 2**63, 10**32 - 1, 10**32, 10**32 + 1, 10**37, most - 1, most]
    bottoms = [
        1,
        2,
        3,
        7,
        1000,
        999_999,
        1_000_000,
        1_000_001,
        10**18,
        10**19,
        10**19 + 1,
        10**37,
        most - 1,
        most,
    ]
    dice = random.Random(1)
    cases = [(t, b) for t in tops for b in bottoms]
    cases += [
        (dice.randrange(10 ** dice.randrange(1, 38)), dice.randrange(1, 10 ** dice.randrange(1, 38)))
        for _ in range(300)
    ]
    with open_session() as session:
        frame = session.createDataFrame(
            [(Decimal(t), Decimal(b)) for t, b in cases], "a DECIMAL(38,0), b DECIMAL(38,0)"
        )
        frame.createOrReplaceTempView("cases")
        rows = session.sql(f"SELECT a, b, {spark_long_division('a', 'b')} AS q FROM cases").collect()
    wrong = [(a, b, q) for a, b, q in rows if int(q) != int(a) // int(b)]
    assert len(rows) == len(cases) and not wrong


def test_overflow_raises() -> None:
    """Neither wraps nor gives null: exactness rests on it."""
    with pytest.raises(EngineError, match="PE9122"), open_session() as session:
        session.sql("SELECT id * 9223372036854775807 FROM range(2, 3)").collect()
    with pytest.raises(EngineError, match="PE9122"), open_session() as session:
        session.sql(
            "SELECT CAST(id AS DECIMAL(38,0)) * CAST(1e38BD - 1 AS DECIMAL(38,0)) FROM range(2, 3)"
        ).collect()
