"""Then-steps about statements (明细) and lookups (对照表)."""

from __future__ import annotations

from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node
from policy_engine.policy.model import Entity, Policy, Statement
from policy_engine.testing.check_equations import evaluate
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import find_rows, who


def _statement(policy: Policy, entity: Entity) -> Statement:
    for statement in policy.statements:
        if statement.entity in (entity.name, entity.base):
            return statement
    raise StepFailure(f"政策没有写{entity.name}的明细")


def check_issuer(
    assessment: Assessment, entity: Entity, key: str | None, issuer: str
) -> list[tuple[Node, Row]]:
    """What was evaluated, and on which rows."""
    policy = assessment.result.policy
    statement = _statement(policy, entity)
    if statement.issued_by is None:
        raise StepFailure(f"{entity.name}的明细没有写由谁出具")
    rows = find_rows(assessment, entity, key)
    for row in rows:
        found = evaluate(policy, statement.issued_by, row)
        if found != issuer:
            raise StepFailure(f"{who(row)}的明细由“{found}”出具，不是“{issuer}”")
    return [(statement.issued_by, row) for row in rows]


def check_statement(assessment: Assessment, entity: Entity, terms: str) -> None:
    policy = assessment.result.policy
    listed = {c.name for c in _statement(policy, entity).columns}
    missing = [t for t in _list(terms) if t not in listed]
    if missing:
        raise StepFailure(
            f"{entity.name}的明细没有“{'、'.join(missing)}”；已有的：{'、'.join(sorted(listed))}"
        )


def check_lookup(policy: Policy, name: str, keys: str, expected: str) -> list[str]:
    """The keys that were looked up."""
    if name not in policy.lookups:
        raise StepFailure(f"政策没有对照表“{name}”。已有的：{'、'.join(policy.lookups) or '—'}")
    rows = {tuple(str(k) for k in key): str(value) for key, value in policy.lookups[name].rows}
    found = rows.get(tuple(_list(keys)))
    if found is None:
        raise StepFailure(f"对照表“{name}”没有“{keys}”")
    if found != expected:
        raise StepFailure(f"对照表“{name}”中“{keys}”是“{found}”，不是“{expected}”")
    return _list(keys)


def _list(text: str) -> list[str]:
    return [t.strip() for t in text.replace(",", "、").replace("，", "、").split("、") if t.strip()]
