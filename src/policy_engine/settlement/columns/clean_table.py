"""A source as a table of typed columns, every row marked as plainly fine or not.

``raw_<entity id>``: ``_n``, ``_k``, ``_k_<parent id>``, one column a fact, and ``_bad`` (see ``Mark``). A key that is not
plain stands there as it was written; that of a parent is only told from its own table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from policy_engine.engine.columns import Columns
from policy_engine.lowering.physical import InputColumn, Kind, Physical
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.cells.doubts import Doubts
from policy_engine.settlement.cells.duckdb import CELLS as cells
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import Source, reading_file
from policy_engine.settlement.columns.source_csv import check_complete

if TYPE_CHECKING:
    import duckdb

TEXT = "VARCHAR"


class Mark(IntEnum):
    PLAIN = 0
    KEY = 1  # its key is not plain
    OTHER = 2


@dataclass(frozen=True)
class Staging:
    """An entity on its way: ``source`` and ``columns`` are None where no table was handed in."""

    entity: Entity
    inputs: tuple[InputColumn, ...]
    parent: Entity | None
    source: Source | None
    columns: Columns | None

    @property
    def raw(self) -> str:
        return words.name(f"raw_{self.entity.id}")

    @property
    def suspects(self) -> str:
        """A table of the rows that the reader must decide about."""
        return words.name(f"suspect_{self.entity.id}")

    @property
    def read(self) -> str:
        """A table of the rows that the reader reads: the suspects and whatever is above them."""
        return words.name(f"read_{self.entity.id}")

    @property
    def gone(self) -> str:
        """A table of the rows that others take along."""
        return words.name(f"gone_{self.entity.id}")

    @property
    def gone_keys(self) -> str:
        return words.name(f"gone_keys_{self.entity.id}")

    @property
    def above(self) -> str:
        """The column of the parent's key."""
        assert self.parent is not None
        return words.name(f"_k_{self.parent.id}")


def column_type(physical: Physical) -> str:
    """How DuckDB holds it."""
    match physical.kind:
        case Kind.NUMBER:
            return "HUGEINT" if physical.wide else "BIGINT"
        case Kind.BOOLEAN:
            return "BOOLEAN"
        case Kind.CODE:
            return "UTINYINT" if len(physical.names) <= 256 else "USMALLINT"
        case Kind.TEXT:
            return "VARCHAR"
        case Kind.DAY | Kind.MONTH:
            return "INTEGER"


def literal(value: int | bool | str | None) -> str:
    """A stored value in SQL."""
    if value is None:
        return "NULL"
    return words.text(value) if isinstance(value, str) else str(value).lower()


def make_raw(
    policy: Policy, staging: Staging, connection: duckdb.DuckDBPyConnection, reference: str = TEXT
) -> None:
    """Read the source once. Without one, or when only the reader can read it, the table is empty.

    ``reference``: the type that holds the parent's key; what is no value of it is left to the reader.
    """
    source, columns = staging.source, staging.columns
    if source is None or columns is None or source.relation is None:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staging.raw} ({', '.join(_declared(staging, reference))})"
        )
        return
    assert columns.key is not None
    doubts = Doubts(cells, policy, columns, source.holdings)
    tests = list(doubts.conditions(source.totals, lambda i, _: f"v{i}"))
    values = [f"{sql} AS {name}" for name, sql in _values(source, columns)]
    parent = "CAST(NULL AS VARCHAR)"
    if columns.parent is not None:
        parent = cells.key(f"c{columns.parent}", source.holdings[columns.parent])
    inner = ", ".join(
        [
            "*",
            f"{cells.key(f'c{columns.key}', source.holdings[columns.key])} AS k",
            f"{parent} AS p",
            *values,
        ]
    )
    plain = cells.is_plain_key("k", source.holdings[columns.key])
    if reference != TEXT:
        tests.append(f"(p IS NOT NULL AND TRY_CAST(p AS {reference}) IS NULL)")
    odd = " OR ".join(tests or ["false"])
    bad = f"CASE WHEN NOT {plain} OR k IS NULL THEN {Mark.KEY} WHEN {odd} THEN {Mark.OTHER} ELSE {Mark.PLAIN} END"
    outer = ["n AS _n", "k AS _k", f"CAST({bad} AS UTINYINT) AS _bad"]
    if staging.parent is not None:
        outer.append(f"TRY_CAST(p AS {reference}) AS {staging.above}")
    outer += [_filled(column, columns) for column in staging.inputs]
    made = f"SELECT {', '.join(outer)} FROM (SELECT {inner} FROM ({source.relation}))"
    with reading_file():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {staging.raw} AS {made}")
        check_complete(source, staging.raw, connection)


def _declared(staging: Staging, reference: str) -> Iterator[str]:
    yield from ("_n BIGINT", "_k VARCHAR", "_bad UTINYINT")
    if staging.parent is not None:
        yield f"{staging.above} {reference}"
    for column in staging.inputs:
        yield f"{words.name(column.name)} {column_type(column.physical)}"


def _values(source: Source, columns: Columns) -> Iterator[tuple[str, str]]:
    for i, (term, position) in enumerate(columns.terms):
        if position is not None:
            cell = cells.value(f"c{position.index}", source.holdings[position.index], term, position.factor)
            yield f"v{i}", cell


def _filled(column: InputColumn, columns: Columns) -> str:
    at = next(i for i, (term, _) in enumerate(columns.terms) if term.id == column.name)
    value = f"v{at}" if columns.terms[at][1] is not None else "NULL"
    if column.default is not None:
        value = f"coalesce({value}, {literal(column.default)})"
    # A value that does not fit its column is not plain.
    return f"TRY_CAST({value} AS {column_type(column.physical)}) AS {words.name(column.name)}"


def mark(
    connection: duckdb.DuckDBPyConnection, table: str, numbers: Sequence[int] | range, name: str = "n"
) -> None:
    """Add row numbers to a table of them."""
    if numbers:
        import pyarrow as pa

        added = pa.table({name: pa.array(numbers, pa.int64())})
        connection.register("_added", added)
        connection.execute(f"INSERT INTO {table} SELECT {name} FROM _added")
        connection.unregister("_added")
