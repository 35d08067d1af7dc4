from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policy_engine.diagnostics.diagnostic import Diagnostic, Severity
from policy_engine.tables import limits
from policy_engine.tables.model import RawTable
from policy_engine.tables.read import read_tables

Refused = Callable[..., tuple[Diagnostic, ...]]
KNOWN = {"户号", "户名", "合同电量(兆瓦时)"}


def known(table: str, header: str) -> bool:
    return header in KNOWN


def read(path: Path, content: str | bytes, **options: object) -> RawTable:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (table,) = read_tables(path, **options)
    return table


def cells(table: RawTable) -> list[tuple[str | None, ...]]:
    return [row.cells for row in table.rows]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / " 用户 .csv"


def test_cells_are_the_text_of_the_file(file: Path) -> None:
    table = read(file, "户号,户名,电量\n001234, 甲 ,0.10\n9007199254740993,乙,1e3\n")
    assert (table.name, table.source, table.header_line) == ("用户", str(file), 1)
    assert table.header == ("户号", "户名", "电量")
    assert cells(table) == [("001234", " 甲 ", "0.10"), ("9007199254740993", "乙", "1e3")]
    assert [row.line for row in table.rows] == [2, 3]
    assert table.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(file: Path, encoding: str) -> None:
    table = read(file, "户号,户名\n1,朱镕𠮷\n".encode(encoding))
    assert table.header == ("户号", "户名")
    assert cells(table) == [("1", "朱镕𠮷")]


@pytest.mark.parametrize(
    "content", [b"\xff\xfea\x00,\x00", "a,b\n1,2".encode("utf-16-le"), b"a,b\n\xff\xff,\x80"], ids=ascii
)
def test_unknown_encoding(file: Path, content: bytes, refused: Refused) -> None:
    file.write_bytes(content)
    assert [d.code for d in refused(read_tables, file)] == ["PE5004"]


def test_an_encoding_fault_beyond_the_first_block_is_seen(file: Path, refused: Refused) -> None:
    file.write_bytes("户号,户名\n".encode() + "1,甲\n".encode() * 300_000 + b"2,\xff\xff\n")
    assert [d.code for d in refused(read_tables, file)] == ["PE5004"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("recognise", [None, known])
def test_delimiters(file: Path, delimiter: str, recognise: object) -> None:
    text = "户号,户名,合同电量(兆瓦时)\n1,甲,5\n".replace(",", delimiter)
    assert read(file, text, known_headers=recognise).header == ("户号", "户名", "合同电量(兆瓦时)")


def test_decimal_commas_do_not_make_the_delimiter(file: Path) -> None:
    table = read(file, "户号;电量\n1;2,5\n2;3,5\n")
    assert cells(table) == [("1", "2,5"), ("2", "3,5")]


def test_a_title_with_commas_does_not_make_the_delimiter(file: Path) -> None:
    table = read(file, "a,b,c,d\n户号;户名\n1;甲\n", known_headers=known)
    assert table.header == ("户号", "户名")
    assert table.header_line == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_survive_embedded_line_breaks(file: Path, end: str) -> None:
    text = end.join(["户号,户名", '1,"甲', '乙"', "", ",", '2,"a""b,c"', "3,丁"])
    table = read(file, text)
    assert [row.line for row in table.rows] == [2, 6, 7]
    assert cells(table)[0] == ("1", f"甲{end}乙")
    assert cells(table)[1] == ("2", 'a"b,c')


def test_blank_cells_are_none_and_short_rows_are_filled(file: Path) -> None:
    assert cells(read(file, "a,b,c\n1,,\u3000\n2\n3,x,,,\n")) == [
        ("1", None, None),
        ("2", None, None),
        ("3", "x", None),
    ]


def test_a_row_longer_than_the_header_is_an_error_with_its_line(file: Path, refused: Refused) -> None:
    file.write_text("户号,户名\n1,某公司,北京\n2,甲\n3,x,y,z\n", encoding="utf-8")
    found = refused(read_tables, file)
    assert [d.code for d in found] == ["PE5018"] * 3
    assert "第 2 行 C 列有值“北京”" in found[0].message()
    assert found[0].hint_text() and found[0].hint_text("en")


def test_a_value_under_a_blank_header_is_an_error(file: Path, refused: Refused) -> None:
    file.write_text("户号,,户名\n1,?,甲\n", encoding="utf-8")
    assert "B 列" in refused(read_tables, file)[0].message()


def test_a_blank_column_is_left_out(file: Path) -> None:
    table = read(file, "户号,,户名,\n1,,甲,\n")
    assert table.header == ("户号", "户名")
    assert cells(table) == [("1", "甲")]


def test_at_most_so_many_findings(file: Path, refused: Refused) -> None:
    file.write_text("a,b\n" + "1,2,3\n" * 1000, encoding="utf-8")
    assert len(refused(read_tables, file)) == limits.MAX_ERRORS


def test_headers_that_read_the_same_are_refused(file: Path, refused: Refused) -> None:
    file.write_text('电量（兆瓦时）,b,"电 量\n(兆瓦时)"\n', encoding="utf-8")
    (found,) = refused(read_tables, file)
    assert found.code == "PE5017"
    assert "A、C" in found.message()


def test_header_line_breaks_are_cleaned(file: Path) -> None:
    assert read(file, '"合同电量\n（兆瓦时）", 户号 \n').header == ("合同电量（兆瓦时）", "户号")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b",,,\n , \n"], ids=ascii)
def test_empty_files(file: Path, content: bytes, refused: Refused) -> None:
    file.write_bytes(content)
    (found,) = refused(read_tables, file)
    assert found.code == "PE5006"
    assert "文件为空" in found.message()


def test_a_header_alone_is_a_table_without_rows(file: Path) -> None:
    table = read(file, "户号,户名\n")
    assert table.header == ("户号", "户名")
    assert table.rows == ()


def test_a_single_column(file: Path) -> None:
    table = read(file, "户号\n1\n2\n")
    assert (table.header, cells(table)) == (("户号",), [("1",), ("2",)])


def test_title_rows_are_passed_over_with_a_note(file: Path) -> None:
    text = "2018年6月电力用户表\n\n单位:,兆瓦时\n户号,户名,别的\n1,户名,x\n"
    table = read(file, text, known_headers=known)
    assert table.header_line == 4
    assert table.header == ("户号", "户名", "别的")
    assert cells(table) == [("1", "户名", "x")]
    (note,) = table.notes
    assert (note.code, note.severity) == ("PE5021", Severity.WARNING)
    assert "第 1、3 行" in note.message()
    assert "2018年6月电力用户表" in note.message()


def test_without_known_headers_the_first_row_of_two_cells_is_the_header(file: Path) -> None:
    assert read(file, "标题\n户号,户名\n1,甲\n").header_line == 2


def test_equally_good_headers_the_first_wins(file: Path) -> None:
    assert read(file, "户号,x\n户号,y\n", known_headers=known).header == ("户号", "x")


def test_the_table_name_reaches_known_headers(file: Path) -> None:
    seen: set[tuple[str, str]] = set()

    def remember(table: str, header: str) -> bool:
        seen.add((table, header))
        return True

    read(file, "合同电量（兆 瓦时）,b\n", known_headers=remember)
    assert ("用户", "合同电量(兆瓦时)") in seen


def test_a_table_of_which_nothing_is_known_is_not_read_further(file: Path) -> None:
    table = read(file, "填表说明\n甲,乙\n1,2,3,4\n", known_headers=known)
    assert table.rows == ()
    assert table.header == ("甲", "乙")
    assert [d.code for d in table.notes] == ["PE5021", "PE5022"]


@pytest.mark.parametrize("word", ["合计", "合 计", " 总　计：", "小计"])
def test_a_total_row_at_the_bottom_is_passed_over_with_a_note(file: Path, word: str) -> None:
    table = read(file, f"户号,电量\n1,5\n{word},5,,多余\n\n")
    assert cells(table) == [("1", "5")]
    (note,) = table.notes
    assert (note.code, note.severity) == ("PE5020", Severity.WARNING)
    assert "第 3 行" in note.message()


def test_several_total_rows_at_the_bottom(file: Path) -> None:
    table = read(file, "户号,电量\n1,5\n小计,5\n,合计,\n")
    assert cells(table) == [("1", "5")]
    assert "第 3、4 行是“小计、合计”行" in table.notes[0].message()


def test_a_total_row_in_the_middle_is_an_error(file: Path, refused: Refused) -> None:
    file.write_text("户号,电量\n1,5\n小计,5\n2,7\n合计,12\n", encoding="utf-8")
    (found,) = refused(read_tables, file)
    assert (found.code, found.severity) == ("PE5019", Severity.ERROR)
    assert "第 3 行是“小计”行" in found.message()


def test_a_name_that_begins_like_a_total_is_data(file: Path) -> None:
    assert len(read(file, "户名,电量\n合计划公司,1\n总计量站,2\n").rows) == 2


def test_an_open_quote_does_not_swallow_the_file(file: Path, refused: Refused) -> None:
    file.write_text('a,b\n1,"甲\n2,乙\n3,丙\n', encoding="utf-8")
    (found,) = refused(read_tables, file)
    assert (found.code, dict(found.params)["line"]) == ("PE5005", "2")


def test_text_behind_a_closing_quote_is_an_error(file: Path, refused: Refused) -> None:
    file.write_text('a,b\n1,"甲"乙\n', encoding="utf-8")
    assert [d.code for d in refused(read_tables, file)] == ["PE5005"]


@pytest.mark.parametrize("length", [limits.MAX_CELL_CHARS + 1, 200_000])
def test_cells_have_a_greatest_length(file: Path, length: int, refused: Refused) -> None:
    file.write_text(f"a,b\n1,{'x' * length}\n", encoding="utf-8")
    (found,) = refused(read_tables, file)
    assert (found.code, dict(found.params)["line"]) == ("PE5024", "2")


def test_the_longest_cell_is_read(file: Path) -> None:
    text = "甲" * limits.MAX_CELL_CHARS
    assert cells(read(file, f"a,b\n1,{text}\n")) == [("1", text)]


def test_too_many_columns(file: Path, refused: Refused) -> None:
    file.write_text(",".join(f"c{i}" for i in range(limits.MAX_COLUMNS + 1)), encoding="utf-8")
    assert [d.code for d in refused(read_tables, file)] == ["PE5023"]
    file.write_text("a,b\n1" + "," * 5000 + "x\n", encoding="utf-8")
    assert [d.code for d in refused(read_tables, file)] == ["PE5023"]


def test_too_many_rows(file: Path, refused: Refused) -> None:
    read(file, "a,b\n1,2\n3,4\n", max_rows=2)
    assert [d.code for d in refused(read_tables, file, max_rows=1)] == ["PE5025"]


def test_a_number_excel_cut_is_marked(file: Path) -> None:
    table = read(file, "x,户号,电量\n,1.3E+21,1.5e-3\n,1300000123456789012345,E+12\n,-1E+12,2E+3\n")
    assert [row.lossy for row in table.rows] == [frozenset({1}), frozenset(), frozenset({1})]


def test_marks_follow_their_column(file: Path) -> None:
    table = read(file, "x,,户号\n1,,1.3E+21\n")
    assert table.rows[0].lossy == frozenset({1})


def test_our_guard_comes_off_and_nothing_else(file: Path) -> None:
    table = read(file, "a,b,c\n'=1+1,'abc,''=x\n'-,'001,'\n")
    assert cells(table) == [("=1+1", "'abc", "'=x"), ("-", "'001", "'")]
