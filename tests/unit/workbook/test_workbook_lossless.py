"""A workbook that nobody edited gives the file back, byte for byte, whoever saved it."""

import re
from pathlib import Path

import openpyxl
import pytest

from policy_engine.diagnostics.span import Source
from policy_engine.workbook.exporting import export_book
from policy_engine.workbook.importing import import_book
from policy_engine.workbook.layout import lay_out
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_back import put_back
from policy_engine.workbook.shown import shown
from unit.workbook.conftest import POLICY
from unit.workbook.editing import RULES, change, edited

SHIPPED = sorted(RULES.glob("*/*.yaml"))


def woven_again(text: str) -> str:
    """Every cell put back where it came from."""
    layout = lay_out(Source("x", text))
    problems = CellProblems()
    found = put_back(layout, shown(layout), problems).text
    assert problems.items == ()
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_shipped_file_comes_back(path, tmp_path):
    text = path.read_bytes().decode()
    assert woven_again(text) == text
    book = tmp_path / "b.xlsx"
    export_book(path, book)
    assert import_book(book, path).data == path.read_bytes()
    change(book, lambda workbook: None)  # saved by another program
    again = import_book(book, path)
    assert again.data == path.read_bytes() and not again.diff and not again.changes and not again.notes


@pytest.mark.parametrize(
    "turned",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.rstrip("\n"),
        lambda t: t + "\n\n   \n# 完\n\n",
        lambda t: t.replace("\n\n", "\n   \n"),
        lambda t: re.sub(r"(?m)^( +)(\|.*\|)$", lambda m: m[1] + re.sub(r" *\| *", "|", m[2]), t),
        lambda t: t.replace("决策表: |", "决策表: |   # 表"),
        lambda t: t.replace(": {值", "：  {值"),
        lambda t: t.replace("条款: 二-1}", '条款: "二-1"}'),
        lambda t: t.replace("  | 全月", "  |------|------|---|---|---|---|---|---|\n\n  | 全月"),
        lambda t: t.replace("多行命中: 不允许", "取整: {档: 四舍五入 2 位}\n    多行命中: 不允许").replace(
            "取整: {档: 四舍五入 2 位}", "默认: {档: 低}"
        ),
    ],
    ids=[
        "crlf",
        "no-end",
        "trailing",
        "blanks",
        "tight",
        "comment",
        "wide-colon",
        "quotes",
        "rule",
        "default",
    ],
)
def test_so_does_any_way_of_writing(turned):
    text = turned(POLICY)
    assert text != POLICY
    assert woven_again(text) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_bytes_stay_in_their_encoding(encoding, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(POLICY.encode(encoding))
    assert edited(path, lambda workbook: None).data == POLICY.encode(encoding)


def test_a_changed_file_is_written_in_utf_8_without_a_mark(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(POLICY.replace("\n", "\r\n").encode("utf-8-sig"))

    def edit(workbook):
        workbook["口径"]["B2"] = "含"

    imported = edited(path, edit)
    imported.write()
    assert path.read_bytes() == POLICY.replace("\n", "\r\n").replace("取: 不含", "取: 含").encode()


def test_numbers_days_and_yes_no_that_a_program_made_of_texts_stay_as_written(file):
    """001234 → 1234, 5% → 0.05, 2018-06-01 → a day: what stood in the file is what is meant."""
    import datetime as dt

    text = POLICY.replace("超过 100.50 ", "001234      ").replace("不超过 10 ", "1.50      ")
    file.write_text(text, encoding="utf-8")

    def edit(workbook):
        for row in workbook["分档"].iter_rows():
            for c in row:
                c.value = {"001234": 1234, "1.50": 1.5}.get(c.value, c.value)
        sheet = workbook["参数"]
        sheet["B2"], sheet["D2"] = 0.05, dt.datetime(2018, 6, 1)
        sheet["B2"].number_format = "0%"
        sheet["D2"].number_format = "yyyy/m/d"
        workbook["条款"]["D4"] = False

    imported = edited(file, edit)
    assert imported.diff == ()
    assert imported.data == text.encode()


def test_shape_of_the_sheets_does_not_matter(file):
    """Columns moved, blank rows and columns behind the table, other styles, notes, sheets in another order."""

    def edit(workbook):
        sheet = workbook["参数"]
        for row in sheet.iter_rows():
            row[1].value, row[4].value = row[4].value, row[1].value
        sheet["B9"], sheet["L3"] = "  ", None
        sheet["B2"].font = openpyxl.styles.Font(bold=True)
        sheet["A2"].comment = openpyxl.comments.Comment("看看", "某人")
        workbook.move_sheet("参数", -3)
        workbook["分档"].insert_rows(2)
        workbook["分档"].insert_rows(workbook["分档"].max_row)
        workbook["原文"].column_dimensions["A"].width = 3

    assert edited(file, edit).data == POLICY.encode()


def test_a_value_merged_over_rows_stands_in_each_of_them(file):
    def edit(workbook):
        sheet = workbook["参数"]
        assert sheet["A4"].value == sheet["A5"].value == "单价"
        sheet.merge_cells("A4:A5")

    assert edited(file, edit).data == POLICY.encode()


def test_the_same_file_makes_the_same_workbook(file: Path, tmp_path):
    export_book(file, tmp_path / "1.xlsx")
    export_book(file, tmp_path / "2.xlsx")
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()
