"""pytest hooks for feature files: undefined and ambiguous steps, and failures told in the author's words."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

from policy_engine.testing.patterns import PATTERNS
from policy_engine.testing.private import ScenarioModule, known_steps, step_names
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.suggest import nearest_steps
from policy_engine.testing.world import CURRENT_SCENARIO, CURRENT_STEP, World


def pytest_bdd_before_step(
    request: pytest.FixtureRequest, scenario: Scenario, step: Step, step_func: Any
) -> None:
    request.node.stash[CURRENT_STEP] = step
    request.node.stash[CURRENT_SCENARIO] = scenario
    names = step_names(request, step)
    if len(names) > 1:
        known = "\n".join(f"  {_shown(n)}" for n in names)
        raise StepFailure(f"这一步有{len(names)}种写法都对得上，不知道用哪一种：\n{known}")
    check_table(step, step_func)


def check_table(step: Step, step_func: Any) -> None:
    """A table under a step that does not read it would be ignored without a word."""
    pattern = next((p for p in PATTERNS if p.id == getattr(step_func, "pattern_id", None)), None)
    if pattern is None:
        return
    if pattern.table and step.datatable is None:
        raise StepFailure("这一步下面要有一张表（每行以“|”开头和结尾）")
    if not pattern.table and step.datatable is not None:
        raise StepFailure("这一步下面不能有表")
    if step.docstring is not None:
        raise StepFailure("这一步下面不能有文段")


def pytest_bdd_after_step(
    request: pytest.FixtureRequest, scenario: Scenario, step: Step, step_func: Any
) -> None:
    """A scenario must not pass over an error that it did not expect."""
    if step is scenario.steps[-1] and getattr(step_func, "pattern_id", None) is not None:
        world: World = request.getfixturevalue("policy_world")
        world.refuse_unexpected_error()


def pytest_bdd_step_func_lookup_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> None:
    request.node.stash[CURRENT_STEP] = step
    near = "\n".join(f"  {s}" for s in nearest_steps(step.name, step.type, known_steps(step.type)))
    remark = "步骤后面不能加注释，注释要单独写一行。\n" if " #" in step.name else ""
    raise StepFailure(f"没有这样的步骤。{remark}最接近的是：\n{near}\n全部步骤：运行 policy-engine steps")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the line of the feature file and the reason, instead of Python."""
    report = yield
    failed = call.excinfo is not None and isinstance(call.excinfo.value, StepFailure)
    if failed and isinstance(item.parent, ScenarioModule) and call.excinfo is not None:
        report.longrepr = _told(item, str(call.excinfo.value))
    return report


def _told(item: pytest.Item, message: str) -> str:
    step = item.stash.get(CURRENT_STEP, None)
    file = item.nodeid.partition("::")[0]
    if step is None:
        return f"{file}: {message}"
    return f"{file}:{step.line_number}: {step.keyword} {step.name}\n{message}"


def _shown(name: str) -> str:
    """The step behind a fixture name such as ``pytestbdd_stepdef_given_…``."""
    return name.partition("stepdef_")[2].partition("_")[2] or name
