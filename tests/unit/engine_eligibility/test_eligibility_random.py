"""Random applications: two matchers, one verdict; an oracle by hand; what may and may not change a verdict."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.engine import durable
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.policy.bind import policy_digest
from policy_engine.policy.model import Eligibility
from unit.engine_eligibility.applications import (
    MAY_BE_BLANK,
    Case,
    Facts,
    by_hand,
    policy,
    random_case,
    random_cases,
    random_document,
    tables,
    told,
    verdict,
)

BULK = 20_000
SOME = 600
LEVELS = ("乡镇", "县", "设区市", "省", "国家")
FILLINGS: dict[str, tuple[object, ...]] = {
    "出具层级": LEVELS,
    "出具关系": ("对口调度", "电费结算", "无"),
    "所证停限产令发布日期": ("2018-05-15", "2018-05-25", "2018-06-01"),
}


def verdicts(cases: dict[str, Case], executor: str = "reference") -> dict[str, str]:
    return {
        key: word for key, (word, _) in decided(evaluate(policy(), tables(cases), executor=executor)).items()
    }


def decided(result: Result) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Verdict and decisive cases of every application."""
    (stage,) = (s for s in result.policy.stages if isinstance(s.body, Eligibility))
    rows = result.dataset.rows["申请"]
    return {row.key: (str(row.values["exemption"]), result.run.fired[stage.id, id(row)]) for row in rows}


@pytest.mark.skipif(not durable.available(), reason="durable_rules is not installed")
def test_durable_equals_reference_and_both_equal_the_rules_by_hand() -> None:
    cases = random_cases(seed=20180605, count=BULK)
    one = decided(evaluate(policy(), tables(cases), executor="durable"))
    other = decided(evaluate(policy(), tables(cases), executor="reference"))
    assert one == other
    assert len(one) == BULK
    for key, (facts, documents) in cases.items():
        assert one[key][0] == by_hand(facts, documents), (facts, documents)
    found = Counter(word for word, _ in one.values())
    assert all(found[word] > BULK // 50 for word in ("符合", "待补", "不符合")), found


def test_the_order_of_documents_changes_nothing() -> None:
    cases = {k: c for k, c in random_cases(seed=1, count=SOME).items() if len(c[1]) > 1}
    turned = {key: (facts, list(reversed(documents))) for key, (facts, documents) in cases.items()}
    assert verdicts(cases) == verdicts(turned)


def test_the_order_of_cases_changes_nothing() -> None:
    """The same rules with the rows of both tables in reverse."""
    original = policy()
    stages = tuple(
        replace(s, body=replace(s.body, grounds=s.body.grounds[::-1], exclusions=s.body.exclusions[::-1]))
        if isinstance(s.body, Eligibility)
        else s
        for s in original.stages
    )
    turned = replace(original, stages=stages)
    turned = replace(turned, digest=policy_digest(turned))
    assert turned != original
    cases = random_cases(seed=2, count=SOME)
    for executor in ("durable", "reference"):
        other = decided(evaluate(turned, tables(cases), executor=executor))
        assert {key: word for key, (word, _) in other.items()} == verdicts(cases)


RANK = {"不符合": 0, "待补": 1, "符合": 2}


def test_one_more_document_never_makes_it_worse() -> None:
    """Struck and pending documents stand alone. Only a refusal of the whole that reads documents, or a decision
    of the application that does, could do harm; the notice has neither."""
    cases = random_cases(seed=3, count=SOME)
    dice = random.Random(4)
    more = {key: (facts, [*docs, random_document(dice)]) for key, (facts, docs) in cases.items()}
    before, after = verdicts(cases), verdicts(more)
    assert all(RANK[before[key]] <= RANK[after[key]] for key in cases)
    assert any(before[key] != after[key] for key in cases)


def filled(case: Case, dice: random.Random) -> Case | None:
    """The case with one blank fact filled in; None when nothing is blank."""
    facts, documents = case
    blanks: list[tuple[Facts, str]] = [
        (document, name) for document in documents for name in MAY_BE_BLANK if document.get(name) is None
    ]
    blanks += [(facts, "省级确认")] if facts["省级确认"] is None else []
    if not blanks:
        return None
    where, name = dice.choice(blanks)
    value = dice.choice(FILLINGS.get(name, (True, False)))
    return (
        facts | {name: value} if where is facts else facts,
        [d | {name: value} if d is where else d for d in documents],
    )


def test_filling_in_a_blank_never_turns_a_verdict_over() -> None:
    """待补 may become anything; what was decided without the fact stays."""
    cases = random_cases(seed=5, count=3 * SOME)
    dice = random.Random(6)
    after = {key: new for key, case in cases.items() if (new := filled(case, dice)) is not None}
    first, then = verdicts(cases), verdicts(after)
    outcomes = {(first[key], then[key]) for key in after}
    assert ("符合", "不符合") not in outcomes and ("不符合", "符合") not in outcomes
    assert {("符合", "待补"), ("不符合", "待补")}.isdisjoint(outcomes)
    assert {("待补", "符合"), ("待补", "不符合"), ("待补", "待补")} <= outcomes


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_pending_names_what_is_missing(seed: int) -> None:
    """Filling in everything that is named as missing decides the verdict."""
    dice = random.Random(seed)
    facts, documents = random_case(dice)
    report = told(evaluate(policy(), tables({"A": (facts, documents)}), executor="reference"))
    assert bool(report.missing) is (report.verdict == "待补")
    for missing in report.missing:
        value = dice.choice(FILLINGS.get(missing.name, (True, False)))
        if missing.entity == "申请":
            facts = facts | {missing.name: value}
        else:
            number = int(missing.key.rpartition("D")[2]) - 1
            assert documents[number].get(missing.name) is None
            documents[number] = documents[number] | {missing.name: value}
    assert verdicts({"A": (facts, documents)})["A"] != "待补"


# Columns that are facts and that no decision reads: changing the fact changes this column alone.
FACTS_OF_THEIR_OWN = {"方向", "原因", "省级确认", "出具单位", "出具层级", "出具关系"}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_change_that_is_told_would_change_the_verdict(seed: int) -> None:
    dice = random.Random(seed)
    facts, documents = random_case(dice)
    report = told(evaluate(policy(), tables({"A": (facts, documents)}), executor="reference"))
    assert not (report.changes and report.verdict == "符合")
    for change in report.changes:
        if change.column not in FACTS_OF_THEIR_OWN:
            continue
        values = LEVELS[1:] if change.to == "不低于 县" else change.to.split("、")
        for value in values:
            result = _with(facts, documents, change.entity, change.key, change.column, value)
            assert verdict(result) == "符合"
            after = told(result)
            assert change.case in {g.case for g in after.grounds if g.truth == "yes"}


def _with(facts: Facts, documents: list[Facts], entity: str, key: str, column: str, value: str) -> Result:
    new = list(documents)
    if entity == "申请":
        facts = facts | {column: value}
    else:
        number = int(key.rpartition("D")[2]) - 1
        new[number] = new[number] | {column: value}
    return evaluate(policy(), tables({"A": (facts, new)}), executor="reference")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_every_single_fact_that_would_do_is_told(seed: int) -> None:
    """The other way round: no change of one such fact to 符合 is left out."""
    dice = random.Random(seed)
    facts, documents = random_case(dice)
    report = told(evaluate(policy(), tables({"A": (facts, documents)}), executor="reference"))
    if report.verdict == "符合":
        return
    told_changes = {(c.key, c.column) for c in report.changes}
    for number, document in enumerate(documents, 1):
        for name, values in FILLINGS.items():
            if name not in FACTS_OF_THEIR_OWN:
                continue
            for value in values:
                if value == document.get(name):
                    continue
                result = _with(facts, documents, "佐证", f"A-D{number}", name, str(value))
                if verdict(result) == "符合":
                    assert (f"A-D{number}", name) in told_changes
