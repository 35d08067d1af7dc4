"""Text to tree: precedence, spellings, spans, limits."""

from __future__ import annotations

import datetime as dt
import inspect
import sys
from fractions import Fraction

import pytest
from feel_fake_scope import USER

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast
from policy_engine.feel.check import compile_expression
from policy_engine.feel.grammar import grammar
from policy_engine.feel.keywords import split_keywords
from policy_engine.feel.parser import parse_expression, parse_unary_tests
from policy_engine.feel.printer import to_text
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.feel.values import Month


def parse(text: str) -> ast.Expr:
    return parse_expression(Fragment.of(text))


def cell(text: str) -> ast.Expr:
    return parse_unary_tests(Fragment.of(text))


@pytest.mark.parametrize(
    ("written", "grouped"),
    [
        ("a + b × c", "a + (b × c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b × c", "(a / b) × c"),
        ("-a + b", "(-a) + b"),
        ("-a ** 2", "(-a) ** 2"),
        ("a ** 2 × b", "(a ** 2) × b"),
        ("a + b > c", "(a + b) > c"),
        ("非 a = b", "非 (a = b)"),
        ("非 a 且 b", "(非 a) 且 b"),
        ("a 或 b 且 c", "a 或 (b 且 c)"),
        ("a 属于 [1 .. 2] 且 b", "(a 属于 [1 .. 2]) 且 b"),
        ("a 介于 1 和 2 且 b", "(a 介于 1 和 2) 且 b"),
        ("a between 1 and 2 and b", "(a between 1 and 2) and b"),
        ("a + b 为空", "(a + b) 为空"),
        ("如果 a 那么 b 否则 如果 c 那么 d 否则 e", "如果 a 那么 b 否则 (如果 c 那么 d 否则 e)"),
        ("如果 a 那么 b 否则 c + d", "如果 a 那么 b 否则 (c + d)"),
    ],
)
def test_precedence(written: str, grouped: str) -> None:
    assert parse(written) == parse(grouped)


def test_or_is_not_and() -> None:
    """The table above can fail: the other grouping is another tree."""
    assert parse("a 或 b 且 c") != parse("(a 或 b) 且 c")
    assert parse("-a ** 2") != parse("-(a ** 2)")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a 且 b", "a and b"),
        ("a 或 非 b", "a or not b"),
        ("非 (a)", "not(a)"),
        ("如果 a 那么 b 否则 c", "if a then b else c"),
        ("a 为空", "a is null"),
        ("a 不为空", "a is  not null"),
        ("a 属于 (1, 2)", "a in (1, 2)"),
        ("a 不属于 (1, 2)", "a not in (1, 2)"),
        ("a 介于 1 和 2", "a between 1 and 2"),
        ("是", "true"),
        ("是", "yes"),
        ("否", "false"),
        ("否", "no"),
        ("空", "null"),
        ("a 等于 1", "a = 1"),
        ("a 不等于 1", "a != 1"),
        ("a 超过 1", "a > 1"),
        ("a 不超过 1", "a <= 1"),
        ("a 不低于 1", "a >= 1"),
        ("a 低于 1", "a < 1"),
        ("a × b ÷ c", "a * b / c"),
        ("a ≥ 1", "a >= 1"),
        ("a ≤ 1", "a <= 1"),
        ("a ≠ 1", "a != 1"),
        ("f(a, 仅 b, 不计 c)", "f(a, only b, skip c)"),
        ("“甲”", '"甲"'),
        ("”甲“", '"甲"'),
        ('日期("2018-06-01") = a', '日期("2018-06-01") = a'),
        ("2018-06-01", '@"2018-06-01"'),
        ("2018年6月1日", '@"2018-06-01"'),
        ("2018年6月", '@"2018-06"'),
        ("ｆ".replace("ｆ", "f") + "（a，b）", "f(a, b)"),
        ("（a ＋ b）＞＝ １２．５％", "(a + b) >= 12.5%"),
        ("a － b − c – d", "a - b - c - d"),
        ("［1 .. 2）".replace("［", "a 属于 ［"), "a 属于 [1 .. 2)"),
        ("全月。均价", "全月.均价"),
        ("a\u3000且\u00a0b", "a 且 b"),
        ("a ！＝ b", "a != b"),
        (".5", "0.5"),
        ("5兆瓦时", "5 兆瓦时"),
        ("5 ％", "5%"),
        ("1‰", "0.1%"),
        ("a\n  且 b", "a 且 b"),
    ],
)
def test_two_spellings_of_one_tree(one: str, other: str) -> None:
    assert parse(one) == parse(other)


def test_literals() -> None:
    span = Fragment.of("x").span()
    assert parse("5%") == ast.Number(span, Fraction(1, 20), DIMENSIONLESS)
    assert parse("0.10") == ast.Number(span, Fraction(1, 10))
    assert parse("2018-06") == ast.MonthLiteral(span, Month(2018, 6))
    assert parse("2018-06-01") == ast.Date(span, dt.date(2018, 6, 1))
    assert parse('"甲，（乙）５"') == ast.Text(span, "甲，（乙）５")
    assert parse(r'"a\"\\\n\u4e2d"') == ast.Text(span, 'a"\\\n中')
    assert parse('“a\\b"c”') == ast.Text(span, 'a\\b"c')


def test_subtraction_of_bare_numbers_is_not_a_month() -> None:
    assert isinstance(parse("1000-10"), ast.Arith)
    assert isinstance(parse("2018-13"), ast.Arith)
    assert isinstance(parse("2018 - 06"), ast.Arith)


@pytest.mark.parametrize(
    ("text", "unit", "rest"),
    [
        ("100 元/户", "元/户", None),
        ("100 元/户数", "元", "户数"),
        ("100 元 / 户", "元", "户"),
        ("100 元／兆瓦时", "元/兆瓦时", None),
        ("30 元/千瓦·月", "元/千瓦·月", None),
        ("5 天", "天", None),
    ],
)
def test_the_longest_unit_belongs_to_the_number(text: str, unit: str, rest: str | None) -> None:
    tree = parse(text)
    number = tree.left if isinstance(tree, ast.Arith) else tree
    assert isinstance(number, ast.Number) and number.unit is not None and number.unit.name == unit
    divisor = tree.right if isinstance(tree, ast.Arith) else None
    assert (divisor.text if isinstance(divisor, ast.Name) else None) == rest


def test_open_ranges_and_groups_share_a_bracket() -> None:
    for text, low, high in (("(1 .. 2)", False, False), ("(1 .. 2]", False, True), ("[1 .. 2)", True, False)):
        tree = parse(f"a 属于 {text}")
        assert isinstance(tree, ast.In) and isinstance(tree.target, ast.Range)
        assert (tree.target.low_inclusive, tree.target.high_inclusive) == (low, high)
    assert isinstance(parse("a 属于 (b)"), ast.In)
    nested = parse("a 属于 ((b + 1) × 2 .. (c)]")
    assert isinstance(nested, ast.In) and isinstance(nested.target, ast.Range)


def test_the_grammar_has_no_conflict() -> None:
    """``strict`` refuses any; that it was asked for is what we check."""
    assert grammar().lark.options.strict


def test_a_slip_is_told_after_a_host_has_thrown_lark_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As pytest does behind a session within a session, in which lark came in first."""
    parse("a + b")
    for name in [m for m in sys.modules if m.partition(".")[0] == "lark"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(LoadError) as told:
        parse("a b")
    assert told.value.code == "PE2009"


def test_spans_cover_what_was_written() -> None:
    tree = parse("(a + b) × 最大值(c, 0)")
    assert isinstance(tree, ast.Arith)
    assert tree.span.text == "(a + b) × 最大值(c, 0)"
    assert tree.left.span.text == "(a + b)"
    assert tree.right.span.text == "最大值(c, 0)"


def test_any_cell() -> None:
    for dash in ("-", " - ", "－", "−", "–"):
        assert isinstance(cell(dash), ast.Any)
    assert isinstance(cell("-5"), ast.Neg)


def test_cells_are_alternatives() -> None:
    assert cell("1、2") == cell("1, 2") == cell("1 ， 2")
    assert isinstance(cell("超过 1 且 低于 5"), ast.And)
    assert cell("超过 1 且 低于 5、9") == cell("(超过 1 且 低于 5)、9")


@pytest.mark.parametrize("text", ["(" * 49 + "1" + ")" * 49, "-" * 90 + "1", "+".join("a" * 95)])
def test_reasonable_depth_is_fine(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "[" * 3000,
        "-" * 3000,
        "非 " * 1300 + "a",
        "+".join("a" * 1500),
        "f(" * 1500,
        "a 且 (" * 600,
    ],
)
def test_no_text_crashes_the_parser(text: str) -> None:
    with pytest.raises(LoadError):
        parse(text)


def test_keywords_are_found_in_words() -> None:
    assert split_keywords("非免考") == ("非", "免考")
    assert split_keywords("免考且x") == ("免考", "且", "x")
    assert split_keywords("x不超过5") == ("x", "不超过", "5")
    assert split_keywords("如果免考那么1否则2") == ("如果", "免考", "那么", "1", "否则", "2")
    assert split_keywords("合同电量") == ("合同电量",)
    assert split_keywords("1号机组") == ("1号机组",)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("免考 且x", "且 x"),
        ("a AND b", "`and`"),
        ("round half up(a, 2)", "round_half_up"),
        ("a b", "缺运算符"),
        ("a == b", "`=`"),
        ("a & b", "`且`"),
        ("a \u200b+ b", "看不见"),
        ("5 且a", "“且”两边要有空格"),
    ],
)
def test_hints(text: str, advice: str) -> None:
    with pytest.raises(LoadError) as caught:
        parse(text)
    assert advice in (caught.value.diagnostics[0].hint_text() or "")


def test_braces_in_the_file_do_not_break_messages() -> None:
    with pytest.raises(LoadError) as caught:
        parse('"{x} {')
    assert caught.value.diagnostics[0].message("en")


def test_normalised_text() -> None:
    messy = "if（a>=1 and  b is null）then max(c，0) else 5％*x"
    assert to_text(parse(messy)) == "如果 a >= 1 且 b 为空 那么 最大值(c, 0) 否则 5% × x"
    assert to_text(parse(messy), "en") == "if a >= 1 and b is null then max(c, 0) else 5% * x"
    assert to_text(cell("> 0 and <= a")) == "超过 0 且 不超过 a"


DEEPEST = {
    "sum": "+".join(["合同电量"] * 99),
    "minus": "-" * 98 + "合同电量",
    "if": "如果 免考 那么 0 否则 " * 98 + "合同电量",
    "calls": "最大值(" * 49 + "合同电量" + ", 0)" * 49,
    "logic": "免考 且 (停产 或 (" * 24 + "免考" + "))" * 24,
}


@pytest.mark.parametrize("text", DEEPEST.values(), ids=DEEPEST)
def test_the_deepest_tree_fits_a_stack_that_is_half_used(text: str) -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 700)
    try:
        compile_expression(Fragment.of(text), USER)
    finally:
        sys.setrecursionlimit(limit)
