"""A case as a scenario in the steps of feature files, with the outcome of one policy."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.effect_outcomes import FAILED, Key, Told
from policy_engine.analysis.effects import Differing
from policy_engine.diagnostics.render import width
from policy_engine.engine.near_cases import given
from policy_engine.engine.near_common import Common
from policy_engine.engine.publishing import as_checked
from policy_engine.feel.units import unit_name
from policy_engine.feel.values import Month
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy

MOST_CHECKED = 8


def scenario(common: Common, found: Differing, side: int, name: str) -> tuple[str, ...]:
    """The lines of a scenario that holds for the policy of ``side``."""
    policy = common.policies[side]
    when = f"结算月为{policy.period}" if isinstance(policy.period, Month) else f"日期为{policy.period}"
    lines = [f"场景: {name}", f"  假如 适用政策“{policy.id}”，{when}"]
    if policy.known_on is not None:
        lines.append(f"  而且 知悉日为{policy.known_on}")
    lines += [
        f"  而且 口径“{r.name}”取“{r.chosen}”" for r in policy.readings.values() if r.chosen != r.default
    ]
    for entity_name, rows in tables(common, found, side):
        lines += [f"  而且 有下列{entity_name}：", *(f"    {line}" for line in rows)]
    checks = list(dict.fromkeys(_checks(policy, found, side)))[:MOST_CHECKED]
    return (*lines, "  当 办理结算", *checks)


def tables(common: Common, found: Differing, side: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(entity, lines of its table): the facts as one policy asks for them; columns without a value are left out."""
    policy = common.policies[side]
    facts = given(common, found.case, side)
    for entity in policy.base_entities:
        rows = facts.get(entity.id, [])
        headers = [
            h for h in dict.fromkeys(k for r in rows for k in r) if any(r.get(h) is not None for r in rows)
        ]
        if headers:
            shown = [[_header(policy, entity, h) for h in headers]]
            shown += [[_cell(row.get(h)) for h in headers] for row in rows]
            yield entity.name, _aligned(shown)


def _aligned(rows: list[list[str]]) -> tuple[str, ...]:
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return tuple(
        "| " + " | ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def _header(policy: Policy, entity: Entity, header: str) -> str:
    for term in policy.terms_of(entity.name):
        if term.id == header:
            measured = term.kind in NUMERIC_KINDS and term.unit is not None and not term.unit.dimensionless
            return f"{term.name}（{unit_name(term.unit)}）" if measured and term.unit else term.name
    return entity.name if header == (entity.key or entity.id) else entity.parent or header


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value).replace("\\", "\\\\").replace("|", "\\|")


def _checks(policy: Policy, found: Differing, side: int) -> Iterator[str]:
    mine, theirs = found.outcomes[side], found.outcomes[1 - side]
    for key in found.keys:
        told = mine.get(key)
        if told is not None:
            yield _check(policy, key, told)
        elif key in theirs:
            refused = any(not k[2] for k in mine)
            yield "  那么 " + _settled(policy, key) if refused else "  那么 应没有退回"


def _settled(policy: Policy, key: Key) -> str:
    """A row settled beside others that were rejected: it is there."""
    entity = next(e for e in policy.base_entities if e.id == key[0])
    return f"对{_who(entity, key[1])}，等式“是 = 是”应成立"


def _check(policy: Policy, key: Key, told: Told) -> str:
    if key == FAILED:
        return f"  那么 应报错“{told.text}”"
    entity = next(e for e in policy.base_entities if e.id == key[0])
    who = _who(entity, key[1])
    if not key[2]:
        return f"  那么 {who}应退回，理由为“{told.text}”"
    term = policy.term(entity.name, key[2])
    return f"  那么 {who}的{term.name}应为{as_checked(term, told.text)}"


def _who(entity: Entity, key: str) -> str:
    return entity.name if entity.single else f"{entity.name}“{key}”"
