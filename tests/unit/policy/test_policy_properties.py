"""性质 in a rule file: how they are bound, laid over, shown; that no outcome depends on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Source
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.describe import describe
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from policy_engine.policy.property_model import Always, Conserved, Monotone, Shareable
from policy_engine.rulefile.choices import Direction
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.read import read_policy

PARENT = """\
# language: zh-CN
格式: 1
政策: demo/parent
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
条款:
  一-1: {位置: 一, 摘要: 分给各户}
主体:
  组: {代号: group, 主键: group_id}
  户: {代号: house, 主键: house_id, 属于: 组}
词条: |
  | 主体 | 名称 | 代号   | 类型 | 单位   | 小数位 | 其他 | 范围      |
  | 组   | 总量 | total  | 电量 | 兆瓦时 | 0      |      | 0 至 1000 |
  | 户   | 依据 | weight | 电量 | 兆瓦时 | 0      |      | 0 至 1000 |
  | 户   | 分得 | part   | 电量 | 兆瓦时 | 0      |      |           |
决定:
  户.分得:
    分摊: {总量: 组.总量, 分摊依据: 依据, 尾差: 最大余数法}
    取整: 0 位
性质:
  户.不为负: {须: 分得 >= 0, 缘由: 不倒拿, 条款: 一-1}
  各户相加: {适用: [组], 当: 总量 > 0, 须: 合计(户.分得) = 总量}
  多摊: {适用: 户, 单调: {随: 依据, 项: 分得, 方向: 不减}}
  分尽: {守恒: 户.分得}
  有人: {可分摊: 户.分得}
"""
CHILD = """\
# language: zh-CN
格式: 1
政策: demo/child
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
沿用: demo/parent
停用: [性质.多摊]
性质:
  户.不为负: {须: 分得 >= 0 且 依据 >= 0}
  另一条: {守恒: 户.分得}
"""


def read(text: str) -> PolicyDoc:
    document, found = read_policy(Source("性质.yaml", text))
    assert document is not None, found
    return document


def bound(*texts: str) -> Policy:
    return bind([read(text) for text in texts], period=Month(2018, 6))


def test_every_form_is_bound() -> None:
    found = bound(PARENT).properties
    kinds = {name: type(p.claims[0].statement) for name, p in found.items()}
    assert kinds == {
        "户.不为负": Always,
        "各户相加": Always,
        "多摊": Monotone,
        "分尽": Conserved,
        "有人": Shareable,
    }
    assert {p.claims[0].entity for p in found.values()} == {"户", "组"}
    assert (found["户.不为负"].rationale, found["户.不为负"].clauses) == ("不倒拿", ("一-1",))
    monotone = found["多摊"].claims[0].statement
    assert isinstance(monotone, Monotone)
    assert (monotone.by, monotone.direction) == ("weight", Direction.NOT_FALLING)


def test_a_child_replaces_adds_and_switches_off() -> None:
    found = bound(CHILD, PARENT).properties
    assert set(found) == {"户.不为负", "各户相加", "分尽", "有人", "另一条"}
    assert found["户.不为负"].policy == "demo/child" and found["分尽"].policy == "demo/parent"


def test_no_outcome_depends_on_them() -> None:
    """They say something about the rules, as comments do."""
    without = PARENT[: PARENT.index("性质:")]
    assert bound(PARENT).digest == bound(without).digest
    assert bound(PARENT) == bound(without)


def test_in_english() -> None:
    text = Path(__file__).parents[2] / "fixtures" / "proofs" / "shares-en.yaml"
    policy = load("demo/shares", period="2018-06", rules=text)
    assert [type(p.claims[0].statement) for p in policy.properties.values()] == [
        Always,
        Monotone,
        Conserved,
        Shareable,
    ]


def test_a_property_alone_needs_no_input() -> None:
    """What only a property reads is not asked of anybody."""
    text = PARENT.replace(
        "  | 户   | 分得",
        "  | 户   | 备用 | spare  | 电量 | 兆瓦时 | 0      |      | 0 至 1000 |\n  | 户   | 分得",
    )
    policy = bound(text.replace("须: 分得 >= 0,", "须: 备用 >= 0,"))
    assert not policy.term("户", "spare").required


def test_described() -> None:
    found = {p["name"]: p for p in describe(bound(PARENT))["properties"]}
    assert found["户.不为负"]["claims"] == [
        {"entity": "户", "way": "always", "when": None, "text": "分得 >= 0"}
    ]
    assert found["多摊"]["claims"][0]["direction"] == "not_falling"
    assert found["有人"]["at"] == "性质.yaml:26"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("坏: {适用: 户}", "PE3240"),
        ("坏: {须: 分得 >= 0}", "PE3241"),
        ("坏: {适用: 户, 单调: {随: 分得, 项: 分得, 方向: 不减}}", "PE3242"),
        ("坏: {适用: 户, 单调: {随: 没有, 项: 分得, 方向: 不减}}", "PE3242"),
        ("坏: {适用: 户, 单调: {随: 依据, 项: 分得 > 0, 方向: 不减}}", "PE3243"),
        ("坏: {守恒: 组.总量}", "PE3244"),
        ("坏: {可分摊: 户.依据}", "PE3244"),
        ("坏: {适用: 户, 守恒: 户.分得}", "PE3245"),
        ("坏: {适用: 用户, 须: 分得 >= 0}", "PE3001"),
        ("坏: {适用: 户, 须: 没有 >= 0}", "PE2020"),
        ("坏: {适用: 户, 须: 分得}", "PE2035"),
        ("坏: {守恒: 户.分得, 条款: 九-9}", "PE3020"),
    ],
)
def test_told(written: str, code: str) -> None:
    with pytest.raises(LoadError) as caught:
        bound(PARENT + f"  {written}\n")
    assert [d.code for d in caught.value.diagnostics] == [code]
