"""A text that must not be told is found wherever a scenario leaves it, and the check proves something."""

from __future__ import annotations

import datetime as dt

import pytest

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.policy.library import load
from policy_engine.process.events import Actor, Document, Event, Recorded
from policy_engine.process.store import MemoryStore
from policy_engine.testing.check_records import Records, check_never_told
from policy_engine.testing.problems import StepFailure

SECRET = 'Mi"ma#2018'
SAID = [f"用户“甲”的密码为{SECRET}"]


def store(**more: object) -> MemoryStore:
    found = MemoryStore()
    event = Event(
        seq=1,
        matter="A-1",
        process="申请",
        kind="open",
        step="",
        at=dt.datetime(2018, 6, 1),
        actor=Actor("用户", "甲"),
        **more,
    )
    found.append([event], {})
    return found


@pytest.mark.parametrize(
    "more",
    [
        {"facts": {"password": SECRET}},
        {"facts": {"units": [{"note": f"口令{SECRET}"}]}},
        {"facts": {SECRET: True}},
        {"note": SECRET},
        {"documents": (Document(f"{SECRET}.pdf", "ab"),)},
        {"outcomes": (Recorded("p", "用户", "甲", "x", SECRET, "2018-06"),)},
        {"policy_digest": SECRET},
    ],
)
def test_events_are_searched(more: dict[str, object]) -> None:
    with pytest.raises(StepFailure, match="出现在：\n  事项“A-1”的第1条记录"):
        check_never_told(SAID, Records((), (), store(**more)), SECRET)
    check_never_told(SAID, Records((), (), store()), SECRET)


def test_messages_are_searched() -> None:
    told = InputError(diagnostic("PE6012", key=SECRET, lines="2", where="用户", whose="", whose_en=""))
    with pytest.raises(StepFailure, match="出现在：\n  报错"):
        check_never_told(SAID, Records((), (told,), MemoryStore()), SECRET)
    other = InputError(diagnostic("PE6012", key="甲", lines="2", where="用户", whose="", whose_en=""))
    check_never_told(SAID, Records((), (other,), MemoryStore()), SECRET)


def test_results_explanations_and_rejections_are_searched() -> None:
    policy = load("jibei/deviation", period="2018-06")
    good = {"用户": "甲", "合同电量": "10000", "实际用电量": "9200", "目录电价": "620"}
    facts = {"用户": [good, {**good, "用户": "乙", "合同电量": None}], "全月": {"年度双边均价": "350"}}
    found = assess(policy, tables_from_mapping(policy, facts))
    records = Records((found,), (), MemoryStore())
    for words, where in {
        "应予考核": "结果",
        "免予考核幅度": "用户“甲”的说明",
        "PE6016": "用户的退回",
    }.items():
        with pytest.raises(StepFailure, match=f"“{words}”出现在：\n(.*\n)*?  {where}"):
            check_never_told([words], records, words)
    check_never_told(["目录电厂"], records, "目录电厂")


def test_a_check_that_would_prove_nothing() -> None:
    with pytest.raises(StepFailure, match="前面的步骤里没有写过“Mima”，什么也没有检查"):
        check_never_told(SAID, Records((), (), store()), "Mima")
    with pytest.raises(StepFailure, match="还没有办理"):
        check_never_told(SAID, Records((), (), MemoryStore()), SECRET)
