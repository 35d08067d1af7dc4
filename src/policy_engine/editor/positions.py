"""Places as the Language Server Protocol counts them: lines, and code units of the encoding agreed upon.

LSP 3.17, "Position": a line ends with ``\\n``, ``\\r\\n`` or ``\\r`` and with nothing else; a column counts UTF-16 code
units unless both sides agreed on UTF-8 or UTF-32. Offsets are Python's: code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

Encoding = str  # "utf-8", "utf-16" or "utf-32"
Place = tuple[int, int]  # line and column, both from 0, the column in code units
_LINE_END = re.compile(r"\r\n|\n|\r")


def units(text: str, encoding: Encoding) -> int:
    """How many code units a text has."""
    if encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(ch > "\uffff" for ch in text)


@dataclass(frozen=True)
class Lines:
    """A text by its lines."""

    text: str
    encoding: Encoding = "utf-16"

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return (0, *(found.end() for found in _LINE_END.finditer(self.text)))

    def line(self, number: int) -> str:
        """A line without its end; blank beyond the text."""
        if not 0 <= number < len(self.starts):
            return ""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def offset(self, place: Place) -> int:
        """The offset of a place; beyond the end of a line or text, that end."""
        number, column = place
        if number < 0:
            return 0
        if number >= len(self.starts):
            return len(self.text)
        line = self.line(number)
        if self.encoding == "utf-32" or (line.isascii()):
            return self.starts[number] + min(max(column, 0), len(line))
        count = 0
        for index, ch in enumerate(line):
            if count >= column:
                return self.starts[number] + index
            count += units(ch, self.encoding)
        return self.starts[number] + len(line)

    def place(self, offset: int) -> Place:
        """The place of an offset."""
        offset = min(max(offset, 0), len(self.text))
        number = bisect_right(self.starts, offset) - 1
        return number, units(self.text[self.starts[number] : offset], self.encoding)


def replaced(lines: Lines, start: Place, end: Place, text: str) -> str:
    """The text with a range replaced; a range that is upside down counts from its smaller end."""
    first, last = sorted((lines.offset(start), lines.offset(end)))
    return lines.text[:first] + text + lines.text[last:]
