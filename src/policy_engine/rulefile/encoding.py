"""Bytes of a rule file to text."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span

MAX_BYTES = 2_000_000
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
    """UTF-8 with or without a byte-order mark; else GB18030, which old Chinese editors write."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Source(shown, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        at = error.start
    try:
        source = Source(shown, data.decode("gb18030"))
    except UnicodeDecodeError:
        nowhere = Span(Source(shown, ""), 0, 0)
        report.report("PE1018", nowhere, line=data[:at].count(b"\n") + 1)
        return None
    report.report("PE1017", Span(source, 0, 0))
    return source
