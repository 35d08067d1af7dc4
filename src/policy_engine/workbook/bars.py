"""A bar table in the text: its rows, its cells and how wide its columns are written."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.bar_layout import render, slots
from policy_engine.rulefile.bars import read_table
from policy_engine.rulefile.nodes import Scalar
from policy_engine.rulefile.text_lines import Lines, end_of


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
    written = slots(first)
    if len(written) != len(table.header):
        return None
    aligned = all(render(indent, line.texts, written) == _stripped(lines, line) for line in found)
    return Bars(start, end, indent, found[0], tuple(found[1:]), written, aligned)


def _line(cells: tuple[Fragment, ...], lines: Lines) -> BarLine:
    at = cells[0].offsets[0]
    return BarLine(lines.start(at), lines.end(at), cells)


def _stripped(lines: Lines, line: BarLine) -> str:
    return lines.text[line.start : line.end].rstrip()
