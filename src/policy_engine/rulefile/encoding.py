"""Bytes of a rule file to text."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span

MAX_BYTES = 2_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EISDIR: "这是一个目录",
    errno.EACCES: "没有读取权限",
}


def read_source(path: Path, shown: str, report: Diagnostics) -> Source | None:
    """The text of a file, or None with the reason reported."""
    nowhere = Span(Source(shown, ""), 0, 0)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        english = error.strerror or type(error).__name__
        reason = _REASONS.get(error.errno or 0, english)
        report.report("PE1001", nowhere, reason=reason, reason_en=english)
        return None
    if len(data) > MAX_BYTES:
        report.report("PE1003", nowhere, limit="超过 2 MB", limit_en="more than 2 MB")
        return None
    return decode(data, shown, report)


def decode(data: bytes, shown: str, report: Diagnostics) -> Source | None:
    """UTF-8 with or without a byte-order mark, UTF-16 with one; else GB18030, which old Chinese editors write."""
    if data.startswith(_UTF16):
        return _utf16(data, shown, report)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Source(shown, _lines(data.decode("utf-8")))
    except UnicodeDecodeError as error:
        at = error.start
    try:
        source = Source(shown, _lines(data.decode("gb18030")))
    except UnicodeDecodeError:
        nowhere = Span(Source(shown, ""), 0, 0)
        report.report("PE1018", nowhere, line=data[:at].count(b"\n") + 1)
        return None
    report.report("PE1017", Span(source, 0, 0))
    return source


def _utf16(data: bytes, shown: str, report: Diagnostics) -> Source | None:
    """What Notepad calls Unicode."""
    try:
        source = Source(shown, _lines(data.decode("utf-16")))
    except UnicodeDecodeError:
        report.report("PE1018", Span(Source(shown, ""), 0, 0), line=1)
        return None
    report.report("PE1097", Span(source, 0, 0))
    return source


def _lines(text: str) -> str:
    """Carriage returns that are the only line ends there are, as old editors write them, for line ends."""
    return text if "\n" in text else text.replace("\r", "\n")
