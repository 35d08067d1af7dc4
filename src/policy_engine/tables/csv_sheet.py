"""A csv file as a sheet: every cell as it was written, with the line its row begins on."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Final

from policy_engine.tables.model import RawRow
from policy_engine.tables.problems import fail
from policy_engine.tables.sheet import Cell, Mark, Sheet, TooMuch, bounded

_SEPARATOR: Final = ","  # others are not guessed at: a cell may hold them
# Excel saves a number of 12 digits and more to csv as 1.3E+21: the digits are gone.
_SCIENTIFIC: Final = re.compile(r"[-+]?[0-9](?:\.[0-9]+)?E\+[0-9]{2,3}")
# What Excel makes of a number shown with thousands separators: one number, or two of them?
_GROUPED: Final = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?%?")
_ERROR: Final = re.compile(r"#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")


def read_csv_sheet(path: Path, content: bytes) -> Sheet:
    """``content`` as UTF-8 (with or without mark) or GB18030, cells parted by commas.

    ``path`` is the name in messages. Raises ``InputError`` and ``TooMuch``.
    """
    widths: dict[int, int] = {}
    rows = bounded(_rows(path, _decoded(path, content), widths))
    return Sheet(rows, marks=_marks(rows), separator=_SEPARATOR, widths=widths)


def text_mark(text: str) -> Mark | None:
    """What a text cell is that only looks like text."""
    text = text.strip()
    if text.startswith("#") and _ERROR.fullmatch(text):
        return Mark.ERROR
    return Mark.GROUPED if "," in text and _GROUPED.fullmatch(text) else None


def _decoded(path: Path, content: bytes) -> str:
    if b"\0" in content:  # UTF-16 of plain digits decodes as anything
        fail("PE5004", file=path)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        fail("PE5004", file=path)


def _rows(path: Path, text: str, widths: dict[int, int]) -> Iterator[RawRow]:
    """The rows; ``widths`` learns how many cells each has."""
    # strict: an unbalanced quote is an error instead of swallowing the rest of the file
    reader = csv.reader(StringIO(text, newline=""), delimiter=_SEPARATOR, strict=True)
    line = 1
    try:
        for cells in reader:
            widths[line] = len(cells)
            yield RawRow(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):  # an unbalanced quote swallows the rest of the file as well
            limit = csv.field_size_limit()
            reason = (
                f"第 {line} 行有一格超过 {limit} 字",
                f"row {line} has a cell of more than {limit} characters",
            )
            raise TooMuch(*reason) from None
        fail("PE5005", file=path, line=line)


def _marks(rows: tuple[RawRow, ...]) -> dict[Cell, Mark]:
    found: dict[Cell, Mark] = {}
    for row in rows:
        for column, cell in enumerate(row.cells):
            mark = _mark(cell.strip()) if cell else None
            if mark is not None:
                found[row.line, column] = mark
    return found


def _mark(text: str) -> Mark | None:
    return Mark.LOSSY if "E+" in text and _SCIENTIFIC.fullmatch(text) else text_mark(text)
