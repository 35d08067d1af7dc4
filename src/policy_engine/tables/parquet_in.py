"""Parquet columns as exact text. Binary floating point is refused by type, before any value is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables.assemble import Grid, collect
from policy_engine.tables.header import Header
from policy_engine.tables.limits import MAX_UNPACKED_BYTES
from policy_engine.tables.model import RawRow, RawTable
from policy_engine.tables.problems import brief, fail, problem

_BATCH = 10_000
_ToText = Callable[[Any], str]


def read_parquet(path: Path, max_rows: int) -> RawTable:
    """The table in a Parquet file: decimal, integer, string, bool and date32/date64 columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.stat().st_size:
        fail("PE5006", file=path)
    try:
        schema = pq.read_schema(path)
        converters = _converters(path, schema)
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        # Strings stay dictionaries: a value repeated a million times is kept once.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            _guard(path, file.metadata, max_rows)
            names = tuple(name.strip() for name in schema.names)
            header = Header(0, names, tuple(range(len(names))))
            grid = Grid(path.stem.strip(), str(path), ())
            return collect(grid, header, _rows(file, converters), max_rows)
    except (pa.ArrowException, OSError) as error:
        _broken(path, error)


def _broken(path: Path, error: Exception) -> NoReturn:
    detail = brief(str(error), 80)
    fail("PE5028", file=path, reason=detail, reason_en=detail)


def _guard(path: Path, metadata: Any, max_rows: int) -> None:
    if metadata.num_rows > max_rows:
        fail("PE5025", source=path, limit=max_rows)
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if size > MAX_UNPACKED_BYTES:
        fail("PE5003", file=path, size=size, limit=MAX_UNPACKED_BYTES)


def _converters(path: Path, schema: Any) -> list[_ToText]:
    errors: list[Diagnostic] = []
    converters: list[_ToText] = []
    for field in schema:
        converter = _converter(field.type)
        if isinstance(converter, str):
            errors.append(problem(converter, file=path, column=brief(field.name), type=field.type))
        else:
            converters.append(converter)
    if errors:
        raise InputError(errors)
    return converters


def _converter(kind: Any) -> _ToText | str:
    """How a value of this type becomes text, or the code of the reason why it does not."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_floating(kind):
        return "PE5026"
    if types.is_boolean(kind):
        return _yes_no
    if types.is_decimal(kind):
        return _plain
    if types.is_integer(kind):
        return str
    if types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind):
        return str
    if types.is_date(kind):
        return _iso
    return "PE5027"


def _yes_no(value: bool) -> str:
    return "是" if value else "否"


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _rows(file: Any, converters: list[_ToText]) -> Iterator[RawRow]:
    line = 0
    for batch in file.iter_batches(batch_size=_BATCH):
        columns = [_texts(batch.column(i), converter) for i, converter in enumerate(converters)]
        for cells in zip(*columns, strict=True):
            line += 1
            if any(cells):
                yield RawRow(line, cells)


def _texts(column: Any, convert: _ToText) -> list[str | None]:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        words = _texts(column.dictionary, convert)
        return [None if i is None else words[i] for i in column.indices.to_pylist()]
    return [None if value is None or value == "" else convert(value) for value in column.to_pylist()]
