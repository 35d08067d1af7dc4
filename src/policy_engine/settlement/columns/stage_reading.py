"""The suspects as the engine's reader sees them: with everything above them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.facts import FactRow, Facts, FactTable
from policy_engine.engine.reader import SUGGESTIONS, read_facts
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.clean_keys import cleaned, is_empty, loose
from policy_engine.settlement.columns.clean_table import Mark, Staging
from policy_engine.settlement.columns.source import Source, reading_file

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Read:
    """What the reader made of the suspects; ``numbers`` are the places of their lines, by entity and line."""

    facts: Facts
    numbers: Mapping[tuple[str, int], int]

    def number(self, row: Row) -> int:
        """The place of the row in its table, −1 for one made from references."""
        return self.numbers.get((row.entity, row.line), -1)


def read_suspects(
    policy: Policy,
    stagings: Mapping[str, Staging],
    sources: Sequence[Source],
    connection: duckdb.DuckDBPyConnection,
    supplied: Sequence[Supplied],
) -> Read:
    """``sources``: every table that was handed in, in order. Raises InputError as ``read_facts`` does."""
    rows: dict[str, list[tuple[int, FactRow]]] = {}
    asked: dict[str, set[str]] = {e: set() for e in stagings}  # keys of parents
    bottom_up = sorted(stagings.values(), key=lambda s: -len(policy.ancestors(s.entity.name)))
    for staging in bottom_up:
        source, columns = staging.source, staging.columns
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staging.read} AS SELECT DISTINCT n FROM {staging.suspects}"
        )
        if source is None:
            continue
        _add_asked(staging, asked[staging.entity.name], connection)
        found: list[tuple[int, FactRow]] = []
        if not is_empty(connection, staging.read):
            with reading_file():
                found = list(source.rows(connection, staging.read))
        rows[staging.entity.name] = found
        if columns is not None and columns.parent is not None and staging.parent is not None:
            name, at = source.header[columns.parent], columns.parent
            keys = (cleaned(row.cells[at], at in row.lossy, name) for _, row in found)
            asked[staging.parent.name].update(key for key in keys if key)
            _suggestions(stagings[staging.parent.name], found, at, name, asked, connection)
    tables = []
    for source in sources:
        if source.entity not in rows:  # a one-row entity
            with reading_file():
                rows[source.entity] = list(source.rows(connection, None))
        own = tuple(row for _, row in rows[source.entity])
        tables.append(FactTable(source.entity, source.header, own, source.label))
    numbers = {(entity, row.line): n for entity, found in rows.items() for n, row in found}
    return Read(read_facts(policy, tables, supplied), numbers)


def _add_asked(staging: Staging, keys: set[str], connection: duckdb.DuckDBPyConnection) -> None:
    if not keys:
        return
    import pyarrow as pa

    connection.register("_added", pa.table({"k": pa.array(sorted(keys), pa.string())}))
    connection.execute(
        f"INSERT INTO {staging.read} SELECT _n FROM {staging.raw} WHERE _bad <> {Mark.KEY} AND _k IN (SELECT k FROM _added)"
        f" AND _n NOT IN (SELECT n FROM {staging.read})"
    )
    connection.unregister("_added")


def _suggestions(
    above: Staging,
    rows: Sequence[tuple[int, FactRow]],
    at: int,
    name: str,
    asked: Mapping[str, set[str]],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Have the keys read that are most like an unknown one: the reader looks for a similar key among those it has."""
    if above.source is None:
        return
    refs = dict.fromkeys(cleaned(row.cells[at], at in row.lossy, name) for _, row in rows)
    known = f"SELECT _k FROM {above.raw} WHERE _bad <> {Mark.KEY} UNION SELECT k FROM {loose(above)}"
    given = [ref for ref in refs if ref]
    if not given:
        return
    import pyarrow as pa

    connection.register("_added", pa.table({"k": pa.array(given, pa.string())}))
    unknown = {k for (k,) in connection.execute(f"SELECT k FROM _added WHERE k NOT IN ({known})").fetchall()}
    connection.unregister("_added")
    if not unknown:
        return
    pool = [k for (k,) in connection.execute(known).fetchall()]
    for ref in [ref for ref in given if ref in unknown][:SUGGESTIONS]:
        asked[above.entity.name].update(nearest(ref, pool))
