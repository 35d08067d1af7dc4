"""Rows below a matter as they are kept: papers numbered, rows that are one row merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.merging import objections
from policy_engine.engine.rows import Row
from policy_engine.feel.values import Value
from policy_engine.policy.model import Entity, Policy

Kept = Mapping[str, object]


def numbered(entity: Entity, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Papers need no key: where no row has one, they are numbered as they come."""
    if not entity.papers or entity.key is None or any(entity.key in row for row in rows):
        return rows
    return [{entity.key: str(number), **row} for number, row in enumerate(rows, start=1)]


def merged_rows(
    policy: Policy,
    matter: Entity,
    entity: Entity,
    facts: Kept,
    rows: Sequence[dict[str, object]],
    plain: Callable[[object], Value],
) -> tuple[list[dict[str, object]], list[Diagnostic]]:
    """合并范围: rows of one key within one ancestor are one row, that of the parent with the smallest key.

    ``facts`` are those of the whole matter, for the rows in between; ``plain`` gives what to compare in place of a
    kept value. Problems: rows of one key that differ, or that belong to different rows of that ancestor.
    """
    assert entity.merged_within is not None
    within = policy.entities[entity.merged_within].base
    terms = [t for t in policy.terms_of(entity.name) if not t.decided]
    owners: dict[str, Row] = {}
    same: dict[str, list[Row]] = {}
    for line, kept in enumerate(rows, start=1):
        above = _owner(policy, matter, entity, facts, kept, within)
        owner = owners.setdefault(above, Row(within, above, {})) if above is not None else None
        values = {t.id: plain(kept.get(t.id)) for t in terms}
        row = Row(entity.name, str(kept.get(entity.key or "")), values, line, parent=owner)
        same.setdefault(row.key, []).append(row)
    doubles = [group for group in same.values() if len(group) > 1]
    problems = [
        fault.at(f"{entity.name} 第{row.line}行")
        for group in doubles
        for row, _, fault in objections(within, terms, group)
    ]
    if problems:
        return list(rows), problems
    return [_kept(policy, entity, [rows[r.line - 1] for r in group]) for group in same.values()], []


def _owner(policy: Policy, matter: Entity, entity: Entity, facts: Kept, row: Kept, within: str) -> str | None:
    """The key of the row of ``within`` above a row; all rows of a matter share whatever is not below it."""
    if within not in _between(policy, matter, entity):
        return ""
    above = policy.entities[str(entity.parent)]
    key = row.get(above.key or "")
    if above.name == within or key is None:
        return None if key is None else str(key)
    there = facts.get(above.id)
    found = next((r for r in _rows(there) if r.get(above.key or "") == key), None)
    return _owner(policy, matter, above, facts, found, within) if found is not None else None


def _between(policy: Policy, matter: Entity, entity: Entity) -> tuple[str, ...]:
    """The entities between a row and its matter."""
    above = policy.ancestors(entity.name)
    return above[: above.index(matter.name)]


def _kept(policy: Policy, entity: Entity, group: Sequence[dict[str, object]]) -> dict[str, object]:
    above = policy.entities[str(entity.parent)].key or ""
    return min(group, key=lambda row: str(row.get(above, "")))


def _rows(content: object) -> Sequence[Kept]:
    return content if isinstance(content, list | tuple) else ()
