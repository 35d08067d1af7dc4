"""The private names of pytest and pytest-bdd that are used still mean what they meant.

When this fails after an upgrade, ``policy_engine/testing/private.py`` is the one file to change.
"""

from __future__ import annotations

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest

import policy_engine.testing.private as private
from policy_engine.testing.document import parse_feature

SOURCES = Path(private.__file__).parent


def test_the_versions_are_those_we_know() -> None:
    assert version("pytest-bdd").split(".")[0] == "9"
    assert int(version("pytest").split(".")[0]) in (8, 9)


def test_the_private_names_are_there() -> None:
    from pytest_bdd import feature, parser
    from pytest_bdd.compat import get_fixture_names, getfixturedefs
    from pytest_bdd.steps import StepFunctionContext

    assert isinstance(feature.features, dict)
    assert "document" not in parser.FeatureParser.__dict__
    assert callable(parser.FeatureParser._parse_feature_file)
    assert list(inspect.signature(get_fixture_names).parameters) == ["fixturemanager"]
    assert list(inspect.signature(getfixturedefs).parameters) == ["fixturemanager", "fixturename", "node"]
    assert {"type", "parser"} <= set(inspect.signature(StepFunctionContext).parameters)
    assert {"name", "parent", "callobj"} <= set(inspect.signature(pytest.Function.__init__).parameters)
    assert callable(pytest.Module._getobj)


def test_pytest_bdd_takes_a_parsed_document(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text("功能: 一\n  @乙\n  场景: 甲\n    假如 子\n    那么 丑\n", encoding="utf-8")
    feature = private.bdd_feature(path, parse_feature(path).document)
    assert list(feature.scenarios) == ["甲"]
    assert [s.type for s in feature.scenarios["甲"].steps] == ["given", "then"]
    assert private.features[str(path)] is feature


def test_no_other_file_uses_private_names() -> None:
    private_use = re.compile(
        r"from _pytest|\b(request|config|item|session|manager)\._\w|from pytest_bdd\.(?!parsers? )"
    )
    for path in SOURCES.glob("*.py"):
        if path.name != "private.py":
            assert not private_use.search(path.read_text(encoding="utf-8")), path.name
