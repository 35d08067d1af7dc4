"""The features notice a slip in any part of the shipped policies: a sample of the mutants of each.

The whole is ``policy-engine mutate POLICY``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutation import Score, subject, tried

ROOT = Path(__file__).parents[2]
FEATURES, RULES = ROOT / "features", ROOT / "rules"
SAMPLES = {
    "jibei/deviation": 12,
    "jibei/exemption": 12,
    "jibei/agreements": 10,
    "jibei/publication": 10,
    "jing-jin-tang/deviation": 6,
    "hubei/binding": 10,
    "hubei/registration": 8,
}
ALLOWED = 1  # of a sample: some of the few that are known not to be noticed may be in it
# Every kind a shipped policy can have. None of them has a range, a bracket scale or 结转.
KINDS = frozenset(Kind) - {Kind.RANGE, Kind.CARRY}


@pytest.mark.parametrize("policy", SAMPLES)
def test_a_sample_of_slips_is_noticed(policy: str) -> None:
    found = subject(policy, FEATURES, RULES, sample=SAMPLES[policy], seed=7)
    assert not found.failing
    score = tried(found, jobs=1)
    assert len(score.outcomes) == SAMPLES[policy]
    assert len(score.survivors) <= ALLOWED, told(score)


def test_a_weak_feature_does_not_notice() -> None:
    """So the test above can fail, and names the row, its line and what would notice."""
    only = ROOT / "features" / "jibei" / "一-总体原则.feature"
    found = subject("jibei/deviation", only, RULES, only=[Kind.FILTER])
    lost = next(m for m in found.mutants if "考核合同电量" in m.place and not m.after)
    score = tried(replace(found, mutants=(lost,)), jobs=1)
    assert [o.mutant for o in score.survivors] == [lost]
    assert "场景: 决定“售电公司.考核合同电量”" in score.survivors[0].comparison.differs
    line = lost.path.read_text(encoding="utf-8").splitlines()[lost.line - 1]
    assert line.strip().startswith("售电公司.考核合同电量")
    assert lost.advice.startswith("加一个场景（决定“售电公司.考核合同电量”）")
    assert score.percent == 0


def test_there_are_mutants_of_every_kind() -> None:
    found = {
        mutant.kind
        for policy in SAMPLES
        for mutant in subject(policy, ROOT / "features" / "jibei" / "五-施行.feature", RULES).mutants
    }
    assert found == KINDS


def test_parents_count_only_when_they_are_asked_for() -> None:
    only = ROOT / "features" / "jibei" / "五-施行.feature"
    own = subject("jibei/deviation", only, RULES)
    both = subject("jibei/deviation", only, RULES, parents=True)
    assert {m.path.parent.name for m in own.mutants} == {"jibei"}
    assert {m.path.parent.name for m in both.mutants} == {"jibei", "jing-jin-tang"}
    assert len(both.mutants) > len(own.mutants) >= 150


def told(score: Score) -> str:
    return "没有场景发现：\n" + "\n".join(f"  {o.mutant.description}" for o in score.survivors)
