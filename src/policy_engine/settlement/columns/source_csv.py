"""Csv files DuckDB can read by itself: UTF-8, commas, the header in the first line, one record a line.

Everything else is left to the reader of tables, with its errors and remarks. So is every suspicious record: it is
written into a small file of its own and read from there, so that its cells mean here what they mean everywhere.
"""

from __future__ import annotations

import codecs
import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.engine.facts import FactRow
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import (
    NotPlain,
    check_row,
    fetched,
    relation,
)
from policy_engine.tables.header import Header, header_errors, header_index, header_of, known_cells
from policy_engine.tables.limits import HEADER_SEARCH_ROWS
from policy_engine.tables.model import RawRow
from policy_engine.tables.read import read_tables

if TYPE_CHECKING:
    import duckdb

Known = Callable[[str, str], bool]
MAX_BYTES = 64 * 1024**3
_CHUNK = 1 << 22
_MARK = codecs.BOM_UTF8
_LONGEST_LINE = 16 * 1024**2
# Where a quote opens or closes a cell; a quote anywhere else makes the file not plain.
_QUOTED = (b',"', b'",', b'\n"', b'"\n', b'"\r\n')


@dataclass(frozen=True)
class PlainCsv:
    """The header of a plain file, how many records it has, and the relation of its cells as texts."""

    header: tuple[str, ...]
    records: int
    relation: str


@dataclass(frozen=True)
class CsvSource:
    """Record n stands on line n + 2."""

    entity: str
    header: tuple[str, ...]
    label: str
    plain: PlainCsv
    path: Path
    known: Known
    odd: Sequence[int] = ()
    totals: bool = True

    @property
    def relation(self) -> str:
        return self.plain.relation

    @property
    def holdings(self) -> tuple[Holding, ...]:
        return tuple(Holding(Held.TEXT) for _ in self.header)

    def line(self, number: int) -> int:
        return number + 2

    def rows(
        self, connection: duckdb.DuckDBPyConnection, wanted: str | None
    ) -> Iterator[tuple[int, FactRow]]:
        numbers: list[int] = []
        records: list[tuple[str, ...]] = []
        for number, cells in fetched(connection, self.relation, wanted):
            texts = tuple(None if cell is None else str(cell) for cell in cells)
            check_row([None if t is None or not t.strip() else t for t in texts])
            numbers.append(number)
            records.append(tuple(t or "" for t in texts))
        yield from self._read(numbers, records) if records else ()

    def _read(
        self, numbers: Sequence[int], records: Sequence[tuple[str, ...]]
    ) -> Iterator[tuple[int, FactRow]]:
        with tempfile.TemporaryDirectory() as folder:
            few = Path(folder, self.path.name)
            with few.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([self.header, *records])
            (table,) = read_tables(few, known_headers=self.known)
        if table.header_line != 1 or table.header != self.header:
            raise NotPlain
        for row in table.rows:
            number = numbers[row.line - 2]
            yield number, FactRow(row.cells, number + 2, row.lossy)


def check_complete(source: object, table: str, connection: duckdb.DuckDBPyConnection) -> None:
    """A line is a record. Raises NotPlain for line breaks inside quotes, and blank lines."""
    if isinstance(source, CsvSource):
        ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
        if count != source.plain.records:
            raise NotPlain


def plain_csv(path: Path, known: Known) -> PlainCsv | None:
    """None for a file that is not plain, or cannot be read at all."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        lines, ending = _scan(path)
        header = _header(path, partial(known, path.stem.strip()))
    except (OSError, UnicodeDecodeError, csv.Error, NotPlain):
        return None
    kinds = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header)))
    held_in = (
        f"read_csv({words.file(path.absolute())}, auto_detect=false, header=false, skip=1, columns={{{kinds}}},"
        f" delim=',', quote='\"', escape='\"', new_line='{ending}', compression='none', encoding='utf-8',"
        f" nullstr='', strict_mode=true, null_padding=false, ignore_errors=false, hive_partitioning=false,"
        f" max_line_size={_LONGEST_LINE})"
    )
    return PlainCsv(header, lines - 1, relation(held_in, "row_number() OVER () - 1", len(header)))


def _scan(path: Path) -> tuple[int, str]:
    """The number of lines and how they end, of UTF-8 without NUL whose quotes stand around whole cells."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = returns = pairs = quotes = around = 0
    before = b"\n"
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            file.seek(0)
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            if b"\0" in chunk or b'""' in before + chunk:
                raise NotPlain
            joined = before + chunk
            lines += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += joined.count(b"\r\n") - before.count(b"\r\n")
            quotes += chunk.count(b'"')
            around += sum(_new(joined, before, mark) for mark in _QUOTED) if b'"' in joined else 0
            before = joined[-2:]
    decoder.decode(b"", final=True)
    if before[-1:] != b"\n":
        lines += 1
        around += before[-1:] == b'"'
    if quotes != around or returns not in (0, pairs) or (returns and returns not in (lines, lines - 1)):
        raise NotPlain
    return lines, "\\r\\n" if returns else "\\n"


def _new(joined: bytes, before: bytes, mark: bytes) -> int:
    """Occurrences that end in the new part."""
    return joined.count(mark) - before.count(mark)


def _header(path: Path, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names in the first line. Raises NotPlain where another line may be the header, or commas part no cells."""
    rows: list[RawRow] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        top = list(islice(file, HEADER_SEARCH_ROWS + 1))
    if any(";" in line or "\t" in line for line in top):
        raise NotPlain  # it may be parted by these
    for line, cells in enumerate(csv.reader(top, strict=True), start=1):
        kept = tuple(cell if cell.strip() else None for cell in cells)
        if any(kept):
            rows.append(RawRow(line, kept))
    if not rows or rows[0].line != 1 or known_cells(rows[0], known) < 2:
        raise NotPlain
    at, recognised = header_index(rows[:HEADER_SEARCH_ROWS], known)
    header: Header = header_of(rows[0])
    if at or not recognised or None in rows[0].cells or header_errors(header, str(path)):
        raise NotPlain
    return header.names
