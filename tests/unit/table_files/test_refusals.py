"""What a table in a file may not be: elsewhere, too big, guessed at. The messages are in ``tests/bad``."""

from __future__ import annotations

import csv
import os
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.render import render_text
from policy_engine.diagnostics.span import Source
from policy_engine.policy.table_files import read_rule_file, read_rule_text
from unit.policy.rule_text import document, policy_of, rule_file
from unit.table_files.moved_tables import write_sheets

HEAD = """\
格式: 1
政策: t/t
标题: 试行办法
发文机关: 某委
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
"""
TABLE = [["部门", "负责"], ["综合部", "受理"], ["市场部", "审核"]]


def found(folder: Path, reference: str = "{文件: 部门.csv}") -> list[Diagnostic]:
    """What is said about a rule file with one table in a file."""
    path = folder / "规则.yaml"
    path.write_text(f"{HEAD}对照表:\n  部门:\n    表: {reference}\n", encoding="utf-8")
    _, diagnostics = read_rule_file(path, "规则.yaml")
    return list(diagnostics)


def codes(folder: Path, reference: str = "{文件: 部门.csv}") -> list[str]:
    return [item.code for item in found(folder, reference)]


def put_csv(path: Path, rows: list[list[str]] = TABLE) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_a_table_beside_or_below_is_read(tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv")
    (tmp_path / "附表" / "一").mkdir(parents=True)
    put_csv(tmp_path / "附表" / "一" / "部门.CSV")
    assert codes(tmp_path) == codes(tmp_path, "{文件: 附表/一/部门.CSV}") == []


@pytest.mark.parametrize(
    "name",
    [
        "../部门.csv",
        "附表/../../部门.csv",
        "/部门.csv",
        "C:部门.csv",
        "//主机/部门.csv",
        r"附表\部门.csv",
        ".",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "规则"
    folder.mkdir()
    put_csv(tmp_path / "部门.csv")
    assert codes(folder, f"{{文件: '{name}'}}") == ["PE1070"]


def test_a_link_may_lead_about_but_not_out(tmp_path: Path) -> None:
    folder = tmp_path / "规则"
    folder.mkdir()
    put_csv(tmp_path / "部门.csv")
    put_csv(folder / "本.csv")
    (folder / "部门.csv").symlink_to(tmp_path / "部门.csv")
    (folder / "外").symlink_to(tmp_path)
    (folder / "内.csv").symlink_to(folder / "本.csv")
    (folder / "圈.csv").symlink_to(folder / "圈.csv")
    assert codes(folder) == ["PE1070"]
    assert codes(folder, "{文件: 外/部门.csv}") == ["PE1070"]
    assert codes(folder, "{文件: 内.csv}") == []
    assert codes(folder, "{文件: 圈.csv}") == ["PE1072"]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "部门.csv")
    (tmp_path / "表.csv").mkdir()
    assert codes(tmp_path) == ["PE1072"]
    assert codes(tmp_path, "{文件: 表.csv}") == ["PE1072"]


@pytest.mark.parametrize(
    ("rows", "limit"),
    [
        ([["部门", "负责"], *[["部", "受理"]] * 10_000], "10000 行"),
        ([["部门"] * 201, ["x"] * 201], "200 栏"),
        ([["部门"] * 100, *[["x"] * 100] * 2_000], "200000 格"),
        ([["部门", "负责"], *[["部", "长" * 30_000]] * 70], "2000000 字"),
        ([["部门", "负责"], ["部", "长" * 140_000]], "131072 字"),
    ],
)
def test_sizes_are_bounded(rows: list[list[str]], limit: str, tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv", rows)
    (one,) = found(tmp_path)
    assert one.code == "PE1077"
    assert limit in one.message()


def test_bytes_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "部门.csv").write_bytes(b"a" * (10 * 1024**2 + 1))
    assert codes(tmp_path) == ["PE1072"]


def test_a_sheet_full_of_faults_costs_little(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "表.xlsx")) as workbook:
        sheet = workbook.add_worksheet("表")
        sheet.write_row("A1", [f"栏{i}" for i in range(15)])
        for line in range(1, 8_000):
            for column in range(15):
                sheet.write_formula(line, column, "=1+1", None, 2)
    start = time.monotonic()
    told = found(tmp_path, "{文件: 表.xlsx}")
    assert {d.code for d in told} == {"PE1080"}
    assert len(told) == 50
    assert time.monotonic() - start < 20


def test_a_bomb_and_a_lone_far_cell_cost_nothing(tmp_path: Path) -> None:
    write_sheets(tmp_path / "表.xlsx", {"表": TABLE})
    with zipfile.ZipFile(tmp_path / "表.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", b"\0" * (65 * 1024**2))
    (one,) = found(tmp_path, "{文件: 表.xlsx}")
    assert one.code == "PE1076"
    assert "展开" in one.message()
    for cell in ("XFD3", "A1048576"):
        with xlsxwriter.Workbook(str(tmp_path / "远.xlsx")) as workbook:
            sheet = workbook.add_worksheet("表")
            sheet.write_row("A1", TABLE[0])
            sheet.write_row("A2", TABLE[1])
            sheet.write(cell, "x")
        assert codes(tmp_path, "{文件: 远.xlsx}") == ["PE1077"]


def test_macros_are_told_by_content(tmp_path: Path) -> None:
    write_sheets(tmp_path / "表.xlsx", {"表": TABLE})
    with zipfile.ZipFile(tmp_path / "表.xlsx", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    (one,) = found(tmp_path, "{文件: 表.xlsx}")
    assert one.code == "PE1076"
    assert ".xlsm" in one.message()


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    write_sheets(tmp_path / "好.xlsx", {"表": TABLE})
    with zipfile.ZipFile(tmp_path / "好.xlsx") as good, zipfile.ZipFile(tmp_path / "表.xlsx", "w") as bad:
        for part in good.namelist():
            data = good.read(part)
            if part.endswith("sheet1.xml"):
                data = data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1)
            bad.writestr(part, data)
    (one,) = found(tmp_path, "{文件: 表.xlsx}")
    assert one.code == "PE1076"


def test_a_row_of_a_csv_keeps_its_separators(tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv", [["部门", "岗位", "负责"], ["综合部", "受理"], ["市场部", "", ""]])
    (one,) = found(tmp_path)
    assert one.code == "PE1050"
    assert str(one.span) == "部门.csv:2:1"
    assert "分隔符" in (one.hint_text() or "")


@pytest.mark.parametrize("text", ["", "部门,负责\n", ",,\n\n", "﻿\n部门,负责\n,\n"])
def test_an_empty_table_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "部门.csv").write_text(text, encoding="utf-8")
    assert codes(tmp_path) == ["PE1056"]


def test_blanks_around_the_table_do_not_count(tmp_path: Path) -> None:
    rows = [[], ["", "部门", "", "负责", ""], ["", "综合部", "", "受理", ""], [], ["", "", "", "", ""]]
    put_csv(tmp_path / "部门.csv", rows)
    path = tmp_path / "规则.yaml"
    assert codes(tmp_path) == []
    doc, _ = read_rule_file(path)
    assert doc is not None
    table = doc.lookups[0].value.table
    assert [[c.text for c in row] for row in (table.header, *table.rows)] == [
        ["部门", "负责"],
        ["综合部", "受理"],
    ]


def test_invisible_characters_are_told_and_odd_blanks_are_blanks(tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv", [["部门", "负责"], ["综\u200b合部", "受理\n审核\u3000复核"]])
    (one,) = found(tmp_path)
    assert (one.code, str(one.span)) == ("PE1016", "部门.csv:2:2")
    put_csv(tmp_path / "部门.csv", [["部门", "负责"], [" 综合部 ", "受理\n审核\u3000复核"], ["市场部", "x"]])
    assert codes(tmp_path) == []
    doc, _ = read_rule_file(tmp_path / "规则.yaml")
    assert doc is not None
    first, second = doc.lookups[0].value.table.rows
    assert [c.text for c in first] == ["综合部", "受理 审核 复核"]
    assert str(second[0].span()).endswith("部门.csv:4:1")  # the line it stands on in an editor


def test_the_place_of_a_fault_is_the_cell(tmp_path: Path) -> None:
    rows = [["部门", "岗位", "负责"], ["综合部", "", "#N/A"]]
    write_sheets(tmp_path / "表.xlsx", {"审核部门": rows})
    (one,) = found(tmp_path, "{文件: 表.xlsx}")
    assert str(one.span) == "表.xlsx［审核部门］:2:10 (C2)"
    assert one.span is not None and one.span.text == "#N/A"
    assert "综合部 |  | #N/A" in render_text([one])
    put_csv(tmp_path / "表.csv", [["部门", "岗位", "负责"], ["综合部", "甲,乙", "#N/A"]])
    (one,) = found(tmp_path, "{文件: 表.csv}")
    assert one.span is not None and one.span.text == "#N/A"
    assert one.span.source.line(2) == (tmp_path / "表.csv").read_text(encoding="utf-8").splitlines()[1]


def test_text_without_a_folder_has_no_tables_in_files() -> None:
    text = rule_file(more="对照表:\n  部门:\n    表: {文件: 部门.csv}")
    with pytest.raises(LoadError) as error:
        policy_of(text)
    assert error.value.code == "PE1079"
    assert document(text).lookups[0].value.table.rows == ()


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("{文档: 部门.csv}", "PE1007"),
        ("{文件: 部门.csv, 表单: 甲}", "PE1004"),
        ("{file: 部门.csv}", "PE1004"),
        ("{工作表: 甲}", "PE1005"),
        ("{文件: [部门.csv]}", "PE1007"),
        ("{文件: }", "PE1008"),
    ],
)
def test_a_reference_that_is_none(reference: str, code: str, tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv")
    assert codes(tmp_path, reference)[0] == code


def test_all_files_are_told_at_once(tmp_path: Path) -> None:
    put_csv(tmp_path / "甲.csv", [["部门", "负责"], ["综合部", "#N/A"]])
    tables = "".join(f"  {n}:\n    表: {{文件: {n}.csv}}\n" for n in ("甲", "乙", "丙"))
    path = tmp_path / "规则.yaml"
    path.write_text(f"{HEAD}对照表:\n{tables}", encoding="utf-8")
    doc, diagnostics = read_rule_file(path)
    assert doc is None
    assert [d.code for d in diagnostics] == ["PE1081", "PE1072", "PE1072"]


def test_a_text_that_is_not_saved_yet_finds_its_tables(tmp_path: Path) -> None:
    put_csv(tmp_path / "部门.csv")
    source = Source("新.yaml", f"{HEAD}对照表:\n  部门:\n    表: {{文件: 部门.csv}}\n")
    doc, told = read_rule_text(source, tmp_path / "新.yaml")
    assert doc is not None and not told
    assert [file.name for file in doc.table_files] == ["部门.csv"]
    assert [c.text for c in doc.lookups[0].value.table.header] == ["部门", "负责"]
