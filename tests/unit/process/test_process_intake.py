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


# -- papers, rows that are one row, and what nobody can look at later ----------------------------

REGISTRATION = """\
# language: zh-CN
格式: 1
政策: t/registration
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 办理日}
条款:
  一: {位置: 一, 摘要: 要填什么}
主体:
  用户:     {代号: user, 主键: user_id}
  单元:     {代号: unit, 主键: unit_id, 属于: 用户}
  计量点:   {代号: point, 主键: point_id, 属于: 单元, 合并范围: 用户}
  单元材料: {代号: paper, 主键: paper_id, 属于: 单元, 附件: 是}
词条: |
  | 主体   | 名称     | 代号     | 类型 | 其他       | 范围 |
  | 用户   | 营业名称 | title    | 文本 | 可空       |      |
  | 用户   | 材料数   | papers   | 数   |            |      |
  | 用户   | 点数     | points   | 数   |            |      |
  | 计量点 | 地址     | address  | 文本 | 可空       |      |
  | 计量点 | 口令     | code     | 文本 | 可空；敏感 |      |
决定:
  用户.材料数: {汇总: {计数: 单元材料}}
  用户.点数: {汇总: {计数: 计量点}}
填报要求:
  账号:
    对象: 用户
    字段: |
      | 字段   | 代号       | 必填 | 格式         | 长度      | 至少含       | 也可填 | 敏感 | 条款 |
      | 登录名 | login_name | 是   | [A-Za-z0-9]+ | -         | -            | -      | 否   | 一   |
      | 密码   | password   | 是   | -            | [8 .. 20] | 字母、数字、特殊符号 | -      | 是   | 一   |
      | 证件号 | id_no      | 否   | 身份证号     | -         | -            | 办理中 | 是   | 一   |
流程:
  注册:
    事项: 用户
    起始: 填报
    步骤:
      提交: {办理主体: 用户, 原状态: 填报, 新状态: 已交, 前提: 账号 = "齐全" 且 材料数 >= 1 且 点数 >= 1}
    办结状态: [已交]
"""


@pytest.fixture
def registration(tmp_path: Path) -> Office:
    import policy_engine as pe

    path = tmp_path / "r.yaml"
    path.write_text(REGISTRATION, "utf-8")
    return office(pe.load("t/registration", on="2018-07-01", rules=path))


def registered(desk: Office, **facts: object) -> dict[str, object]:
    return dict(desk.open("注册", "U1", facts, USER, "2018-07-01").facts)


def test_papers_are_numbered(registration: Office) -> None:
    kept = registered(registration, 单元材料=[{"unit_id": "E1", "材料": "批复"}, {"unit_id": "E1"}])
    assert kept["paper"] == [
        {"paper_id": "1", "unit_id": "E1", "kind": "批复"},
        {"paper_id": "2", "unit_id": "E1"},
    ]


def test_papers_may_have_keys_of_their_own(registration: Office) -> None:
    rows = [{"paper_id": "甲", "unit_id": "E1"}, {"unit_id": "E1"}]
    assert refused(lambda: registered(registration, 单元材料=rows)) == ["PE6011"]
    assert registered(registration, 单元材料=rows[:1])["paper"] == rows[:1]


def test_files_are_as_the_embedder_says_they_are(registration: Office) -> None:
    """Whoever hands in facts from a program of his own has looked at the files himself."""
    row = {"unit_id": "E1", "文件": "批复.pdf", "文件格式": "PDF", "file_size": 2048, "文件问题": "打不开"}
    (kept,) = registered(registration, 单元材料=[row])["paper"]
    assert (kept["file_format"], kept["file_size"], kept["file_problem"]) == ("PDF", "2048", "打不开")


def test_rows_of_one_key_are_kept_once(registration: Office) -> None:
    points = [
        {"point_id": "M1", "unit_id": "E2", "地址": "甲"},
        {"point_id": "M2", "unit_id": "E2"},
        {"point_id": "M1", "unit_id": "E1", "地址": "甲"},
        {"point_id": "M1", "unit_id": "E2", "地址": "甲"},
    ]
    kept = registered(registration, 计量点=points, 单元=[{"unit_id": "E1"}, {"unit_id": "E2"}])
    assert kept["point"] == [
        {"point_id": "M1", "unit_id": "E1", "address": "甲"},
        {"point_id": "M2", "unit_id": "E2"},
    ]
    again = registration.amend("U1", {"计量点": kept["point"]}, USER, "2018-07-01")
    assert again.facts["point"] == kept["point"]


def test_rows_of_one_key_that_differ_are_refused(registration: Office) -> None:
    rows = [{"point_id": "M1", "unit_id": "E1", "地址": a} for a in ("甲", "乙")]
    assert refused(lambda: registered(registration, 计量点=rows)) == ["PE6080", "PE6080"]
    rows = [{"point_id": "M1", "unit_id": "E1", "口令": a} for a in ("甲", "乙")]
    assert refused(lambda: registered(registration, 计量点=rows)) == ["PE6080", "PE6080"]
    rows = [{"point_id": "M1", "unit_id": "E1", "口令": "甲"}] * 2
    assert len(registered(registration, 计量点=rows)["point"]) == 1


ACCOUNT = {
    "登录名": "hb01",
    "单元": [{"unit_id": "E1"}],
    "计量点": [{"point_id": "M1", "unit_id": "E1"}],
    "单元材料": [{"unit_id": "E1", "材料": "批复"}],
}


@pytest.mark.parametrize("password", ["abc12345", "!!!12345", "a1!", "a1!" * 7])
def test_a_sensitive_value_that_does_not_meet_the_form_is_not_kept(
    registration: Office, password: str
) -> None:
    from policy_engine.diagnostics.errors import Refused

    with pytest.raises(Refused) as found:
        registered(registration, **ACCOUNT, 密码=password)
    assert {d.code for d in found.value.diagnostics} == {"PE8032"}
    assert password not in str(found.value)
    assert password not in repr(found.value.diagnostics)
    assert snapshot(registration) == {}


def test_an_id_number_is_checked_where_it_is_filed(registration: Office) -> None:
    assert refused(lambda: registered(registration, 证件号="110105194912310021")) == ["PE8032"]
    for good in ("11010519491231002X", "办理中"):
        assert (
            "id_no"
            in registration.open(
                "注册", f"U{good}", {"证件号": good}, Actor("用户", f"U{good}"), "2018-07-01"
            ).facts
        )


def test_a_form_counts_what_was_filed_and_cannot_be_looked_at(registration: Office) -> None:
    registered(registration, **ACCOUNT)
    assert refused(lambda: registration.do("U1", "提交", USER, "2018-07-01")) == ["PE8005", "PE8034"]
    registration.amend("U1", {"密码": "abc123!!"}, USER, "2018-07-01")
    assert registration.do("U1", "提交", USER, "2018-07-01").state == "已交"


@pytest.mark.parametrize(("way", "codes"), [("要", ["PE8032"]), ("不要", [])])
def test_what_is_asked_by_a_reading_is_asked_at_once(tmp_path: Path, way: str, codes: list[str]) -> None:
    import policy_engine as pe

    text = REGISTRATION.replace("      | 字段   | 代号 ", "      | 字段   | 当：口径.严格 | 代号 ")
    for field, condition in (("登录名", "-"), ("密码  ", "要"), ("证件号", "-")):
        text = text.replace(f"      | {field} |", f"      | {field} | {condition} |")
    text = text.replace(
        "主体:\n", "口径:\n  严格: {取: 要, 可取: [要, 不要], 条款: 一, 缘由: 略}\n主体:\n", 1
    )
    path = tmp_path / "r.yaml"
    path.write_text(text, "utf-8")
    desk = office(pe.load("t/registration", on="2018-07-01", rules=path, options={"严格": way}))
    assert refused(lambda: registered(desk, 密码="abc12345")) == codes
