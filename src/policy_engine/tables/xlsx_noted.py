"""A worksheet as a sheet: every cell as exact text, and a note of each that nobody wrote as it reads."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import IO, Final

from policy_engine.tables.csv_sheet import text_mark
from policy_engine.tables.limits import RULE_TABLE_COLUMNS, RULE_TABLE_UNPACKED_BYTES
from policy_engine.tables.model import RawRow
from policy_engine.tables.number_format import NumberKind
from policy_engine.tables.problems import fail
from policy_engine.tables.sheet import Cell, Mark, NoSuchSheet, Sheet, bounded
from policy_engine.tables.xlsx_package import Attributes, open_package
from policy_engine.tables.xlsx_sheet import SheetReader, index_of
from policy_engine.tables.xlsx_workbook import SheetEntry, Workbook, read_workbook

_YES: Final = frozenset({"1", "true"})


def read_xlsx_sheet(
    path: Path, content: bytes, sheet: str | None, truth: tuple[str, str] = ("是", "否")
) -> tuple[str, bool, Sheet]:
    """A sheet by its name (without one, the only visible one), the name, and whether the sheet is hidden.

    ``path`` is the name in messages; ``truth`` how yes and no are written. A percentage reads ``5%``, a date
    ``2018-06-01``. Raises ``InputError``, ``NoSuchSheet`` and ``TooMuch``.
    """
    with open_package(path, content, RULE_TABLE_UNPACKED_BYTES) as package:
        if package.has_macros:
            fail("PE5002", file=path, suffix=".xlsm")
        workbook = read_workbook(package)
        entry = _chosen(workbook, sheet)
        with package.open(entry.part) as stream:
            reader = _NotedReader(stream, workbook, truth)
            rows = _without_gaps(bounded(reader))
        marks = {**reader.marks, **_lossy(rows), **_formulas(reader.formulas)}
        columns = tuple(reader.hidden_columns)
        hidden = frozenset(reader.hidden_rows)
        return entry.name, entry.hidden, Sheet(rows, marks, tuple(reader.merged), hidden, columns)


def _chosen(workbook: Workbook, sheet: str | None) -> SheetEntry:
    if sheet is None:
        found = [entry for entry in workbook.sheets if not entry.hidden]
    else:
        found = [entry for entry in workbook.sheets if entry.name.strip() == sheet.strip()]
    if len(found) != 1:
        raise NoSuchSheet(tuple(entry.name for entry in workbook.sheets))
    return found[0]


def _without_gaps(rows: tuple[RawRow, ...]) -> tuple[RawRow, ...]:
    """A row that was never touched is not in the file at all."""
    by_line = {row.line: row for row in rows}
    lines = range(rows[0].line, rows[-1].line + 1) if rows else range(0)
    return tuple(by_line.get(line) or RawRow(line, ()) for line in lines)


def _lossy(rows: tuple[RawRow, ...]) -> dict[Cell, Mark]:
    return {(row.line, column): Mark.LOSSY for row in rows for column in row.lossy}


def _formulas(cells: list[Cell]) -> dict[Cell, Mark]:
    return dict.fromkeys(cells, Mark.FORMULA)


class _NotedReader(SheetReader):
    """Iterate over it once; then its lists are complete."""

    def __init__(self, stream: IO[bytes], workbook: Workbook, truth: tuple[str, str]) -> None:
        super().__init__(stream, workbook)
        self.marks: dict[Cell, Mark] = {}
        self.formulas: list[Cell] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._truth = truth

    def _start(self, element: str, attributes: Attributes) -> None:
        super()._start(element, attributes)
        name = self._names[element]
        if name == "f":
            self.formulas.append((self._line, self._column))
        elif name == "row" and attributes.get("hidden") in _YES:
            self.hidden_rows.append(self._line)
        elif name == "col" and attributes.get("hidden") in _YES:
            first, last = index_of(attributes.get("min", "")), index_of(attributes.get("max", ""))
            if first is not None and last is not None and len(self.hidden_columns) < RULE_TABLE_COLUMNS:
                self.hidden_columns.append((first - 1, last - 1))

    def _value(self, raw: str) -> str:
        if self._type == "b":
            return self._truth[0 if raw.strip() in _YES else 1]
        text = super()._value(raw)
        mark = Mark.ERROR if self._type == "e" else None
        if mark is None and self._type != "n":
            mark = text_mark(text)
        if mark is not None:
            self.marks[self._line, self._column] = mark
        return text

    def _number(self, raw: str) -> str:
        text = super()._number(raw)
        style = index_of(self._style or "")
        if style is None or style >= len(self._book.kinds):
            return text
        kind, shown = self._book.kinds[style], self._book.shown[style]
        if kind is NumberKind.PERCENT:
            text = _percent(text)
        if shown is not None and kind in (NumberKind.NUMBER, NumberKind.PERCENT) and _places(text) > shown:
            self.marks[self._line, self._column] = Mark.ROUNDED
        return text


def _percent(text: str) -> str:
    """0.05 → 5%: exact, for it only moves the point."""
    shifted = format(Decimal(text).scaleb(2), "f")
    return (shifted.rstrip("0").rstrip(".") if "." in shifted else shifted) + "%"


def _places(text: str) -> int:
    return len(text.rstrip("%").partition(".")[2])
