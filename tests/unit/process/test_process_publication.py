"""What the exchange publishes each month, and by when."""

from __future__ import annotations

import pytest

from policy_engine.process.office import Office
from process_support import EXCHANGE, TANGSHAN, office, refused


def month(*complete: bool) -> Office:
    desk = office("jibei/publication")
    rows = [{"member_id": f"U{i}", "已完成": c} for i, c in enumerate(complete)]
    desk.open("月度公布", "G6", {"结算月": "2018-06", "电量分割": rows}, EXCHANGE, "2018-06-25")
    return desk


@pytest.mark.parametrize(("at", "late"), [("2018-07-01T23:59", ()), ("2018-07-02", ("公布数据",))])
def test_data_by_the_1st(at: str, late: tuple[str, ...]) -> None:
    """2018-07-01 is a Sunday, and counts."""
    assert month(True, True).do("G6", "公布数据", EXCHANGE, at).late == late


@pytest.mark.parametrize("complete", [(True, False), (False,), ()])
def test_one_member_not_yet_split_holds_up_the_data(complete: tuple[bool, ...]) -> None:
    desk = month(*complete)
    assert refused(lambda: desk.do("G6", "公布数据", EXCHANGE, "2018-07-01")) == ["PE8005"]
    desk.amend("G6", {"电量分割": [{"member_id": "U0", "已完成": "是"}]}, EXCHANGE, "2018-07-01")
    assert desk.do("G6", "公布数据", EXCHANGE, "2018-07-01").state == "待公布结果"


@pytest.mark.parametrize(("at", "late"), [("2018-07-15T23:59", ()), ("2018-07-16", ("公布结果",))])
def test_results_by_the_15th(at: str, late: tuple[str, ...]) -> None:
    desk = month(True)
    desk.do("G6", "公布数据", EXCHANGE, "2018-07-01")
    assert [(d.step, str(d.by)) for d in desk.due("2018-07-02")] == [("公布结果", "2018-07-15")]
    assert desk.do("G6", "公布结果", EXCHANGE, at).late == late


def test_december_is_published_in_january() -> None:
    desk = office("jibei/publication")
    desk.open("月度公布", "G12", {"结算月": "2018-12"}, EXCHANGE, "2018-12-25")
    assert str(desk.due("2018-12-25")[0].by) == "2019-01-01"


def test_a_recomputation_is_published_again() -> None:
    desk = month(True)
    desk.do("G6", "公布数据", EXCHANGE, "2018-07-01")
    desk.do("G6", "公布结果", EXCHANGE, "2018-07-15")
    assert refused(lambda: desk.do("G6", "公布补算结果", EXCHANGE, "2018-08-21")) == ["PE8006"]
    desk.do("G6", "公布补算结果", EXCHANGE, "2018-08-21", note="撤销 U3 的免考")
    assert desk.state("G6", "2018-08-21").history[-1].note == "撤销 U3 的免考"


def test_only_the_exchange_publishes_and_once_a_month() -> None:
    desk = month(True)
    assert refused(lambda: desk.do("G6", "公布数据", TANGSHAN, "2018-07-01")) == ["PE8004"]

    def again():
        return desk.open("月度公布", "G6b", {"结算月": "2018-06"}, EXCHANGE, "2018-07-01")

    assert refused(again) == ["PE8007"]
