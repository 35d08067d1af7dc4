"""Whether a PDF can be opened and read by anybody. Runs in the worker only, see ``worker.py``.

Only what is needed to find the pages is read; no page is drawn, no script, link or embedded file looked at.
Source: ISO 32000-2 §7.5 (structure of a file), §7.6 (encryption), §7.7.3 (page tree), §7.11.4 (embedded files).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from policy_engine.papers.growth import grows_too_much
from policy_engine.papers.limits import Limits
from policy_engine.papers.problems import Problem

if TYPE_CHECKING:
    from pypdf import PdfReader

_END = re.compile(rb"startxref\s+(\d{1,19})\s+(?:%%EOF[\s\0]*)+\Z")
_TAIL = 4096
_XREF = re.compile(rb"\s*(?:xref\b|\d{1,10}\s+\d{1,5}\s+obj\b)")
_ZIP_END = b"PK\x05\x06"


def problem_of(data: bytes, limits: Limits) -> Problem | None:
    """Why the PDF cannot be used; None: it has pages and opens without a password. Raises ``MemoryError``."""
    found = _problem_of_ends(data)
    if found is None and grows_too_much(data, limits.max_inflated_bytes):
        found = Problem.EXPANDS
    return found or _problem_inside(data, limits)


def _problem_of_ends(data: bytes) -> Problem | None:
    """The end marker stands last, and where the file says its table of objects begins, one begins."""
    marker = data.rfind(b"%%EOF")
    if marker < 0:
        return Problem.PDF_TRUNCATED
    if data[marker + 5 :].strip(b"\0\t\n\f\r ") or _is_archive(data):
        return Problem.PDF_TRAILING
    end = _END.search(data, max(0, len(data) - _TAIL - (len(data) - marker)))
    if end is None:
        return Problem.PDF_TRUNCATED
    start = int(end[1])
    if start >= end.start() or not _XREF.match(data, start):
        return Problem.PDF_BROKEN  # typically a transfer that changed line ends, and so everything else
    return None


def _is_archive(data: bytes) -> bool:
    """The record that ends a ZIP is there; its comment may cover the end marker of the PDF, up to the end."""
    at = data.rfind(_ZIP_END, max(0, len(data) - 0xFFFF - 22))
    return 0 <= at <= len(data) - 22 and at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(
        data
    )


def _problem_inside(data: bytes, limits: Limits) -> Problem | None:
    from pypdf import errors

    try:
        return _read(data, limits)
    except MemoryError:
        raise
    except (errors.DependencyError, NotImplementedError):  # also locked to certificates
        return Problem.PDF_CIPHER
    except errors.FileNotDecryptedError:
        return Problem.PDF_PASSWORD
    except Exception as error:  # a parser given hostile input may raise anything
        limit = getattr(errors, "LimitReachedError", None)
        return Problem.PDF_EXCESSIVE if limit and isinstance(error, limit) else Problem.PDF_BROKEN


def _read(data: bytes, limits: Limits) -> Problem | None:
    from pypdf import PdfReader, errors

    reader = PdfReader(io.BytesIO(data), strict=False)
    if sum(map(len, reader.xref.values())) + len(reader.xref_objStm) > limits.max_objects:
        return Problem.PDF_OBJECTS
    if not reader.is_encrypted:
        return _problem_of_pages(reader, limits)
    if not reader.decrypt(""):
        return Problem.PDF_PASSWORD
    try:
        return _problem_of_pages(reader, limits)
    except errors.DependencyError:
        return None  # it does open; what stands inside takes a cipher that is not installed here


def _problem_of_pages(reader: PdfReader, limits: Limits) -> Problem | None:
    if not len(reader.pages):
        return Problem.PDF_NO_PAGES
    embedded = _embedded(reader.trailer["/Root"], limits.max_embedded_files)
    if embedded > limits.max_embedded_files:
        return Problem.PDF_EMBEDDED
    return None


def _embedded(root: Any, most: int) -> int:
    """How many files the name tree of embedded files has; stops counting after ``most``."""
    count = 0
    tree = root.get("/Names", {}).get_object() if "/Names" in root else {}
    for leaf in _leaves(tree.get("/EmbeddedFiles"), most):
        count += leaf
        if count > most:
            break
    return count


def _leaves(top: Any, most: int) -> Iterator[int]:
    """The number of names of each leaf; a tree with more nodes than names may be has a loop or is no tree."""
    waiting = [top]
    seen = 0
    while waiting:
        node = waiting.pop()
        node = node.get_object() if node is not None else {}
        seen += 1
        if seen > 10 * most + 10:
            yield most + 1
            return
        yield len(node.get("/Names", ())) // 2
        waiting.extend(node.get("/Kids", ()))
