"""What is left of the tables, as relations of exact integers: ``in_<entity id>``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policy_engine.engine.rows import Row
from policy_engine.lowering.physical import InputColumn, Kind
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.clean_table import Staging, column_type, literal
from policy_engine.settlement.columns.stage_packages import Packages
from policy_engine.settlement.columns.stage_reading import Read

if TYPE_CHECKING:
    import duckdb

Stored = int | bool | str | None


def relation_name(entity: Entity) -> str:
    return f"in_{entity.id}"


def make_relations(
    policy: Policy,
    stagings: Mapping[str, Staging],
    types: Mapping[str, str],
    read: Read,
    packages: Packages,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Take out what was read or is gone, put back what the reader found fine, make parents from references."""
    top_down = sorted(stagings.values(), key=lambda s: len(policy.ancestors(s.entity.name)))
    for staging in top_down:
        for numbers in (staging.read, staging.gone):
            connection.execute(f"DELETE FROM {staging.raw} WHERE _n IN (SELECT n FROM {numbers})")
        rows = read.facts.dataset.rows[staging.entity.name]
        _put_back(staging, [r for r in rows if not packages.rejects(r)], read, connection)
    for staging in reversed(top_down):
        if staging.source is None:
            _make_parents(staging, top_down, connection)
    for staging in top_down:
        _view(policy, stagings, staging, types[staging.entity.name], connection)


def _put_back(
    staging: Staging, rows: Sequence[Row], read: Read, connection: duckdb.DuckDBPyConnection
) -> None:
    given = [row for row in rows if read.number(row) >= 0]
    if not given:
        return
    import pyarrow as pa

    columns: dict[str, Any] = {
        "_n": pa.array([read.number(row) for row in given], pa.int64()),
        "_k": pa.array([row.key for row in given], pa.string()),
    }
    targets = ["_n", "_k"]
    if staging.parent is not None:
        columns["_p"] = pa.array([row.parent.key if row.parent else None for row in given], pa.string())
        targets.append(staging.above)
    for i, column in enumerate(staging.inputs):
        columns[f"v{i}"] = pa.array([stored(column, row) for row in given], _arrow_type(column))
        targets.append(words.name(column.name))
    connection.register("_added", pa.table(columns))
    connection.execute(
        f"INSERT INTO {staging.raw} ({', '.join(targets)}) SELECT {', '.join(columns)} FROM _added"
    )
    connection.unregister("_added")


def stored(column: InputColumn, row: Row) -> Stored:
    """The value of a row as its column holds it. Raises NotLowered for one that no column can hold."""
    try:
        return column.physical.stored(row.values[column.name])
    except ValueError:
        raise NotLowered("value", column.term.span, column.term.name) from None


def _arrow_type(column: InputColumn) -> Any:
    import pyarrow as pa

    match column.physical.kind:
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.TEXT:
            return pa.string()
        case Kind.NUMBER if column.physical.wide:
            return pa.decimal128(38, 0)
        case _:
            return pa.int64()


def _make_parents(staging: Staging, all_: Sequence[Staging], connection: duckdb.DuckDBPyConnection) -> None:
    """One row for each key that is referred to, with what the terms default to."""
    name = staging.entity.name
    below = [s for s in all_ if s.parent is not None and s.parent.name == name]
    if not below:
        return
    refs = " UNION ALL ".join(f"SELECT {s.above} AS k FROM {s.raw}" for s in below)
    targets = ["_n", "_k", *(words.name(c.name) for c in staging.inputs)]
    values = ["-1", "k", *(literal(c.default) for c in staging.inputs)]
    connection.execute(
        f"INSERT INTO {staging.raw} ({', '.join(targets)}) SELECT {', '.join(values)}"
        f" FROM (SELECT DISTINCT k FROM ({refs}) WHERE k IS NOT NULL)"
    )


def _view(
    policy: Policy,
    stagings: Mapping[str, Staging],
    staging: Staging,
    type_: str,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """The columns as promised; keys further up come from the parent's relation. ``type_``: of the key."""
    columns, rows = ["_n", f"CAST(_k AS {type_}) AS _k"], staging.raw
    if staging.parent is not None:
        columns.append(staging.above)
        further = [words.name(f"_k_{policy.entities[a].id}") for a in policy.ancestors(staging.parent.name)]
        columns += further
        if further:
            rows = words.name(f"rows_{staging.entity.id}")
            above = words.name(relation_name(staging.parent))
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {rows} AS SELECT r.*, {', '.join(f'p.{key}' for key in further)}"
                f" FROM {staging.raw} r LEFT JOIN {above} p ON p._k = r.{staging.above}"
            )
    columns += [words.name(c.name) for c in staging.inputs]
    name = words.name(relation_name(staging.entity))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {', '.join(columns)} FROM {rows}")


def make_single(
    entity: Entity, inputs: Sequence[InputColumn], row: Row, connection: duckdb.DuckDBPyConnection
) -> dict[str, Stored]:
    """The relation of a one-row entity, and what it holds."""
    values = {c.name: stored(c, row) for c in inputs}
    shown = [
        f"CAST({literal(values[c.name])} AS {column_type(c.physical)}) AS {words.name(c.name)}"
        for c in inputs
    ]
    columns = ["CAST(0 AS BIGINT) AS _n", "CAST(NULL AS VARCHAR) AS _k", *shown]
    name = words.name(relation_name(entity))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {', '.join(columns)}")
    return values
