"""流程 in rule files: both languages, overlays, digests, descriptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import policy_engine as pe
from policy_engine.policy.describe import describe
from policy_engine.process.events import Actor
from process_support import edited, office, policy, refused

ENGLISH = """\
# language: en
format: 1
policy: t/en
title: A notice
issuer: A commission
issued: 2018-01-01
in force: {from: 2018-01-01, to: open, by: month}
clauses:
  c1: {position: first, summary: whatever}
entities:
  user: {id: user, key: user_id}
  request: {id: request, key: request_id, belongs to: user}
  centre: {id: centre, single: yes}
terms: |
  | entity  | name   | id     | type    | unit | places | other    | range |
  | request | month  | month  | month   |      |        |          |       |
  | request | day    | day    | date    |      |        | nullable |       |
  | request | agreed | agreed | boolean |      |        | nullable |       |
processes:
  asking:
    matter: request
    unique: [user, month]
    start: draft
    steps:
      ask:
        {actor: user, from: draft, to: asked, requires: day is not null,
         deadline: {month: next, day: 8, if late: refuse}, clause: c1}
      agree:   {actor: centre, from: asked,  to: done,  deadline: {working days: 2, since: day, if late: {deemed: decline}}}
      decline: {actor: centre, from: asked,  to: over,  note: why}
    final: [done, over]
    editable: [draft]
    inclusive: yes
    if late: record
    results:
      done: {request.agreed: yes}
"""


def test_a_process_in_english(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(ENGLISH, "utf-8")
    desk = office(pe.load("t/en", on="2018-06-01", rules=path))
    user, centre = Actor("user", "U1"), Actor("centre")
    facts = {"user": "U1", "month": "2018-06", "day": "2018-06-15"}
    desk.open("asking", "A1", facts, user, "2018-06-15")
    desk.do("A1", "ask", user, "2018-06-15")
    assert desk.state("A1", "2018-06-21").state == "over"
    assert desk.do("A1", "agree", centre, "2018-06-20").facts["agreed"] is True


def test_a_child_replaces_and_switches_off_processes(tmp_path: Path) -> None:
    parent = (tmp_path / "parent.yaml", edited("exemption", tmp_path).id)
    assert parent[1] == "jibei/exemption"
    child = tmp_path / "child.yaml"
    head = "# language: zh-CN\n格式: 1\n政策: t/child\n标题: 下位\n发文机关: 某委\n发文日期: 2018-06-05\n"
    body = (
        "施行: {自: 2018-06-01, 至: 未定, 按: 结算月}\n沿用: jibei/exemption\n停用: [流程.汇总批次]\n流程:\n"
        "  免考申请:\n    事项: 申请\n    起始: 起草\n    步骤:\n"
        "      提交: {办理主体: 市场主体, 原状态: 起草, 新状态: 已交}\n    办结状态: [已交]\n"
    )
    child.write_text(head + body, "utf-8")
    found = pe.load("t/child", on="2018-07-02", rules=tmp_path)
    assert list(found.processes) == ["免考申请"]
    assert found.processes["免考申请"].states == ("起草", "已交")
    assert found.processes["免考申请"].policy == "t/child"


@pytest.mark.parametrize(
    "change",
    [
        ("{月: 次月, 日: 8}", "{月: 次月, 日: 9}"),
        ("已生效: {jibei/deviation.用户", "已生效: {jibei/other.用户"),
        ("前提: 佐证份数 >= 1", "前提: 佐证份数 >= 2"),
        ("期限含当日: 是", "期限含当日: 否"),
        ("须注明: 失实的佐证", "须注明: 理由"),
        ("唐山市工信局  ", "唐山市发改委  "),
    ],
)
def test_what_a_process_means_is_in_the_digest(change: tuple[str, str], tmp_path: Path) -> None:
    assert edited("exemption", tmp_path, change).digest != policy("jibei/exemption").digest


def test_remarks_are_not_in_the_digest(tmp_path: Path) -> None:
    changed = edited("exemption", tmp_path, ("# 不申请不免考", "# 要申请"))
    assert changed.digest == policy("jibei/exemption").digest


def test_processes_are_described() -> None:
    told = {p["name"]: p for p in json.loads(json.dumps(describe(policy("jibei/exemption"))))["processes"]}
    assert set(told) == {"免考申请", "汇总批次"}
    (report,) = (s for s in told["汇总批次"]["steps"] if s["name"] == "上报")
    assert (report["deadline"]["day"], report["drives"], report["clauses"]) == (8, "随批上报", ["三-2-2"])
    assert told["免考申请"]["results"]["待函告"] == [
        {"into": None, "entity": "申请", "term": "provincial_confirmation", "value": "是"}
    ]


def test_unknown_processes_cannot_be_listed() -> None:
    assert refused(lambda: office("jibei/exemption").matters("免考", on="2018-07-02")) == ["PE8019"]


def test_exclusive_and_several_claims_in_english(tmp_path: Path) -> None:
    text = ENGLISH.replace("    unique: [user, month]\n", "    unique: [[month], [item]]\n").replace(
        "    final: [done, over]\n",
        "    final: [done, over]\n"
        "    exclusive: {same: [user], period: term, holding: [asked, done], steps: [ask], "
        'only if: reading.exclusivity = "yes indeed", clause: c1}\n',
    )
    text = text.replace(
        "  centre: {id",
        "  item: {id: item, key: item_id, belongs to: request}\n  centre: {id",
    ).replace(
        "processes:\n",
        "readings:\n  exclusivity: {take: yes indeed, choices: [yes indeed, not at all], "
        "clause: c1, rationale: whatever}\nprocesses:\n",
    )
    text = text.replace(
        "  | request | day ", "  | request | term | term | date range | | | nullable | |\n  | request | day "
    )
    path = tmp_path / "t.yaml"
    path.write_text(text, "utf-8")
    found = pe.load("t/en", on="2018-06-01", rules=path).processes["asking"]
    assert [u.names for u in found.unique] == [("month",), ("item.item_id",)]
    assert found.exclusive is not None
    assert (found.exclusive.same, found.exclusive.period) == (("user_id",), "term")
    off = pe.load("t/en", on="2018-06-01", rules=path, options={"exclusivity": "not at all"})
    assert off.processes["asking"].exclusive is None
