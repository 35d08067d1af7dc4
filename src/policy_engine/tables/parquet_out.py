"""Parquet with exact types: decimal128 for numbers, never floating point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

from policy_engine.tables.columns import Column, DoesNotFit, Value, cell_text, numbered, refuse

_BATCH: Final = 50_000
_PRECISION: Final = 38
_INT64: Final = range(-(2**63), 2**63)
_Numbered = tuple[int, Sequence[Value]]


def write_parquet(
    target: Path, path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> None:
    """Write ``target`` (``path`` is the name in messages): decimal128(38, places), int64, string and bool."""
    import pyarrow.parquet as pq

    columns, numbered_rows = _measured(columns, numbered(columns, rows))
    schema = _schema(columns)
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(iter(numbered_rows)):
            writer.write_batch(_arrow(path, columns, schema, batch))


def arrow_table(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Any:
    """The table in memory, as ``write_parquet`` would write it."""
    import pyarrow as pa

    columns, numbered_rows = _measured(columns, numbered(columns, rows))
    schema = _schema(columns)
    batches = [_arrow(Path(), columns, schema, batch) for batch in _batches(iter(numbered_rows))]
    return pa.Table.from_batches(batches, schema)


def _measured(
    columns: Sequence[Column], rows: Iterable[_Numbered]
) -> tuple[Sequence[Column], Iterable[_Numbered]]:
    """A type needs its places before the first value: where they are open, all values are looked at."""
    if not any(column.kind == "number" and column.places is None for column in columns):
        return columns, rows
    listed = list(rows)
    return [_with_places(column, i, listed) for i, column in enumerate(columns)], listed


def _with_places(column: Column, index: int, rows: list[_Numbered]) -> Column:
    if column.kind != "number" or column.places is not None:
        return column
    places = 0
    for _, row in rows:
        value = row[index]
        if isinstance(value, Decimal) and value.is_finite():
            exponent = value.as_tuple().exponent
            assert isinstance(exponent, int)
            places = max(places, -exponent)
    return Column(column.name, column.kind, min(places, _PRECISION))


def _schema(columns: Sequence[Column]) -> Any:
    import pyarrow as pa

    kinds = {"text": pa.string(), "boolean": pa.bool_(), "integer": pa.int64()}
    return pa.schema(
        [(c.name, kinds.get(c.kind) or pa.decimal128(_PRECISION, c.places or 0)) for c in columns]
    )


def _batches(rows: Iterator[_Numbered]) -> Iterator[list[_Numbered]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _arrow(path: Path, columns: Sequence[Column], schema: Any, rows: list[_Numbered]) -> Any:
    import pyarrow as pa

    arrays = []
    for i, column in enumerate(columns):
        values: list[Value] = []
        for line, row in rows:
            try:
                values.append(_stored(column, row[i]))
            except DoesNotFit as error:
                refuse(path, line, column, row[i], error)
        arrays.append(pa.array(values, type=schema.field(i).type))
    return pa.record_batch(arrays, schema=schema)


def _stored(column: Column, value: Value) -> Value:
    text = cell_text(column, value)
    if value is None or column.kind in ("text", "boolean"):
        return value
    number = Decimal(text)
    if column.kind == "integer":
        if int(number) not in _INT64:
            raise DoesNotFit("超出 64 位整数", "beyond a 64-bit integer")
        return int(number)
    if len(number.as_tuple().digits) > _PRECISION:
        raise DoesNotFit(f"超过 {_PRECISION} 位数字", f"more than {_PRECISION} digits")
    return number
