"""An eligibility in the trace and in the explanation, Chinese and English."""

from __future__ import annotations

import json

import pytest

from policy_engine.engine.explain import explain
from policy_engine.engine.trace import trace
from policy_engine.engine.trace_document import FORMAT, Step, Trace
from unit.engine_eligibility.applications import (
    Facts,
    application,
    certificate,
    grid_paper,
    judged,
    order,
    other_paper,
    told,
)


def traced(facts: Facts, *documents: Facts) -> Trace:
    return trace(judged(facts, *documents), "application", "A")


def verdict_step(found: Trace) -> Step:
    (step,) = (s for s in found.steps if s.way == "eligibility")
    return step


def test_the_step_carries_the_report() -> None:
    facts, paper = application(), certificate("2018-06-10", None)
    found = traced(facts, paper)
    step = verdict_step(found)
    assert (step.name, step.value, step.row) == ("免考资格", "待补", "停限产、令的日期不明")
    assert step.findings == told(judged(facts, paper))
    assert all(s.findings is None for s in found.steps if s is not step)
    assert [c.id for c in step.clauses] == ["三-1-2", "三-1-3", "三-1-7"]
    assert all(c.position and c.summary for c in step.clauses)


def test_the_document_is_json_and_its_format_unchanged() -> None:
    found = traced(application(), order("2018-06-10"))
    assert FORMAT == "policy-engine/trace/1"
    document = json.loads(json.dumps(found.to_dict(), ensure_ascii=False))
    (step,) = (s for s in document["steps"] if s["way"] == "eligibility")
    assert step["findings"]["verdict"] == "符合"
    assert step["findings"]["grounds"][0]["cells"][0] == {
        "entity": "申请",
        "column": "方向",
        "cell": "用电",
        "value": "用电",
        "truth": "yes",
    }


def test_what_was_decided_of_the_documents_is_followed() -> None:
    found = traced(application(), order("2018-05-22"), order("2018-06-10"))
    timing = {s.key: s.value for s in found.steps if s.name == "令的先后"}
    assert timing == {"A-D1": "交易前", "A-D2": "交易后"}
    position = {(s.key, s.name): n for n, s in enumerate(found.steps)}
    assert position["A-D1", "令的先后"] < position["A", "免考资格"]


def lines(lang: str, facts: Facts, *documents: Facts) -> list[str]:
    return [line.strip() for line in explain(traced(facts, *documents), lang).splitlines()]


def test_told_in_chinese() -> None:
    found = lines("zh", application(), certificate("2018-06-10", None))
    for line in (
        "免考资格 = 待补",
        "不予认定“令的日期不明”〔佐证 A-D1〕适用，该佐证待补：令的先后 = 不明（三-1-7，三、1.）",
        "情形“停限产”〔佐证 A-D1〕待定：佐证 A-D1 待补（令的日期不明）（三-1-2，三、1.；三-1-3，三、1.）",
        "情形“有序用电”不成立：原因 = 临时停限产令，要求 有序用电（三-1-4，三、1.；三-1-5，三、1.）",
        "还缺：佐证 A-D1 的所证停限产令发布日期",
    ):
        assert line in found


def test_told_in_english() -> None:
    found = lines("en", application(), certificate("2018-06-10", "2018-06-01", level="乡镇"))
    assert "免考资格 = 不符合" in found
    assert (
        "ground “停限产” [佐证 A-D1] is not met: 出具层级 = 乡镇, wanted 不低于 县 (三-1-2, 三、1.; 三-1-3, 三、1.)"
        in found
    )
    assert "佐证 A-D1: if “出具层级” were 不低于 县, “停限产” would be met" in found


def test_a_ground_the_subject_does_not_meet_is_told_once() -> None:
    found = lines("zh", application(), order("2018-06-10"), order("2018-06-11"), order("2018-06-12"))
    assert sum("“有序用电”" in line for line in found) == 1
    assert sum("情形“停限产”" in line for line in found) == 3


@pytest.mark.parametrize(
    ("facts", "documents", "line"),
    [
        (
            application(),
            [certificate("2018-06-10", "2018-06-01", level="乡镇")],
            "佐证 A-D1：若“出具层级”不低于 县，即符合“停限产”",
        ),
        (application("发电"), [order("2018-06-10")], "申请 A：若“方向”为 用电，即符合“停限产”"),
        (
            application(cause="设备检修"),
            [grid_paper(relation="无")],
            "佐证 A-D1：若“出具关系”为 对口调度或电费结算，即符合“检修”",
        ),
        (application(), [order("2018-06-21")], "佐证 A-D1：若“在周期内”为 是，即符合“停限产”"),
        (
            application(cause="自然灾害", confirmed=True),
            [],
            "若有一份佐证，且不在不予认定之列，即符合“不可抗力”",
        ),
        (application(cause="自然灾害"), [other_paper()], "还缺：申请 A 的省级确认"),
        (application(), [], "情形“停限产”不成立：没有佐证（三-1-2，三、1.；三-1-3，三、1.）"),
        (
            application("发电", "机组非计划停运"),
            [grid_paper()],
            "不予认定“自身原因”适用，整份不予认定：原因 = 机组非计划停运（三-1-7，三、1.）",
        ),
    ],
)
def test_what_an_applicant_reads(facts: Facts, documents: list[Facts], line: str) -> None:
    assert line in lines("zh", facts, *documents)


def test_nothing_is_advised_when_the_verdict_is_met() -> None:
    assert not any(
        line.startswith(("若", "佐证 A-D1：若")) for line in lines("zh", application(), order("2018-06-10"))
    )
