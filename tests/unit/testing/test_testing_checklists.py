"""Steps about checklists, on reports written by hand: what they find, what they say when it is not so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from policy_engine.engine.checklist_document import (
    ChecklistReport,
    ItemFinding,
    ItemProblem,
    PaperFinding,
    Remark,
)
from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.policy.checklist_model import Checklist
from policy_engine.policy.model import Policy
from policy_engine.testing.check_checklists import (
    check_item,
    check_items,
    check_no_remark,
    check_remark,
    find_item,
    is_status,
)
from policy_engine.testing.problems import StepFailure


def item(name: str, status: str, text: str, slot: str = "", todo: str = "", **more: Any) -> ItemFinding:
    return ItemFinding(
        name=name,
        slot=slot or name,
        status=status,
        status_text=text,
        status_text_en=status,
        required=True,
        papers=more.get("papers", ()),
        problems=more.get("problems", ()),
        todo=todo,
        todo_en="",
        clauses=tuple(CitedClause(c, "", "") for c in more.get("clauses", ("甲-1",))),
        at="a.yaml:1",
    )


UNSEALED = ItemProblem("unsealed", "没有加盖公章", "no seal")
REPORT = ChecklistReport(
    kind="checklist",
    name="附件",
    entity="企业",
    key="甲",
    term="checklist",
    verdict="不齐全",
    complete=False,
    items=(
        item("执照", "submitted", "已交"),
        item("许可证/证", "substitutable", "缺，可用情况说明替代", "许可证", "补交许可证"),
        item(
            "批文",
            "unfit",
            "不合格",
            todo="换一份",
            papers=(PaperFinding("1", "批文", "a.pdf", "", (UNSEALED,)),),
            clauses=("甲-1", "甲-2"),
        ),
        item("机构代码", "substituted", "已以信用代码证替代"),
        item("照片/正面", "missing", "缺", "照片"),
        item("照片/背面", "optional", "可不交", "照片"),
        item("变更", "not_needed", "不涉及"),
    ),
    remarks=(Remark("unplaced", "第3份附件不归任何一项", "paper 3 belongs nowhere"),),
)
ROWS = [
    *(SimpleNamespace(name=i.name, slot=i.slot) for i in REPORT.items),
    SimpleNamespace(name="豁免", slot="豁免"),
]
BODY = Checklist("附件", "企业", "材料", "checklist", ("齐全", "不齐全"), cast(Any, tuple(ROWS)))
POLICY = cast(Policy, SimpleNamespace(checklists={"附件": BODY}))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("执照", "已交"),
        ("许可证", "缺"),
        ("许可证/证", "缺，可用情况说明替代"),
        ("许可证", "缺，可用…替代"),
        ("许可证", "缺，可用“情况说明”替代"),
        ("许可证", "缺，可用……替代"),
        ("批文", "不合格"),
        ("批文", "unfit"),
        ("机构代码", "已以信用代码证替代"),
        ("机构代码", "已以…替代"),
        ("照片/背面", "可不交"),
        ("变更", "不涉及"),
        ("豁免", "不涉及"),
    ],
)
def test_a_status_by_its_words(name: str, written: str) -> None:
    check_item(POLICY, REPORT, name, written)


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("执照", "缺", "“执照”是“已交”，不是“缺”"),
        ("执照", "已", "“执照”是“已交”，不是“已”"),
        ("批文", "格", "不是“格”"),
        ("批文", "…格.", "不是“…格.”"),
        ("许可证", "缺，可用批文替代", "“许可证”是“缺，可用情况说明替代”"),
        ("照片/正面", "缺，可用…替代", "“照片/正面”是“缺”"),
        ("照片", "缺", "“照片”有几项，请写行名：照片/正面、照片/背面"),
        ("执罩", "已交", "附件没有“执罩”这一项。已有的：执照"),
        ("豁免", "缺", "“豁免”不涉及，不是“缺”"),
    ],
)
def test_another_status(name: str, written: str, why: str) -> None:
    with pytest.raises(StepFailure, match=why):
        check_item(POLICY, REPORT, name, written)


def test_what_was_found_is_listed() -> None:
    with pytest.raises(StepFailure) as caught:
        check_item(POLICY, REPORT, "执照", "缺")
    assert str(caught.value).splitlines()[1:4] == [
        "  执照：已交",
        "  许可证/证：缺，可用情况说明替代（补交许可证）",
        "  批文：不合格（没有加盖公章；换一份）",
    ]
    assert "企业“甲”的附件是“不齐全”，各项是：" in str(caught.value)


def test_what_is_said_of_an_item() -> None:
    for words in ("公章", "换一份", "no seal"):
        check_item(POLICY, REPORT, "批文", "不合格", words)
    with pytest.raises(StepFailure, match="“批文”的提示里没有“格式”"):
        check_item(POLICY, REPORT, "批文", "不合格", "格式")
    with pytest.raises(StepFailure, match="“执照”的提示里没有“公章”"):
        check_item(POLICY, REPORT, "执照", "已交", "公章")
    with pytest.raises(StepFailure, match="不涉及"):
        check_item(POLICY, REPORT, "豁免", "不涉及", "公章")


def test_a_name_goes_before_a_slot() -> None:
    found = find_item(POLICY, REPORT, "照片/背面")
    assert found is not None
    assert (found.slot, is_status(found, "可不交")) == ("照片", True)


HEADER = ["项", "结果", "提示", "条款"]
LINES = [
    ["执照", "已交", "", "甲-1"],
    ["许可证", "缺", "补交", "-"],
    ["批文", "不合格", "公章", "甲-2、甲-1"],
    ["机构代码", "-", "-", "-"],
    ["照片/正面", "缺", "", ""],
    ["照片/背面", "可不交", "", "甲-1"],
    ["豁免", "不涉及", "", ""],
]


def lines(at: int, line: list[str]) -> list[list[str]]:
    rest = [ln if n != at else line for n, ln in enumerate(LINES)]
    rest[4] = ["照片/正面", "缺", "", "甲-1"] if at != 4 else line
    return [HEADER, *rest]


def test_all_items_in_a_table() -> None:
    check_items(POLICY, REPORT, lines(0, LINES[0]))
    check_items(POLICY, REPORT, [*lines(0, LINES[0]), ["变更", "不涉及", "", "甲-1"]])
    check_items(POLICY, REPORT, [["项"], *([line[0]] for line in LINES)])


@pytest.mark.parametrize(
    ("at", "line", "why"),
    [
        (0, ["执照", "缺", "", "甲-1"], "“执照”是“已交”，不是“缺”"),
        (0, ["执照", "", "", "甲-1"], "“执照”是“已交”，不是“”"),
        (0, ["执照", "已交", "盖章", "甲-1"], "“执照”的提示里没有“盖章”"),
        (2, ["批文", "不合格", "", "-"], "“批文”的提示不是空的：没有加盖公章；换一份"),
        (2, ["批文", "不合格", "-", "甲-1"], "“批文”依据的是 甲-1、甲-2，不是“甲-1”"),
        (4, ["照片/正面", "缺", "", ""], "“照片/正面”依据的是 甲-1，不是“”"),
        (6, ["豁免", "缺", "", ""], "“豁免”不涉及，结果不是“缺”"),
        (6, ["豁免", "-", "", "甲-1"], "“豁免”不涉及，条款不是“甲-1”"),
        (6, ["执照", "已交", "-", "-"], "“执照”列了不止一次"),
    ],
)
def test_a_line_that_does_not_hold(at: int, line: list[str], why: str) -> None:
    with pytest.raises(StepFailure, match=why):
        check_items(POLICY, REPORT, lines(at, line))


def test_every_item_that_applies_is_listed() -> None:
    with pytest.raises(StepFailure, match="表里没有列出：照片/正面、照片/背面\n"):
        check_items(POLICY, REPORT, [["项"], ["执照"], ["许可证"], ["批文"], ["机构代码"]])


def test_columns_of_the_table() -> None:
    with pytest.raises(StepFailure, match="没有“状态”这一栏；可以写：项、结果、提示、条款"):
        check_items(POLICY, REPORT, [["项", "状态"], ["执照", "已交"]])
    with pytest.raises(StepFailure, match="要有“项”这一栏"):
        check_items(POLICY, REPORT, [["结果"], ["已交"]])


def test_remarks() -> None:
    check_remark(REPORT, "不归任何一项")
    check_remark(REPORT, "belongs nowhere")
    with pytest.raises(
        StepFailure, match="没有含“过期”的提醒。企业“甲”的附件的提醒是：\n  第3份附件不归任何一项"
    ):
        check_remark(REPORT, "过期")
    with pytest.raises(StepFailure, match="不归任何一项"):
        check_no_remark(REPORT)
    check_no_remark(ChecklistReport("form", "表", "企业", "甲", "form", "齐全", True, (), ()))
