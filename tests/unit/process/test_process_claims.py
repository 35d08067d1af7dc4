"""What no two matters may share, and two officers at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from policy_engine.diagnostics.errors import Conflict
from policy_engine.process.events import Event
from policy_engine.process.office import Office
from policy_engine.process.store import MemoryStore
from process_support import TANGSHAN, application, member, office, refused, snapshot, submitted


class Racing(MemoryStore):
    """A store in which somebody else is always a moment faster."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None

    def append(self, batch: Sequence[Event], expected: Mapping[str, int]) -> None:
        first, self.meanwhile = self.meanwhile, None
        if first is not None:
            first()
        super().append(batch, expected)


@pytest.fixture
def racing() -> tuple[Office, Racing]:
    store = Racing()
    return office("jibei/exemption", store), store


def test_the_second_of_two_officers_is_told(racing: tuple[Office, Racing]) -> None:
    desk, store = racing
    submitted(desk)
    store.meanwhile = lambda: desk.do("A1", "市级退回", TANGSHAN, "2018-07-03", note="x")
    with pytest.raises(Conflict) as found:
        desk.do("A1", "市级通过", TANGSHAN, "2018-07-03")
    assert found.value.code == "PE8010"
    assert desk.state("A1", "2018-07-03").state == "已退回"


def test_two_applications_at_once_for_one_member_and_month(racing: tuple[Office, Racing]) -> None:
    desk, store = racing
    store.meanwhile = lambda: desk.open("免考申请", "A1", application(), member(), "2018-07-02")
    with pytest.raises(Conflict):
        desk.open("免考申请", "A2", application(), member(), "2018-07-02")
    assert [m.id for m in desk.matters(on="2018-07-02")] == ["A1"]


def test_a_batch_and_an_application_at_once(racing: tuple[Office, Racing]) -> None:
    from process_support import PROVINCE, batch, passed

    desk, store = racing
    passed(desk, "A1")
    passed(desk, "A2", who="U2")
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    desk.do("A1", "省级确认", PROVINCE, "2018-07-10")
    desk.do("A2", "省级确认", PROVINCE, "2018-07-10")
    store.meanwhile = lambda: desk.do("A2", "省级否决", PROVINCE, "2018-07-11", note="x")
    with pytest.raises(Conflict):
        desk.do("B1", "函告", PROVINCE, "2018-07-12")
    assert desk.state("A1", "2018-07-12").state == "待函告"
    assert desk.do("B1", "函告", PROVINCE, "2018-07-12").state == "已函告"
    assert desk.state("A2", "2018-07-12").state == "已否决"


def test_an_amended_claim_frees_the_old_one() -> None:
    desk = office("jibei/exemption")
    desk.open("免考申请", "A1", application(month="2018-07"), member(), "2018-07-02")
    desk.amend("A1", {"结算月": "2018-06"}, member(), "2018-07-02")
    assert refused(lambda: desk.open("免考申请", "A2", application(), member(), "2018-07-02")) == ["PE8007"]
    desk.open("免考申请", "A3", application(month="2018-07"), member(), "2018-07-02")
    back = lambda: desk.amend("A1", {"结算月": "2018-07"}, member(), "2018-07-02")  # noqa: E731
    before = snapshot(desk)
    assert refused(back) == ["PE8007"]
    assert snapshot(desk) == before


def test_claims_are_no_matters() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    (claim,) = (m for m in desk.store.matters() if m != "A1")
    assert refused(lambda: desk.state(claim, "2018-07-02")) == ["PE8001"]
    assert [m.id for m in desk.matters(on="2018-07-02")] == ["A1"]


def test_a_store_refuses_gaps_and_repeats() -> None:
    desk = office("jibei/exemption")
    submitted(desk)
    (event,) = (e for e in desk.store.events("A1") if e.step == "提交")
    for seen in (0, 1, 3):
        with pytest.raises(Conflict):
            desk.store.append([event], {"A1": seen})
