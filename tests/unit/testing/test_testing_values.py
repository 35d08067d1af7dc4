"""Values as features write them, held against what is published."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from policy_engine.engine.publishing import published, to_plain
from policy_engine.engine.result import Decided
from policy_engine.feel.values import Month, Value
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy, Term
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.values import given, mismatch, unquoted


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("jibei/deviation", period="2018-06")


def decided(term: Term, value: Value) -> Decided:
    unit = term.unit.name if term.unit else None
    return Decided(to_plain(value), unit, None, (), published(value, term))


@pytest.fixture
def energy(policy: Policy) -> Term:
    return policy.term("用户", "assessed_energy")


def test_given_values(policy: Policy, energy: Term) -> None:
    assert given("350", energy) == "350"
    assert given("0.035万千瓦时", energy) == ("0.035", "万千瓦时")
    assert given("350", energy, "千瓦时") == ("350", "千瓦时")
    assert given("350 兆瓦时", energy, "千瓦时") == ("350", "兆瓦时")
    assert given("30%", policy.term("用户", "liability_share")) == "30%"
    assert given("空", energy) is None
    assert given(" ", energy) is None
    assert given("“应予考核”", policy.term("用户", "verdict")) == "应予考核"
    assert given("是", policy.term("用户", "exempt")) == "是"


@pytest.mark.parametrize(
    "expected", ["1000.500兆瓦时", "1,000.500兆瓦时", "1,000.500 MWh", "１０００.５００兆瓦时"]
)
def test_published_numbers(energy: Term, expected: str) -> None:
    assert mismatch(energy, decided(energy, Fraction("1000.5")), expected, None, sentence=True) is None


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        ("0", "0.00兆瓦时", "公布的是0.000"),
        ("1000.5", "1000.5兆瓦时", "公布的是1000.500"),
        ("1000.5", "1000.501兆瓦时", "是1000.500兆瓦时，不是1000.501兆瓦时"),
        ("0.0005", "0.001兆瓦时", "是"),
        ("1", "空", "不是空的"),
    ],
)
def test_numbers_that_differ(energy: Term, value: str, expected: str, why: str) -> None:
    found = mismatch(energy, decided(energy, Fraction(value)), expected, None, sentence=True)
    assert found is not None
    assert why in found


def test_a_whole_number_says_nothing_about_places(energy: Term) -> None:
    assert mismatch(energy, decided(energy, Fraction(8000)), "8000兆瓦时", None, sentence=True) is None
    assert mismatch(energy, decided(energy, Fraction(8001)), "8000兆瓦时", None, sentence=True)


def test_units(energy: Term) -> None:
    value = decided(energy, Fraction(300))
    assert mismatch(energy, value, "300.000", "兆瓦时", sentence=False) is None
    assert mismatch(energy, value, "300.000", None, sentence=False) is None
    with pytest.raises(StepFailure, match="请写明“偏差考核电量”的单位：兆瓦时"):
        mismatch(energy, value, "300.000", None, sentence=True)
    for unit in ("千瓦时", "元", "不存在"):
        with pytest.raises(StepFailure, match="公布的单位是兆瓦时"):
            mismatch(energy, value, f"300.000{unit}", None, sentence=True)


def test_ratios_as_percentages(policy: Policy) -> None:
    share = policy.term("用户", "liability_share")
    for expected in ("30%", "30.00%", "0.3000"):
        assert mismatch(share, decided(share, Fraction("0.3")), expected, None, sentence=True) is None
    assert mismatch(share, decided(share, Fraction("0.3")), "0.30", None, sentence=True)
    assert mismatch(share, decided(share, Fraction("0.3")), "31%", None, sentence=True)


def test_other_kinds(policy: Policy) -> None:
    verdict, exempt = policy.term("用户", "verdict"), policy.term("用户", "exempt")
    month = policy.term("全月", "billing_month")
    assert mismatch(verdict, decided(verdict, "免考"), "“免考”", None, sentence=True) is None
    assert mismatch(verdict, decided(verdict, "免考"), "“免予考核”", None, sentence=True)
    assert mismatch(exempt, decided(exempt, True), "是", None, sentence=True) is None
    assert mismatch(exempt, decided(exempt, True), "否", None, sentence=True)
    assert mismatch(month, decided(month, Month(2019, 1)), "2019年1月", None, sentence=True) is None
    assert mismatch(month, decided(month, Month(2019, 1)), "2018-01", None, sentence=True)
    assert mismatch(verdict, decided(verdict, None), "空", None, sentence=True) is None
    assert mismatch(verdict, decided(verdict, None), "“免考”", None, sentence=True)
    with pytest.raises(StepFailure, match="出账月份"):
        mismatch(month, decided(month, Month(2019, 1)), "一月", None, sentence=True)


def test_dates_are_compared_as_dates(policy: Policy) -> None:
    from dataclasses import replace

    day = replace(policy.term("全月", "billing_month"), kind="date")
    value = Decided(dt.date(2018, 6, 5), None, None, (), "2018-06-05")
    assert mismatch(day, value, "2018年6月5日", None, sentence=True) is None
    assert mismatch(day, value, "2018-06-06", None, sentence=True)


def test_a_quotient_nobody_rounded_is_no_decimal(energy: Term) -> None:
    value = Decided(Fraction(1, 3), "兆瓦时", None, (), "1/3")
    assert mismatch(energy, value, "0.333兆瓦时", None, sentence=True) == "是1/3兆瓦时，不是0.333兆瓦时"


def test_numbers_nobody_can_read(energy: Term) -> None:
    with pytest.raises(StepFailure, match="不是数"):
        mismatch(energy, decided(energy, Fraction(Decimal("1"))), "约一百", None, sentence=False)


def test_unquoted() -> None:
    assert [unquoted(t) for t in ("“甲”", '"甲"', "「甲」", "甲", "“", "“甲")] == ["甲"] * 4 + ["“", "“甲"]
