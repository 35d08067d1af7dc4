"""What condition cells, conclusions and constants become."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from feel_fake_scope import LEVEL, USER, VERDICT, number

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import typed as t
from policy_engine.feel.check import check_cell, check_output, compile_expression, constant
from policy_engine.feel.types import (
    BooleanType,
    DateRangeType,
    DateType,
    MonthType,
    NumberType,
    OptionType,
    TextType,
    Type,
)
from policy_engine.feel.values import DateRange, Month, Value


def column(name: str) -> t.Node:
    return compile_expression(Fragment.of(name), USER)


def cell(name: str, text: str) -> t.Node:
    node = check_cell(Fragment.of(text), column(name), USER)
    assert node is not None
    return node


def drawn(node: t.Node) -> str:
    """A tree on one line; ``?`` is the column."""
    match node:
        case t.CellInput():
            return "?"
        case t.Const(value=value):
            return str(value)
        case t.TermRef(term=term):
            return term
        case t.ReadingRef(name=name):
            return f"口径.{name}"
        case t.Compare(op=op, left=left, right=right):
            return f"{drawn(left)} {op} {drawn(right)}"
        case t.And(items=items):
            return "(" + " & ".join(map(drawn, items)) + ")"
        case t.Or(items=items):
            return "(" + " | ".join(map(drawn, items)) + ")"
        case t.Not(operand=operand):
            return f"!{drawn(operand)}"
        case t.IsNull(operand=operand):
            return f"null({drawn(operand)})"
        case t.InRange(low=low, high=high) if low is not None and high is not None:
            ends = "[" if node.low_inclusive else "(", "]" if node.high_inclusive else ")"
            return f"{drawn(node.operand)} in {ends[0]}{drawn(low)}, {drawn(high)}{ends[1]}"
        case t.InDates(operand=operand, dates=dates):
            return f"{drawn(operand)} in {drawn(dates)}"
        case t.Scale(operand=operand, factor=factor):
            return f"{factor}·{drawn(operand)}"
    raise TypeError(type(node).__name__)


@pytest.mark.parametrize(
    ("name", "text", "tree"),
    [
        ("偏差电量", "5", "? = 5"),
        ("偏差电量", "等于 0", "? = 0"),
        ("偏差电量", "超过 0 且 不超过 免予考核电量", "(? > 0 & ? <= 免予考核电量)"),
        ("偏差电量", "低于 1、不低于 9", "(? < 1 | ? >= 9)"),
        ("偏差电量", "超过 5 万千瓦时", "? > 50"),
        ("偏差电量", "超过 大电量", "? > 10·大电量"),
        ("偏差电量", "(0 .. 5]", "? in (0, 5]"),
        ("偏差电量", "介于 1 和 5", "? in [1, 5]"),
        ("偏差电量", "非 (1、2)", "(!? = 1 & !? = 2)"),
        ("偏差电量", "非 (超过 1 且 低于 2)", "(!? > 1 | !? < 2)"),
        ("偏差电量", "不属于 (1, 2)", "(!? = 1 & !? = 2)"),
        ("偏差电量", "? > 合同电量 且 ? < 5 兆瓦时", "(? > 合同电量 & ? < 5)"),
        ("免考", "是", "? = True"),
        ("考核结论", "免考、应予考核", "(? = 免考 | ? = 应予考核)"),
        ("考核结论", "非 免考", "!? = 免考"),
        ("令的先后", "口径.交易当日", "? = 口径.交易当日"),
        ("出具层级", "不低于 县", "? >= 县"),
        ("出具层级", "[县 .. 省)", "? in [县, 省)"),
        ("结算电量", "为空", "null(?)"),
        ("结算电量", "不为空", "!null(?)"),
        ("结算电量", "非 为空", "!null(?)"),
        ("结算电量", "5", "(!null(?) & ? = 5)"),
        ("结算电量", "超过 1 且 低于 5", "(!null(?) & (? > 1 & ? < 5))"),
        ("结算电量", "非 5", "(!null(?) & !? = 5)"),
        ("结算电量", "为空、5", "(null(?) | (!null(?) & ? = 5))"),
        ("结算电量", "不为空 且 超过 5", "(!null(?) & (!null(?) & ? > 5))"),
        ("结算电量", "非 (为空、5)", "(!null(?) & (!null(?) & !? = 5))"),
        ("发布日期", "属于 抄表周期", "(!null(?) & ? in 抄表周期)"),
        ("核定层级", "县、省", "(!null(?) & (? = 县 | ? = 省))"),
    ],
)
def test_trees(name: str, text: str, tree: str) -> None:
    assert drawn(cell(name, text)) == tree


def test_any_is_no_test() -> None:
    assert check_cell(Fragment.of(" － "), column("免考"), USER) is None


def test_the_input_has_the_type_of_the_column() -> None:
    for node in t.walk(cell("偏差电量", "超过 5")):
        if isinstance(node, t.CellInput):
            assert node.type == column("偏差电量").type


def test_option_names_need_not_be_words() -> None:
    odd = OptionType(("1-10千伏", "35千伏及以上", "A 类（大）", "是"))
    col = t.TermRef(odd, Fragment.of("电压").span(), t.Where.OWN, "用户", "用户", "电压")
    node = check_cell(Fragment.of("1-10千伏、A 类（大）"), col, USER)
    assert node is not None and drawn(node) == "(? = 1-10千伏 | ? = A 类（大）)"
    negated = check_cell(Fragment.of("非 35千伏及以上"), col, USER)
    assert negated is not None and drawn(negated) == "!? = 35千伏及以上"
    assert drawn(check_output(Fragment.of("1-10千伏"), odd, USER)) == "1-10千伏"
    quoted = check_cell(Fragment.of('不等于 "1-10千伏"'), col, USER)
    assert quoted is not None and drawn(quoted) == "? != 1-10千伏"


def test_spans_of_names_in_a_cell() -> None:
    whole = Fragment.of("| 免考、免于考核 |")
    with pytest.raises(LoadError) as caught:
        check_cell(whole.slice(2, 9), column("考核结论"), USER)
    span = caught.value.diagnostics[0].span
    assert span is not None and (span.text, span.column) == ("免于考核", 6)


@pytest.mark.parametrize(
    ("text", "expected", "tree"),
    [
        ("免考", VERDICT, "免考"),
        ('"免考"', VERDICT, "免考"),
        ("县", LEVEL, "县"),
        ("5", number("兆瓦时"), "5"),
        ("大电量", number("兆瓦时"), "10·大电量"),
        ("停产", BooleanType(), "停产"),
    ],
)
def test_conclusions(text: str, expected: Type, tree: str) -> None:
    assert drawn(check_output(Fragment.of(text), expected, USER)) == tree


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("5%", number(), Fraction(1, 20)),
        ("５％", number(), Fraction(1, 20)),
        ("0.05", number(), Fraction(1, 20)),
        (" 5 ", number("兆瓦时"), Fraction(5)),
        ("-5", number("兆瓦时"), Fraction(-5)),
        ("－０.５", number("兆瓦时"), Fraction(-1, 2)),
        ("5 万千瓦时", number("兆瓦时"), Fraction(50)),
        ("300 元/千瓦时", number("元/兆瓦时"), Fraction(300_000)),
        ("5", number("%"), Fraction(5)),
        ("5%", number("%"), Fraction(5)),
        ("5", NumberType(None), Fraction(5)),
        ("是", BooleanType(), True),
        ("no", BooleanType(), False),
        ("2018-06-01", DateType(), dt.date(2018, 6, 1)),
        ("2018年6月1日", DateType(), dt.date(2018, 6, 1)),
        ("2018-06", MonthType(), Month(2018, 6)),
        ("2018年12月", MonthType(), Month(2018, 12)),
        ("2018-06-01 至 2018-06-30", DateRangeType(), DateRange(dt.date(2018, 6, 1), dt.date(2018, 6, 30))),
        ("免考", VERDICT, "免考"),
        ("“免考”", VERDICT, "免考"),
        ("廊坊", TextType(), "廊坊"),
        ('"5%"', TextType(), "5%"),
        ("空", number("元", nullable=True), None),
        ("空", TextType(), "空"),
    ],
)
def test_constants(text: str, type_: Type, value: Value) -> None:
    found = constant(Fragment.of(text), type_)
    assert found == value and type(found) is type(value)
