"""Good and bad expressions, one a line of ``cases.tsv``: what compiles, and which error stands where."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from feel_fake_scope import LEVEL, RETAILER, TIMING, USER, VERDICT, number

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, check_output, compile_expression, constant
from policy_engine.feel.types import BooleanType, DateRangeType, DateType, MonthType, TextType, Type

TYPES: dict[str, Type] = {
    "兆瓦时": number("兆瓦时"),
    "元": number("元", 2),
    "可空元": number("元", 2, nullable=True),
    "户": number("户", 0),
    "比例": number("", 4),
    "是否": BooleanType(),
    "考核结论": VERDICT,
    "令的先后": TIMING,
    "等级": LEVEL,
    "日期": DateType(),
    "月份": MonthType(),
    "日期区间": DateRangeType(),
    "文本": TextType(),
}
SCOPES = {"用户": USER, "售电公司": RETAILER}


def _cases() -> list[tuple[str, ...]]:
    lines = Path(__file__).with_name("cases.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


CASES = _cases()
GOOD = [c for c in CASES if c[3] == "ok"]
BAD = [c for c in CASES if c[3] != "ok"]


def compile_case(entity: str, use: str, text: str) -> object:
    scope = SCOPES[entity]
    kind, _, name = use.partition(":")
    fragment = Fragment.of(text)
    if kind == "单元格":
        column = compile_expression(Fragment.of(name), scope)
        return check_cell(fragment, column, scope)
    if kind == "结论":
        return check_output(fragment, TYPES[name], scope)
    if kind == "常数":
        return constant(fragment, TYPES[name])
    assert kind == "公式"
    return compile_expression(fragment, scope, TYPES[name])


@pytest.mark.parametrize(("entity", "use", "text", "_ok", "_column"), GOOD, ids=lambda v: v[:40])
def test_good(entity: str, use: str, text: str, _ok: str, _column: str) -> None:
    compile_case(entity, use, text)


@pytest.mark.parametrize(("entity", "use", "text", "code", "column"), BAD, ids=lambda v: v[:40])
def test_bad(entity: str, use: str, text: str, code: str, column: str) -> None:
    with pytest.raises(LoadError) as caught:
        compile_case(entity, use, text)
    first = caught.value.diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.column) == (code, int(column)), str(first)
    for lang in ("zh", "en"):
        told = first.message(lang) + (first.hint_text(lang) or "")
        assert not re.search(r"\{\w+\}", told), told


def test_every_code_has_a_case() -> None:
    codes = {c for c in all_codes() if c.startswith("PE20")}
    assert codes == {c[3] for c in BAD}


def test_every_code_has_a_full_page() -> None:
    for code, spec in all_codes().items():
        if code.startswith("PE20"):
            assert spec.cause and spec.example and spec.fix, code
            assert spec.message.zh and spec.message.en, code


def test_several_errors_of_one_expression_are_told_at_once() -> None:
    with pytest.raises(LoadError) as caught:
        compile_expression(Fragment.of("错甲 + 错乙 × (合同电量 + 电费)"), USER)
    assert [(d.code, d.span and d.span.column) for d in caught.value.diagnostics] == [
        ("PE2020", 1),
        ("PE2020", 6),
        ("PE2030", 12),
    ]


def test_spans_point_into_the_file() -> None:
    line = "  计算公式: 合同电量 + 错名\n"
    whole = Fragment.of("政策: 甲\n" + line, "rules/a.yaml")
    start = whole.text.index("合同电量")
    expression = whole.slice(start, start + len("合同电量 + 错名"))
    with pytest.raises(LoadError) as caught:
        compile_expression(expression, USER)
    assert str(caught.value.diagnostics[0].span) == "rules/a.yaml:2:16"
    assert caught.value.diagnostics[0].span.text == "错名"


def test_nullable_types_are_told_apart() -> None:
    """A guard for the table above: the types used there differ where it matters."""
    assert TYPES["可空元"] == replace(TYPES["元"], nullable=True)
