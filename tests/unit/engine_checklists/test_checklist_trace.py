"""Checklists and forms in traces, explanations and further decisions; what cannot be decided; many rows."""

from __future__ import annotations

import json

import pytest

from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.checklists import Reports, checklist_report, checklist_reports
from policy_engine.engine.evaluate import assess, evaluate
from policy_engine.engine.explain import explain
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.field_rules import field_problems
from policy_engine.engine.trace import trace
from policy_engine.policy.model import Policy
from unit.engine_checklists.submissions import (
    CLAUSES,
    ENTITIES,
    TERMS,
    checklist,
    filled_in,
    form,
    paper,
    submitted,
    told,
)
from unit.policy.rule_text import policy_of, rule_file

PAPERS = """
| 栏目 | 当：豁免 | 必交 | 材料 | 材料：出具日期 | 可代 | 加盖公章 | 条款 |
| 执照 | - | 是 | 营业执照 | >= 2018-06-01 | 情况说明 | 代件 | 一 |
| 证明 | 是 | 是 | 证明 | - | - | - | 二 |
"""
FIELDS = """
| 字段 | 代号 | 必填 | 格式 | 长度 | 敏感 | 条款 |
| 登录名 | login | 是 | [a-z]+ | - | 否 | 一 |
| 密码 | password | 是 | - | >= 8 | 是 | 二 |
"""


def test_the_step_of_a_checklist() -> None:
    result = submitted(checklist(PAPERS), paper("营业执照", 出具日期="2018-05-01"))
    (step,) = trace(result, "firm", "A").steps
    assert (step.way, step.decision, step.row, step.value) == ("checklist", "附件", "执照", "不齐全")
    assert [c.id for c in step.clauses] == ["一"]
    assert step.findings == told(result)
    reads = {(r.entity, r.name): r.value for r in step.reads}
    assert reads == {("企业", "豁免"): "否", ("企业材料", "出具日期"): "2018-05-01"}
    document = json.loads(json.dumps(trace(result, "firm", "A").to_dict()))
    assert document["steps"][0]["findings"]["items"][0]["status"] == "unfit"


def test_a_checklist_in_words() -> None:
    result = submitted(checklist(PAPERS), paper("营业执照", 出具日期="2018-05-01", 文件="照.pdf"))
    chinese = explain(trace(result, "firm", "A"))
    assert "材料清单“附件”　见 试.yaml" in chinese
    assert (
        "“执照”：不合格：“营业执照”〔照.pdf〕（“出具日期”须满足：>= 2018-06-01，实为2018-05-01）；"
        "应补交加盖企业公章的情况说明，或补交营业执照（出具日期：>= 2018-06-01）（一，第一条）"
    ) in chinese
    assert "不涉及：证明" in chinese
    english = explain(trace(result, "firm", "A"), "en")
    assert "checklist “附件”" in english
    assert (
        "“执照”: not acceptable: “营业执照” [照.pdf] (“出具日期” must meet: >= 2018-06-01, is 2018-05-01)"
        in english
    )
    assert "does not apply: 证明" in english


def test_a_form_in_words() -> None:
    secret = "geheim"
    result = filled_in(form(FIELDS), {"登录名": "abc", "密码": secret})
    told_ = trace(result, "firm", "1")
    (step,) = told_.steps
    assert (step.way, step.row) == ("form", "密码")
    assert {r.name: r.value for r in step.reads} == {"登录名": "abc", "密码": "（敏感）"}
    words = explain(told_) + explain(told_, "en") + json.dumps(told_.to_dict(), ensure_ascii=False)
    assert secret not in words
    assert "“密码”：不合格：字符数须满足：>= 8；应改正“密码”（二，第二条）" in words
    assert "“登录名”：已填（一，第一条）" in words


def test_decided_terms_of_papers_are_traced() -> None:
    terms = TERMS + "企业材料 | 太旧 | too_old | 是否 | | | |\n"
    decision = "企业材料.太旧:\n  计算公式: 出具日期 不为空 且 出具日期 < 2018-06-01\n  条款: 一"
    rows = "| 栏目 | 必交 | 材料 | 材料：太旧 | 条款 |\n| 执照 | 是 | 营业执照 | 否 | 一 |"
    lines = "".join(f"      {line}\n" for line in rows.splitlines())
    more = f"{CLAUSES}\n材料清单:\n  附件:\n    对象: 企业\n    材料: |\n{lines}"
    policy = policy_of(rule_file(decision, terms=terms, entities=ENTITIES, more=more))
    result = submitted(policy, paper("营业执照", 出具日期="2018-05-01"))
    assert [(s.entity, s.name, s.value) for s in trace(result, "firm", "A").steps] == [
        ("企业材料", "太旧", "是"),
        ("企业", "附件", "不齐全"),
    ]


# -- verdicts in what is decided further -----------------------------------------------------------


def counting() -> Policy:
    entities = (
        ENTITIES
        + "机组: {代号: unit, 主键: unit_id, 属于: 企业}\n机组材料: {代号: unit_paper, 属于: 机组, 附件: 是}\n"
    )
    terms = TERMS + "企业 | 不齐机组数 | incomplete | 数 | | 0 | |\n"
    more = CLAUSES + (
        "\n材料清单:\n  机组附件:\n    对象: 机组\n    格式: PDF\n    材料: |\n"
        "      | 栏目 | 必交 | 材料 | 条款 |\n      | 批复 | 是 | 批复 | 一 |\n"
    )
    decision = '企业.不齐机组数: {汇总: {计数: 机组, 仅: 机组.机组附件 ≠ "齐全"}, 条款: 一}'
    return policy_of(rule_file(decision, terms=terms, entities=entities, more=more))


def test_units_whose_papers_are_incomplete_are_counted() -> None:
    facts = {
        "market": {},
        "firm": [{"firm_id": "A"}],
        "unit": [{"unit_id": n, "firm_id": "A"} for n in ("1", "2", "3")],
        "unit_paper": [
            {"unit_id": "1", "材料": "批复", "文件格式": "PDF"},
            {"unit_id": "2", "材料": "批复", "文件格式": "JPG"},
        ],
    }
    for executor in ("durable", "reference"):
        result = evaluate(counting(), facts, executor=executor)
        assert result.value("firm", "A", "不齐机组数").text == "2"
        assert [result.value("unit", k, "机组附件").text for k in "123"] == ["齐全", "不齐全", "不齐全"]
    step = trace(result, "unit", "2").steps[-1]
    assert step.findings is not None and step.findings.items[0].papers[0].key == "2"


# -- what cannot be decided ------------------------------------------------------------------------


def looked_up(required: str, condition: str = "-") -> Policy:
    """A checklist that asks a lookup table, which knows 某公司 alone."""
    lookup = "\n对照表:\n  分级:\n    条款: 一\n    表: |\n      | 执照名称 | 级别 |\n      | 某公司 | 高 |\n"
    rows = f"| 栏目 | 当：豁免 | 必交 | 材料 | 条款 |\n| 执照 | {condition} | {required} | 营业执照 | 一 |"
    lines = "".join(f"      {line}\n" for line in rows.splitlines())
    more = f"{CLAUSES}{lookup}材料清单:\n  附件:\n    对象: 企业\n    材料: |\n{lines}"
    return policy_of(rule_file(terms=TERMS, entities=ENTITIES, more=more))


def facts(*names: str) -> dict[str, object]:
    firms = [{"firm_id": str(n), "执照名称": name} for n, name in enumerate(names, 1)]
    return {"market": {}, "firm": firms, "paper": []}


@pytest.mark.parametrize("executor", ["durable", "reference"])
def test_a_subject_that_cannot_be_decided_is_rejected_alone(executor: str) -> None:
    policy = looked_up('分级(执照名称) = "高"')
    found = assess(policy, tables_from_mapping(policy, facts("某公司", "别的", "某公司")), executor=executor)
    assert [r.diagnostic.code for r in found.rejected] == ["PE6026"]
    assert [r.row.key for r in found.rejected] == ["2"]
    assert {k: found.result.value("firm", k, "附件").text for k in "13"} == {"1": "不齐全", "3": "不齐全"}


def test_what_must_be_there_is_asked_only_of_items_that_apply() -> None:
    policy = looked_up('分级(执照名称) = "高"', condition="是")
    assert evaluate(policy, facts("别的")).value("firm", "1", "附件").text == "齐全"


def test_a_policy_whose_checklist_cannot_decide_is_an_engine_error() -> None:
    with pytest.raises(Exception, match="PE6026"):
        evaluate(looked_up('分级(执照名称) = "高"'), facts("别的"))


def test_a_report_that_differs_from_the_verdict_is_a_fault() -> None:
    result = submitted(checklist(PAPERS))
    result.row("firm", "A").values["checklist"] = "齐全"
    with pytest.raises(EngineError, match="PE9001"):
        told(result)


# -- which reports there are -----------------------------------------------------------------------


def test_reports_by_name_by_id_and_all() -> None:
    result = submitted(checklist(PAPERS, "代号: documents"))
    by_name = checklist_report(result, "企业", "A", "附件")
    assert checklist_report(result, "firm", "A", "documents") == by_name
    assert checklist_reports(result, "firm", "A") == (by_name,)
    assert checklist_reports(result, "market", "") == ()
    with pytest.raises(KeyError, match="附件"):
        checklist_report(result, "firm", "A", "附件单")
    with pytest.raises(KeyError):
        checklist_report(result, "market", "", "附件")
    with pytest.raises(KeyError):
        checklist_reports(result, "firm", "B")


def test_a_checklist_of_a_sub_entity_concerns_no_other() -> None:
    entities = ENTITIES + "小企业: {即: 企业, 当: 豁免}\n大企业: {即: 企业, 当: 非 豁免}\n"
    more = CLAUSES + (
        "\n材料清单:\n  附件:\n    对象: 大企业\n    材料: |\n"
        "      | 栏目 | 必交 | 材料 | 条款 |\n      | 执照 | 是 | 营业执照 | 一 |\n"
    )
    policy = policy_of(rule_file(terms=TERMS, entities=entities, more=more))
    assert checklist_reports(submitted(policy, 豁免="是"), "firm", "A") == ()
    assert [r.complete for r in checklist_reports(submitted(policy), "firm", "A")] == [False]


def test_reports_of_many_rows_are_made_with_one_preparation() -> None:
    result = filled_in(form(FIELDS), *({"登录名": "abc"} for _ in range(5)))
    reports = Reports(result)
    found = [reports.of(result.row("firm", key)) for key in result.keys("firm")]
    assert found == [checklist_reports(result, "firm", key) for key in result.keys("firm")]


# -- at the point of entry -------------------------------------------------------------------------

GATE = """
| 行名 | 字段 | 代号 | 当：豁免 | 必填 | 格式 | 也可填 | 长度 | 至少含 | 敏感 | 条款 |
| 总 | 密码 | password | - | 是 | - | 无 | [8 .. 20] | 字母、数字 | 是 | 一 |
| 豁免 | 密码 | - | 是 | 否 | 整数 | - | - | - | - | 一 |
| 登录名 | 登录名 | login | - | 是 | [a-z]+ | - | - | - | 否 | 一 |
"""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("abc12345", []),
        ("  abc12345 ", []),
        ("", []),
        ("   ", []),
        ("无", []),
        ("abcdefgh", ["contains"]),
        ("###", ["contains", "contains", "length"]),
        ("a1" * 11, ["length"]),
    ],
)
def test_what_is_wrong_with_a_text_whatever_the_facts(text: str, codes: list[str]) -> None:
    """The second row applies only to some, so nothing can be said of it yet."""
    found = field_problems(form(GATE), "企业", "password", text)
    assert [p.code for p in found] == codes
    assert all(text.strip() not in p.text and "实为" not in p.text for p in found if text.strip())


def test_the_gate_knows_patterns_and_unknown_terms() -> None:
    assert [p.code for p in field_problems(form(GATE), "企业", "login", "A1")] == ["pattern"]
    with pytest.raises(KeyError):
        field_problems(form(GATE), "企业", "nobody", "x")


def test_a_form_of_some_asks_nothing_of_all() -> None:
    entities = ENTITIES + "小企业: {即: 企业, 当: 豁免}\n大企业: {即: 企业, 当: 非 豁免}\n"
    more = CLAUSES + (
        "\n填报要求:\n  账号:\n    对象: 大企业\n    字段: |\n"
        "      | 字段 | 代号 | 必填 | 格式 | 条款 |\n      | 执照号 | licence | 是 | 整数 | 一 |\n"
        "      | 甲 | own | 是 | 整数 | 一 |\n"
    )
    terms = TERMS + "企业 | 执照号 | licence | 文本 | | | 可空 |\n"
    policy = policy_of(
        rule_file(terms=terms, entities=entities, more=more.replace("| 执照号 | licence", "| 执照号 | -"))
    )
    assert [p.code for p in field_problems(policy, "大企业", "licence", "x")] == ["format"]
    assert field_problems(policy, "企业", "licence", "x") == ()  # a small enterprise may write what it likes
    assert [p.code for p in field_problems(policy, "企业", "own", "x")] == [
        "format"
    ]  # only the large have it


# -- near misses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("unique", "told_"), [("-", True), ("区分大小写", False)])
def test_no_near_miss_from_a_form_that_compares_packages(unique: str, told_: bool) -> None:
    """A probe has one package; what is doubled elsewhere it could not know."""
    terms = TERMS + "企业 | 电量 | energy | 数 | | 0 | | 0 至 100\n企业 | 档 | grade | 文本 | | | |\n"
    decision = (
        (
            "企业.档:\n  多行命中: 不允许\n  决策表: |\n"
            "    | 行名 | 当：账号 | 当：电量 | 则：档 | 条款 |\n"
            "    | 高 | 齐全 | 不低于 10 | “高” | 一 |\n    | 低 | 齐全 | < 10 | “低” | 一 |\n"
            "    | 无 | 不齐全 | - | “无” | 一 |"
        )
        .replace("“", '"')
        .replace("”", '"')
    )
    more = CLAUSES + (
        "\n填报要求:\n  账号:\n    对象: 企业\n    字段: |\n"
        f"      | 字段 | 代号 | 必填 | 不得重复 | 条款 |\n      | 甲 | own | 是 | {unique} | 一 |\n"
    )
    policy = policy_of(rule_file(decision, terms=terms, entities=ENTITIES, more=more))
    result = filled_in(policy, {"甲": "x", "电量": "9"}, {"甲": "y", "电量": "50"})
    (step,) = (s for s in trace(result, "firm", "1").steps if s.name == "档")
    assert step.value == "低" and (step.near_miss is not None) is told_
