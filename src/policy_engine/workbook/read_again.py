"""The last check before writing: the new text, read again, says what the cells say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.diagnostics.errors import InputError
from policy_engine.workbook.content import COMMENT, Book, Cell, Content
from policy_engine.workbook.layout import Layout
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.same import same
from policy_engine.workbook.shown import shown
from policy_engine.workbook.weave import Woven

_NAMES = re.compile(r"\s*[、，,]\s*")


def check_read_again(given: Book, after: Layout, new: Woven) -> None:
    """Raises InputError (PE7098) at the first cells of each sheet that came out otherwise."""
    problems = CellProblems()
    read = shown(after)
    for content in given.sheets:
        marked = any(place.sheet == content.sheet for _, _, place in new.marks)
        result = read.sheet(content.sheet) or next((s for s in read.sheets if _alike(s, content)), None)
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


def _alike(result: Content, content: Content) -> bool:
    """The sheet of an entry that was renamed."""
    return bool(result.name and content.name and result.name.value.text == content.name.value.text)


def _pairs(given: Content, read: Content) -> Iterator[tuple[Cell, str]]:
    for row, other in zip((given.header, *given.rows), (read.header, *read.rows), strict=False):
        yield from ((cell, text.text) for cell, text in zip(row, other, strict=False))
    if len(given.rows) != len(read.rows):
        yield Cell(f"{len(given.rows)} 行"), f"{len(read.rows)} 行"
    keys = {row.key.text.replace(" ", ""): row for row in read.keys if row.key.text != COMMENT}
    for row_ in given.keys:
        if row_.key.text == COMMENT or not row_.value.text:
            continue
        found = keys.get(row_.key.text.replace(" ", ""))
        yield row_.value, found.value.text if found else ""
        yield row_.note, found.note.text if found else ""


def _plain(text: str) -> str:
    return _NAMES.sub("、", text).strip("、 ")
