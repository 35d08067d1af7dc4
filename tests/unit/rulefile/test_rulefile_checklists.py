"""The tables of 材料清单 and 填报要求 as written: headers, blank cells, names; and the keys beside them."""

from __future__ import annotations

import pytest
from reading import ENGLISH_HEAD, HEAD, codes, read

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.rulefile.checklist_tables import MAX_ROWS, RuleTable, read_fields, read_items
from policy_engine.rulefile.terms import TermRow, read_terms

CHECKLIST = "材料清单:\n  附件:\n    对象: 企业\n    材料: |\n"
FORM = "填报要求:\n  账号:\n    对象: 企业\n    字段: |\n"


def items(*lines: str) -> tuple[RuleTable | None, tuple[Diagnostic, ...]]:
    doc = read(CHECKLIST + "".join(f"      {line}\n" for line in lines))
    report = Diagnostics()
    return read_items(doc.checklists[0].value.items, doc.language, report), report.items


def fields(*lines: str) -> tuple[RuleTable | None, tuple[Diagnostic, ...]]:
    doc = read(FORM + "".join(f"      {line}\n" for line in lines))
    report = Diagnostics()
    return read_fields(doc.forms[0].value.fields_, doc.language, report), report.items


def test_a_row_has_its_cells_by_column() -> None:
    table, found = items(
        "| 条款 | 当：豁免 | 材料       | 材料：出具日期 | 栏目 | 必交 | 可代 | 当: 类别 |",
        "| 一、二 | 是   | 执照、批文 | 不低于 2018-01-01 | 证照 | 是 | - | 甲 |",
    )
    assert table is not None and not found
    (row,) = table.rows
    assert [c.text for c in table.conditions] == ["豁免", "类别"]
    assert [c.text for c in row.conditions] == ["是", "甲"]
    assert [c.text for c in table.tests] == ["出具日期"]
    assert [c.text for c in row.tests] == ["不低于 2018-01-01"]
    assert [n.text for n in row.names("paper")] == ["执照", "批文"]
    assert [c.text for c in row.clauses] == ["一", "二"]
    assert row.cell("substitute") is None and row.cell("sealed") is None
    assert row.span.text.startswith("一、二") and row.span.text.endswith("甲")


def test_a_table_may_be_a_list_of_rows() -> None:
    doc = read(
        "材料清单:\n  附件:\n    对象: 企业\n    材料:\n"
        "      - {栏目: 执照, 必交: 是, 材料: [执照, 批文], 条款: 一}\n"
        "      - {栏目: 其他, 必交: 否, 材料: -, 条款: 一}\n"
    )
    table = read_items(doc.checklists[0].value.items, doc.language, Diagnostics())
    assert table is not None
    assert [[n.text for n in row.names("paper")] for row in table.rows] == [["执照", "批文"], []]


@pytest.mark.parametrize(
    ("header", "code", "near"),
    [
        ("| 栏目 | 必交 | 材料 | 加盖公张 | 条款 |", "PE1053", "加盖公章"),
        ("| 栏目 | 必交 | 材料 | 材料：  | 条款 |", "PE1053", "材料"),
        ("| 栏目 | 必交 | 材料 | 条款：X | 条款 |", "PE1053", ""),
        ("| 栏目 | 必交 | 材料 | slot | 条款 |", "PE1053", ""),
        ("| 栏目 | 必交 | 材料 | 栏目 | 条款 |", "PE1055", ""),
        ("| 栏目 | 必交 | 可代 | 格式 | 条款 |", "PE1054", ""),
        ("| 栏目 | 行名 | 材料 | 格式 | 条款 |", "PE1054", ""),
    ],
)
def test_a_header_that_cannot_be_used(header: str, code: str, near: str) -> None:
    table, found = items(header, "| 执照 | 是 | 执照 | - | 一 |")
    assert table is None
    assert [d.code for d in found] == [code]
    assert near in (found[0].hint_text() or "")


def test_needed_cells_and_what_may_be_blank() -> None:
    table, found = items(
        "| 栏目 | 必交 | 材料 | 条款 |",
        "|      | 是   | 执照 | 一   |",
        "| 执照 | -    | 执照 | 一   |",
        "| 执照 | 是   |      | 一   |",
        "| 其他 | 否   | -    | 一   |",
        "| 其他 | 否   | -    |      |",
    )
    assert table is not None
    assert [row.cells["slot"].text for row in table.rows] == ["其他", "其他"]
    assert [d.code for d in found] == ["PE1060", "PE1060", "PE1060", "PE3178"]
    assert "“-”" in (found[2].hint_text() or "")


def test_a_bar_in_a_pattern() -> None:
    table, found = fields(r"| 字段 | 代号 | 必填 | 格式 | 条款 |", r"| 编号 | code | 是 | A\|B\d+ | 一 |")
    assert table is not None and not found
    cell = table.rows[0].cell("format")
    assert cell is not None and cell.text == r"A|B\d+"


def test_rows_have_an_end() -> None:
    rows = [f"| 证{n} | 是 | - | 一 |" for n in range(MAX_ROWS)]
    header = "| 栏目 | 必交 | 材料 | 条款 |"
    table, found = items(header, *rows)
    assert table is not None and len(table.rows) == MAX_ROWS and not found
    table, found = items(header, *rows, "| 再来 | 是 | - | 一 |")
    assert table is None and [d.code for d in found] == ["PE3185"]


def test_keys_of_the_sections_in_both_languages() -> None:
    doc = read(
        "主体:\n  企业: {代号: company, 主键: company_id}\n"
        "  材料: {代号: paper, 属于: 企业, 附件: 是}\n"
        "  计量点: {代号: meter, 主键: meter_id, 属于: 企业, 合并范围: 口径.合并}\n"
    )
    papers, meter = doc.entities[1].value, doc.entities[2].value
    assert papers.papers and papers.key is None and not doc.entities[0].value.papers
    assert meter.merged_within is not None and meter.merged_within.text == "口径.合并"
    english = read(
        "checklists:\n  documents:\n    subject: company\n    papers: paper\n    max_size: 20 MB\n"
        "    format: [PDF, JPG]\n    items: |\n"
        "      | slot | required | paper | clause |\n      | licence | yes | licence | a |\n",
        ENGLISH_HEAD,
    )
    checklist = english.checklists[0].value
    assert [f.text for f in checklist.formats] == ["PDF", "JPG"]
    assert checklist.max_size is not None and checklist.max_size.text == "20 MB"


def test_keys_that_are_not_there() -> None:
    assert codes("材料清单:\n  附件: {对象: 企业}\n") == ["PE1005"]
    assert codes(FORM.replace("字段: |", "字断: |") + "      | 字段 |\n      | 甲 |\n") == ["PE1004"]
    assert codes("主体:\n  材料: {代号: paper, 附件: 要}\n") == ["PE1041"]


def flagged(other: str, head: str = HEAD, type_: str = "文本") -> tuple[TermRow | None, list[str]]:
    key, header = ("词条", "| 主体 | 名称 | 代号 | 类型 | 其他 |")
    if head is ENGLISH_HEAD:
        key, header = ("terms", "| entity | name | id | type | other |")
    doc = read(f"{key}: |\n  {header}\n  | 企业 | 甲 | a | {type_} | {other} |\n", head)
    assert doc.terms is not None
    report = Diagnostics()
    found = read_terms(doc.terms, doc.language, report)
    return (found[0] if found else None), [d.code for d in report.items]


@pytest.mark.parametrize("other", ["由交易中心填", "可空；由 交易中心 填", "由交易中心填; 敏感"])
def test_who_fills_in_a_term(other: str) -> None:
    row, found = flagged(other)
    assert row is not None and not found
    assert row.filled_by is not None and row.filled_by.text == "交易中心"
    assert row.filled_by.span().text == "交易中心"


def test_who_fills_in_a_term_in_english() -> None:
    row, found = flagged("nullable; Filled by the exchange", ENGLISH_HEAD, "text")
    assert row is not None and not found
    assert row.filled_by is not None and row.filled_by.text == "the exchange"


@pytest.mark.parametrize("other", ["由填", "由 填", "由交易中心", "交易中心填", "由甲填；由乙填"])
def test_who_fills_in_a_term_is_one_authority(other: str) -> None:
    assert flagged(other)[1] == ["PE1058"]
