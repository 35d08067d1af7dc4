"""What ``policy-engine test`` asks of a pytest session, its workers included: which files, which scenarios, which rules.

Loaded by name, not by an entry point: it is part of no other run.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from policy_engine.testing.folders import NEAREST_RULES, nearest_rules
from policy_engine.testing.selecting import chosen

FILES, TAGS, WORDS = "policy_files", "policy_tags", "policy_words"
NEAREST = "policy_nearest"
_ON_THE_WAY = pytest.StashKey[frozenset[Path]]()
_SCENARIO = pytest.StashKey[str]()
PLACE = "policy_place"  # of a report: where its scenario stopped, as a plain dictionary


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("policy-engine")
    for name in (FILES, TAGS, WORDS):
        group.addoption(f"--{name.replace('_', '-')}", action="append", default=[], dest=name)
    group.addoption("--policy-nearest", action="store_true", dest=NEAREST)


def pytest_configure(config: pytest.Config) -> None:
    files = [Path(file) for file in config.getoption(FILES)]
    config.stash[_ON_THE_WAY] = frozenset(path for file in files for path in (file, *file.parents))
    if config.getoption(NEAREST):
        root = config.rootpath
        config.stash[NEAREST_RULES] = lambda feature: nearest_rules(feature, root)


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool:
    """Everything but the files that were found, and the folders on the way to them."""
    return collection_path not in config.stash[_ON_THE_WAY]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tags, words = config.getoption(TAGS), config.getoption(WORDS)
    if not tags and not words:
        return
    kept = [item for item in items if chosen(item.nodeid, _tags(item), tags, words)]
    out = list(set(items) - set(kept))
    items[:] = kept
    config.hook.pytest_deselected(items=out)


def _tags(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Any) -> None:
    request.node.stash[_SCENARIO] = scenario.name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A worker sends its reports as plain data, so the place of a failure goes along as such."""
    report = yield
    if report.failed:
        setattr(report, PLACE, _place(item))
    return report


def _place(item: pytest.Item) -> dict[str, Any]:
    from policy_engine.testing.document import node_name
    from policy_engine.testing.world import CURRENT_STEP

    found: dict[str, Any] = {}
    name = item.stash.get(_SCENARIO, None)
    if name is not None:
        found["title"] = name + item.name.removeprefix(node_name(name))
    step = item.stash.get(CURRENT_STEP, None)
    if step is not None:
        found |= {"line": step.line_number, "step": f"{step.keyword} {step.name}"}
    return found
