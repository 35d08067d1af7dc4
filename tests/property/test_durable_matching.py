"""durable_rules fires the very rows that set inclusion says, on random tables and facts."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy_engine.engine import durable
from policy_engine.engine.durable import DurableMatcher
from policy_engine.engine.matching import Fact, ReferenceMatcher, TableRules, differences

pytestmark = pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")

BULK_TABLES = 120
BULK_FACTS = 500


@st.composite
def tables(draw: st.DrawFn) -> TableRules:
    tests = draw(st.integers(0, 12))
    indices = st.frozensets(st.integers(0, tests - 1)) if tests else st.just(frozenset[int]())
    rows = draw(st.lists(indices, max_size=70))
    return TableRules(draw(st.text(max_size=5)), tuple(rows), tests)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[TableRules], list[Fact]]:
    policy = draw(st.lists(tables(), min_size=1, max_size=3, unique_by=lambda table: table.name))

    def fact(table: TableRules) -> st.SearchStrategy[Fact]:
        numbers = st.integers(0, 2**table.tests - 1)
        return numbers.map(lambda bits: (table.name, frozenset(i for i in range(12) if bits >> i & 1)))

    return policy, draw(st.lists(st.sampled_from(policy).flatmap(fact), max_size=130))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_durable_equals_reference(case: tuple[list[TableRules], list[Fact]]) -> None:
    policy, facts = case
    matcher = DurableMatcher(policy)
    try:
        assert differences(matcher, ReferenceMatcher(policy), facts) == ()
        assert differences(matcher, ReferenceMatcher(policy), facts[::-1]) == ()
    finally:
        matcher.close()


def random_table(dice: random.Random, number: int) -> TableRules:
    """Up to 130 rows of up to 8 tests, among up to 40; some rows are empty, some are equal."""
    tests = dice.randint(2, 40)
    rows: list[frozenset[int]] = []
    for _ in range(dice.choice([3, 8, 20, 45, 60, 61, 130])):
        again = bool(rows) and dice.random() < 0.05
        width = min(tests, dice.choice([0, 1, 1, 2, 2, 3, 4, 8]))
        rows.append(dice.choice(rows) if again else frozenset(dice.sample(range(tests), width)))
    return TableRules(f"表 {number}", tuple(rows), tests)


def test_sixty_thousand_evaluations_in_bulk() -> None:
    dice = random.Random(20_250_701)
    evaluations = 0
    outcomes: Counter[bool] = Counter()
    for number in range(BULK_TABLES):
        table = random_table(dice, number)
        share = [dice.uniform(0.35, 0.65) for _ in range(table.tests)]
        facts: list[Fact] = [
            (table.name, frozenset(i for i in range(table.tests) if dice.random() < share[i]))
            for _ in range(BULK_FACTS)
        ]
        oracle = ReferenceMatcher([table])
        matcher = DurableMatcher([table])
        size = dice.choice([1, 7, 100, 101, BULK_FACTS])  # facts in a call
        for start in range(0, BULK_FACTS, size):
            assert differences(matcher, oracle, facts[start : start + size]) == (), (number, start)
        matcher.close()
        evaluations += len(facts)
        true = Counter(test for _, indices in facts for test in indices)
        for test in range(table.tests):  # otherwise equality would mean little
            assert 0.2 <= true[test] / BULK_FACTS <= 0.8
        fired = sum(map(len, oracle.match(facts)))
        outcomes += Counter({True: fired, False: BULK_FACTS * len(table.rows) - fired})
    assert evaluations >= 50_000
    assert min(outcomes.values()) > 0.2 * outcomes.total()
