"""What a slip makes of an expression: the text of each mutant."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.library import load
from policy_engine.testing.mutants_feel import Around, in_cell, in_expression, moved, next_days
from policy_engine.testing.mutants_text import edited
from policy_engine.testing.mutants_words import Words


@pytest.fixture(scope="module")
def around() -> Around:
    return Around(Words(load("jibei/deviation", period="2018-06")), ("用户",), "用户.偏差电量")


def expressions(text: str, around: Around) -> set[str]:
    fragment = Fragment.of(text)
    return {edited(fragment.source, slip.edits) for slip in in_expression(fragment, around)}


def cells(text: str, around: Around) -> set[str]:
    fragment = Fragment.of(text)
    return {edited(fragment.source, slip.edits) for slip in in_cell(fragment, around)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a < 5", {"a <= 5", "a < 6", "a < 4"}),
        ("a ≥ 0.25", {"a > 0.25", "a ≥ 0.26", "a ≥ 0.24"}),
        ("a = 5%", {"a ≠ 5%", "a = 6%", "a = 4%"}),
        ("a 不超过 b", {"a 低于 b"}),
        ("a × b", {"a + b", "a ÷ b"}),
        ("(a - b) ÷ c", {"(a + b) ÷ c", "(a - b) × c"}),
        ("最大值(-a, b)", {"最小值(-a, b)", "最大值(a, b)"}),
        ("a 且 b 且 c", {"a 或 b 且 c", "a 且 b 或 c"}),
        ("(非 a) 或 b", {"(a) 或 b", "(非 a) 且 b"}),
        ("如果 a 那么 b 否则 c", {"如果 a 那么 c 否则 b"}),
        ("a 为空", {"a 不为空"}),
        ("a 属于 [b..c)", {"a 不属于 [b..c)", "a 属于 (b..c)", "a 属于 [b..c]"}),
        ("合计(x.y, 不计 z)", {"合计(x.y)"}),
        ("次月(a)", {"上月(a)"}),
        ("是", {"否"}),
    ],
)
def test_expressions(text: str, wanted: set[str], around: Around) -> None:
    assert expressions(text, around) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-", set()),
        (
            "超过 0 且 不超过 b",
            {"不低于 0 且 不超过 b", "超过 1 且 不超过 b", "超过 0 或 不超过 b", "超过 0 且 低于 b"},
        ),
        ("甲、乙", {"甲", "乙"}),
        ("[b..c]", {"(b..c]", "[b..c)"}),
        ("不为空", {"为空"}),
    ],
)
def test_cells(text: str, wanted: set[str], around: Around) -> None:
    assert cells(text, around) == wanted


def test_a_term_stands_for_another_of_its_unit(around: Around) -> None:
    found = expressions("实际用电量 - 合同电量", around)
    assert "结算电量 - 合同电量" in found or "合同电量 - 合同电量" in found
    assert not any("目录电价" in text or "免考" in text for text in found)


def test_options_stand_for_each_other(around: Around) -> None:
    assert expressions("考核结论 = “免考”", around) >= {"考核结论 = “无偏差考核电量”"}


def test_what_cannot_be_read_has_no_slips(around: Around) -> None:
    assert expressions("a + ", around) == set()


def test_numbers_and_days() -> None:
    assert moved("5") == ("6", "4")
    assert moved("0") == ("1",)
    assert moved("0.250") == ("0.251", "0.249")
    assert next_days("2018-06-01") == ("2018-06-02", "2018-05-31")
    assert next_days("未定") == ()
