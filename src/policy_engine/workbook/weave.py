"""A text put together from pieces that know which cell they come from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_engine.workbook.content import Cell, Place


class Entangled(Exception):
    """Two changes of one place."""


@dataclass(frozen=True)
class Piece:
    text: str
    place: Place | None = None


@dataclass(frozen=True)
class Patch:
    """Puts ``pieces`` in the place of ``start:end`` of a text."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


def kept(start: int, end: int, text: str, cell: Cell | None) -> Patch:
    """What stands there stays, and is known to be shown in a cell."""
    return Patch(start, end, (Piece(text[start:end], cell.place if cell else None),))


def patched(text: str, start: int, end: int, patches: Iterable[Patch]) -> list[Piece]:
    """``start:end`` of a text with patches made; ``Entangled`` when they overlap."""
    pieces: list[Piece] = []
    at = start
    for patch in sorted(patches, key=lambda p: (p.start, p.end)):
        if not at <= patch.start <= patch.end <= end:
            raise Entangled
        pieces += [Piece(text[at : patch.start]), *patch.pieces]
        at = patch.end
    return [*pieces, Piece(text[at:end])]


@dataclass(frozen=True)
class Woven:
    """``marks``: (start, end, place) of what stands in cells, in the order of the text."""

    text: str
    marks: tuple[tuple[int, int, Place], ...]

    def place_at(self, offset: int) -> tuple[Place, int, int] | None:
        """The cell an offset belongs to with its range: the one around it, else the nearest before or after."""
        if not self.marks:
            return None
        index = bisect_right([start for start, _, _ in self.marks], offset) - 1
        start, end, place = self.marks[max(index, 0)]
        return place, start, end


def woven(pieces: Sequence[Piece]) -> Woven:
    marks: list[tuple[int, int, Place]] = []
    at = 0
    for piece in pieces:
        if piece.place is not None:
            marks.append((at, at + len(piece.text), piece.place))
        at += len(piece.text)
    return Woven("".join(piece.text for piece in pieces), tuple(marks))
