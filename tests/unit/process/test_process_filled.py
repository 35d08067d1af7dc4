"""由…填: facts that one authority alone may file."""

from __future__ import annotations

from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.diagnostics.errors import Refused
from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from process_support import office, refused, snapshot

RULES = """\
# language: zh-CN
格式: 1
政策: t/filled
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 办理日}
主体:
  售电公司: {代号: retailer, 主键: retailer_id}
  绑定:     {代号: binding, 主键: binding_id, 属于: 售电公司}
  计量点:   {代号: point, 主键: point_id, 属于: 绑定}
  绑定附件: {代号: paper, 主键: paper_id, 属于: 绑定, 附件: 是}
  交易中心: {代号: exchange, 单例: 是}
  营销系统: {代号: marketing, 单例: 是}
词条: |
  | 主体   | 名称       | 代号     | 类型 | 其他                  | 范围 |
  | 绑定   | 用户编号   | user_id  | 文本 |                       |      |
  | 绑定   | 备注       | remark   | 文本 | 可空                  |      |
  | 绑定   | 已审核     | approved | 是否 | 默认 否；由交易中心填 |      |
  | 绑定   | 有户号     | known    | 是否 | 默认 否；由营销系统填 |      |
  | 计量点 | 地址       | address  | 文本 | 可空                  |      |
  | 计量点 | 查询结果   | answer   | 文本 | 可空；由营销系统填    |      |
  | 绑定附件 | 核验     | checked  | 是否 | 默认 否；由交易中心填 |      |
流程:
  绑定:
    事项: 绑定
    不得重复: [用户编号]
    起始: 起草
    步骤:
      提交: {办理主体: 售电公司, 原状态: 起草, 新状态: 待审批, 前提: 已审核}
      通过: {办理主体: 交易中心, 原状态: 待审批, 新状态: 生效}
      解除: {办理主体: 交易中心, 原状态: 生效, 新状态: 终止}
    办结状态: [生效, 终止]
"""
RETAILER, EXCHANGE, MARKETING = Actor("售电公司", "R1"), Actor("交易中心"), Actor("marketing")
ON = "2018-07-01"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> pe.Policy:
    path: Path = tmp_path_factory.mktemp("rules") / "t.yaml"
    path.write_text(RULES, "utf-8")
    return pe.load("t/filled", on=ON, rules=path)


@pytest.fixture
def desk(rules: pe.Policy) -> Office:
    made = office(rules)
    points = [{"point_id": "M1"}, {"point_id": "M2"}]
    papers = [{"材料": "合同"}, {"材料": "说明"}]
    facts = {"售电公司": "R1", "用户编号": "U1", "计量点": points, "paper": papers}
    made.open("绑定", "B1", facts, RETAILER, ON)
    return made


def amended(desk: Office, facts: dict[str, object], who: Actor) -> list[str]:
    before = snapshot(desk)
    codes = refused(lambda: desk.amend("B1", facts, who, ON))
    assert not codes or snapshot(desk) == before
    return codes


def test_the_authority_fills_and_the_step_goes_by_it(desk: Office) -> None:
    assert refused(lambda: desk.do("B1", "提交", RETAILER, ON)) == ["PE8005"]
    assert desk.amend("B1", {"已审核": "是"}, EXCHANGE, ON).facts["approved"] is True
    assert desk.do("B1", "提交", RETAILER, ON).state == "待审批"


def test_nobody_else_may_file_it(desk: Office) -> None:
    for who in (RETAILER, MARKETING, Actor("售电公司", "R2")):
        assert amended(desk, {"已审核": "是"}, who) == ["PE8031"]
    assert amended(desk, {"已审核": "是", "有户号": "否", "备注": "x"}, RETAILER) == ["PE8031", "PE8031"]
    assert amended(desk, {"计量点": [{"point_id": "M1", "查询结果": "有"}]}, RETAILER) == ["PE8031"]
    facts = {"售电公司": "R1", "用户编号": "U2", "已审核": "是"}
    assert refused(lambda: desk.open("绑定", "B2", facts, RETAILER, ON)) == ["PE8031"]
    with pytest.raises(Refused) as found:
        desk.amend("B1", {"已审核": "是"}, RETAILER, ON)
    assert found.value.diagnostics[0].message() == "“已审核”由交易中心填写，售电公司 R1不能填"


def test_nobody_else_may_blank_it(desk: Office) -> None:
    assert amended(desk, {"已审核": None, "备注": "x"}, RETAILER) == []
    desk.amend("B1", {"已审核": "是"}, EXCHANGE, ON)
    assert amended(desk, {"已审核": None}, RETAILER) == ["PE8031"]
    assert amended(desk, {"已审核": None}, EXCHANGE) == []
    assert "approved" not in desk.state("B1", ON).facts


def test_the_authority_files_nothing_else(desk: Office) -> None:
    assert amended(desk, {"备注": "x"}, EXCHANGE) == ["PE8024"]
    assert amended(desk, {"已审核": "是", "备注": "x"}, EXCHANGE) == ["PE8024"]
    assert amended(desk, {"已审核": "是", "售电公司": "R2"}, EXCHANGE) == ["PE8024"]
    facts = {"售电公司": "R1", "用户编号": "U2"}
    for given in (facts, {**facts, "已审核": "是"}):
        assert refused(lambda given=given: desk.open("绑定", "B2", given, EXCHANGE, ON)) == ["PE8024"]


@pytest.mark.parametrize("given", [{}, {"计量点": []}, {"计量点": [{"point_id": "M1"}]}], ids=str)
def test_an_authority_that_files_nothing_is_told_so(desk: Office, given: dict[str, object]) -> None:
    with pytest.raises(Refused) as found:
        desk.amend("B1", given, MARKETING, ON)
    (told,) = found.value.diagnostics
    assert told.code == "PE8024"
    assert "这次没有填任何事实" in str(told.hint_text()) and "nothing was filed" in str(told.hint_text("en"))
    with pytest.raises(Refused) as found:
        desk.amend("B1", {"备注": "x"}, MARKETING, ON)
    assert "没有填" not in str(found.value.diagnostics[0].hint_text())


def test_it_may_be_filed_until_the_end(desk: Office) -> None:
    desk.amend("B1", {"已审核": "是"}, EXCHANGE, ON)
    desk.do("B1", "提交", RETAILER, ON)
    assert amended(desk, {"备注": "x"}, RETAILER) == ["PE8015"]
    assert amended(desk, {"有户号": "是"}, MARKETING) == []
    assert desk.do("B1", "通过", EXCHANGE, ON, facts={"已审核": "否"}).facts["approved"] is False
    assert amended(desk, {"已审核": "是"}, EXCHANGE) == ["PE8015"]
    assert refused(lambda: desk.do("B1", "解除", EXCHANGE, ON, facts={"已审核": "是"})) == ["PE8015"]


def test_a_step_takes_no_facts_that_others_fill(desk: Office) -> None:
    desk.amend("B1", {"已审核": "是"}, EXCHANGE, ON)
    before = snapshot(desk)
    assert refused(lambda: desk.do("B1", "提交", RETAILER, ON, facts={"有户号": "是"})) == ["PE8031"]
    assert snapshot(desk) == before


def test_of_rows_it_fills_in_what_is_its_own(desk: Office) -> None:
    desk.amend("B1", {"计量点": [{"point_id": "M2", "查询结果": "有数据"}]}, MARKETING, ON)
    rows = desk.state("B1", ON).facts["point"]
    assert rows == [{"point_id": "M1"}, {"point_id": "M2", "answer": "有数据"}]
    assert amended(desk, {"计量点": [{"point_id": "M9", "查询结果": "有"}]}, MARKETING) == ["PE8023"]
    assert amended(desk, {"计量点": [{"point_id": "M1", "地址": "x"}]}, MARKETING) == ["PE8024"]


def test_what_it_filled_in_stays_with_the_row(desk: Office) -> None:
    desk.amend("B1", {"计量点": [{"point_id": "M2", "查询结果": "有数据"}]}, MARKETING, ON)
    desk.amend("B1", {"计量点": [{"point_id": "M3"}, {"point_id": "M2", "地址": "x"}]}, RETAILER, ON)
    rows = desk.state("B1", ON).facts["point"]
    assert rows == [{"point_id": "M3"}, {"point_id": "M2", "address": "x", "answer": "有数据"}]


def test_what_was_checked_of_a_paper_holds_for_that_paper_only(desk: Office) -> None:
    desk.amend("B1", {"绑定附件": [{"paper_id": "2", "核验": "是"}]}, EXCHANGE, ON)
    desk.amend("B1", {"绑定附件": [{"材料": "说明"}, {"材料": "合同"}]}, RETAILER, ON)
    rows = desk.state("B1", ON).facts["paper"]
    assert rows == [{"paper_id": "1", "kind": "说明", "checked": True}, {"paper_id": "2", "kind": "合同"}]
    desk.amend("B1", {"绑定附件": [{"材料": "说明", "加盖公章": "是"}]}, RETAILER, ON)
    assert desk.state("B1", ON).facts["paper"] == [{"paper_id": "1", "kind": "说明", "sealed": True}]


def test_nothing_said_of_one_member_holds_for_another(desk: Office) -> None:
    desk.amend("B1", {"已审核": "是"}, EXCHANGE, ON)
    desk.amend("B1", {"计量点": [{"point_id": "M2", "查询结果": "有数据"}]}, MARKETING, ON)
    facts = desk.amend("B1", {"用户编号": "U2"}, RETAILER, ON).facts
    assert "approved" not in facts
    assert facts["point"] == [{"point_id": "M1"}, {"point_id": "M2"}]
    assert refused(lambda: desk.do("B1", "提交", RETAILER, ON)) == ["PE8005"]
