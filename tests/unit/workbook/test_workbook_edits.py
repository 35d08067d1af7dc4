"""Edited cells come back at their place in the text; the rest of the file stays as it is."""

import pytest

from unit.workbook.conftest import POLICY
from unit.workbook.editing import cell, edited, line, text_of


def said(imported, lang="zh"):
    return [change.render(lang, {}) for change in imported.changes]


def lines_of(diff):
    """The lines taken out and put in."""
    return [text for text in diff if text[:1] in "+-" and text[:3] not in ("+++", "---")]


def test_a_number(file):
    imported = edited(file, lambda w: setattr(w["参数"]["B2"], "value", "6%"))
    assert text_of(imported) == POLICY.replace("{值: 5%,", "{值: 6%,")
    assert said(imported) == ["参数｜第 1 行“幅度”，值：5% → 6%"]
    assert said(imported, "en") == ["参数｜row 1 “幅度”, 值: 5% → 6%"]
    assert file.read_text(encoding="utf-8") == POLICY  # a dry run
    imported.write()
    assert file.read_text(encoding="utf-8") == text_of(imported)


def test_a_number_typed_as_a_number(file):
    def edit(workbook):
        workbook["参数"]["B2"] = 0.0525
        workbook["参数"]["B2"].number_format = "0.00%"

    assert "{值: 5.25%," in text_of(edited(file, edit))


def test_a_new_value_of_a_parameter_makes_a_timeline(file):
    def edit(workbook):
        sheet = workbook["参数"]
        sheet["E2"] = "2018-12-31"
        sheet.append(["幅度", "3%", None, "2019-01-01", "未定", None, "原文", "二-1，二-2", "又调"])

    imported = edited(file, edit)
    assert text_of(imported) == POLICY.replace(
        "  幅度: {值: 5%, 自: 2018-06-01, 至: 未定, 来源: 原文, 条款: 二-1}   # 先用这个\n",
        "  幅度:\n"
        "    - {值: 5%, 自: 2018-06-01, 至: 2018-12-31, 来源: 原文, 条款: 二-1}  # 先用这个\n"
        "    - {值: 3%, 自: 2019-01-01, 至: 未定, 来源: 原文, 条款: [二-1, 二-2]}  # 又调\n",
    )
    assert said(imported) == [
        "参数｜第 1 行“幅度”，至：未定 → 2018-12-31",
        "参数｜新增第 2 行：名称 幅度；值 3%；自 2019-01-01；至 未定；来源 原文；条款 二-1、二-2；备注 又调",
    ]


def test_a_timeline_grows_shrinks_and_keeps_its_comments(file):
    def edit(workbook):
        sheet = workbook["参数"]
        assert [sheet.cell(r, 1).value for r in (3, 4, 5)] == ["#", "单价", "单价"]
        sheet["E5"] = "2019-12-31"
        sheet.insert_rows(6)
        for column, text in enumerate(["单价", "70 元/兆瓦时", None, "2020-01-01", "未定"], start=1):
            sheet.cell(6, column, text)
        sheet.delete_rows(4)
        sheet["D4"] = "2018-06-01"

    assert text_of(edited(file, edit)) == POLICY.replace(
        "    - {值: 50 元/兆瓦时, 自: 2018-06-01, 至: 2018-12-31, 来源: 原文, 条款: 二-1}\n"
        "    - {值: 60 元/兆瓦时, 自: 2019-01-01, 至: 未定, 来源: 原文, 条款: [二-1, 二-2]}   # 涨价\n",
        "    - {值: 60 元/兆瓦时, 自: 2018-06-01, 至: 2019-12-31, 来源: 原文, 条款: [二-1, 二-2]}   # 涨价\n"
        "    - {值: 70 元/兆瓦时, 自: 2020-01-01, 至: 未定}\n",
    )


def test_keys_of_a_row_come_and_go(file):
    def edit(workbook):
        sheet = workbook["条款"]
        sheet["D2"], sheet["E2"] = "否", "办法未出台"
        sheet["D4"] = sheet["E4"] = None
        sheet["F4"] = None
        sheet["F2"] = "新的备注"

    assert text_of(edited(file, edit)) == POLICY.replace(
        "摘要: 超过幅度的考核}\n", "摘要: 超过幅度的考核, 可检验: 否, 原因: 办法未出台}  # 新的备注\n"
    ).replace("摘要: 公布, 可检验: 否, 原因: 在平台上}   # 平台\n", "摘要: 公布}\n")


def test_rows_are_added_renamed_and_moved(file):
    def edit(workbook):
        sheet = workbook["条款"]
        sheet.append(["三-1", "三、第1句", "另行, 规定: 试行"])
        sheet.append(["#", "以下待定"])
        sheet.append(["三-2", "三、第2句", "待定"])
        cell(workbook, "口径", "边界").value = "临界值"

    text = text_of(edited(file, edit))
    assert text == POLICY.replace(
        "   # 平台\n",
        '   # 平台\n  三-1: {位置: 三、第1句, 摘要: "另行, 规定: 试行"}\n  # 以下待定\n'
        "  三-2: {位置: 三、第2句, 摘要: 待定}\n",
    ).replace("  边界: {", "  临界值: {")


def test_only_the_changed_line_of_a_table_changes_while_it_fits(file):
    imported = edited(file, lambda w: setattr(cell(w, "分档", "不超过 10"), "value", "不超过 20"))
    assert lines_of(imported.diff) == [
        "-      | 低   | 不超过 10          | 低     | 二-1 |",
        "+      | 低   | 不超过 20          | 低     | 二-1 |",
    ]
    assert said(imported) == ["分档｜第 1 行“低”，当：电量：不超过 10 → 不超过 20"]


def test_a_wider_cell_aligns_its_table_again_and_no_other(file):
    def edit(workbook):
        cell(workbook, "分档", "中").value = "中间的档"

    assert text_of(edited(file, edit)) == POLICY.replace(
        """\
      | 行名 | 当：电量           | 则：档 | 条款 |
      | 低   | 不超过 10          | 低     | 二-1 |
      | 中   | > 10 且 <= 100.50  | 中     | 二-1 |
      | 高   | 超过 100.50        | 高     | 二-1 |
""",
        """\
      | 行名     | 当：电量           | 则：档 | 条款 |
      | 低       | 不超过 10          | 低     | 二-1 |
      | 中间的档 | > 10 且 <= 100.50  | 中     | 二-1 |
      | 高       | 超过 100.50        | 高     | 二-1 |
""",
    )


def test_rows_and_columns_of_a_table(file):
    def edit(workbook):
        sheet = workbook["分档"]
        high = cell(workbook, "分档", "高").row
        for column, text in enumerate(["更高", "超过 1|000", "高", "二-1"], start=1):
            sheet.cell(high + 1, column, text)
        sheet.cell(high, 2).value = "> 100.50 且 <= 1000"
        header = cell(workbook, "分档", "条款").row
        for row, text in enumerate(["当：幅度", "-", "-", "-", "-"], start=header):
            sheet.cell(row, 5, text)

    with pytest.raises(Exception, match="分档!B12"):  # 1|000 is no number, but it is in the cell
        edited(file, edit)

    def again(workbook):
        edit(workbook)
        cell(workbook, "分档", "超过 1|000").value = "超过 1000"

    assert text_of(edited(file, again)) == POLICY.replace(
        """\
      | 行名 | 当：电量           | 则：档 | 条款 |
      | 低   | 不超过 10          | 低     | 二-1 |
      | 中   | > 10 且 <= 100.50  | 中     | 二-1 |
      | 高   | 超过 100.50        | 高     | 二-1 |
""",
        """\
      | 行名 | 当：电量            | 则：档 | 条款 | 当：幅度 |
      | 低   | 不超过 10           | 低     | 二-1 | -        |
      | 中   | > 10 且 <= 100.50   | 中     | 二-1 | -        |
      | 高   | > 100.50 且 <= 1000 | 高     | 二-1 | -        |
      | 更高 | 超过 1000           | 高     | 二-1 | -        |
""",
    )


def test_the_keys_of_an_entry(file):
    def edit(workbook):
        sheet = workbook["分档"]
        assert [sheet.cell(r, 1).value for r in range(3, 6)] == ["适用", "多行命中", "#"]
        sheet["B4"], sheet["C4"] = "取首行", "从上到下"
        sheet.insert_rows(5)
        sheet["A5"], sheet["B5"], sheet["C5"] = "默认 › 档", "低", "兜底"
        cell(workbook, "分档", "#").offset(0, 1).value = "表在下面"
        sheet["B1"], sheet["C1"] = "按量分档", None

    imported = edited(file, edit)
    assert text_of(imported) == POLICY.replace(
        """\
  分档:               # 三档
    适用: [用户]
    多行命中: 不允许  # 互斥
    # 表从这里开始
""",
        """\
  按量分档:
    适用: [用户]
    多行命中: 取首行  # 从上到下
    默认: {档: 低}  # 兜底
    # 表在下面
""",
    )


def test_the_header_above_the_keys_may_go(file):
    assert edited(file, lambda w: w["分档"].delete_rows(2)).diff == ()


def test_a_hidden_sheet_counts(file):
    def edit(workbook):
        workbook["参数"]["B2"] = "6%"
        workbook["参数"].sheet_state = "hidden"

    assert "值: 6%" in text_of(edited(file, edit))


def test_tables_in_files_stay_beside_the_rule_file(file):
    """Their keys stand in 原文, and the check reads them where the rule file is."""
    table = "行名,当：电量,则：档,条款\n低,不超过 10,低,二-1\n其他,超过 10,高,二-1\n"
    (file.parent / "分档.csv").write_text(table, encoding="utf-8-sig")
    start, end = POLICY.index("    决策表"), POLICY.index("  用户.电费")
    text = POLICY[:start] + "    决策表: {文件: 分档.csv}\n\n" + POLICY[end:]
    file.write_text(text, encoding="utf-8")

    imported = edited(file, lambda w: w["参数"].__setitem__("B2", "6%"))
    assert text_of(imported) == text.replace("值: 5%", "值: 6%")
    assert sorted(path.name for path in file.parent.iterdir()) == ["偏差.xlsx", "偏差.yaml", "分档.csv"]
    with pytest.raises(Exception, match="没有叫“没有"):
        edited(file, lambda w: w["参数"].__setitem__("B2", "没有"))


def test_an_english_file(tmp_path):
    file = tmp_path / "a.yaml"
    text = """\
# language: en
format: 1
policy: x/en
title: T
issuer: I
in force: {from: 2018-01-01, to: open, by: month}
clauses:
  a-1: {position: "1", summary: hello}   # note
entities:
  user: {id: user, key: user_id}
terms: |
  | entity | name   | id     | type   | unit | places | other | range     |
  | user   | energy | energy | energy | MWh  | 3      |       | 0 to 10   |
  | user   | kind   | kind   | option |      |        |       | low, high |
parameters:
  rate:
    # first
    - {value: 5%, from: 2018-01-01, to: 2018-12-31, source: original}   # a
    - value: 6%
      from: 2019-01-01
      to: open

      source: original   # b
decisions:
  kinds:
    applies to: user
    hit policy: first
    table: |
      | row | when: energy | then: kind | clause |
      | a   | > 5 MWh      | high       | a-1    |
      | b   | -            | low        | a-1    |
"""
    file.write_text(text, encoding="utf-8")

    def edit(workbook):
        assert workbook.sheetnames[:3] == ["Guide", "clauses", "terms"]
        assert [c.value for c in workbook["parameters"][1]][:4] == ["name", "value", "unit", "from"]
        workbook["parameters"]["B3"] = "7%"
        workbook["parameters"]["F3"] = "2020-01-01"
        workbook["clauses"]["D2"] = False
        workbook["clauses"]["E2"] = "why"

    with pytest.raises(Exception, match="clauses!D2"):
        edited(file, edit)

    def again(workbook):
        edit(workbook)
        workbook["clauses"]["D2"] = "no"

    def shorter(workbook):
        workbook["parameters"]["G3"] = None

    with pytest.raises(Exception, match=r"PE7098.*parameters!G3"):  # the note stands on its line
        edited(file, shorter)

    def shortest(workbook):
        shorter(workbook)
        workbook["parameters"]["I3"] = None

    assert text_of(edited(file, shortest)) == text.replace("      source: original   # b\n", "")

    assert text_of(edited(file, again)) == text.replace("value: 6%", "value: 7%").replace(
        "      to: open\n\n", "      to: open\n      review: 2020-01-01\n\n"
    ).replace("summary: hello}", "summary: hello, testable: no, reason: why}")


def test_a_key_is_taken_out(file):
    def edit(workbook):
        sheet = workbook["分档"]
        sheet.delete_rows(5)  # the comment

    assert text_of(edited(file, edit)) == POLICY.replace("    # 表从这里开始\n", "")


def test_lines_of_the_text(file):
    def edit(workbook):
        line(workbook, "取整: 四舍五入").value = "    取整: 向下 2 位   # 只舍不入"
        line(workbook, "标题").value = "标题: 偏差考核办法（修订）"

    imported = edited(file, edit)
    assert text_of(imported) == POLICY.replace("四舍五入 2 位", "向下 2 位   # 只舍不入").replace(
        "标题: 偏差考核办法", "标题: 偏差考核办法（修订）"
    )
    assert "原文｜写上：取整: 向下 2 位 # 只舍不入" in said(imported)


def test_a_line_is_inserted_and_one_taken_out(file):
    def edit(workbook):
        sheet = workbook["原文"]
        at = line(workbook, "计算公式").row
        sheet.insert_rows(at)
        sheet.cell(at, 2, "    # 含税")
        sheet.delete_rows(line(workbook, "# 先分档").row)

    assert text_of(edited(file, edit)) == POLICY.replace("    计算公式", "    # 含税\n    计算公式").replace(
        "  # 先分档\n", ""
    )


def test_what_looks_like_a_formula_is_a_text(file):
    """Nothing of a rule file is ever computed by the workbook."""
    import openpyxl

    file.write_text(
        POLICY.replace("缘由: 按字面", '缘由: "=HYPERLINK(\\"http://x\\")"').replace(
            "摘要: 公布", '摘要: "@SUM(1)"'
        ),
        encoding="utf-8",
    )
    edited(file, lambda w: None)
    workbook = openpyxl.load_workbook(file.with_suffix(".xlsx"))
    assert cell(workbook, "口径", '=HYPERLINK("http://x")').data_type == "s"
    types = {
        c.data_type for sheet in workbook for row in sheet.iter_rows() for c in row if c.value is not None
    }
    assert types == {"s"}
    formats = {
        c.number_format
        for sheet in workbook.worksheets[:-1]
        for row in sheet.iter_rows()
        for c in row
        if c.value
    }
    assert formats == {"@"}


def test_readings_are_chosen_from_a_list(file):
    import openpyxl

    edited(file, lambda w: None)
    sheet = openpyxl.load_workbook(file.with_suffix(".xlsx"))["口径"]
    (rule,) = [r for r in sheet.data_validations.dataValidation if "B2" in r.sqref]
    assert rule.formula1 == '"不含,含"'


def test_sheets_of_an_eligibility(rules):
    path = rules / "jibei" / "exemption.yaml"

    def edit(workbook):
        cell(workbook, "免考资格·不予认定情形", "整份不予认定").value = "该佐证待补"

    imported = edited(path, edit, rules=rules)
    assert len(lines_of(imported.diff)) == 2
    assert said(imported) == ["免考资格·不予认定情形｜第 3 行“自身原因”，后果：整份不予认定 → 该佐证待补"]


def test_a_table_goes_with_its_sheet_and_its_marker(file):
    text = POLICY.replace(
        "  用户.电费:",
        "  又一张:\n    适用: 用户\n    多行命中: 不允许\n    决策表: |\n"
        "      | 当：电量 | 则：等 | 条款 |\n      | -        | 甲     | 二-1 |\n\n  用户.电费:",
    ).replace(
        "  | 用户 | 电费 ",
        "  | 用户 | 等       | grade            | 选项 |           |        |      | 甲、乙             |\n  | 用户 | 电费 ",
    )
    file.write_text(text, encoding="utf-8")

    def edit(workbook):
        del workbook["又一张"]
        workbook["原文"].delete_rows(line(workbook, "“又一张”").row)
        workbook["词条"].delete_rows(cell(workbook, "词条", "等").row)

    imported = edited(file, edit)
    assert "又一张" not in text_of(imported) and "| 等 " not in text_of(imported)
    assert "又一张｜整张表去掉" in said(imported)
