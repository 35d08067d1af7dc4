"""Collect one feature file: parse, check, register its tags, make its tests."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

import policy_engine.testing.hooks as hooks
import policy_engine.testing.steps as steps
from policy_engine.testing.document import FeatureText, node_name, parse_feature
from policy_engine.testing.private import ScenarioModule, bdd_feature
from policy_engine.testing.problems import FeatureError

_MARKED = pytest.StashKey[set[str]]()


class FeatureFile(ScenarioModule):
    """A feature file is a test module; its tests are its scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        self._load_steps()
        try:
            feature = parse_feature(self.path, self.nodeid)
        except FeatureError as error:
            raise self.CollectError(str(error)) from None
        self._register_tags(feature)
        for name, template in bdd_feature(self.path, feature.document).scenarios.items():
            yield from self.items(template, node_name(name))

    def _load_steps(self) -> None:
        """The steps become known to pytest with the first feature file, and cost nothing before."""
        manager = self.config.pluginmanager
        if not manager.has_plugin("pytest-bdd") and not manager.has_plugin("pytest_bdd.plugin"):
            raise self.CollectError("要运行 .feature 文件，请不要停用 pytest-bdd 插件")
        plugins: tuple[ModuleType, ...] = (steps, hooks)
        for module in plugins:
            if not manager.is_registered(module):
                manager.register(module, module.__name__)

    def _register_tags(self, feature: FeatureText) -> None:
        """Tags are markers, declared here so that ``--strict-markers`` knows them."""
        known = self.config.stash.setdefault(_MARKED, set())
        for tag in sorted(feature.tags - known):
            self.config.addinivalue_line("markers", f"{tag}: 特性文件里的标签")
            known.add(tag)
