"""Read what people hand in: a file, or the tables in a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables.csv_in import read_csv
from policy_engine.tables.header import IsKnown
from policy_engine.tables.limits import MAX_FILE_BYTES, MAX_ROWS
from policy_engine.tables.model import RawTable
from policy_engine.tables.parquet_in import read_parquet
from policy_engine.tables.problems import fail, os_reason
from policy_engine.tables.xlsx_in import read_xlsx

KnownHeaders = Callable[[str, str], bool]

_READABLE: Final = frozenset({".csv", ".xlsx", ".parquet"})
# Spreadsheets that are not read: passing one over in silence would lose somebody's table.
_REFUSED: Final = frozenset({".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ods"})
_PASSED_OVER: Final = ("~$", ".")  # lock files of Excel; hidden files


def read_tables(
    path: Path,
    *,
    known_headers: KnownHeaders | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_FILE_BYTES,
) -> tuple[RawTable, ...]:
    """The tables of a file (.csv, .xlsx, .parquet), or of all such files in a folder, by file name.

    ``known_headers(table name, normalised header)`` tells whether a header is the name of a column; with it
    the header row is found below any title rows. Subfolders, hidden files and Excel's lock files are passed
    over. Raises ``InputError`` with everything that is wrong in all of the files.
    """
    path = Path(path)
    if path.is_dir():
        return _read_folder(path, known_headers, max_rows, max_bytes)
    return _read_file(path, known_headers, max_rows, max_bytes)


def _read_folder(
    folder: Path, known: KnownHeaders | None, max_rows: int, max_bytes: int
) -> tuple[RawTable, ...]:
    tables: list[RawTable] = []
    errors: list[Diagnostic] = []
    for file in _files(folder):
        try:
            _refuse_escape(folder, file)
            tables.extend(_read_file(file, known, max_rows, max_bytes))
        except InputError as error:
            errors.extend(error.diagnostics)
    if errors:
        raise InputError(errors)
    if not tables:
        fail("PE5007", file=folder)
    return tuple(tables)


def _files(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        fail("PE5009", file=folder, **os_reason(error))
    wanted = _READABLE | _REFUSED
    return [
        entry
        for entry in entries
        if entry.suffix.lower() in wanted and not entry.name.startswith(_PASSED_OVER) and not entry.is_dir()
    ]


def _refuse_escape(folder: Path, file: Path) -> None:
    if file.is_symlink():
        target = file.resolve()
        if not target.is_relative_to(folder.resolve()):
            fail("PE5008", file=file, target=target)


def _read_file(file: Path, known: KnownHeaders | None, max_rows: int, max_bytes: int) -> tuple[RawTable, ...]:
    suffix = file.suffix.lower()
    try:
        if not file.is_file():  # nor a pipe or a device
            fail("PE5001", file=file)
        if suffix not in _READABLE:
            fail("PE5002", file=file, suffix=suffix or "无后缀")
        size = file.stat().st_size
        if size > max_bytes:
            fail("PE5003", file=file, size=size, limit=max_bytes)
        if suffix == ".csv":
            return (read_csv(file, _for_table(known, file.stem.strip()), max_rows),)
        if suffix == ".xlsx":
            return read_xlsx(file, partial(_for_table, known), max_rows)
        return (read_parquet(file, max_rows),)
    except OSError as error:
        fail("PE5009", file=file, **os_reason(error))


def _for_table(known: KnownHeaders | None, name: str) -> IsKnown | None:
    return None if known is None else partial(known, name)
