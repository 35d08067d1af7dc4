"""What a month holds: bounds of numbers and sizes of groups, in one pass over each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import InputColumn, Kind
from policy_engine.lowering.plan import Measured, key_column
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    import duckdb


def measure(
    policy: Policy, inputs: Mapping[str, Sequence[InputColumn]], connection: duckdb.DuckDBPyConnection
) -> Measured:
    """Of the relations ``in_<entity id>``."""
    bounds: dict[tuple[str, str], tuple[int, int]] = {}
    groups: dict[tuple[str, str], int] = {}
    for entity in policy.base_entities:
        relation = DUCKDB.identifier(f"in_{entity.id}")
        bounds.update(_bounds(entity.name, inputs[entity.name], relation, connection))
        for holder, size in _groups(policy, entity.name, relation, connection):
            groups[holder, entity.name] = size
    return Measured(bounds, groups)


def _bounds(
    entity: str, columns: Sequence[InputColumn], relation: str, connection: duckdb.DuckDBPyConnection
) -> dict[tuple[str, str], tuple[int, int]]:
    """A column without a value may hold only 0: there is nothing to compute with."""
    numbers = [c for c in columns if c.physical.kind is Kind.NUMBER]
    if not numbers:
        return {}
    names = [DUCKDB.identifier(c.name) for c in numbers]
    asked = ", ".join(f"min({n}), max({n})" for n in names)
    found = connection.execute(f"SELECT {asked} FROM {relation}").fetchall()[0]
    return {
        (entity, column.name): (int(found[2 * i] or 0), int(found[2 * i + 1] or 0))
        for i, column in enumerate(numbers)
    }


def _groups(
    policy: Policy, entity: str, relation: str, connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, int]]:
    """The most rows below one row of each ancestor; below a one-row entity are all."""
    found = []
    for ancestor in policy.ancestors(entity):
        key = DUCKDB.identifier(key_column(policy.entities[ancestor].id))
        sizes = f"SELECT count(*) AS n FROM {relation} WHERE {key} IS NOT NULL GROUP BY {key}"
        found.append((ancestor, _one(connection, f"SELECT max(n) FROM ({sizes})")))
    every = _one(connection, f"SELECT count(*) FROM {relation}")
    singles = [e.name for e in policy.base_entities if e.single and e.name != entity]
    return [*found, *((single, every) for single in singles)]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return max(1, int(connection.execute(query).fetchall()[0][0] or 0))
