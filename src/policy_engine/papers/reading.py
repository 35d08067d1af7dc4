"""Bounded reads from an open file."""

from __future__ import annotations

import os


def read_at(handle: int, offset: int, length: int) -> bytes:
    """Up to ``length`` bytes from ``offset``; fewer at the end of the file. Raises ``OSError``."""
    os.lseek(handle, offset, os.SEEK_SET)
    pieces = []
    while length > 0 and (piece := os.read(handle, length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
