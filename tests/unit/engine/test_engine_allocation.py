"""Largest-remainder allocation: parts on the grid that add up, ties, zeros, and totals nobody can take."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.engine.allocation import AllocationFault, allocate
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from reference.jibei import allocate as reference_allocate
from unit.policy.rule_text import codes, policy_of, rule_file


def parts(total: str, weights: dict[str, str], places: int = 2) -> dict[str, str]:
    found = allocate(Fraction(total), [(k, Fraction(w)) for k, w in weights.items()], places)
    return {k: str(v) for k, v in found.items()}


def test_left_over_units_go_by_remainder_then_weight_then_id() -> None:
    assert parts("0.01", {"b": "1", "a": "1"}) == {"b": "0", "a": "1/100"}
    assert parts("0.01", {"b": "2", "a": "2", "c": "3"}) == {"b": "0", "a": "0", "c": "1/100"}
    # Equal remainders: 10.50 at 1 : 3 of three units leaves half a unit each; the larger weight takes it.
    assert parts("0.02", {"a": "1", "b": "3"}) == {"a": "0", "b": "1/50"}


def test_ids_are_compared_by_code_point_not_as_numbers() -> None:
    assert parts("0.01", {"9": "1", "10": "1"}) == {"9": "0", "10": "1/100"}
    assert parts("0.01", {"001234": "1", "1234": "1"}) == {"001234": "1/100", "1234": "0"}
    assert parts("0.01", {"乙": "1", "a": "1"}) == {"乙": "0", "a": "1/100"}


def test_the_order_of_the_rows_does_not_matter() -> None:
    weights = {"c": "1", "a": "1", "b": "1", "d": "2"}
    backwards = dict(reversed(weights.items()))
    assert parts("1.01", weights) == dict(
        sorted(parts("1.01", backwards).items(), key=lambda i: list(weights).index(i[0]))
    )


def test_a_weight_of_zero_takes_nothing() -> None:
    assert parts("0.03", {"a": "0", "b": "1"}) == {"a": "0", "b": "3/100"}


def test_a_total_of_zero_gives_zeros_even_to_nobody() -> None:
    assert parts("0", {"a": "1", "b": "0"}) == {"a": "0", "b": "0"}
    assert parts("0", {"a": "0"}) == {"a": "0"}
    assert parts("0", {}) == {}


def test_a_negative_total_mirrors_a_positive_one() -> None:
    assert parts("-0.05", {"a": "1", "b": "2", "c": "3"}) == {
        k: str(-Fraction(v)) for k, v in parts("0.05", {"a": "1", "b": "2", "c": "3"}).items()
    }


@pytest.mark.parametrize(
    ("total", "weights", "reason"),
    [
        ("0.005", {"a": "1"}, "off_grid"),
        ("1/3", {"a": "1"}, "off_grid"),
        ("1", {}, "empty"),
        ("1", {"a": "0"}, "empty"),
        ("1", {"a": "2", "b": "-1"}, "negative"),
        ("0", {"a": "2", "b": "-1"}, "negative"),
    ],
)
def test_totals_nobody_can_take(total: str, weights: dict[str, str], reason: str) -> None:
    with pytest.raises(AllocationFault) as fault:
        parts(total, weights)
    assert fault.value.reason == reason


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 10**9),
    st.dictionaries(
        st.text("0123456789ab", min_size=1, max_size=4), st.fractions(0, 10**6), min_size=1, max_size=8
    ),
)
def test_parts_are_fair_and_add_up(units: int, weights: dict[str, Fraction]) -> None:
    if not any(weights.values()):
        return
    total = Fraction(units, 100)
    found = allocate(total, list(weights.items()), 2)
    assert sum(found.values()) == total
    whole = sum(weights.values())
    for member, part in found.items():
        assert (part * 100).denominator == 1
        assert abs(part - total * weights[member] / whole) < Fraction(1, 100)
    positive = {k: w for k, w in weights.items() if w}
    assert {k: v for k, v in found.items() if k in positive} == reference_allocate(total, positive, 2)


# -- in a policy -----------------------------------------------------------------------------------

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | -100 至 1000
    用户 | 参与 | takes_part | 是否 | | | 默认 是 |
    售电公司 | 电费 | fee | 金额 | 元 | 3 | | -1000 至 1000
    打包用户 | 电费 | fee | 金额 | 元 | 2 | |
"""


def shared(users: list[tuple[str, str, str]], fee: str = "1", places: str = "2 位") -> Result:
    """(key, energy, whether it takes part) of the users of one retailer."""
    decision = f"""
    打包用户.电费:
      分摊:
        总量: 售电公司.电费
        分摊范围: 参与
        分摊依据: 电量
        尾差: 最大余数法
      取整: {places}
    """
    policy = policy_of(rule_file(decision, terms=TERMS))
    rows = [{"user_id": k, "retailer_id": "S", "energy": q, "takes_part": p} for k, q, p in users]
    return evaluate(policy, {"user": rows, "retailer": [{"retailer_id": "S", "fee": fee}]})


def texts(result: Result) -> dict[str, str]:
    return {k: result.value("user", k, "电费").text for k in result.keys("user")}


def test_those_outside_the_set_get_zero() -> None:
    assert texts(shared([("1", "1", "是"), ("2", "5", "否"), ("3", "2", "是")])) == {
        "1": "0.33",
        "2": "0.00",
        "3": "0.67",
    }


def test_a_weight_outside_the_set_may_be_negative() -> None:
    assert texts(shared([("1", "1", "是"), ("2", "-5", "否")])) == {"1": "1.00", "2": "0.00"}


@pytest.mark.parametrize(
    ("users", "fee", "code"),
    [
        ([("1", "1", "否")], "1", "PE6062"),
        ([("1", "0", "是")], "1", "PE6062"),
        ([], "1", "PE6062"),
        ([("1", "1", "是")], "0.001", "PE6061"),
        ([("1", "-1", "是"), ("2", "5", "是")], "1", "PE6063"),
    ],
)
def test_what_cannot_be_shared_is_an_error_of_the_retailer(
    users: list[tuple[str, str, str]], fee: str, code: str
) -> None:
    with pytest.raises(Exception, match=code) as error:
        shared(users, fee)
    assert "售电公司 S" in str(error.value)


def test_nothing_to_share_is_no_error() -> None:
    assert texts(shared([("1", "1", "否"), ("2", "0", "是")], fee="0")) == {"1": "0.00", "2": "0.00"}
    assert texts(shared([], fee="0")) == {}


def test_only_a_grid_fits_an_allocation() -> None:
    for written, code in (("四舍五入 2 位", "PE3067"), ("3 位", "PE3064")):
        assert code in codes(lambda written=written: shared([], places=written))


def test_the_total_is_a_term_above_that_is_never_null() -> None:
    def allocation(total: str, terms: str = TERMS) -> list[str]:
        text = f"打包用户.电费:\n  分摊: {{总量: {total}, 分摊依据: 电量, 尾差: 最大余数法}}\n  取整: 2 位"
        return codes(lambda: policy_of(rule_file(text, terms=terms)))

    assert "PE3090" in allocation("售电公司.电费 × 2")
    assert "PE3090" in allocation("1 元")
    nullable = TERMS.replace("金额 | 元 | 3 | | -1000", "金额 | 元 | 3 | 可空 | -1000")
    assert "PE2042" in allocation("售电公司.电费", nullable)
    both = nullable.replace("金额 | 元 | 2 | |", "金额 | 元 | 2 | 可空 |")
    assert "PE2040" in allocation("售电公司.电费", both)


def test_a_total_of_a_one_row_entity_is_shared_among_all() -> None:
    terms = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    全月 | 奖金 | prize | 金额 | 元 | 2 | | 0 至 1000
    用户 | 分得 | share | 金额 | 元 | 2 | |
    """
    decision = "用户.分得:\n  分摊: {总量: 全月.奖金, 分摊依据: 电量, 尾差: 最大余数法}\n  取整: 2 位"
    policy = policy_of(rule_file(decision, terms=terms))
    users = [{"user_id": "1", "retailer_id": "S", "energy": "1"}, {"user_id": "2", "energy": "2"}]
    facts = {"market": {"prize": "1"}, "user": users, "retailer": [{"retailer_id": "S"}]}
    result = evaluate(policy, facts)
    assert {k: result.value("user", k, "分得").text for k in "12"} == {"1": "0.33", "2": "0.67"}
    assert codes(lambda: evaluate(policy, {"market": {"prize": "1"}, "user": [], "retailer": []})) == [
        "PE6062"
    ]
