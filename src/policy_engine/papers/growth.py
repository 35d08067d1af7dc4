"""Whether the compressed streams of a file grow to an unreasonable size. Runs in the worker.

The streams are found by their keyword, whatever the structure of the file says, and inflated piece by piece;
what comes out is counted and dropped. A stream inside a stream inside a stream is followed. Only so much is
inflated in all: a bomb behind many honest streams goes unnoticed, which does no harm here, since nothing else
in this package inflates what it does not need.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

_KEYWORD = b"stream"
_PIECE = 16 * 1024
_GIVEN_AT_ONCE = 1024 * 1024
_GROWTH = 200  # blank pages scanned in colour stay below; Deflate itself ends at 1032
_NESTED = 3
_MOST_TAKEN = 8 * 1024 * 1024


class _Meter:
    """Bytes put into and got out of the inflating, over all levels."""

    def __init__(self) -> None:
        self.taken = 0
        self.given = 0


def grows_too_much(data: bytes, most: int) -> bool:
    """Whether the streams of ``data`` together, or one alone, give over ``most`` bytes and 200 times their size."""
    taken = given = 0
    for start in _streams(data):
        meter = _Meter()
        for _ in _unwrapped(_taken(data, start, meter), meter, _NESTED):
            if _too_much(meter.taken, meter.given, most) or _too_much(
                taken + meter.taken, given + meter.given, most
            ):
                return True
            if meter.taken > most // _GROWTH or taken + meter.taken > _MOST_TAKEN:
                break
        taken += meter.taken
        given += meter.given
        if taken > _MOST_TAKEN or given > most:
            return False
    return False


def _streams(data: bytes) -> Iterator[int]:
    """Where the data of each compressed stream begin: after the keyword and one line end."""
    at = data.find(_KEYWORD)
    while at >= 0:
        at += len(_KEYWORD)
        start = at + (2 if data[at : at + 2] == b"\r\n" else 1)
        if _is_zlib(data[start : start + 2]):
            yield start
        at = data.find(_KEYWORD, at)


def _too_much(taken: int, given: int, most: int) -> bool:
    return given > most and given > _GROWTH * taken


def _taken(data: bytes, start: int, meter: _Meter) -> Iterator[bytes]:
    for at in range(start, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        meter.taken += len(piece)
        yield piece


def _unwrapped(pieces: Iterable[bytes], meter: _Meter, levels: int) -> Iterator[bytes]:
    """What comes out of the pieces, inflated again as long as it looks as if it could be."""
    inflated = _inflated(pieces, meter)
    first = next(inflated, b"")
    whole = chain((first,), inflated)
    if levels > 1 and _is_zlib(first[:2]):
        yield from _unwrapped(whole, meter, levels - 1)
    yield from whole  # what was no stream after all still counts


def _inflated(pieces: Iterable[bytes], meter: _Meter) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not inflater.eof:
            try:
                given = inflater.decompress(rest, _GIVEN_AT_ONCE)
            except zlib.error:
                return
            rest = inflater.unconsumed_tail
            meter.given += len(given)
            yield given
        if inflater.eof:
            return


def _is_zlib(head: bytes) -> bool:
    """RFC 1950 §2.2: method 8 and a check over both bytes."""
    return len(head) == 2 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
