"""docs/expressions.md: its examples do what it says, and its tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from feel_fake_scope import RETAILER, USER

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import check_cell, compile_expression
from policy_engine.feel.functions import FUNCTION_NAMES
from policy_engine.feel.keywords import KEYWORDS
from policy_engine.feel.units import BASE_UNITS

PAGE = Path(__file__).parents[3] / "docs" / "expressions.md"
TEXT = PAGE.read_text(encoding="utf-8")
FENCE = re.compile(r"^```feel(?P<options>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)


def _examples() -> list[tuple[str, str, str, str]]:
    """(scope, column of a cell, expected code, text)"""
    found = []
    for fence in FENCE.finditer(TEXT):
        options = dict(option.split("=") for option in fence["options"].split())
        for line in fence["body"].splitlines():
            scope, cell = options.get("scope", "用户"), options.get("cell", "")
            found.append((scope, cell, options.get("error", ""), line))
    return found


EXAMPLES = _examples()


@pytest.mark.parametrize(("entity", "cell", "code", "text"), EXAMPLES, ids=[e[3] for e in EXAMPLES])
def test_examples(entity: str, cell: str, code: str, text: str) -> None:
    scope = USER if entity == "用户" else RETAILER

    def run() -> object:
        if cell:
            return check_cell(Fragment.of(text), compile_expression(Fragment.of(cell), scope), scope)
        return compile_expression(Fragment.of(text), scope)

    if not code:
        run()
        return
    with pytest.raises(LoadError) as caught:
        run()
    assert caught.value.code == code


def test_there_are_examples_of_every_kind() -> None:
    assert len(EXAMPLES) > 50
    assert {e[1] for e in EXAMPLES} >= {"", "偏差电量", "考核结论", "出具层级", "结算电量"}
    assert sum(1 for e in EXAMPLES if e[2]) >= 5


def test_every_keyword_is_in_the_table() -> None:
    table = TEXT.split("## 关键词对照")[1]
    for keyword in KEYWORDS:
        for word in (keyword.zh, keyword.sign or keyword.en):
            assert word in table, word


def test_every_function_is_listed() -> None:
    section = TEXT.split("## 函数")[1].split("## 条件单元格")[0]
    for name in FUNCTION_NAMES:
        assert re.search(rf"(?<!\w){name}(?!\w)", section), name


def test_every_unit_is_listed() -> None:
    section = TEXT.split("## 单位")[1].split("## 小数位")[0]
    for name in BASE_UNITS:
        assert name in section, name


def test_the_codes_named_exist() -> None:
    codes = sorted(c for c in all_codes() if c.startswith("PE20"))
    assert f"{codes[0]} 到 {codes[-1]}" in TEXT
