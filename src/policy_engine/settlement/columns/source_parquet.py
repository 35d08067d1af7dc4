"""Parquet files DuckDB can read by itself. Whatever is not plain is left to the reader of tables, with its errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import relation
from policy_engine.tables.header import Header, header_errors

if TYPE_CHECKING:
    import duckdb

MAX_ROWS = 100_000_000  # as many as columns bear; the reader of tables holds rows in memory and takes fewer
_DIGITS = 38  # of a decimal that is one to DuckDB too
_VIRTUAL = "file_row_number"  # what DuckDB calls the number of a row
_DUCKDB_KINDS = {"VARCHAR": Held.TEXT, "BOOLEAN": Held.BOOLEAN, "DATE": Held.DATE, '"NULL"': Held.NOTHING}


def plain_parquet(
    path: Path, connection: duckdb.DuckDBPyConnection
) -> tuple[tuple[str, ...], tuple[Holding, ...], str] | None:
    """Header, holdings and relation of a plain file; None for any other."""
    found = _usual(path, connection) or _by_arrow(path)
    if found is None:
        return None
    names = tuple(name.strip() for name in found.names)
    header = Header(0, names, tuple(range(len(names))))
    usual = names and all(names) and _VIRTUAL not in (n.casefold() for n in names)
    if not usual or found.rows > MAX_ROWS or header_errors(header, str(path)):
        return None
    if any(h.held is Held.OTHER for h in found.holdings):
        return None
    held_in = f"read_parquet({words.file(path.absolute())}, hive_partitioning=false)"
    if not _as_expected(connection, held_in, found.holdings):
        return None
    return names, found.holdings, relation(held_in, _VIRTUAL, len(names))


@dataclass(frozen=True)
class _Footer:
    """What a file says of itself: the names of its columns as they are, what they hold, the number of its rows."""

    names: tuple[str, ...]
    holdings: tuple[Holding, ...]
    rows: int


def _usual(path: Path, connection: duckdb.DuckDBPyConnection) -> _Footer | None:
    """A file of texts, decimals, truths and days: Arrow, which takes its time to be imported, has no say in those."""
    import duckdb

    file = words.file(path.absolute())
    asked = f"SELECT name, type, converted_type, precision, scale, num_children FROM parquet_schema({file})"
    try:
        columns = connection.execute(asked).fetchall()[1:]  # behind the root
        ((rows,),) = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({file})").fetchall()
    except duckdb.PermissionException:
        raise
    except (duckdb.Error, ValueError):
        return None
    holdings = [_plainly(*column[1:]) for column in columns]
    known = tuple(h for h in holdings if h is not None)
    return (
        _Footer(tuple(str(c[0]) for c in columns), known, int(rows)) if len(known) == len(columns) else None
    )


def _plainly(
    type_: str, converted: str | None, precision: int | None, scale: int | None, children: int | None
) -> Holding | None:
    """What a column holds for sure."""
    if children:
        return None
    if converted == "DECIMAL" and precision is not None and scale is not None:
        return Holding(Held.DECIMAL, int(precision), int(scale)) if precision <= _DIGITS else None
    kinds = {("BYTE_ARRAY", "UTF8"): Held.TEXT, ("BOOLEAN", None): Held.BOOLEAN, ("INT32", "DATE"): Held.DATE}
    held = kinds.get((type_, converted))
    return Holding(held) if held is not None else None


def _by_arrow(path: Path) -> _Footer | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError):
        return None
    return _Footer(tuple(schema.names), tuple(holding_of(field.type) for field in schema), rows)


def holding_of(kind: Any) -> Holding:
    """What an Arrow type is held as."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_decimal128(kind) and 0 <= kind.scale <= kind.precision:
        return Holding(Held.DECIMAL, kind.precision, kind.scale)
    tests = {
        Held.INTEGER: types.is_integer(kind),
        Held.TEXT: types.is_string(kind) or types.is_large_string(kind),
        Held.BOOLEAN: types.is_boolean(kind),
        Held.DATE: types.is_date(kind),
        Held.NOTHING: types.is_null(kind),
    }
    return Holding(next((held for held, is_it in tests.items() if is_it), Held.OTHER))


def _as_expected(connection: duckdb.DuckDBPyConnection, held_in: str, holdings: tuple[Holding, ...]) -> bool:
    """DuckDB sees one file with the same columns as Arrow does."""
    import duckdb

    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {held_in}").fetchall()
    except duckdb.PermissionException:
        raise
    except duckdb.Error:
        return False
    seen = [str(row[1]) for row in described]
    return len(seen) == len(holdings) and all(map(_is_held, seen, holdings))


def _is_held(kind: str, holding: Holding) -> bool:
    if holding.held is Held.DECIMAL:
        return kind == f"DECIMAL({holding.precision},{holding.scale})"
    if holding.held is Held.INTEGER:
        return kind.removeprefix("U") in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
    return _DUCKDB_KINDS.get(kind) is holding.held
