"""Which day a deadline ends on, and what its passing means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policy_engine.process.deadlines import last_day
from policy_engine.process.events import Actor
from process_support import office, refused, small

D = dt.date.fromisoformat
USER = Actor("用户", "U1")
CENTRE = Actor("中心")
FACTS = {"用户": "U1", "结算月": "2018-06", "起算日": "2018-06-15"}

ONE_STEP = """
流程:
  事项: 申请
  起始: 起草
  步骤:
    提交: {{办理主体: 用户, 原状态: 起草, 新状态: 已交, 期限: {deadline}}}
  办结状态: [已交]
  {more}
"""


@pytest.mark.parametrize(
    ("deadline", "month", "day"),
    [
        ("{月: 次月, 日: 8}", "2018-06", "2018-07-08"),  # a Sunday: it does not move
        ("{月: 次月, 日: 8}", "2018-12", "2019-01-08"),
        ("{月: 本月, 日: 31}", "2018-06", "2018-06-30"),
        ("{月: 次月, 日: 1}", "2018-06", "2018-07-01"),
        ("{月: 次月, 工作日: 6}", "2018-06", "2018-07-09"),
        ("{工作日: 2, 自: 起算日}", "2018-06", "2018-06-20"),
        ("{不晚于: 起算日}", "2018-06", "2018-06-15"),
        ("{月: 次月, 日: 8, 自: 结算月}", "2018-06", "2018-07-08"),
    ],
)
def test_the_last_day(deadline: str, month: str, day: str, tmp_path: Path) -> None:
    process = small(ONE_STEP.format(deadline=deadline, more="逾期: 记录"), tmp_path).processes["流程"]
    found = process.steps[0].deadline
    assert found is not None
    assert last_day(found, {"month": month, "day": "2018-06-15"}) == D(day)
    assert last_day(found, {}) is None


def test_without_the_day_itself_the_day_before_is_the_last(tmp_path: Path) -> None:
    text = ONE_STEP.format(deadline="{月: 次月, 日: 8}", more="期限含当日: 否")
    found = small(text, tmp_path).processes["流程"].steps[0].deadline
    assert found is not None
    assert last_day(found, {"month": "2018-06"}) == D("2018-07-07")


@pytest.mark.parametrize(("at", "late"), [("2018-07-08T23:59", ()), ("2018-07-09T00:00", ("提交",))])
def test_lateness_is_recorded(at: str, late: tuple[str, ...], tmp_path: Path) -> None:
    desk = office(small(ONE_STEP.format(deadline="{月: 次月, 日: 8}", more="逾期: 记录"), tmp_path))
    desk.open("流程", "A1", FACTS, USER, "2018-07-01")
    state = desk.do("A1", "提交", USER, at)
    assert state.state == "已交"
    assert state.late == late
    assert state.history[-1].due == D("2018-07-08")


def test_a_step_not_accepted_late_is_refused(tmp_path: Path) -> None:
    text = ONE_STEP.format(deadline="{月: 次月, 日: 8, 逾期: 不受理}", more="逾期: 记录")
    desk = office(small(text, tmp_path))
    desk.open("流程", "A1", FACTS, USER, "2018-07-01")
    assert [a.step for a in desk.state("A1", "2018-07-08").allowed] == ["提交"]
    assert desk.state("A1", "2018-07-09").allowed == ()
    assert refused(lambda: desk.do("A1", "提交", USER, "2018-07-09")) == ["PE8017"]
    assert desk.do("A1", "提交", USER, "2018-07-08").state == "已交"


# -- silence -------------------------------------------------------------------------------------

CONSENT = """
约定:
  事项: 申请
  起始: 起草
  步骤:
    提出: {办理主体: 用户, 原状态: 起草, 新状态: 待确认}
    确认: {办理主体: 中心, 原状态: 待确认, 新状态: 生效, 期限: {不晚于: 起算日}}
    拒绝: {办理主体: 中心, 原状态: 待确认, 新状态: 未成}
    再议: {办理主体: 用户, 原状态: 未成, 新状态: 起草}
  办结状态: [生效, 未成]
  逾期: 视为拒绝
"""


def proposed(tmp_path: Path, at: str = "2018-06-10", text: str = CONSENT):
    desk = office(small(text, tmp_path))
    desk.open("约定", "A1", FACTS, USER, at)
    desk.do("A1", "提出", USER, at)
    return desk


def test_silence_follows_from_the_date_alone(tmp_path: Path) -> None:
    desk = proposed(tmp_path)
    stored = desk.store.everything()
    assert desk.state("A1", "2018-06-15").state == "待确认"
    after = desk.state("A1", "2018-06-16")
    assert (after.state, after.entered) == ("未成", D("2018-06-16"))
    assert [(e.step, e.deemed, e.due) for e in after.deemed] == [("拒绝", True, D("2018-06-15"))]
    assert desk.store.everything() == stored


def test_a_step_after_silence_starts_from_where_silence_led(tmp_path: Path) -> None:
    desk = proposed(tmp_path)
    assert refused(lambda: desk.do("A1", "确认", CENTRE, "2018-06-16")) == ["PE8003"]
    state = desk.do("A1", "再议", USER, "2018-06-20")
    assert state.state == "起草"
    assert [e.step for e in state.history if e.kind == "step"] == ["提出", "拒绝", "再议"]
    assert desk.state("A1", "2018-06-15").state == "待确认"


def test_an_answer_on_the_last_day_is_in_time(tmp_path: Path) -> None:
    desk = proposed(tmp_path)
    assert desk.do("A1", "确认", CENTRE, "2018-06-15T23:59:59").state == "生效"
    assert desk.state("A1", "2019-01-01").deemed == ()


def test_what_comes_too_late_is_answered_at_once(tmp_path: Path) -> None:
    desk = proposed(tmp_path, at="2018-06-20")
    state = desk.state("A1", "2018-06-20")
    assert (state.state, state.entered) == ("未成", D("2018-06-20"))


def test_a_recorded_step_stands_even_if_the_rules_now_say_silence(tmp_path: Path) -> None:
    lenient = CONSENT.replace("逾期: 视为拒绝", "逾期: 记录")
    desk = proposed(tmp_path, text=lenient)
    desk.do("A1", "确认", CENTRE, "2018-07-30")
    strict = office(small(CONSENT, tmp_path), desk.store)
    assert strict.state("A1", "2018-08-01").state == "生效"
    assert strict.state("A1", "2018-08-01").deemed == ()


def test_the_step_taken_by_silence_may_be_named(tmp_path: Path) -> None:
    named = CONSENT.replace("逾期: 视为拒绝", "逾期: {视为: 撤回}").replace(
        "    再议", "    撤回: {办理主体: 用户, 原状态: 待确认, 新状态: 起草}\n    再议"
    )
    desk = proposed(tmp_path, text=named)
    assert desk.state("A1", "2018-06-16").state == "起草"


def test_silence_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    circle = """
    约定:
      事项: 申请
      起始: 甲
      步骤:
        向前: {办理主体: 用户, 原状态: 甲, 新状态: 完, 期限: {不晚于: 起算日, 逾期: {视为: 去乙}}}
        去乙: {办理主体: 用户, 原状态: 甲, 新状态: 乙}
        向后: {办理主体: 用户, 原状态: 乙, 新状态: 完, 期限: {不晚于: 起算日, 逾期: {视为: 去甲}}}
        去甲: {办理主体: 用户, 原状态: 乙, 新状态: 甲}
      办结状态: [完]
    """
    desk = office(small(circle, tmp_path))
    desk.open("约定", "A1", FACTS, USER, "2018-06-01")
    assert [e.step for e in desk.state("A1", "2018-06-30").deemed] == ["去乙", "去甲"]


def test_silence_may_mean_consent_with_its_results(tmp_path: Path) -> None:
    """视为同意: nobody objected, so it takes effect, and what that brings about is known from that day."""
    consent = """
    约定:
      事项: 申请
      起始: 待异议
      步骤:
        异议: {办理主体: 中心, 原状态: 待异议, 新状态: 不成, 期限: {不晚于: 起算日}}
        生效: {办理主体: 用户, 原状态: 待异议, 新状态: 有效}
      办结状态: [不成, 有效]
      逾期: 视为同意
      结果: {有效: {申请.已确认: 是, t/u.用户.免考: 是}}
    """
    desk = office(small(consent, tmp_path))
    desk.open("约定", "A1", FACTS, USER, "2018-06-01")
    assert desk.results("t/u", "2018-06", "2018-06-15") == ()
    (found,) = desk.results("t/u", "2018-06", "2018-07-01")
    assert (found.key, found.term, found.value, found.known_from) == ("U1", "免考", True, D("2018-06-16"))
    assert desk.state("A1", "2018-06-16").facts["agreed"] is True
