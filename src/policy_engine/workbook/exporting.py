"""``export``: a rule file as a workbook."""

from __future__ import annotations

from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostics, diagnostic
from policy_engine.diagnostics.errors import InputError, LoadError
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.encoding import MAX_BYTES, decode, read_source
from policy_engine.tables.atomic import replacing
from policy_engine.tables.limits import MAX_CELL_CHARS
from policy_engine.tables.problems import os_reason
from policy_engine.workbook.book_out import write_book
from policy_engine.workbook.layout import Layout, lay_out
from policy_engine.workbook.sheet_in import MAX_ROWS
from policy_engine.workbook.shown import shown
from policy_engine.workbook.stamp import Stamp

_EXTRA_ROWS = 100  # headers, and room for rows that are added


def export_book(file: Path, book: Path, force: bool = False) -> tuple[str, ...]:
    """Write ``book`` for a rule file; returns the names of its sheets.

    Raises LoadError when the file cannot be read, InputError when the book cannot be written (PE7090) or a line
    is too long for a cell (PE7098).
    """
    data, source = read_bytes(file)
    layout = lay_out(source)
    _refuse_big(layout)
    if book.suffix.lower() != ".xlsx":
        _refuse(book, "后缀须为 .xlsx", "it must end in .xlsx")
    if book.exists() and not force:
        _refuse(book, "已经有这个文件", "it is there already")
    stamp = Stamp(layout.doc.policy.text, file.as_posix(), data)
    try:
        with replacing(book) as temporary:
            write_book(temporary, layout, stamp)
    except OSError as error:
        reason = os_reason(error)
        _refuse(book, str(reason["reason"]), str(reason["reason_en"]))
    return layout.sheets


def read_bytes(file: Path) -> tuple[bytes, Source]:
    """The bytes of a rule file and its text. Raises LoadError."""
    report = Diagnostics()
    source = read_source(file, file.as_posix(), report)
    if source is None:
        raise LoadError(report.items)
    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    again = decode(data, file.as_posix(), Diagnostics())
    if again is None or again.text != source.text:
        raise LoadError(
            diagnostic("PE1001", reason="读取时文件在变", reason_en="it changed while being read")
        )
    return data, source


def _refuse_big(layout: Layout) -> None:
    book = shown(layout)
    cells = [c for s in book.sheets for row in (s.header, *s.rows) for c in row]
    cells += [c for s in book.sheets for k in s.keys for c in (k.key, k.value, k.note)]
    longest = max((len(cell.text) for cell in (*cells, *book.lines)), default=0)
    most = max([len(book.lines), *(len(s.rows) + len(s.keys) for s in book.sheets)]) + _EXTRA_ROWS
    if most > MAX_ROWS:
        _too_much(layout, f"有 {most} 行，放不进一张工作表", f"{most} rows do not fit a sheet")
    if longest > MAX_CELL_CHARS:
        _too_much(layout, f"有一处长达 {longest} 字，放不进一格", f"{longest} characters do not fit a cell")


def _too_much(layout: Layout, zh: str, en: str) -> None:
    name = layout.doc.source.name
    raise InputError(diagnostic("PE7098", place=name, reason=zh, reason_en=en))


def _refuse(book: Path, zh: str, en: str) -> None:
    raise InputError(diagnostic("PE7090", path=book.as_posix(), reason=zh, reason_en=en))
