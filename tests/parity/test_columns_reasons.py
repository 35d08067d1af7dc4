"""What has no columns is refused by name, with its reason in both languages, at its place in the rule file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import policy_engine.lowering
from parity.small import TREE, small
from policy_engine.lowering.planner import lower
from policy_engine.lowering.refusal import WHY, NotLowered, as_diagnostic
from policy_engine.lowering.refusals import refusals
from policy_engine.policy.model import Policy

NUMBER = "乙方 | 甲 | a | 电量 | 兆瓦时 | 3 | | -1000 至 1000"
OUT = "乙方 | 数 | out | 电量 | 兆瓦时 | 3 | |"
VAST = "乙方 | 甲 | a | 数 | | 3 | | 0 至 1000000000000000"


def merged() -> Policy:
    tree = (*TREE, "丙方: {代号: meter, 主键: meter_id, 属于: 乙方, 合并范围: 甲方}")
    return small((NUMBER, OUT), "乙方.数: {计算公式: 甲 + 计数(丙方) × 1 兆瓦时}", tree=tree)


def papers() -> Policy:
    tree = (*TREE, "佐证纸: {代号: paper, 属于: 乙方, 附件: 是}")
    return small((NUMBER, OUT), "乙方.数: {计算公式: 甲 + 计数(佐证纸) × 1 兆瓦时}", tree=tree)


def lookup() -> Policy:
    table = "对照表:\n  价表:\n    表: |\n      | 号 | 名 |\n"
    table += "".join(f"      | 第{n}号 | 名{n} |\n" for n in range(501))
    terms = ("乙方 | 号 | a | 文本 | | | |", "乙方 | 说 | out | 文本 | | | |")
    return small(terms, "乙方.说: {计算公式: 价表(号)}", more=table)


LIST = """
表:
  适用: [乙方]
  多行命中: 汇集
  汇集: 列表
  决策表: |
    | 行名 | 当：甲 | 则：说 |
    | 一 | 超过 0 | "多" |
"""

MADE: dict[str, tuple[Callable[[], Policy], str]] = {
    "wide": (
        lambda: small((VAST, "乙方 | 数 | out | 数 | | | |"), "乙方.数: {计算公式: 甲 × 甲 × 甲}"),
        "甲 × 甲 × 甲",
    ),
    "sensitive": (
        lambda: small(
            ("乙方 | 密 | a | 文本 | | | 敏感 |", "乙方 | 有 | out | 是否 | | | |"),
            '乙方.有: {计算公式: 密 = "x"}',
        ),
        "密",
    ),
    "type": (
        lambda: small(
            (
                "乙方 | 期 | a | 日期区间 | | | |",
                "乙方 | 日 | d | 日期 | | | |",
                "乙方 | 在 | out | 是否 | | | |",
            ),
            "乙方.在: {计算公式: 日 属于 期}",
        ),
        "期",
    ),
    "quotient": (
        lambda: small(
            (NUMBER, "甲方 | 和 | out | 数 | | 2 | |"),
            "甲方.和: {计算公式: 合计(1 兆瓦时 / (乙方.甲 + 2000 兆瓦时)), 取整: 四舍五入 2 位}",
        ),
        "1 兆瓦时 / (乙方.甲 + 2000 兆瓦时)",
    ),
    "function": (
        lambda: small(
            ("乙方 | 名 | a | 文本 | | | |", "乙方 | 长 | out | 数 | | 0 | |"),
            "乙方.长: {计算公式: 字数(名)}",
        ),
        "字数(名)",
    ),
    "lookup": (lookup, "价表"),
    "list": (lambda: small((NUMBER, "乙方 | 说 | out | 文本 | | | |"), LIST), "表"),
    "merge": (merged, "丙方"),
    "papers": (papers, "佐证纸"),
}

# Reasons that only a mistake of ours could give: the checker lets no such expression through.
UNREACHED = {"range", "null", "places", "calendar", "undecided", "expression"}
# Provoked elsewhere: by data, and by the rule files of the repository (认定).
ELSEWHERE = {"value", "body", "nested"}


def test_every_reason_is_provoked_or_known_to_be_out_of_reach() -> None:
    sources = Path(policy_engine.lowering.__file__).parent.rglob("*.py")
    used = {r for p in sources for r in re.findall(r'NotLowered\("(\w+)"', p.read_text("utf-8"))}
    assert used <= WHY.keys()
    assert {*MADE} | UNREACHED | ELSEWHERE >= used


@pytest.mark.parametrize("reason", MADE)
def test_a_refusal_is_told_by_name(reason: str) -> None:
    make, name = MADE[reason]
    found = refusals(make())
    assert (found[0].reason, found[0].name) == (reason, name)
    shown = as_diagnostic(found[0])
    assert shown.code == "PE9101"
    zh, en = WHY[reason]
    assert zh in shown.message() and name in shown.message()
    assert en in shown.message("en") and name in shown.message("en")
    assert shown.labels[0].span.text


@pytest.mark.parametrize("reason", [r for r in MADE if r not in ("merge", "papers")])
def test_nothing_is_lowered_beside_it(reason: str) -> None:
    with pytest.raises(NotLowered) as refused:
        lower(MADE[reason][0]())
    assert refused.value.reason == reason
