"""The one way to write a rule file: plain marks, two blanks a level, aligned tables.

Comments, blank lines, order, quotes and the blanks people put inside a line stay.
"""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.bar_format import aligned_rows
from policy_engine.rulefile.bars import BARS
from policy_engine.rulefile.indents import STEP, Indents, Placed
from policy_engine.rulefile.plain_text import plain_text
from policy_engine.rulefile.shape import is_prose
from policy_engine.rulefile.text_lines import Lines
from policy_engine.rulefile.tree import read_tree


def format_text(source: Source, report: Diagnostics) -> str | None:
    """The formatted text, with the line ends and the byte-order mark of the given one.

    None when the text has errors, which have been reported.
    """
    text = plain_text(source, report)
    if text is None:
        return None
    root = read_tree(Source(source.name, text), Diagnostics())
    assert root is not None, "plain text is read like the text it comes from"
    lines = Lines(text, root)
    written = _Writer(lines, Indents(lines, root)).text()
    line_end = "\r\n" if source.text.count("\r\n") * 2 > source.text.count("\n") else "\n"
    mark = "\ufeff" if source.text.startswith("\ufeff") else ""
    return mark + written.replace("\n", line_end)


class _Writer:
    def __init__(self, lines: Lines, indents: Indents) -> None:
        self._lines, self._indents = lines, indents
        self._rows: dict[int, str] = {}
        self._seen: dict[int, Placed] = {}  # by its old column, the last entry above
        self._above: Placed | None = None
        for block in indents.blocks:
            self._table(block.node.style, block.key, block.first, block.last, block.new)

    def text(self) -> str:
        text = self._lines.text
        count = self._lines.number(len(text)) + (0 if text.endswith("\n") else 1)
        below = self._below(count)
        found = [self._line(number, below[number]) for number in range(1, count)]
        while found and not found[-1] and not self._keeps_end():
            found.pop()
        return "\n".join(found) + "\n"

    def _below(self, count: int) -> list[Placed | None]:
        """For each line what stands next below it."""
        found: list[Placed | None] = [None] * (count + 1)
        for number in range(count - 1, 0, -1):
            found[number - 1] = self._indents.lines.get(number, found[number])
        return found

    def _keeps_end(self) -> bool:
        """A ``|+`` block takes the blank lines behind it."""
        starts = (block.node.span.start for block in self._indents.blocks)
        return any("+" in self._lines.text[start : start + 3] for start in starts)

    def _table(self, style: str, key: str, first: int, last: int, column: int) -> None:
        numbers = [n for n in range(first, last + 1) if self._content(n).strip()]
        rows = [self._content(number).strip() for number in numbers]
        if style != "|" or is_prose(key) or any(row[0] not in BARS for row in rows):
            return
        written = aligned_rows(rows, " " * column)
        if written is not None:
            self._rows.update(zip(numbers, written, strict=True))
            self._rows.update({n: "" for n in range(first, last + 1) if n not in self._rows})

    def _content(self, number: int) -> str:
        start = self._lines.first_of(number)
        return self._lines.text[start : self._lines.stop(start)]

    def _line(self, number: int, below: Placed | None) -> str:
        line = self._content(number)
        placed = self._indents.lines.get(number)
        if placed is not None:
            self._above = placed
            if placed.kind == "entry":
                self._seen[placed.old] = placed
        if number in self._rows:
            return self._rows[number]
        if placed is not None and placed.kind == "block":
            return " " * placed.new + line[placed.old :] if line[placed.old :] else ""
        body = line.strip(" ")
        if not body:
            return ""
        if placed is not None:
            return " " * placed.new + body
        return " " * self._comment(len(line) - len(line.lstrip(" ")), below) + body

    def _comment(self, column: int, below: Placed | None) -> int:
        """A comment goes along with what stands in its column, or else with the line below."""
        same = below if below is not None and below.old == column else self._seen.get(column, below)
        new = max(column + (same.shift if same else 0), 0)
        if self._above is not None and self._above.kind == "block":  # or it would be a part of that
            return min(new, max(self._above.new - STEP, 0))
        return new
