"""Policies are equal by what they mean: two languages, two layouts, one digest; any other number, another."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.library import builtin_rules, load
from policy_engine.policy.model import Policy
from unit.policy.rule_text import policy_of

ENGLISH = Path(__file__).parents[2] / "fixtures" / "jibei-en"
JIBEI = (builtin_rules() / "jibei" / "deviation.yaml").read_text(encoding="utf-8")
PARENT = (builtin_rules() / "jing-jin-tang" / "deviation.yaml").read_text(encoding="utf-8")


def edited(old: str, new: str, count: int = -1) -> Policy:
    assert old in JIBEI, old
    return policy_of(JIBEI.replace(old, new, count), PARENT)


@pytest.fixture(scope="module")
def original() -> Policy:
    return policy_of(JIBEI, PARENT)


def test_the_same_notice_in_english_keywords_is_the_same_policy(original: Policy) -> None:
    english = load("jibei/deviation", period="2018-06", rules=ENGLISH)
    assert english.lineage == original.lineage
    assert english.digest == original.digest
    assert english == original
    assert {f.sha256 for f in english.files}.isdisjoint(f.sha256 for f in original.files)
    assert load("jing-jin-tang/deviation", period="2018-06", rules=ENGLISH) == policy_of(PARENT)


def test_an_english_child_may_stand_on_a_chinese_parent(original: Policy) -> None:
    english = (ENGLISH / "jibei" / "deviation.yaml").read_text(encoding="utf-8")
    assert policy_of(english, PARENT) == original
    parent = (ENGLISH / "jing-jin-tang" / "deviation.yaml").read_text(encoding="utf-8")
    assert policy_of(JIBEI, parent) == original


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# —— 超出部分按目录电价", "# 另一句注释"),
        ("  # —— 超出部分按目录电价\n", "\n\n"),
        ("计算公式: 实际用电量 - 合同电量", "计算公式: 抄表电量-合同电量"),
        ("计算公式: 实际用电量 - 合同电量", "计算公式: metered_energy - contract_energy"),
        ("公式: 合同电量 × 免予考核幅度", "公式: (合同电量) * 免予考核幅度"),
        ("{值: 5%, ", "{值: 0.05, "),
        ("超过 0 且 不超过 免予考核电量", "> 0 且 <= 免予考核电量"),
        ("| 行名   | 当：免考 | 则：考核结论 | 条款   |", "| 行名   | 当: 免考 |  则: 考核结论 | 条款 |"),
        ("条款: [二-2, 三-2-4]", "条款: 二-2、三-2-4"),
        ("兆瓦时", "MWh"),
    ],
)
def test_how_it_is_written_does_not_count(original: Policy, old: str, new: str) -> None:
    assert edited(old, new) == original


def test_the_order_of_decisions_and_clauses_does_not_count(original: Policy) -> None:
    lines = JIBEI.splitlines()
    first, second = (
        next(i for i, line in enumerate(lines) if line.startswith(f"  {k}:"))
        for k in ("用户.偏差电量", "用户.免予考核电量")
    )
    lines[first], lines[second] = lines[second], lines[first]
    clause, other = (
        next(i for i, line in enumerate(lines) if line.startswith(f"  {k}:")) for k in ("一-4", "二-3")
    )
    lines[clause], lines[other] = lines[other], lines[clause]
    assert policy_of("\n".join(lines) + "\n", PARENT) == original


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("值: 5%", "值: 5.0001%"),
        ("| 超过 免予考核电量             |", "| 不低于 免予考核电量           |"),
        ("取整: 四舍五入 2 位\n    条款: [二-2, 四-1-2]", "取整: 银行家 2 位\n    条款: [二-2, 四-1-2]"),
        ("分摊范围: 偏差电量 > 0", "分摊范围: 偏差电量 >= 0"),
        ("不计: 打包用户.免考", "仅: 打包用户.免考"),
        ("取: 全部负偏差,", "取: 超出幅度的部分,"),
        ("二-3:   {位置: 二、第2段第2句", "二-3:   {位置: 二、第2段第3句"),
        ("复核: 2019-06-01", "复核: 2020-06-01"),
        ("免予考核幅度: {值: 5%, 自: 2018-06-01", "免予考核幅度: {值: 5%, 自: 2018-05-01"),
        ("来源: 原文, 条款: 二-3", "来源: 推定, 条款: 二-3"),
        ("| 0 至 10000000   |", "| 0 至 10000001   |"),
        ("默认 否 ", "默认 是 "),
        ("冀北电力交易中心 |\n      | 售电公司", "北京电力交易中心 |\n      | 售电公司"),
        ("栏目: [全月.出账月份, 合同电量, 实际用电量", "栏目: [全月.出账月份, 实际用电量, 合同电量"),
        ("原因: 通知只写了", "原因: 因为通知只写了"),
        ("标题: 关于冀北", "标题: 有关冀北"),
        ("{自: 2018-06-01, 至: 未定, 按: 结算月", "{自: 2018-06-01, 至: 2030-12-31, 按: 结算月"),
    ],
)
def test_what_it_says_counts(original: Policy, old: str, new: str) -> None:
    assert edited(old, new, 1) != original


def test_options_count_and_the_default_option_does_not(original: Policy) -> None:
    chosen = policy_of(JIBEI, PARENT, options={"分配权重": "全部负偏差"})
    other = policy_of(JIBEI, PARENT, options={"分配权重": "超出幅度的部分"})
    assert chosen == original
    assert other != original
    assert len({original, chosen, other}) == 2


def test_the_period_counts_and_the_day_of_knowledge_does_not() -> None:
    june = load("jibei/deviation", period="2018-06")
    assert load("jibei/deviation", period="2018-07") != june
    assert load("jibei/deviation", period="2018-06", known_on="2018-06-30") == june


def test_the_digest_is_the_same_in_another_process(original: Policy) -> None:
    """Nothing in it may follow the order of sets or the addresses of objects."""
    code = "from policy_engine.policy.library import load; print(load('jibei/deviation', period='2018-06').digest)"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "77")
    }
    assert found == {original.digest}


def test_a_policy_survives_pickling_and_copying(original: Policy) -> None:
    facts = {
        "market": {"average_bilateral_price": "350"},
        "user": [
            {"user_id": "1", "contract_energy": "100", "metered_energy": "90", "catalogue_price": "500"}
        ],
    }
    expected = evaluate(original, facts).to_dict()
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(original, protocol))
        assert again == original
        assert (again.digest, again.stages, again.clauses) == (
            original.digest,
            original.stages,
            original.clauses,
        )
        assert evaluate(again, facts).to_dict() == expected
    assert copy.deepcopy(original) == original


def test_errors_survive_pickling() -> None:
    with pytest.raises(Exception, match="PE4013") as error:
        load("jibei/deviation", period="2018-06", options={"没有": "x"})
    again = pickle.loads(pickle.dumps(error.value))
    assert (type(again), again.code, str(again)) == (type(error.value), "PE4013", str(error.value))


def test_a_policy_cannot_be_changed(original: Policy) -> None:
    for name in ("digest", "stages", "title"):
        with pytest.raises(AttributeError):
            setattr(original, name, "x")
