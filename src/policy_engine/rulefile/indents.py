"""Where each line of a rule file is to begin: two blanks deeper than what it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.rulefile.nodes import Mapping, Node, Scalar, Sequence
from policy_engine.rulefile.text_lines import Lines, end_of

STEP = 2
_BLOCK = ("|", ">")
_EXPLICIT = re.compile(r"[|>][+-]?[1-9]")


@dataclass(frozen=True)
class Placed:
    """``old`` is the column of the line, ``new`` the one it is to have; ``kind`` is entry, more or block."""

    kind: str
    old: int
    new: int

    @property
    def shift(self) -> int:
        return self.new - self.old


@dataclass(frozen=True)
class Block:
    """The content of a block scalar: whole lines ``first`` to ``last``, and where its rows would begin."""

    node: Scalar
    key: str
    first: int
    last: int
    new: int


class Indents:
    """Lines are numbered from 1; those not in ``lines`` are blank or comments."""

    def __init__(self, lines: Lines, root: Node) -> None:
        self.lines: dict[int, Placed] = {}
        self.blocks: list[Block] = []
        self._lines = lines
        self._collection(root, 0)

    def _collection(self, node: Node, column: int) -> None:
        if isinstance(node, Mapping) and not node.flow:
            for entry in node.entries:
                start = entry.key.span.start
                self._line(start, self._column(start), column)
                self._value(entry.value, start, column, entry.key.text)
        elif isinstance(node, Sequence) and not node.flow:
            self._items(node, column)
        else:
            start = node.span.start
            self._line(start, self._column(start), column)
            self._more(node, start, column)

    def _items(self, node: Sequence, column: int) -> None:
        old = self._column(node.span.start)
        for item in node.items:
            dash = self._dash(item.span.start, old)
            self._line(dash, old, column)
            at = item.span.start
            same_line = self._lines.number(at) == self._lines.number(dash)
            inner = column + (self._column(at) - old if same_line else STEP)
            if _is_block(item):
                self._collection(item, inner)
            elif same_line:
                self._more(item, dash, column)
            else:
                self._line(at, self._column(at), inner)
                self._more(item, at, inner)

    def _value(self, node: Node, key: int, column: int, name: str) -> None:
        if _is_block(node):
            self._collection(node, column + STEP)
            return
        at = node.span.start
        if isinstance(node, Scalar) and node.is_blank:
            return
        if self._lines.number(at) != self._lines.number(key):
            self._line(at, self._column(at), column + STEP)
        self._more(node, at, column, name)

    def _more(self, node: Node, at: int, column: int, name: str = "") -> None:
        """The lines a value goes on over."""
        first, last = self._lines.number(at) + 1, self._lines.number(max(end_of(node) - 1, at))
        if isinstance(node, Scalar) and node.style in _BLOCK:
            first = self._lines.number(node.span.start) + 1
            if node.fragment.text.strip():
                self._block(node, first, last, column, name)
            return
        shift = self.lines[first - 1].shift if first - 1 in self.lines else 0
        for number in range(first, last + 1):
            old = self._depth(number)
            self.lines[number] = Placed("more", old, max(old + shift, column + 1))

    def _block(self, node: Scalar, first: int, last: int, column: int, name: str) -> None:
        start = self._lines.first_of(first)
        text = self._lines.text[node.span.start : start]
        depths = [
            self._depth(n)
            for n in range(first, last + 1)
            if not self._lines.is_blank(self._lines.first_of(n))
        ]
        explicit = _EXPLICIT.match(text)
        head = self.lines.get(first - 1)
        shift = (head.shift if head else 0) if explicit else column + STEP - depths[0]
        self.blocks.append(Block(node, name, first, last, column + STEP))
        for number in range(first, last + 1):
            old = self._depth(number)
            self.lines[number] = Placed("block", old, max(old + shift, 0))

    def _line(self, at: int, old: int, new: int) -> None:
        """The first entry of a line decides on it."""
        self.lines.setdefault(self._lines.number(at), Placed("entry", old, new))

    def _dash(self, item: int, column: int) -> int:
        """The ``-`` of an item, which may stand on a line above."""
        at = self._lines.start(item)
        while (
            self._lines.text[at : at + column].strip()
            or self._lines.text[at + column : at + column + 1] != "-"
        ):
            at = self._lines.start(at - 1)
        return at + column

    def _column(self, at: int) -> int:
        return at - self._lines.start(at)

    def _depth(self, number: int) -> int:
        start = self._lines.first_of(number)
        line = self._lines.text[start : self._lines.stop(start)]
        return len(line) - len(line.lstrip(" "))


def _is_block(node: Node) -> bool:
    return not isinstance(node, Scalar) and not node.flow
