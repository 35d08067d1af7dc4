"""A rule file laid out as the content of sheets: what an untouched workbook holds."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.rulefile.keywords import FIELDS
from policy_engine.workbook.bars import Bars
from policy_engine.workbook.content import COMMENT, Book, Cell, Content, KeyRow, Row
from policy_engine.workbook.labels import label
from policy_engine.workbook.layout import EntryPart, Layout, ListPart, TablePage
from policy_engine.workbook.layout_entries import Chunk, TablePart
from policy_engine.workbook.layout_sections import LISTED

PATH = " › "


def shown(layout: Layout) -> Book:
    return Book(tuple(_sheets(layout)), tuple(Cell(text) for text, _ in text_rows(layout)))


def text_rows(layout: Layout) -> Iterator[tuple[str, int]]:
    """The rows of 原文: (a line of the file, where it starts) or (a marker, -1 - the index of its part)."""
    at = 0
    for index, part in enumerate(layout.parts):
        yield from _lines(layout, at, part.start)
        yield marker(layout, part.sheet), -1 - index
        at = part.end
    yield from _lines(layout, at, len(layout.text))


def marker(layout: Layout, sheet: str) -> str:
    return label("marker", layout.language, sheet=sheet)


def _lines(layout: Layout, start: int, end: int) -> Iterator[tuple[str, int]]:
    for at in layout.lines.between(start, end):
        yield layout.text[at : layout.lines.stop(at)], at


def _sheets(layout: Layout) -> Iterator[Content]:
    for part in layout.parts:
        if isinstance(part, TablePage):
            yield _bars(part.sheet, part.bars)
        elif isinstance(part, ListPart):
            yield _listing(part, layout.language)
        else:
            yield from _entry(part)


def columns(part: ListPart, language: str) -> tuple[str, ...]:
    """The header of a listing: its name, its keys as the file writes them, and the comment."""
    first = label("clause_id" if part.field == "clauses" else "name", language)
    words = FIELDS[LISTED[part.field]]
    return (first, *(words[c].of(language) for c in part.columns), label("note", language))


def _listing(part: ListPart, language: str) -> Content:
    header = _row(*columns(part, language))
    rows: list[Row] = []
    for item in part.items:
        if isinstance(item, Chunk):
            blanks = [""] * len(part.columns)
            rows.append(_row(COMMENT, item.comment.text if item.comment else "", *blanks))
            continue
        for value in item.values:
            texts = [value.fields[c].text if c in value.fields else "" for c in part.columns]
            rows.append(_row(item.name.text, *texts, value.note.text))
    return Content(part.sheet, header, tuple(rows))


def _entry(part: EntryPart) -> Iterator[Content]:
    first, *more = part.tables
    name = KeyRow(Cell(first.key), Cell(part.name.text), Cell(part.note.text))
    yield _table(first, name, tuple(_keys(part)))
    for table in more:
        yield _table(table, KeyRow(Cell(table.key), Cell(part.name.text), Cell("")), ())


def _keys(part: EntryPart) -> Iterator[KeyRow]:
    for chunk in part.chunks:
        if chunk.comment:
            yield KeyRow(Cell(COMMENT), Cell(chunk.comment.text), Cell(""))
        for leaf in chunk.leaves:
            note = leaf.note.text if leaf.note else ""
            yield KeyRow(Cell(PATH.join(leaf.path)), Cell(leaf.field.text), Cell(note))


def _table(table: TablePart, name: KeyRow, keys: tuple[KeyRow, ...]) -> Content:
    content = _bars(table.sheet, table.bars)
    return Content(content.sheet, content.header, content.rows, name, keys, Cell(table.note.text))


def _bars(sheet: str, bars: Bars) -> Content:
    return Content(sheet, _row(*bars.header.texts), tuple(_row(*row.texts) for row in bars.rows))


def _row(*texts: str) -> Row:
    return tuple(Cell(text) for text in texts)
