"""A bar table in the text: its rows, its cells and how wide its columns are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.render import width
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.bars import read_table
from policy_engine.rulefile.nodes import Scalar
from policy_engine.workbook.lines import Lines, end_of

_BAR = re.compile(r"(?<!\\)[|｜]")


@dataclass(frozen=True)
class BarLine:
    """``start:end`` is the whole line."""

    start: int
    end: int
    cells: tuple[Fragment, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True)
class Bars:
    """``start:end`` are the lines of the table; ``slots`` how many columns wide each column of the header is written."""

    start: int
    end: int
    indent: str
    header: BarLine
    rows: tuple[BarLine, ...]
    slots: tuple[int, ...]
    aligned: bool


def bars_of(node: Scalar, lines: Lines) -> Bars | None:
    """The table in a ``|`` block; None when it cannot be read as one."""
    table = read_table(node, "", Diagnostics())
    if table is None or node.style != "|":
        return None
    found = [_line(cells, lines) for cells in (table.header, *table.rows)]
    start, end = found[0].start, lines.end(end_of(node) - 1)
    first = lines.text[start : found[0].end]
    indent = first[: len(first) - len(first.lstrip())]
    slots = _slots(first)
    if len(slots) != len(table.header):
        return None
    aligned = all(render(indent, line.texts, slots) == _stripped(lines, line) for line in found)
    return Bars(start, end, indent, found[0], tuple(found[1:]), slots, aligned)


def render(indent: str, cells: tuple[str, ...], slots: tuple[int, ...]) -> str:
    """A row in the house's style; a cell wider than its column sticks out."""
    return indent + "|" + "".join(padded(cell, slot) for cell, slot in zip(cells, slots, strict=True))


def padded(cell: str, slot: int) -> str:
    text = escaped(cell)
    return f" {text}{' ' * (slot - width(text))} |"


def escaped(cell: str) -> str:
    return re.sub(r"([|｜])", r"\\\1", cell)


def _line(cells: tuple[Fragment, ...], lines: Lines) -> BarLine:
    at = cells[0].offsets[0]
    return BarLine(lines.start(at), lines.end(at), cells)


def _stripped(lines: Lines, line: BarLine) -> str:
    return lines.text[line.start : line.end].rstrip()


def _slots(line: str) -> tuple[int, ...]:
    """Between two bars: the width without the blank at either side."""
    parts = _BAR.split(line.strip().lstrip("|｜"))
    if not parts[-1].strip():
        parts.pop()
    return tuple(max(width(part) - 2, 0) for part in parts)
