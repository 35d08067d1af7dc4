"""The unit table, products and quotients, and what messages call a unit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.feel.decimals import decimal_places, scaled_places
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS, Unit, parse_unit, unit_name


def unit(text: str) -> Unit:
    found = parse_unit(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("兆瓦时", "MWh", 1),
        ("兆瓦时", "千瓦时", 1000),
        ("千瓦时", "度", 1),
        ("千瓦时", "kWh", 1),
        ("万千瓦时", "兆瓦时", 10),
        ("亿千瓦时", "兆瓦时", 100_000),
        ("万千瓦", "兆瓦", 10),
        ("万元", "元", 10_000),
        ("亿元", "万元", 10_000),
        ("元", "分", 100),
        ("天", "小时", 24),
        ("日", "天", 1),
        ("元/千瓦时", "元/兆瓦时", 1000),
        ("分/千瓦时", "元/兆瓦时", 10),
        ("元/MWh", "元/兆瓦时", 1),
        ("兆瓦·小时", "兆瓦时", 1),
        ("兆瓦×天", "兆瓦时", 24),
        ("兆瓦*小时", "MWh", 1),
        ("元／兆瓦时", "元/兆瓦时", 1),
        ("元 / 兆瓦时", "元/兆瓦时", 1),
        ("元/千瓦·月", "元/千瓦/月", 1),
        ("元/(千瓦·月)", "元/千瓦·月", 1),
        ("%", "‰", 10),
    ],
)
def test_sizes(one: str, other: str, factor: int) -> None:
    left, right = unit(one), unit(other)
    assert left.same_dimension(right)
    assert left.factor / right.factor == factor


@pytest.mark.parametrize(
    "text", ["", " ", "米", "兆瓦小时", "元/", "/元", "元//度", "元+度", "元·", "mwh", "()"]
)
def test_what_is_no_unit(text: str) -> None:
    assert parse_unit(text) is None


def test_dimensions_are_told_apart() -> None:
    apart = ["兆瓦时", "兆瓦", "元", "小时", "月", "年", "户", "台", "个", "元/兆瓦时", "%", "千伏安"]
    for i, one in enumerate(apart):
        assert [u for u in apart[i + 1 :] if unit(u).same_dimension(unit(one))] == []


def test_energy_times_price_is_money() -> None:
    assert unit("兆瓦时").times(unit("元/兆瓦时")).equivalent(unit("元"))
    assert unit("元").over(unit("兆瓦时")).equivalent(unit("元/兆瓦时"))


def test_names_are_kept() -> None:
    assert unit("MWh").name == "MWh" and unit("元 / MWh").name == "元/MWh"


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (unit("MWh"), "MWh"),
        (unit("兆瓦时").times(unit("元/兆瓦时")), "元"),
        (unit("元").over(unit("兆瓦时")), "元/兆瓦时"),
        (DIMENSIONLESS, "无单位"),
        (None, "无单位"),
        (unit("元").times(unit("元")), "元^2"),
        (unit("元").over(unit("千瓦")).over(unit("月")), "元/(月·千瓦)"),
    ],
)
def test_what_a_computed_unit_is_called(found: Unit | None, name: str) -> None:
    assert unit_name(found) == name


@given(st.sampled_from(sorted(BASE_UNITS)), st.sampled_from(sorted(BASE_UNITS)))
def test_over_undoes_times(one: str, other: str) -> None:
    left, right = BASE_UNITS[one], BASE_UNITS[other]
    assert left.times(right).over(right).equivalent(left)


@given(st.integers(-(10**6), 10**6), st.integers(0, 6), st.fractions(max_denominator=2000))
def test_scaled_places_hold_every_value(mantissa: int, places: int, factor: Fraction) -> None:
    """No value of so many places needs more after scaling; and a value of one last digit needs them all."""
    bound = scaled_places(places, factor)
    value = Fraction(mantissa, 10**places) * factor
    if bound is None:
        assert decimal_places(Fraction(1, 10**places) * factor) is None
    else:
        assert (decimal_places(value) or 0) <= bound
        assert decimal_places(Fraction(1, 10**places) * factor) == bound


@given(st.integers(-(10**12), 10**12), st.integers(0, 9))
def test_decimal_text_is_exact(mantissa: int, places: int) -> None:
    value = Fraction(mantissa, 10**places)
    assert Fraction(decimal_text(value)) == value
    assert "/" not in decimal_text(value)


def test_decimal_text_of_what_never_ends() -> None:
    assert decimal_text(Fraction(1, 3)) == "1/3"
