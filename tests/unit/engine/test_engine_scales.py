"""Bracket scales at their thresholds: each part at its own rate, or the whole at the last rate reached."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Decided
from unit.policy.rule_text import codes, policy_of, rule_file

USER = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | -1000 至 1000
    用户 | 起点 | start | 电量 | 兆瓦时 | 3 | 默认 50 | -1000 至 1000
    用户 | 电费 | fee | 金额 | 元 | 3 | |
"""


def fee(method: str, word: str, energy: str, first: str = "0", start: str = "50") -> Decided:
    decision = f"""
    用户.电费:
      阶梯:
        依据: 电量
        方式: {method}
        分档: |
          | 行名 | {word} | 费率 | 条款 |
          | 一档 | {first} | 1 | 一 |
          | 二档 | 10 | 2 | 二 |
          | 三档 | 起点 | 5 元/兆瓦时 | 三 |
    """
    clauses = "条款:\n  一: {位置: 甲, 摘要: 甲}\n  二: {位置: 乙, 摘要: 乙}\n  三: {位置: 丙, 摘要: 丙}"
    policy = policy_of(rule_file(decision, terms=TERMS, entities=USER, more=clauses))
    facts = {"user": [{"user_id": "1", "energy": energy, "start": start}]}
    return evaluate(policy, facts).value("user", "1", "电费")


@pytest.mark.parametrize("word", ["超过", "不低于"])
@pytest.mark.parametrize(
    ("energy", "amount"),
    [("0", 0), ("5", 5), ("10", 10), ("10.001", "10.002"), ("50", 90), ("50.001", "90.005"), ("60", 140)],
)
def test_in_parts_the_amount_has_no_jumps(word: str, energy: str, amount: str) -> None:
    assert fee("分段", word, energy).value == Fraction(amount)


@pytest.mark.parametrize(
    ("energy", "over", "at_least"),
    [("9.999", "9.999", "9.999"), ("10", "10", "20"), ("10.001", "20.002", "20.002"), ("50", "100", "250")],
)
def test_as_a_whole_the_threshold_belongs_to_one_side(energy: str, over: str, at_least: str) -> None:
    assert fee("全额", "超过", energy).value == Fraction(over)
    assert fee("全额", "不低于", energy).value == Fraction(at_least)


@pytest.mark.parametrize(
    ("word", "energy", "bracket"),
    [
        ("超过", "10", "一档"),
        ("不低于", "10", "二档"),
        ("超过", "50", "二档"),
        ("不低于", "50", "三档"),
        ("超过", "0", "默认"),
        ("不低于", "0", "一档"),
    ],
)
def test_the_bracket_reached_is_named_with_its_clause(word: str, energy: str, bracket: str) -> None:
    decided = fee("分段", word, energy)
    clause = {"一档": ("一",), "二档": ("二",), "三档": ("三",), "默认": ()}[bracket]
    assert (decided.row, decided.clauses) == (bracket, clause)


def test_below_the_first_threshold_there_is_nothing() -> None:
    for method in ("分段", "全额"):
        assert fee(method, "超过", "-3").value == 0
        assert fee(method, "超过", "3", first="4").value == 0


def test_a_threshold_below_zero_counts_from_there() -> None:
    assert fee("分段", "超过", "-3", first="-10").value == 7
    assert fee("全额", "超过", "-3", first="-10").value == -3


def test_no_threshold_is_below_the_one_before_it() -> None:
    assert codes(lambda: fee("分段", "超过", "1", start="9")) == ["PE6024"]
    assert fee("分段", "超过", "10.5", start="10.001").value == Fraction("10.002") + Fraction("0.499") * 5


@pytest.mark.parametrize(("method", "amount"), [("分段", 10 + 5 * 5), ("全额", 75)])
def test_between_equal_thresholds_lies_an_empty_bracket(method: str, amount: int) -> None:
    """As for a member whose contract is 0, when thresholds are shares of the contract."""
    decided = fee(method, "超过", "15", start="10")
    assert (decided.value, decided.row) == (amount, "三档")
    assert fee(method, "超过", "0", start="10").value == 0


def test_the_measured_quantity_is_a_number_and_the_columns_are_there() -> None:
    def scale(of: str, header: str) -> str:
        table = f"\n          {header}\n          | 0 | 1 |"
        return rule_file(
            f"用户.电费:\n  阶梯:\n    依据: {of}\n    方式: 分段\n    分档: |{table}",
            terms=TERMS,
            entities=USER,
        )

    assert "PE3063" in codes(lambda: policy_of(scale("'\"甲\"'", "| 超过 | 费率 |")))
    assert "PE3095" in codes(lambda: policy_of(scale("电量", "| 超过 | 不低于 |")))
    assert "PE2036" in codes(
        lambda: policy_of(scale("电量", "| 超过 | 费率 |").replace("| 0 | 1 |", "| 0 | 1 元 |"))
    )
