"""Workbooks of rule files: nothing is lost, and an edit of a cell is an edit of the text."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics.errors import InputError, LoadError
from policy_engine.diagnostics.span import Source
from policy_engine.policy.bind import bind
from policy_engine.policy.library import Library
from policy_engine.rulefile.read import read_policy
from policy_engine.workbook.content import COMMENT, Book, Cell, Place
from policy_engine.workbook.layout import EntryPart, Layout, ListPart, lay_out
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_back import put_back
from policy_engine.workbook.read_again import check_read_again
from policy_engine.workbook.shown import shown
from policy_engine.workbook.weave import Woven
from property.generate_checklists import cases
from property.generate_policies import Policies

SHIPPED = sorted((Path(__file__).parents[2] / "rules").glob("*/*.yaml"))
# What people type, and what YAML, bar tables or spreadsheets take for something else.
ODD = (
    "", "x|y", "=1+1", "a: b", "#c", "#", '"q"', "'q'", "'", "5%, x", "{a}", "- ", "-", "\\", "a\\|b", "甲：乙",
    "甲，乙", "甲、乙", "a #b", "[a, b]", "> 0", "* x", "&x", "@x", "%x", "`x", "!x", "? x", "~", "null", "｜",
    "2018年6月1日", "001234", "1.10", "，", "trail:", "x：", "如果 a 那么", "a\\nb", "é", "𠮷", "x  y", "<", "是",
)  # fmt: skip


@cache
def texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in SHIPPED)


@st.composite
def files(draw: st.DrawFn) -> str:
    way = draw(st.integers(0, 3))
    if way == 0:
        return draw(st.sampled_from(texts()))
    if way == 1:
        return draw(cases(2)).text
    return generated(draw(st.integers(0, 400)))


@cache
def generated(seed: int) -> str:
    return Policies(seed, 20).generate().text


def laid_out(text: str) -> Layout:
    return lay_out(Source("x", text))


def put(layout: Layout, book: Book) -> tuple[Woven, CellProblems]:
    problems = CellProblems()
    return put_back(layout, book, problems), problems


def with_cell(book: Book, place: Place, text: str) -> Book:
    """``place.row`` counts the rows of the table from 0."""
    sheet = book.sheet(place.sheet)
    assert sheet is not None
    row = list(sheet.rows[place.row])
    row[place.column] = Cell(text, place)
    rows = (*sheet.rows[: place.row], tuple(row), *sheet.rows[place.row + 1 :])
    return replace(book, sheets=tuple(replace(s, rows=rows) if s is sheet else s for s in book.sheets))


def placed(book: Book) -> Book:
    """With the places that the cells of a workbook have."""

    def row(sheet: str, number: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(replace(cell, place=Place(sheet, number, i)) for i, cell in enumerate(cells))

    sheets = tuple(
        replace(s, rows=tuple(row(s.sheet, r, cells) for r, cells in enumerate(s.rows))) for s in book.sheets
    )
    return replace(
        book, sheets=sheets, lines=tuple(replace(c, place=Place("原文", 1, 1)) for c in book.lines)
    )


def cells(book: Book) -> list[Place]:
    return [
        Place(s.sheet, r, c)
        for s in book.sheets
        for r, row in enumerate(s.rows)
        for c in range(len(row))
        if s.name is not None or row[0].text != COMMENT
    ]


@given(files(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=40)
def test_an_untouched_book_gives_the_text_back(text, line_end, closed):
    text = text.replace("\n", line_end) if closed else text.replace("\n", line_end).rstrip()
    layout = laid_out(text)
    woven, problems = put(layout, shown(layout))
    assert woven.text == text
    assert not len(problems)


@given(files(), st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(ODD)), min_size=1, max_size=3))
@settings(max_examples=100)
def test_what_is_typed_in_a_cell_is_read_from_the_file(text, edits):
    """Or it is told at a cell that it cannot be; other tables stay as they were, letter by letter."""
    layout = laid_out(text)
    base = placed(shown(layout))
    book, touched = base, set()
    for number, odd in edits:
        place = cells(base)[number % len(cells(base))]
        book = with_cell(book, place, odd)
        touched.add(place.sheet)
    woven, problems = put(layout, book)
    if problems.errors:
        return
    for part in layout.parts:
        names = {t.sheet for t in part.tables} if isinstance(part, EntryPart) else {part.sheet}
        assert names & touched or text[part.start : part.end] in woven.text
    try:
        after = laid_out(woven.text)
    except LoadError as error:
        for item in error.diagnostics:
            assert item.span is None or woven.place_at(item.span.start) is not None
        return
    try:
        check_read_again(book, after, woven)
    except InputError as error:
        # A blank row of a listing, or a name that is already there, is no row of its own.
        assert "PE7098" in str(error)
        assert any(odd in ("", "，", "#") for _, odd in edits)


@given(files(), st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=60)
def test_an_edit_of_a_cell_is_the_same_edit_of_the_text(text, number, other):
    """Two cells of a column are exchanged, in the book and in the text: what it means afterwards is the same."""
    layout = laid_out(text)
    spots = _spots(layout)
    place, (start, end) = spots[number % len(spots)]
    column = [s for s in spots if s[0].sheet == place.sheet and s[0].column == place.column]
    _, (first, last) = column[other % len(column)]
    woven, problems = put(layout, with_cell(shown(layout), place, text[first:last]))
    assert not problems.errors
    by_hand = text[:start] + text[first:last] + text[end:]
    assert _meaning(woven.text) == _meaning(by_hand)


def _spots(layout: Layout) -> list[tuple[Place, tuple[int, int]]]:
    """The cells of the bar tables and plain values of listings, with where they stand in the text."""
    found = []
    for part in layout.parts:
        if isinstance(part, ListPart):
            rows = [v for i in part.items for v in getattr(i, "values", (None,))]
            for r, value in enumerate(rows):
                fields = value.fields if value else {}
                for c, name in enumerate(part.columns, start=1):
                    field = fields.get(name)
                    if field and field.kind == "plain" and not field.quoted:
                        found.append((Place(part.sheet, r, c), (field.start, field.end)))
            continue
        tables = part.tables if isinstance(part, EntryPart) else (part,)
        for table in tables:
            for r, line in enumerate(table.bars.rows):
                spans = [cell.span() for cell in line.cells]
                found += [(Place(table.sheet, r, c), (s.start, s.end)) for c, s in enumerate(spans) if s.text]
    return found


def _meaning(text: str) -> object:
    doc, told = read_policy(Source("x", text))
    if doc is None:
        return sorted(item.code for item in told)
    day = doc.in_force.from_.value
    try:
        parents = [Library().resolve(doc.extends.text, day, None).doc] if doc.extends else []
        return bind([doc, *parents], period=day).digest
    except LoadError as error:
        return sorted(item.code for item in error.diagnostics)


@given(files(), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=60)
def test_rows_that_go_come_and_move(text, dice: Random, count):
    layout = laid_out(text)
    book = shown(layout)
    touched = set()
    for _ in range(count):
        sheet = dice.choice(book.sheets)
        rows = list(sheet.rows)
        row = rows[dice.randrange(len(rows))]
        way = dice.randrange(3)
        if way == 0 and len(rows) > 1:
            rows.remove(row)
        elif way == 1:
            rows.insert(dice.randrange(len(rows) + 1), (Cell("新" + row[0].text), *row[1:]))
        else:
            dice.shuffle(rows)
        touched.add(sheet.sheet)
        changed = replace(sheet, rows=tuple(rows))
        book = replace(book, sheets=tuple(changed if s is sheet else s for s in book.sheets))
    woven, problems = put(layout, book)
    if problems.errors:
        return
    try:
        after = laid_out(woven.text)
    except LoadError:
        return
    result = shown(after)
    for sheet in book.sheets:
        read = result.sheet(sheet.sheet)
        rows = [[c.text for c in row] for row in sheet.rows if sheet.name or row[0].text != COMMENT]
        assert read is not None
        assert [[c.text for c in row] for row in read.rows if read.name or row[0].text != COMMENT] == rows
