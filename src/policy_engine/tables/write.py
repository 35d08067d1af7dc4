"""Write results: one table, or a workbook of several. The file appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from policy_engine.tables.atomic import replacing
from policy_engine.tables.columns import Column, Kind, Value, check_columns
from policy_engine.tables.csv_out import write_csv
from policy_engine.tables.parquet_out import write_parquet
from policy_engine.tables.problems import fail, os_reason
from policy_engine.tables.xlsx_out import Sheet, write_xlsx

__all__ = ["Column", "Format", "Kind", "Sheet", "Value", "write_book", "write_table"]

Format = Literal["csv", "xlsx", "parquet"]


def write_table(
    path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Value]], format: Format
) -> None:
    """Write one table, exactly: numbers in fixed places, blank for None, 是/否 for booleans (Parquet: bool).

    In xlsx a number of more than 15 digits is written as text, because Excel would cut it. Raises
    ``InputError`` if the file cannot be written or a value would have to be rounded to fit its column.
    """
    path = Path(path)
    check_columns(columns)
    with _appearing(path) as target:
        if format == "csv":
            write_csv(target, path, columns, rows)
        elif format == "xlsx":
            write_xlsx(target, path, [(_sheet_name(path), columns, rows)])
        elif format == "parquet":
            write_parquet(target, path, columns, rows)
        else:
            raise ValueError(f"unknown format {format!r}")


def write_book(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook with a sheet for each (name, columns, rows)."""
    path = Path(path)
    listed = list(sheets)
    if not listed:
        raise ValueError("a workbook needs a sheet")
    for _, columns, _ in listed:
        check_columns(columns)
    with _appearing(path) as target:
        write_xlsx(target, path, listed)


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    try:
        with replacing(path) as target:
            yield target
    except OSError as error:
        fail("PE5030", file=path, **os_reason(error))


def _sheet_name(path: Path) -> str:
    allowed = "".join("_" if ch in "[]:*?/\\'" else ch for ch in path.stem)
    return allowed.strip()[:31] or "表"
