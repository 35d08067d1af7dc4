"""What no two matters may share, and two officers at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.diagnostics.errors import Conflict, Refused
from policy_engine.process.events import Actor, Event
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

    def back():
        return desk.amend("A1", {"结算月": "2018-07"}, member(), "2018-07-02")

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


# -- several claims, and claims of rows ----------------------------------------------------------

REGISTRATION = """\
# language: zh-CN
格式: 1
政策: t/claims
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 办理日}
主体:
  用户:   {代号: user, 主键: user_id}
  单元:   {代号: unit, 主键: unit_id, 属于: 用户}
  计量点: {代号: point, 主键: point_id, 属于: 单元, 合并范围: 用户}
词条: |
  | 主体   | 名称   | 代号  | 类型 | 其他 | 范围 |
  | 用户   | 登录名 | login | 文本 | 可空 |      |
  | 用户   | 所在市 | city  | 文本 | 可空 |      |
  | 计量点 | 表号   | meter | 文本 | 可空 |      |
流程:
  注册:
    事项: 用户
    不得重复: [[登录名], [计量点]]
    起始: 填报
    步骤:
      提交: {办理主体: 用户, 原状态: 填报, 新状态: 已交}
    办结状态: [已交]
"""
ON = "2018-07-02"


def registry(
    tmp_path: Path, unique: str = "[[登录名], [计量点]]", store: MemoryStore | None = None
) -> Office:
    path = tmp_path / "t.yaml"
    path.write_text(REGISTRATION.replace("[[登录名], [计量点]]", unique), "utf-8")
    return office(pe.load("t/claims", on=ON, rules=path), store)


def points(*keys: str, unit: str = "E1", **more: str) -> list[dict[str, str]]:
    return [{"point_id": key, "unit_id": unit, **more} for key in keys]


def register(desk: Office, who: str, **facts: object) -> None:
    desk.open("注册", who, facts, Actor("用户", who), ON)


def change(desk: Office, who: str, **facts: object) -> None:
    desk.amend(who, facts, Actor("用户", who), ON)


def test_each_claim_stands_by_itself(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1", 登录名="Abc1", 计量点=points("M1", "M2"))
    assert refused(lambda: register(desk, "U2", 登录名="Abc1")) == ["PE8007"]
    assert refused(lambda: register(desk, "U2", 登录名="b", 计量点=points("M3", "M2"))) == ["PE8007"]
    assert refused(lambda: register(desk, "U2", 登录名="Abc1", 计量点=points("M1", "M2"))) == ["PE8007"] * 3
    register(desk, "U2", 登录名="abc1", 计量点=points("M3", "m1"))  # in another case it is another


def test_the_value_and_the_other_matter_are_told(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1", 计量点=points("M1"))
    with pytest.raises(Refused) as found:
        register(desk, "U2", 计量点=points("M1", unit="E9"))
    assert found.value.diagnostics[0].message() == "M1已有事项“U1”，不得重复"


def test_what_is_not_filed_yet_is_claimed_once_it_is(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1")
    register(desk, "U2")
    change(desk, "U1", 登录名="a")
    before = snapshot(desk)
    assert refused(lambda: change(desk, "U2", 登录名="a", 计量点=points("M1"))) == ["PE8007"]
    assert snapshot(desk) == before

    def step():
        return desk.do("U2", "提交", Actor("用户", "U2"), ON, facts={"登录名": "a"})

    assert refused(step) == ["PE8007"]
    change(desk, "U2", 登录名="b", 计量点=points("M1"))


def test_what_is_amended_away_is_free_again(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1", 登录名="a", 计量点=points("M1", "M2"))
    register(desk, "U2")
    change(desk, "U1", 计量点=points("M2"))
    change(desk, "U2", 计量点=points("M1"))
    assert refused(lambda: change(desk, "U2", 计量点=points("M1", "M2"))) == ["PE8007"]
    change(desk, "U1", 登录名=None)
    change(desk, "U2", 登录名="a")
    assert refused(lambda: change(desk, "U1", 登录名="a")) == ["PE8007"]


def test_a_row_under_two_units_of_one_member_is_his_own(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1", 计量点=[*points("M1"), *points("M1", unit="E2")])
    change(desk, "U1", 计量点=points("M1", unit="E2"))
    assert refused(lambda: register(desk, "U2", 计量点=points("M1"))) == ["PE8007"]


def test_a_fact_of_rows_may_be_claimed_with_one_of_the_matter(tmp_path: Path) -> None:
    desk = registry(tmp_path, "[[所在市, 计量点.表号]]")
    register(desk, "U1", 所在市="宜昌", 计量点=points("M1", 表号="7"))
    register(desk, "U2", 所在市="荆州", 计量点=points("M1", 表号="7"))
    register(desk, "U3", 所在市="宜昌", 计量点=points("M1"))
    assert refused(lambda: change(desk, "U2", 所在市="宜昌")) == ["PE8007"]
    assert refused(lambda: change(desk, "U3", 计量点=points("M9", 表号="7"))) == ["PE8007"]


@pytest.mark.parametrize(
    "name", ["计量点", "point", "计量点.计量点编号", "计量点.point_id", "point.point_id"]
)
def test_the_key_of_rows_has_several_names(tmp_path: Path, name: str) -> None:
    desk = registry(tmp_path, f"[[{name}]]")
    register(desk, "U1", 计量点=points("M1"))
    assert refused(lambda: register(desk, "U2", 计量点=points("M1"))) == ["PE8007"]


def test_a_very_long_value_is_claimed_as_well(tmp_path: Path) -> None:
    desk = registry(tmp_path)
    register(desk, "U1", 登录名="长" * 4000)
    assert refused(lambda: register(desk, "U2", 登录名="长" * 4000)) == ["PE8007"]
    register(desk, "U2", 登录名="长" * 3999)
    assert max(map(len, desk.store.matters())) < 500


def test_two_at_once_for_one_metering_point(tmp_path: Path) -> None:
    store = Racing()
    desk = registry(tmp_path, store=store)
    store.meanwhile = lambda: register(desk, "U1", 计量点=points("M0", "M1"))
    with pytest.raises(Conflict) as found:
        register(desk, "U2", 计量点=points("M1", "M2"))
    assert found.value.diagnostics[0].message() == "M1已有事项“U1”，不得重复"
    register(desk, "U2", 计量点=points("M2"))


def test_what_was_claimed_under_a_rule_that_is_new_is_not_released_by_others(tmp_path: Path) -> None:
    store = MemoryStore()
    before = registry(tmp_path, "[[登录名]]", store)
    register(before, "U1", 计量点=points("M1"))
    desk = registry(tmp_path, store=store)
    register(desk, "U2", 计量点=points("M1"))  # nobody claimed it when U1 came
    change(desk, "U1", 计量点=[])
    assert refused(lambda: register(desk, "U3", 计量点=points("M1"))) == ["PE8007"]


def test_a_flat_list_has_to_be_known_from_the_beginning(tmp_path: Path) -> None:
    desk = registry(tmp_path, "[登录名]")
    assert refused(lambda: register(desk, "U1")) == ["PE8022"]
    register(desk, "U1", 登录名="a")
    assert refused(lambda: register(desk, "U2", 登录名="a")) == ["PE8007"]
