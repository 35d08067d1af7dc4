"""The exemption of the Jibei notice from application to revocation, month 2018-06."""

from __future__ import annotations

from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.process.events import Actor
from process_support import (
    CHENGDE,
    ORDER,
    PAPER,
    PROVINCE,
    TANGSHAN,
    application,
    batch,
    edited,
    exempt,
    member,
    office,
    passed,
    policy,
    refused,
    snapshot,
    submitted,
)


def outcome(desk, on: str) -> list[tuple[str, object, bool]]:
    return [(o.key, o.value, o.revoked) for o in desk.results("jibei/deviation", "2018-06", on)]


# -- deadlines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "late"), [("2018-07-08T23:59", ()), ("2018-07-09T00:00", ("上报",)), ("2018-07-20", ("上报",))]
)
def test_the_city_reports_by_the_8th(at: str, late: tuple[str, ...]) -> None:
    """2018-07-08 is a Sunday, and counts."""
    desk = office("jibei/exemption")
    passed(desk)
    batch(desk)
    state = desk.do("B1", "上报", TANGSHAN, at)
    assert (state.state, state.late) == ("已上报", late)
    assert desk.state("A1", at).state == "待省级确认"


@pytest.mark.parametrize(("at", "late"), [("2018-07-12T23:59", ()), ("2018-07-13", ("函告",))])
def test_the_province_writes_by_the_12th(at: str, late: tuple[str, ...]) -> None:
    desk = office("jibei/exemption")
    passed(desk)
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    desk.do("A1", "省级确认", PROVINCE, "2018-07-10")
    assert desk.do("B1", "函告", PROVINCE, at).late == late
    assert outcome(desk, "2018-07-31") == [("U1", True, False)]


def test_what_is_due() -> None:
    desk = office("jibei/exemption")
    passed(desk)
    batch(desk)
    (report,) = desk.due("2018-07-08")
    assert (report.matter, report.step, report.who, str(report.by), report.overdue) == (
        "B1",
        "上报",
        "唐山市工信局",
        "2018-07-08",
        False,
    )
    assert desk.due("2018-07-09")[0].overdue
    desk.do("B1", "上报", TANGSHAN, "2018-07-09")
    assert [(d.step, str(d.by)) for d in desk.due("2018-07-09")] == [("函告", "2018-07-12")]
    desk.do("B1", "函告", PROVINCE, "2018-07-12")
    assert desk.due("2018-08-01") == ()


# -- duplicates and resubmission -----------------------------------------------------------------


def test_one_application_for_a_member_and_month() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    assert refused(lambda: submitted(desk, "A2")) == ["PE8007"]
    submitted(desk, "A3", month="2018-07")
    submitted(desk, "A4", who="U2")


def test_a_refused_application_is_still_the_one() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    desk.do("A1", "市级退回", TANGSHAN, "2018-07-03", note="令看不清")
    assert refused(lambda: submitted(desk, "A2")) == ["PE8007"]


@pytest.mark.parametrize(("at", "code"), [("2018-07-08T23:59", []), ("2018-07-09", ["PE8017"])])
def test_resubmission_is_open_until_the_city_reports(at: str, code: list[str]) -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    desk.do("A1", "市级退回", TANGSHAN, "2018-07-03", note="令看不清")
    better = {"佐证": [{**ORDER, "document_id": "D2"}]}
    assert refused(lambda: desk.do("A1", "重新提交", member(), at, facts=better)) == code
    assert desk.state("A1", at).state == ("已退回" if code else "待市级审核")


@pytest.mark.parametrize(("month", "codes"), [("2018-05", ["PE8025"]), ("2018-06", []), ("2019-06", [])])
def test_the_notice_is_for_deviations_from_june_2018_on(month: str, codes: list[str]) -> None:
    desk = office("jibei/exemption")
    facts = application(month=month)
    assert refused(lambda: desk.open("免考申请", "A1", facts, member(), "2019-07-02")) == codes


# -- batches -------------------------------------------------------------------------------------


def test_a_batch_carries_only_its_city_and_month() -> None:
    desk = office("jibei/exemption")
    passed(desk, "A1", who="U1")
    passed(desk, "A2", who="U2")
    passed(desk, "A3", who="U1", month="2018-07")
    submitted(desk, "A4", who="U4", city="承德")
    desk.do("A4", "市级通过", CHENGDE, "2018-07-03")
    submitted(desk, "A5", who="U5")
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    states = {m.id: m.state for m in desk.matters("免考申请", on="2018-07-06")}
    assert states == {
        "A1": "待省级确认",
        "A2": "待省级确认",
        "A3": "待上报",
        "A4": "待上报",
        "A5": "待市级审核",
    }


def test_one_batch_a_city_and_month_by_its_own_authority() -> None:
    desk = office("jibei/exemption")
    batch(desk)
    assert refused(lambda: batch(desk, "B2")) == ["PE8007"]
    assert refused(lambda: batch(desk, "B2", "承德")) == ["PE8024"]
    batch(desk, "B2", "承德", CHENGDE)


def test_a_batch_is_done_whole_or_not_at_all() -> None:
    """One application was passed after the hour at which the batch is said to have gone."""
    desk = office("jibei/exemption")
    passed(desk, "A1", who="U1")
    passed(desk, "A2", at="2018-07-06T08:00", who="U2")
    batch(desk)
    before = snapshot(desk)

    def early():
        return desk.do("B1", "上报", TANGSHAN, "2018-07-06T07:00")

    assert refused(early) == ["PE8021", "PE8009"]
    assert snapshot(desk) == before
    assert desk.do("B1", "上报", TANGSHAN, "2018-07-06T10:00").state == "已上报"


def test_a_batch_in_the_past_leaves_out_what_was_opened_later() -> None:
    desk = office("jibei/exemption")
    passed(desk, "A1", who="U1")
    batch(desk)
    passed(desk, "A2", at="2018-07-07", who="U2")
    desk.open("免考申请", "A3", application(who="U3"), member("U3"), "2018-07-20")
    desk.do("B1", "上报", TANGSHAN, "2018-07-07")
    assert len(desk.matters("免考申请", "待省级确认", on="2018-07-07")) == 2


def test_a_late_name_goes_in_a_supplement() -> None:
    """The list is not held up; what came late is settled afterwards."""
    desk = office("jibei/exemption")
    exempt(desk)
    passed(desk, "A2", at="2018-07-16", who="U2")
    desk.do("B1", "补报", TANGSHAN, "2018-07-17")
    desk.do("A2", "省级确认", PROVINCE, "2018-07-18")
    state = desk.do("B1", "函告", PROVINCE, "2018-07-19")
    assert state.late == ("补报", "函告")
    assert outcome(desk, "2018-07-15") == [("U1", True, False)]
    assert outcome(desk, "2018-07-19") == [("U1", True, False), ("U2", True, False)]


def test_a_name_confirmed_after_the_letter_needs_another_letter() -> None:
    desk = office("jibei/exemption")
    passed(desk, "A1", who="U1")
    passed(desk, "A2", who="U2")
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    desk.do("A1", "省级确认", PROVINCE, "2018-07-10")
    desk.do("B1", "函告", PROVINCE, "2018-07-12")
    desk.do("A2", "省级确认", PROVINCE, "2018-07-13")
    assert desk.do("B1", "补充函告", PROVINCE, "2018-07-14").late == ("补充函告",)
    assert desk.state("A2", "2018-07-14").state == "已生效"


# -- the province --------------------------------------------------------------------------------


def test_force_majeure_waits_for_the_province() -> None:
    desk = office("jibei/exemption")
    passed(desk, cause="自然灾害", 佐证=[PAPER])
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    assert desk.do("A1", "省级确认", PROVINCE, "2018-07-10").facts["provincial_confirmation"] is True
    desk.do("B1", "函告", PROVINCE, "2018-07-12")
    assert outcome(desk, "2018-07-12") == [("U1", True, False)]


def test_the_province_may_refuse() -> None:
    desk = office("jibei/exemption")
    passed(desk, cause="自然灾害", 佐证=[PAPER])
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    state = desk.do("A1", "省级否决", PROVINCE, "2018-07-10", note="当地无灾情")
    assert (state.state, state.facts["provincial_confirmation"]) == ("已否决", False)
    desk.do("B1", "函告", PROVINCE, "2018-07-12")
    assert outcome(desk, "2018-07-31") == []


def test_nobody_confirms_for_the_province() -> None:
    desk = office("jibei/exemption")
    for name in ("省级确认", "provincial_confirmation"):
        facts = application(**{name: "是"})
        assert refused(lambda facts=facts: desk.open("免考申请", "A1", facts, member(), "2018-07-02")) == [
            "PE8012"
        ]


def test_what_has_no_exemption_never_takes_effect() -> None:
    """A confirmed disaster whose only paper is an order of unknown date: nothing to send, so nothing is sent."""
    undated = {
        "document_id": "D1",
        "种类": "停限产证明",
        "出具单位": "政府部门",
        "出具层级": "县",
        "出具日期": "2018-06-10",
    }
    desk = office("jibei/exemption")
    passed(desk, "A1", cause="自然灾害", 佐证=[undated])
    passed(desk, "A2", who="U2")
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    desk.do("A1", "省级确认", PROVINCE, "2018-07-10")
    desk.do("A2", "省级确认", PROVINCE, "2018-07-10")
    assert refused(lambda: desk.do("B1", "函告", PROVINCE, "2018-07-12")) == ["PE8021", "PE8005"]
    desk.do("A1", "省级否决", PROVINCE, "2018-07-12", note="佐证不足")
    desk.do("B1", "函告", PROVINCE, "2018-07-12")
    assert outcome(desk, "2018-07-12") == [("U2", True, False)]


# -- results -------------------------------------------------------------------------------------


def test_revocation_after_settlement_is_known_from_its_day() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    desk.do("A1", "撤销免考", PROVINCE, "2018-08-20", note="D1 系伪造")
    assert outcome(desk, "2018-07-11") == []
    assert outcome(desk, "2018-07-12") == [("U1", True, False)]
    assert outcome(desk, "2018-08-19") == [("U1", True, False)]
    assert outcome(desk, "2018-08-20") == [("U1", False, True)]
    (found,) = desk.results("jibei/deviation", "2018-06", "2018-09-01")
    assert (str(found.since), str(found.known_from), found.term) == ("2018-07-12", "2018-08-20", "免考")


def test_results_are_of_one_policy_and_month() -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    assert desk.results("jibei/deviation", "2018-07", "2018-12-31") == ()
    assert desk.results("hubei/deviation", "2018-06", "2018-12-31") == ()


def test_a_generator_is_on_no_list_of_users() -> None:
    desk = office("jibei/exemption")
    relation = {
        "document_id": "D1",
        "种类": "影响生产证明",
        "出具单位": "电网企业",
        "出具关系": "对口调度",
        "出具日期": "2018-06-10",
    }
    exempt(desk, cause="事故停电", 方向="发电", 佐证=[relation])
    assert desk.state("A1", "2018-07-12").state == "已生效"
    assert outcome(desk, "2018-07-12") == []


def test_results_name_what_the_other_policy_has() -> None:
    """The terms that results write to exist over there, and are facts."""
    target = pe.load("jibei/deviation", period="2018-06")
    for id_ in ("jibei/exemption", "jibei/agreements", "jibei/publication"):
        for process in policy(id_).processes.values():
            for _, rules in process.results:
                for rule in rules:
                    if rule.into is not None:
                        assert rule.into == target.id
                        (term,) = (t for t in target.terms_of(rule.entity) if rule.term in (t.name, t.id))
                        assert not term.decided


def test_results_feed_the_settlement() -> None:
    """As known on the 15th the user is exempt; as known in September he was not."""
    desk = office("jibei/exemption")
    exempt(desk)
    desk.do("A1", "撤销免考", PROVINCE, "2018-08-20", note="D1 系伪造")
    deviation = pe.load("jibei/deviation", period="2018-06")
    fees = {}
    for on in ("2018-07-15", "2018-09-01"):
        exemptions = {o.key: o.value for o in desk.results("jibei/deviation", "2018-06", on)}
        user = {
            "user_id": "U1",
            "contract_energy": "1000",
            "metered_energy": "800",
            "catalogue_price": "620",
            "exempt": exemptions.get("U1", False),
        }
        facts = {"market": {"average_bilateral_price": "350"}, "user": [user]}
        result = pe.evaluate(deviation, facts, executor="reference")
        fees[on] = result.value("用户", "U1", "承担考核电费").text
    assert fees == {"2018-07-15": "0.00", "2018-09-01": "10500.00"}


# -- the rules are text --------------------------------------------------------------------------


def test_the_8th_becomes_the_6th_working_day_by_an_edit(tmp_path: Path) -> None:
    desk = office(edited("exemption", tmp_path, ("{月: 次月, 日: 8}", "{月: 次月, 工作日: 6}")))
    passed(desk)
    batch(desk)
    assert str(desk.due("2018-07-05")[0].by) == "2018-07-09"
    assert desk.do("B1", "上报", TANGSHAN, "2018-07-09").late == ()
    submitted(desk, "A2", who="U2")
    desk.do("A2", "市级退回", TANGSHAN, "2018-07-03", note="x")
    assert desk.do("A2", "重新提交", member("U2"), "2018-07-09").state == "待市级审核"


def test_a_sixth_city_is_a_row(tmp_path: Path) -> None:
    row = "      | 秦皇岛 | 秦皇岛市工信局     |"
    new = edited("exemption", tmp_path, (row, f"{row}\n      | 雄安   | 雄安新区改革发展局 |"))
    authority = Actor("雄安新区改革发展局")
    desk = office(new)
    submitted(desk, city="雄安")
    assert desk.do("A1", "市级通过", authority, "2018-07-03").state == "待上报"
    batch(desk, "B1", "雄安", authority)
    desk.do("B1", "上报", authority, "2018-07-06")
    assert desk.state("A1", "2018-07-06").state == "待省级确认"
    old = office("jibei/exemption")
    assert refused(lambda: submitted(old, city="雄安")) == ["PE8011"]


def test_a_changed_rule_never_rewrites_history(tmp_path: Path) -> None:
    desk = office("jibei/exemption")
    exempt(desk)
    history = desk.state("A1", "2018-07-31")
    stricter = edited("exemption", tmp_path, ("前提: 佐证份数 >= 1", "前提: 佐证份数 >= 2"))
    later = office(stricter, desk.store)
    assert later.state("A1", "2018-07-31").history == history.history
    assert refused(lambda: submitted(later, "A2", who="U2")) == ["PE8005"]
