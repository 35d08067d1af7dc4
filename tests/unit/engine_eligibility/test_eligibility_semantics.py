"""What a 认定 means, on small rule files: cells, three values, consequences, its verdict as a term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.eligibility import findings
from policy_engine.engine.eligibility_document import EligibilityReport
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file

ENTITIES = """
全月: {代号: market, 单例: 是}
申请: {代号: application, 主键: application_id}
佐证: {代号: document, 主键: document_id, 属于: 申请}
"""
TERMS = """
    申请 | 方向 | side | 选项 | | | | 用电、发电
    申请 | 确认 | confirmed | 是否 | | | 可空 |
    佐证 | 层级 | level | 等级 | | | 可空 | 乡 < 县 < 省
    佐证 | 份量 | weight | 数 | | 1 | 可空 | 0 至 100
"""
CLAUSES = "条款:\n  一: {位置: 甲, 摘要: 甲}\n  二: {位置: 乙, 摘要: 乙}"


def policy(
    grounds: str,
    exclusions: str = "",
    *,
    head: str = "",
    terms: str = "",
    decisions: str = "",
    name: str = "资格",
    more: str = "",
) -> Policy:
    """``grounds``, ``exclusions``: bar tables, one row a line."""
    tables = f"    可予认定情形: |\n{_table(grounds)}\n"
    tables += f"    不予认定情形: |\n{_table(exclusions)}\n" if exclusions else ""
    head = head or "对象: 申请\n结论: [符合, 待补, 不符合]"
    lines = "\n".join("    " + line for line in head.splitlines())
    more = f"{CLAUSES}\n{more}\n认定:\n  {name}:\n{lines}\n{tables}"
    return policy_of(rule_file(decisions, terms=TERMS + terms, entities=ENTITIES, more=more))


def _table(text: str) -> str:
    return "\n".join("      " + line.strip() for line in text.strip().splitlines())


Row = Mapping[str, object]


def decide(bound: Policy, subject: Row, *documents: Row) -> Result:
    facts: dict[str, Any] = {
        "application": [{"application_id": "A", "方向": "用电", **subject}],
        "document": [
            {"document_id": f"D{n}", "application_id": "A", **d} for n, d in enumerate(documents, 1)
        ],
    }
    result = evaluate(bound, facts)
    assert evaluate(bound, facts, executor="reference").to_dict() == result.to_dict()
    return result


def word(bound: Policy, subject: Row, *documents: Row) -> str:
    return decide(bound, subject, *documents).value("application", "A", "资格").text


def report(bound: Policy, subject: Row, *documents: Row) -> EligibilityReport:
    return findings(decide(bound, subject, *documents), "申请", "A", "资格")


LEVEL = """
    | 行名 | 当：方向 | 佐证：层级 | 条款 |
    | 甲   | 用电     | {cell}     | 一   |
"""


# -- cells and blanks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "level", "want"),
    [
        ("不低于 县", "县", "符合"),
        ("不低于 县", "乡", "不符合"),
        ("不低于 县", None, "待补"),
        ("县、省", "省", "符合"),
        ("县、省", "乡", "不符合"),
        ("县、省", None, "待补"),
        ("非 县", "县", "不符合"),
        ("非 县", None, "待补"),
        ("为空", None, "符合"),
        ("为空", "县", "不符合"),
        ("不为空", None, "不符合"),
        ("不为空", "乡", "符合"),
        ("为空、省", None, "符合"),
        ("为空、省", "县", "不符合"),
        ("-", None, "符合"),
    ],
)
def test_a_cell(cell: str, level: str | None, want: str) -> None:
    bound = policy(LEVEL.format(cell=cell))
    assert word(bound, {}, {"层级": level}) == want


def test_every_case_needs_a_document() -> None:
    bound = policy(LEVEL.format(cell="-"))
    assert word(bound, {}) == "不符合"
    assert word(bound, {}, {}) == "符合"


def test_one_document_meets_all_cells_of_a_row() -> None:
    bound = policy("| 行名 | 佐证：层级 | 佐证：份量 | 条款 |\n| 甲 | 不低于 县 | 超过 5 | 一 |")
    halves = {"层级": "省", "份量": "1"}, {"层级": "乡", "份量": "9"}
    assert word(bound, {}, *halves) == "不符合"
    assert word(bound, {}, *halves, {"层级": "县", "份量": "5.1"}) == "符合"
    assert word(bound, {}, {"层级": "县"}, {"份量": "9"}) == "待补"
    assert word(bound, {}, {"层级": "乡"}) == "不符合"


def test_a_blank_of_the_subject() -> None:
    bound = policy("| 行名 | 当：确认 | 条款 |\n| 甲 | 是 | 一 |")
    assert [word(bound, {"确认": c}, {}) for c in (True, None, False)] == ["符合", "待补", "不符合"]


def test_a_required_fact_that_is_blank_is_an_error_not_a_blank() -> None:
    bound = policy(LEVEL.format(cell="-"))
    with pytest.raises(InputError) as error:
        word(bound, {"方向": None}, {})
    assert error.value.code == "PE6016"


# -- consequences ----------------------------------------------------------------------------------

EXCLUSIONS = """
    | 行名 | 当：确认 | 佐证：层级 | 佐证：份量 | 后果         | 条款 |
    | 剔   | -        | 乡         | -          | 剔除该佐证   | 二   |
    | 补   | -        | 县         | -          | 该佐证待补   | 二   |
    | 拒   | 否       | -          | -          | 整份不予认定 | 二   |
    | 假   | -        | -          | 等于 99    | 整份不予认定 | 二   |
"""
ANY = "| 行名 | 当：方向 | 条款 |\n| 甲 | 用电 | 一 |"


@pytest.mark.parametrize(
    ("subject", "documents", "want"),
    [
        ({"确认": True}, [{"层级": "省", "份量": "1"}], "符合"),
        ({"确认": True}, [{"层级": "乡", "份量": "1"}], "不符合"),
        ({"确认": True}, [{"层级": "县", "份量": "1"}], "待补"),
        ({"确认": True}, [{"层级": "乡", "份量": "1"}, {"层级": "省", "份量": "1"}], "符合"),
        ({"确认": True}, [{"层级": "乡", "份量": "1"}, {"层级": "县", "份量": "1"}], "待补"),
        ({"确认": True}, [{"层级": None, "份量": "1"}], "待补"),
        ({"确认": False}, [{"层级": "省", "份量": "1"}], "不符合"),
        ({"确认": None}, [{"层级": "省", "份量": "1"}], "待补"),
        ({"确认": None}, [{"层级": "乡", "份量": "1"}], "不符合"),
        ({"确认": True}, [{"层级": "省", "份量": "1"}, {"层级": "乡", "份量": "99"}], "不符合"),
        ({"确认": True}, [{"层级": "省", "份量": "1"}, {"层级": "乡", "份量": None}], "待补"),
        ({"确认": False}, [], "不符合"),
    ],
)
def test_exclusions(subject: Row, documents: list[Row], want: str) -> None:
    assert word(policy(ANY, EXCLUSIONS), subject, *documents) == want


def test_a_document_that_refuses_the_whole_is_the_one_way_to_do_harm() -> None:
    bound = policy(ANY, EXCLUSIONS)
    good, bad = {"层级": "省", "份量": "1"}, {"层级": "省", "份量": "99"}
    assert word(bound, {"确认": True}, good) == "符合"
    assert word(bound, {"确认": True}, good, bad) == "不符合"


def test_struck_goes_before_pending() -> None:
    both = """
        | 行名 | 佐证：层级 | 后果       | 条款 |
        | 补   | -          | 该佐证待补 | 二   |
        | 剔   | 乡         | 剔除该佐证 | 二   |
    """
    found = report(policy(ANY, both), {}, {"层级": "乡"}, {"层级": "县"}, {"层级": None})
    assert [d.standing for d in found.documents] == ["struck", "pending", "pending"]
    assert found.documents[0].because == ("补", "剔")
    assert found.verdict == "待补"


def test_what_decided_names_the_cases() -> None:
    bound = policy(ANY, EXCLUSIONS)
    decided = decide(bound, {"确认": True}, {"层级": "县", "份量": "1"}).value("申请", "A", "资格")
    assert (decided.row, decided.clauses) == ("甲、补", ("一", "二"))
    decided = decide(bound, {"确认": False}, {"层级": "乡", "份量": "1"}).value("申请", "A", "资格")
    assert decided.row == "剔、拒"


# -- the verdict as a term -------------------------------------------------------------------------


def test_the_term_is_made_from_the_entry() -> None:
    bound = policy(ANY)
    term = bound.term("申请", "eligibility")
    assert (term.name, term.decided, term.type.options) == ("资格", True, ("符合", "待补", "不符合"))
    named = policy(ANY, head="对象: 申请\n代号: qualified\n结论: [好, 等, 坏]")
    assert named.term("申请", "qualified").name == "资格"
    assert decide(named, {}, {}).value("申请", "A", "qualified").text == "好"


def test_a_declared_term_is_used() -> None:
    bound = policy(ANY, terms="申请 | 资格 | standing | 选项 | | | | 不符合、待补、符合、其他")
    assert decide(bound, {}, {}).value("申请", "A", "standing").text == "符合"
    assert not any(t.id == "eligibility" for t in bound.terms)


def test_decisions_read_the_verdict_and_are_read() -> None:
    """A decision before it and one after it; the file has them in neither order."""
    bound = policy(
        "| 行名 | 佐证：够 | 条款 |\n| 甲 | 是 | 一 |",
        terms="申请 | 可以 | allowed | 是否 | | | |\n佐证 | 够 | enough | 是否 | | | |",
        decisions="""
            申请.可以: {计算公式: 资格 = "符合"}
            佐证.够: {计算公式: '首个有值(份量, 0) >= 5'}
        """,
    )
    assert [s.key for s in bound.stages] == ["佐证.够", "资格", "申请.可以"]
    assert decide(bound, {}, {"份量": "5"}).value("申请", "A", "可以").value is True
    assert decide(bound, {}, {"份量": "4.9"}).value("申请", "A", "可以").value is False


def test_names_that_clash() -> None:
    taken = "申请 | 别的 | eligibility | 是否 | | | 可空 |"
    assert codes(lambda: policy(ANY, terms=taken)) == ["PE3016"]
    assert codes(lambda: policy(ANY, name="佐证")) == ["PE3008"]
    assert codes(lambda: policy(ANY, head="对象: 申请\n代号: 资格代号\n结论: [好, 等, 坏]")) == ["PE1063"]
    twice = """申请.资格: {计算公式: '"符合"'}"""
    assert codes(lambda: policy(ANY, decisions=twice)) == ["PE3100"]


def test_one_mistake_does_not_drag_its_readers_along() -> None:
    reader = '申请.可以: {计算公式: 资格 = "符合"}'
    terms = "申请 | 可以 | allowed | 是否 | | | |"
    head = "对象: 申请\n结论: [好, 坏]"
    assert codes(lambda: policy(ANY, head=head, terms=terms, decisions=reader)) == ["PE3131"]
    wrong = LEVEL.format(cell="不低于 市")
    assert set(codes(lambda: policy(wrong, terms=terms, decisions=reader))) == {"PE2025"}


@pytest.mark.parametrize(
    ("grounds", "code"),
    [
        ("| 行名 | 当：无此词条 | 条款 |\n| 甲 | 是 | 一 |", "PE2020"),
        ("| 行名 | 依据：方向 | 条款 |\n| 甲 | 用电 | 一 |", "PE1053"),
        ("| 行名 | 当：方向 | 后果 | 条款 |\n| 甲 | 用电 | 剔除该佐证 | 一 |", "PE1053"),
        ("| 行名 | 当：方向 | 当：方向 | 条款 |\n| 甲 | 用电 | 用电 | 一 |", "PE1055"),
        ("| 行名 | 当：方向 |\n| 甲 | 用电 |", "PE1054"),
        ("| 当：方向 | 条款 |\n| 用电 | 一 |", "PE1054"),
        ("| 行名 | 当：方向 | 条款 |\n| - | 用电 | 一 |", "PE1060"),
        ("| 行名 | 当：方向 | 条款 |\n| 甲 | 用电 | 九 |", "PE3020"),
        ("| 行名 | 当：方向 | 条款 |\n| 甲 | 用气 | 一 |", "PE2025"),
        ("| 行名 | 当：方向 | 条款 |\n| 甲 | 为空 | 一 |", "PE2041"),
        ("| 行名 | 佐证：份量 | 条款 |\n| 甲 | 超过 5 兆瓦时 | 一 |", "PE2030"),
    ],
)
def test_tables_that_cannot_stand(grounds: str, code: str) -> None:
    assert codes(lambda: policy(grounds)) == [code]


# -- what is told ----------------------------------------------------------------------------------


def test_a_number_that_would_do() -> None:
    bound = policy("| 行名 | 佐证：份量 | 条款 |\n| 甲 | 超过 5 | 一 |")
    (change,) = report(bound, {}, {"份量": "5"}).changes
    assert change.text == "若“份量”超过 5，即符合“甲”"
    assert change.text_en == "if “份量” were 超过 5, “甲” would be met"
    assert (change.entity, change.key, change.column, change.to) == ("佐证", "D1", "份量", "超过 5")


def test_no_advice_on_a_number_that_another_case_reads() -> None:
    """Above 5 is a ground, 99 refuses the whole: “above 5” alone would not be true advice."""
    bound = policy(
        "| 行名 | 佐证：份量 | 条款 |\n| 甲 | 超过 5 | 一 |",
        "| 行名 | 佐证：份量 | 后果 | 条款 |\n| 假 | 等于 99 | 整份不予认定 | 二 |",
    )
    assert report(bound, {}, {"份量": "5"}).changes == ()


def test_a_level_that_would_do() -> None:
    bound = policy(LEVEL.format(cell="不低于 县"))
    assert [c.text for c in report(bound, {}, {"层级": "乡"}).changes] == ["若“层级”不低于 县，即符合“甲”"]
    excluded = policy(
        LEVEL.format(cell="不低于 县"), "| 行名 | 佐证：层级 | 后果 | 条款 |\n| 高 | 省 | 剔除该佐证 | 二 |"
    )
    assert [c.text for c in report(excluded, {}, {"层级": "乡"}).changes] == ["若“层级”为 县，即符合“甲”"]


def test_two_things_wrong_give_no_advice() -> None:
    bound = policy(LEVEL.format(cell="不低于 县"))
    assert report(bound, {"方向": "发电"}, {"层级": "乡"}).changes == ()
    (change,) = report(bound, {"方向": "发电"}, {"层级": "县"}).changes
    assert (change.entity, change.text) == ("申请", "若“方向”为 用电，即符合“甲”")


def test_a_paper_that_would_do() -> None:
    (change,) = report(policy(LEVEL.format(cell="不低于 县")), {}).changes
    assert change.text == "若有一份佐证满足 层级：不低于 县，且不在不予认定之列，即符合“甲”"
    assert report(policy(LEVEL.format(cell="不低于 县")), {"方向": "发电"}).changes == ()


def test_every_ground_is_told_for_every_document() -> None:
    found = report(policy(LEVEL.format(cell="不低于 县")), {}, {"层级": "省"}, {"层级": "乡"}, {})
    assert [(g.document, g.truth) for g in found.grounds] == [("D1", "yes"), ("D2", "no"), ("D3", "unknown")]
    own, theirs = found.grounds[1].cells
    assert (own.entity, own.column, own.cell, own.value, own.truth) == ("申请", "方向", "用电", "用电", "yes")
    assert (theirs.entity, theirs.value, theirs.truth) == ("佐证", "乡", "no")
    assert found.grounds[0].clauses[0].position == "甲"
    assert found.missing == ()  # the verdict waits for nothing
    assert [m.name for m in found.grounds[2].missing] == ["层级"]


def test_what_is_missing_is_found_behind_decisions() -> None:
    bound = policy(
        "| 行名 | 佐证：实重 | 条款 |\n| 甲 | 超过 5 | 一 |",
        terms="佐证 | 实重 | net | 数 | | 1 | 可空 |",
        decisions="佐证.实重: {计算公式: 份量}",
    )
    found = report(bound, {}, {})
    assert found.verdict == "待补"
    assert [(m.entity, m.key, m.name) for m in found.missing] == [("佐证", "D1", "份量")]


def test_sensitive_values_are_neither_shown_nor_advised_on() -> None:
    terms = "佐证 | 密 | secret | 选项 | | | 可空；敏感 | 甲方、乙方"
    bound = policy("| 行名 | 佐证：密 | 条款 |\n| 甲 | 甲方 | 一 |", terms=terms)
    found = report(bound, {}, {"密": "乙方"})
    assert "乙方" not in repr(found)
    assert found.grounds[0].cells[0].value == "（敏感）"
    assert found.changes == ()


def test_unknown_names_are_refused() -> None:
    result = decide(policy(ANY), {}, {})
    for entity, key, name in (("申请", "B", "资格"), ("佐证", "D1", "资格"), ("申请", "A", "别的")):
        with pytest.raises(KeyError):
            findings(result, entity, key, name)


def test_a_fault_names_the_document() -> None:
    """A cell that cannot be decided stops the application, and says for which paper."""
    bound = policy(
        "| 行名 | 佐证：份量 | 条款 |\n| 甲 | 不低于 下限(申请.方向) | 一 |",
        more="对照表:\n  下限:\n    表: |\n      | 方向 | 份量 |\n      | 用电 | 5 |",
    )
    assert word(bound, {}, {"份量": "5"}) == "符合"
    with pytest.raises(InputError) as error:
        word(bound, {"方向": "发电"}, {"份量": "5"})
    assert error.value.code == "PE6026"
    assert "佐证 D1" in str(error.value)
