"""Who may do what and when; what is refused changes nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import Refused
from policy_engine.process.events import Actor, Document, Event
from process_support import (
    CHENGDE,
    ORDER,
    PROVINCE,
    TANGSHAN,
    application,
    batch,
    exempt,
    failed,
    member,
    office,
    passed,
    refused,
    small,
    snapshot,
    submitted,
)


def test_a_matter_goes_its_way() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    state = desk.state("A1", "2018-07-12")
    assert state.state == "已生效"
    steps = [e.step for e in state.history if e.kind == "step"]
    assert steps == ["提交", "市级通过", "随批上报", "省级确认", "随批函告"]
    assert state.late == ()


def test_a_step_out_of_order_says_what_is_allowed_by_whom_by_when() -> None:
    desk = office("jibei/exemption")
    batch(desk)
    with pytest.raises(Refused) as found:
        desk.do("B1", "函告", PROVINCE, "2018-07-05")
    assert found.value.code == "PE8003"
    hint = found.value.diagnostics[0].hint_text()
    assert hint is not None
    assert "上报（唐山市工信局，至2018-07-08）" in hint


def test_a_refused_step_is_not_kept_for_later() -> None:
    desk = office("jibei/exemption")
    desk.open("免考申请", "A1", application(), member(), "2018-07-02")
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-02")) == ["PE8003"]
    assert desk.do("A1", "提交", member(), "2018-07-03").state == "待市级审核"


# -- roles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actor",
    [
        CHENGDE,
        PROVINCE,
        member(),
        Actor("审核部门"),
        Actor("审核部门", "保定市工信局"),
        Actor("市场主体", "唐山市工信局"),
    ],
)
def test_another_than_the_city_in_charge_is_refused(actor: Actor) -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: desk.do("A1", "市级通过", actor, "2018-07-03")) == ["PE8004"]


@pytest.mark.parametrize("actor", [TANGSHAN, Actor("审核部门", "唐山市工信局"), Actor("唐山市工信局")])
def test_the_city_in_charge_appears_under_its_name_or_as_the_lookup_says(actor: Actor) -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert desk.do("A1", "市级通过", actor, "2018-07-03").state == "待上报"


@pytest.mark.parametrize("actor", [member("U2"), Actor("市场主体"), Actor("用户", "U1"), TANGSHAN])
def test_nobody_opens_or_submits_for_another(actor: Actor) -> None:
    desk = office("jibei/exemption")
    assert refused(lambda: desk.open("免考申请", "A1", application(), actor, "2018-07-02")) == ["PE8024"]
    desk.open("免考申请", "A1", application(), member(), "2018-07-02")
    assert refused(lambda: desk.do("A1", "提交", actor, "2018-07-02")) == ["PE8004"]
    assert refused(lambda: desk.amend("A1", {"方向": "发电"}, actor, "2018-07-02")) == ["PE8024"]


def test_nobody_hands_his_matter_to_another() -> None:
    desk = office("jibei/exemption")
    desk.open("免考申请", "A1", application(), member(), "2018-07-02")
    assert refused(lambda: desk.amend("A1", {"市场主体": "U2"}, member(), "2018-07-02")) == ["PE8024"]


def test_a_city_outside_the_five_is_refused_at_once() -> None:
    desk = office("jibei/exemption")
    facts = application(city="保定")
    assert refused(lambda: desk.open("免考申请", "A1", facts, member(), "2018-07-02")) == ["PE8011"]
    assert snapshot(desk) == {}


def test_what_a_batch_takes_nobody_takes_alone() -> None:
    desk = office("jibei/exemption")
    passed(desk)
    for actor in (TANGSHAN, member(), Actor("汇总批次"), Actor("汇总批次", "B1")):
        assert refused(lambda actor=actor: desk.do("A1", "随批上报", actor, "2018-07-06")) == ["PE8018"]


# -- what a step needs ---------------------------------------------------------------------------


def test_a_precondition_tells_its_values() -> None:
    desk = office("jibei/exemption")
    desk.open("免考申请", "A1", application(佐证=[]), member(), "2018-07-02")
    with pytest.raises(Refused) as found:
        desk.do("A1", "提交", member(), "2018-07-02")
    (told,) = found.value.diagnostics
    assert told.code == "PE8005"
    assert "佐证份数 = 0" in told.message()
    assert told.span is not None
    assert told.clause == "一-2"


def test_the_policy_decides_preconditions() -> None:
    """An order that came before the trade does not qualify, so the city cannot pass it."""
    desk = office("jibei/exemption")
    submitted(desk, 佐证=[{**ORDER, "出具日期": "2018-05-24"}])
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-03")) == ["PE8005"]
    assert refused(lambda: desk.do("A1", "要求补正", TANGSHAN, "2018-07-03", note="令")) == ["PE8005"]


def test_facts_that_are_missing_are_named() -> None:
    desk = office("jibei/exemption")
    facts = application()
    del facts["交易日"]
    desk.open("免考申请", "A1", facts, member(), "2018-07-02")
    with pytest.raises(Refused) as found:
        desk.do("A1", "提交", member(), "2018-07-02")
    assert [d.code for d in found.value.diagnostics] == ["PE8016", "PE6016"]
    assert "交易日" in str(found.value)
    desk.amend("A1", {"交易日": "2018-05-25"}, member(), "2018-07-02")
    assert desk.do("A1", "提交", member(), "2018-07-02").state == "待市级审核"


@pytest.mark.parametrize("note", ["", "  "])
def test_a_note_that_must_be_made(note: str) -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: desk.do("A1", "市级退回", TANGSHAN, "2018-07-03", note=note)) == ["PE8006"]


def test_notes_and_documents_stand_in_the_history() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    paper = Document("退回函.pdf", "0" * 64)
    state = desk.do("A1", "市级退回", TANGSHAN, "2018-07-03", note="缺公章", documents=[paper])
    assert (state.history[-1].note, state.history[-1].documents) == ("缺公章", (paper,))


# -- time ----------------------------------------------------------------------------------------


def test_time_only_runs_forward() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-01")) == ["PE8009"]
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-01T23:59")) == ["PE8009"]
    assert desk.do("A1", "市级通过", TANGSHAN, "2018-07-02").state == "待上报"


def test_aware_times_are_told_in_beijing() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    at = dt.datetime(2018, 7, 8, 17, 0, tzinfo=dt.UTC)
    assert desk.do("A1", "市级通过", TANGSHAN, at).history[-1].at == dt.datetime(2018, 7, 9, 1, 0)


def test_a_time_that_is_none() -> None:
    desk = office("jibei/exemption")
    assert failed(lambda: desk.state("A1", "某日")) in ("PE8001", "PE4012")
    assert failed(lambda: desk.open("免考申请", "A1", application(), member(), "7月2日")) == "PE4012"


def test_the_past_can_be_looked_at() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    states = [desk.state("A1", f"2018-07-{day:02d}").state for day in (2, 3, 6, 10, 12)]
    assert states == ["待市级审核", "待上报", "待省级确认", "待函告", "已生效"]
    assert refused(lambda: desk.state("A1", "2018-07-01")) == ["PE8001"]


# -- names ---------------------------------------------------------------------------------------


def test_unknown_names() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: desk.do("A2", "提交", member(), "2018-07-02")) == ["PE8001"]
    assert refused(lambda: desk.do("A1", "上报", TANGSHAN, "2018-07-02")) == ["PE8002"]
    assert refused(lambda: desk.open("分摊约定", "A2", {}, member(), "2018-07-02")) == ["PE8019"]


@pytest.mark.parametrize("matter", ["", " ", " A2", "A\n2", "x" * 201, "不得重复:x", "A1"])
def test_ids_that_cannot_be_used(matter: str) -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    facts = application(who="U2")
    assert refused(lambda: desk.open("免考申请", matter, facts, member("U2"), "2018-07-02")) == ["PE8008"]


def test_matters_of_another_policy_are_not_ours() -> None:
    exemption = office("jibei/exemption")
    submitted(exemption)
    agreements = office("jibei/agreements", exemption.store)
    assert refused(lambda: agreements.state("A1", "2018-07-02")) == ["PE8001"]
    assert agreements.matters(on="2018-07-02") == ()


# -- amending ------------------------------------------------------------------------------------


def test_facts_change_only_where_they_may() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: desk.amend("A1", {"方向": "发电"}, member(), "2018-07-02")) == ["PE8015"]
    paper = {"佐证": [{**ORDER, "document_id": "D9"}]}

    def step():
        return desk.do("A1", "市级通过", TANGSHAN, "2018-07-02", facts=paper)

    assert refused(step) == ["PE8015"]


def test_the_city_asks_for_more_and_the_member_supplies_it_with_the_step() -> None:
    desk = office("jibei/exemption")
    certificate = {
        "document_id": "D1",
        "种类": "停限产证明",
        "出具单位": "政府部门",
        "出具层级": "县",
        "出具日期": "2018-06-10",
    }
    submitted(desk, 佐证=[certificate])
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-03")) == ["PE8005"]
    state = desk.do("A1", "要求补正", TANGSHAN, "2018-07-03", note="所证的令是哪天的")
    assert state.state == "起草"
    more = {"佐证": [{**certificate, "所证停限产令发布日期": "2018-06-01"}]}
    assert desk.do("A1", "提交", member(), "2018-07-04", facts=more).state == "待市级审核"
    assert desk.do("A1", "市级通过", TANGSHAN, "2018-07-04").state == "待上报"


def test_a_fact_may_be_forgotten() -> None:
    desk = office("jibei/exemption")
    desk.open("免考申请", "A1", application(), member(), "2018-07-02")
    assert "trade_date" not in desk.amend("A1", {"交易日": None}, member(), "2018-07-02").facts


# -- every refusal changes nothing ---------------------------------------------------------------


def test_refusals_change_nothing() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    before = snapshot(desk)
    tries = [
        lambda: desk.open("免考申请", "A1", application(who="U2"), member("U2"), "2018-07-13"),
        lambda: desk.open("免考申请", "A2", application(), member(), "2018-07-13"),
        lambda: desk.do("A1", "撤销免考", PROVINCE, "2018-07-13"),
        lambda: desk.do("A1", "撤销免考", TANGSHAN, "2018-07-13", note="x"),
        lambda: desk.do("A1", "提交", member(), "2018-07-13"),
        lambda: desk.amend("A1", {"方向": "发电"}, member(), "2018-07-13"),
        lambda: desk.do("B1", "上报", TANGSHAN, "2018-07-13"),
        lambda: desk.do("B1", "补充函告", PROVINCE, "2018-07-01"),
    ]
    assert all(refused(one) for one in tries)
    assert snapshot(desk) == before


def test_events_go_through_json() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    for events in desk.store.everything().values():
        assert [Event.from_dict(e.to_dict()) for e in events] == list(events)


def test_either_executor_refuses_alike(tmp_path: Path) -> None:
    from policy_engine.process.office import Office
    from policy_engine.process.store import MemoryStore

    desk = Office(office("jibei/exemption").policy, MemoryStore())
    assert desk.executor == "durable"
    submitted(desk, 佐证=[{**ORDER, "出具日期": "2018-05-24"}])
    assert refused(lambda: desk.do("A1", "市级通过", TANGSHAN, "2018-07-03")) == ["PE8005"]


def test_a_process_removed_from_the_rules(tmp_path: Path) -> None:
    text = """
    甲:
      事项: 申请
      起始: 起草
      步骤:
        提交: {办理主体: 用户, 原状态: 起草, 新状态: 已交}
      办结状态: [已交]
    """
    desk = office(small(text, tmp_path))
    desk.open("甲", "A1", {"用户": "U1", "结算月": "2018-06"}, Actor("用户", "U1"), "2018-07-01")
    later = office(small(text.replace("甲:", "乙:"), tmp_path), desk.store)
    assert refused(lambda: later.state("A1", "2018-07-02")) == ["PE8019"]
