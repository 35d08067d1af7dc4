"""Keys that other rows refer to, as an enumeration: joining and grouping by numbers costs a fraction of doing so by text.

DuckDB shows a value of an enumeration as its text and orders the values as they were listed, which is by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from policy_engine.engine.faults import Fault
from policy_engine.engine.scalars import key_text
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.clean_table import TEXT, Mark, Staging, mark
from policy_engine.settlement.columns.source import reading_file

if TYPE_CHECKING:
    import duckdb

MOST = 1_000_000  # keys of an enumeration


def loose(staging: Staging) -> str:
    """The table of keys that are not plain, as the reader reads them."""
    return words.name(f"loose_{staging.entity.id}")


def find_loose_keys(staging: Staging, connection: duckdb.DuckDBPyConnection) -> None:
    """Keys that are not plain may be those of plain rows once they are read."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {loose(staging)} (k VARCHAR)")
    source, columns = staging.source, staging.columns
    if source is None or columns is None or columns.key is None:
        return
    wanted = '"loose_rows"'
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {wanted} AS SELECT _n AS n FROM {staging.raw} WHERE _bad = {Mark.KEY}"
    )
    mark(connection, wanted, source.odd)
    if is_empty(connection, wanted):
        return
    with reading_file():
        rows = list(source.rows(connection, wanted))
    name = source.header[columns.key]
    found = (cleaned(row.cells[columns.key], columns.key in row.lossy, name) for _, row in rows)
    put_texts(connection, loose(staging), sorted({key for key in found if key}))


def reference_type(
    staging: Staging, stagings: Mapping[str, Staging], connection: duckdb.DuckDBPyConnection
) -> str:
    """How the rows below hold which row they belong to; text where no table says which rows there are."""
    name = staging.entity.name
    if staging.source is None or not any(
        s.parent is not None and s.parent.name == name for s in stagings.values()
    ):
        return TEXT
    keys = f"SELECT _k AS k FROM {staging.raw} WHERE _k IS NOT NULL UNION SELECT k FROM {loose(staging)}"
    if connection.execute(f"SELECT count(*) FROM ({keys})").fetchall()[0][0] > MOST:
        return TEXT
    type_ = words.name(f"key_{staging.entity.id}")
    connection.execute(f"CREATE OR REPLACE TYPE {type_} AS ENUM (SELECT k FROM ({keys}) ORDER BY k)")
    return type_


def is_empty(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    """Whether there are none. ``rows``: what stands behind FROM."""
    return not connection.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchall()


def cleaned(cell: object, lossy: bool, name: str) -> str | None:
    """The key a cell holds; None when it is blank or cannot be read."""
    try:
        return key_text(cell, lossy, name)
    except Fault:
        return None


def put_texts(connection: duckdb.DuckDBPyConnection, table: str, keys: list[str]) -> None:
    if keys:
        import pyarrow as pa

        connection.register("_added", pa.table({"k": pa.array(keys, pa.string())}))
        connection.execute(f"INSERT INTO {table} SELECT k FROM _added")
        connection.unregister("_added")
