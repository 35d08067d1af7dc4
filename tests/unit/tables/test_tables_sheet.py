"""One sheet as it stands: exact text, percentages, and a note of what nobody wrote there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_engine.tables.csv_sheet import read_csv_sheet
from policy_engine.tables.number_format import shown_places
from policy_engine.tables.sheet import Mark, NoSuchSheet
from policy_engine.tables.xlsx_noted import read_xlsx_sheet

Book = Callable[..., Path]


@pytest.mark.parametrize(
    ("format_id", "code", "places"),
    [
        (0, None, None),
        (1, None, 0),
        (2, None, 2),
        (9, None, 0),
        (10, None, 2),
        (49, None, None),
        (164, "0", 0),
        (164, "0.0%", 1),
        (164, "#,##0.00;[Red]-#,##0.00", 2),
        (164, '0.000" 元"', 3),
        (164, "General", None),
        (164, "0.00E+00", None),
        (164, "# ?/?", None),
        (164, "@", None),
        (164, '"约 0.0"', None),
    ],
)
def test_how_many_places_a_format_shows(format_id: int, code: str | None, places: int | None) -> None:
    assert shown_places(format_id, code) == places


@pytest.mark.parametrize(
    ("number", "code", "text", "mark"),
    [
        (0.05, "0%", "5%", None),
        (0.07, "0%", "7%", None),
        (0.054, "0%", "5.4%", Mark.ROUNDED),
        (0.054, "0.0%", "5.4%", None),
        (1, "0%", "100%", None),
        (12, "0.00%", "1200%", None),
        (0, "0%", "0%", None),
        (-0.005, "0.0%", "-0.5%", None),
        (1.255, "0.00", "1.255", Mark.ROUNDED),
        (1.5, "#,##0.00", "1.5", None),
        (1234567, "#,##0", "1234567", None),
        (0.1234567890123456, "General", "0.1234567890123456", Mark.LOSSY),
        (1e21, "0", "1000000000000000000000", Mark.LOSSY),
    ],
)
def test_numbers(number: float, code: str, text: str, mark: Mark | None, book: Book) -> None:
    path = book(
        lambda workbook, sheet: sheet.write_number(0, 0, number, workbook.add_format({"num_format": code}))
    )
    _, _, sheet = read_xlsx_sheet(path, path.read_bytes(), None)
    assert sheet.rows[0].cells == (text,)
    assert sheet.marks == ({(1, 0): mark} if mark else {})


def test_text_dates_booleans_and_gaps(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write_string("B2", "001234")
        sheet.write_string("C2", "> 0")
        sheet.write_datetime("D2", dt.date(2018, 6, 1), workbook.add_format({"num_format": "yyyy/m/d"}))
        sheet.write_boolean("E2", True)
        sheet.write_string("B4", "1-2")
        sheet.write_blank("B9", None, workbook.add_format({"bold": True}))

    path = book(fill)
    name, hidden, sheet = read_xlsx_sheet(path, path.read_bytes(), " 用户 ", ("yes", "no"))
    assert (name, hidden) == ("用户", False)
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, (None, "001234", "> 0", "2018-06-01", "yes")),
        (3, ()),
        (4, (None, "1-2")),
    ]


def test_the_only_visible_sheet_needs_no_name(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write("A1", "x")
        workbook.add_worksheet("旧").hide()

    path = book(fill)
    assert read_xlsx_sheet(path, path.read_bytes(), None)[0] == "用户"
    assert read_xlsx_sheet(path, path.read_bytes(), "旧")[1] is True
    with pytest.raises(NoSuchSheet) as error:
        read_xlsx_sheet(path, path.read_bytes(), "新")
    assert error.value.names == ("用户", "旧")


def test_a_csv_keeps_lines_widths_and_text() -> None:
    content = '﻿甲,"乙\n丙",\n\n001234,1-2,\'=x\n1.3E+21,#N/A,"1,234"\n,,\n'.encode()
    sheet = read_csv_sheet(Path("a.csv"), content)
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (1, ("甲", "乙\n丙")),
        (3, ()),
        (4, ("001234", "1-2", "'=x")),
        (5, ("1.3E+21", "#N/A", "1,234")),
    ]
    assert sheet.marks == {(5, 0): Mark.LOSSY, (5, 1): Mark.ERROR, (5, 2): Mark.GROUPED}
    assert (sheet.widths[1], sheet.widths[4]) == (3, 3)
