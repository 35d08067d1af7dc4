"""What the checker infers: units, conversions, decimal places."""

from __future__ import annotations

from fractions import Fraction

import pytest
from feel_fake_scope import RETAILER, USER, FakeScope, number, unit

from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import typed as t
from policy_engine.feel.check import check_total, compile_expression
from policy_engine.feel.scope import Scope
from policy_engine.feel.types import NumberType, OptionType, Type
from policy_engine.feel.units import DIMENSIONLESS, unit_name


def compiled(text: str, scope: Scope = USER, expected: Type | None = None) -> t.Node:
    return compile_expression(Fragment.of(text), scope, expected)


def number_of(node: t.Node) -> NumberType:
    assert isinstance(node.type, NumberType)
    return node.type


@pytest.mark.parametrize(
    ("text", "name", "places"),
    [
        ("合同电量", "兆瓦时", 3),
        ("合同电量 + 大电量", "兆瓦时", 3),
        ("大电量 + 合同电量", "万千瓦时", 4),
        ("合同电量 + 小电量", "兆瓦时", 3),
        ("合同电量 - 实际用电量", "兆瓦时", 3),
        ("-合同电量", "兆瓦时", 3),
        ("合同电量 × 2", "兆瓦时", 3),
        ("合同电量 × 5%", "兆瓦时", 5),
        ("5% × 合同电量", "兆瓦时", 5),
        ("合同电量 × 考核幅度", "兆瓦时", 5),
        ("合同电量 × 目录电价", "元", 6),
        ("合同电量 × 目录电价 × 20%", "元", 7),
        ("合同电量 × 户均电价", "元", 6),
        ("合同电量 / 4", "兆瓦时", 5),
        ("合同电量 / 0.5", "兆瓦时", 3),
        ("合同电量 / 3", "兆瓦时", None),
        ("合同电量 / 实际用电量", "无单位", None),
        ("大电量 / 合同电量", "无单位", None),
        ("电费 / 合同电量", "元/兆瓦时", None),
        ("电费 / 目录电价", "兆瓦时", None),
        ("四舍五入(合同电量 / 3, 2)", "兆瓦时", 2),
        ("四舍五入(合同电量 / 3, -1)", "兆瓦时", 0),
        ("向下取整(合同电量)", "兆瓦时", 0),
        ("ceiling(合同电量, 1)", "兆瓦时", 1),
        ("decimal(合同电量, 2)", "兆瓦时", 2),
        ("绝对值(合同电量)", "兆瓦时", 3),
        ("余数(合同电量, 0.5 兆瓦时)", "兆瓦时", 3),
        ("最大值(合同电量, 0)", "兆瓦时", 3),
        ("最大值(0, 合同电量 × 5%)", "兆瓦时", 5),
        ("最小值(0, 5 兆瓦时, 大电量)", "兆瓦时", 3),
        ("如果 免考 那么 0 否则 合同电量 × 5%", "兆瓦时", 5),
        ("首个有值(结算电量, 0)", "兆瓦时", 3),
        ("合同电量 ** 0", "无单位", 0),
        ("分摊比例 ** 2", "无单位", 8),
        ("5 + 3", "无单位", 0),
        ("0", "无单位", 0),
        ("12.5%", "无单位", 3),
        ("完成率 × 2", "%", 2),
        ("完成率 × 合同电量", "兆瓦时", 7),
        ("合同电量 × 完成率", "兆瓦时", 7),
        ("合同电量 / 完成率", "兆瓦时", None),
        ("年(出具日期)", "无单位", 0),
        ("当月天数(结算月)", "天", 0),
        ("合同电量 / 当月天数(结算月) × 5 天", "兆瓦时", None),
        ("合同电量 / 当月天数(结算月)", "兆瓦时/天", None),
        ("电费 / 大电量", "元/万千瓦时", None),
        ("首个有值(备用金, 0) / 目录电价", "千瓦时", None),
        ("户数 × 10 元/户", "元", 0),
    ],
)
def test_units_and_places(text: str, name: str, places: int | None) -> None:
    type_ = number_of(compiled(text))
    assert (unit_name(type_.unit), type_.places) == (name, places)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("-5", -5), ("5 万千瓦时", 50), ("0.5 MWh", Fraction(1, 2)), ("1 度", Fraction(1, 1000))],
)
def test_a_literal_becomes_a_constant_in_the_wanted_unit(text: str, value: Fraction) -> None:
    node = compiled(text, expected=number("兆瓦时"))
    assert isinstance(node, t.Const) and node.value == value
    assert unit("兆瓦时").equivalent(number_of(node).unit or DIMENSIONLESS)


def test_the_right_side_is_converted_to_the_left_unit() -> None:
    node = compiled("合同电量 + 大电量")
    assert isinstance(node, t.Arith) and isinstance(node.left, t.TermRef)
    assert isinstance(node.right, t.Scale) and node.right.factor == 10


def test_the_result_is_converted_to_the_expected_unit() -> None:
    node = compiled("合同电量", expected=number("万千瓦时"))
    assert isinstance(node, t.Scale) and node.factor == Fraction(1, 10)
    assert number_of(node).places == 4


def test_the_same_unit_is_not_scaled() -> None:
    assert isinstance(compiled("合同电量", expected=number("MWh")), t.TermRef)


def test_a_product_of_odd_units_is_money_before_it_is_rounded() -> None:
    """兆瓦时 × 元/千瓦时 counts in 1000 元; rounding that to two places would be rounding to 10 元."""
    node = compiled("四舍五入(合同电量 × 户均电价, 2)")
    assert isinstance(node, t.Call) and isinstance(node.args[0], t.Scale)
    assert node.args[0].factor == 1000 and unit_name(number_of(node).unit) == "元"


def test_rounding_takes_place_in_the_unit_of_the_result() -> None:
    node = compiled("四舍五入(大电量 / 3, 2)", expected=number("兆瓦时"))
    assert isinstance(node, t.Call) and isinstance(node.args[0], t.Scale)
    assert node.args[0].factor == 10


def test_rounding_functions_always_name_their_places() -> None:
    for text in ("向下取整(合同电量)", "四舍五入(合同电量, 0)", "decimal(合同电量, 0)"):
        node = compiled(text)
        assert isinstance(node, t.Call) and len(node.args) == 2
        digits = node.args[1]
        assert isinstance(digits, t.Const) and digits.value == 0
    decimal = compiled("decimal(合同电量, 0)")
    assert isinstance(decimal, t.Call) and decimal.function == "round_half_even"


def test_a_bare_literal_alone_in_a_branch_takes_the_unit_of_the_result() -> None:
    node = compiled("如果 免考 那么 5 否则 合同电量", expected=number("兆瓦时"))
    assert isinstance(node, t.If) and number_of(node.then).unit == unit("兆瓦时")


def test_a_bare_bound_takes_the_unit_of_what_it_bounds() -> None:
    node = compiled("大电量 属于 [0 .. 50 兆瓦时]")
    assert isinstance(node, t.InRange) and isinstance(node.high, t.Const)
    assert node.high.value == 5


def test_texts_become_options() -> None:
    node = compiled('考核结论 = "免考"')
    assert isinstance(node, t.Compare) and isinstance(node.right.type, OptionType)
    assert isinstance(node.right, t.Const) and node.right.value == "免考"


def test_branches_of_options_have_all_options() -> None:
    node = compiled("如果 免考 那么 口径.交易当日 否则 令的先后")
    assert node.type == OptionType(("交易前", "交易后", "不明", "不涉及"))


def test_a_count_counts_households() -> None:
    node = compiled("计数(打包用户)", RETAILER, number("户", 0))
    assert isinstance(node, t.Aggregate) and number_of(node).unit == unit("户")
    assert compiled("计数(用户) = 用户数", RETAILER)


def test_totals_know_base_and_part() -> None:
    node = compiled("合计(打包用户.合同电量, 仅 打包用户.免考, 不计 停产)", RETAILER)
    assert isinstance(node, t.Aggregate)
    assert (node.kind, node.entity, node.part) == (t.AggregateKind.SUM, "用户", "打包用户")
    assert isinstance(node.value, t.TermRef) and node.value.where is t.Where.OWN
    assert isinstance(node.only, t.TermRef) and isinstance(node.skip, t.TermRef)


def test_the_least_of_no_rows_is_null() -> None:
    assert compiled("最小(用户.合同电量)", RETAILER).type.nullable
    assert not compiled("合计(用户.合同电量)", RETAILER).type.nullable


def test_a_filter_sees_what_is_above_the_child() -> None:
    node = compiled("合计(用户.合同电量, 仅 用户.电费 > 售电公司.考核电费)", RETAILER)
    assert isinstance(node, t.Aggregate) and isinstance(node.only, t.Compare)
    assert isinstance(node.only.right, t.TermRef) and node.only.right.where is t.Where.UP


def test_check_total_reads_fragments() -> None:
    value, only = Fragment.of("用户.大电量"), Fragment.of("用户.免考")
    node = check_total(t.AggregateKind.SUM, value, only, None, RETAILER, number("兆瓦时"))
    assert isinstance(node, t.Scale) and isinstance(node.operand, t.Aggregate)
    count = check_total(t.AggregateKind.COUNT, Fragment.of("打包用户"), None, None, RETAILER)
    assert isinstance(count, t.Aggregate) and count.value is None


def test_the_base_of_a_part_is_found_without_being_told() -> None:
    class Plain:
        """A scope that does not say its base."""

        entity = "打包用户"
        _inner = FakeScope("打包用户")
        resolve, lookup, below, names = _inner.resolve, _inner.lookup, _inner.below, _inner.names

    class Above:
        entity = "售电公司"
        resolve, lookup, names = RETAILER.resolve, RETAILER.lookup, RETAILER.names

        def below(self, entity: str) -> Scope | None:
            return Plain() if entity == "打包用户" else None

    node = compiled("计数(打包用户)", Above())
    assert isinstance(node, t.Aggregate) and (node.entity, node.part) == ("用户", "打包用户")


def test_where_a_term_is_read() -> None:
    for text, where in (("合同电量", "own"), ("售电公司.全部合同电量", "up"), ("全月.年度均价", "single")):
        node = compiled(text)
        assert isinstance(node, t.TermRef) and node.where == where
    key = compiled("所属售电公司")
    assert isinstance(key, t.ParentKey) and key.type.nullable
    param = compiled("考核幅度")
    assert isinstance(param, t.ParamRef) and param.value == Fraction(1, 20)
    reading = compiled("reading.交易当日")
    assert isinstance(reading, t.ReadingRef) and reading.value == "交易前"


def test_date_ranges() -> None:
    assert isinstance(compiled("出具日期 属于 抄表周期"), t.InDates)
    assert isinstance(compiled("出具日期 不属于 抄表周期"), t.Not)
    assert isinstance(compiled("出具日期 属于 [2018-01-01 .. 2018-12-31]"), t.InRange)


def test_lookups_fit_their_keys() -> None:
    node = compiled('分档电价("免考", 结算月)')
    assert isinstance(node, t.LookupCall) and isinstance(node.args[0].type, OptionType)


def test_every_node_keeps_its_place() -> None:
    text = "如果 结算电量 为空 那么 最大值(合同电量 + 大电量, 0) 否则 四舍五入(结算电量 × 5%, 2)"
    for node in t.walk(compiled(text, expected=number("兆瓦时"))):
        assert node.span.text and node.span.text in text


def test_no_bare_literal_is_left() -> None:
    for text in ("0", "5", "0 + 0", "最大值(0, 0)", "合同电量 × 2 / 4", "如果 免考 那么 0 否则 0", "-0"):
        for node in t.walk(compiled(text)):
            assert not isinstance(node.type, NumberType) or node.type.unit is not None, text
