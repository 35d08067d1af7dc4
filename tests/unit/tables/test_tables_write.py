from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.tables import limits
from policy_engine.tables.atomic import replacing, write_bytes
from policy_engine.tables.columns import Column, plain
from policy_engine.tables.read import read_tables
from policy_engine.tables.values import parse_boolean, parse_decimal
from policy_engine.tables.write import Format, write_book, write_table
from policy_engine.tables.xlsx_out import fits_double

Refused = Callable[..., tuple[Diagnostic, ...]]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet")
COLUMNS = [
    Column("户号", "text"),
    Column("电量", "number", 3),
    Column("数", "integer"),
    Column("免考", "boolean"),
]
ROWS: list[list[Any]] = [
    ["001234", Decimal("9499.9"), 12, True],
    ["-", Decimal("-0.000"), None, False],
    ["=1+1", None, -3, None],
    [None, Decimal("12345678901234567890.125"), 2**60, True],
]


def back(path: Path) -> list[tuple[str | None, ...]]:
    (table,) = read_tables(path)
    return [row.cells for row in table.rows]


def test_csv_to_the_byte(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", COLUMNS, ROWS, "csv")
    assert (tmp_path / "a.csv").read_bytes() == (
        "\ufeff户号,电量,数,免考\n"
        "001234,9499.900,12,是\n"
        "'-,0.000,,否\n"
        "'=1+1,,-3,\n"
        ",12345678901234567890.125,1152921504606846976,是\n"
    ).encode()


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "－", "''=x"], ids=ascii
)
def test_text_never_starts_a_formula(tmp_path: Path, text: str) -> None:
    write_table(tmp_path / "a.csv", [Column("a", "text"), Column("b", "text")], [[text, "x"]], "csv")
    raw = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").split("\n", 1)[1]
    assert raw.lstrip('"').startswith("'")
    assert back(tmp_path / "a.csv") == [(text, "x")]


def test_headers_are_guarded_too(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [Column("=a", "text"), Column("b", "text")], [], "csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "'=a,b\n"
    (table,) = read_tables(tmp_path / "a.csv")
    assert table.header == ("=a", "b")


def test_negative_numbers_are_numbers_not_text(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", [Column("a", "number", 2)], [[Decimal(-5)]], "csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "a\n-5.00\n"


def test_xlsx_cells_as_excel_sees_them(tmp_path: Path) -> None:
    write_table(tmp_path / "结果.xlsx", COLUMNS, ROWS, "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "结果.xlsx").active
    assert sheet.title == "结果"
    assert [cell.value for cell in sheet[1]] == ["户号", "电量", "数", "免考"]
    assert [cell.value for cell in sheet[2]] == ["001234", 9499.9, 12, "是"]
    assert [cell.number_format for cell in sheet[2]] == ["@", "0.000", "0", "@"]
    assert sheet["A4"].value == "=1+1"
    with zipfile.ZipFile(tmp_path / "结果.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert sheet["B5"].value == "12345678901234567890.125"  # too long for a double: kept as text
    assert back(tmp_path / "结果.xlsx")[3][1:3] == ("12345678901234567890.125", "1152921504606846976")


def test_the_same_rows_make_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_table(tmp_path / name / "x.xlsx", COLUMNS, ROWS, "xlsx")
    assert (tmp_path / "a/x.xlsx").read_bytes() == (tmp_path / "b/x.xlsx").read_bytes()


def test_parquet_types(tmp_path: Path) -> None:
    columns = [*COLUMNS, Column("任意", "number")]
    rows = [
        [*row, value]
        for row, value in zip(ROWS, (Decimal("0.1234567"), Decimal(3), None, Decimal("1E+3")), strict=True)
    ]
    write_table(tmp_path / "a.parquet", columns, rows, "parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert [field.type for field in table.schema] == [
        pa.string(),
        pa.decimal128(38, 3),
        pa.int64(),
        pa.bool_(),
        pa.decimal128(38, 7),
    ]
    assert table.column("任意").to_pylist() == [Decimal("0.1234567"), Decimal(3), None, Decimal(1000)]
    assert table.column("户号").to_pylist() == ["001234", "-", "=1+1", None]


def test_a_book_of_several_sheets(tmp_path: Path) -> None:
    write_book(tmp_path / "a.xlsx", [("用户", COLUMNS, ROWS[:1]), ("售电公司", COLUMNS[:2], [])])
    tables = read_tables(tmp_path / "a.xlsx")
    assert [(t.name, len(t.rows)) for t in tables] == [("用户", 1), ("售电公司", 0)]


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "'a", "a[", "用户"])
def test_sheet_names_excel_refuses(tmp_path: Path, name: str, refused: Refused) -> None:
    sheets = [("用户", COLUMNS, []), (name, COLUMNS, [])]
    assert [d.code for d in refused(write_book, tmp_path / "a.xlsx", sheets)] == ["PE5032"]
    assert list(tmp_path.iterdir()) == []


def test_file_names_excel_would_refuse_as_sheet_names(tmp_path: Path) -> None:
    path = tmp_path / ("[甲]'" + "长" * 40 + ".xlsx")
    write_table(path, COLUMNS, ROWS, "xlsx")
    assert len(read_tables(path)[0].name) <= 31


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("a", "number", 2), Decimal("1.005")),
        (Column("a", "integer"), Decimal("1.5")),
        (Column("a", "number"), Decimal("NaN")),
        (Column("a", "number", 2), Decimal("Infinity")),
        (Column("a", "number"), Decimal("1E+5000")),
        (Column("a", "text"), "x" * (limits.MAX_CELL_CHARS + 1)),
        (Column("a", "text"), "\ud800"),
        (Column("a", "text"), "a\0b"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_nothing_is_changed_to_fit(
    tmp_path: Path, format: Format, column: Column, value: Any, refused: Refused
) -> None:
    (found,) = refused(write_table, tmp_path / "a", [column], [[None], [value]], format)
    assert found.code == "PE5031"
    assert dict(found.params)["line"] == "3"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("a", "integer"), 2**63),
        (Column("a", "number", 3), Decimal(10) ** 36),
    ],
)
def test_what_parquet_cannot_hold(tmp_path: Path, column: Column, value: Any, refused: Refused) -> None:
    assert [d.code for d in refused(write_table, tmp_path / "a", [column], [[value]], "parquet")] == [
        "PE5031"
    ]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 1.5),
        ("number", True),
        ("number", "1"),
        ("integer", 1.0),
        ("text", 1),
        ("boolean", 1),
        ("boolean", "是"),
    ],
)
def test_wrong_python_types_are_refused(tmp_path: Path, format: Format, kind: Any, value: Any) -> None:
    with pytest.raises(TypeError):
        write_table(tmp_path / "a", [Column("a", kind)], [[value]], format)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [[], ["a", "a"], ["电量（元）", "电量 (元)"], [""]])
def test_columns_that_could_not_be_read_back(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(ValueError, match="names"):
        write_table(tmp_path / "a.csv", [Column(name, "text") for name in names], [], "csv")


def test_rows_of_the_wrong_length(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="values"):
        write_table(tmp_path / "a.csv", COLUMNS, [["1"]], "csv")


def test_too_many_rows_for_excel(tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.tables.xlsx_out.XLSX_MAX_ROWS", 3)
    write_table(tmp_path / "a.xlsx", [Column("a", "text")], [["x"]] * 2, "xlsx")
    (found,) = refused(write_table, tmp_path / "b.xlsx", [Column("a", "text")], [["x"]] * 3, "xlsx")
    assert found.code == "PE5033"


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_leaves_the_old_file(tmp_path: Path, format: Format) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def rows() -> Iterator[list[str]]:
        yield ["x"]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_table(path, [Column("a", "text")], rows(), format)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", FORMATS)
def test_a_place_that_cannot_be_written(tmp_path: Path, format: Format, refused: Refused) -> None:
    (found,) = refused(write_table, tmp_path / "none" / "a", COLUMNS, ROWS, format)
    assert found.code == "PE5030"
    (tmp_path / "folder").mkdir()
    (found,) = refused(write_table, tmp_path / "folder", COLUMNS, ROWS, format)
    assert found.code == "PE5030"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_replacing_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_bytes(path, b"1")
    with pytest.raises(KeyError), replacing(path) as temporary:
        temporary.write_bytes(b"2")
        raise KeyError
    assert path.read_bytes() == b"1"
    with replacing(path) as temporary:
        temporary.write_bytes(b"3")
        assert path.read_bytes() == b"1"
    assert path.read_bytes() == b"3"
    assert list(tmp_path.iterdir()) == [path]
    if os.name == "posix":
        ordinary = tmp_path / "b.txt"
        ordinary.write_bytes(b"")
        assert path.stat().st_mode == ordinary.stat().st_mode


# -- round trips ----------------------------------------------------------------------------------

# Text as people have it: any character a file can hold, but not blank (blank is None when read).
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40
).filter(
    lambda text: bool(text.strip()) and "".join(text.split()).rstrip(":：") not in {"合计", "总计", "小计"}
)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**25), max_value=10**25)
records = st.lists(
    st.tuples(
        texts,
        st.none() | decimals,
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
        st.none() | texts,
    ),
    max_size=8,
)
TRIP = [
    Column("户号", "text"),
    Column("电量", "number", 4),
    Column("数", "integer"),
    Column("免考", "boolean"),
    Column("备注", "text"),
]


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=records)
def test_what_is_written_is_read_back(tmp_path: Path, format: Format, rows: list[tuple[Any, ...]]) -> None:
    path = tmp_path / f"a.{format}"
    write_table(path, TRIP, rows, format)
    read = [
        (
            row[0],
            None if row[1] is None else parse_decimal(row[1]),
            None if row[2] is None else int(row[2]),
            None if row[3] is None else parse_boolean(row[3]),
            row[4],
        )
        for row in back(path)
    ]
    assert read == rows


@given(decimals)
def test_plain_text_of_a_decimal(value: Decimal) -> None:
    assert parse_decimal(plain(value, None)) == value
    assert len(plain(value, 6).partition(".")[2]) == 6


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=8))
def test_a_number_written_as_a_double_is_the_number(value: Decimal) -> None:
    text = plain(value, None)
    if fits_double(text):
        assert Decimal(repr(float(text))) == value
        assert float(f"{float(text):.16G}") == float(text)  # how the workbook keeps it
