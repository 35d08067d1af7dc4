"""A batch nobody opened: its deadline runs all the same, and is told."""

import datetime as dt

import pytest

import policy_engine as pe

CITY = pe.Actor("审核部门", "唐山市工信局")
FACTS = {
    "settlement_month": "2018-06",
    "city": "唐山",
    "side": "用电",
    "cause": "临时停限产令",
    "reading_cycle": "2018-05-21 至 2018-06-20",
    "trade_date": "2018-05-25",
    "document": [
        {
            "document_id": "D1",
            "kind": "停限产令",
            "issuer_kind": "政府部门",
            "issuer_level": "县",
            "issued_on": "2018-06-10",
        }
    ],
}


@pytest.fixture
def office():
    return pe.Office(pe.load("jibei/exemption", period="2018-06"), pe.MemoryStore())


def apply(office, matter, member, city="唐山"):
    who = pe.Actor("市场主体", member)
    office.open("免考申请", matter, {**FACTS, "member_id": member, "city": city}, who, "2018-07-02T09:00")
    office.do(matter, "提交", who, "2018-07-02T10:00")


def waiting(office, on):
    return [(d.matter, d.step, d.who, d.by, d.overdue) for d in office.due(on) if d.process == "汇总批次"]


def test_a_draft_asks_nothing_of_the_city(office):
    who = pe.Actor("市场主体", "U1")
    office.open("免考申请", "A-1", {**FACTS, "member_id": "U1"}, who, "2018-07-02T09:00")
    assert waiting(office, "2018-07-08") == []


def test_one_deadline_a_city_and_month_however_many_apply(office):
    apply(office, "A-1", "U1")
    apply(office, "A-2", "U2")
    apply(office, "A-3", "U3", "承德")
    by = dt.date(2018, 7, 8)
    assert sorted(waiting(office, "2018-07-08")) == sorted(
        ("", "上报", who, by, False) for who in ("唐山市工信局", "承德市发展改革委")
    )
    assert all(overdue for *_, overdue in waiting(office, "2018-07-09"))


def test_the_open_batch_takes_the_place_of_the_warning(office):
    apply(office, "A-1", "U1")
    office.open("汇总批次", "B-1", {"city": "唐山", "settlement_month": "2018-06"}, CITY, "2018-07-06T09:00")
    assert [(m, s) for m, s, *_ in waiting(office, "2018-07-08")] == [("B-1", "上报")]


def test_what_is_settled_waits_for_no_batch(office):
    apply(office, "A-1", "U1")
    office.do("A-1", "市级退回", CITY, "2018-07-03T09:00", note="材料不实")
    assert waiting(office, "2018-07-09") == []
