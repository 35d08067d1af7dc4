"""Formatting: what changes, what stays, and what the table of a rule file looks like afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.bar_format import aligned_rows
from policy_engine.rulefile.format_text import format_text


def formatted(text: str) -> str:
    report = Diagnostics()
    found = format_text(Source("x.yaml", text), report)
    assert found is not None, [str(item) for item in report.items]
    assert format_text(Source("x.yaml", found), Diagnostics()) == found
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("格式：1\n", "格式: 1\n"),
        ("格式：  1\n", "格式: 1\n"),
        ("主体:\n    用户:\n       代号: user\n", "主体:\n  用户:\n    代号: user\n"),
        ("参数:\n- {值: 1}\n-   值: 2\n    自: x\n", "参数:\n  - {值: 1}\n  -   值: 2\n      自: x\n"),
        ("＃ 说明　一：甲，｛乙｝\n格式: 1\n", "# 说明　一：甲，｛乙｝\n格式: 1\n"),
        ("格式: 1   # 注：甲　乙   \n\n\n标题:   甲\n\n\n", "格式: 1   # 注：甲　乙\n\n\n标题:   甲\n"),
        ("条款: 【甲，乙】\n", "条款: [甲，乙]\n"),
        ("标题: \"甲：乙\"\n文号: '1'\n", "标题: \"甲：乙\"\n文号: '1'\n"),
        ("参数:\n    a: {值: 1,\n       单位: 元}\n", "参数:\n  a: {值: 1,\n     单位: 元}\n"),
        ("a:\n   计算公式: 一\n     二\n", "a:\n  计算公式: 一\n    二\n"),
        ("a:\n   # 前\n   b: 1\n   # 后\n# 外\nc: 2\n", "a:\n  # 前\n  b: 1\n  # 后\n# 外\nc: 2\n"),
        ("格式: 1\r\n标题：甲\r\n", "格式: 1\r\n标题: 甲\r\n"),
        ("\ufeff格式: 1\n", "\ufeff格式: 1\n"),
        ("格式: 1", "格式: 1\n"),
        ("缘由: |\n    甲\n      乙\n\n    丙\n", "缘由: |\n  甲\n    乙\n\n  丙\n"),
        ("缘由: |2\n    甲\n", "缘由: |2\n    甲\n"),
        ("缘由: >+\n   甲\n\n\n", "缘由: >+\n  甲\n\n\n"),
    ],
)
def test_lines(before: str, after: str) -> None:
    assert formatted(before) == after


def test_a_comment_behind_a_table_stays_outside_of_it() -> None:
    before = "a:\n    表: |\n           |x|\n           |1|\n       # 注\n    条款: 一\n"
    assert formatted(before) == "a:\n  表: |\n    | x |\n    | 1 |\n  # 注\n  条款: 一\n"


def test_columns_are_aligned_by_what_is_seen() -> None:
    before = (
        "词条: |\n    |名称|代号|\n    |---|:---:|\n   ｜ 用电量 | energy ｜\n    | a\\|b |  |\n    |𠮷|x\n"
    )
    assert formatted(before) == (
        "词条: |\n"
        "  | 名称   | 代号   |\n"
        "  | ------ | :----: |\n"
        "  | 用电量 | energy |\n"
        "  | a\\|b   |        |\n"
        "  | 𠮷     | x      |\n"
    )


def test_dashes_in_a_row_of_values_are_values() -> None:
    assert aligned_rows(["| 名称 | b |", "| --- | x |"], "") == ["| 名称 | b |", "| ---  | x |"]


def test_a_column_that_is_kept_wide_stays_wide() -> None:
    rows = ["| a     | b |", "| xx    | c |"]
    assert aligned_rows(rows, "") == rows
    assert aligned_rows([rows[0], "| xx | c |"], "") == ["| a  | b |", "| xx | c |"]


def test_a_long_last_cell_sticks_out() -> None:
    assert aligned_rows(["| a | b |", f"| x | {'长' * 30} |"], "") == ["| a | b |", f"| x | {'长' * 30} |"]
    assert aligned_rows(["| a | b |", f"| {'长' * 30} | x |"], "") == [
        f"| a{' ' * 59} | b |",
        f"| {'长' * 30} | x |",
    ]


def test_rows_without_the_cells_of_the_header_are_left_alone() -> None:
    assert aligned_rows(["| a | b |", "| x |"], "") is None


def test_bars_in_prose_are_no_table() -> None:
    text = "缘由: |\n  | 甲|乙 |\n"
    assert formatted(text) == text


def test_a_text_with_errors_is_not_formatted() -> None:
    report = Diagnostics()
    assert format_text(Source("x", "a: {b: 1\n"), report) is None
    assert report.errors


def test_many_comments_cost_no_more_than_their_number() -> None:
    text = "a: 1\n" + "   # 注\n" * 50_000 + "b: 2\n"
    assert formatted(text).count("\n") == 50_002


def test_shipped_files_are_formatted() -> None:
    for path in sorted((Path(__file__).parents[3] / "rules").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert formatted(text) == text, f"policy-engine format {path}"
