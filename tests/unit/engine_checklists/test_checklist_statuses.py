"""Every status an item can have, and what makes a paper fit."""

from __future__ import annotations

import pytest

from policy_engine.engine.checklist_document import MET
from unit.engine_checklists.submissions import (
    Facts,
    checklist,
    codes,
    fired,
    item,
    paper,
    remarks,
    statuses,
    submitted,
    told,
)

PLAIN = """
| 栏目 | 当：豁免 | 必交 | 材料 | 可代 | 可代条件 | 加盖公章 | 条款 |
| 执照 | - | 是 | 营业执照 | 信用代码证 | 三证合一 | - | 一 |
| 许可证 | 是 | 是 | 豁免证明 | - | - | - | 一 |
| 许可证 | 否 | 是 | 许可证 | 情况说明 | 证件缺失 | 代件 | 二 |
| 其他 | - | 否 | - | - | - | - | 一 |
"""
EXEMPT, LICENCE = "许可证/豁免证明", "许可证/许可证"
STATEMENT = paper("情况说明", 加盖公章="是")


def test_every_item_is_there() -> None:
    result = submitted(checklist(PLAIN), paper("营业执照"), paper("许可证"), paper("草图", "其他"))
    report = told(result)
    assert (report.verdict, report.complete) == ("齐全", True)
    assert statuses(report) == {
        "执照": "submitted",
        EXEMPT: "not_needed",
        LICENCE: "submitted",
        "其他": "submitted",
    }
    assert [i.status_text for i in report.items] == ["已交", "不涉及", "已交", "已交"]
    assert [i.required for i in report.items] == [True, False, True, False]
    assert not any(i.todo or i.todo_en for i in report.items)
    assert report.remarks == ()
    assert fired(result) == ("执照", LICENCE)  # what had to be there and is


def test_nothing_is_there() -> None:
    result = submitted(checklist(PLAIN))
    report = told(result)
    assert (report.verdict, report.complete) == ("不齐全", False)
    assert statuses(report) == {
        "执照": "missing",
        EXEMPT: "not_needed",
        LICENCE: "substitutable",
        "其他": "optional",
    }
    assert item(report, "执照").status_text == "缺"
    assert item(report, "执照").todo == "补交营业执照"
    assert item(report, LICENCE).status_text == "缺，可用加盖公章的“情况说明”替代"
    assert item(report, LICENCE).status_text_en == "missing, a sealed “情况说明” may stand in"
    assert item(report, LICENCE).todo == "补交加盖企业公章的情况说明，或补交许可证"
    assert item(report, LICENCE).todo_en == "submit 情况说明 bearing the company seal, or 许可证"
    assert item(report, "其他").status_text == "可不交"
    assert [c.id for c in item(report, LICENCE).clauses] == ["二"]
    assert item(report, LICENCE).at.startswith("试.yaml:")
    assert fired(result) == ("执照", LICENCE)  # what is missing
    assert result.value("firm", "A", "附件").clauses == ("一", "二")


def test_only_the_items_that_are_not_met_are_cited() -> None:
    result = submitted(checklist(PLAIN), paper("许可证"))
    assert fired(result) == ("执照",)
    assert result.value("firm", "A", "附件").clauses == ("一",)


def test_the_rows_that_do_not_apply_ask_nothing() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执照"), paper("豁免证明"), 豁免="是"))
    assert statuses(report)[LICENCE] == "not_needed" and report.complete


def test_a_substitute_stands_for_the_paper() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执照"), STATEMENT))
    found = item(report, LICENCE)
    assert (found.status, found.status_text) == ("substituted", "已以“情况说明”替代")
    assert [p.fills for p in found.papers] == ["substitute"]
    assert report.complete


def test_the_paper_itself_comes_before_its_substitute() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执照"), STATEMENT, paper("许可证")))
    found = item(report, LICENCE)
    assert found.status == "submitted"
    assert [(p.kind, p.fills) for p in found.papers] == [("情况说明", "substitute"), ("许可证", "paper")]


@pytest.mark.parametrize(("three_in_one", "status"), [("是", "substituted"), ("否", "missing")])
def test_a_substitute_may_have_a_condition(three_in_one: str, status: str) -> None:
    """Nobody meant a paper without a slot for an item where it may not stand."""
    report = told(submitted(checklist(PLAIN), paper("信用代码证"), 三证合一=three_in_one))
    found = item(report, "执照")
    assert found.status == status
    assert found.todo == ("补交营业执照" if status == "missing" else "")
    assert remarks(report) == (["unused"] if status == "missing" else [])


def test_a_substitute_put_where_it_may_not_stand() -> None:
    found = item(told(submitted(checklist(PLAIN), paper("信用代码证", "执照"))), "执照")
    assert (found.status, found.status_text, codes(found)) == ("unfit", "不合格", ["substitute"])
    (problem,) = found.papers[0].problems
    assert problem.text == "“信用代码证”在“三证合一”时才可替代"


def test_one_paper_fills_several_items() -> None:
    rows = """
    | 栏目 | 必交 | 材料 | 可代 | 条款 |
    | 执照 | 是 | 营业执照 | 信用代码证 | 一 |
    | 代码证 | 是 | 代码证 | 信用代码证 | 一 |
    """
    report = told(submitted(checklist(rows), paper("信用代码证")))
    assert statuses(report) == {"执照": "substituted", "代码证": "substituted"} and report.complete


def test_a_slot_holds_its_papers_to_itself() -> None:
    rows = """
    | 栏目 | 必交 | 材料 | 可代 | 条款 |
    | 执照 | 是 | 营业执照 | 信用代码证 | 一 |
    | 代码证 | 是 | 代码证 | 信用代码证 | 一 |
    """
    report = told(submitted(checklist(rows), paper("信用代码证", "代码证")))
    assert statuses(report) == {"执照": "substitutable", "代码证": "substituted"}
    assert item(report, "执照").papers == ()


def test_a_paper_of_another_kind_in_the_slot() -> None:
    report = told(submitted(checklist(PLAIN), paper("豁免证明", "许可证"), paper("营业执照")))
    found = item(report, LICENCE)
    assert (found.status, codes(found)) == ("unfit", ["kind"])
    assert found.papers[0].problems[0].text == "本栏收“许可证”或“情况说明”，交来的是“豁免证明”"
    assert report.remarks == ()


def test_a_slot_with_two_items_takes_both_kinds() -> None:
    """Front and back: the front is no wrong kind of the back."""
    rows = """
    | 栏目 | 必交 | 材料 | 条款 |
    | 身份证 | 是 | 正面 | 一 |
    | 身份证 | 是 | 反面 | 一 |
    """
    report = told(submitted(checklist(rows), paper("正面", "身份证")))
    assert statuses(report) == {"身份证/正面": "submitted", "身份证/反面": "missing"}
    assert item(report, "身份证/反面").papers == ()


def test_anything_goes_into_a_slot_without_kinds_but_only_by_name() -> None:
    rows = "| 栏目 | 必交 | 材料 | 条款 |\n| 合同 | 是 | - | 一 |"
    assert statuses(told(submitted(checklist(rows), paper("随便", "合同")))) == {"合同": "submitted"}
    report = told(submitted(checklist(rows), paper("随便")))
    assert statuses(report) == {"合同": "missing"}
    assert item(report, "合同").todo == "补交“合同”栏的材料"
    assert remarks(report) == ["unknown_kind"]


@pytest.mark.parametrize(("category", "status"), [("甲", "missing"), ("乙", "optional")])
def test_what_must_be_there_may_be_a_condition(category: str, status: str) -> None:
    rows = '| 栏目 | 必交 | 材料 | 条款 |\n| 执照 | 类别 = "甲" | 营业执照 | 一 |'
    result = submitted(checklist(rows), 类别=category)
    assert statuses(told(result)) == {"执照": status}
    assert told(result).complete is (status in MET)


def test_when_nothing_had_to_be_there_the_checklist_itself_is_cited() -> None:
    rows = "| 栏目 | 必交 | 材料 | 条款 |\n| 执照 | 否 | 营业执照 | 一 |"
    result = submitted(checklist(rows, "条款: 二"))
    assert fired(result) == ()
    assert result.value("firm", "A", "附件").clauses == ("二",)


def test_verdicts_in_words_of_ones_own() -> None:
    rows = "| 栏目 | 必交 | 材料 | 条款 |\n| 执照 | 是 | 营业执照 | 一 |"
    policy = checklist(rows, "结论: [行, 不行]\n代号: enterprise_documents")
    result = submitted(policy)
    assert told(result, "enterprise_documents").verdict == "不行"
    assert result.value("firm", "A", "enterprise_documents").text == "不行"


FIT = """
| 栏目 | 必交 | 材料 | 材料：出具日期 | 可代 | 加盖公章 | 格式 | 大小上限 | 条款 |
| 批复 | 是 | 批复 | >= 2018-06-01 | 情况说明 | {seal} | {format} | {size} | 一 |
"""
GOOD: Facts = {"出具日期": "2018-06-01", "文件格式": "PDF", "文件大小": "2097152", "加盖公章": "是"}


def fit(seal: str = "是", format_: str = "PDF", size: str = "2 MB") -> str:
    return FIT.format(seal=seal, format=format_, size=size)


def test_a_paper_that_is_all_it_should_be() -> None:
    assert told(submitted(checklist(fit()), paper("批复", **GOOD))).complete


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"加盖公章": "否"}, "unsealed", "没有加盖公章"),
        ({"加盖公章": None}, "unsealed", "没有加盖公章"),
        ({"文件格式": "JPG"}, "format", "须为PDF，实为JPG"),
        ({"文件格式": "其他"}, "format", "须为PDF，实为其他"),
        ({"文件格式": None}, "unchecked", "文件没有查验，须为PDF"),
        ({"文件大小": "3250586"}, "size", "文件 3.1 MB，超过上限 2 MB"),
        ({"文件大小": "2097153"}, "size", "文件 2097153 B，超过上限 2097152 B"),
        ({"文件大小": None}, "size_unchecked", "文件大小没有查验，上限 2 MB"),
        ({"文件问题": "有密码，打不开"}, "file", "文件不能用：有密码，打不开"),
        ({"出具日期": "2018-05-31"}, "test", "“出具日期”须满足：>= 2018-06-01，实为2018-05-31"),
        ({"出具日期": None}, "test", "“出具日期”须满足：>= 2018-06-01，没有填"),
    ],
)
def test_what_is_wrong_with_a_paper(change: Facts, code: str, text: str) -> None:
    result = submitted(checklist(fit()), paper("批复", **(GOOD | change)))
    found = item(told(result), "批复")
    assert (found.status, codes(found)) == ("unfit", [code])
    (problem,) = found.papers[0].problems
    assert problem.text == text
    assert problem.text_en and problem.text_en != problem.text
    assert found.papers[0].fills == ""
    assert not told(result).complete


def test_all_that_is_wrong_is_told_at_once() -> None:
    bad = paper(
        "批复", 出具日期="2018-05-31", 文件格式="PNG", 文件大小="9999999", 加盖公章="否", 文件="甲.png"
    )
    found = item(told(submitted(checklist(fit()), bad)), "批复")
    assert codes(found) == ["unsealed", "format", "size", "test"]
    assert found.papers[0].file == "甲.png"
    assert found.todo == (
        "补交加盖企业公章的情况说明（PDF格式，不超过 2 MB），"
        "或补交加盖企业公章的批复（PDF格式，不超过 2 MB，出具日期：>= 2018-06-01）"
    )


def test_a_broken_file_is_not_also_called_unexamined() -> None:
    bad = paper("批复", **(GOOD | {"文件格式": None, "文件大小": None, "文件问题": "找不到"}))
    assert codes(item(told(submitted(checklist(fit()), bad)), "批复")) == ["file"]


@pytest.mark.parametrize(
    ("seal", "alone", "instead"),
    [
        ("否", True, True),
        ("-", True, True),
        ("是", False, False),
        ("材料", False, True),
        ("代件", True, False),
    ],
)
def test_who_bears_the_seal(seal: str, alone: bool, instead: bool) -> None:
    unsealed = GOOD | {"加盖公章": "否"}
    assert told(submitted(checklist(fit(seal)), paper("批复", **unsealed))).complete is alone
    assert told(submitted(checklist(fit(seal)), paper("情况说明", **unsealed))).complete is instead


def test_tests_of_the_paper_are_not_asked_of_its_substitute() -> None:
    assert told(submitted(checklist(fit()), paper("情况说明", **(GOOD | {"出具日期": None})))).complete


def test_one_of_several_formats() -> None:
    policy = checklist(fit(format_="PDF、JPG"))
    assert told(submitted(policy, paper("批复", **(GOOD | {"文件格式": "JPG"})))).complete
    found = item(told(submitted(policy, paper("批复", **(GOOD | {"文件格式": "OFD"})))), "批复")
    assert found.papers[0].problems[0].text == "须为PDF或JPG，实为OFD"


def test_limits_of_the_whole_checklist() -> None:
    rows = "| 栏目 | 必交 | 材料 | 条款 |\n| 批复 | 是 | 批复 | 一 |"
    policy = checklist(rows, "格式: PDF\n大小上限: 1 KB")
    assert told(submitted(policy, paper("批复", 文件格式="PDF", 文件大小="1024"))).complete
    found = item(told(submitted(policy, paper("批复", 文件格式="PDF", 文件大小="2048"))), "批复")
    assert found.papers[0].problems[0].text == "文件 2 KB，超过上限 1 KB"


def test_a_file_problem_spoils_a_paper_wherever_it_goes() -> None:
    report = told(submitted(checklist(PLAIN), paper("草图", "其他", 文件问题="空文件")))
    assert statuses(report)["其他"] == "optional"
    assert remarks(report) == ["unfit_optional"]
    assert report.remarks[0].text == "“其他”可不交，但交来的“草图”不合格：文件不能用：空文件"


def test_what_a_sensitive_term_of_a_paper_says_is_not_shown() -> None:
    rows = '| 栏目 | 必交 | 材料 | 材料：验证码 | 条款 |\n| 批复 | 是 | 批复 | "7788" | 一 |'
    result = submitted(checklist(rows), paper("批复", 验证码="4321"))
    assert codes(item(told(result), "批复")) == ["test"]
    assert "4321" not in repr(told(result))


# -- papers that nobody asked for -----------------------------------------------------------------


def test_an_unknown_slot_is_told() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执照", "执造")))
    assert remarks(report) == ["unknown_slot"]
    assert report.remarks[0].text == (
        "企业材料 1“营业执照”：没有“执造”这一栏，这份材料没有用上；是不是“执照”？"
    )
    assert statuses(report)["执照"] == "missing"


def test_an_unknown_kind_is_told() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执造")))
    assert remarks(report) == ["unknown_kind"]
    assert report.remarks[0].text == "企业材料 1“营业执造”：清单里没有“营业执造”这种材料；是不是“营业执照”？"
    assert "did you mean “营业执照”?" in report.remarks[0].text_en


def test_an_unknown_kind_in_a_known_slot_is_told_there_too() -> None:
    report = told(submitted(checklist(PLAIN), paper("营业执造", "执照")))
    assert codes(item(report, "执照")) == ["kind"]
    assert remarks(report) == ["unknown_kind"]


def test_a_paper_that_no_item_takes_is_told() -> None:
    report = told(submitted(checklist(PLAIN), paper("豁免证明")))
    assert remarks(report) == ["unused"]


def test_a_paper_in_a_slot_that_does_not_apply_is_told() -> None:
    rows = """
    | 栏目 | 当：豁免 | 必交 | 材料 | 条款 |
    | 证明 | 是 | 是 | 证明 | 一 |
    | 执照 | - | 是 | 执照 | 一 |
    """
    report = told(submitted(checklist(rows), paper("证明", "证明"), paper("执照")))
    assert statuses(report) == {"证明": "not_needed", "执照": "submitted"}
    assert remarks(report) == ["unused"] and report.complete


def test_a_sensitive_file_name_is_not_shown() -> None:
    from unit.engine_checklists import submissions as s
    from unit.policy.rule_text import policy_of, rule_file

    terms = s.TERMS + "企业材料 | 文件 | file | 文本 | | | 可空；敏感 |\n"
    rows = "      | 栏目 | 必交 | 材料 | 条款 |\n      | 批复 | 是 | 批复 | 一 |\n"
    more = f"{s.CLAUSES}\n材料清单:\n  附件:\n    对象: 企业\n    材料: |\n{rows}"
    policy = policy_of(rule_file(terms=terms, entities=s.ENTITIES, more=more))
    report = told(submitted(policy, paper("批复", 文件="张三.pdf")))
    assert report.complete
    assert "张三" not in repr(report) and item(report, "批复").papers[0].file
