"""How wide the columns of a bar table are written, where East Asian characters take two columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_engine.diagnostics.render import width

BAR = re.compile(r"(?<!\\)[|｜]")


def render(indent: str, cells: tuple[str, ...], slots: tuple[int, ...]) -> str:
    """A row in the house's style; a cell wider than its column sticks out."""
    return indent + "|" + "".join(padded(cell, slot) for cell, slot in zip(cells, slots, strict=True))


def padded(cell: str, slot: int) -> str:
    return written(escaped(cell), slot)


def written(text: str, slot: int) -> str:
    """A cell whose bars are escaped, with the bar behind it."""
    return f" {text}{' ' * (slot - width(text))} |"


def escaped(cell: str) -> str:
    return re.sub(r"([|｜])", r"\\\1", cell)


def parts(line: str) -> list[str]:
    """What stands between the bars of a row, blanks included; a row need not end with a bar."""
    found = BAR.split(line.strip()[1:])
    if not found[-1].strip():
        found.pop()
    return found


def slots(line: str) -> tuple[int, ...]:
    """Between two bars: the width without the blank at either side."""
    return tuple(max(width(part) - 2, 0) for part in parts(line))


def widest(cells: Sequence[str]) -> int:
    return max((width(cell) for cell in cells), default=0)
