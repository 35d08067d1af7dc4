"""A small market registration: what an enterprise hands in, and what is said of it."""

from __future__ import annotations

from policy_engine.engine.checklist_document import ChecklistReport, ItemFinding
from policy_engine.engine.checklists import checklist_report
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from policy_engine.policy.model import Policy
from unit.policy.rule_text import policy_of, rule_file

Facts = dict[str, object]

ENTITIES = """
全月: {代号: market, 单例: 是}
企业: {代号: firm, 主键: firm_id}
企业材料: {代号: paper, 属于: 企业, 附件: 是}
"""
TERMS = """
企业 | 豁免 | exempt | 是否 | | | 默认 否 |
企业 | 三证合一 | three_in_one | 是否 | | | 默认 否 |
企业 | 类别 | class | 选项 | | | 默认 甲 | 甲、乙
企业 | 执照名称 | licensed_name | 文本 | | | 默认 某公司 |
企业材料 | 出具日期 | issued_on | 日期 | | | 可空 |
企业材料 | 验证码 | code | 文本 | | | 可空；敏感 |
"""
CLAUSES = "条款:\n  一: {位置: 第一条, 摘要: 要交}\n  二: {位置: 第二条, 摘要: 可代}"


def checklist(rows: str, more: str = "") -> Policy:
    """A policy with one checklist, 附件; ``rows``: its bar table, ``more``: its other entries."""
    return policy_of(
        rule_file(
            terms=TERMS, entities=ENTITIES, more=CLAUSES + _section("材料清单", "附件", "材料", rows, more)
        )
    )


def form(rows: str, more: str = "") -> Policy:
    """A policy with one form, 账号."""
    return policy_of(
        rule_file(
            terms=TERMS, entities=ENTITIES, more=CLAUSES + _section("填报要求", "账号", "字段", rows, more)
        )
    )


def _section(section: str, name: str, table: str, rows: str, more: str) -> str:
    lines = [line.strip() for line in rows.strip().splitlines()]
    entries = [line.strip() for line in more.strip().splitlines()]
    head = f"\n{section}:\n  {name}:\n    对象: 企业\n"
    return (
        head
        + "".join(f"    {e}\n" for e in entries)
        + f"    {table}: |\n"
        + "".join(f"      {r}\n" for r in lines)
    )


def submitted(policy: Policy, *papers: Facts, **facts: object) -> Result:
    """One enterprise, called A, with its papers. Both executors must say the same."""
    tables = {
        "firm": [{"firm_id": "A", **facts}],
        "paper": [{"firm_id": "A", **paper} for paper in papers],
        "market": {},
    }
    result = evaluate(policy, tables)
    assert result.to_dict() == evaluate(policy, tables, executor="reference").to_dict()
    return result


def filled_in(policy: Policy, *firms: Facts) -> Result:
    """Enterprises 1, 2, 3 … with their fields."""
    tables = {"firm": [{"firm_id": str(n), **firm} for n, firm in enumerate(firms, 1)], "market": {}}
    result = evaluate(policy, tables)
    assert result.to_dict() == evaluate(policy, tables, executor="reference").to_dict()
    return result


def told(result: Result, name: str = "附件", key: str = "A") -> ChecklistReport:
    return checklist_report(result, "firm", key, name)


def item(report: ChecklistReport, name: str) -> ItemFinding:
    (found,) = (i for i in report.items if i.name == name)
    return found


def statuses(report: ChecklistReport) -> dict[str, str]:
    return {i.name: i.status for i in report.items}


def codes(found: ItemFinding) -> list[str]:
    """The codes of all problems of an item and its papers."""
    return [p.code for p in (*found.problems, *(p for paper in found.papers for p in paper.problems))]


def remarks(report: ChecklistReport) -> list[str]:
    return [r.code for r in report.remarks]


def fired(result: Result, name: str = "附件", key: str = "A") -> tuple[str, ...]:
    row = result.row("firm", key)
    (stage,) = (s for s in result.policy.stages if s.key == name)
    return result.run.fired[stage.id, id(row)]


def paper(kind: str, slot: str | None = None, **more: object) -> Facts:
    return {"材料": kind, "栏目": slot, **more}
