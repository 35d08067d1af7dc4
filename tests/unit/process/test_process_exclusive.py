"""不得并存: of the matters that agree, only one holds its place at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.diagnostics.errors import LoadError, PolicyEngineError, Refused
from policy_engine.process.events import Actor
from policy_engine.process.office import Office
from policy_engine.process.sqlstore import SqlStore
from process_support import office, refused, snapshot

RULES = """\
# language: zh-CN
格式: 1
政策: t/binding
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 办理日}
条款:
  国-20: {位置: 第二十条, 摘要: 同期只能一家}
主体:
  售电公司: {代号: retailer, 主键: retailer_id}
  零售用户: {代号: user, 主键: user_id}
  绑定:     {代号: binding, 主键: binding_id, 属于: 售电公司}
  批次:     {代号: batch, 主键: batch_id, 属于: 售电公司}
  交易中心: {代号: exchange, 单例: 是}
口径:
  一户一售: {取: 同期只能一家, 可取: [同期只能一家, 不限], 条款: 国-20, 缘由: 全国办法}
词条: |
  | 主体 | 名称         | 代号    | 类型     | 其他 | 范围 |
  | 绑定 | 零售用户编号 | user_id | 文本     |      |      |
  | 绑定 | 绑定期间     | period  | 日期区间 | 可空 |      |
  | 绑定 | 合同号       | deal    | 文本     | 可空 |      |
  | 批次 | 备注         | remark  | 文本     | 可空 |      |
流程:
  绑定:
    事项: 绑定
    起始: 起草
    步骤:
      提交:     {办理主体: 售电公司, 原状态: 起草, 新状态: 待确认}
      用户确认: {办理主体: 零售用户, 原状态: 待确认, 新状态: 待审批}
      用户拒绝: {办理主体: 零售用户, 原状态: 待确认, 新状态: 终止}
      批准:     {办理主体: 交易中心, 原状态: 待审批, 新状态: 生效}
      驳回:     {办理主体: 交易中心, 原状态: 待审批, 新状态: 驳回}
      解除:     {办理主体: 交易中心, 原状态: 生效, 新状态: 终止}
    不得并存:
      同: [零售用户编号]
      期间: 绑定期间
      占用状态: [待审批, 生效]
      受限步骤: [提交, 用户确认]
      仅当: 口径.一户一售 = "同期只能一家"
      条款: 国-20
    办结状态: [生效, 驳回, 终止]
    可修改状态: [起草, 待审批]
"""
EXCHANGE, ON = Actor("交易中心"), "2018-07-01"
YEAR, NEXT = "2018-01-01 至 2018-12-31", "2019-01-01 至 2019-12-31"


def loaded(tmp_path: Path, *changes: tuple[str, str], **options: str) -> pe.Policy:
    text = RULES
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / "t.yaml"
    path.write_text(text, "utf-8")
    return pe.load("t/binding", on=ON, rules=path, options=options)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(loaded(tmp_path))


def retailer(id_: str) -> Actor:
    return Actor("售电公司", id_)


def opened(desk: Office, matter: str, who: str = "R1", user: str = "U1", period: str | None = YEAR) -> None:
    facts = {"售电公司": who, "零售用户编号": user, "绑定期间": period}
    desk.open("绑定", matter, facts, retailer(who), ON)


def submit(desk: Office, matter: str, who: str = "R1", on: str = ON) -> None:
    desk.do(matter, "提交", retailer(who), on)


def confirm(desk: Office, matter: str, user: str = "U1", on: str = ON) -> None:
    desk.do(matter, "用户确认", Actor("零售用户", user), on)


def waiting(desk: Office, matter: str, who: str = "R1", **facts: str | None) -> None:
    opened(desk, matter, who, **facts)
    submit(desk, matter, who)


def bound(desk: Office, matter: str, who: str = "R1", **facts: str | None) -> None:
    waiting(desk, matter, who, **facts)
    confirm(desk, matter, facts.get("user") or "U1")


def test_the_second_waits_while_the_first_holds(desk: Office) -> None:
    bound(desk, "B1")

    def waiting_elsewhere():
        return submit(desk, "B2", "R2")

    opened(desk, "B2", "R2")
    before = snapshot(desk)
    assert refused(waiting_elsewhere) == ["PE8030"]
    desk.do("B1", "批准", EXCHANGE, "2018-07-03")
    assert refused(lambda: submit(desk, "B2", "R2", "2018-07-04")) == ["PE8030"]
    assert [m for m in snapshot(desk) if snapshot(desk)[m] != before.get(m)] == ["B1"]


def test_it_is_told_which_matter_since_when_and_by_which_clause(desk: Office) -> None:
    bound(desk, "B1", period="2018-03-01 至 2018-09-30")
    desk.do("B1", "批准", EXCHANGE, "2018-07-03")
    opened(desk, "B2", "R2")
    with pytest.raises(Refused) as found:
        submit(desk, "B2", "R2", "2018-07-04")
    (told,) = found.value.diagnostics
    assert told.message() == "“提交”现在不能办理：U1已由事项“B1”占用（自2018-07-01起“生效”）"
    assert told.clause == "国-20"
    everything = f"{found.value} {told!r} {told.hint_text()} {told.message('en')}"
    assert "R1" not in everything and "2018-09-30" not in everything


def test_both_may_wait_for_the_user_and_one_is_confirmed(desk: Office) -> None:
    for number in (1, 2):
        waiting(desk, f"B{number}", f"R{number}")
    confirm(desk, "B2")
    assert refused(lambda: confirm(desk, "B1")) == ["PE8030"]


@pytest.mark.parametrize(("step", "first"), [("驳回", "待审批"), ("解除", "生效")])
def test_what_has_ended_holds_nothing(desk: Office, step: str, first: str) -> None:
    bound(desk, "B1")
    if first == "生效":
        desk.do("B1", "批准", EXCHANGE, ON)
    desk.do("B1", step, EXCHANGE, "2018-07-05")
    opened(desk, "B2", "R2")
    assert refused(lambda: submit(desk, "B2", "R2", "2018-07-04")) == ["PE8030"]  # it held it on that day
    bound_again = Actor("零售用户", "U1")
    submit(desk, "B2", "R2", "2018-07-05")
    assert desk.do("B2", "用户确认", bound_again, "2018-07-05").state == "待审批"


def test_a_step_dated_back_meets_what_was_held_since(desk: Office) -> None:
    waiting(desk, "B1")
    confirm(desk, "B1", on="2018-07-10")

    def waiting_():
        return submit(desk, "B2", "R2", "2018-07-05")

    opened(desk, "B2", "R2")
    assert refused(waiting_) == ["PE8030"]


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (YEAR, NEXT, False),
        (YEAR, "2018-12-31 至 2019-06-30", True),
        (NEXT, "2018-12-01 至 2018-12-31", False),
        (YEAR, "2018-03-01 至 2018-03-31", True),
        ("2018-03-01 至 2018-03-31", YEAR, True),
        (None, NEXT, True),
        (YEAR, None, True),
    ],
)
def test_periods_that_do_not_overlap_stand_side_by_side(
    desk: Office, first: str | None, second: str | None, clash: bool
) -> None:
    bound(desk, "B1", period=first)
    opened(desk, "B2", "R2", period=second)
    assert refused(lambda: submit(desk, "B2", "R2")) == (["PE8030"] if clash else [])


def test_other_users_stand_side_by_side(desk: Office) -> None:
    bound(desk, "B1", user="U1")
    bound(desk, "B2", "R2", user="U2")
    assert {m.state for m in desk.matters(on=ON)} == {"待审批"}


def test_the_reading_may_switch_it_off(tmp_path: Path) -> None:
    policy = loaded(tmp_path, **{"一户一售": "不限"})
    assert policy.processes["绑定"].exclusive is None
    desk = office(policy)
    bound(desk, "B1")
    bound(desk, "B2", "R2")
    assert policy.digest != loaded(tmp_path).digest


def test_without_a_period_the_others_wait_for_good(tmp_path: Path) -> None:
    desk = office(loaded(tmp_path, ("      期间: 绑定期间\n", "")))
    bound(desk, "B1", period=YEAR)
    opened(desk, "B2", "R2", period=NEXT)
    assert refused(lambda: submit(desk, "B2", "R2")) == ["PE8030"]


def test_who_holds_a_place_cannot_move_into_anothers(desk: Office) -> None:
    bound(desk, "B1", period=YEAR)
    bound(desk, "B2", "R2", period=NEXT)
    before = snapshot(desk)
    for facts in ({"绑定期间": YEAR}, {"绑定期间": None}):
        assert refused(lambda f=facts: desk.amend("B2", f, retailer("R2"), ON)) == ["PE8030"]
    assert snapshot(desk) == before
    desk.amend("B2", {"合同号": "H1"}, retailer("R2"), ON)

    def step():
        return desk.do("B2", "批准", EXCHANGE, ON)

    assert refused(step) == []


def test_what_it_is_about_must_be_known(tmp_path: Path) -> None:
    desk = office(loaded(tmp_path, ("同: [零售用户编号]", "同: [合同号]")))
    opened(desk, "B1")
    assert refused(lambda: submit(desk, "B1")) == ["PE8033"]
    desk.amend("B1", {"合同号": "H1"}, retailer("R1"), ON)
    submit(desk, "B1")


# -- two at once ---------------------------------------------------------------------------------


def race(*actions: Callable[[], object]) -> list[str]:
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> str:
        barrier.wait()
        try:
            action()
        except PolicyEngineError as error:
            return error.code
        return ""

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_of_two_confirmations_at_once_one_lands(tmp_path: Path) -> None:
    policy = loaded(tmp_path)
    with SqlStore(tmp_path / "m.db") as first, SqlStore(tmp_path / "m.db") as second:
        desks = [office(policy, first), office(policy, second)]
        for number in range(8):
            user = f"U{number}"
            ids = [f"甲{number}", f"乙{number}"]
            for matter, who in zip(ids, ("R1", "R2"), strict=True):
                waiting(desks[0], matter, who, user=user)
            told = race(
                lambda u=user, m=ids[0]: confirm(desks[0], m, u),
                lambda u=user, m=ids[1]: confirm(desks[1], m, u),
            )
            assert sorted(told) == ["", "PE8030"]
            states = [desks[0].state(m, ON).state for m in ids]
            assert sorted(states) == ["待审批", "待确认"]


def test_of_two_confirmations_at_once_both_land_side_by_side(tmp_path: Path) -> None:
    policy = loaded(tmp_path)
    with SqlStore(tmp_path / "m.db") as first, SqlStore(tmp_path / "m.db") as second:
        desks = [office(policy, first), office(policy, second)]
        for number in range(8):
            user = f"U{number}"
            waiting(desks[0], f"甲{number}", "R1", user=user, period=YEAR)
            waiting(desks[0], f"乙{number}", "R2", user=user, period=NEXT)
            told = race(
                lambda u=user, n=number: confirm(desks[0], f"甲{n}", u),
                lambda u=user, n=number: confirm(desks[1], f"乙{n}", u),
            )
            assert told == ["", ""]


# -- what cannot be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("受限步骤: [提交, 用户确认]", "受限步骤: [提交, 用户确忍]", "PE3163"),
        ("受限步骤: [提交, 用户确认]", "受限步骤: [提交]", "PE3165"),
        ("占用状态: [待审批, 生效]", "占用状态: [起草, 待审批, 生效]", "PE3165"),
        ("占用状态: [待审批, 生效]", "占用状态: [待审批, 生校]", "PE3141"),
        ("期间: 绑定期间", "期间: 合同号", "PE3166"),
        ('口径.一户一售 = "同期只能一家"', '合同号 不为空 且 口径.一户一售 = "不限"', "PE3167"),
        ('口径.一户一售 = "同期只能一家"', '口径.一户一卖 = "同期只能一家"', "PE2020"),
        ("同: [零售用户编号]", "同: [零售用户编码]", "PE3151"),
        ("      条款: 国-20", "      条款: 国-21", "PE3020"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_read(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    with pytest.raises(LoadError) as found:
        loaded(tmp_path, (old, new))
    assert code in {d.code for d in found.value.diagnostics}


def test_silence_takes_no_place(tmp_path: Path) -> None:
    late = "新状态: 终止, 期限: {不晚于: 到期日, 逾期: {视为: 用户确认}}}"
    changes = [
        ("原状态: 待确认, 新状态: 终止}", f"原状态: 待确认, {late}"),
        ("  | 绑定 | 合同号 ", "  | 绑定 | 到期日 | until | 日期 | 可空 | |\n  | 绑定 | 合同号 "),
    ]
    with pytest.raises(LoadError) as found:
        loaded(tmp_path, *changes)
    assert [d.code for d in found.value.diagnostics] == ["PE3164"]


def test_it_is_told_of_a_process(tmp_path: Path) -> None:
    from policy_engine.policy.describe import describe
    from policy_engine.process.diagram import block

    policy = loaded(tmp_path)
    (told,) = describe(policy)["processes"]
    assert told["exclusive"] == {
        "same": ["user_id"],
        "period": "period",
        "holding": ["待审批", "生效"],
        "steps": ["提交", "用户确认"],
        "clauses": ["国-20"],
    }
    assert "不得并存" in block(policy, policy.processes["绑定"])
