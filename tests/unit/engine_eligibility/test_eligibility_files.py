"""认定 as written: in English, over a parent, for a sub-entity, with evidence further down; and what it means."""

from __future__ import annotations

import pytest

from policy_engine.engine.eligibility import findings
from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.describe import describe
from policy_engine.policy.model import Eligibility, Policy
from unit.policy.rule_text import codes, policy_of, rule_file

ZH = """# language: zh-CN
格式: 1
政策: t/t
标题: 试行办法
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
条款:
  一: {位置: 甲, 摘要: 甲}
主体:
  全月: {代号: market, 单例: 是}
  申请: {代号: application, 主键: application_id}
  佐证: {代号: document, 主键: document_id, 属于: 申请}
词条: |
  | 主体 | 名称   | 代号             | 类型 | 其他 | 范围         |
  | 全月 | 结算月 | settlement_month | 月份 |      |              |
  | 申请 | 方向   | side             | 选项 |      | 用电、发电   |
  | 佐证 | 层级   | level            | 等级 | 可空 | 乡 < 县 < 省 |
认定:
  资格:
    对象: 申请
    佐证主体: 佐证
    代号: qualified
    结论: [符合, 待补, 不符合]
    条款: 一
    可予认定情形: |
      | 行名 | 当：方向 | 佐证：层级 | 条款 |
      | 甲   | 用电     | 不低于 县  | 一   |
    不予认定情形: |
      | 行名 | 佐证：层级 | 后果         | 条款 |
      | 乙   | 乡         | 剔除该佐证   | 一   |
      | 丙   | 县         | 该佐证待补   | 一   |
      | 丁   | 省         | 整份不予认定 | 一   |
"""
EN = """# language: en
format: 1
policy: t/t
title: 试行办法
issuer: 某委
issued: 2018-01-01
in force: {from: 2018-01-01, to: open, by: 结算月}
clauses:
  一: {position: 甲, summary: 甲}
entities:
  全月: {id: market, single: yes}
  申请: {id: application, key: application_id}
  佐证: {id: document, key: document_id, belongs to: 申请}
terms: |
  | entity | name   | id               | type   | other    | range        |
  | 全月   | 结算月 | settlement_month | month  |          |              |
  | 申请   | 方向   | side             | option |          | 用电、发电   |
  | 佐证   | 层级   | level            | level  | nullable | 乡 < 县 < 省 |
eligibility:
  资格:
    subject: 申请
    evidence: 佐证
    id: qualified
    verdicts: [符合, 待补, 不符合]
    clause: 一
    grounds: |
      | row | when: 方向 | evidence: 层级 | clause |
      | 甲  | 用电       | >= 县          | 一     |
    exclusions: |
      | row | evidence: 层级 | consequence         | clause |
      | 乙  | 乡             | strike the document | 一     |
      | 丙  | 县             | document pending    | 一     |
      | 丁  | 省             | refuse              | 一     |
"""


def test_the_same_file_in_english_is_the_same_policy() -> None:
    zh, en = policy_of(ZH), policy_of(EN)
    assert zh == en
    assert zh.digest == en.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("不低于 县", "不低于 省"),
        ("| 丙   | 县         | 该佐证待补   |", "| 丙   | 县         | 剔除该佐证   |"),
        ("[符合, 待补, 不符合]", "[可, 待补, 不符合]"),
        ("| 甲   | 用电 ", "| 甲   | 发电 "),
    ],
)
def test_what_matters_changes_the_digest(old: str, new: str) -> None:
    assert old in ZH
    assert policy_of(ZH.replace(old, new)) != policy_of(ZH)


def test_the_order_of_columns_and_the_spelling_of_cells_do_not() -> None:
    other = ZH.replace("| 行名 | 当：方向 | 佐证：层级 | 条款 |", "| 条款 | 佐证：层级 | 行名 | 当:方向 |")
    other = other.replace("| 甲   | 用电     | 不低于 县  | 一   |", "| 一 | >= 县 | 甲 | 用电 |")
    assert policy_of(other) == policy_of(ZH)


def verdict(policy: Policy, level: str | None, entity: str = "申请") -> str:
    facts = {
        "申请": [{"申请": "A", "方向": "用电"}],
        "佐证": [{"佐证": "D", "申请": "A", "层级": level}],
    }
    return evaluate(policy, facts).value(entity, "A", "资格").text


def test_a_child_replaces_the_eligibility_of_its_parent_by_name() -> None:
    child = """# language: zh-CN
格式: 1
政策: t/child
标题: 下位办法
发文机关: 某委
发文日期: 2018-01-01
沿用: t/t
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
认定:
  资格:
    对象: 申请
    代号: qualified
    结论: [符合, 待补, 不符合]
    可予认定情形: |
      | 行名 | 佐证：层级 | 条款 |
      | 甲   | 不低于 省  | 一   |
"""
    assert [verdict(policy_of(ZH), level) for level in ("县", "省")] == ["待补", "不符合"]
    assert [verdict(policy_of(child, ZH), level) for level in ("县", "省")] == ["不符合", "符合"]
    off = child[: child.index("认定:")] + "停用: [认定.资格]\n"
    assert dict(policy_of(off, ZH).eligibilities) == {}
    assert codes(lambda: policy_of(off.replace("认定.资格", "认定.别的"), ZH)) == ["PE3031"]


def test_an_eligibility_of_a_sub_entity_with_evidence_two_levels_down() -> None:
    entities = """
        全月: {代号: market, 单例: 是}
        企业: {代号: firm, 主键: firm_id}
        电厂: {即: 企业, 当: 发电}
        用户: {即: 企业, 当: 非 发电}
        机组: {代号: unit, 主键: unit_id, 属于: 企业}
        附件: {代号: paper, 主键: paper_id, 属于: 机组}
    """
    terms = """
        企业 | 发电 | generates | 是否 | | | |
        附件 | 盖章 | stamped | 是否 | | | 可空 |
    """
    more = """条款:
  一: {位置: 甲, 摘要: 甲}
认定:
  资格:
    对象: 电厂
    佐证主体: 附件
    结论: [符合, 待补, 不符合]
    可予认定情形: |
      | 行名 | 佐证：盖章 | 条款 |
      | 甲   | 是         | 一   |
"""
    policy = policy_of(rule_file(terms=terms, entities=entities, more=more))
    facts = {
        "企业": [{"firm_id": "1", "发电": "是"}, {"firm_id": "2", "发电": "否"}],
        "机组": [{"unit_id": "u1", "企业": "1"}, {"unit_id": "u2", "企业": "2"}],
        "附件": [
            {"paper_id": "p1", "机组": "u1", "盖章": "是"},
            {"paper_id": "p2", "机组": "u2", "盖章": "是"},
        ],
    }
    result = evaluate(policy, facts)
    assert result.value("企业", "1", "资格").text == "符合"
    assert "eligibility" not in result.row("企业", "2").values
    assert findings(result, "企业", "1", "资格").grounds[0].document == "p1"
    with pytest.raises(KeyError):
        findings(result, "企业", "2", "资格")


def test_evidence_has_to_be_named_where_there_are_two_kinds() -> None:
    two = ZH.replace("词条: |", "  附图: {代号: picture, 主键: picture_id, 属于: 申请}\n词条: |")
    assert codes(lambda: policy_of(two)) == []
    assert codes(lambda: policy_of(two.replace("    佐证主体: 佐证\n", ""))) == ["PE3130"]


def test_the_model_and_its_description() -> None:
    policy = policy_of(ZH)
    body = policy.eligibilities["资格"]
    assert isinstance(body, Eligibility)
    assert (body.entity, body.evidence, body.term, body.verdicts) == (
        "申请",
        "佐证",
        "qualified",
        ("符合", "待补", "不符合"),
    )
    (told,) = (d for d in describe(policy)["decisions"] if d["way"] == "eligibility")
    assert told["grounds"] == [
        {
            "name": "甲",
            "when": ["方向：用电"],
            "evidence": ["层级：不低于 县"],
            "clauses": ["一"],
            "at": "试.yaml:28",
        }
    ]
    assert [x["consequence"] for x in told["exclusions"]] == ["strike", "pending", "refuse"]
