"""Every testable clause of the Jibei policy has a scenario, and every clause tag names a clause."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from policy_engine.policy.library import load
from policy_engine.policy.model import Clause
from policy_engine.testing.document import FeatureText, parse_feature

ROOT = Path(__file__).parents[2]
FEATURES = sorted((ROOT / "features" / "jibei").glob("*.feature"))
PREFIX = "条款-"
FIGURE = re.compile(r"应为[“\"]?-?[\d<]")
VERDICT = "考核结论"


@pytest.fixture(scope="module")
def features() -> list[FeatureText]:
    return [parse_feature(path) for path in FEATURES]


@pytest.fixture(scope="module")
def clauses() -> Mapping[str, Clause]:
    return load("jibei/deviation", period="2018-06").clauses


@pytest.fixture(scope="module")
def scenarios_of(features: list[FeatureText]) -> dict[str, list[str]]:
    """Clause id → names of the scenarios tagged with it."""
    found: dict[str, list[str]] = defaultdict(list)
    for feature in features:
        for scenario in feature.scenarios:
            for tag in scenario.tags:
                if tag.startswith(PREFIX):
                    found[tag.removeprefix(PREFIX)].append(f"{feature.path.stem}：{scenario.name}")
    return found


def test_every_testable_clause_has_a_scenario(
    clauses: Mapping[str, Clause], scenarios_of: dict[str, list[str]]
) -> None:
    for clause in clauses.values():
        print(
            f"{clause.id}　{clause.summary}" if clause.testable else f"{clause.id}　不可检验：{clause.reason}"
        )
        for name in scenarios_of.get(clause.id, []):
            print(f"    {name}")
    missing = [c.id for c in clauses.values() if c.testable and c.id not in scenarios_of]
    assert missing == []


def test_every_clause_tag_names_a_clause(
    clauses: Mapping[str, Clause], scenarios_of: dict[str, list[str]]
) -> None:
    assert sorted(set(scenarios_of) - set(clauses)) == []


def test_every_scenario_names_the_clause_it_is_about(features: list[FeatureText]) -> None:
    untagged = [
        s.name for f in features for s in f.scenarios if not any(t.startswith(PREFIX) for t in s.tags)
    ]
    assert untagged == []


def test_a_feature_holds_the_clauses_of_its_section(
    features: list[FeatureText], scenarios_of: dict[str, list[str]]
) -> None:
    """二-偏差考核 holds the scenarios of 二-…: each clause has one where a reader looks for it."""
    stems = {f.path.stem for f in features}
    for clause, names in scenarios_of.items():
        section = next((s for s in stems if clause.startswith(s.rpartition("-")[0] + "-")), None)
        if section is not None:
            assert any(name.startswith(section) for name in names), clause


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
