"""Run a plan's statements in Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import InputColumn, Kind
from policy_engine.lowering.plan import Measured, Plan, key_column
from policy_engine.lowering.relations import Form, Relation, relations
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.spark import names
from policy_engine.settlement.spark.kept import kept

Root = tuple[str, str]  # base entity and key of a topmost row
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Executed:
    """The final relation of each base entity, by name."""

    plan: Plan
    last: Mapping[str, str]
    failed: Sequence[tuple[str, str]]


def execute(plan: Plan, session: Any, extra: Iterable[ir.Column] = ()) -> Executed:
    """Make all relations over ``in_<entity id>``. Raises EngineError for groups larger than the plan allows."""
    made = relations(plan, SPARK, extra)
    for relation in made.made:
        frame = session.sql(relation.query)
        if relation.form is Form.TABLE:
            frame = kept(frame)
        frame.createOrReplaceTempView(names.name(relation.name))
    _check_sizes(plan, [r for r in made.made if r.grouped is not None], session)
    return Executed(plan, made.last, made.failed)


def _check_sizes(plan: Plan, grouped: Sequence[Relation], session: Any) -> None:
    """The bounds of totals hold for groups up to a size; it is looked at, not assumed."""
    if not grouped:
        return
    asked = " UNION ALL ".join(
        f"SELECT {i} AS i, coalesce(max(_rows), 0) AS n FROM {names.name(r.name)}"
        for i, r in enumerate(grouped)
    )
    for number, rows in session.sql(asked).collect():
        relation = grouped[number]
        assert relation.grouped is not None
        holder, over = relation.grouped
        limit = plan.measured.largest(plan.policy.entities[holder], over)
        if rows > limit:
            raise EngineError(diagnostic("PE9110", name=relation.about, rows=rows, limit=limit))


def failing(done: Executed, session: Any, most: int) -> frozenset[Root]:
    """The topmost rows of packages with a failed row. Raises EngineError for more than ``most``."""
    policy = done.plan.policy
    if not done.failed:
        return frozenset()
    width = 1 + max(len(policy.ancestors(e)) for e, _ in done.failed)
    parts = []
    for number, (entity, relation) in enumerate(done.failed):
        ids = [policy.entities[a].id for a in policy.ancestors(entity)]
        keys = [names.name(k) for k in ("_k", *map(key_column, ids))]
        keys += ["CAST(NULL AS STRING)"] * (width - len(keys))
        shown = ", ".join(f"{k} AS k{i}" for i, k in enumerate(keys))
        parts.append(f"SELECT {number} AS i, {shown} FROM {names.name(relation)}")
    query = f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)}) LIMIT {most + 1}"
    rows = session.sql(query).collect()
    if len(rows) > most:
        raise EngineError(diagnostic("PE9120", name=done.failed[rows[0][0]][0], limit=most))
    found: set[Root] = set()
    for number, *keys in rows:
        entity = done.failed[number][0]
        above = [entity, *policy.ancestors(entity)]
        line = [(n, k) for n, k in zip(above, keys, strict=False) if k is not None]
        found.add(line[-1] if line else (entity, ""))
    return frozenset(found)


# -- what a month holds ------------------------------------------------------------------------------


def measure(
    policy: Policy, inputs: Mapping[str, Sequence[InputColumn]], session: Any
) -> tuple[Measured, dict[str, int]]:
    """Bounds of numbers and sizes of groups of the relations ``in_<entity id>``; and the rows of each entity."""
    bounds: dict[tuple[str, str], tuple[int, int]] = {}
    groups: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for entity in policy.base_entities:
        numbers = [c.name for c in inputs[entity.name] if c.physical.kind is Kind.NUMBER]
        counts[entity.name], ends, sizes = _look_at(policy, entity, numbers, session)
        for i, column in enumerate(numbers):
            bounds[entity.name, column] = (int(ends[2 * i] or 0), int(ends[2 * i + 1] or 0))
        for ancestor, size in sizes.items():
            groups[ancestor, entity.name] = max(1, size)
        for single in policy.base_entities:
            if single.single and single.name != entity.name:
                groups[single.name, entity.name] = max(1, counts[entity.name])
    return Measured(bounds, groups), counts


def _look_at(
    policy: Policy, entity: Entity, numbers: Sequence[str], session: Any
) -> tuple[int, Sequence[Any], dict[str, int]]:
    """Rows, least and greatest of each column, and the most rows below one row of each ancestor."""
    above = policy.ancestors(entity.name)
    keys = [names.name(key_column(policy.entities[a].id)) for a in above]
    ends = [f"{f}({names.name(c)})" for c in numbers for f in ("min", "max")]
    view = names.name(f"in_{entity.id}")
    shown = ", ".join(["count(*) AS n", *(f"{e} AS e{i}" for i, e in enumerate(ends))])
    nearest = keys[0] if keys else "CAST(NULL AS STRING)"
    inner = f"SELECT {nearest} AS g, {shown} FROM {view} GROUP BY 1"
    again = [f"{'max' if i % 2 else 'min'}(e{i})" for i in range(len(ends))]
    outer = ", ".join(["coalesce(sum(n), 0)", "coalesce(max(n) FILTER (WHERE g IS NOT NULL), 0)", *again])
    (row,) = session.sql(f"SELECT {outer} FROM ({inner})").collect()
    sizes = {above[0]: int(row[1])} if above else {}
    for ancestor, key in zip(above[1:], keys[1:], strict=True):
        grouped = f"SELECT count(*) AS n FROM {view} WHERE {key} IS NOT NULL GROUP BY {key}"
        sizes[ancestor] = int(session.sql(f"SELECT coalesce(max(n), 0) FROM ({grouped})").collect()[0][0])
    return int(row[0]), row[2:], sizes
