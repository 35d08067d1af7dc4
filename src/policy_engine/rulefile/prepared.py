"""The text handed to the YAML scanner, and where each of its characters stands in the file.

It differs from the file where people typed something YAML does not take: a full-width colon after a key,
Windows line ends, a tab. Positions told to people are always those of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.span import Fragment, Source, Span


@dataclass(frozen=True, order=True)
class Edit:
    """Replace ``start:end`` of a text; every new character counts as standing at ``start + shift``."""

    start: int
    end: int
    text: str
    shift: int = 0


@dataclass(frozen=True)
class Prepared:
    """``offsets`` has one entry per character of ``text`` and one for its end; None: text is the file's."""

    source: Source
    text: str
    offsets: tuple[int, ...] | None = None

    def at(self, index: int) -> int:
        """The offset in the file of a character of the prepared text."""
        return index if self.offsets is None else self.offsets[index]

    def span(self, start: int, end: int) -> Span:
        first = self.at(start)
        if end <= start:
            return Span(self.source, first, first)
        return Span(self.source, first, max(first, self.at(end - 1) + 1))

    def fragment(self, text: str, indices: Sequence[int]) -> Fragment:
        """A fragment whose characters stand at ``indices`` of the prepared text (one more for the end)."""
        if self.offsets is None:
            return Fragment(text, self.source, tuple(indices))
        return Fragment(text, self.source, tuple(self.offsets[i] for i in indices))

    def edited(self, edits: Iterable[Edit]) -> Prepared:
        """The text with edits (which must not overlap) made."""
        ordered = sorted(edits)
        if not ordered:
            return self
        before = range(len(self.text) + 1) if self.offsets is None else self.offsets
        pieces: list[str] = []
        offsets: list[int] = []
        position = 0
        for edit in ordered:
            pieces += (self.text[position : edit.start], edit.text)
            offsets.extend(before[position : edit.start])
            place = self.at(min(max(edit.start + edit.shift, 0), len(self.text)))
            offsets.extend([place] * len(edit.text))
            position = edit.end
        pieces.append(self.text[position:])
        offsets.extend(before[position:])
        return Prepared(self.source, "".join(pieces), tuple(offsets))
