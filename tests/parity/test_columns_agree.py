"""Columns decide what the engine decides: shipped rule files, fixtures, generated policies, random months."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from parity.edges import Edges, edge_facts
from parity.month import disagreements
from parity.random_formulas import Formulas
from parity.run_columns import compare, policies
from parity.shipped import bound, files
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.planner import lower
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import DecisionTable, Policy
from property.generate_policies import Policies
from property.test_executors_agree import bound as bound_generated
from reference.months import Month, months

GENERATED = 40
ROWS = 8_000  # run_columns.py takes a million

# What has no columns, with the reason; everything else has to agree.
REFUSED = {
    "hubei/binding": "papers",
    "hubei/registration": "merge",
    "jibei/exemption": "type",
    "south-isle/operators": "papers",
}
LOWERED = {
    ("rules", "jibei/agreements"),
    ("rules", "jibei/deviation"),
    ("rules", "jibei/publication"),
    ("rules", "jing-jin-tang/exempt-quantity-draft"),
    ("tests/fixtures/jibei-en", "jibei/deviation"),
    ("tests/fixtures/coverage/rules", "north-bay/base"),
    ("tests/fixtures/coverage/rules", "north-bay/city"),
    ("tests/fixtures/steps/rules", "east-harbour/response"),
    ("tests/fixtures/proofs", "demo/shares"),
}


def test_every_rule_file_of_the_repository_is_lowered_or_refused_for_a_known_reason() -> None:
    lowered = set()
    for shelf, id_ in files():
        policy = bound(shelf, id_)
        if policy is None or policy.undecided:
            continue
        try:
            lower(policy)
        except NotLowered as refused:
            assert refused.reason == REFUSED[id_]
        else:
            lowered.add((shelf, id_))
    assert lowered == LOWERED


def shipped(shelf: str, id_: str) -> Policy:
    policy = bound(shelf, id_)
    assert policy is not None
    return policy


@pytest.mark.parametrize(("shelf", "id_"), sorted(LOWERED))
@pytest.mark.parametrize("seed", range(3))
def test_rule_files_agree_on_both_sides_of_every_edge(shelf: str, id_: str, seed: int) -> None:
    policy = shipped(shelf, id_)
    facts, _ = edge_facts(policy, seed)
    assert disagreements(policy, facts) == []


def test_edges_are_those_of_every_cell_about_numbers() -> None:
    """A cell between two bounds says the same at both ends of a range: its bounds are edges of the rows beside it."""
    covered = {
        place for seed in range(3) for place in edge_facts(shipped("rules", "jibei/deviation"), seed)[1]
    }
    for stage in shipped("rules", "jibei/deviation").stages:
        if isinstance(stage.body, DecisionTable) and stage.key == "考核判定":
            numbers = {n for n, t in enumerate(stage.body.tests) if t.cell in ("等于 0", "超过 免予考核电量")}
            assert len(numbers) == 2
            assert {(stage.id, n) for n in numbers} <= covered


@pytest.mark.parametrize(("shelf", "id_"), sorted(LOWERED))
def test_rule_files_agree_on_random_packages(shelf: str, id_: str) -> None:
    policy = shipped(shelf, id_)
    for seed in range(100, 103):
        edges = Edges(policy, seed, packages=60)
        assert disagreements(policy, edges.facts(edges.packages)) == []


def lowered(policy: Policy) -> Plan | None:
    try:
        return lower(policy)
    except NotLowered as refused:
        assert refused.reason == "list"  # 汇集 列表, the one thing the generator makes that columns refuse
        return None


@pytest.mark.parametrize("tens", range(GENERATED // 10))
def test_generated_policies_agree(tens: int) -> None:
    compared = 0
    for seed in range(tens * 10, tens * 10 + 10):
        generated = Policies(seed, members=60).generate()
        policy = bound_generated(generated)
        plan = lowered(policy)
        if plan is not None:
            assert disagreements(policy, generated.facts, plan) == [], f"seed {seed}"
            compared += 1
    assert compared >= 3


@pytest.mark.parametrize("seed", range(25))
def test_random_formulas_agree(seed: int) -> None:
    formulas = Formulas(seed)
    assert disagreements(formulas.policy(12), formulas.facts(100)) == []


@cache
def readings() -> list[Policy]:
    return policies()


def facts_of(month: Month) -> dict[str, object]:
    def plain(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        return [
            {k: decimal(v) if isinstance(v, Fraction) else v for k, v in r.items() if v is not None}
            for r in rows
        ]

    market = {"settlement_month": "2018-06", "average_bilateral_price": decimal(month.price)}
    return {"market": market, "user": plain(month.users), "retailer": plain(month.retailers)}


def decimal(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(months())
def test_months_on_the_edges_of_the_notice_agree(month: Month) -> None:
    for policy in readings()[:: 1 if len(month.users) < 6 else 3]:
        assert disagreements(policy, facts_of(month)) == []


def test_many_random_rows_agree() -> None:
    done, found = compare(ROWS, seed=20_180_605, chunk=2_000)
    assert (found, done >= ROWS) == ([], True)
