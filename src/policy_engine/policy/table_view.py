"""A sheet as text that diagnostics can show: row n stands on line n, and every cell knows its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.span import Fragment, Source, Span
from policy_engine.rulefile.characters import tidy
from policy_engine.tables.model import column_letter
from policy_engine.tables.sheet import Cell, Sheet

_BETWEEN = " | "


@dataclass(frozen=True)
class SheetSource(Source):
    """A sheet of the workbook ``file``; ``starts`` are the offset at which each cell begins and its column."""

    file: str = ""
    starts: tuple[tuple[int, int], ...] = ()

    def where(self, offset: int) -> str:
        """With the name the cell has in a spreadsheet: ``表.xlsx［费率］:5:3 (B5)``."""
        index = bisect_right(self.starts, offset, key=lambda start: start[0]) - 1
        line = self.position(offset)[0]
        if index < 0 or self.position(self.starts[index][0])[0] != line:
            return super().where(offset)
        return f"{super().where(offset)} ({column_letter(self.starts[index][1])}{line})"


@dataclass(frozen=True)
class View:
    """The source of a sheet, and its cells (from the first to the last of each row) as fragments of it."""

    source: Source
    cells: Mapping[Cell, Fragment]
    lines: Mapping[int, int]  # line → the offset of its start

    def cell(self, line: int, column: int) -> Fragment:
        """A cell; where the row has none, an empty one at the start of the line."""
        found = self.cells.get((line, column))
        at = self.lines.get(line, len(self.source.text))
        return found if found is not None else Fragment("", self.source, (at,))

    def line(self, line: int) -> Span:
        """A whole line of the sheet; what lies beyond is the end of the text."""
        start = self.lines.get(line, len(self.source.text))
        end = self.source.text.find("\n", start)
        return Span(self.source, start, end if end >= 0 else len(self.source.text))


def file_of(source: Source) -> str:
    """The name of the file a source was read from: without the sheet."""
    return source.file if isinstance(source, SheetSource) else source.name


def view(sheet: Sheet, file: str, name: str | None) -> View:
    """The text of a sheet. ``file`` is the name of the file, ``name`` that of the sheet, None for a csv."""
    between = sheet.separator or _BETWEEN
    pieces: list[str] = []
    places: dict[Cell, tuple[str, tuple[int, ...]]] = {}
    lines: dict[int, int] = {}
    length = 0
    line = 1
    width = max((len(row.cells) for row in sheet.rows), default=0)
    for row in sheet.rows:
        pieces.append("\n" * (row.line - line))
        length += row.line - line
        line = row.line
        lines[line] = length
        # A workbook keeps no cells behind the last one; a csv is shown as it is.
        cells = (
            row.cells
            if sheet.separator or not row.cells
            else (*row.cells, *[None] * (width - len(row.cells)))
        )
        for column, cell in enumerate(cells):
            if column:
                pieces.append(between)
                length += len(between)
            shown, text, offsets = _shown(cell or "", sheet.separator)
            places[line, column] = (text, tuple(length + offset for offset in offsets))
            pieces.append(shown)
            length += len(shown)
    source = _source("".join(pieces), file, name, places)
    cells_found = {cell: Fragment(text, source, offsets).strip() for cell, (text, offsets) in places.items()}
    return View(source, cells_found, lines)


def _source(
    text: str, file: str, name: str | None, places: Mapping[Cell, tuple[str, tuple[int, ...]]]
) -> Source:
    if name is None:
        return Source(file, text)
    starts = tuple((offsets[0], column) for (_, column), (_, offsets) in places.items())
    return SheetSource(f"{file}［{name}］", text, file, starts)


def _shown(cell: str, separator: str | None) -> tuple[str, str, tuple[int, ...]]:
    """How a cell is shown, its text, and where in the former each character of the latter stands.

    The characters of the text stay side by side, for expressions are shown as their source reads: a cell of a csv
    gets its outer quotes, but those inside are not doubled.
    """
    text = tidy(cell) if separator else tidy(cell).strip()
    quote = '"' if separator and (separator in cell or '"' in cell or "\n" in cell) else ""
    return f"{quote}{text}{quote}", text, tuple(range(len(quote), len(quote) + len(text) + 1))
