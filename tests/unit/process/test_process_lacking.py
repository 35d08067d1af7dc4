"""A step refused for papers or fields says which are wanting, and only those its precondition rests on."""

from __future__ import annotations

import pytest

from policy_engine import load
from policy_engine.diagnostics.errors import Refused
from policy_engine.process.events import Actor
from policy_engine.process.lacking import MOST
from policy_engine.process.office import Office
from policy_engine.process.store import MemoryStore

GENERATOR = Actor("发电企业", "G1")
ACCOUNT = {
    "会员类别": "发电企业",
    "同意条款": True,
    "条款版本": "2018-04",
    "登录名": "abc1",
    "用户名": "示例电厂",
    "营业执照名称": "示例电厂",
    "法人证件号码": "42011119751231018X",
    "密码": "abc123!",
}


@pytest.fixture
def office() -> Office:
    return Office(load("hubei/registration", on="2018-05-02"), MemoryStore())


def told(office: Office, step: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        office.do("G1", step, GENERATOR, "2018-05-02 10:00")
    assert caught.value.diagnostics[0].code == "PE8005"
    assert {d.code for d in caught.value.diagnostics[1:]} <= {"PE8034", "PE8035"}
    return [d.message() for d in caught.value.diagnostics[1:]]


def to_account(office: Office, **facts: object) -> None:
    office.open("发电注册", "G1", {**ACCOUNT, **facts}, GENERATOR, "2018-05-02 09:00")
    office.do("G1", "选定类别", GENERATOR, "2018-05-02 09:10")
    office.do("G1", "同意须知", GENERATOR, "2018-05-02 09:20")


def test_only_what_the_step_rests_on(office: Office) -> None:
    to_account(office, 登录名="ab_1")
    (item,) = told(office, "账号下一步")
    assert item.startswith("账号：“登录名”不合格")


def test_a_verdict_behind_a_decision(office: Office) -> None:
    to_account(office)
    office.do("G1", "账号下一步", GENERATOR, "2018-05-02 09:30")
    wanting = told(office, "保存企业信息")
    assert any(m.startswith("企业附件：“营业执照”缺") for m in wanting)
    assert not any(m.startswith("账号：") for m in wanting)


def test_papers_of_a_row_below_are_named_with_their_row_and_bounded(office: Office) -> None:
    papers = [{"材料": "统一社会信用代码证"}]
    papers += [{"材料": n, "加盖公章": True} for n in ("电力业务许可证", "建设核准文件")]
    facts = {"状态": "入市", "调度简称": "示例", "许可证豁免": False, "许可证编号": "1", "三证合一": True}
    facts |= {"联系人": "王五", "联系电话": "13871234567", "装机容量": "600", "企业材料": papers}
    units = [{"机组": f"{n:02}", "机组名称": f"{n}号机"} for n in range(1, 13)]
    to_account(office, **facts)
    for step in ("账号下一步", "保存企业信息", "进入机组", "增加机组"):
        office.do("G1", step, GENERATOR, "2018-05-02 09:30")
    office.amend("G1", {"机组": units}, GENERATOR, "2018-05-02 09:40")
    office.do("G1", "机组下一步", GENERATOR, "2018-05-02 09:50")
    wanting = told(office, "完成机组")
    assert len(wanting) == MOST + 1
    assert "01" in wanting[0] and "建设核准文件" in wanting[0]
    assert "4" in wanting[-1]  # twelve units with two papers each
