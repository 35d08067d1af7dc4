"""Every testable clause of the shipped notices has a scenario, and every clause tag names a clause."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from policy_engine.policy.library import load
from policy_engine.policy.model import Clause
from policy_engine.testing.document import FeatureText, ScenarioText, parse_feature

ROOT = Path(__file__).parents[2]
FEATURES = sorted((ROOT / "features").glob("*/*.feature"))
MONTH = {"period": "2018-06"}
DAY = {"on": "2018-05-02"}
POLICIES = {
    "jibei/deviation": MONTH,
    "jibei/exemption": MONTH,
    "jibei/agreements": MONTH,
    "jibei/publication": MONTH,
    "hubei/registration": DAY,
    "hubei/binding": DAY,
}
NAMED = re.compile(r"适用政策“([^”]+)”")
PREFIX = "条款-"
FIGURE = re.compile(r"应为[“\"]?-?[\d<]")
VERDICT = "考核结论"


@pytest.fixture(scope="module")
def features() -> list[FeatureText]:
    return [parse_feature(path) for path in FEATURES]


@pytest.fixture(scope="module")
def clauses() -> Mapping[str, Mapping[str, Clause]]:
    """Clauses by policy."""
    return {policy: load(policy, **when).clauses for policy, when in POLICIES.items()}


def policies_of(feature: FeatureText, scenario: ScenarioText) -> set[str]:
    """The policies a scenario or a background above it names."""
    text = [s.text for s in scenario.steps] + list(background_steps(feature.document["feature"]))
    return {policy for step in text for policy in NAMED.findall(step)}


def background_steps(feature: Mapping[str, Any]) -> Iterator[str]:
    """Of the feature and of its rules."""
    for child in feature["children"]:
        for step in child.get("background", {}).get("steps", ()):
            yield step["text"]
        if "rule" in child:
            yield from background_steps(child["rule"])


@pytest.fixture(scope="module")
def scenarios_of(features: list[FeatureText]) -> dict[tuple[str, str], list[str]]:
    """(policy, clause id) → names of the scenarios that apply the policy and are tagged with the clause."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for feature in features:
        for scenario in feature.scenarios:
            for policy in policies_of(feature, scenario):
                for tag in scenario.tags:
                    if tag.startswith(PREFIX):
                        name = f"{feature.path.stem}：{scenario.name}"
                        found[policy, tag.removeprefix(PREFIX)].append(name)
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_every_testable_clause_has_a_scenario(
    clauses: Mapping[str, Mapping[str, Clause]],
    scenarios_of: dict[tuple[str, str], list[str]],
    policy: str,
) -> None:
    for clause in clauses[policy].values():
        print(
            f"{clause.id}　{clause.summary}" if clause.testable else f"{clause.id}　不可检验：{clause.reason}"
        )
        for name in scenarios_of.get((policy, clause.id), []):
            print(f"    {name}")
    testable = [c.id for c in clauses[policy].values() if c.testable]
    assert [c for c in testable if (policy, c) not in scenarios_of] == []


def test_every_clause_tag_names_a_clause_of_a_policy_the_scenario_applies(
    features: list[FeatureText], clauses: Mapping[str, Mapping[str, Clause]]
) -> None:
    wrong = []
    for feature in features:
        for scenario in feature.scenarios:
            known = {c for policy in policies_of(feature, scenario) for c in clauses.get(policy, ())}
            tags = {t.removeprefix(PREFIX) for t in scenario.tags if t.startswith(PREFIX)}
            wrong += [f"{scenario.name}：{tag}" for tag in sorted(tags - known)]
    assert wrong == []


def test_every_scenario_names_the_clause_it_is_about(features: list[FeatureText]) -> None:
    untagged = [
        s.name for f in features for s in f.scenarios if not any(t.startswith(PREFIX) for t in s.tags)
    ]
    assert untagged == []


def test_a_feature_holds_the_clauses_of_its_section(
    features: list[FeatureText], scenarios_of: dict[tuple[str, str], list[str]]
) -> None:
    """二-偏差考核 holds the scenarios of 二-…: each clause has one where a reader looks for it."""
    stems = {f.path.stem for f in features}
    for clause in {clause for _, clause in scenarios_of}:
        sections = tuple(
            s for s in stems if clause.startswith((f"{(part := s.rpartition('-')[0])}-", f"{part}."))
        )
        names = [n for (_, c), found in scenarios_of.items() if c == clause for n in found]
        assert not sections or any(name.startswith(sections) for name in names), clause


@pytest.mark.parametrize(
    "clause", ["二-2", "二-3", "二-4", "二-5", "三-2-4", "四-1-3", "四-2-1", "四-2-3", "四-2-5"]
)
def test_an_assessment_is_told_by_verdict_and_figure(features: list[FeatureText], clause: str) -> None:
    """A word alone, or a figure alone, does not pin a rule down."""
    for feature in features:
        for scenario in feature.scenarios:
            steps = [s.text for s in scenario.steps if s.kind == "then"]
            if PREFIX + clause not in scenario.tags or any("应报错" in s for s in steps):
                continue
            table = any(s.endswith("的结果应为：") for s in steps)
            assert table or any(VERDICT in s for s in steps), scenario.name
            assert table or any(FIGURE.search(s) for s in steps), scenario.name
