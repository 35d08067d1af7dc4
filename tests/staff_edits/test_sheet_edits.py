"""What staff do in Excel to a table that stands in a workbook beside the rule file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policy_engine.diagnostics.errors import LoadError
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy

HEAD = """# language: zh-CN
格式: 1
政策: t/sheet
标题: 试行办法
发文机关: 某省能源局
施行: {自: 2018-06-01, 至: 未定, 按: 办理日}
条款:
  一: {位置: 第一条, 摘要: 略}
主体:
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称     | 代号        | 类型 | 单位 | 小数位 | 范围    |
  | 用户 | 电价档次 | price_class | 文本 |      |        |         |
  | 用户 | 加价     | surcharge   | 比例 |      | 4      | 0 至 1  |
"""
IN_FILE = "参数: {文件: 参数.xlsx}\n对照表:\n  加价: {表: {文件: 加价.xlsx}}\n"
IN_TEXT = """参数:
  幅度: {值: 5%, 自: 2018-06-01, 至: 未定, 来源: 原文, 条款: 一}
对照表:
  加价:
    表: |
      | 电价档次 | 加价 |
      | 甲       | 5%   |
      | 乙       | 10%  |
"""
PARAMETERS = [["名称", "值", "自", "至", "来源", "条款"], ["幅度", "5%", "2018-06-01", "未定", "原文", "一"]]
LOOKUP = [["电价档次", "加价"], ["甲", "5%"], ["乙", "10%"]]

Sheet = Any  # of openpyxl


def _book(path: Path, rows: list[list[str]], change: Callable[[Sheet], None] | None = None) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    book.save(path)


def _load(folder: Path) -> Policy:
    return load("t/sheet", on="2018-06-01", rules=folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "规则.yaml").write_text(HEAD + IN_FILE, encoding="utf-8")
    _book(tmp_path / "参数.xlsx", PARAMETERS)
    _book(tmp_path / "加价.xlsx", LOOKUP)
    return tmp_path


def test_a_table_in_a_workbook_means_what_it_means_in_the_file(folder: Path, tmp_path: Path) -> None:
    digest = _load(folder).digest
    (tmp_path / "规则.yaml").write_text(HEAD + IN_TEXT, encoding="utf-8")
    assert _load(folder).digest == digest


def _percent_typed(sheet: Sheet) -> None:
    """Excel makes a number of 5% as soon as it is typed."""
    sheet["B2"], sheet["B3"] = Decimal("0.05"), Decimal("0.1")
    sheet["B2"].number_format = sheet["B3"].number_format = "0%"


def _plain_number(sheet: Sheet) -> None:
    sheet["B2"], sheet["B3"] = 0.05, 0.1


@pytest.mark.parametrize("change", [_percent_typed, _plain_number])
def test_cells_typed_as_numbers(folder: Path, change: Callable[[Sheet], None]) -> None:
    digest = _load(folder).digest
    _book(folder / "加价.xlsx", LOOKUP, change)
    assert _load(folder).digest == digest


def _date_typed(sheet: Sheet) -> None:
    sheet["B2"] = 0.05
    sheet["C2"] = dt.datetime(2018, 6, 1)
    sheet["C2"].number_format = "yyyy/m/d"


def test_cells_typed_as_dates(folder: Path) -> None:
    digest = _load(folder).digest
    _book(folder / "参数.xlsx", PARAMETERS, _date_typed)
    assert _load(folder).digest == digest


def _merged(sheet: Sheet) -> None:
    """Both classes pay the same: the cell is merged, and the second row has none of its own."""
    sheet["B3"] = None
    sheet.merge_cells("B2:B3")


def test_merged_cells(folder: Path) -> None:
    _book(folder / "加价.xlsx", LOOKUP, _merged)
    with pytest.raises(LoadError) as error:
        _load(folder)
    (told,) = error.value.diagnostics
    assert told.span is not None
    assert "加价.xlsx" in f"{told.message()}{told.span}{told.span.source.name}"
    assert "合并" in told.message() + (told.hint_text() or "")
