"""Files attached to a matter are what they are, and their digests are kept with the step that files them."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import Refused
from policy_engine.process.events import Actor, Document
from policy_engine.testing.desk import Desk
from policy_engine.testing.loading import Loader, Request
from policy_engine.testing.problems import StepFailure

STEPS = Path(__file__).parents[2] / "fixtures" / "steps"
REQUEST = Request("south-isle/operators", None, "2024-07-15", rules=STEPS / "rules")
WHO, AT = Actor("运营商", "丙"), dt.datetime(2024, 7, 15)
HEADER = ("栏目", "材料", "文件格式", "文件")


@pytest.fixture
def desk() -> Desk:
    found = Desk(Loader(), "reference")
    found.folder = STEPS / "附件"
    found.fill_in(REQUEST, "登记", "丙", WHO, AT, (("代办",), ("否",)))
    return found


def take(desk: Desk, note: str = "") -> None:
    desk.do(REQUEST, "登记", "丙", "提交", WHO, AT, note)


def test_a_file_is_inspected_and_its_digest_filed(desk: Desk) -> None:
    desk.attach(REQUEST, "登记", "丙", "递件", (HEADER, ("执照", "执照", "", "假的.pdf")))
    desk.attach(REQUEST, "登记", "丙", "递件", (HEADER, ("执照", "执照", "JPG", "执照.pdf")))
    take(desk)
    *_, amended, taken = desk.store.events("丙")
    (row,) = amended.facts["filed_paper"]
    assert (row["file_format"], row["file"], row.get("file_problem")) == ("PDF", "执照.pdf", None)
    digest = hashlib.sha256((STEPS / "附件" / "执照.pdf").read_bytes()).hexdigest()
    assert taken.documents == (Document("执照.pdf", digest),)


def test_a_refused_step_keeps_the_papers_for_the_next(desk: Desk) -> None:
    desk.attach(REQUEST, "登记", "丙", "递件", (HEADER, ("其他", "名片", "", "委托书.txt")))
    with pytest.raises(Refused):
        take(desk)
    rows = (HEADER, ("其他", "名片", "", "委托书.txt"), ("执照", "执照", "", "执照.pdf"))
    desk.attach(REQUEST, "登记", "丙", "递件", rows)
    take(desk)
    assert [d.name for d in desk.store.events("丙")[-1].documents] == ["委托书.txt", "执照.pdf"]


def test_without_a_folder_the_table_says_what_a_file_is(desk: Desk) -> None:
    desk.folder = None
    desk.attach(REQUEST, "登记", "丙", "递件", (HEADER, ("执照", "执照", "PDF", "哪里也没有.pdf")))
    take(desk)
    assert desk.store.events("丙")[-1].documents == ()


def test_who_fills_rows_is_recorded(desk: Desk) -> None:
    desk.attach(REQUEST, "登记", "丙", "站点", (("站点",), ("1号",), ("2号",)))
    registrar, later = Actor("登记处"), AT + dt.timedelta(hours=1)
    desk.fill_in_rows(REQUEST, "登记", "丙", "站点", registrar, later, (("站点", "定级"), ("2号", "甲")))
    event = desk.store.events("丙")[-1]
    assert (event.actor, event.at) == (registrar, later)
    assert [row.get("grade") for row in event.facts["site"]] == [None, "甲"]


def test_slips_of_the_author(desk: Desk) -> None:
    with pytest.raises(StepFailure, match="没有流程“登计”"):
        desk.attach(REQUEST, "登计", "丙", "站点", (("站点",), ("1号",)))
    with pytest.raises(StepFailure, match="登记处只有一行"):
        desk.attach(REQUEST, "登记", "丙", "登记处", (("代办",),))
