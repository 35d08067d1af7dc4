"""The cells of one sheet of an edited workbook: texts as typed, and what cannot be taken as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Final

from policy_engine.diagnostics.catalog import Text
from policy_engine.tables.number_format import NumberKind
from policy_engine.tables.xlsx_package import BrokenWorkbook
from policy_engine.tables.xlsx_sheet import SheetReader, column_index
from policy_engine.tables.xlsx_workbook import Workbook
from policy_engine.workbook.content import Cell, Place

MAX_ROWS: Final = 50_000  # the last row that may hold anything
MAX_COLUMNS: Final = 300
MAX_MERGED: Final = 2_000
_RANGE: Final = re.compile(r"\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?([0-9]+)")
_FORMULA = Text("里面是公式", "it holds a formula")
_ERROR = Text("里面是错误值", "it holds an error value")
_LOSSY = Text("数的位数太多，Excel 已经改了它", "the number has more digits than Excel keeps")
_MERGED = Text("跨栏合并的单元格分不清是哪一栏的", "cells merged across columns belong to no one column")


@dataclass(frozen=True)
class Sheet:
    """``rows``: (row number from 1, cells from column A), without blank rows. ``bad`` cells, and why."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    bad: tuple[tuple[Place, Text], ...]

    def cell(self, row: int, column: int) -> Cell:
        """Blank where nothing stands."""
        found = next((cells for number, cells in self.rows if number == row), ())
        return found[column] if column < len(found) else Cell("", Place(self.name, row, column))


class _Reader(SheetReader):
    """Notes beside the text of each cell how it was held."""

    def __init__(self, stream: IO[bytes], book: Workbook) -> None:
        super().__init__(stream, book)
        self.typed: set[tuple[int, int]] = set()
        self.bad: list[tuple[int, int, Text]] = []

    def _value(self, raw: str) -> str:
        text = super()._value(raw)
        place = (self._line, self._column)
        if self._formula:
            self.bad.append((*place, _FORMULA))
        elif self._type == "e":
            self.bad.append((*place, _ERROR))
        elif self._column in self._lossy:
            self.bad.append((*place, _LOSSY))
        if self._type in ("n", "b", "d"):
            self.typed.add(place)
        percent = self._type == "n" and self._kind(self._style or "") is NumberKind.PERCENT
        return _percent(text) if percent else text


def _percent(text: str) -> str:
    """``0.05`` of a cell that shows per cent → ``5%``."""
    return format((Decimal(text) * 100).normalize(), "f") + "%"


def read_sheet(stream: IO[bytes], name: str, book: Workbook) -> Sheet:
    """Raises ``BrokenWorkbook`` for a sheet that is broken or too big."""
    reader = _Reader(stream, book)
    rows: dict[int, list[Cell]] = {}
    for row in reader:
        if not any(cell and not cell.isspace() for cell in row.cells):
            continue
        if len(row.cells) > MAX_COLUMNS or row.line > MAX_ROWS:
            raise BrokenWorkbook(f"工作表“{name}”太大", f"sheet “{name}” is too big")
        rows[row.line] = [
            Cell(text or "", Place(name, row.line, i), (row.line, i) in reader.typed)
            for i, text in enumerate(row.cells)
        ]
    bad = [(Place(name, line, column), why) for line, column, why in reader.bad]
    bad += [(_place(name, where), _FORMULA) for where in reader.uncached]
    if len(reader.merged) > MAX_MERGED:
        raise BrokenWorkbook(f"工作表“{name}”合并的单元格太多", f"sheet “{name}” merges too many cells")
    for merged in reader.merged:
        bad += _unmerge(name, rows, merged)
    return Sheet(name, tuple((line, tuple(cells)) for line, cells in sorted(rows.items())), tuple(bad))


def _place(sheet: str, reference: str) -> Place:
    letters = reference.rstrip("0123456789")
    return Place(sheet, int(reference[len(letters) :]), column_index(letters))


def _unmerge(name: str, rows: dict[int, list[Cell]], merged: str) -> list[tuple[Place, Text]]:
    """A value merged over several rows stands in each of them; over several columns it cannot be placed."""
    found = _RANGE.fullmatch(merged)
    if not found:
        return []
    left, right = column_index(found[1]), column_index(found[3])
    top, bottom = int(found[2]), int(found[4])
    first = next((c for c in rows.get(top, []) if c.place and c.place.column == left), None)
    if first is None or not first.text:
        return []
    if right > left:
        return [(Place(name, top, left), _MERGED)]
    for line in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
        cells = rows.get(line)
        if cells is None:
            continue
        cells += [Cell("", Place(name, line, i)) for i in range(len(cells), left + 1)]
        cells[left] = Cell(first.text, Place(name, line, left), first.typed)
    return []
