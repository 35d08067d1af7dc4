"""Offices, people and facts for tests of processes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import policy_engine as pe
from policy_engine.diagnostics.errors import PolicyEngineError, Refused
from policy_engine.policy.model import Policy
from policy_engine.process.events import Actor, Event
from policy_engine.process.office import Office
from policy_engine.process.store import MemoryStore

RULES = Path(__file__).parent.parent / "rules"

TANGSHAN = Actor("唐山市工信局", "王某")
CHENGDE = Actor("审核部门", "承德市发展改革委")
PROVINCE = Actor("省级主管部门")
EXCHANGE = Actor("电力交易机构")

ORDER = {
    "document_id": "D1",
    "种类": "停限产令",
    "出具单位": "政府部门",
    "出具层级": "县",
    "出具日期": "2018-06-10",
}
PAPER = {"document_id": "D2", "种类": "其他证明", "出具单位": "其他", "出具日期": "2018-06-11"}


@cache
def policy(id_: str) -> Policy:
    return pe.load(id_, on="2018-07-02", rules=RULES)


def office(id_: str | Policy, store: MemoryStore | None = None) -> Office:
    """An office that evaluates by closures: what durable_rules matches is tested elsewhere."""
    resolved = policy(id_) if isinstance(id_, str) else id_
    return Office(resolved, store or MemoryStore(), executor="reference", salt=lambda: "盐")


def member(id_: str = "U1") -> Actor:
    return Actor("市场主体", id_)


def application(
    who: str = "U1", city: str = "唐山", month: str = "2018-06", cause: str = "临时停限产令", **more: object
) -> dict[str, object]:
    """The facts of an application that qualifies, unless something else is asked for."""
    return {
        "市场主体": who,
        "结算月": month,
        "所在市": city,
        "方向": "用电",
        "原因": cause,
        "抄表周期": "2018-05-21 至 2018-06-20",
        "交易日": "2018-05-25",
        "佐证": [ORDER],
        **more,
    }


def submitted(desk: Office, matter: str = "A1", **facts: object) -> None:
    """An application with the city."""
    given = application(**facts)
    who = member(str(given["市场主体"]))
    desk.open("免考申请", matter, given, who, "2018-07-02")
    desk.do(matter, "提交", who, "2018-07-02")


def passed(desk: Office, matter: str = "A1", at: str = "2018-07-03", **facts: object) -> None:
    """An application that the city of Tangshan has passed."""
    submitted(desk, matter, **facts)
    desk.do(matter, "市级通过", TANGSHAN, at)


def batch(desk: Office, id_: str = "B1", city: str = "唐山", actor: Actor = TANGSHAN) -> None:
    desk.open("汇总批次", id_, {"所在市": city, "结算月": "2018-06"}, actor, "2018-07-01")


def exempt(desk: Office, matter: str = "A1", **facts: object) -> None:
    """An application all the way through, in time."""
    passed(desk, matter, **facts)
    batch(desk)
    desk.do("B1", "上报", TANGSHAN, "2018-07-06")
    desk.do(matter, "省级确认", PROVINCE, "2018-07-10")
    desk.do("B1", "函告", PROVINCE, "2018-07-12")


def refused(call: Callable[[], object]) -> list[str]:
    """The codes with which a call is refused; none when it is not."""
    try:
        call()
    except Refused as error:
        return [d.code for d in error.diagnostics]
    return []


def failed(call: Callable[[], object]) -> str:
    try:
        call()
    except PolicyEngineError as error:
        return error.code
    return ""


def snapshot(desk: Office) -> Mapping[str, tuple[Event, ...]]:
    return dict(desk.store.everything())


# -- small policies ------------------------------------------------------------------------------

_HEAD = """\
# language: zh-CN
格式: 1
政策: t/t
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
主体:
  用户: {代号: user, 主键: user_id}
  申请: {代号: application, 主键: application_id, 属于: 用户}
  附件: {代号: paper, 主键: paper_id, 属于: 申请}
  中心: {代号: centre, 单例: 是}
词条: |
  | 主体 | 名称   | 代号     | 类型 | 单位   | 小数位 | 其他       | 范围       |
  | 申请 | 结算月 | month    | 月份 |        |        |            |            |
  | 申请 | 起算日 | day      | 日期 |        |        | 可空       |            |
  | 申请 | 电量   | energy   | 电量 | 兆瓦时 | 3      | 可空       | 0 至 1000  |
  | 申请 | 证件号 | id_no    | 文本 |        |        | 敏感；可空 |            |
  | 申请 | 备注   | remark   | 文本 |        |        | 可空       |            |
  | 申请 | 已确认 | agreed   | 是否 |        |        | 可空       |            |
  | 申请 | 份数   | papers   | 数   |        |        |            |            |
  | 附件 | 页数   | pages    | 数   |        | 0      |            | 0 至 100   |
决定:
  申请.份数: {汇总: {计数: 附件}}
"""


def small(processes: str, tmp_path: Path) -> Policy:
    """A small policy with the processes given as text. Raises LoadError."""
    path = tmp_path / "t.yaml"
    path.write_text(
        _HEAD + "流程:\n" + textwrap.indent(textwrap.dedent(processes).strip("\n"), "  ") + "\n", "utf-8"
    )
    return pe.load("t/t", on="2018-07-01", rules=path)


def edited(name: str, tmp_path: Path, *changes: tuple[str, str]) -> Policy:
    """A shipped rule file after changes of its text; each must be found."""
    text = (RULES / "jibei" / f"{name}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return pe.load(f"jibei/{name}", on="2018-07-02", rules=path)
