"""OFD, DOCX and XLSX are ZIP archives, told apart by the names in their directory. Nothing is decompressed.

Sources: PKWARE APPNOTE 6.3 §4.3.12, §4.3.16; GB/T 33190 §6 (OFD.xml at the root); ECMA-376 part 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.papers.problems import Problem
from policy_engine.papers.reading import read_at

_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_MOST_BYTES = 4 * 1024 * 1024  # of the directory
_MOST_ENTRIES = 20_000
_GROWTH = 100
_GROWN = 1024 * 1024 * 1024


class _Broken(Exception):
    """The directory is not where or what it must be."""


@dataclass(frozen=True)
class _Member:
    name: str
    packed: int
    unpacked: int


def archive_kind(handle: int, size: int) -> tuple[str | None, Problem | None]:
    """ "OFD", "DOCX", "XLSX" or None (any other archive), and what is wrong with it. Raises ``OSError``."""
    try:
        members = tuple(_members(_directory(handle, size)))
    except _Broken:
        return None, Problem.BROKEN
    packed = sum(m.packed for m in members)
    unpacked = sum(m.unpacked for m in members)
    grows = unpacked > _GROWN or (unpacked > _GROWTH * 1024 * 1024 and unpacked > _GROWTH * packed)
    return _kind({m.name for m in members}), Problem.EXPANDS if grows else None


def _kind(names: set[str]) -> str | None:
    if "OFD.xml" in names:
        return "OFD"
    if "[Content_Types].xml" not in names or any(n.endswith("vbaProject.bin") for n in names):
        return None  # with macros it is another format
    if any(n.startswith("word/document") and n.endswith(".xml") for n in names):
        return "DOCX"
    return "XLSX" if "xl/workbook.xml" in names else None


def _directory(handle: int, size: int) -> bytes:
    start = max(0, size - 0xFFFF - _END.size)
    tail = read_at(handle, start, size - start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise _Broken
    _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, at)
    if count > _MOST_ENTRIES or length > _MOST_BYTES or offset + length > start + at:
        raise _Broken  # also ZIP64, which no document of these formats needs
    return read_at(handle, offset, length)


def _members(directory: bytes) -> Iterator[_Member]:
    at = 0
    while at + _ENTRY.size <= len(directory):
        fields = _ENTRY.unpack_from(directory, at)
        if fields[0] != b"PK\x01\x02":
            raise _Broken
        packed, unpacked, named, extra, comment = fields[8], fields[9], fields[10], fields[11], fields[12]
        name = directory[at + _ENTRY.size : at + _ENTRY.size + named]
        yield _Member(name.decode("utf-8", "replace").lstrip("/"), packed, unpacked)
        at += _ENTRY.size + named + extra + comment
    if at != len(directory) or at == 0:
        raise _Broken
