"""The private names of pytest and pytest-bdd that collecting needs, all of them, in one place.

A test calls each with the installed versions; when one of them moves, only this file changes.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate, Step
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry


class _Parsed(FeatureParser):
    """pytest-bdd's parser, given a document that is already parsed."""

    document: GherkinDocument

    def _parse_feature_file(self) -> GherkinDocument:
        return self.document


def bdd_feature(path: Path, document: Mapping[str, Any]) -> Feature:
    """pytest-bdd's model of a parsed document, put where ``scenario`` will look for it."""
    parser = _Parsed(str(path.parent), path.name)
    parser.document = GherkinDocument.from_dict(document)
    feature = parser.parse()
    features[parser.abs_filename] = feature
    return feature


class ScenarioModule(pytest.Module):
    """A test module whose tests are made, not imported."""

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(self.path.stem)

    def items(self, template: ScenarioTemplate, name: str) -> Iterator[pytest.Item]:
        """The tests of a scenario: one, or one an example row.

        They are made here rather than by ``parametrize``, which would escape Chinese in their ids.
        """

        @scenario(self.path.name, template.name, features_base_dir=str(self.path.parent))
        def run() -> None: ...

        for suffix, example, tags in example_rows(template):
            test = _test(run, example, tags)
            item: pytest.Item = pytest.Function.from_parent(self, name=name + suffix, callobj=test)
            item.location = (self.nodeid.partition("::")[0], template.line_number - 1, item.name)
            yield item


def example_rows(template: ScenarioTemplate) -> Iterator[tuple[str, dict[str, str], set[str]]]:
    """(end of the test's name, values, tags) of each example row; one empty row for a plain scenario."""
    if not template.examples:
        yield "", {}, set()
    seen: dict[str, int] = {}
    for examples in template.examples:
        for row in examples.as_contexts():
            name = "-".join(row.values())
            seen[name] = seen.get(name, 0) + 1
            again = f"#{seen[name]}" if seen[name] > 1 else ""
            yield f"[{name}{again}]", row, examples.tags


def _test(run: Callable[..., None], example: dict[str, str], tags: set[str]) -> Callable[..., None]:
    """The test of one example row. It has the tags of the scenario and of its table of examples."""

    def test(request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        run(request, example)

    marks = [m for m in getattr(run, "pytestmark", ()) if m.name != "parametrize"]
    marks += [getattr(pytest.mark, tag).mark for tag in sorted(tags)]
    test.pytestmark = marks  # type: ignore[attr-defined]  # pytest reads it
    return test


_Definitions = Sequence[tuple[str, StepFunctionContext]]
_VISIBLE = pytest.StashKey[_Definitions]()


def step_names(request: pytest.FixtureRequest, step: Step) -> list[str]:
    """The names under which step definitions that match a step are registered; overrides share a name."""
    matching = (
        name
        for name, context in _visible_steps(request)
        if context.type in (None, step.type) and context.parser.is_matching(step.name)
    )
    return sorted(set(matching))


def _visible_steps(request: pytest.FixtureRequest) -> _Definitions:
    """The step definitions a feature file sees, with their names.

    All of them are registered before the first scenario runs. Asking pytest about every fixture for every step would
    cost more than the steps do, so it is asked once for each file.
    """
    file: pytest.Collector = request.node.parent
    if _VISIBLE not in file.stash:
        manager = request._fixturemanager
        found = (
            (name, step_function_context_registry.get(definition.func))
            for name in get_fixture_names(manager)
            for definition in getfixturedefs(manager, name, file) or ()
        )
        file.stash[_VISIBLE] = [(name, context) for name, context in found if context is not None]
    return file.stash[_VISIBLE]


def known_steps(kind: str) -> list[str]:
    """Every step definition of a kind that any module has registered, as written there."""
    registered = (c for c in step_function_context_registry.values() if c.type in (None, kind))
    return sorted({c.parser.name for c in registered} - {"trace"})
