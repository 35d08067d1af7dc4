"""Splitting a package to its users, and agreeing who bears the fee."""

from __future__ import annotations

import datetime as dt

import pytest

from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from process_support import office, refused

RETAILER = Actor("售电公司", "S1")
USER = Actor("用户", "001234")
D = dt.date.fromisoformat


# -- 电量分解 --------------------------------------------------------------------------------------


def package(users: list[str], energy: str = "10000") -> Office:
    desk = office("jibei/agreements")
    rows = [{"user_id": f"U{i}", "合同电量": x} for i, x in enumerate(users, start=1)]
    facts = {
        "售电公司": "S1",
        "结算月": "2018-07",
        "出清日": "2018-06-15",
        "打包合同电量": energy,
        "分户电量": rows,
    }
    desk.open("电量分解", "P1", facts, RETAILER, "2018-06-15")
    return desk


@pytest.mark.parametrize(
    ("at", "late"), [("2018-06-20T23:59", ()), ("2018-06-21", ("填报到户",)), ("2018-06-19", ())]
)
def test_two_working_days_after_clearing(at: str, late: tuple[str, ...]) -> None:
    """Cleared on Friday the 15th; Monday the 18th is the Dragon Boat Festival; due on Wednesday the 20th."""
    desk = package(["4000", "3000", "2000", "1000"])
    (due,) = desk.due("2018-06-18")
    assert (due.step, due.who, due.by) == ("填报到户", "售电公司 S1", D("2018-06-20"))
    state = desk.do("P1", "填报到户", RETAILER, at)
    assert (state.state, state.late) == ("已填报", late)


@pytest.mark.parametrize(
    "users", [["4000", "3000", "2000", "999.999"], ["10000.001"], [], ["4000", "3000", "2000", "1000.001"]]
)
def test_a_split_that_does_not_add_up_is_refused(users: list[str]) -> None:
    desk = package(users)
    assert refused(lambda: desk.do("P1", "填报到户", RETAILER, "2018-06-19")) == ["PE8005"]
    right = {"分户电量": [{"user_id": "U1", "合同电量": "10000"}]}
    assert desk.do("P1", "填报到户", RETAILER, "2018-06-19", facts=right).state == "已填报"


def test_a_user_stands_in_a_split_once() -> None:
    desk = package(["10000"])
    twice = {"分户电量": [{"user_id": "U1", "合同电量": "1"}, {"user_id": "U1", "合同电量": "2"}]}
    assert refused(lambda: desk.amend("P1", twice, RETAILER, "2018-06-19")) == ["PE6012"]


def test_another_retailer_cannot_split_it() -> None:
    desk = package(["10000"])
    assert refused(lambda: desk.do("P1", "填报到户", Actor("售电公司", "S2"), "2018-06-19")) == ["PE8004"]


# -- 分摊约定 --------------------------------------------------------------------------------------


def agreement(**more: object) -> Office:
    desk = office("jibei/agreements")
    facts = {
        "售电公司": "S1",
        "用户编号": "001234",
        "结算月": "2018-06",
        "结算开始日": "2018-07-01",
        "分摊方式": "比例",
        "约定分摊比例": "30%",
        **more,
    }
    desk.open("分摊约定", "X1", facts, RETAILER, "2018-06-20")
    return desk


def outcomes(desk: Office, on: str = "2018-12-31") -> dict[str, object]:
    found = desk.results("jibei/deviation", "2018-06", on)
    assert {(o.entity, o.key) for o in found} <= {("用户", "001234")}
    return {o.term: o.value for o in found}


def test_both_agree_online() -> None:
    desk = agreement()
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    assert desk.do("X1", "用户确认", USER, "2018-07-01").state == "生效"
    assert outcomes(desk) == {"约定分摊比例": "0.3"}
    assert outcomes(desk, "2018-06-30") == {}


def test_a_share_with_a_cap() -> None:
    desk = agreement(分摊方式="比例加上限", 承担上限="5000")
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    desk.do("X1", "用户确认", USER, "2018-06-21")
    assert outcomes(desk) == {"约定分摊比例": "0.3", "承担上限": "5000"}


@pytest.mark.parametrize("more", [{"承担上限": "5000"}, {"分摊方式": "比例加上限"}])
def test_a_cap_goes_with_its_method(more: dict[str, object]) -> None:
    desk = agreement(**more)
    assert refused(lambda: desk.do("X1", "提出", RETAILER, "2018-06-20")) == ["PE8005"]


def test_silence_is_refusal_from_the_day_after_settlement_starts() -> None:
    desk = agreement()
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    assert desk.state("X1", "2018-07-01").state == "待用户确认"
    assert desk.state("X1", "2018-07-02").state == "未达成"
    assert refused(lambda: desk.do("X1", "用户确认", USER, "2018-07-02")) == ["PE8003"]
    assert outcomes(desk) == {}


def test_a_proposal_after_settlement_started_is_not_accepted() -> None:
    desk = agreement()
    assert refused(lambda: desk.do("X1", "提出", RETAILER, "2018-07-02")) == ["PE8017"]


def test_a_refusal_may_be_followed_by_another_proposal_in_time() -> None:
    desk = agreement()
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    desk.do("X1", "用户拒绝", USER, "2018-06-21")
    desk.do("X1", "重新提出", RETAILER, "2018-06-22", facts={"约定分摊比例": "20%"})
    desk.do("X1", "用户确认", USER, "2018-06-23")
    assert outcomes(desk) == {"约定分摊比例": "0.2"}


def test_only_the_user_concerned_confirms() -> None:
    desk = agreement()
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    for actor in (RETAILER, Actor("用户", "1234"), Actor("用户", "U1"), Actor("售电公司", "001234")):
        assert refused(lambda actor=actor: desk.do("X1", "用户确认", actor, "2018-06-21")) == ["PE8004"]


def test_what_was_agreed_is_not_changed_afterwards() -> None:
    desk = agreement()
    desk.do("X1", "提出", RETAILER, "2018-06-20")
    assert refused(lambda: desk.amend("X1", {"约定分摊比例": "90%"}, RETAILER, "2018-06-21")) == ["PE8015"]
    desk.do("X1", "用户确认", USER, "2018-06-21")
    assert refused(lambda: desk.amend("X1", {"约定分摊比例": "90%"}, RETAILER, "2018-06-21")) == ["PE8015"]


@pytest.mark.parametrize("share", ["101%", "-1%", "0.12345", "三成"])
def test_a_share_that_is_none(share: str) -> None:
    assert refused(lambda: agreement(约定分摊比例=share))
