"""Print a tree, parse the text: the same tree. And no text at all makes the parser do anything but refuse."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast
from policy_engine.feel.keywords import BY_WORD
from policy_engine.feel.parser import parse_expression, parse_unary_tests
from policy_engine.feel.printer import to_text
from policy_engine.feel.typed import ArithOp, CompareOp
from policy_engine.feel.units import BASE_UNITS, DIMENSIONLESS, parse_unit
from policy_engine.feel.values import Month

SPAN = Fragment.of("x").span()
UNITS = [parse_unit(u) for u in ("兆瓦时", "元", "元/兆瓦时", "户", "元/千瓦·月", "天")]

names = st.sampled_from(
    ("合同电量", "免考", "x", "a1", "全月.均价", "口径.甲", "所属售电公司", "月份", "度")
).map(lambda n: ast.Name(SPAN, tuple(n.split("."))))
decimals = st.integers(0, 10**8).map(lambda n: Fraction(n, 1000))
numbers = st.builds(
    lambda value, unit: ast.Number(SPAN, value, unit),
    decimals,
    st.sampled_from([None, DIMENSIONLESS, *UNITS]),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(lambda v: ast.Text(SPAN, v))
atoms = st.one_of(
    names,
    numbers,
    texts,
    st.booleans().map(lambda v: ast.Bool(SPAN, v)),
    st.just(ast.Null(SPAN)),
    st.dates(min_value=dt.date(1, 1, 1)).map(lambda d: ast.Date(SPAN, d)),
    st.builds(lambda y, m: ast.MonthLiteral(SPAN, Month(y, m)), st.integers(1, 9999), st.integers(1, 12)),
)


def grown(parts: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    """One more layer of an expression."""
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    calls = st.builds(
        lambda name, args, only: ast.Call(SPAN, ast.Name(SPAN, (name,)), (*args, *only)),
        st.sampled_from(("最大值", "四舍五入", "合计", "次月", "审核部门")),
        several,
        st.lists(st.builds(lambda c, s: ast.Filter(SPAN, c, s), parts, st.booleans()), max_size=1).map(tuple),
    )
    return st.one_of(
        st.builds(lambda op, a, b: ast.Arith(SPAN, op, a, b), st.sampled_from(ArithOp), parts, parts),
        st.builds(lambda op, a, b: ast.Compare(SPAN, op, a, b), st.sampled_from(CompareOp), parts, parts),
        st.builds(lambda a, b: ast.Power(SPAN, a, b), parts, parts),
        parts.map(lambda a: ast.Neg(SPAN, a)),
        parts.map(lambda a: ast.Not(SPAN, a)),
        several.map(lambda items: ast.And(SPAN, items)),
        several.map(lambda items: ast.Or(SPAN, items)),
        st.builds(lambda a, b, c: ast.If(SPAN, a, b, c), parts, parts, parts),
        st.builds(lambda a, n: ast.IsNull(SPAN, a, n), parts, st.booleans()),
        st.builds(lambda a, b, c: ast.Between(SPAN, a, b, c), parts, parts, parts),
        st.builds(lambda a, b, n: ast.In(SPAN, a, b, n), parts, targets(parts), st.booleans()),
        calls,
    )


def ranges(parts: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    return st.builds(
        lambda a, x, b, y: ast.Range(SPAN, a, x, b, y), parts, st.booleans(), parts, st.booleans()
    )


def leaves(parts: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    """Tests without a left side."""
    return st.one_of(
        parts,
        ranges(parts),
        st.builds(lambda op, a: ast.CompareTest(SPAN, op, a), st.sampled_from(CompareOp), parts),
        st.booleans().map(lambda n: ast.NullTest(SPAN, n)),
        st.builds(lambda a, b: ast.BetweenTest(SPAN, a, b), parts, parts),
    )


def targets(parts: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    items = st.lists(leaves(parts), min_size=1, max_size=3).map(lambda i: ast.Items(SPAN, tuple(i)))
    return st.one_of(leaves(parts), items)


expressions = st.recursive(atoms, grown, max_leaves=12)


def cells() -> st.SearchStrategy[ast.Expr]:
    simple = leaves(expressions)
    several = st.lists(simple, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        simple,
        st.builds(lambda a, n: ast.InTest(SPAN, a, n), targets(atoms), st.booleans()),
        several.map(lambda items: ast.And(SPAN, items)),
        several.map(lambda items: ast.Items(SPAN, items)),
        simple.map(lambda item: ast.Not(SPAN, item)),
    )


@settings(max_examples=400, deadline=None)
@given(expressions, st.sampled_from(("zh", "en")))
def test_an_expression_survives_printing(expr: ast.Expr, lang: str) -> None:
    text = to_text(expr, lang)
    again = parse_expression(Fragment.of(text))
    assert to_text(again, "zh") == to_text(expr, "zh"), text
    if lang == "zh":
        assert again == expr, text


@settings(max_examples=200, deadline=None)
@given(cells())
def test_a_cell_survives_printing(expr: ast.Expr) -> None:
    text = to_text(expr)
    assert parse_unary_tests(Fragment.of(text)) == expr, text


WORDS = [
    *BY_WORD,
    *BASE_UNITS,
    "x",
    "合同电量",
    "(",
    ")",
    "[",
    "]",
    "..",
    ",",
    "、",
    "5",
    "0.5",
    '"',
    "“",
    "”",
]
WORDS += [
    "+",
    "-",
    "×",
    "/",
    "**",
    "=",
    "<",
    "≥",
    ".",
    "?",
    "@",
    "%",
    "最大值",
    " ",
    "（",
    "，",
    "is",
    "2018-06",
]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join), st.text(max_size=40)))
def test_any_text_is_a_tree_or_a_coded_error(text: str) -> None:
    for parse in (parse_expression, parse_unary_tests):
        try:
            tree = parse(Fragment.of(text))
        except LoadError as error:
            assert all(d.code.startswith("PE20") and d.span is not None for d in error.diagnostics)
            assert error.diagnostics[0].message("en") and error.diagnostics[0].message("zh")
        else:
            assert parse(Fragment.of(to_text(tree))) == tree
