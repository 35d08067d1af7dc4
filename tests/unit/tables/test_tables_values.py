from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.tables.values import (
    CellError,
    normalise_header,
    parse_boolean,
    parse_date,
    parse_decimal,
    parse_month,
    split_unit,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("950.25", "950.25"),
        (" ９５０．２５ ", "950.25"),
        ("1,000.50", "1000.50"),
        ("1,234,567", "1234567"),
        ("１，０００", "1000"),
        ("-5.00%", "-0.0500"),
        ("５％", "0.05"),
        ("5 %", "0.05"),
        ("(12.5)", "-12.5"),
        ("（12.5）", "-12.5"),
        ("(1,000)", "-1000"),
        ("\u22123.2", "-3.2"),
        ("－3.2", "-3.2"),
        ("+7", "7"),
        ("'0012", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5E-7", "0.00000015"),
        ("1e3", "1000"),
        ("123456789012345678901234567890123456.789", "123456789012345678901234567890123456.789"),
        ("-123456789012345678901234567890123456.7%", "-1234567890123456789012345678901234.567"),
    ],
)
def test_numbers_are_read_exactly(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "空白"),
        ("　", "空白"),
        ("-", "留空"),
        ("—", "留空"),
        ("/", "留空"),
        ("无", "留空"),
        ("1,00", "逗号"),
        ("1234,567", "逗号"),
        ("1,000,0", "逗号"),
        ("0,5", "逗号"),
        (",5", "不是数"),
        ("1,000.5,0", "不是数"),
        ("NaN", "不是数"),
        ("inf", "不是数"),
        ("1e31", "指数"),
        ("1e-31", "指数"),
        ("1e99999999999", "指数"),
        ("true", "不是数"),
        ("是", "不是数"),
        ("#DIV/0!", "错误值"),
        ("1 000", "不是数"),
        ("5万", "不是数"),
        ("1²", "不是数"),
        ("①", "不是数"),
        ("(-5)", "不是数"),
        ("--5", "不是数"),
        ("5%%", "不是数"),
        ("0x10", "不是数"),
        ("1_000", "不是数"),
        ("٣", "不是数"),
        (".", "不是数"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        parse_decimal(text)
    assert isinstance(caught.value, CellError)
    assert caught.value.reason.en


def test_only_text_is_read() -> None:
    for value in (True, 1.5, 3, None):
        with pytest.raises(ValueError, match="文本"):
            parse_decimal(value)


def test_a_cell_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(CellError("甲", "a")))
    assert (str(error), error.reason.en) == ("甲", "a")


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30)


@given(numbers)
def test_reading_undoes_formatting(value: Decimal) -> None:
    assert parse_decimal(format(value, "f")) == value
    assert parse_decimal(f"{value:,f}") == value
    assert parse_decimal(f"{value:f}%") * 100 == value or abs(value) >= 10**20
    assert parse_decimal(f"{abs(value):f}".join("()")) == -abs(value)


def test_reading_does_not_depend_on_the_decimal_context() -> None:
    with localcontext() as context:
        context.prec = 3
        assert str(parse_decimal("(123456.789)")) == "-123456.789"
    assert getcontext().prec != 3


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_cell_error(text: str) -> None:
    try:
        assert parse_decimal(text).is_finite()
    except CellError as error:
        assert str(error)


@pytest.mark.parametrize("text", ["是", "有", "true", "TRUE", "1", "yes", "Y", "√", " 是 ", "１"])
def test_yes(text: str) -> None:
    assert parse_boolean(text) is True


@pytest.mark.parametrize("text", ["否", "无", "False", "0", "no", "n", "×"])
def test_no(text: str) -> None:
    assert parse_boolean(text) is False


@pytest.mark.parametrize("text", ["", "2", "对", "-", "是否", "#N/A"])
def test_neither(text: str) -> None:
    with pytest.raises(ValueError, match="是"):
        parse_boolean(text)


@pytest.mark.parametrize(
    "text",
    [
        "2018-06-01",
        "2018/6/1",
        "2018.6.1",
        "2018年6月1日",
        "2018年06月01日",
        "20180601",
        " ２０１８-6-1 ",
        "2018-06-01 00:00:00",
        "2018/6/1 0:00",
        "2018-06-01T00:00:00",
    ],
)
def test_dates(text: str) -> None:
    assert parse_date(text) == date(2018, 6, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2018-02-30", "2018-13-01", "18-6-1", "2018-6", "2018/6-1", "6/1/2018", "2018-06-01 12:30", "43252"],
)
def test_no_dates(text: str) -> None:
    with pytest.raises(ValueError, match="日期"):
        parse_date(text)


@given(st.dates())
def test_reading_undoes_writing_a_date(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year:04}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize("text", ["2018-06", "2018/6", "2018年6月", "201806", "2018-06-01", "２０１８年６月"])
def test_months(text: str) -> None:
    assert parse_month(text) == (2018, 6)


@pytest.mark.parametrize("text", ["", "2018.1", "2018-13", "201800", "2018-06-15", "6月", "2018", "0000-06"])
def test_no_months(text: str) -> None:
    with pytest.raises(ValueError, match="月份"):
        parse_month(text)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("合同电量\n（兆瓦时）", "合同电量(兆瓦时)"),
        (" 合 同　电量 ", "合同电量"),
        ("电价【元/兆瓦时】", "电价(元/兆瓦时)"),
        ("ＩＤ", "ID"),
        ("Id", "Id"),
        ("户号\u200b\ufeff", "户号"),
    ],
)
def test_headers(text: str, header: str) -> None:
    assert normalise_header(text) == header


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_header(text)
    assert normalise_header(once) == once


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("合同电量（万千瓦时）", ("合同电量", "万千瓦时")),
        ("合同电量", ("合同电量", None)),
        ("电量(兆瓦时)备注", ("电量(兆瓦时)备注", None)),
        ("电费(元)(含税)", ("电费(元)", "含税")),
        ("电价(元/(兆瓦时))", ("电价", "元/(兆瓦时)")),
        ("(兆瓦时)", ("(兆瓦时)", None)),
        ("电量()", ("电量()", None)),
        ("电量)", ("电量)", None)),
    ],
)
def test_units(text: str, parts: tuple[str, str | None]) -> None:
    assert split_unit(text) == parts
