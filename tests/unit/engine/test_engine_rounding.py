"""Rounding at a half, below zero and to hundreds; where a rounding has to be written at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.rounding import on_grid, round_away, round_to
from policy_engine.rulefile.choices import RoundingMode
from unit.policy.rule_text import codes, policy_of, rule_file

H, E, F, T, C = (
    RoundingMode.HALF_UP,
    RoundingMode.HALF_EVEN,
    RoundingMode.FLOOR,
    RoundingMode.TRUNCATE,
    RoundingMode.CEILING,
)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.5", 0, {H: "1", E: "0", F: "0", T: "0", C: "1"}),
        ("1.5", 0, {H: "2", E: "2", F: "1", T: "1", C: "2"}),
        ("2.5", 0, {H: "3", E: "2", F: "2", T: "2", C: "3"}),
        ("-0.5", 0, {H: "-1", E: "0", F: "-1", T: "0", C: "0"}),
        ("-2.5", 0, {H: "-3", E: "-2", F: "-3", T: "-2", C: "-2"}),
        ("0.005", 2, {H: "0.01", E: "0", F: "0", T: "0", C: "0.01"}),
        ("0.00499999", 2, {H: "0", E: "0", F: "0", T: "0", C: "0.01"}),
        ("-0.015", 2, {H: "-0.02", E: "-0.02", F: "-0.02", T: "-0.01", C: "-0.01"}),
        ("1.005", 2, {H: "1.01", E: "1", F: "1", T: "1", C: "1.01"}),  # a binary float would say 1.00
        ("2.675", 2, {H: "2.68", E: "2.68", F: "2.67", T: "2.67", C: "2.68"}),
        ("1/3", 3, {H: "0.333", E: "0.333", F: "0.333", T: "0.333", C: "0.334"}),
        ("250", -2, {H: "300", E: "200", F: "200", T: "200", C: "300"}),
        ("-250", -2, {H: "-300", E: "-200", F: "-300", T: "-200", C: "-200"}),
        ("12345678901234567890.5", 0, {H: "12345678901234567891", E: "12345678901234567890"}),
    ],
)
def test_every_mode(value: str, places: int, expected: dict[RoundingMode, str]) -> None:
    found = {mode: round_to(Fraction(value), places, mode) for mode in expected}
    assert found == {mode: Fraction(text) for mode, text in expected.items()}


def test_away_from_zero_however_small_the_rest() -> None:
    assert round_away(Fraction("0.0000001"), 2) == Fraction("0.01")
    assert round_away(Fraction("-0.0000001"), 2) == Fraction("-0.01")
    assert round_away(Fraction("201"), -2) == 300
    assert round_away(Fraction("0.01"), 2) == Fraction("0.01")


@given(st.fractions(), st.integers(-4, 8), st.sampled_from([H, E, F, T, C]))
def test_a_rounded_value_is_on_the_grid_and_near(value: Fraction, places: int, mode: RoundingMode) -> None:
    rounded = round_to(value, places, mode)
    step = Fraction(10) ** -places
    assert on_grid(rounded, places)
    assert round_to(rounded, places, mode) == rounded
    assert abs(rounded - value) <= (step / 2 if mode in (H, E) else step * (1 - Fraction(1, 10**40)) + step)
    assert (mode is not F or rounded <= value) and (mode is not C or rounded >= value)
    assert mode is not T or abs(rounded) <= abs(value)


# -- in a policy -----------------------------------------------------------------------------------

USER = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | -10000 至 10000
    用户 | 结果 | result | 电量 | 兆瓦时 | {places} | |
"""


def decided(formula: str, rounding: str, energy: str, places: str = "2") -> str:
    more = f", 取整: {rounding}" if rounding else ""
    text = rule_file(
        f"用户.结果: {{计算公式: '{formula}'{more}}}", terms=TERMS.format(places=places), entities=USER
    )
    return (
        evaluate(policy_of(text), {"user": [{"user_id": "1", "energy": energy}]})
        .value("user", "1", "结果")
        .text
    )


@pytest.mark.parametrize(
    ("mode", "up", "down"),
    [
        ("四舍五入", "0.02", "-0.02"),
        ("银行家", "0.02", "-0.02"),
        ("向下", "0.01", "-0.02"),
        ("向零", "0.01", "-0.01"),
        ("向上", "0.02", "-0.01"),
    ],
)
def test_the_words_of_the_modes(mode: str, up: str, down: str) -> None:
    assert (decided("电量", f"{mode} 2 位", "0.015"), decided("电量", f"{mode} 2 位", "-0.015")) == (up, down)


def test_half_even_and_half_away_differ() -> None:
    assert (decided("电量", "四舍五入 2 位", "0.025"), decided("电量", "银行家 2 位", "0.025")) == (
        "0.03",
        "0.02",
    )


@pytest.mark.parametrize(
    ("formula", "energy", "expected"),
    [
        ("四舍五入(电量, -2)", "1250", "1300.00"),
        ("银行家舍入(电量, -2)", "1250", "1200.00"),
        ("向下取整(电量, -2)", "-1250", "-1300.00"),
        ("向上取整(电量, -2)", "1201", "1300.00"),
        ("远零取整(电量, 0)", "-0.001", "-1.00"),
        ("向零取整(电量, 0)", "-0.999", "0.00"),
        ("四舍五入(电量 / 3, 2)", "1", "0.33"),
    ],
)
def test_rounding_functions(formula: str, energy: str, expected: str) -> None:
    assert decided(formula, "", energy) == expected


@pytest.mark.parametrize(
    ("formula", "rounding", "places", "expected"),
    [
        ("电量", "", "3", []),
        ("电量", "", "2", ["PE3069"]),
        ("电量 × 1.05", "", "3", ["PE3069"]),
        ("电量 × 1.05", "", "5", []),
        ("电量 × 1.05", "", "", []),
        ("电量 × 2", "", "3", []),
        ("电量 / 3", "", "3", ["PE3068"]),
        ("电量 / 3", "", "", ["PE3068"]),
        ("电量 / 4", "", "5", []),
        ("电量 / 4", "", "4", ["PE3069"]),
        ("电量 × 电量 / 电量", "", "9", ["PE3068"]),
        ("如果 电量 > 0 兆瓦时 那么 电量 否则 电量 / 7", "", "3", ["PE3068"]),
        ("电量 / 3", "四舍五入 3 位", "3", []),
        ("电量 / 3", "四舍五入 3 位", "", []),
        ("电量 / 3", "四舍五入 2 位", "3", ["PE3064"]),
        ("电量 / 3", "3 位", "3", ["PE3067"]),
        ("电量 / 1000", "", "3", ["PE3069"]),
        ("电量 ** 2 / 1 兆瓦时", "", "6", []),
        ("电量 ** 2 / 1 兆瓦时", "", "5", ["PE3069"]),
        ("最大值(电量, 0.0001 兆瓦时)", "", "3", ["PE3069"]),
    ],
)
def test_where_a_rounding_has_to_be_written(
    formula: str, rounding: str, places: str, expected: list[str]
) -> None:
    more = f", 取整: {rounding}" if rounding else ""
    text = rule_file(
        f"用户.结果: {{计算公式: '{formula}'{more}}}", terms=TERMS.format(places=places), entities=USER
    )
    assert codes(lambda: policy_of(text)) == expected


def test_a_quotient_may_be_compared_without_rounding() -> None:
    terms = TERMS.format(places="3").replace("结果 | result | 电量 | 兆瓦时 | 3", "多 | more | 是否 | | ")
    text = rule_file("用户.多: {计算公式: 电量 / 3 兆瓦时 > 1 / 3}", terms=terms, entities=USER)
    policy = policy_of(text)
    users = [{"user_id": q, "energy": q} for q in ("1", "1.001")]
    result = evaluate(policy, {"user": users})
    assert [result.value("user", q, "多").value for q in ("1", "1.001")] == [False, True]


def test_readers_see_the_rounded_value() -> None:
    terms = TERMS.format(places="2").rstrip() + "\n用户 | 双倍 | twice | 电量 | 兆瓦时 | 2 | |"
    text = rule_file(
        "用户.双倍: {计算公式: 结果 × 2}\n用户.结果: {计算公式: 电量, 取整: 四舍五入 2 位}",
        terms=terms,
        entities=USER,
    )
    result = evaluate(policy_of(text), {"user": [{"user_id": "1", "energy": "0.005"}]})
    assert result.value("user", "1", "双倍").text == "0.02"


def test_places_follow_through_terms_without_places() -> None:
    """甲 has no declared places, so what reads it needs as many as its formula can give."""
    terms = TERMS.format(places="5").replace(
        "用户 | 结果", "用户 | 甲 | a | 电量 | 兆瓦时 | | |\n    用户 | 结果"
    )
    decisions = "用户.结果: {计算公式: 甲 × 0.1}\n用户.甲: {计算公式: 电量 × 1.05}"
    assert codes(lambda: policy_of(rule_file(decisions, terms=terms, entities=USER))) == ["PE3069"]
    enough = terms.replace("兆瓦时 | 5 |", "兆瓦时 | 6 |")
    assert codes(lambda: policy_of(rule_file(decisions, terms=enough, entities=USER))) == []


# -- numbers without end ---------------------------------------------------------------------------


def test_powers_of_powers_are_stopped_in_time() -> None:
    names = "甲乙丙丁戊"
    terms = "用户 | 数 | n | 数 | | 0 | | 0 至 99\n" + "\n".join(
        f"用户 | {name} | p{i} | 数 | | | |" for i, name in enumerate(names)
    )
    decisions = "\n".join(
        f"用户.{name}: {{计算公式: {before} ** 64}}"
        for before, name in zip("数" + names, names, strict=False)
    )
    policy = policy_of(rule_file(decisions, terms=terms, entities=USER))
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "n": "99"}]})) == ["PE6029"]
    assert evaluate(policy, {"user": [{"user_id": "1", "n": "1"}]}).value("user", "1", "戊").text == "1"


def test_long_products_are_stopped_in_time() -> None:
    count = 60
    terms = "用户 | 数0 | n0 | 数 | | 3 | | 0 至 99\n" + "\n".join(
        f"用户 | 数{i} | n{i} | 数 | | | |" for i in range(1, count)
    )
    decisions = "\n".join(f"用户.数{i}: {{计算公式: 数{i - 1} × 数{i - 1}}}" for i in range(1, count))
    policy = policy_of(rule_file(decisions, terms=terms, entities=USER))
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "n0": "98.765"}]})) == ["PE6029"]
