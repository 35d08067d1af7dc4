"""附件: rows of papers need no key; without one they are numbered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.facts import FactRow, Facts, FactTable, tables_from_mapping
from policy_engine.engine.reader import read_facts
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file

ENTITIES = """
全月: {代号: market, 单例: 是}
企业: {代号: firm, 主键: firm_id}
机组: {代号: unit, 主键: unit_id, 属于: 企业}
企业材料: {代号: firm_paper, 主键: paper_id, 属于: 企业}
机组材料: {代号: unit_paper, 主键: paper_no, 属于: 机组}
"""
TERMS = """
    企业材料 | 材料 | kind | 文本 | | | |
    机组材料 | 材料 | kind | 文本 | | | |
"""
CHECK = '校验:\n  企业材料.甲: {须: 材料 ≠ ""}\n  机组材料.乙: {须: 材料 ≠ ""}'


@pytest.fixture(scope="module")
def policy() -> Policy:
    bound = policy_of(rule_file("", terms=TERMS, entities=ENTITIES, more=CHECK))
    papers = {n: replace(bound.entities[n], papers=True, key=None) for n in ("企业材料", "机组材料")}
    return replace(bound, entities={**bound.entities, **papers})


def read(policy: Policy, **tables: object) -> Facts:
    return read_facts(policy, tables_from_mapping(policy, tables))


def test_papers_without_a_key_column_are_numbered_within_their_table(policy: Policy) -> None:
    facts = read(
        policy,
        firm=[{"firm_id": "E1"}, {"firm_id": "E2"}],
        unit=[{"unit_id": "G1", "firm_id": "E1"}],
        firm_paper=[
            {"firm_id": "E1", "kind": "营业执照"},
            {"firm_id": "E2", "kind": "营业执照"},
            {"firm_id": "E1", "kind": "营业执照"},
        ],
        unit_paper=[{"unit_id": "G1", "kind": "建设核准文件"}, {"unit_id": "G1", "kind": "电价批复文件"}],
    )
    assert facts.problems == () and facts.notes == ()
    assert [r.key for r in facts.dataset.rows["企业材料"]] == ["1", "2", "3"]
    assert [r.key for r in facts.dataset.rows["机组材料"]] == ["1", "2"]
    first = facts.dataset.rows["企业"][0]
    assert [r.key for r in first.children["企业材料"]] == ["1", "3"]
    assert [r.key for r in first.children["机组材料"]] == ["1", "2"]


def test_numbers_count_rows_not_lines_of_the_file(policy: Policy) -> None:
    rows = tuple(FactRow(("E1", k), line) for k, line in [("甲", 2), ("乙", 7)])
    tables = [
        *tables_from_mapping(policy, {"firm": [{"firm_id": "E1"}]}),
        FactTable("企业材料", ("firm_id", "材料"), rows, "企业材料.csv"),
    ]
    found = read_facts(policy, tables).dataset.rows["企业材料"]
    assert [(r.key, r.place) for r in found] == [
        ("1", "企业材料 1（企业材料.csv 第2行）"),
        ("2", "企业材料 2（企业材料.csv 第7行）"),
    ]


@pytest.mark.parametrize("header", ["企业材料编号", "firm_paper", "企业材料"])
def test_a_key_column_that_is_there_is_used(policy: Policy, header: str) -> None:
    firm = [{"firm_id": "E1"}]
    facts = read(policy, firm=firm, firm_paper=[{"firm_id": "E1", header: "附-3", "kind": "甲"}])
    assert [r.key for r in facts.dataset.rows["企业材料"]] == ["附-3"]


def test_then_every_row_needs_its_key_once(policy: Policy) -> None:
    papers = [{"firm_id": "E1", "企业材料编号": k, "kind": "甲"} for k in ("1", "", "2", "2")]
    facts = read(policy, firm=[{"firm_id": "E1"}], firm_paper=papers)
    assert sorted(p.diagnostic.code for p in facts.problems) == ["PE6011", "PE6012", "PE6012"]
    assert [r.key for r in facts.dataset.rows["企业材料"]] == ["1", "", "2", "2"]


def test_whose_paper_it_is_must_be_said(policy: Policy) -> None:
    firm = [{"firm_id": "E1"}]
    facts = read(
        policy, firm=firm, firm_paper=[{"firm_id": "", "kind": "甲"}, {"firm_id": "E7", "kind": "甲"}]
    )
    assert [p.diagnostic.code for p in facts.problems] == ["PE6013", "PE6014"]
    assert codes(lambda: read(policy, firm=firm, firm_paper=[{"kind": "甲"}])) == ["PE6042"]


def test_other_entities_need_their_key_column_as_ever(policy: Policy) -> None:
    with pytest.raises(InputError) as refused:
        read(policy, unit=[{"firm_id": "E1"}])
    assert [d.code for d in refused.value.diagnostics] == ["PE6042"]
