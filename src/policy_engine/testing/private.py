"""The private names of pytest and pytest-bdd that collecting needs, all of them, in one place.

A test calls each with the installed versions; when one of them moves, only this file changes.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import GherkinDocument
from pytest_bdd.parser import Feature, FeatureParser, Step
from pytest_bdd.scenario import find_fixturedefs_for_step

_ESCAPED_INI = "disable_test_id_escaping_and_forfeit_all_rights_to_community_support"


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
    """A test module whose functions are made, not imported."""

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(self.path.stem)

    def items(self, name: str, attribute: str, line: int) -> Iterator[pytest.Item]:
        """The tests of a scenario: one, or one an example row."""

        @scenario(self.path.name, name, features_base_dir=str(self.path.parent))
        def test() -> None: ...

        setattr(self.obj, attribute, test)
        for item in self._genfunctions(attribute, test):
            _make_readable(item, self.nodeid)
            item.location = (self.nodeid.partition("::")[0], line - 1, item.name)
            yield item


def _make_readable(item: pytest.Function, parent: str) -> None:
    """pytest escapes what is not ASCII in the ids of examples unless told not to."""
    head, bracket, example = item.name.partition("[")
    if bracket and not item.config.getini(_ESCAPED_INI):
        item.name = head + bracket + example.encode("ascii", "backslashreplace").decode("unicode_escape")
        item._nodeid = f"{parent}::{item.name}"  # type: ignore[attr-defined]


def step_names(request: pytest.FixtureRequest, step: Step) -> list[str]:
    """The names under which step definitions that match a step are registered; overrides share a name."""
    manager = request._fixturemanager
    found = find_fixturedefs_for_step(step=step, fixturemanager=manager, node=request.node)
    return sorted({definition.argname for definition in found})
