"""What a file is by its content: its first bytes and a little structure, read in small bounded pieces.

Nothing is decompressed, and PDFs are only recognised here; ``pdf.py`` looks into them, in a process of its own.
Sources: ISO 32000-2 §7.5.2 (PDF), ITU-T T.81 B.1.1.3 (JPEG), ISO/IEC 15948 §5 (PNG), TIFF 6.0 §2.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from policy_engine.papers.archive import archive_kind
from policy_engine.papers.problems import Problem
from policy_engine.papers.reading import read_at

OTHER = "其他"
_HEAD = 1024  # many readers accept the header of a PDF that far into a file
_TAIL = 64 * 1024


@dataclass(frozen=True)
class Kind:
    """The format, and what is wrong with the file as far as that shows here."""

    format: str
    problem: Problem | None = None


def kind_of(handle: int, size: int) -> Kind:
    """The kind of an open file of ``size`` bytes. Raises ``OSError``."""
    head = read_at(handle, 0, _HEAD)
    kind = _known(handle, size, head)
    if head.find(b"%PDF-") > 0 and not head.startswith(b"PK"):  # an archive may well hold one
        return Kind("PDF" if kind.format == OTHER else kind.format, Problem.PDF_HIDDEN)
    return kind


def _known(handle: int, size: int, head: bytes) -> Kind:
    if head.startswith(b"%PDF-"):
        return Kind("PDF")
    if head.startswith(b"\xff\xd8\xff"):
        return Kind("JPG", None if _is_jpeg(head) else Problem.BROKEN)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind("PNG", None if _is_png(handle, size, head) else Problem.BROKEN)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return Kind("TIFF", None if _is_tiff(size, head) else Problem.BROKEN)
    if head.startswith(b"PK\x03\x04"):
        found, problem = archive_kind(handle, size)
        return Kind(found or OTHER, problem)
    return Kind(OTHER)


def _is_jpeg(head: bytes) -> bool:
    """A segment with a length follows the start of the image."""
    return len(head) > 6 and 0xC0 <= head[3] <= 0xFE and struct.unpack(">H", head[4:6])[0] >= 2


def _is_png(handle: int, size: int, head: bytes) -> bool:
    tail = read_at(handle, max(0, size - _TAIL), _TAIL)
    return head[8:16] == b"\0\0\0\x0dIHDR" and b"\0\0\0\0IEND\xae\x42\x60\x82" in tail


def _is_tiff(size: int, head: bytes) -> bool:
    """The first directory stands inside the file."""
    order = "<" if head.startswith(b"II") else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    if len(head) < (16 if big else 8):
        return False
    (offset,) = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)
    return 8 <= int(offset) <= size - 2
