"""What stands in the sheets: the same for a rule file laid out and for a workbook that came back."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.tables.model import column_letter

COMMENT = "#"  # in the first column: the row is a comment line of the file


@dataclass(frozen=True, order=True)
class Place:
    """A cell; ``row`` counts from 1, ``column`` from 0."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.sheet}!{column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class Cell:
    """``typed``: the workbook holds a number, a date or a yes/no, not a text."""

    text: str
    place: Place | None = None
    typed: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class KeyRow:
    """A line of the upper part of a sheet: a key of the entry and its value, or a comment line."""

    key: Cell
    value: Cell
    note: Cell


@dataclass(frozen=True)
class Content:
    """A sheet. ``name``, ``keys`` and ``caption`` only where it shows an entry with its table."""

    sheet: str
    header: Row
    rows: tuple[Row, ...]
    name: KeyRow | None = None
    keys: tuple[KeyRow, ...] = ()
    caption: Cell | None = None  # the comment behind the key of the table


@dataclass(frozen=True)
class Book:
    """All sheets, and the lines of 原文: lines of the file and the markers of the sheets."""

    sheets: tuple[Content, ...]
    lines: Row

    def sheet(self, name: str) -> Content | None:
        return next((s for s in self.sheets if s.sheet == name), None)
