"""The rows a step speaks of."""

from __future__ import annotations

from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.rows import Row
from policy_engine.policy.model import Entity, Policy
from policy_engine.testing.names import unknown_key
from policy_engine.testing.problems import StepFailure


def find_rows(assessment: Assessment, entity: Entity, key: str | None) -> list[Row]:
    """The row with a key; without one, the row of a one-row entity or all rows of the (sub-)entity."""
    result = assessment.result
    rows = result.dataset.rows[entity.base]
    if key is None:
        parts = result.policy.parts(entity.name)
        found = [r for r in rows if r.part in parts or entity.single]
        if not found:
            raise StepFailure(f"一个{entity.name}也没有")
        return found
    if entity.single:
        raise StepFailure(f"{entity.name}只有一行，不写编号")
    for row in rows:
        if row.key == key:
            _check_part(result.policy, entity, row)
            return [row]
    for rejection in assessment.rejected:
        if rejection.row.entity == entity.base and rejection.row.key == key:
            raise StepFailure(f"{entity.name}“{key}”已退回：{rejection.diagnostic}")
    raise unknown_key(entity.name, key, [r.key for r in rows])


def one_row(assessment: Assessment, entity: Entity, key: str | None) -> Row:
    if key is None and not entity.single:
        raise StepFailure(f"请写明是哪一个：{entity.name}“…”")
    return find_rows(assessment, entity, key)[0]


def _check_part(policy: Policy, entity: Entity, row: Row) -> None:
    if row.part not in policy.parts(entity.name):
        raise StepFailure(f"“{row.key}”是{row.part}，不是{entity.name}")


def who(row: Row) -> str:
    return f"{row.entity}“{row.key}”" if row.key else row.entity
