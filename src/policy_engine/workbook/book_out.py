"""Writes the workbook: every cell a text, styled, with the file's own bytes in a hidden sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policy_engine.diagnostics.render import width
from policy_engine.workbook.choices import closed_words, readings
from policy_engine.workbook.content import COMMENT, Cell, Content, KeyRow
from policy_engine.workbook.guide import guide_rows
from policy_engine.workbook.labels import STAMP_SHEET, label
from policy_engine.workbook.layout import EntryPart, Layout, ListPart
from policy_engine.workbook.layout_sections import Item
from policy_engine.workbook.shown import shown, text_rows
from policy_engine.workbook.stamp import Stamp
from policy_engine.workbook.styles import Styles

KEYS_FROM = 3  # the row where the keys of an entry begin, above it its name and a header
_NARROW, _WIDE = 6, 46
_ABOVE = 30  # how much the keys of an entry widen the columns of its table
_LIST_CHARS = 255  # Excel's limit for the choices of a cell written out
_FREEZE_BELOW = 12  # rows; more than that would leave no room to scroll


def write_book(target: Path, layout: Layout, stamp: Stamp) -> None:
    """``target`` must not be open in another program."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no type hints

    with TemporaryDirectory(prefix=".", dir=target.parent, ignore_cleanup_errors=True) as scratch:
        options = {"tmpdir": scratch, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(target), options)
        book.set_properties({"created": datetime(2000, 1, 1), "title": layout.doc.title.text[:200]})
        writer = _Writer(book, layout)
        writer.guide()
        for content in shown(layout).sheets:
            writer.content(content)
        writer.text()
        _stamp(book.add_worksheet(STAMP_SHEET), stamp)
        book.close()


def _stamp(sheet: Any, stamp: Stamp) -> None:
    for row, text in enumerate(stamp.cells()):
        sheet.write_string(row, 0, text)
    sheet.very_hidden()


class _Writer:
    def __init__(self, book: Any, layout: Layout) -> None:
        self._book = book
        self._layout = layout
        self._lang = layout.language
        self._styles = Styles(book)
        self._remarks, self._choices = _remarks(layout), readings(layout)

    def guide(self) -> None:
        sheet = self._book.add_worksheet(label("guide", self._lang))
        text = label("text", self._lang)
        sheet.set_column(0, 0, 16, self._styles.plain)
        sheet.set_column(1, 1, 100, self._styles.plain)
        for number, row in enumerate(guide_rows(self._layout.doc, (*self._layout.sheets, text), text)):
            left = self._styles.of("fixed" if row.style == "fact" else row.style)
            sheet.write_string(number, 0, row.left, left)
            if row.right or row.style not in ("title",):
                sheet.write_string(
                    number, 1, row.right, self._styles.of("wrapped" if row.style == "plain" else row.style)
                )
        sheet.hide_gridlines(2)

    def content(self, content: Content) -> None:
        sheet = self._book.add_worksheet(content.sheet)
        self._widths(sheet, content)
        at = 0
        if content.name is not None:
            at = self._entry_head(sheet, content)
        self._row(sheet, at, content.header, "header")
        for number, row in enumerate(content.rows, start=at + 1):
            comment = content.name is None and row[0].text == COMMENT
            self._row(sheet, number, row, "comment" if comment else "edit")
            self._extras(sheet, content, number, row)
        if at <= _FREEZE_BELOW:
            sheet.freeze_panes(at + 1, 1)

    def _entry_head(self, sheet: Any, content: Content) -> int:
        """The name of the entry, its keys, and the caption of the table; returns the row of the header."""
        assert content.name is not None and content.caption is not None
        self._key(sheet, 0, content.name, "title")
        remark = "\n".join(
            filter(None, (self._remarks.get((content.sheet, k.key.text)) for k in content.keys))
        )
        if remark:
            sheet.write_comment(0, 1, remark, {"author": ""})
        if content.keys:
            heads = (label(word, self._lang) for word in ("item", "value", "note"))
            self._row(sheet, 1, tuple(Cell(text) for text in heads), "header")
        at = KEYS_FROM - 1
        for key in content.keys:
            comment = key.key.text == COMMENT
            self._key(sheet, at, key, "comment" if comment else "fixed")
            self._closed(sheet, at, 1, closed_words(key.key.text, self._lang))
            at += 1
        caption = label("caption", self._lang, table=content.name.key.text)
        self._key(sheet, at + 1, KeyRow(Cell(caption), Cell(""), content.caption), "title")
        return at + 2

    def _key(self, sheet: Any, row: int, key: KeyRow, style: str) -> None:
        value = "comment" if style == "comment" else "edit"
        sheet.write_string(row, 0, key.key.text, self._styles.of(style))
        if not (style == "title" and not key.value.text):
            sheet.write_string(row, 1, key.value.text, self._styles.of(value))
        if key.note.text:
            sheet.write_string(row, 2, key.note.text, self._styles.of("comment"))

    def _row(self, sheet: Any, number: int, cells: tuple[Cell, ...], style: str) -> None:
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell.text, self._styles.of(style))

    def _extras(self, sheet: Any, content: Content, number: int, row: tuple[Cell, ...]) -> None:
        remark = self._remarks.get((content.sheet, row[0].text))
        if remark and content.name is None:
            sheet.write_comment(number, 0, remark, {"author": ""})
        if content.name is not None:
            return
        for column, head in enumerate(content.header):
            if row[0].text != COMMENT:
                own = self._choices.get((content.sheet, head.text, row[0].text), ())
                self._closed(sheet, number, column, own or closed_words(head.text, self._lang))

    def _closed(self, sheet: Any, row: int, column: int, choices: tuple[str, ...]) -> None:
        """A list to choose from, where only some words are taken."""
        if choices and len(",".join(choices)) <= _LIST_CHARS and not any("," in c for c in choices):
            rule = {"validate": "list", "source": list(choices), "error_type": "warning"}
            sheet.data_validation(row, column, row, column, rule)

    def _widths(self, sheet: Any, content: Content) -> None:
        rows = [content.header, *content.rows]
        keys = [k for k in (content.name, *content.keys) if k is not None]
        for column in range(max(len(row) for row in rows)):
            texts = [row[column].text for row in rows if column < len(row) and row[0].text != COMMENT]
            above = [(k.key.text, k.value.text, k.note.text)[column] for k in keys] if column < 3 else []
            needed = max([0, *map(width, texts), *(min(width(t), _ABOVE) for t in above)]) + 2
            sheet.set_column(column, column, min(max(needed, _NARROW), _WIDE), self._styles.edit)
        sheet.set_column(len(content.header), 40, 14, self._styles.plain)

    def text(self) -> None:
        sheet = self._book.add_worksheet(label("text", self._lang))
        sheet.set_column(0, 0, 6, self._styles.fixed)
        sheet.set_column(1, 1, 140, self._styles.code)
        sheet.write_string(0, 0, label("line", self._lang), self._styles.header)
        sheet.write_string(0, 1, label("content", self._lang), self._styles.header)
        for row, (text, at) in enumerate(text_rows(self._layout), start=1):
            if at < 0:
                sheet.write_string(row, 1, text, self._styles.fixed)
                continue
            sheet.write_string(row, 0, str(self._layout.lines.number(at)), self._styles.fixed)
            if text:
                comment = text.lstrip().startswith("#")
                sheet.write_string(row, 1, text, self._styles.code_comment if comment else self._styles.code)
        sheet.freeze_panes(1, 0)


def _remarks(layout: Layout) -> dict[tuple[str, str], str]:
    """Comments that no cell can show, by sheet and first cell: they are read in a note and stay in the file."""
    found: dict[tuple[str, str], str] = {}
    for part in layout.parts:
        if isinstance(part, ListPart):
            found.update({(part.sheet, i.name.text): i.remarks for i in part.items if isinstance(i, Item)})
        elif isinstance(part, EntryPart):
            for chunk in part.chunks:
                found.update(
                    {(part.sheet, " › ".join(leaf.path)): chunk.remarks for leaf in chunk.leaves[:1]}
                )
    return {place: text for place, text in found.items() if text}
