"""Facts as people hand them in: what is taken exactly, what is refused, never what was probably meant."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | 又名 抄表电量 | 0 至 1000
    用户 | 单价 | price | 电价 | 元/兆瓦时 | 3 | 默认 1.5 | 0 至 1000
    用户 | 上限 | cap | 金额 | 元 | 2 | 可空 | 0 至 1000
    用户 | 特殊 | special | 是否 | | | 默认 否 |
    用户 | 类别 | kind | 选项 | | | 可空 | 甲类、乙类
    用户 | 日子 | day | 日期 | | | 可空 |
    用户 | 备注 | note | 文本 | | | 可空 |
    用户 | 电费 | fee | 金额 | 元 | 6 | |
"""
DECISION = """
    用户.电费:
      计算公式: 如果 特殊 或 (类别 不为空 且 类别 = "乙类") 那么 首个有值(上限, 0 元) 否则 电量 × 单价
"""
READ_ALL = '校验:\n  用户.读: {须: 日子 为空 或 备注 为空 或 日子 > @"2000-01-01" 或 备注 = "x"}'


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(rule_file(DECISION, terms=TERMS, more=READ_ALL))


def one(policy: Policy, **facts: object) -> Result:
    return evaluate(policy, {"user": [{"user_id": "1", **facts}]})


@pytest.mark.parametrize(
    "given",
    [
        "1.25",
        Decimal("1.25"),
        Fraction(5, 4),
        "1.250000",
        " 1.25 ",
        "１．２５",
        "1.25e0",
        ("1.25", "兆瓦时"),
        ("0.125", "万千瓦时"),
        (Decimal("1250"), "千瓦时"),
        (1250, "kWh"),
    ],
)
def test_a_quantity_is_taken_exactly(policy: Policy, given: object) -> None:
    assert one(policy, energy=given).row("user", "1").values["energy"] == Fraction(5, 4)


@pytest.mark.parametrize("given", [1.25, 0.0, 3.0, float("nan"), (1.25, "兆瓦时"), (1.0, "兆瓦时")])
def test_a_binary_float_is_refused_even_when_it_looks_whole(policy: Policy, given: object) -> None:
    assert codes(lambda: one(policy, energy=given)) == ["PE6018"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("约500", "PE6030"),
        ("-", "PE6030"),
        ("1,25", "PE6030"),
        (True, "PE6030"),
        (Decimal("NaN"), "PE6030"),
        (Decimal("Infinity"), "PE6030"),
        (bytearray(b"1"), "PE6030"),
        ([1], "PE6030"),
        (dt.date(2018, 6, 1), "PE6030"),
        ((1, 2, 3), "PE6030"),
        ("1.2345", "PE6032"),
        (Fraction(1, 3), "PE6032"),
        (("12345", "千瓦时"), None),
        (("12345.6", "千瓦时"), "PE6032"),
        ("-0.001", "PE6033"),
        ("1000.001", "PE6033"),
        (("1", "元"), "PE6034"),
        (("1", "兆瓦"), "PE6034"),
        (("1", ""), "PE6034"),
        ("#DIV/0!", "PE6019"),
        ("", "PE6016"),
        (None, "PE6016"),
    ],
)
def test_a_quantity_that_cannot_be_used(policy: Policy, given: object, code: str | None) -> None:
    assert codes(lambda: one(policy, energy=given)) == ([code] if code else [])


def test_a_number_too_long_to_be_written_out_is_refused(policy: Policy) -> None:
    far = [10**5000, -(10**5000), "9" * 6000, "0." + "1" * 6000, Fraction(1, 10**5000)]
    for given in (*far, Decimal("1E+1000000"), Decimal("1E-1000000"), Decimal("0E+1000000")):
        assert codes(lambda given=given: one(policy, energy=given)) == ["PE6030"]


@pytest.mark.parametrize(
    ("given", "taken"), [("0", 0), ("-0", 0), ("1000", 1000), ("1,000", 1000), ("100%", 1)]
)
def test_the_ends_of_the_range_belong_to_it(policy: Policy, given: str, taken: int) -> None:
    assert one(policy, energy=given).row("user", "1").values["energy"] == taken


def test_a_blank_takes_the_default_or_stays_empty(policy: Policy) -> None:
    values = one(policy, energy="2", price="", cap=None, special="  ").row("user", "1").values
    assert (values["price"], values["cap"], values["special"]) == (Fraction(3, 2), None, False)
    assert values["fee"] == 3


def test_other_types(policy: Policy) -> None:
    row = one(policy, energy="1", special="是", kind="乙类", day="2018年6月1日", note=12).row("user", "1")
    assert row.values["day"] == dt.date(2018, 6, 1)
    assert row.values["note"] == "12"
    assert row.values["fee"] == 0


@pytest.mark.parametrize(
    ("column", "given", "code"),
    [
        ("special", "也许", "PE6030"),
        ("kind", "丙类", "PE6030"),
        ("kind", "甲类、乙类", "PE6030"),
        ("day", "2018-02-30", "PE6030"),
        ("day", 20180601.0, "PE6018"),
        ("note", "长" * 4001, "PE6031"),
        ("note", ["x"], "PE6030"),
    ],
)
def test_other_types_that_cannot_be_used(policy: Policy, column: str, given: object, code: str) -> None:
    assert codes(lambda: one(policy, energy="1", **{column: given})) == [code]


# -- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "energy",
        "电量",
        "抄表电量",
        "电量（兆瓦时）",
        "电量(MWh)",
        "电 量",
        "抄表电量【兆瓦时】",
        "电量\n（兆瓦时）",
    ],
)
def test_a_column_by_id_name_alias_and_unit(policy: Policy, header: str) -> None:
    assert (
        evaluate(policy, {"用户": [{"用户编号": "1", header: "2"}]}).value("user", "1", "电费").text
        == "3.000000"
    )


def test_the_unit_in_a_header_converts(policy: Policy) -> None:
    result = evaluate(
        policy, {"user": [{"user_id": "1", "电量（万千瓦时）": "0.2", "单价（元/千瓦时）": "0.001"}]}
    )
    assert result.value("user", "1", "fee").text == "2.000000"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"user_id": "1", "电量（元）": "2"}, "PE6041"),
        ({"user_id": "1", "电量": "2", "抄表电量": "3"}, "PE6040"),
        ({"user_id": "1", "energy": "2", "电量（千瓦时）": "2000"}, "PE6040"),
        ({"energy": "2"}, "PE6042"),
        ({"user_id": "1"}, "PE6042"),
        ({"user_id": "1", "energy": "2", "cap_": "3"}, "PE6045"),
        ({"user_id": "1", "enregy": "2"}, "PE6042"),
    ],
)
def test_columns_that_cannot_be_used(policy: Policy, row: dict[str, str], code: str) -> None:
    assert codes(lambda: evaluate(policy, {"user": [row]}))[:1] == [code]


def test_a_table_without_a_name_is_called_by_its_entity(policy: Policy) -> None:
    from policy_engine.engine.evaluate import assess
    from policy_engine.engine.facts import FactRow, FactTable

    table = FactTable("用户", ("user_id",), (FactRow(("1",), 1),))
    with pytest.raises(InputError) as refused:
        assess(policy, [table])
    assert refused.value.diagnostics[0].message().startswith("用户：缺少“")


def test_an_unknown_column_is_noted_not_used(policy: Policy) -> None:
    from policy_engine.engine.evaluate import assess
    from policy_engine.engine.facts import tables_from_mapping

    facts = {"user": [{"user_id": "1", "energy": "1", "联系电话": "139"}]}
    assessment = assess(policy, tables_from_mapping(policy, facts))
    assert [n.code for n in assessment.notes] == ["PE6043"]
    assert "联系电话" in assessment.notes[0].message()


# -- keys ------------------------------------------------------------------------------------------


def test_a_key_is_text_with_all_its_zeros(policy: Policy) -> None:
    rows = [{"user_id": k, "energy": "1"} for k in ("001234", "1234", "01234", "1234.0", "１２３４")]
    assert evaluate(policy, {"user": rows}).keys("user") == ("001234", "1234", "01234", "1234.0", "１２３４")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "PE6011"),
        (None, "PE6011"),
        ("  ", "PE6011"),
        (1234.0, "PE6018"),
        (True, "PE6030"),
        ("#N/A", "PE6019"),
        ("9" * 201, "PE6031"),
    ],
)
def test_a_key_that_is_none(policy: Policy, key: object, code: str) -> None:
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": key, "energy": "1"}]})) == [code]


def test_a_key_twice_is_an_error_of_both_rows(policy: Policy) -> None:
    rows = [
        {"user_id": "1", "energy": "1"},
        {"user_id": " 1", "energy": "1"},
        {"user_id": "2", "energy": "1"},
    ]
    assert codes(lambda: evaluate(policy, {"user": rows})) == ["PE6012", "PE6012"]


def test_a_parent_that_is_not_in_its_table(policy: Policy) -> None:
    rows = [{"user_id": "1", "energy": "1", "retailer_id": "S2"}]
    with pytest.raises(InputError) as error:
        evaluate(policy, {"user": rows, "retailer": [{"retailer_id": "S1"}]})
    assert error.value.code == "PE6014"
    assert (
        codes(lambda: evaluate(policy, {"user": rows})) == []
    )  # no table of retailers: made from the references


# -- tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"usr": []}, "PE6002"),
        ({"user": "1"}, "PE6003"),
        ({"user": 5}, "PE6003"),
        ({"user": [1]}, "PE6003"),
        ({"user": [], "用户": []}, "PE6004"),
        ({"user": [], "market": [{}, {}]}, "PE6005"),
    ],
)
def test_facts_of_a_wrong_shape(policy: Policy, facts: dict[str, object], code: str) -> None:
    assert codes(lambda: evaluate(policy, facts)) == [code]


def test_a_member_who_is_not_covered_is_refused_by_code() -> None:
    more = "不适用: {发电企业: {代号: generator, 原因: 没有写}}"
    policy = policy_of(rule_file(DECISION, terms=TERMS, more=more))
    for name in ("generator", "发电企业"):
        assert codes(lambda name=name: evaluate(policy, {name: [{"id": "1"}], "user": []})) == ["PE6001"]


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2018-06", []), ("2018年6月", []), ("", []), ("2018-07", ["PE6010"]), ("六月", ["PE6030"])],
)
def test_a_row_of_another_month_is_refused(policy: Policy, month: str, expected: list[str]) -> None:
    row = {"user_id": "1", "energy": "1", "结算月": month}
    assert codes(lambda: evaluate(policy, {"user": [row]})) == expected


def test_a_result_handed_back_in_is_decided_afresh(policy: Policy) -> None:
    assert one(policy, energy="2", 电费="999").value("user", "1", "fee").text == "3.000000"


def test_the_calendar_has_an_end() -> None:
    terms = "全月 | 某月 | m | 月份 | | | |\n全月 | 出账 | b | 月份 | | | |"
    policy = policy_of(rule_file("全月.出账: {计算公式: 次月(某月)}", terms=terms))
    assert str(evaluate(policy, {"market": {"m": "2018-12"}}).value("market", "", "b").value) == "2019-01"
    assert codes(lambda: evaluate(policy, {"market": {"m": "9999-12"}})) == ["PE6030"]
    policy = policy_of(rule_file("全月.出账: {计算公式: 上月(某月)}", terms=terms))
    assert str(evaluate(policy, {"market": {"m": "2018-01"}}).value("market", "", "b").value) == "2017-12"
    assert codes(lambda: evaluate(policy, {"market": {"m": "0001-01"}})) == ["PE6030"]
