"""Patches for single values, comments and mappings of a file."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.rulefile import documents as d
from policy_engine.rulefile.keywords import FIELDS
from policy_engine.rulefile.shape import shapes
from policy_engine.rulefile.text_lines import Lines
from policy_engine.workbook.content import Cell
from policy_engine.workbook.fields import Field, names, scalar, written
from policy_engine.workbook.layout_sections import Value
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.same import same
from policy_engine.workbook.weave import Patch, Piece, kept

_SEPARATORS = "、，,"
Model = type[d.Doc]


def value_patch(text: str, field: Field, cell: Cell, many: bool, problems: CellProblems) -> Patch:
    if same(cell, field.text):
        return kept(field.start, field.end, text, cell)
    problems.one_line(cell)
    new = new_value(cell.text, many) if many and field.kind == "plain" else written(cell.text, field)
    return Patch(field.start, field.end, (Piece(new, cell.place),))


def new_value(text: str, many: bool) -> str:
    """A value where none stood; several names become a list."""
    return names(text) if many and any(ch in text for ch in _SEPARATORS) else scalar(text)


def is_many(model: Model | None, field: str | None) -> bool:
    if model is None or field is None or field not in shapes(model):
        return False
    return shapes(model)[field].many


def note_patch(text: str, field: Field, cell: Cell, problems: CellProblems) -> Patch:
    """The comment at the end of a line: as it is, changed, new or gone."""
    if same(cell, field.text):
        return kept(field.start, field.end, text, cell)
    problems.one_line(cell)
    if not cell.text:
        return Patch(_blanks_before(text, field.start), field.end, ())
    if field.start == field.end:
        return Patch(field.start, field.end, (Piece("  # "), Piece(cell.text, cell.place)))
    return Patch(field.start, field.end, (Piece("# "), Piece(cell.text, cell.place)))


def _blanks_before(text: str, at: int) -> int:
    while at and text[at - 1] in " \t":
        at -= 1
    return at


def mapping_patches(
    lines: Lines,
    value: Value,
    cells: Mapping[str, Cell],
    note: Cell,
    model: Model,
    language: str,
    problems: CellProblems,
) -> list[Patch]:
    """The keys of a mapping as a row has them: changed, added after the one before, or taken out."""
    gone = [c for c in value.fields if not cells[c].text]
    if gone and value.inline:
        return _rewritten(lines, value, cells, model, language, problems)
    found: list[Patch] = []
    before: str | None = None
    for column, cell in cells.items():
        field = value.fields.get(column)
        if field is not None and cell.text:
            found.append(value_patch(lines.text, field, cell, is_many(model, column), problems))
        elif field is not None:
            found += _line_out(lines, value, column, cell, note, problems)
        elif cell.text:
            problems.one_line(cell)
            found.append(_added(lines, value, column, cell, before, model, language))
        if field is not None:
            before = column
    return found


def flow(cells: Mapping[str, Cell], model: Model, language: str) -> list[Piece]:
    """``{键: 值, …}`` of a new row."""
    pieces = [Piece("{")]
    for column, cell in cells.items():
        if cell.text:
            pieces.append(Piece(f"{', ' if len(pieces) > 1 else ''}{FIELDS[model][column].of(language)}: "))
            pieces.append(Piece(new_value(cell.text, is_many(model, column)), cell.place))
    return [*pieces, Piece("}")]


def _added(
    lines: Lines, value: Value, column: str, cell: Cell, before: str | None, model: Model, language: str
) -> Patch:
    key = FIELDS[model][column].of(language)
    new = Piece(new_value(cell.text, is_many(model, column)), cell.place)
    if value.inline:
        if before is None:
            at = min(value.keys.values())
            return Patch(at, at, (Piece(f"{key}: "), new, Piece(", ")))
        at = value.fields[before].end
        return Patch(at, at, (Piece(f", {key}: "), new))
    before = before or next(iter(value.fields))
    first = min(value.keys.values())
    indent = " " * (first - lines.start(first))
    stop = lines.end(value.fields[before].end - 1)
    line = lines.start(value.keys[before])
    if line <= value.note.start < stop and line > lines.start(first):
        stop = line  # what is commented last stays last
    newline = "\r\n" if "\r\n" in lines.text else "\n"
    open_ = "" if lines.text[stop - 1] == "\n" else newline
    return Patch(stop, stop, (Piece(f"{open_}{indent}{key}: "), new, Piece(newline)))


def _line_out(
    lines: Lines, value: Value, column: str, cell: Cell, note: Cell, problems: CellProblems
) -> list[Patch]:
    key = value.keys[column]
    start = lines.start(key)
    if lines.text[start:key].strip():
        problems.unwritable(cell.place, "这是列表项的第一行，不能在表里去掉", "the first line of an item")
        return []
    end = lines.end(value.fields[column].end - 1)
    if not start <= value.note.start < end:
        return [Patch(start, end, ())]
    if note.text:
        problems.unwritable(cell.place, "备注写在这一行上，先去掉备注", "its line holds the note")
        return []
    before = _blanks_before(lines.text, value.note.start)
    return [Patch(start, before, ()), Patch(value.note.end, end, ())]


def _rewritten(
    lines: Lines, value: Value, cells: Mapping[str, Cell], model: Model, language: str, problems: CellProblems
) -> list[Patch]:
    """A mapping in braces from which something is taken out, written anew with the values as they were."""
    text = lines.text
    start, end = value.node.span.start, value.node.span.end
    if any(
        lines.comment(line) for line in lines.between(lines.start(start), end) if line > lines.start(start)
    ):
        problems.unwritable(
            cells[next(iter(cells))].place, "花括号里有注释", "there are comments in the braces"
        )
        return []
    pieces = [Piece("{")]
    for column, cell in cells.items():
        if not cell.text:
            continue
        pieces.append(Piece(f"{', ' if len(pieces) > 1 else ''}{FIELDS[model][column].of(language)}: "))
        field = value.fields.get(column)
        if field is None:
            pieces.append(Piece(new_value(cell.text, is_many(model, column)), cell.place))
        else:
            pieces += value_patch(text, field, cell, is_many(model, column), problems).pieces
    return [Patch(start, end, (*pieces, Piece("}")))]
