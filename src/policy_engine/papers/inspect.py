"""What the files handed in are, by their content, and why one cannot be used.

    inspect(Path("附件"), ["营业执照.pdf"])[0].format   # "PDF"

Files are only read: nothing in them is executed, decompressed without bound, or fetched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.papers.contents import OTHER, kind_of
from policy_engine.papers.examiner import Examiner
from policy_engine.papers.folder import Folder, too_many
from policy_engine.papers.limits import DEFAULT, MEGABYTE, Limits
from policy_engine.papers.problems import Problem, Unusable
from policy_engine.papers.reading import read_at

_PIECE = MEGABYTE


@dataclass(frozen=True)
class PaperFile:
    """A file as it was found. What could not be found out is None; ``problem`` None: the file can be used."""

    name: str  # as asked for
    found: bool
    format: str | None  # "PDF", "JPG", "PNG", "TIFF", "OFD", "DOCX", "XLSX" or "其他"
    size: int | None  # bytes
    sha256: str | None  # of the content, in hexadecimal
    problem: str | None
    problem_en: str | None


def inspect(directory: Path, names: Sequence[str], *, limits: Limits = DEFAULT) -> tuple[PaperFile, ...]:
    """Look at the files of a folder: one answer for each name, in order. A bad file never raises.

    Raises ``InputError``: PE7080 for more than ``limits.max_files`` names or entries of the folder, PE7081 for a
    folder that cannot be read.
    """
    if len(names) > limits.max_files:
        raise too_many("要查看的文件", "files to look at", limits)
    folder = Folder(directory, limits)
    seen: dict[str, PaperFile] = {}
    with Examiner(limits) as examiner:
        for name in names:
            if name not in seen:
                seen[name] = _paper(folder, name, examiner, limits)
    return tuple(seen[name] for name in names)


def _paper(folder: Folder, name: str, examiner: Examiner, limits: Limits) -> PaperFile:
    try:
        with folder.open(name) as handle:
            return _looked_at(handle, name, examiner, limits)
    except Unusable as reason:
        there = reason.problem in {Problem.UNREADABLE, Problem.LINK, Problem.NOT_REGULAR, Problem.NAME_TWICE}
        return _answer(name, reason.problem, found=there)


def _looked_at(handle: int, name: str, examiner: Examiner, limits: Limits) -> PaperFile:
    size = os.fstat(handle).st_size
    if size > limits.max_bytes:  # decided before a byte is read
        return _answer(name, Problem.TOO_LARGE, size=size, limit=_limits_of(limits)[Problem.TOO_LARGE])
    if size == 0:
        return _answer(name, Problem.EMPTY, size=0, format=OTHER, sha256=hashlib.sha256().hexdigest())
    try:
        kind = kind_of(handle, size)
    except OSError:
        raise Unusable(Problem.UNREADABLE) from None
    digest = hashlib.sha256()
    problem = kind.problem
    try:
        pieces = _pieces(handle, size, digest)
        if kind.format == "PDF" and problem is None:
            problem = examiner.problem_of(pieces, size)
        else:
            for _ in pieces:
                pass
    except Unusable as reason:
        return _answer(name, reason.problem, size=size, format=kind.format)
    limit = _limits_of(limits).get(problem, "") if problem else ""
    return _answer(name, problem, size=size, format=kind.format, sha256=digest.hexdigest(), limit=limit)


def _pieces(handle: int, size: int, digest: hashlib._Hash) -> Iterator[bytes]:
    """The content as it was when the file was opened, digested on the way. Raises ``Unusable``."""
    done = 0
    while done < size:
        try:
            piece = read_at(handle, done, min(_PIECE, size - done))
        except OSError:
            raise Unusable(Problem.UNREADABLE) from None
        if not piece:
            raise Unusable(Problem.CHANGED)
        digest.update(piece)
        done += len(piece)
        yield piece
    if os.fstat(handle).st_size != size:
        raise Unusable(Problem.CHANGED)


def _answer(
    name: str,
    problem: Problem | None,
    *,
    found: bool = True,
    format: str | None = None,
    size: int | None = None,
    sha256: str | None = None,
    limit: str = "",
) -> PaperFile:
    zh, en = problem.words(limit) if problem else (None, None)
    return PaperFile(name, found, format, size, sha256, zh, en)


def _limits_of(limits: Limits) -> dict[Problem, str]:
    """The limit that a problem names, in words."""
    return {
        Problem.TOO_LARGE: _in_words(limits.max_bytes),
        Problem.PDF_OBJECTS: str(limits.max_objects),
        Problem.PDF_EMBEDDED: str(limits.max_embedded_files),
    }


def _in_words(size: int) -> str:
    if size % MEGABYTE == 0:
        return f"{size // MEGABYTE} MB"
    return f"{size // 1024} KB" if size % 1024 == 0 else f"{size} B"
