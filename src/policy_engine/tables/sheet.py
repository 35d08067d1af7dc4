"""One sheet of a workbook, or one csv file, exactly as it stands: what the tables of rule files are read from.

Nothing is guessed and nothing passed over: which row is the header, and what a formula or a blank row means,
is for the reader of the rule file to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from policy_engine.tables.limits import (
    RULE_TABLE_CELLS,
    RULE_TABLE_CHARS,
    RULE_TABLE_COLUMNS,
    RULE_TABLE_ROWS,
)
from policy_engine.tables.model import RawRow

Cell = tuple[int, int]  # the line from 1, the column from 0


class Mark(Enum):
    """Why the text of a cell is not what somebody wrote there."""

    FORMULA = "formula"
    ERROR = "error"  # #DIV/0! and the like
    GROUPED = "grouped"  # 1,234 as text: a number, or two of them
    LOSSY = "lossy"  # a number of more digits than its file keeps
    ROUNDED = "rounded"  # a number that is shown with fewer decimal places than it has


@dataclass(frozen=True)
class Sheet:
    """``rows`` go without a gap from the first row that holds something to the last; blank rows have no cells.

    ``merged`` are ranges (``A3:A5``); ``hidden_rows`` lines; ``hidden_columns`` ranges of columns from 0, ends
    included. ``separator`` is what parts the cells of a csv, and ``widths`` how many cells each of its lines
    parts; a workbook has neither.
    """

    rows: tuple[RawRow, ...]
    marks: Mapping[Cell, Mark] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    separator: str | None = None
    widths: Mapping[int, int] = field(default_factory=dict)


class NoSuchSheet(Exception):
    """The sheet that was asked for is not there, or it is unclear which is meant; ``names`` are those there."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__("、".join(names))


class TooMuch(Exception):
    """A sheet holds more than a table of rules may."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(zh)


def bounded(rows: Iterable[RawRow]) -> tuple[RawRow, ...]:
    """The rows, blank cells as None, without the blank rows around them. Raises ``TooMuch``."""
    found: list[RawRow] = []
    chars = widest = 0
    for row in rows:
        cells = tuple(cell if cell and not cell.isspace() else None for cell in row.cells)
        width = max((i for i, cell in enumerate(cells, start=1) if cell), default=0)
        chars += sum(len(cell) for cell in cells if cell)
        widest = max(widest, width)
        if width and row.line > RULE_TABLE_ROWS:
            raise TooMuch(f"超过 {RULE_TABLE_ROWS} 行", f"more than {RULE_TABLE_ROWS} rows")
        if width > RULE_TABLE_COLUMNS:
            raise TooMuch(f"超过 {RULE_TABLE_COLUMNS} 栏", f"more than {RULE_TABLE_COLUMNS} columns")
        if chars > RULE_TABLE_CHARS:
            raise TooMuch(f"超过 {RULE_TABLE_CHARS} 字", f"more than {RULE_TABLE_CHARS} characters")
        if width or (found and row.line <= RULE_TABLE_ROWS):
            found.append(RawRow(row.line, cells[:width], row.lossy))
        if len(found) * widest > RULE_TABLE_CELLS:
            raise TooMuch(f"超过 {RULE_TABLE_CELLS} 格", f"more than {RULE_TABLE_CELLS} cells")
    while found and not found[-1].cells:
        found.pop()
    return tuple(found)
