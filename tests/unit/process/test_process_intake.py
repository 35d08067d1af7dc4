"""Facts are checked when they are supplied, and nothing sensitive is kept."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from process_support import application as jibei_application
from process_support import member, office, refused, small, snapshot

USER = Actor("用户", "U1")
TEXT = """
流程:
  事项: 申请
  起始: 起草
  步骤:
    提交: {办理主体: 用户, 原状态: 起草, 新状态: 已交}
  办结状态: [已交]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(small(TEXT, tmp_path))


def opened(desk: Office, **facts: object) -> dict[str, object]:
    given = {"用户": "U1", "结算月": "2018-06", **facts}
    return dict(desk.open("流程", "A1", given, USER, "2018-07-01").facts)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("电量", "100", "100"),
        ("电量", Decimal("100.50"), "100.5"),
        ("energy", 7, "7"),
        ("电量", ("0.1", "万千瓦时"), "1"),
        ("起算日", "2018年6月15日", "2018-06-15"),
        ("备注", "  左右  ", "左右"),
    ],
)
def test_facts_are_kept_by_id_in_their_plain_form(
    desk: Office, name: str, value: object, kept: object
) -> None:
    found = opened(desk, **{name: value})
    assert kept in found.values()
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"电量": 1.5}, ["PE6018"]),
        ({"电量": "1001"}, ["PE6033"]),
        ({"电量": "1.0001"}, ["PE6032"]),
        ({"电量": "很多"}, ["PE6030"]),
        ({"起算日": "六月"}, ["PE6030"]),
        ({"电亮": "1"}, ["PE8013"]),
        ({"份数": "1"}, ["PE8014"]),
        ({"附件": "令.pdf"}, ["PE8023"]),
        ({"附件": ["令.pdf"]}, ["PE8023"]),
        ({"附件": [{"页数": "1"}]}, ["PE6011"]),
        ({"附件": [{"paper_id": "1"}, {"paper_id": "1"}]}, ["PE6012"]),
        ({"附件": [{"paper_id": "1", "页数": "101"}]}, ["PE6033"]),
        ({"附件": [{"paper_id": "1", "叶数": "1"}]}, ["PE8013"]),
        ({"application_id": "A2"}, ["PE8023"]),
        ({"电量": "1001", "电亮": "1", "份数": "1"}, ["PE6033", "PE8013", "PE8014"]),
    ],
)
def test_a_bad_fact_refuses_the_event(desk: Office, facts: dict[str, object], codes: list[str]) -> None:
    assert refused(lambda: opened(desk, **facts)) == codes
    assert snapshot(desk) == {}


def test_what_names_the_matter_must_be_there(desk: Office) -> None:
    assert refused(lambda: desk.open("流程", "A1", {"结算月": "2018-06"}, USER, "2018-07-01")) == ["PE8022"]
    exemption = office("jibei/exemption")
    for name in ("市场主体", "结算月", "所在市"):
        facts = {k: v for k, v in jibei_application().items() if k != name}
        codes = refused(lambda facts=facts: exemption.open("免考申请", "A1", facts, member(), "2018-07-02"))
        assert codes == ["PE8022"]


def test_the_member_may_be_named_with_his_own_facts(desk: Office) -> None:
    facts = {"用户": {"user_id": "U1"}, "结算月": "2018-06"}
    assert desk.open("流程", "A1", facts, USER, "2018-07-01").facts["user_id"] == "U1"


def test_sensitive_facts_are_hashed_before_they_reach_the_store(desk: Office) -> None:
    secret = "130203198001010013"
    kept = opened(desk, 证件号=secret)["id_no"]
    assert kept == "sha256:盐:" + hashlib.sha256(f"盐{secret}".encode()).hexdigest()
    assert secret not in json.dumps([e.to_dict() for es in snapshot(desk).values() for e in es])


def test_each_salt_is_new(tmp_path: Path) -> None:
    from policy_engine.process.store import MemoryStore

    policy = small(TEXT, tmp_path)
    one, other = (opened(Office(policy, MemoryStore()), 证件号="1302")["id_no"] for _ in range(2))
    assert one != other


def test_a_refusal_does_not_show_a_sensitive_value(tmp_path: Path, desk: Office) -> None:
    from policy_engine.diagnostics.errors import Refused

    with pytest.raises(Refused) as found:
        opened(desk, 证件号=1.5)
    assert "1.5" not in str(found.value)


def test_a_matter_with_a_sensitive_fact_can_still_be_judged(tmp_path: Path) -> None:
    desk = office(small(TEXT.replace("新状态: 已交}", "新状态: 已交, 前提: 份数 >= 1}"), tmp_path))
    opened(desk, 证件号="1302", 附件=[{"paper_id": "1"}])
    assert desk.do("A1", "提交", USER, "2018-07-01").state == "已交"
