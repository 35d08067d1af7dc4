"""The rows of a bar table written below each other, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_engine.diagnostics.render import width
from policy_engine.rulefile.bar_layout import parts, slots, written

_RULE = re.compile(r":?-{3,}:?")
_LONG = 48  # a last cell wider than this may stick out, rather than pull the bars of all rows along


def aligned_rows(rows: Sequence[str], indent: str) -> list[str] | None:
    """The rows with their columns aligned; None where they have not as many cells as the header.

    A column stays as wide as it is written in the header, where all its cells agree with that.
    """
    cells = [[part.strip() for part in parts(row)] for row in rows]
    if any(len(row) != len(cells[0]) for row in cells) or not cells[0]:
        return None
    before = [slots(row) for row in rows]
    wide = [_slot(cells, before, column) for column in range(len(cells[0]))]
    return [indent + "|" + "".join(_padded(row, wide)) for row in cells]


def _padded(row: Sequence[str], wide: Sequence[int]) -> Iterator[str]:
    is_rule = _is_rule(row)
    for cell, slot in zip(row, wide, strict=True):
        yield written(_stretched(cell, slot) if is_rule else cell, slot)


def _slot(cells: Sequence[Sequence[str]], before: Sequence[Sequence[int]], column: int) -> int:
    last = column == len(cells[0]) - 1
    kept = before[0][column]
    needed, same = width(cells[0][column]), True
    for row, slot in zip(cells, before, strict=True):
        if last and width(row[column]) > _LONG:
            continue
        needed = max(needed, 0 if _is_rule(row) else width(row[column]))
        same = same and slot[column] == kept
    return kept if same and kept >= needed else needed


def _is_rule(row: Sequence[str]) -> bool:
    return all(_RULE.fullmatch(cell) for cell in row)


def _stretched(cell: str, slot: int) -> str:
    """``---`` below a header is as long as its column."""
    colons = cell.count(":")
    return cell.replace(cell.strip(":"), "-" * max(slot - colons, 3))
