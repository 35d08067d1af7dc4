"""Which row is the header, and which of its columns count."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.tables.limits import MAX_COLUMNS
from policy_engine.tables.model import RawRow, column_letter
from policy_engine.tables.problems import brief, problem
from policy_engine.tables.values import normalise_header

IsKnown = Callable[[str], bool]
"""Whether a normalised header is the name of a column."""

_LINE_BREAKS: Final = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True)
class Header:
    """``columns[i]`` is the 0-based place in the file of the column called ``names[i]``."""

    line: int
    names: tuple[str, ...]
    columns: tuple[int, ...]


def known_cells(row: RawRow, known: IsKnown) -> int:
    """How many cells of a row are known headers."""
    return sum(1 for cell in row.cells if cell and known(normalise_header(cell)))


def header_index(rows: Sequence[RawRow], known: IsKnown | None) -> tuple[int, bool]:
    """The index of the header among the first rows (none blank), and whether any column was recognised.

    With ``known``: the row with the most known headers, the first of equals. Otherwise, and if none is known:
    the first row with two cells or more (a title has one), or the first row.
    """
    if known is not None:
        scores = [known_cells(row, known) for row in rows]
        best = max(scores)
        if best:
            return scores.index(best), True
    wide = (i for i, row in enumerate(rows) if sum(cell is not None for cell in row.cells) >= 2)
    return next(wide, 0), known is None


def header_of(row: RawRow) -> Header:
    """The header a row makes; columns with a blank header are left out."""
    columns = tuple(i for i, cell in enumerate(row.cells) if cell is not None)
    names = tuple(_LINE_BREAKS.sub("", row.cells[i] or "").strip() for i in columns)
    return Header(row.line, names, columns)


def header_errors(header: Header, source: str) -> list[Diagnostic]:
    """Too many columns, or two with the same name."""
    if header.columns and header.columns[-1] >= MAX_COLUMNS:
        count = header.columns[-1] + 1
        return [problem("PE5023", source=source, line=header.line, count=count, limit=MAX_COLUMNS)]
    places: dict[str, list[int]] = {}
    for i, name in enumerate(header.names):
        places.setdefault(normalise_header(name), []).append(i)
    return [
        problem(
            "PE5017",
            source=source,
            name=brief(header.names[same[0]]),
            columns="、".join(column_letter(header.columns[i]) for i in same),
        )
        for same in places.values()
        if len(same) > 1
    ]
