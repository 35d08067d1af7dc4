"""Limits and assumptions of columns that do not hold: told with their codes, never decided otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.lowering.planner import lower
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.month import settled

POLICY, PERIOD = "jibei/deviation", "2018-06"
USER = {"retailer_id": "R", "contract_energy": "100", "metered_energy": "90", "catalogue_price": "620"}
MONTH: dict[str, object] = {
    "market": [{"average_bilateral_price": "350"}],
    "user": [{**USER, "user_id": str(number)} for number in range(3)],
}


def decide(limits: Limits | None = None) -> None:
    with settled(pe.load(POLICY, period=PERIOD), MONTH, limits=limits) as month:
        assert month.out["用户"] == 3


@pytest.mark.parametrize("limits", [Limits(memory="很多"), Limits(threads=-1)], ids=["memory", "threads"])
def test_a_limit_that_is_none(limits: Limits) -> None:
    with pytest.raises(InputError) as refused:
        decide(limits)
    assert [d.code for d in refused.value.diagnostics] == ["PE7012"]


def test_memory_that_runs_out(tmp_path: Path) -> None:
    """Nothing is left behind in the folder for what is spilled."""
    with pytest.raises(EngineError) as stopped, database(Limits("64MB", tmp_path, 1)) as connection:
        connection.execute("SELECT list(range::VARCHAR) FROM range(100_000_000)").fetchone()
    assert [d.code for d in stopped.value.diagnostics] == ["PE9111"]
    assert list(tmp_path.iterdir()) == []


def test_a_group_beyond_what_the_plan_allows_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan for groups of fewer rows than there are: its totals might not fit."""
    monkeypatch.setattr(type(lower(pe.load(POLICY, period=PERIOD)).measured), "largest", lambda *_: 2)
    with pytest.raises(EngineError) as stopped:
        decide()
    assert [d.code for d in stopped.value.diagnostics] == ["PE9110"]


def test_a_package_that_fails_in_columns_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [frozenset({("售电公司", "R")}), frozenset()]
    monkeypatch.setattr("policy_engine.settlement.columns.month.failing", lambda *_: found.pop(0))
    with pytest.raises(EngineError) as stopped:
        decide()
    assert [d.code for d in stopped.value.diagnostics] == ["PE9112"]
