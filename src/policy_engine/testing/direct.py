"""Run scenarios here and now, outside a pytest session: the same steps, the same words, many times over.

People run features with pytest. Asking whether the features notice a changed rule runs the same scenarios hundreds
of times, and a session each time would cost more than the scenarios do. Here a feature is parsed and its steps are
matched once; a test holds the verdicts against those of pytest. Steps that a conftest adds are not known here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from pytest_bdd.parser import Scenario, Step

from policy_engine.testing.document import node_name, parse_feature
from policy_engine.testing.grammar import Pattern
from policy_engine.testing.hooks import check_table
from policy_engine.testing.loading import Loader
from policy_engine.testing.patterns import PATTERNS
from policy_engine.testing.private import bdd_feature, example_rows
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.suggest import nearest_steps
from policy_engine.testing.world import CURRENT_SCENARIO, CURRENT_STEP, World

_DEFAULT_EXECUTOR = "durable"
Arguments = Mapping[str, str | None]


@dataclass(frozen=True)
class Bound:
    """A step with the functions it may mean, and what the words of the sentence are to each: one, if it is in order."""

    step: Step
    meant: tuple[tuple[Pattern, Callable[..., None], Arguments], ...]


@dataclass(frozen=True)
class Case:
    """One test: a scenario, or one row of examples of an outline. ``name`` is the one pytest gives it."""

    name: str
    path: Path
    tags: frozenset[str]
    values: tuple[tuple[str, str], ...]  # of the row of examples
    policies: tuple[str, ...]  # that its steps name, in that order
    scenario: Scenario
    steps: tuple[Bound, ...]


@dataclass(frozen=True)
class Outcome:
    """Whether a case passed; ``message`` is where and why it did not."""

    passed: bool
    message: str = ""


def scenarios(path: Path) -> tuple[Case, ...]:
    """The cases of a feature file, in its order. Raises FeatureError."""
    feature = parse_feature(path)
    functions = _functions()
    return tuple(
        _case(path, node_name(name) + suffix, template.render(values), values, tags, functions)
        for name, template in bdd_feature(path, feature.document).scenarios.items()
        for suffix, values, tags in example_rows(template)
    )


def run(
    case: Case,
    rules: Path | None = None,
    *,
    executor: str = _DEFAULT_EXECUTOR,
    project: Path | None = None,
    loader: Loader | None = None,
) -> Outcome:
    """Run one case. Raises nothing: whatever goes wrong is a failure of the case.

    ``rules``: a folder of rule files (or one file) that goes before the built-in ones. They are read anew, unless
    ``loader`` is given, which remembers what it has loaded: one loader for each state of the files. ``project``: the
    folder within which attached files may be; without it, the current one, where pytest would be run.
    """
    stash = pytest.Stash()
    stash[CURRENT_SCENARIO] = case.scenario
    request = SimpleNamespace(
        node=SimpleNamespace(stash=stash), config=SimpleNamespace(rootpath=project or Path.cwd())
    )
    world = World(loader or Loader(), rules, executor, lambda: stash[CURRENT_STEP])
    for bound in case.steps:
        stash[CURRENT_STEP] = bound.step
        try:
            _take(bound, {"policy_world": world, "request": request})
            if bound is case.steps[-1]:
                world.refuse_unexpected_error()
        except Exception as error:  # whatever a step raises fails its scenario
            return Outcome(False, _told(case, bound.step, error))
    return Outcome(True)


def _take(bound: Bound, fixtures: Mapping[str, object]) -> None:
    step = bound.step
    if not bound.meant:
        known = [p.template for p in PATTERNS if p.kind == step.type]
        near = "\n".join(f"  {s}" for s in nearest_steps(step.name, step.type, known))
        raise StepFailure(f"没有这样的步骤。最接近的是：\n{near}")
    if len(bound.meant) > 1:
        written = "\n".join(f"  {pattern.template}" for pattern, _, _ in bound.meant)
        raise StepFailure(f"这一步有{len(bound.meant)}种写法都对得上，不知道用哪一种：\n{written}")
    [(_, function, arguments)] = bound.meant
    check_table(step, function)
    given: dict[str, object] = {**fixtures, **arguments}
    if step.datatable is not None:
        given["datatable"] = step.datatable.raw()
    wanted = inspect.signature(function).parameters
    function(**{name: value for name, value in given.items() if name in wanted})


def _told(case: Case, step: Step, error: Exception) -> str:
    reason = str(error) if isinstance(error, StepFailure) else f"{type(error).__name__}: {error}"
    return f"{case.path.as_posix()}:{step.line_number}: {step.keyword} {step.name}\n{reason}"


# -- matching ----------------------------------------------------------------------------------------


_Functions = Sequence[tuple[Pattern, Callable[..., None]]]


def _functions() -> _Functions:
    """The function of each pattern, as the steps register it."""
    import policy_engine.testing.steps as steps

    found = {vars(function)["pattern_id"]: function for function in _registered(steps)}
    return [(pattern, found[pattern.id]) for pattern in PATTERNS]


def _registered(steps: ModuleType) -> Iterator[Callable[..., None]]:
    return (f for f in vars(steps).values() if inspect.isfunction(f) and hasattr(f, "pattern_id"))


def _case(
    path: Path,
    name: str,
    scenario: Scenario,
    values: Mapping[str, str],
    tags: set[str],
    functions: _Functions,
) -> Case:
    steps = tuple(_bound(step, functions) for step in scenario.steps)
    above = set() if scenario.rule is None else scenario.rule.tags
    return Case(
        name=name,
        path=path,
        tags=frozenset(scenario.tags | scenario.feature.tags | above | tags),
        values=tuple(values.items()),
        policies=tuple(dict.fromkeys(_policies(steps))),
        scenario=scenario,
        steps=steps,
    )


def _bound(step: Step, functions: _Functions) -> Bound:
    matched = ((p, f, p.match(step.name)) for p, f in functions if p.kind == step.type)
    return Bound(step, tuple((p, f, found) for p, f, found in matched if found is not None))


def _policies(steps: Sequence[Bound]) -> Iterator[str]:
    for bound in steps:
        for pattern, _, arguments in bound.meant:
            if pattern.id in ("policy_for_month", "policy_on_day"):
                yield str(arguments["policy"])
