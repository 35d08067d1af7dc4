"""Gaps, overlaps and idle rows: what is said of a table holds of every case, tried one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.analysis import solver
from policy_engine.analysis.axes import representatives
from policy_engine.analysis.bounds import Interval
from policy_engine.analysis.tables import check_tables
from policy_engine.diagnostics.span import Source
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.library import load
from policy_engine.rulefile.read import read_policy

HEAD = """\
# language: zh-CN
格式: 1
政策: demo/table
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
主体:
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称 | 代号 | 类型 | 单位   | 小数位 | 其他 | 范围       |
  | 用户 | 甲   | a    | 电量 | 兆瓦时 | 0      |      | 0 至 6     |
  | 用户 | 乙   | b    | 电量 | 兆瓦时 | 0      |      | 0 至 6     |
  | 用户 | 丙   | c    | 是否 |        |        | 可空 |            |
  | 用户 | 类   | kind | 选项 |        |        |      | 大、中、小 |
决定:
  分类:
    适用: [用户]
    多行命中: 不允许
    决策表: |
      | 行名 | 当：甲 | 当：乙 | 当：丙 | 则：类 |
"""
SIGNS = {"小于": "__lt__", "不超过": "__le__", "超过": "__gt__", "不低于": "__ge__", "等于": "__eq__"}
CELLS = [("-", "")] + [(sign, str(n)) for sign in SIGNS for n in (0, 2, 3, 6)]
NULLABLE = {"-": (True, False, None), "是": (True,), "否": (False,), "为空": (None,), "不为空": (True, False)}


def findings(rows: list[str]) -> set[str]:
    text = HEAD + "\n".join("      " + r for r in rows) + "\n"
    document, found = read_policy(Source("表.yaml", text))
    assert document is not None, found
    return {d.code for d in check_tables(bind([document], period=Month(2018, 6)))}


def holds(cell: tuple[str, str], value: int, other: int) -> bool:
    sign, bound = cell
    return sign == "-" or bool(getattr(value, SIGNS[sign])(other if bound == "乙" else int(bound)))


def expected(rows: list[tuple[tuple[str, str], tuple[str, str], str]]) -> set[str]:
    hits = [
        [
            i
            for i, (one, other, third) in enumerate(rows)
            if holds(one, a, b) and holds(other, b, a) and c in NULLABLE[third]
        ]
        for a in range(7)
        for b in range(7)
        for c in (True, False, None)
    ]
    found = {"PE3301"} if any(not h for h in hits) else set()
    found |= {"PE3302"} if any(len(h) > 1 for h in hits) else set()
    found |= {"PE3304"} if len({i for h in hits for i in h}) < len(rows) else set()
    return found


def written(number: int, row: tuple[tuple[str, str], tuple[str, str], str]) -> str:
    one, other, third = row
    return f"| 行{number} | {' '.join(one)} | {' '.join(other)} | {third} | 大 |"


def tables(first: list[tuple[str, str]]):
    row = st.tuples(st.sampled_from(first), st.sampled_from(CELLS), st.sampled_from(sorted(NULLABLE)))
    return st.lists(row, min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(tables(CELLS))
def test_boxes_agree_with_every_case_tried(rows):
    assert findings([written(i, r) for i, r in enumerate(rows)]) == expected(rows)


@settings(max_examples=30, deadline=None)
@given(tables([*CELLS[:5], *((sign, "乙") for sign in SIGNS)]))
def test_formulas_agree_with_every_case_tried(rows):
    pytest.importorskip("z3")
    assert findings([written(i, r) for i, r in enumerate(rows)]) == expected(rows)


TWO = ["| 小 | 不超过 乙 | - | - | 小 |", "| 大 | 超过 乙 | - | - | 大 |"]


def test_the_shipped_tables_are_complete_and_free_of_overlaps():
    pytest.importorskip("z3")
    for policy in ("jibei/deviation", "jibei/exemption"):
        assert not list(check_tables(load(policy, period="2018-06")))


def test_without_z3_it_is_said_that_nothing_was_checked(monkeypatch):
    monkeypatch.setattr(solver, "available", lambda: False)
    assert findings(TWO) == {"PE3311"}


def test_out_of_time_it_is_said_that_nothing_is_proven(monkeypatch):
    pytest.importorskip("z3")
    monkeypatch.setattr(solver, "SECONDS", 0)
    assert findings(TWO) == {"PE3312"}


def test_a_gap_within_a_step_of_the_grid_is_none():
    assert findings(["| 小 | 不超过 2 | - | - | 小 |", "| 大 | 不低于 3 | - | - | 大 |"]) == set()


@given(
    st.sets(st.fractions(0, 20, max_denominator=4), max_size=4),
    st.sampled_from([None, Fraction(1), Fraction(1, 4)]),
)
def test_a_representative_stands_in_every_gap(cuts, step):
    found = representatives(cuts, Interval(Fraction(0), Fraction(20)), step)
    for number in (Fraction(n, 16) for n in range(0, 321)):
        if step is None or number % step == 0:
            between = [c < number for c in sorted(cuts)], [c == number for c in sorted(cuts)]
            assert any(
                between == ([c < f for c in sorted(cuts)], [c == f for c in sorted(cuts)]) for f in found
            )
