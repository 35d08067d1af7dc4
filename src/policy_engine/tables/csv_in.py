"""Delimited text: encoding, delimiter and records with the line they start on."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from policy_engine.tables.assemble import Grid, assemble
from policy_engine.tables.header import IsKnown, header_index, known_cells
from policy_engine.tables.limits import HEADER_SEARCH_ROWS, MAX_CELL_CHARS
from policy_engine.tables.model import RawRow, RawTable
from policy_engine.tables.problems import fail

_ENCODINGS: Final = ("utf-8-sig", "gb18030")  # the first also reads UTF-8 without a mark
_DELIMITERS: Final = (",", ";", "\t")
_CHUNK: Final = 1 << 20
# A text cell we guarded against being taken for a formula: see csv_out.guarded.
_GUARD: Final = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
# Excel saves a number of 12 digits and more to csv as 1.3E+21: the digits are gone.
_SCIENTIFIC: Final = re.compile(r"[-+]?[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}")


def read_csv(path: Path, known: IsKnown | None, max_rows: int) -> RawTable:
    """The table in a csv file (UTF-8 with or without mark, or GB18030; comma, semicolon or tab)."""
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding, known)
    grid = Grid(path.stem.strip(), str(path), _records(path, encoding, delimiter))
    table = assemble(grid, known, max_rows)
    if table is None:
        fail("PE5006", file=path)
    return table


def _encoding(path: Path) -> str:
    chosen = next((encoding for encoding in _ENCODINGS if _decodes(path, encoding)), None)
    if chosen is None:
        fail("PE5004", file=path)
    return chosen


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if b"\0" in chunk:  # UTF-16 of plain digits decodes as anything
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str, known: IsKnown | None) -> str:
    """The delimiter under which the header shows the most known columns, or comes first and is widest."""
    best, best_score = ",", (0, -HEADER_SEARCH_ROWS, 1)
    for delimiter in _DELIMITERS:
        rows = _first_rows(path, encoding, delimiter)
        if not rows:
            continue
        at, _ = header_index(rows, known)
        width = len(rows[at].cells)
        recognised = known_cells(rows[at], known) if known else 0
        score = (recognised, -at if width > 1 else -HEADER_SEARCH_ROWS, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _first_rows(path: Path, encoding: str, delimiter: str) -> list[RawRow]:
    rows: list[RawRow] = []
    with path.open(encoding=encoding, newline="") as file:
        try:
            for cells in islice(csv.reader(file, delimiter=delimiter, strict=True), HEADER_SEARCH_ROWS):
                kept = tuple(cell if cell.strip() else None for cell in cells)
                if any(kept):
                    rows.append(RawRow(0, kept))
        except csv.Error:
            return rows  # reading the file in earnest reports it
    return rows


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[RawRow]:
    with path.open(encoding=encoding, newline="") as file:
        # strict: an unbalanced quote is an error instead of swallowing the rest of the file
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield _row(line, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            if "field limit" in str(error):
                limit = csv.field_size_limit()
                fail("PE5024", source=path, line=line, column="?", count=f"{limit}+", limit=MAX_CELL_CHARS)
            fail("PE5005", file=path, line=line)


def _row(line: int, cells: list[str]) -> RawRow:
    for i, cell in enumerate(cells):
        if cell.startswith("'") and _GUARD.match(cell):
            cells[i] = cell[1:]
    lossy = frozenset(
        i for i, cell in enumerate(cells) if "E+" in cell and _SCIENTIFIC.fullmatch(cell.strip())
    )
    return RawRow(line, tuple(cells), lossy)
