"""durable = reference = what the generator works out itself, on generated policies and facts.

Three meanings of one rule file: rows matched by durable_rules, rows matched by set inclusion, and the generator's
own, which shares no code with the product. Every decided value, every fired row and every rejection must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest

from policy_engine.diagnostics.span import Source
from policy_engine.engine import durable, evaluate
from policy_engine.engine.durable import DurableMatcher
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.matching import Fact, Matcher, ReferenceMatcher, TableRules
from policy_engine.engine.plan import Plan, compile_plan, table_rules
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.model import DecisionTable, Policy
from policy_engine.rulefile.choices import HitPolicy
from policy_engine.rulefile.read import read_policy
from property.generate_policies import Generated, Policies

pytestmark = pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")

POLICIES = 150
FAULTY_POLICIES = 20
EVALUATIONS = 60_000


def bound(generated: Generated) -> Policy:
    document, diagnostics = read_policy(Source(f"随机 {generated.seed}.yaml", generated.text))
    assert document is not None, diagnostics
    return bind([document], period=Month(2018, 6))


@dataclass
class Watched:
    """A matcher that remembers what it was asked and what it answered; the last call for each table."""

    matcher: Matcher
    calls: dict[str, tuple[Sequence[Fact], list[tuple[int, ...]]]] = field(default_factory=dict)
    evaluations: int = 0

    def match(self, facts: Sequence[Fact]) -> list[tuple[int, ...]]:
        answers = self.matcher.match(facts)
        self.evaluations += len(facts)
        if facts:
            self.calls[facts[0][0]] = (facts, answers)
        return answers

    def close(self) -> None:
        self.matcher.close()


@contextmanager
def running(plan: Plan) -> Iterator[None]:
    """Let ``assess`` run this plan, whatever executor it is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "plan_for", lambda policy, executor: plan)
        yield


def run(policy: Policy, generated: Generated, plan: Plan) -> Assessment:
    with running(plan):
        return assess(policy, tables_from_mapping(policy, generated.facts))


def picture(assessment: Assessment) -> dict[str, Any]:
    """Everything that two executors have to agree on."""
    result = assessment.result
    place = {id(row): (row.entity, row.key) for row in result}
    return {
        "values": result.to_dict(),
        "fired": {
            (stage, place[row]): rows for (stage, row), rows in result.run.fired.items() if row in place
        },
        "rejected": sorted((r.row.entity, r.row.key, str(r.diagnostic)) for r in assessment.rejected),
    }


def compare_with_generator(policy: Policy, generated: Generated, assessment: Assessment) -> int:
    """The number of values that agree; an assertion where one does not."""
    result = assessment.result
    found = {
        (row.entity, row.key, term.id): row.values[term.id]
        for row in result
        for term in policy.terms_of(row.entity)
        if term.decided and term.id in row.values
    }
    assert {r.row.root.key for r in assessment.rejected} == generated.rejected
    assert found == generated.values
    fired = {
        (row.entity, row.key, stage.key): rows
        for stage in policy.stages
        for row in result
        if (rows := result.run.fired.get((stage.id, id(row)))) is not None
    }
    assert fired == generated.fired
    return len(found)


def test_three_meanings_agree_on_generated_policies() -> None:
    evaluations = values = 0
    hit_policies: Counter[Any] = Counter()
    bodies: Counter[str] = Counter()
    tests: Counter[bool] = Counter()
    rejected = tested = 0
    for seed in range(POLICIES):
        generated = Policies(seed).generate()
        policy = bound(generated)
        plan = compile_plan(policy, "durable")
        watched = Watched(plan.matcher)
        by_durable = run(policy, generated, replace(plan, matcher=watched))
        by_reference = run(policy, generated, compile_plan(policy, "reference"))
        assert picture(by_durable) == picture(by_reference), f"seed {seed}"
        try:
            values += compare_with_generator(policy, generated, by_durable)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from None
        watched.close()
        evaluations += watched.evaluations
        rejected += len(by_durable.rejected)
        for stage in policy.stages:
            bodies[type(stage.body).__name__] += 1
            if isinstance(stage.body, DecisionTable):
                hit_policies[stage.body.hit_policy, stage.body.collect] += 1
                for share in shares(watched, stage.id, len(stage.body.tests), tests):
                    assert 0.2 <= share <= 0.8, (
                        f"seed {seed}, {stage.key}: a test holds for {share:.0%} of the rows"
                    )
                    tested += 1
    assert evaluations >= EVALUATIONS, evaluations
    assert values >= EVALUATIONS
    assert min(tests[True], tests[False]) >= 0.2 * tests.total()
    assert tested > 3_000
    assert len(hit_policies) == 8  # U, A, F and C with each of its five ways
    assert min(hit_policies.values()) >= 40
    assert set(bodies) == {"Formula", "DecisionTable", "BracketScale", "Allocation"}
    assert min(bodies.values()) >= 50
    assert 0 < rejected < 0.05 * values


def shares(watched: Watched, table: str, tests: int, total: Counter[bool]) -> Iterator[float]:
    """For each test of a table the share of rows for which it held, in the run that counts."""
    facts, _ = watched.calls.get(table, ((), []))
    if not facts:
        return
    held = Counter(test for _, true in facts for test in true)
    for test in range(tests):
        total[True] += held[test]
        total[False] += len(facts) - held[test]
        yield held[test] / len(facts)


def test_a_generated_policy_is_the_same_for_the_same_seed() -> None:
    one, again = (Policies(7).generate() for _ in range(2))
    assert (one.text, one.facts, one.values) == (again.text, again.facts, again.values)
    assert Policies(8).generate().text != one.text
    assert max(map(chain_length, (bound(Policies(s).generate()) for s in range(10)))) >= 3


def chain_length(policy: Policy) -> int:
    """The longest chain of decisions, each reading the one before it."""
    from policy_engine.policy.order import expressions, reads

    terms = {(t.entity, t.id): t for t in policy.terms}
    length: dict[tuple[str, str], int] = {}
    for stage in policy.stages:
        read = {
            (base, term) for e in expressions(stage.body) for base, _, term in reads(e, stage.entity, terms)
        }
        depth = 1 + max((length.get(r, 0) for r in read), default=0)
        length |= {(policy.entities[stage.entity].base, out): depth for out in stage.outputs}
    return max(length.values())


# -- seeded faults ---------------------------------------------------------------------------------
# A comparison that cannot fail proves nothing. Each fault below is put into the durable executor; whenever it
# changes what some row shows, the comparison of the test above has to see it.


@dataclass(frozen=True)
class Losing:
    """A matcher that loses one fact: it answers that nothing fired."""

    matcher: Matcher
    lost: Fact
    position: int

    def match(self, facts: Sequence[Fact]) -> list[tuple[int, ...]]:
        answers = self.matcher.match(facts)
        if len(facts) > self.position and facts[self.position] == self.lost:
            answers[self.position] = ()
        return answers

    def close(self) -> None:
        self.matcher.close()


def with_rows(rules: Sequence[TableRules], name: str, rows: tuple[frozenset[int], ...]) -> list[TableRules]:
    return [replace(r, rows=rows) if r.name == name else r for r in rules]


def shown(hit_policy: HitPolicy, hits: tuple[int, ...]) -> tuple[int, ...]:
    return hits[:1] if hit_policy in (HitPolicy.FIRST, HitPolicy.ANY) else hits


@pytest.mark.parametrize("fault", ["dropped cell", "swapped rows", "lost fact"])
def test_every_seeded_fault_is_caught(fault: str) -> None:
    dice = Random(fault)
    seeded = 0
    for seed in range(1_000, 1_000 + FAULTY_POLICIES):
        generated = Policies(seed, members=60).generate()
        policy = bound(generated)
        plan = compile_plan(policy, "reference")
        watched = Watched(plan.matcher)
        sound = picture(run(policy, generated, replace(plan, matcher=watched)))
        for stage in policy.stages:
            if not isinstance(stage.body, DecisionTable):
                continue
            matcher = faulty(fault, policy, stage.id, stage.body.hit_policy, watched, dice)
            if matcher is None:
                continue
            seeded += 1
            broken = picture(run(policy, generated, replace(plan, matcher=matcher)))
            matcher.close()
            assert broken != sound, f"seed {seed}, {stage.key}: a {fault} was not noticed"
    assert seeded >= 60


def faulty(
    fault: str, policy: Policy, table: str, hit_policy: HitPolicy, watched: Watched, dice: Random
) -> Matcher | None:
    """A durable matcher with one fault that changes what some row of the last pass shows; None if there is none."""
    rules = list(table_rules(policy))
    facts, answers = watched.calls.get(table, ((), []))
    rows = next(r.rows for r in rules if r.name == table)
    if fault == "lost fact":
        hit = [i for i, hits in enumerate(answers) if hits]
        if not hit:
            return None
        position = dice.choice(hit)
        return Losing(DurableMatcher(rules), facts[position], position)
    if fault == "dropped cell":
        candidates = [
            (*rows[:i], row - {test}, *rows[i + 1 :]) for i, row in enumerate(rows) for test in sorted(row)
        ]
    else:
        candidates = [
            tuple(rows[{i: j, j: i}.get(n, n)] for n in range(len(rows)))
            for j in range(len(rows))
            for i in range(j)
        ]
    dice.shuffle(candidates)
    for changed in candidates:
        other = ReferenceMatcher(with_rows(rules, table, changed)).match(facts)
        if any(shown(hit_policy, a) != shown(hit_policy, b) for a, b in zip(answers, other, strict=True)):
            return DurableMatcher(with_rows(rules, table, changed))
    return None
