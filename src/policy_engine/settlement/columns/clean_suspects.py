"""Which rows the engine's reader must decide about: what is not plain, stands twice, or refers to nothing known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.duckdb import CELLS as cells
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns.clean_keys import is_empty, loose, put_texts
from policy_engine.settlement.columns.clean_table import TEXT, Mark, Staging, mark

if TYPE_CHECKING:
    import duckdb


SAMPLE = 10_000


def find_suspects(
    policy: Policy,
    stagings: Mapping[str, Staging],
    types: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
    supplied: Iterable[tuple[str, str]],
) -> None:
    """Fill ``suspects`` of each entity.

    ``types``: how references to its rows are held; ``supplied``: (entity, key) of rows something is laid over.
    """
    for staging in stagings.values():
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staging.suspects} AS SELECT _n AS n FROM {staging.raw} WHERE _bad > 0"
        )
        if staging.source is not None:
            mark(connection, staging.suspects, staging.source.odd)
        _add_doubles(staging, connection)
        _add_named(staging, connection, loose(staging))
        laid_over = [key for entity, key in supplied if entity == staging.entity.name]
        if laid_over:
            connection.execute('CREATE OR REPLACE TEMP TABLE "looked_for" (k VARCHAR)')
            put_texts(connection, '"looked_for"', laid_over)
            _add_named(staging, connection, '"looked_for"')
    for staging in stagings.values():
        if staging.parent is not None and staging.source is not None:
            _add_orphans(policy, staging, stagings[staging.parent.name], types, connection)


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
        if not is_empty(connection, f"({before}) WHERE _k <= before"):
            return False
    return True


def _all_differ(staging: Staging, connection: duckdb.DuckDBPyConnection) -> bool:
    """Hashes are short, and as many distinct ones as keys means that no key stands twice."""
    counted = f"SELECT count(_k) - count(DISTINCT hash(_k)) FROM {staging.raw} WHERE _k IS NOT NULL"
    return not connection.execute(counted).fetchall()[0][0]


def _add_named(staging: Staging, connection: duckdb.DuckDBPyConnection, keys: str) -> None:
    """Add the rows whose key stands in a table of them."""
    if not is_empty(connection, keys):
        connection.execute(
            f"INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw} WHERE _k IN (SELECT k FROM {keys})"
        )


def _add_orphans(
    policy: Policy,
    staging: Staging,
    above: Staging,
    types: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Rows whose parent is not known, or is needed and not named."""
    if not staging.entity.parent_optional:
        connection.execute(
            f"INSERT INTO {staging.suspects} SELECT _n FROM {staging.raw} WHERE {staging.above} IS NULL"
        )
    if above.source is not None:
        if types[above.entity.name] != TEXT and _all_plain(above, connection):
            return  # what refers to none of its keys was marked when it was read
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


def _all_plain(staging: Staging, connection: duckdb.DuckDBPyConnection) -> bool:
    """The keys of the table as it was written are all the keys there are."""
    return is_empty(connection, loose(staging)) and is_empty(
        connection, f"{staging.raw} WHERE _bad = {Mark.KEY}"
    )


def _asked_of_made_rows(policy: Policy, above: Staging) -> Iterator[bool]:
    """What a parent row made from references cannot meet, so that the reader refuses it or decides about it."""
    entity = above.entity
    yield entity.parent is not None and not entity.parent_optional
    yield any(term.required for term in policy.terms_of(entity.name))
    yield bool(policy.sub_entities(entity.name))
