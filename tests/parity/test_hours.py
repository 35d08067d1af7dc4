"""Hours netted within the day, days within the month: engine, columns and the sums worked out here agree."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from parity.hourly import RULES, expected, make_hours
from parity.month import disagreements
from parity.parquet_month import write_month
from policy_engine import load
from policy_engine.policy.model import Policy
from policy_engine.settlement.month import settle


def hourly() -> Policy:
    return load("sample/hourly", period="2018-06", rules=RULES)


def statement(settlement: Any, name: str) -> dict[str, dict[str, Any]]:
    table = settlement.table(name)
    names = [c.name for c in table.columns]
    return {row[0]: dict(zip(names, row, strict=True)) for row in table.rows}


@pytest.mark.parametrize("hours", [24, 96])
def test_every_executor(hours: int, tmp_path: Path) -> None:
    tables = make_hours(hours, hours=hours)
    assert disagreements(hourly(), tables) == []
    write_month(hourly(), tables, tmp_path)
    wanted = expected(tables)
    for executor in ("columns", "durable"):
        found = statement(settle(hourly(), tmp_path, executor=executor), "user")
        assert not settle(hourly(), tmp_path, executor=executor).rejected
        for user, values in wanted.items():
            assert {k: Fraction(found[user][k]) for k in values} == values, (executor, user)


def test_the_windows_matter() -> None:
    """Netting over hours, days or the month gives different fees: the case must tell them apart."""
    tables = make_hours(24)
    wanted = expected(tables)
    hours_alone = sum(1 for h in tables["hour"] if h["metered_energy"] > h["contract_energy"])
    assert hours_alone
    assert any(v["recovered_fee"] > 0 for v in wanted.values())
    assert any(v["assessed_energy"] > 0 for v in wanted.values())


def test_an_hour_that_fails_takes_its_user_along(tmp_path: Path) -> None:
    """The package is the user: all days and hours below it."""
    tables = make_hours(5, users=2, days=2)
    spoilt = next(h for h in tables["hour"] if h["day_id"].startswith("U0"))
    spoilt["contract_energy"] = None
    write_month(hourly(), tables, tmp_path)
    settlement = settle(hourly(), tmp_path, executor="columns")
    assert {r.row.key for r in settlement.rejected if r.row.entity == "用户"} == {"U0"}
    assert len(settlement.rejected) == 1 + 2 + 48
    assert set(statement(settlement, "user")) == {"U1"}


def test_days_of_two_users_may_not_share_a_key(tmp_path: Path) -> None:
    """A key stands once in its table, not once in its parent."""
    tables = make_hours(5, users=2, days=1)
    for table in ("day", "hour"):
        for row in tables[table]:
            row["day_id"] = row["day_id"].partition("-")[2]
    write_month(hourly(), tables, tmp_path)
    settlement = settle(hourly(), tmp_path, executor="columns")
    assert {r.diagnostic.code for r in settlement.rejected if r.row.entity == "日"} == {"PE6012"}
