from __future__ import annotations

import contextlib
import datetime as dt
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables import limits
from policy_engine.tables.model import RawTable
from policy_engine.tables.number_format import NumberKind, kind_of
from policy_engine.tables.read import read_tables
from policy_engine.tables.xlsx_sheet import column_index, double_text

Refused = Callable[..., tuple[Diagnostic, ...]]
Book = Callable[..., Path]
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'


def one(path: Path, **options: object) -> RawTable:
    (table,) = read_tables(path, **options)
    return table


def cells(table: RawTable) -> list[tuple[str | None, ...]]:
    return [row.cells for row in table.rows]


def test_text_numbers_booleans_and_dates(book: Book) -> None:
    def fill(workbook, sheet):
        date = workbook.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        sheet.write_row(0, 0, ["户号", "电量", "数", "绑定", "日期", "时间", "百分比"])
        sheet.write_string(1, 0, "001234")
        sheet.write_number(1, 1, 9499.999)
        sheet.write_number(1, 2, 1)
        sheet.write_boolean(1, 3, True)
        sheet.write_datetime(1, 4, dt.date(2018, 6, 1), date)
        sheet.write_datetime(1, 5, dt.datetime(2018, 6, 1, 12, 30), date)
        sheet.write_number(1, 6, 0.05, workbook.add_format({"num_format": "0.00%"}))
        sheet.write_string(2, 0, " 甲\n乙 ")
        sheet.write_number(2, 1, 1e-7)
        sheet.write_number(2, 2, -0.0)
        sheet.write_boolean(2, 3, False)
        sheet.write_number(2, 4, 0.5, date)
        sheet.write_number(2, 5, 1.5, workbook.add_format({"num_format": "[h]:mm"}))
        sheet.write_formula(2, 6, "=B2*2", None, 18999.998)

    table = one(book(fill))
    assert table.name == "用户"
    assert table.source.endswith("表.xlsx[用户]")
    assert cells(table) == [
        ("001234", "9499.999", "1", "是", "2018-06-01", "2018-06-01T12:30:00", "0.05"),
        (" 甲\n乙 ", "0.0000001", "0", "否", "12:00:00", "36:00:00", "18999.998"),
    ]
    assert [row.line for row in table.rows] == [2, 3]
    assert all(not row.lossy for row in table.rows)


def test_error_cells_keep_their_text(book: Book) -> None:
    errors = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]

    def fill(workbook, sheet):
        sheet.write_row(0, 0, [f"c{i}" for i in range(len(errors))])
        for i, error in enumerate(errors):
            sheet.write_formula(1, i, "=1/0", None, error)

    path = book(fill)
    assert cells(one(path)) == [tuple(errors)]
    # The reason for a reader of our own: this is what the fast library makes of it.
    theirs = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert set(theirs[1]) == {""}


def test_a_formula_without_a_result_is_an_error(tmp_path: Path, refused: Refused) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["户号", "电量"])
    sheet.append(["1", "=1+2"])
    workbook.save(tmp_path / "a.xlsx")
    (found,) = refused(read_tables, tmp_path / "a.xlsx")
    assert found.code == "PE5014"
    assert "B2" in found.message()


def test_a_formula_whose_result_is_blank_text_is_blank(raw_book: Book) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    )
    assert cells(one(raw_book(SHEET.format(rows, "")))) == [("1", None)]


def test_ids_that_lost_digits_are_marked(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["x", "户号", "y"])
        sheet.write_number(1, 1, 1.30000012345679e21)
        sheet.write_number(2, 1, 123456789012345)
        sheet.write_number(3, 1, 1234567890123456)
        sheet.write_string(4, 1, "130000012345678901234567890123")
        sheet.write_number(5, 1, 0.1234567890123456)

    table = one(book(fill))
    assert [row.cells[1] for row in table.rows] == [
        "1300000123456790000000",
        "123456789012345",
        "1234567890123456",
        "130000012345678901234567890123",
        "0.1234567890123456",
    ]
    assert [1 in row.lossy for row in table.rows] == [True, False, True, False, True]


def test_thirty_digits_written_as_a_number_are_marked(raw_book: Book) -> None:
    digits = "130000012345678901234567890123"
    rows = (
        '<row><c t="inlineStr"><is><t>户号</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
        f"<row><c><v>{digits}</v></c><c><v>9499.9989999999998</v></c></row>"
    )
    (row,) = one(raw_book(SHEET.format(rows, ""))).rows
    assert row.lossy == frozenset({0})
    assert row.cells[0] != digits
    assert row.cells[1] == "9499.999"


def test_sheets_of_other_programs(raw_book: Book) -> None:
    """Prefixed names, no references, rich text with phonetics, escapes, gaps."""
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row>'
        '<x:row r="5"><x:c r="B5" t="inlineStr"><x:is><x:r><x:t>东</x:t></x:r>'
        "<x:r><x:t>京_x000D_</x:t></x:r>"
        "<x:rPh><x:t>トウキョウ</x:t></x:rPh></x:is></x:c></x:row>"
        '<x:row><x:c t="d"><x:v>2018-06-01T00:00:00</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    table = one(raw_book(sheet))
    assert cells(table) == [(None, "东京\r"), ("2018-06-01", "#REF!")]
    assert [row.line for row in table.rows] == [5, 6]


def test_a_lone_cell_far_away_costs_nothing(raw_book: Book, refused: Refused) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>3</v></c></row>'
    )
    (found,) = refused(read_tables, raw_book(SHEET.format(rows, "")))
    assert found.code == "PE5023"


def test_merged_cells_below_the_header_are_noted(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.merge_range(0, 0, 0, 1, "标题")
        sheet.write_row(1, 0, ["公司", "户号"])
        sheet.merge_range(2, 0, 4, 0, "甲公司")
        for i in range(2, 5):
            sheet.write_string(i, 1, str(i))

    table = one(book(fill))
    assert cells(table) == [("甲公司", "2"), (None, "3"), (None, "4")]
    assert [d.code for d in table.notes] == ["PE5021", "PE5015"]
    assert "A3:A5" in table.notes[1].message()
    assert "A1:B1" not in table.notes[1].message()


def test_each_visible_sheet_is_a_table(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        workbook.add_worksheet("空")
        hidden = workbook.add_worksheet("暗")
        hidden.write_row(0, 0, ["c", "d"])
        hidden.hide()
        workbook.add_chartsheet("图")
        workbook.add_worksheet(" 电厂 ").write_row(3, 2, ["e", "f"])

    tables = read_tables(book(fill))
    assert [(t.name, t.header, t.header_line) for t in tables] == [
        ("用户", ("a", "b"), 1),
        ("电厂", ("e", "f"), 4),
    ]
    assert [d.code for d in tables[0].notes] == ["PE5016"]
    assert "暗" in tables[0].notes[0].message()


def test_a_workbook_without_content_is_empty(book: Book, refused: Refused) -> None:
    (found,) = refused(read_tables, book(lambda workbook, sheet: None))
    assert found.code == "PE5006"


def test_faults_of_all_sheets_are_told_at_once(book: Book, refused: Refused) -> None:
    def fill(workbook, sheet):
        for target in (sheet, workbook.add_worksheet("乙")):
            target.write_row(0, 0, ["a", "b"])
            target.write_row(1, 0, ["1", "2", "3"])

    found = refused(read_tables, book(fill))
    assert [d.code for d in found] == ["PE5018", "PE5018"]
    assert "[用户]" in found[0].message()
    assert "[乙]" in found[1].message()


def test_a_sheet_of_notes_does_not_stand_in_the_way(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["户号", "b"])
        notes = workbook.add_worksheet("填表说明")
        notes.write_row(0, 0, ["一", "二"])
        notes.write_row(1, 0, ["x", "y", "z"])
        notes.write_row(2, 0, ["小计"])
        notes.write_row(3, 0, ["x"])

    tables = read_tables(book(fill), known_headers=lambda table, header: header == "户号")
    assert [len(t.notes) for t in tables] == [0, 1]


def test_the_1904_date_system(book: Book) -> None:
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_datetime(1, 0, dt.date(2018, 6, 1), workbook.add_format({"num_format": "yyyy-mm-dd"}))

    path = book(fill, date_1904=True)
    assert cells(one(path)) == [("2018-06-01", None)]


@pytest.mark.parametrize(
    ("format_id", "code", "kind"),
    [
        (0, None, NumberKind.NUMBER),
        (10, None, NumberKind.PERCENT),
        (14, None, NumberKind.DATE),
        (31, None, NumberKind.DATE),
        (57, None, NumberKind.DATE),
        (46, None, NumberKind.ELAPSED),
        (164, "yyyy/m/d;@", NumberKind.DATE),
        (165, '[$-804]yyyy"年"m"月"', NumberKind.DATE),
        (166, '0.00" mwh"', NumberKind.NUMBER),
        (167, "[Red]#,##0.00;[Green]-0.00", NumberKind.NUMBER),
        (168, "General", NumberKind.NUMBER),
        (169, "[hh]:mm:ss", NumberKind.ELAPSED),
        (170, "0.00E+00", NumberKind.NUMBER),
        (171, "_(* #,##0.00_)", NumberKind.NUMBER),
        (172, r"0.0\d", NumberKind.NUMBER),
        (173, "@", NumberKind.NUMBER),
    ],
)
def test_which_formats_are_dates(format_id: int, code: str | None, kind: NumberKind) -> None:
    assert kind_of(format_id, code) is kind


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_double_names_it_again(value: float) -> None:
    text, exact = double_text(value)
    assert float(text) == value
    assert "e" not in text.lower()
    assert exact or len(text.replace(".", "").strip("-0")) > 15 or abs(value) >= 1e15


def test_column_letters() -> None:
    assert [column_index(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_calamine_where_that_tells_the_truth(book: Book, seed: int) -> None:
    chance = random.Random(seed)

    def value() -> object:
        return chance.choice(
            [
                None,
                chance.uniform(-1e6, 1e6),
                chance.randint(-(10**9), 10**9),
                chance.choice(["甲", "𠮷", " x ", "a&b<c>", "_x0041_", "1"]),
                chance.choice([True, False]),
            ]
        )

    table = [["h"] * 0 + [f"h{i}" for i in range(6)]] + [
        ["1"] + [value() for _ in range(5)] for _ in range(50)
    ]

    def fill(workbook, sheet):
        for r, row in enumerate(table):
            for c, item in enumerate(row):
                if isinstance(item, str):
                    sheet.write_string(r, c, item)
                elif item is not None:
                    sheet.write(r, c, item)

    path = book(fill)
    ours = cells(one(path))
    theirs = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    for left, right in zip(ours, theirs, strict=True):
        for mine, other in zip(left, right, strict=True):
            if isinstance(other, bool):
                assert mine == ("是" if other else "否")
            elif isinstance(other, float):
                assert mine is not None and float(mine) == other
            else:
                assert (mine or "") == other


# -- what is refused ----------------------------------------------------------------------------


def test_an_old_workbook_is_refused(tmp_path: Path, refused: Refused) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    (tmp_path / "a.xlsx").write_bytes(ole)
    assert [d.code for d in refused(read_tables, tmp_path / "a.xlsx")] == ["PE5011"]
    (tmp_path / "b.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert [d.code for d in refused(read_tables, tmp_path / "b.xlsx")] == ["PE5010"]


@pytest.mark.parametrize("content", [b"<html><table>", b"PK\x03\x04rubbish", b"\xef\xbb\xbf1,2"], ids=ascii)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, refused: Refused) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert [d.code for d in refused(read_tables, tmp_path / "a.xlsx")] == ["PE5012"]


def test_an_empty_file_is_empty(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert [d.code for d in refused(read_tables, tmp_path / "a.xlsx")] == ["PE5006"]


def test_a_zip_bomb_is_refused_unopened(raw_book: Book, refused: Refused) -> None:
    path = raw_book(SHEET.format("", ""), extra={"xl/media/a.bin": b"\0" * 30_000_000})
    (found,) = refused(read_tables, path)
    assert found.code == "PE5013"
    assert "压缩比" in found.message()


def test_too_many_bytes_unpacked(raw_book: Book, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.tables.xlsx_package.MAX_UNPACKED_BYTES", 1000)
    assert [d.code for d in refused(read_tables, raw_book(SHEET.format("", " " * 1000)))] == ["PE5013"]


def test_too_many_entries(raw_book: Book, refused: Refused) -> None:
    extra = {f"x/{i}": b"" for i in range(limits.MAX_ARCHIVE_ENTRIES)}
    assert [d.code for d in refused(read_tables, raw_book(SHEET.format("", ""), extra=extra))] == ["PE5013"]


def test_a_size_that_lies_is_found_out(raw_book: Book, refused: Refused) -> None:
    path = raw_book(SHEET.format("<row><c><v>1</v></c></row>" * 50_000, ""))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = path.read_bytes().replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little"))
    path.write_bytes(data)
    assert [d.code for d in refused(read_tables, path)] == ["PE5012"]


def test_two_parts_of_one_name_are_refused(raw_book: Book, refused: Refused) -> None:
    path = raw_book(SHEET.format("", ""), extra={"xl/worksheets/SHEET1.xml": b"<x/>"})
    assert [d.code for d in refused(read_tables, path)] == ["PE5012"]


def test_entities_are_not_expanded(raw_book: Book, refused: Refused) -> None:
    sheet = '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + SHEET.format("<row><c t='str'><v>&a;</v></c></row>", "")
    assert [d.code for d in refused(read_tables, raw_book(sheet))] == ["PE5012"]


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c><v>abc</v></c></row>",
        "<row><c><v>nan</v></c></row>",
        "<row><c><v>1e999</v></c></row>",
        "<row><c><v>1_0</v></c></row>",
        "<row><c t='s'><v>0</v></c></row>",
        "<row><c t='s'><v>x</v></c></row>",
        "<row><c t='s'><v>-1</v></c></row>",
        f"<row r='{'9' * 5000}'><c><v>1</v></c></row>",
        "<row r='x'><c><v>1</v></c></row>",
        "<row><c t='?'><v>x</v></c></row>",
        "<row><c r='1'><v>1</v></c></row>",
        "<row><c r='ZZZZ1'><v>1</v></c></row>",
        "<row><c r='XFE1'><v>1</v></c></row>",
        "<row><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>",
        "<row r='2'></row><row r='1'></row>",
        "<row>",
    ],
)
def test_a_sheet_that_contradicts_the_format_is_refused(raw_book: Book, rows: str, refused: Refused) -> None:
    assert [d.code for d in refused(read_tables, raw_book(SHEET.format(rows, "")))] == ["PE5012"]


def test_damage_never_gets_through_as_another_exception(book: Book) -> None:
    path = book(lambda workbook, sheet: [sheet.write_row(r, 0, ["甲", r, True]) for r in range(30)])
    whole = path.read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        with contextlib.suppress(InputError):
            read_tables(path)
