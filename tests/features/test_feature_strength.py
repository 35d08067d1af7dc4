"""The features notice when a rule is changed: each change to the Jibei rule file makes a scenario fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import hypothesis  # noqa: F401
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect  # noqa: F401

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[2]

# What is written in rules/jibei/deviation.yaml, and what a slip would make of it.
CHANGES = {
    "次月(结算月)": "结算月",
    "不超过 免予考核电量 | 免予考核": "低于 免予考核电量 | 免予考核",
    "{值: 5%,": "{值: 6%,",
    "自: 2018-06-01, 至: 未定, 按: 结算月": "自: 2018-07-01, 至: 未定, 按: 结算月",
    "最大值(负偏差电量 - 免予考核电量, 0)": "负偏差电量",
    "求和: 打包用户.合同电量, 不计: 打包用户.免考": "求和: 打包用户.合同电量",
    "求和: 打包用户.实际用电量, 不计: 打包用户.免考": "求和: 打包用户.实际用电量",
    "{求和: 打包用户.实际用电量}": "{求和: 打包用户.实际用电量, 不计: 打包用户.免考}",
    "分摊范围: 偏差电量 > 0": "分摊范围: 非 免考 且 偏差电量 > 0",
    "分摊范围: 非 免考 且 负偏差电量 > 免予考核电量": "分摊范围: 非 免考 且 负偏差电量 >= 免予考核电量",
    "否则 负偏差电量 - 免予考核电量\n      尾差": "否则 负偏差电量\n      尾差",
    "{偏差考核电量: 四舍五入 3 位}": "{偏差考核电量: 向下 3 位}",
    "超出电量 × 目录电价\n    取整: 四舍五入 2 位": "超出电量 × 目录电价\n    取整: 向下 2 位",
    "否则 最小值(偏差考核电费 × 约定分摊比例, 承担上限)": "否则 偏差考核电费 × 约定分摊比例",
    "偏差考核电费 - 合计(打包用户.承担考核电费)": "偏差考核电费",
    "打包合同电量 为空 或 打包合同电量 = 全部合同电量": "打包合同电量 为空 或 打包合同电量 <= 全部合同电量",
    "| 区外电厂 | 北京电力交易中心 |": "| 区外电厂 | 冀北电力交易中心 |",
    "知悉日: 2018-06-05": "知悉日: 2018-06-06",
    "| 无负偏差 | 否       | 等于 0                        | 无偏差考核电量 |": (
        "| 无负偏差 | 否       | 等于 0                        | 免予考核       |"
    ),
}


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(ROOT / "features" / "jibei", pytester.path / "features")
    shutil.copytree(ROOT / "rules", pytester.path / "rules")
    pytester.makeini("[pytest]\npolicy_rules = rules\n")
    return pytester


def test_unchanged_they_pass(project: pytest.Pytester) -> None:
    assert project.runpytest("-q", "--strict-markers").ret == pytest.ExitCode.OK


@pytest.mark.parametrize(("written", "slip"), CHANGES.items(), ids=list(CHANGES.values()))
def test_a_changed_rule_is_noticed(project: pytest.Pytester, written: str, slip: str) -> None:
    path = project.path / "rules" / "jibei" / "deviation.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(written) == 1, "the rule file has changed; change this test with it"
    path.write_text(text.replace(written, slip), encoding="utf-8")
    outcome = project.runpytest("-q", "-x")
    assert outcome.parseoutcomes().get("failed"), "no scenario noticed"
    assert "PE1" not in outcome.stdout.str() and "PE3" not in outcome.stdout.str()
