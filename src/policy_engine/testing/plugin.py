"""pytest plugin: every ``.feature`` file is a test file; its author writes no Python.

Thin on purpose: it is imported in every pytest run of every project this package is installed in, so nothing
but pytest is imported before a feature file is really collected.
"""

from __future__ import annotations

from pathlib import Path

import pytest

COLLECT_INI = "policy_collect_features"
RULES_INI = "policy_rules"
EXECUTOR_INI = "policy_executor"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        COLLECT_INI, "是否自动收集 .feature 文件（collect .feature files）", type="bool", default=True
    )
    parser.addini(
        RULES_INI, "优先于内置规则的规则文件夹，相对于项目根目录（folder of rule files）", default=""
    )
    parser.addini(
        EXECUTOR_INI, "办理场景的执行方式：durable 或 reference（how cases are executed）", default="durable"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".feature" or not parent.config.getini(COLLECT_INI):
        return None
    from policy_engine.testing.collect import FeatureFile

    collector: pytest.Collector = FeatureFile.from_parent(parent, path=file_path)
    return collector
