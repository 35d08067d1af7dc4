"""The features notice when a rule is changed: each change to a Jibei rule file makes a scenario fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect  # noqa: F401 - stays loaded from one inner run of pytest to the next

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[2]
FEATURES = sorted((ROOT / "features" / "jibei").glob("*.feature"))

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


# The same for what can be handled: the rule file, what is written, the slip.
MATTERS = [
    ("exemption", "施行: {自: 2018-06-01", "施行: {自: 2018-05-01"),
    ("exemption", "不低于 县      | -                  | 是", "不低于 乡镇    | -                  | 是"),
    ("exemption", "| 有序用电 | 用电       |", "| 有序用电 | 用电、发电 |"),
    ("exemption", "| 停限产   | 用电       |", "| 停限产   | 用电、发电 |"),
    ("exemption", "{取: 交易前, 可取", "{取: 交易后, 可取"),
    ("exemption", "{取: 须在抄表周期内, 可取", "{取: 不限, 可取"),
    ("exemption", "| 不明           | 该佐证待补   |", "| 不明           | 剔除该佐证   |"),
    ("exemption", "| 市场变化、机组非计划停运、自身经营 |", "| 市场变化、机组非计划停运 |"),
    ("exemption", "      | 秦皇岛 | 秦皇岛市工信局     |\n", "      | 秦皇岛 | 唐山市工信局       |\n"),
    ("exemption", "期限: {月: 次月, 日: 8}", "期限: {月: 次月, 日: 9}"),
    ("exemption", "期限: {月: 次月, 日: 12}", "期限: {月: 次月, 日: 11}"),
    ("exemption", "期限含当日: 是", "期限含当日: 否"),
    ("exemption", "不得重复: [市场主体, 结算月]", "不得重复: [市场主体, 结算月, 原因]"),
    ("exemption", "那么 否 否则 空", "那么 是 否则 空"),
    ("agreements", "期限: {工作日: 2, 自: 出清日}", "期限: {工作日: 3, 自: 出清日}"),
    ("agreements", "且 分户合计 = 打包合同电量", "且 分户合计 <= 打包合同电量"),
    ("agreements", "逾期: {视为: 用户拒绝}", "逾期: 记录"),
    ("agreements", "承担上限: 承担上限}", "承担上限: 空}"),
    ("publication", "户数 >= 1 且 未完成户数 = 0", "户数 >= 1"),
    ("publication", "期限: {月: 次月, 日: 1}", "期限: {月: 次月, 日: 2}"),
    ("publication", "期限: {月: 次月, 日: 15}", "期限: {月: 次月, 日: 16}"),
]


def features_of(policy: str) -> list[str]:
    """The features that apply a policy, those that are mostly about it first."""
    texts = {f"features/{p.name}": p.read_text(encoding="utf-8") for p in FEATURES}
    found = [name for name, text in texts.items() if f"适用政策“{policy}”" in text]
    return sorted(found, key=lambda name: texts[name].find(policy) != texts[name].find("jibei/"))


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
    noticed(project, "deviation", written, slip)


@pytest.mark.parametrize(("file", "written", "slip"), MATTERS)
def test_a_changed_rule_about_matters_is_noticed(
    project: pytest.Pytester, file: str, written: str, slip: str
) -> None:
    noticed(project, file, written, slip)


def noticed(project: pytest.Pytester, file: str, written: str, slip: str) -> None:
    path = project.path / "rules" / "jibei" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(written) == 1, "the rule file has changed; change this test with it"
    path.write_text(text.replace(written, slip), encoding="utf-8")
    outcome = project.runpytest("-q", "-x", *features_of(f"jibei/{file}"))
    assert outcome.parseoutcomes().get("failed"), "no scenario noticed"
    assert "PE1" not in outcome.stdout.str() and "PE3" not in outcome.stdout.str()
