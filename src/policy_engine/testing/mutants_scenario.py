"""A case on which two rule files differ, as a scenario that can be copied into a feature."""

from __future__ import annotations

from policy_engine.engine.publishing import as_checked
from policy_engine.feel.units import unit_name
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.testing.mutants_cases import Facts, Setting
from policy_engine.testing.mutants_text import Mutant
from policy_engine.testing.samples import table

Difference = tuple[tuple[str, ...], str | None]  # what differs, and what the file says as it stands


def written_scenario(
    policy: Policy, setting: Setting, facts: Facts, mutant: Mutant, difference: Difference
) -> str:
    """The lines of the scenario: the facts as tables, and the value that the file as it stands decides."""
    when = f"结算月为{setting.period}" if setting.period else f"日期为{setting.on}"
    lines = [f"场景: {mutant.place or mutant.id}", f"  假如 适用政策“{policy.id}”，{when}"]
    if setting.known_on:
        lines.append(f"  而且 知悉日为{setting.known_on}")
    lines.extend(f"  而且 口径“{name}”取“{option}”" for name, option in setting.options)
    for entity in policy.base_entities:
        lines.extend(_rows(policy, entity, facts.get(entity.id, [])))
    return "\n".join([*lines, "  当 办理结算", *_then(policy, difference)])


def _rows(policy: Policy, entity: Entity, rows: list[dict[str, object]]) -> list[str]:
    if not rows or not any(rows):
        return []
    headers = list(dict.fromkeys(key for row in rows for key in row))
    terms = {t.id: t for t in policy.terms_of(entity.name)}
    shown = [[_header(policy, entity, h, terms.get(h)) for h in headers]]
    shown.extend([_cell(row.get(h)) for h in headers] for row in rows)
    return [f"  而且 有下列{entity.name}：", *(f"  {line}" for line in table(shown))]


def _header(policy: Policy, entity: Entity, header: str, term: Term | None) -> str:
    if term is not None:
        measured = term.kind in NUMERIC_KINDS and term.unit is not None and not term.unit.dimensionless
        return f"{term.name}（{unit_name(term.unit)}）" if measured else term.name
    parent = policy.entities[entity.parent] if entity.parent else None
    if parent is not None and header == (parent.key or parent.id):
        return parent.name
    return entity.name


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _then(policy: Policy, difference: Difference) -> list[str]:
    key, expected = difference
    if key[0] == "应报错":
        return [f"  那么 应报错“{expected}”" if expected else "  那么 应没有退回"]
    entity, row, id_, what = key
    whose = policy.entities[entity]
    who = entity if whose.single else f"{entity}“{row}”"
    if what == "退回":
        return [f"  那么 {who}应退回，理由为“{expected}”" if expected else "  那么 应没有退回"]
    if what == "出具":
        return [f"  那么 {who}的明细应由“{expected}”出具"]
    if expected is None:  # the file as it stands does not decide this row
        return [f"  # 照现在的规则，{who}没有办理"]
    term = policy.term(entity, id_)
    if what == "依据":
        return [f"  那么 {who}的{term.name}应依据“{clause}”" for clause in expected.split("、")[:1]]
    if what == "行":
        return [f"  # {who}的{term.name}由“{expected}”一行得出"]
    return [f"  那么 {who}的{term.name}应为{as_checked(term, expected)}"]
