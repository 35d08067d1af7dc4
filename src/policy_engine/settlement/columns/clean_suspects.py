"""Which rows the engine's reader must decide about: what is not plain, stands twice, or refers to nothing known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.engine.faults import Fault
from policy_engine.engine.scalars import key_text
from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.duckdb import CELLS as cells
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns.clean_table import Mark, Staging, mark
from policy_engine.settlement.columns.source import reading_file

if TYPE_CHECKING:
    import duckdb


SAMPLE = 10_000


def find_suspects(
    policy: Policy,
    stagings: Mapping[str, Staging],
    connection: duckdb.DuckDBPyConnection,
    supplied: Iterable[tuple[str, str]],
) -> None:
    """Fill ``suspects`` of each entity. ``supplied``: (entity, key) of rows something is laid over."""
    for staging in stagings.values():
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staging.suspects} AS SELECT _n AS n FROM {staging.raw} WHERE _bad > 0"
        )
        if staging.source is not None:
            mark(connection, staging.suspects, staging.source.odd)
        _add_doubles(staging, connection)
        _loose_keys(staging, connection)
        keys = [key for entity, key in supplied if entity == staging.entity.name]
        _add(staging, connection, "_k", keys)
    for staging in stagings.values():
        if staging.parent is not None and staging.source is not None:
            _add_orphans(policy, staging, stagings[staging.parent.name], connection)


def is_empty(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return not connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()


def loose(staging: Staging) -> str:
    """The table of keys that are not plain, as the reader reads them."""
    return f'"loose_{staging.entity.id}"'


def _add_doubles(staging: Staging, connection: duckdb.DuckDBPyConnection) -> None:
    if not _is_ascending(staging, connection) and not _all_differ(staging, connection):
        twice = f"SELECT _k FROM {staging.raw} WHERE _k IS NOT NULL GROUP BY _k HAVING count(*) > 1"
        connection.execute(
            f"INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw} WHERE _k IN ({twice})"
        )


def _is_ascending(staging: Staging, connection: duckdb.DuckDBPyConnection) -> bool:
    """Each key is greater than the one before it, as in most files: then none stands twice, whatever the order is."""
    for rows in (f"(FROM {staging.raw} LIMIT {SAMPLE})", staging.raw):  # what is in no order is seen at once
        before = f"SELECT _k, lag(_k) OVER () AS before FROM {rows} WHERE _k IS NOT NULL"
        found = connection.execute(f"SELECT 1 FROM ({before}) WHERE _k <= before LIMIT 1").fetchall()
        if found:
            return False
    return True


def _all_differ(staging: Staging, connection: duckdb.DuckDBPyConnection) -> bool:
    """Hashes are short, and as many distinct ones as keys means that no key stands twice."""
    counted = f"SELECT count(_k) - count(DISTINCT hash(_k)) FROM {staging.raw} WHERE _k IS NOT NULL"
    return not connection.execute(counted).fetchall()[0][0]


def _loose_keys(staging: Staging, connection: duckdb.DuckDBPyConnection) -> None:
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
    keys = sorted({key for key in found if key})
    _put(connection, loose(staging), keys)
    _add(staging, connection, "_k", keys)


def cleaned(cell: object, lossy: bool, name: str) -> str | None:
    """The key a cell holds; None when it is blank or cannot be read."""
    try:
        return key_text(cell, lossy, name)
    except Fault:
        return None


def _add(staging: Staging, connection: duckdb.DuckDBPyConnection, column: str, keys: Sequence[str]) -> None:
    """Add the rows with one of these keys."""
    if keys:
        connection.execute('CREATE OR REPLACE TEMP TABLE "looked_for" (k VARCHAR)')
        _put(connection, '"looked_for"', keys)
        connection.execute(
            f'INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw} WHERE {column} IN (SELECT k FROM "looked_for")'
        )


def _put(connection: duckdb.DuckDBPyConnection, table: str, keys: Sequence[str]) -> None:
    if keys:
        import pyarrow as pa

        connection.register("_added", pa.table({"k": pa.array(keys, pa.string())}))
        connection.execute(f"INSERT INTO {table} SELECT k FROM _added")
        connection.unregister("_added")


def _add_orphans(
    policy: Policy, staging: Staging, above: Staging, connection: duckdb.DuckDBPyConnection
) -> None:
    """Rows whose parent is not known, or is needed and not named."""
    if not staging.entity.parent_optional:
        connection.execute(
            f"INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw} WHERE {staging.above} IS NULL"
        )
    if above.source is not None:
        # What is equal to a plain key is plain.
        plain = cells.is_plain_key("k", Holding(Held.TEXT))
        known = f"SELECT _k FROM {above.raw} WHERE _bad <> {Mark.KEY}"
        known += f" UNION ALL SELECT k FROM {loose(above)} WHERE {plain}"
    elif any(_asked_of_made_rows(policy, above)) or staging.columns is None or staging.columns.parent is None:
        known = "SELECT NULL WHERE false"
    else:
        assert staging.source is not None
        plain = cells.is_plain_key("k", staging.source.holdings[staging.columns.parent])
        refs = f"SELECT DISTINCT {staging.above} AS k FROM {staging.raw}"
        known = f"SELECT k FROM ({refs}) WHERE k IS NOT NULL AND {plain}"
    connection.execute(
        f"INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw}"
        f" WHERE {staging.above} IS NOT NULL AND {staging.above} NOT IN ({known})"
    )


def _asked_of_made_rows(policy: Policy, above: Staging) -> Iterator[bool]:
    """What a parent row made from references cannot meet, so that the reader refuses it or decides about it."""
    entity = above.entity
    yield entity.parent is not None and not entity.parent_optional
    yield any(term.required for term in policy.terms_of(entity.name))
    yield bool(policy.sub_entities(entity.name))
