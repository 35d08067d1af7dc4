"""合并范围: rows of one key within one member are one row; between members they are an error."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import Facts, tables_from_mapping
from policy_engine.engine.reader import read_facts
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import WITHHELD
from policy_engine.policy.model import Policy
from unit.policy.rule_text import policy_of, rule_file

ENTITIES = """
全月: {代号: market, 单例: 是}
电力用户: {代号: user, 主键: user_id}
用电单元: {代号: unit, 主键: unit_id, 属于: 电力用户}
计量点: {代号: point, 主键: point_id, 属于: 用电单元}
表计: {代号: meter, 主键: meter_id, 属于: 计量点}
"""
TERMS = """
    计量点 | 容量 | capacity | 数 | | 0 | | 0 至 100000
    计量点 | 备注 | note | 文本 | | | 可空 |
    计量点 | 查询密码 | secret | 文本 | | | 可空；敏感 |
    表计 | 倍率 | factor | 数 | | 0 | 默认 1 | 0 至 100
    电力用户 | 总容量 | total | 数 | | 0 | |
    电力用户 | 表数 | meters | 数 | | 0 | |
"""
DECISIONS = """
    电力用户.总容量: {汇总: {求和: 计量点.容量}}
    电力用户.表数: {汇总: {求和: 表计.倍率}}
"""
UNITS = [("U1", "A"), ("U2", "A"), ("U3", "A"), ("V1", "B"), ("V2", "B")]
OWNER = dict(UNITS)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return merging(policy_of(rule_file(DECISIONS, terms=TERMS, entities=ENTITIES)), "计量点")


def merging(policy: Policy, *names: str, within: str = "电力用户") -> Policy:
    changed = {n: replace(policy.entities[n], merged_within=within) for n in names}
    return replace(policy, entities={**policy.entities, **changed})


Point = dict[str, object]


def point(key: str, unit: str, capacity: object = "10", **more: object) -> Point:
    return {"point_id": key, "unit_id": unit, "capacity": capacity, **more}


def facts_of(points: Sequence[Point], meters: Sequence[tuple[str, str]] = ()) -> dict[str, object]:
    return {
        "unit": [{"unit_id": u, "user_id": o} for u, o in UNITS],
        "point": list(points),
        "meter": [{"meter_id": m, "point_id": p} for m, p in meters],
    }


def read(policy: Policy, points: Sequence[Point], meters: Sequence[tuple[str, str]] = ()) -> Facts:
    return read_facts(policy, tables_from_mapping(policy, facts_of(points, meters)))


def assessed(policy: Policy, points: Sequence[Point], meters: Sequence[tuple[str, str]] = ()) -> Assessment:
    return assess(policy, tables_from_mapping(policy, facts_of(points, meters)))


def kept(facts: Facts) -> list[tuple[str, str]]:
    return [(r.key, r.parent.key) for r in facts.dataset.rows["计量点"] if r.parent]


def told(facts: Facts) -> list[Diagnostic]:
    return [p.diagnostic for p in facts.problems]


def test_a_point_that_two_units_name_is_one_under_the_smaller_unit(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U2"), point("M2", "U2"), point("M1", "U1")])
    assert kept(facts) == [("M2", "U2"), ("M1", "U1")]
    assert facts.problems == ()
    (note,) = facts.notes
    assert note.code == "PE6081" and "2 行" in note.message() and "M1" in note.message()
    user = facts.dataset.rows["电力用户"][0]
    assert [r.key for r in user.children["计量点"]] == ["M2", "M1"]


@pytest.mark.parametrize("executor", ["reference", "durable"])
def test_totals_count_it_once(policy: Policy, executor: str) -> None:
    points = [point("M1", "U2"), point("M2", "U2", "5"), point("M1", "U1"), point("M3", "V1", "7")]
    result = assess(policy, tables_from_mapping(policy, facts_of(points)), executor=executor).result
    assert result.value("user", "A", "总容量").text == "15"
    assert result.value("user", "B", "总容量").text == "7"


def test_the_same_row_twice_under_one_unit_is_one_row(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U1"), point("M1", "U1"), point("M1", "U1")])
    assert kept(facts) == [("M1", "U1")]
    assert "3 行" in facts.notes[0].message()


def test_the_smaller_key_is_by_code_point_not_by_number(policy: Policy) -> None:
    units = [{"unit_id": u, "user_id": "A"} for u in ("2", "10")]
    tables = {"unit": units, "point": [point("M", "2"), point("M", "10")]}
    facts = read_facts(policy, tables_from_mapping(policy, tables))
    assert kept(facts) == [("M", "10")]


def test_without_doubles_nothing_is_said(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U1"), point("M2", "U1")])
    assert facts.notes == () and facts.problems == ()


def test_values_that_differ_cannot_be_merged(policy: Policy) -> None:
    points = [point("M1", "U1", "10"), point("M1", "U2", "110", note="旧"), point("M9", "V1")]
    facts = read(policy, points)
    assert [(d.code, dict(d.params)["name"], dict(d.params)["values"]) for d in told(facts)] == [
        ("PE6080", "容量", "10、110"),
        ("PE6080", "容量", "10、110"),
        ("PE6080", "备注", "旧、空"),
        ("PE6080", "备注", "旧、空"),
    ]
    assert [p.column for p in facts.problems] == ["capacity", "capacity", "note", "note"]
    assert facts.notes == ()
    outcome = assessed(policy, points)
    assert outcome.result.keys("user") == ("B",)
    assert {r.row.key for r in outcome.rejected} == {"M1", "U1", "U2", "U3", "A"}


def test_what_differs_in_a_sensitive_term_is_not_shown(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U1", secret="hunter2"), point("M1", "U2", secret="hunter3")])
    assert [d.code for d in told(facts)] == ["PE6080", "PE6080"]
    assert "查询密码" in told(facts)[0].message()
    for shown in (repr(facts), *(d.message(lang) for d in told(facts) for lang in ("zh", "en"))):
        assert "hunter" not in shown


def test_withheld_values_merge_with_each_other_only(policy: Policy) -> None:
    both = [point("M1", "U1", secret=WITHHELD), point("M1", "U2", secret=WITHHELD)]
    facts = read(policy, both)
    assert kept(facts) == [("M1", "U1")]
    assert facts.dataset.rows["计量点"][0].withheld == {"secret"}
    mixed = read(policy, [both[0], point("M1", "U2")])
    assert [d.code for d in told(mixed)] == ["PE6080", "PE6080"]


def test_a_point_of_another_member_is_refused_with_both(policy: Policy) -> None:
    points = [point("M1", "U1"), point("M1", "V1"), point("M1", "U2")]
    facts = read(policy, points)
    assert [d.code for d in told(facts)] == ["PE6082"] * 3
    assert "“M1”已属于“电力用户”B，不能再写在“电力用户”A下" in told(facts)[0].message()
    assert "“M1”已属于“电力用户”A，不能再写在“电力用户”B下" in told(facts)[1].message()
    assert facts.notes == ()
    outcome = assessed(policy, [*points, point("M2", "U3")])
    assert outcome.result.keys("user") == ()


def test_a_double_whose_owner_is_unknown_is_refused_as_ever(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U1"), point("M1", "X9"), point("M1", "U2")])
    assert sorted(d.code for d in told(facts)) == ["PE6012", "PE6012", "PE6012", "PE6014"]


def test_a_broken_row_is_not_merged_away(policy: Policy) -> None:
    facts = read(policy, [point("M1", "U1"), point("M1", "U2", "约十")])
    assert [d.code for d in told(facts)] == ["PE6030"]
    assert len(kept(facts)) == 2
    outcome = assessed(policy, [point("M1", "U1"), point("M1", "U2", "约十"), point("M2", "V1")])
    assert outcome.result.keys("user") == ("B",)


def test_children_hang_on_the_row_that_is_kept(policy: Policy) -> None:
    for order in itertools.permutations([point("M1", "U2"), point("M1", "U1"), point("M2", "U3")]):
        facts = read(policy, order, [("W1", "M1"), ("W2", "M1"), ("W3", "M2")])
        meters = {r.key: r.parent for r in facts.dataset.rows["表计"]}
        first = next(r for r in facts.dataset.rows["计量点"] if r.key == "M1")
        assert meters["W1"] is meters["W2"] is first
        assert first.parent is not None and first.parent.key == "U1"
        assert [r.key for r in first.children["表计"]] == ["W1", "W2"]


def test_merged_rows_below_merged_rows(policy: Policy) -> None:
    both = merging(policy, "计量点", "表计")
    points = [point("M1", "U2"), point("M1", "U1"), point("M2", "U2")]
    facts = read(both, points, [("W1", "M2"), ("W1", "M1"), ("W2", "M1")])
    (first,) = [r for r in facts.dataset.rows["表计"] if r.key == "W1"]
    assert first.parent is not None and (first.parent.key, first.parent.parent.key) == ("M1", "U1")
    outcome = assessed(both, points, [("W1", "M2"), ("W1", "M1"), ("W2", "M1")])
    assert outcome.result.value("user", "A", "表数").text == "2"


def test_the_row_that_is_kept_says_whose_the_rows_below_are(policy: Policy) -> None:
    both = merging(merging(policy, "计量点"), "表计", within="用电单元")
    for order in itertools.permutations([point("M1", "U2"), point("M1", "U1"), point("M2", "U1")]):
        facts = read(both, order, [("W1", "M2"), ("W1", "M1")])
        assert facts.problems == ()
        assert [r.parent and r.parent.key for r in facts.dataset.rows["表计"]] == ["M1"]


def test_within_the_parent_itself(policy: Policy) -> None:
    narrow = merging(policy, "计量点", within="用电单元")
    assert kept(read(narrow, [point("M1", "U1"), point("M1", "U1")])) == [("M1", "U1")]
    facts = read(narrow, [point("M1", "U1"), point("M1", "U2")])
    assert [d.code for d in told(facts)] == ["PE6082", "PE6082"]


def test_without_the_flag_a_key_occurs_once() -> None:
    plain = policy_of(rule_file(DECISIONS, terms=TERMS, entities=ENTITIES))
    facts = read(plain, [point("M1", "U1"), point("M1", "U1")])
    assert [d.code for d in told(facts)] == ["PE6012", "PE6012"]
    assert "出现了不止一次（第 1、2 行）" in told(facts)[0].message()
    facts = read(plain, [point("M1", "U1"), point("M1", "U2"), point("M1", "U2")])
    assert "出现了不止一次（第 1、2、3 行，分属用电单元 U1、U2）" in told(facts)[0].message()
    assert "stands more than once (lines 1、2、3, of 用电单元 U1、U2)" in told(facts)[0].message("en")


# -- whatever is handed in ---------------------------------------------------------------------------

POINTS = st.lists(
    st.builds(
        point,
        st.sampled_from(["M1", "M2", "M3", "m1"]),
        st.sampled_from([u for u, _ in UNITS]),
        st.sampled_from(["10", "10.0", "20"]),
    ),
    max_size=12,
)


def consistent(points: Sequence[Point]) -> list[Point]:
    """The same points with a capacity that follows from the key, and a key that follows from the owner."""
    return [
        {
            **p,
            "point_id": f"{OWNER[str(p['unit_id'])]}-{p['point_id']}",
            "capacity": str(ord(str(p["point_id"])[-1])),
        }
        for p in points
    ]


def _content(row: Row) -> tuple[object, ...]:
    return row.key, row.parent and row.parent.key, tuple(sorted(row.values.items(), key=lambda i: i[0]))


def contents(facts: Facts) -> list[tuple[object, ...]]:
    return sorted((_content(r) for r in facts.dataset.rows["计量点"]), key=repr)


@given(POINTS, st.randoms())
def test_the_order_of_rows_changes_nothing(policy: Policy, points: list[Point], random) -> None:
    shuffled = list(points)
    random.shuffle(shuffled)
    one, other = read(policy, points), read(policy, shuffled)
    assert contents(one) == contents(other)
    assert [n.message() for n in one.notes] == [n.message() for n in other.notes]
    said = [sorted((p.row.key, p.diagnostic.code) for p in f.problems) for f in (one, other)]
    assert said[0] == said[1]


@given(POINTS)
def test_no_key_is_lost_and_none_is_made_up(policy: Policy, points: list[Point]) -> None:
    facts = read(policy, points)
    assert {k for k, _ in kept(facts)} == {p["point_id"] for p in points}
    assert set(kept(facts)) <= {(p["point_id"], p["unit_id"]) for p in points}


@given(POINTS)
def test_merging_again_changes_nothing(policy: Policy, points: list[Point]) -> None:
    first = read(policy, consistent(points))
    assert first.problems == ()
    once = [
        {"point_id": r.key, "unit_id": r.parent.key, "capacity": r.values["capacity"]}
        for r in first.dataset.rows["计量点"]
        if r.parent
    ]
    again = read(policy, once)
    assert contents(again) == contents(first)
    assert again.notes == () and again.problems == ()
    assert len({k for k, _ in kept(first)}) == len(kept(first))


@given(POINTS)
def test_handing_everything_in_twice_changes_nothing(policy: Policy, points: list[Point]) -> None:
    doubled = consistent(points) * 2
    assert contents(read(policy, doubled)) == contents(read(policy, consistent(points)))
