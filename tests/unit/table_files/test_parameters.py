"""参数 as a table, in the rule file or in a file: a row a value, the rows of one name a timeline."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from policy_engine.policy.library import load
from unit.policy.rule_text import codes, policy_of, rule_file
from unit.table_files.moved_tables import Write, write_csv, write_xlsx

HEADER = ["名称", "值", "单位", "自", "至", "复核", "来源", "条款"]
ROWS = [
    ["免考幅度", "5%", "", "2018-01-01", "未定", "2019-06-01", "原文", "一"],
    ["考核单价", "50", "元/兆瓦时", "2018-01-01", "2018-12-31", "", "原文", "一、二"],
    ["考核单价", "60 元/兆瓦时", "", "2019-01-01", "", "", "二手来源", "二"],
    ["准入", "是", "-", "-", "-", "-", "推定", "-"],
]
CLAUSES = "条款:\n  一: {位置: 第一条, 摘要: 甲}\n  二: {位置: 第二条, 摘要: 乙}\n"
MAPPING = """\
参数:
  免考幅度: {值: 5%, 自: 2018-01-01, 至: 未定, 复核: 2019-06-01, 来源: 原文, 条款: 一}
  考核单价:
    - {值: 50, 单位: 元/兆瓦时, 自: 2018-01-01, 至: 2018-12-31, 来源: 原文, 条款: [一, 二]}
    - {值: 60 元/兆瓦时, 自: 2019-01-01, 来源: 二手来源, 条款: 二}
  准入: {值: 是, 来源: 推定}
"""


def table(rows: list[list[str]], header: list[str] | None = None) -> str:
    lines = "".join(f"  | {' | '.join(row)} |\n" for row in (header or HEADER, *rows))
    return f"参数: |\n{lines}"


def text(parameters: str) -> str:
    return rule_file(more=CLAUSES + parameters)


@pytest.mark.parametrize("period", ["2018-06", "2019-01"])
def test_a_table_means_the_same_as_a_mapping(period: str) -> None:
    assert policy_of(text(table(ROWS)), period=period) == policy_of(text(MAPPING), period=period)


@pytest.mark.parametrize("write", [write_csv("utf-8"), write_csv("gb18030"), write_xlsx])
def test_and_in_a_file(write: Write, tmp_path: Path) -> None:
    reference = write(tmp_path / "参数", [HEADER, *ROWS])
    (tmp_path / "a.yaml").write_text(text(f"参数: {reference}"), encoding="utf-8")
    policy = load("t/t", period="2018-06", rules=tmp_path)
    assert policy == policy_of(text(MAPPING))
    place = str(policy.parameters["考核单价"].span)
    assert ":3:" in place and place.startswith(f"{tmp_path.as_posix()}/参数.")


def test_numbers_dates_and_percentages_of_a_workbook(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "参数.xlsx")) as workbook:
        sheet = workbook.add_worksheet("参数")
        sheet.write_row(0, 0, HEADER)
        for line, row in enumerate(ROWS, start=1):
            sheet.write_row(line, 0, row)
        day = workbook.add_format({"num_format": "yyyy/m/d"})
        sheet.write_number("B2", 0.05, workbook.add_format({"num_format": "0%"}))
        sheet.write_number("B3", 50, workbook.add_format({"num_format": "0.00"}))
        sheet.write_datetime("D2", dt.datetime(2018, 1, 1), day)
        sheet.write_boolean("B5", True)
    (tmp_path / "a.yaml").write_text(text("参数: {文件: 参数.xlsx}"), encoding="utf-8")
    assert load("t/t", period="2018-06", rules=tmp_path) == policy_of(text(MAPPING))


def test_dates_as_a_spreadsheet_saves_them_to_csv() -> None:
    rows = [
        [cell.replace("2018-01-01", "2018/1/1").replace("-12-31", "/12/31") for cell in row] for row in ROWS
    ]
    assert policy_of(text(table(rows))) == policy_of(text(MAPPING))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({0: ""}, "PE1060"),
        ({1: "-"}, "PE1060"),
        ({3: "去年"}, "PE1040"),
        ({3: "2018/2/30"}, "PE1040"),
        ({6: "听说"}, "PE1042"),
        ({7: "三"}, "PE3020"),
        ({1: "2 × 3"}, "PE3045"),
        ({6: ""}, "PE3044"),
    ],
)
def test_a_slip_in_a_row_is_told(change: dict[int, str], code: str) -> None:
    row = [change.get(i, cell) for i, cell in enumerate(ROWS[0])]
    found = text(table([row, *ROWS[1:]]))
    told = codes(lambda: policy_of(found)) or [w.code for w in policy_of(found).warnings]
    assert code in told


def test_slips_in_the_header_and_between_rows_are_told() -> None:
    assert "PE1053" in codes(lambda: policy_of(text(table([["甲", "1"]], ["名称", "数值"]))))
    assert codes(lambda: policy_of(text(table([["甲"]], ["名称"])))) == ["PE1054"]
    assert codes(lambda: policy_of(text(table([["甲", "1"], ["甲", "2"]], ["名称", "值"])))) == ["PE3042"]


def test_a_parameter_may_be_called_file() -> None:
    assert policy_of(text("参数:\n  文件: {值: 5%, 来源: 推定}")).parameters["文件"].text == "5%"


def test_english_columns(tmp_path: Path) -> None:
    lines = [
        "# language: en",
        "format: 1",
        "policy: t/en",
        "title: A trial",
        "issuer: Somebody",
        "in force: {from: 2018-01-01, to: open, by: month}",
        "entities: {market: {id: m, single: yes}}",
        "parameters: {file: p.csv}",
    ]
    (tmp_path / "a.yaml").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "p.csv").write_text("name,value,to,source\nrate,5%,open,assumed\n", encoding="utf-8")
    assert load("t/en", period="2018-06", rules=tmp_path).parameters["rate"].text == "5%"
