"""The draft that exempts a quantity by days: its repaired formula, and that nobody takes it for law."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.explain import explain
from policy_engine.engine.trace import trace
from policy_engine.policy.library import builtin_rules, load
from policy_engine.policy.model import Policy


def draft(period: str = "2018-07") -> Policy:
    return load("jing-jin-tang/exempt-quantity-draft", period=period, rules=builtin_rules())


def exempt(energy: str, days: str, period: str = "2018-07") -> str:
    facts = {"user": [{"user_id": "1", "metered_energy": energy, "exempt_days": days}]}
    return evaluate(draft(period), facts).value("user", "1", "免考核电量").text


@pytest.mark.parametrize(
    ("energy", "days", "want"),
    [
        ("9000", "5", "1800.000"),  # 9000 / 25 × 5
        ("9000", "0", "0.000"),
        ("0", "5", "0.000"),
        ("1000", "1", "34.483"),  # 1000 / 29 = 34.4827…
        ("0.007", "15", "0.007"),  # as many days with as without
        ("9000", "29", "261000.000"),  # 9000 / 1 × 29
    ],
)
def test_the_formula(energy: str, days: str, want: str) -> None:
    assert exempt(energy, days) == want


def test_the_days_are_those_of_the_month_before() -> None:
    assert exempt("3000", "1", "2018-08") == "100.000"  # July has 31
    assert exempt("2700", "1", "2019-03") == "100.000"  # February 2019 has 28
    assert exempt("2800", "1", "2020-03") == "100.000"  # February 2020 has 29


@pytest.mark.parametrize("days", ["30", "31"])
def test_a_whole_month_is_refused_because_the_draft_is_silent(days: str) -> None:
    with pytest.raises(InputError) as error:
        exempt("9000", days)
    assert error.value.code == "PE6060"


def test_it_says_that_it_is_a_draft_and_that_its_formula_is_assumed() -> None:
    policy = draft()
    assert policy.title.startswith("【草案】")
    assert "推定" in str(policy.readings["公式印误"].rationale)
    facts = {"user": [{"user_id": "1", "metered_energy": "9000", "exempt_days": "5"}]}
    text = explain(trace(evaluate(policy, facts), "user", "1"))
    assert "【草案】" in text
    assert "公式印误 = 删去重复的一项" in text
