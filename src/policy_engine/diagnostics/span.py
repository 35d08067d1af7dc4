"""Where something stands in a file: sources, spans, and fragments of a source with an offset map."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """A text that was read, under the name people know it by (usually a path)."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        starts.extend(i + 1 for i, ch in enumerate(self.text) if ch == "\n")
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in characters) of an offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def where(self, offset: int) -> str:
        """``name:line:column``, as people find it."""
        line, column = self.position(offset)
        return f"{self.name}:{line}:{column}"

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its line end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True)
class Span:
    """A half-open range of characters of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(self.source, self.start, max(self.end, other.end))

    def __str__(self) -> str:
        return self.source.where(self.start)

    def __repr__(self) -> str:
        return f"Span({self})"


@dataclass(frozen=True)
class Fragment:
    """A piece of text (a cell, an expression) that knows where each of its characters stands in a file.

    ``offsets`` has one entry per character of ``text`` and one for its end.
    """

    text: str
    source: Source
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str, name: str = "<表达式>") -> Fragment:
        """A fragment that is a whole source of its own (expressions given through the API, tests)."""
        return cls(text, Source(name, text), tuple(range(len(text) + 1)))

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The span in the file of ``text[start:end]``."""
        stop = len(self.text) if end is None else end
        first = self.offsets[start]
        last = self.offsets[stop - 1] + 1 if stop > start else first
        return Span(self.source, first, last)

    def slice(self, start: int, end: int) -> Fragment:
        return Fragment(self.text[start:end], self.source, self.offsets[start : end + 1])

    def strip(self) -> Fragment:
        left = len(self.text) - len(self.text.lstrip())
        return self.slice(left, max(left, len(self.text.rstrip())))

    def __str__(self) -> str:
        return self.text
