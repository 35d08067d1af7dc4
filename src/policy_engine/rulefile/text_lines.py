"""Lines of a rule file, and where its comments stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from policy_engine.rulefile.nodes import Mapping, Node, Scalar

_BLOCK = ("|", ">")
_HASH = re.compile(r"(?:^|(?<=[ \t]))#")


def end_of(node: Node) -> int:
    """Where the content of a node ends, without the comments and blank lines that YAML counts to a block."""
    if isinstance(node, Scalar):
        if node.style in _BLOCK and node.fragment.text.strip():
            text = node.fragment.text.rstrip()
            return node.fragment.offsets[len(text) - 1] + 1
        return node.span.end
    if node.flow:
        return node.span.end
    last = node.entries[-1].value if isinstance(node, Mapping) else node.items[-1]
    return end_of(last)


def _scalars(node: Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, Scalar):
        if node.style in _BLOCK:
            content = [i for i, ch in enumerate(node.fragment.text) if not ch.isspace()]
            if content:
                yield node.fragment.offsets[content[0]], end_of(node)
        elif node.span.end > node.span.start:
            yield node.span.start, node.span.end
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from _scalars(entry.key)
            yield from _scalars(entry.value)
    else:
        for item in node.items:
            yield from _scalars(item)


class Lines:
    """``start``, ``stop`` and ``end`` of the line an offset stands in: with its line end, and without."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._starts = [0, *(i + 1 for i, ch in enumerate(text) if ch == "\n")]
        self._taken = sorted(_scalars(root))
        self._firsts = [start for start, _ in self._taken]

    def start(self, offset: int) -> int:
        return self._starts[bisect_right(self._starts, offset) - 1]

    def first_of(self, number: int) -> int:
        """The start of a line, counted from 1."""
        return self._starts[number - 1]

    def number(self, offset: int) -> int:
        """From 1."""
        return bisect_right(self._starts, offset)

    def end(self, offset: int) -> int:
        """Where the next line begins."""
        index = bisect_right(self._starts, offset)
        return self._starts[index] if index < len(self._starts) else len(self.text)

    def stop(self, offset: int) -> int:
        """Where the line ends, before its line end."""
        start, end = self.start(offset), self.end(offset)
        return start + len(self.text[start:end].rstrip("\r\n"))

    def between(self, start: int, end: int) -> Iterator[int]:
        """The starts of the lines in a range of whole lines."""
        while start < end:
            yield start
            start = self.end(start)

    def comment(self, offset: int) -> tuple[int, int] | None:
        """The ``# …`` of the line an offset stands in."""
        start, stop = self.start(offset), self.stop(offset)
        for found in _HASH.finditer(self.text[start:stop]):
            at = start + found.start()
            index = bisect_right(self._firsts, at) - 1
            if index < 0 or self._taken[index][1] <= at:
                return at, start + len(self.text[start:stop].rstrip())
        return None

    def is_comment(self, offset: int) -> bool:
        """Whether the whole line is a comment."""
        found = self.comment(offset)
        return found is not None and not self.text[self.start(offset) : found[0]].strip()

    def is_blank(self, offset: int) -> bool:
        return not self.text[self.start(offset) : self.stop(offset)].strip()
