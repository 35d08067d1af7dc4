"""Rows the engine has read, as the columns a plan runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_engine.engine.rows import Dataset, Row
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import InputColumn, Kind, Physical
from policy_engine.lowering.plan import KEY, key_column
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    import duckdb


def put_dataset(
    policy: Policy,
    inputs: Mapping[str, Sequence[InputColumn]],
    dataset: Dataset,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Make the tables ``in_<entity id>`` of all base entities."""
    for entity in policy.base_entities:
        name = f"in_{entity.id}"
        connection.execute(create_input(policy, entity.name, inputs[entity.name]))
        insert_rows(policy, entity.name, inputs[entity.name], dataset.rows[entity.name], name, connection)


def create_input(policy: Policy, entity: str, columns: Sequence[InputColumn]) -> str:
    """The statement that makes an empty input table."""
    keys = [
        f"{KEY} VARCHAR",
        *(f"{_q(key_column(policy.entities[a].id))} VARCHAR" for a in policy.ancestors(entity)),
    ]
    own = [f"{_q(c.name)} {DUCKDB.type(c.physical)}" for c in columns]
    return f"CREATE OR REPLACE TEMP TABLE {_q('in_' + policy.entities[entity].id)} (_n BIGINT, {', '.join([*keys, *own])})"


def insert_rows(
    policy: Policy,
    entity: str,
    columns: Sequence[InputColumn],
    rows: Sequence[Row],
    table: str,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Append rows; their ``line`` is 1 more than their place among the rows of the table."""
    if not rows:
        return
    arrow = _arrow(policy, entity, columns, rows)
    connection.register("_rows_in", arrow)
    types = [
        f"CAST({_q(n)} AS {t})"
        for n, t in zip(arrow.column_names, _types(policy, entity, columns), strict=True)
    ]
    connection.execute(f"INSERT INTO {_q(table)} SELECT {', '.join(types)} FROM _rows_in")
    connection.unregister("_rows_in")


def _types(policy: Policy, entity: str, columns: Sequence[InputColumn]) -> Iterator[str]:
    yield "BIGINT"
    yield from ("VARCHAR" for _ in range(1 + len(policy.ancestors(entity))))
    yield from (DUCKDB.type(c.physical) for c in columns)


def _arrow(policy: Policy, entity: str, columns: Sequence[InputColumn], rows: Sequence[Row]) -> Any:
    import pyarrow as pa

    names, arrays = (
        ["_n", KEY],
        [
            pa.array([row.line - 1 for row in rows], pa.int64()),
            pa.array([row.key for row in rows], pa.string()),
        ],
    )
    for ancestor in policy.ancestors(entity):
        names.append(key_column(policy.entities[ancestor].id))
        above = [row.above(ancestor) for row in rows]
        arrays.append(pa.array([a.key if a is not None else None for a in above], pa.string()))
    for column in columns:
        names.append(column.name)
        stored = [column.physical.stored(row.values.get(column.name)) for row in rows]
        if column.physical.kind is Kind.NUMBER and column.physical.wide:
            arrays.append(pa.array([None if s is None else str(s) for s in stored], pa.string()))
        else:
            arrays.append(pa.array(stored, _arrow_type(column.physical)))
    return pa.table(arrays, names=names)


def _arrow_type(physical: Physical) -> Any:
    import pyarrow as pa

    match physical.kind:
        case Kind.NUMBER:
            return pa.int64()
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.TEXT:
            return pa.string()
        case _:
            return pa.int32()


def _q(name: str) -> str:
    return DUCKDB.identifier(name)
