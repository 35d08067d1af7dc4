"""The last check before writing: the new text, read again, says what the cells say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.diagnostics.errors import InputError
from policy_engine.workbook.content import COMMENT, Book, Cell, Content, Row
from policy_engine.workbook.layout import Layout
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.same import same
from policy_engine.workbook.shown import shown
from policy_engine.workbook.weave import Woven

_NAMES = re.compile(r"\s*[、，,]\s*")


def check_read_again(given: Book, after: Layout, new: Woven) -> None:
    """Raises InputError (PE7098) at the first cells of each sheet that came out otherwise."""
    problems = CellProblems()
    for content, result in _results(given, shown(after)):
        marked = any(place.sheet == content.sheet for _, _, place in new.marks)
        if result is None:
            if marked:
                problems.unwritable(content.sheet, "写回以后读不出这张表", "the table is not read any more")
            continue
        for cell, text in _pairs(content, result):
            if not (same(cell, text) or _plain(cell.text) == _plain(text)):
                problems.unwritable(
                    cell.place or content.sheet, f"写回以后读出来是“{text}”", f"read again it is “{text}”"
                )
    if problems.errors:
        raise InputError(problems.items)


def _results(given: Book, read: Book) -> Iterator[tuple[Content, Content | None]]:
    """Each sheet with what was read again; sheets of a renamed entry follow in their order."""
    renamed = [sheet for sheet in read.sheets if given.sheet(sheet.sheet) is None]
    for content in given.sheets:
        found = read.sheet(content.sheet)
        yield content, found or (renamed.pop(0) if renamed else None)


def _pairs(given: Content, read: Content) -> Iterator[tuple[Cell, str]]:
    rows, others = _data(given), _data(read)
    for row, other in zip((given.header, *rows), (read.header, *others), strict=False):
        yield from ((cell, text.text) for cell, text in zip(row, other, strict=False))
    if len(rows) != len(others):
        yield Cell(f"{len(rows)} 行"), f"{len(others)} 行"
    keys = {row.key.text.replace(" ", ""): row for row in read.keys if row.key.text != COMMENT}
    for row_ in given.keys:
        if row_.key.text == COMMENT or not row_.value.text:
            continue
        found = keys.get(row_.key.text.replace(" ", ""))
        yield row_.value, found.value.text if found else ""
        yield row_.note, found.note.text if found else ""


def _data(content: Content) -> list[Row]:
    """Without comments: one at the end of a section may as well stand behind it."""
    return [row for row in content.rows if content.name is not None or row[0].text != COMMENT]


def _plain(text: str) -> str:
    return _NAMES.sub("、", text).strip("、 ")
