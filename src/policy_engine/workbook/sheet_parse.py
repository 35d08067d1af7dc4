"""From the cells of an edited workbook to the content of its sheets."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.workbook.content import COMMENT, Book, Cell, Content, KeyRow, Place, Row
from policy_engine.workbook.labels import label
from policy_engine.workbook.layout import EntryPart, Layout, ListPart, Part
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.sheet_in import Sheet
from policy_engine.workbook.shown import columns

Lines = list[tuple[int, Row]]
_CAPTION = "▼"


def parse_book(layout: Layout, sheets: dict[str, Sheet], problems: CellProblems) -> Book:
    """The content of every sheet of the layout that is there, and the lines of 原文."""
    found: list[Content] = []
    for part in layout.parts:
        names = [t.sheet for t in part.tables] if isinstance(part, EntryPart) else [part.sheet]
        for name in names:
            sheet = sheets.get(name)
            content = _content(layout, part, sheet, problems) if sheet else None
            found += [content] if content else []
    text = sheets.get(label("text", layout.language))
    if text is None:
        problems.misfit(label("text", layout.language), "缺少这张工作表", "the sheet is missing")
        return Book(tuple(found), ())
    return Book(tuple(found), _lines(text, problems))


def _content(layout: Layout, part: Part, sheet: Sheet, problems: CellProblems) -> Content | None:
    for place, why in sheet.bad:
        problems.unusable(place, why.zh, why.en)
    rows = [(number, tuple(replace(c, text=c.text.strip()) for c in cells)) for number, cells in sheet.rows]
    rows = [(number, cells) for number, cells in rows if any(c.text for c in cells)]
    if isinstance(part, EntryPart):
        table = next(table for table in part.tables if table.sheet == sheet.name)
        return _entry(sheet, rows, table.key, layout.language, problems)
    content = _table(sheet.name, rows, problems)
    if content and isinstance(part, ListPart):
        return _listing(part, layout.language, content, problems)
    return content


def _table(sheet: str, rows: Lines, problems: CellProblems) -> Content | None:
    if not rows:
        problems.misfit(sheet, "工作表是空的；整张表不要了，连“原文”里的标记行一起删", "the sheet is blank")
        return None
    line, header = rows[0]
    while header and not header[-1].text:
        header = header[:-1]
    for i, cell in enumerate(header):
        if not cell.text:
            problems.misfit(cell.place or Place(sheet, line, i), "表头空着", "the header is blank")
    body: list[Row] = []
    for number, cells in rows[1:]:
        outside = next((c for c in cells[len(header) :] if c.text), None)
        if outside:
            problems.misfit(outside.place, "在表的外面，没有表头", "it stands outside of the table")
        blanks = [Cell("", Place(sheet, number, i)) for i in range(len(cells), len(header))]
        body.append((*cells[: len(header)], *blanks))
    return Content(sheet, header, tuple(body))


def _listing(part: ListPart, language: str, content: Content, problems: CellProblems) -> Content | None:
    """With the columns in the order of the layout, and the rows of one name together."""
    wanted = columns(part, language)
    places = {cell.text: i for i, cell in enumerate(content.header)}
    before = len(problems)
    for name in wanted:
        if name not in places:
            problems.misfit(content.sheet, f"缺少“{name}”栏", f"column “{name}” is missing")
    for i, cell in enumerate(content.header):
        if cell.text not in wanted or places[cell.text] != i:
            problems.misfit(
                cell.place, f"没有“{cell.text}”这一栏，或者重复了", f"unknown or repeated “{cell.text}”"
            )
    if len(problems) > before:
        return None
    rows = [
        _comment(row, len(wanted), problems)
        if row[0].text == COMMENT
        else tuple(row[places[name]] for name in wanted)
        for row in content.rows
    ]
    if part.field == "parameters":
        rows = _grouped(rows)
    return Content(content.sheet, tuple(Cell(name) for name in wanted), tuple(rows))


def _comment(row: Row, width: int, problems: CellProblems) -> Row:
    """Its text is the one cell beside the mark, wherever the columns were moved to."""
    texts = [cell for cell in row[1:] if cell.text]
    for cell in texts[1:]:
        problems.misfit(cell.place, "注释行只写一格", "a comment row holds one text")
    return (row[0], texts[0] if texts else row[1], *([Cell("")] * (width - 2)))


def _grouped(rows: list[Row]) -> list[Row]:
    """A later row of a name belongs to its first: a new value may be added at the bottom."""
    first: dict[str, int] = {}
    order = [(first.setdefault(r[0].text, i) if r[0].text != COMMENT else i, i) for i, r in enumerate(rows)]
    return [rows[i] for _, i in sorted(order)]


def _entry(sheet: Sheet, rows: Lines, key: str, language: str, problems: CellProblems) -> Content | None:
    at = next((i for i, (_, cells) in enumerate(rows) if cells[0].text.startswith(_CAPTION)), None)
    if not at:
        problems.misfit(
            sheet.name, "缺少“▼”那一行，分不清表从哪里开始", "the row that begins with ▼ is missing"
        )
        return None
    table = _table(sheet.name, rows[at + 1 :], problems)
    if table is None:
        return None
    name, *keys = (_key(sheet.name, number, cells, problems) for number, cells in rows[:at])
    if name.key.text != key:
        problems.misfit(
            name.key.place, f"第一行应是“{key}”和它的名称", f"the first row is “{key}” and its name"
        )
    heads = [label(word, language) for word in ("item", "value", "note")]
    if keys and [keys[0].key.text, keys[0].value.text, keys[0].note.text] == heads:
        keys = keys[1:]
    caption = _key(sheet.name, *rows[at], problems)
    return replace(table, name=name, keys=tuple(keys), caption=caption.note)


def _key(sheet: str, number: int, cells: Row, problems: CellProblems) -> KeyRow:
    outside = next((c for c in cells[3:] if c.text), None)
    if outside:
        problems.misfit(outside.place, "在表的外面", "it stands outside of the table")
    given = [*cells[:3], *(Cell("", Place(sheet, number, i)) for i in range(len(cells), 3))]
    return KeyRow(*given)


def _lines(sheet: Sheet, problems: CellProblems) -> Row:
    """Column B from row 2 on; rows left out are blank lines."""
    for place, why in sheet.bad:
        problems.unusable(place, why.zh, why.en)
    found: list[Cell] = []
    for number, cells in sheet.rows:
        outside = next((c for c in cells[2:] if c.text.strip()), None)
        if outside:
            problems.misfit(outside.place, "在“内容”栏的外面", "it stands outside of the column")
        if number < 2:
            continue
        found += [Cell("", Place(sheet.name, row, 1)) for row in range(len(found) + 2, number)]
        cell = cells[1] if len(cells) > 1 else Cell("", Place(sheet.name, number, 1))
        found.append(replace(cell, text=cell.text.rstrip()))
    while found and not found[-1].text:
        found.pop()
    return tuple(found)
