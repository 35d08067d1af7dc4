"""沿用: what a child file replaces, switches off, adds, and what it leaves as it is."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file

ENTITIES = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户 | 甲 | a | 电量 | 兆瓦时 | 3 | |
    用户 | 乙 | b | 电量 | 兆瓦时 | 3 | |
"""
PARENT = rule_file(
    """
    用户.甲: {计算公式: 电量 × 系数, 取整: 四舍五入 3 位}
    用户.乙: {计算公式: 甲 + 1 兆瓦时}
    """,
    terms=TERMS,
    entities=ENTITIES,
    policy="t/parent",
    more="""
    参数:
      系数: {值: 50%, 自: 2018-01-01, 来源: 原文}
    口径:
      读法: {取: 宽, 可取: [宽, 严]}
    校验:
      用户.不为零: {须: 电量 > 0}
    条款:
      一: {位置: 第一条, 摘要: 上位的}
    """,
)


def child(decisions: str = "", more: str = "", terms: str = "") -> str:
    body = rule_file(decisions, terms=terms, entities="", policy="t/child", more=f"沿用: t/parent\n{more}")
    own_terms = "词条: |" in body and not terms
    if own_terms:  # the head of the helper declares the month, which is the parent's here
        lines = body.splitlines()
        at = lines.index("词条: |")
        body = "\n".join(lines[:at] + lines[at + 3 :]) + "\n"
    return body.replace("  | 全月 | 结算月 | settlement_month | 月份 | | | | |\n", "")


def settled(policy: Policy, energy: str = "10") -> dict[str, object]:
    return dict(evaluate(policy, {"user": [{"user_id": "1", "energy": energy}]}).to_dict()["user"]["1"])


def test_a_child_that_says_nothing_is_its_parent() -> None:
    policy = policy_of(child(), PARENT)
    assert policy.lineage == ("t/child", "t/parent")
    assert settled(policy) == {"energy": "10.000", "a": "5.000", "b": "6.000"}


def test_an_entry_of_the_same_key_replaces_the_parents() -> None:
    policy = policy_of(child("用户.甲: {计算公式: 电量}"), PARENT)
    assert settled(policy) == {"energy": "10.000", "a": "10.000", "b": "11.000"}


def test_a_parameter_is_replaced_whole() -> None:
    more = "参数:\n  系数: {值: 20%, 自: 2018-06-01, 来源: 推定}"
    assert settled(policy_of(child(more=more), PARENT))["a"] == "2.000"
    # The parent's slice is gone, not merged: before June there is no value.
    assert "PE3041" in codes(lambda: policy_of(child(more=more), PARENT, period="2018-05"))


def test_a_reading_is_chosen_anew() -> None:
    policy = policy_of(child(more="口径:\n  读法: {取: 严, 可取: [宽, 严]}"), PARENT)
    assert policy.readings["读法"].chosen == "严"
    assert policy.digest != policy_of(child(), PARENT).digest


def test_what_is_switched_off_is_gone() -> None:
    assert codes(lambda: settled(policy_of(child(), PARENT), "0")) == ["PE6060"]
    policy = policy_of(child(more="停用: [校验.用户.不为零]"), PARENT)
    assert settled(policy, "0") == {"energy": "0.000", "a": "0.000", "b": "1.000"}


def test_a_decision_switched_off_may_be_decided_otherwise() -> None:
    text = child("甲:\n  适用: [用户]\n  计算公式: 1 兆瓦时", more="停用: [决定.用户.甲]")
    assert settled(policy_of(text, PARENT))["a"] == "1.000"
    without = child("甲:\n  适用: [用户]\n  计算公式: 1 兆瓦时")
    assert codes(lambda: policy_of(without, PARENT)) == ["PE3100"]


def test_only_what_is_there_can_be_switched_off() -> None:
    assert codes(lambda: policy_of(child(more="停用: [校验.用户.没有]"), PARENT)) == ["PE3031"]
    assert codes(lambda: policy_of(child(more="停用: [标题.一]"), PARENT)) == ["PE3030"]


def test_a_clause_of_the_parent_may_be_cited() -> None:
    assert codes(lambda: policy_of(child("用户.甲: {计算公式: 电量, 条款: 一}"), PARENT)) == []
    assert codes(lambda: policy_of(child("用户.甲: {计算公式: 电量, 条款: 二}"), PARENT)) == ["PE3020"]


def test_a_term_may_be_declared_anew() -> None:
    policy = policy_of(child(terms="用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 5000"), PARENT)
    assert policy.term("用户", "energy").high == 5000
    assert settled(policy, "4000")["a"] == "2000.000"


def test_a_term_of_one_of_two_entities_may_be_declared_anew() -> None:
    """The parent declares it for both in one row; the child's row is about users alone."""
    entities = ENTITIES + "\n售电公司: {代号: retailer, 主键: retailer_id}"
    parent = rule_file(
        terms="售电公司、用户 | 上报电量 | reported | 电量 | 兆瓦时 | 3 | | 0 至 100",
        entities=entities,
        policy="t/parent",
    )
    own = child(terms="用户 | 上报电量 | reported | 电量 | 万千瓦时 | 4 | 可空 | 0 至 900")
    policy = policy_of(own, parent)
    users, retailers = policy.term("用户", "reported"), policy.term("售电公司", "reported")
    assert (users.high, users.places, users.nullable) == (900, 4, True)
    assert (retailers.high, retailers.places, retailers.nullable) == (100, 3, False)
    assert users.unit is not None and users.unit.factor == 10_000


def test_a_grandparent_is_under_a_parent() -> None:
    grandchild = child("用户.乙: {计算公式: 甲}").replace("沿用: t/parent", "沿用: t/child")
    grandchild = grandchild.replace("政策: t/child", "政策: t/grandchild")
    middle = child(more="参数:\n  系数: {值: 10%, 自: 2018-01-01, 来源: 原文}")
    policy = policy_of(grandchild, middle, PARENT)
    assert policy.lineage == ("t/grandchild", "t/child", "t/parent")
    assert settled(policy) == {"energy": "10.000", "a": "1.000", "b": "1.000"}


# -- what a parent leaves open ---------------------------------------------------------------------

OPEN = rule_file(
    "用户.乙: {计算公式: 甲 + 1 兆瓦时}",
    terms=TERMS.replace("甲 | a | 电量 | 兆瓦时 | 3 | |", "甲 | a | 电量 | 兆瓦时 | 3 | 待下位决定 |"),
    entities=ENTITIES,
    policy="t/parent",
)


def test_the_child_decides_what_the_parent_left_open() -> None:
    policy = policy_of(child("用户.甲: {计算公式: 电量}"), OPEN)
    assert policy.undecided == ()
    assert settled(policy)["b"] == "11.000"


def test_a_child_must_decide_what_was_left_open() -> None:
    assert codes(lambda: policy_of(child(), OPEN)) == ["PE3103"]


def test_the_parent_alone_can_be_read_but_not_evaluated() -> None:
    parent = policy_of(OPEN)
    assert [t.name for t in parent.undecided] == ["甲"]
    assert codes(lambda: settled(parent)) == ["PE6052"]


def test_left_open_for_one_part_only() -> None:
    """As the built-in parent does: the fee of a retailer is decided there, that of its users below."""
    terms = """
    售电公司、直接用户 | 电费 | fee | 金额 | 元 | 2 | |
    打包用户 | 电费 | fee | 金额 | 元 | 2 | 待下位决定 |
    """
    decided = "电费:\n  适用: [售电公司, 直接用户]\n  计算公式: 1 元"
    parent = rule_file(decided, terms=terms, policy="t/parent")
    assert codes(lambda: policy_of(child(), parent)) == ["PE3103"]
    alone = policy_of(parent)
    assert [(t.name, t.decided) for t in alone.undecided] == [("电费", True)]
    assert codes(lambda: evaluate(alone, {"user": [{"user_id": "2"}]})) == ["PE6052"]
    policy = policy_of(child("打包用户.电费: {计算公式: 2 元}"), parent)
    facts = {
        "retailer": [{"retailer_id": "S"}],
        "user": [{"user_id": "1", "retailer_id": "S"}, {"user_id": "2"}],
    }
    result = evaluate(policy, facts)
    assert [result.row(e, k).values["fee"] for e, k in (("retailer", "S"), ("user", "1"), ("user", "2"))] == [
        Fraction(1),
        Fraction(2),
        Fraction(1),
    ]
