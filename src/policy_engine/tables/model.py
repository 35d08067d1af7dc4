"""A table as somebody wrote it: text cells with the place they stand at, nothing interpreted."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class RawRow:
    """One data row.

    ``line`` is what people see: the physical line a csv record starts on, the Excel row number, or the
    Parquet row number, each from 1. ``cells`` has one entry per header column; blank is None. ``lossy`` holds
    the indices of cells whose file keeps fewer digits than were typed (a number of more than 15 digits in
    Excel, or a number that Excel saved to csv as ``1.3E+21``): such a cell can never be an identifier.
    """

    line: int
    cells: tuple[str | None, ...]
    lossy: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RawTable:
    """A header and its rows.

    ``name`` is the file stem or sheet name; ``source`` the path shown to people, with the sheet
    (``a/b.xlsx[用户]``); ``header_line`` is 0 for Parquet, which names its columns in a schema; ``notes``
    are warnings about what was passed over on the way.
    """

    name: str
    source: str
    header_line: int
    header: tuple[str, ...]
    rows: tuple[RawRow, ...]
    notes: tuple[Diagnostic, ...] = ()


def column_letter(index: int) -> str:
    """The letters Excel shows for a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
