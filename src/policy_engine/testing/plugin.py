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
    group = parser.getgroup("policy-engine", "政策规则与场景")
    group.addoption(
        "--clause-coverage",
        action="store_true",
        help="印出政策覆盖：哪些条款没有场景引用，规则里哪些行、分支没有场景走到",
    )
    group.addoption(
        "--clause-fail-under", type=float, metavar="N", help="条款覆盖率低于N（百分数）的，算作没有通过"
    )
    group.addoption(
        "--rule-fail-under", type=float, metavar="N", help="规则行覆盖率低于N（百分数）的，算作没有通过"
    )
    group.addoption("--coverage-json", metavar="FILE", help="把政策覆盖写成 JSON 文件")
    group.addoption(
        "--living-doc",
        metavar="DIR",
        help="在文件夹里写出活文档：逐条列出条款、规则、场景和结果，一个政策一页",
    )
    group.addoption(
        "--cover",
        action="append",
        default=[],
        dest="policy_cover",
        metavar="POLICY",
        help="没有场景用到也要统计的政策，可以写几个",
    )


def pytest_configure(config: pytest.Config) -> None:
    """What is asked for is imported, and nothing else."""
    option = config.getoption
    thresholds = [option("clause_fail_under"), option("rule_fail_under")]
    asked = option("clause_coverage") or option("coverage_json")
    asked = asked or (option("policy_cover") and not option("living_doc"))
    if asked or any(limit is not None for limit in thresholds):
        from policy_engine.testing.coverage_plugin import CoveragePlugin

        config.pluginmanager.register(CoveragePlugin(config), "policy-engine-coverage")
    if option("living_doc"):
        from policy_engine.testing.living_plugin import LivingPlugin

        config.pluginmanager.register(LivingPlugin(config), "policy-engine-living")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".feature" or not parent.config.getini(COLLECT_INI):
        return None
    from policy_engine.testing.collect import FeatureFile

    collector: pytest.Collector = FeatureFile.from_parent(parent, path=file_path)
    return collector
