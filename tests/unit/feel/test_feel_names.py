"""Advice for names nobody knows."""

from __future__ import annotations

import pytest
from feel_fake_scope import RETAILER, USER

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, compile_expression


def advice(text: str, entity: str = "用户") -> str:
    with pytest.raises(LoadError) as caught:
        compile_expression(Fragment.of(text), USER if entity == "用户" else RETAILER)
    return caught.value.diagnostics[0].hint_text() or ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("合同电两", "“合同电量”"),
        ("非免考", "`非 免考`"),
        ("免考且停产", "`免考 且 停产`"),
        ("如果免考那么1否则2", "`如果 免考 那么 1 否则 2`"),
        ("偏差电量超过5", "`偏差电量 超过 5`"),
        ("全月.年均价", "“全月.年度均价”"),
        ("口径.交易当天", "“口径.交易当日”"),
        ("合同电量 + 最大值", "要带括号"),
        ("电费 / 亿千瓦时", "单位要紧跟在数后面"),
        ("出具层级 不低于 县", '`"县"`'),
        ("审核部门(廊坊)", '`"廊坊"`'),
        ("四舍五人(合同电量, 0)", "“四舍五入”"),
        ("合同电量(3)", "相乘要写 `×`"),
        ('考核结论 = "免于考核"', "是否想写“免予考核”？可选：无偏差考核电量、免予考核、应予考核、免考"),
        ("合同电量 > 5", "`5 兆瓦时`"),
        ("完成率 > 5", "`5%`"),
        ("结算电量 > 0", "首个有值(结算电量, …)"),
    ],
)
def test_advice(text: str, told: str) -> None:
    assert told in advice(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("合计(合同电量)", "“用户.合同电量”"),
        ("计数(打包用护)", "计数(用户)"),
        ("用户.合同电量", "合计(用户.合同电量)"),
    ],
)
def test_advice_about_totals(text: str, told: str) -> None:
    assert told in advice(text, "售电公司")


def test_keywords_run_into_option_names() -> None:
    column = compile_expression(Fragment.of("考核结论"), USER)
    with pytest.raises(LoadError) as caught:
        check_cell(Fragment.of("非免考"), column, USER)
    assert "`非 免考`" in (caught.value.diagnostics[0].hint_text() or "")


def test_english_twins() -> None:
    with pytest.raises(LoadError) as caught:
        compile_expression(Fragment.of("合同电量 + 免考"), USER)
    assert caught.value.diagnostics[0].message("en") == "expected a number, found yes or no"
