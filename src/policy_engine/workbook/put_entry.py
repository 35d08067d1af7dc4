"""An entry with the keys, comments and tables of its sheets."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.rulefile.keywords import field_of
from policy_engine.rulefile.text_lines import Lines
from policy_engine.workbook.content import COMMENT, Book, Cell, KeyRow
from policy_engine.workbook.fields import scalar
from policy_engine.workbook.layout_entries import Chunk, EntryPart
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_bars import put_bars
from policy_engine.workbook.put_values import is_many, new_value, note_patch, value_patch
from policy_engine.workbook.same import paired, same
from policy_engine.workbook.weave import Patch, Piece, kept, patched

_ARROW = "›"


@dataclass(frozen=True)
class _Unit:
    """The rows of one key of the entry, or a comment row. ``top`` is the key."""

    top: str
    rows: tuple[KeyRow, ...]

    def row(self, path: tuple[str, ...]) -> KeyRow | None:
        return next((row for row in self.rows if _path(row) == path), None)


def put_entry(
    lines: Lines, part: EntryPart, book: Book, language: str, newline: str, problems: CellProblems
) -> list[Piece]:
    """What stands in the place of ``part.start:part.end``; its sheets are all there."""
    patches: list[Patch] = []
    for table in part.tables:
        content = book.sheet(table.sheet)
        assert content is not None and content.caption is not None and content.name is not None
        bars = put_bars(lines.text, table.bars, content, newline, problems)
        patches.append(Patch(table.bars.start, table.bars.end, tuple(bars)))
        patches.append(note_patch(lines.text, table.note, content.caption, problems))
        patches.append(kept(table.name.start, table.name.end, lines.text, content.name.key))
        if content.sheet != part.sheet and (not same(content.name.value, part.name.text) or content.keys):
            problems.misfit(
                content.name.value.place, f"名称和其他内容在“{part.sheet}”里改", f"edit “{part.sheet}”"
            )
    first = book.sheet(part.sheet)
    assert first is not None and first.name is not None
    patches += _name(lines.text, part, first.name, problems)
    patches += _Keys(lines, part, language, newline, problems).patches(first.keys)
    return patched(lines.text, part.start, part.end, patches)


def _name(text: str, part: EntryPart, name: KeyRow, problems: CellProblems) -> list[Patch]:
    note = note_patch(text, part.note, name.note, problems)
    if same(name.value, part.name.text):
        return [kept(part.name.start, part.name.end, text, name.value), note]
    problems.one_line(name.value)
    if not name.value.text:
        problems.unwritable(name.value.place, "没有写名称", "the name is blank")
    return [Patch(part.name.start, part.name.end, (Piece(scalar(name.value.text), name.value.place),)), note]


def _path(row: KeyRow) -> tuple[str, ...]:
    return tuple(step.strip() for step in row.key.text.split(_ARROW))


class _Keys:
    def __init__(
        self, lines: Lines, part: EntryPart, language: str, newline: str, problems: CellProblems
    ) -> None:
        self._lines, self._text, self._part = lines, lines.text, part
        self._language, self._newline, self._problems = language, newline, problems

    def patches(self, keys: tuple[KeyRow, ...]) -> list[Patch]:
        base = [chunk for chunk in self._part.chunks if chunk.comment or chunk.leaves]
        units = self._units(keys)
        pairs = paired([self._texts(chunk) for chunk in base], [self._cells(unit) for unit in units])
        found: list[Patch] = []
        kept_: set[int] = set()
        at = self._lines.end(self._part.name.start)
        for unit, index in zip(units, pairs, strict=True):
            chunk = base[index] if index is not None else None
            if index is None or chunk is None or not _alike(unit, chunk):
                found.append(Patch(at, at, tuple(self._new(unit, at))))
                continue
            kept_.add(index)
            at = chunk.end
            found += self._changed(unit, chunk)
        for index, chunk in enumerate(base):
            if index not in kept_:
                found += self._out(chunk)
        return found

    def _units(self, keys: tuple[KeyRow, ...]) -> list[_Unit]:
        units: list[_Unit] = []
        for row in keys:
            top = _path(row)[0]
            if not top:
                filled = next((c for c in (row.value, row.note) if c.text), row.key)
                self._problems.unwritable(filled.place, "这一行没有写项目", "its row has no key")
                continue
            index = next((i for i, u in enumerate(units) if u.top == top and top != COMMENT), None)
            if index is None:
                units.append(_Unit(top, (row,)))
            elif units[index].row(_path(row)) is None:
                units[index] = _Unit(top, (*units[index].rows, row))
            else:
                twice = row.key.text
                self._problems.unwritable(row.key.place, f"“{twice}”写了两次", f"“{twice}” stands twice")
        return [u for u in units if u.top == COMMENT or any(row.value.text for row in u.rows)]

    def _texts(self, chunk: Chunk) -> list[str]:
        if chunk.comment:
            return [COMMENT, chunk.comment.text]
        return [chunk.leaves[0].path[0], *(leaf.field.text for leaf in chunk.leaves)]

    def _cells(self, unit: _Unit) -> list[Cell]:
        return [Cell(unit.top), *(row.value for row in unit.rows)]

    def _changed(self, unit: _Unit, chunk: Chunk) -> list[Patch]:
        if chunk.comment:
            return [note_patch(self._text, chunk.comment, unit.rows[0].value, self._problems)]
        rows = {_path(row): row for row in unit.rows if row.value.text}
        if set(rows) != {leaf.path for leaf in chunk.leaves}:
            return self._rewritten(unit, chunk)
        found: list[Patch] = []
        for leaf in chunk.leaves:
            row = rows[leaf.path]
            found.append(kept(leaf.name.start, leaf.name.end, self._text, row.key))
            found.append(
                value_patch(self._text, leaf.field, row.value, self._many(leaf.path), self._problems)
            )
            if leaf.note is not None:
                found.append(note_patch(self._text, leaf.note, row.note, self._problems))
            elif row.note.text:
                self._problems.unwritable(row.note.place, "备注写在这一项的第一行", "put it in the first row")
        return found

    def _many(self, path: tuple[str, ...]) -> bool:
        model = self._part.model
        return len(path) == 1 and is_many(model, field_of(model, path[0], self._language))

    def _rewritten(self, unit: _Unit, chunk: Chunk) -> list[Patch]:
        """A key whose parts are not the same any more."""
        if chunk.tables or chunk.remarks:
            self._problems.unwritable(
                unit.rows[0].key.place,
                "这一项的各部分不能在表里增减",
                "parts cannot be added or taken out here",
            )
            return []
        first = chunk.leaves[0]
        self._one_note(unit)
        pieces = self._value(unit)
        patches = [Patch(*chunk.value, tuple(pieces))]
        if first.note is not None and first.note.start >= chunk.value[1]:
            patches.append(note_patch(self._text, first.note, unit.rows[0].note, self._problems))
        return patches

    def _one_note(self, unit: _Unit) -> None:
        """What is written on one line has one comment."""
        for row in unit.rows[1:]:
            if row.note.text:
                self._problems.unwritable(row.note.place, "备注写在这一项的第一行", "put it in the first row")

    def _value(self, unit: _Unit) -> list[Piece]:
        rows = [row for row in unit.rows if row.value.text]
        for row in rows:
            self._problems.one_line(row.value)
        if len(_path(rows[0])) == 1:
            value = rows[0].value
            return [Piece(new_value(value.text, self._many((unit.top,))), value.place)]
        pieces = [Piece("{")]
        for row in rows:
            path = _path(row)
            if len(path) != 2:
                self._problems.unwritable(
                    row.key.place, "这里只能写两层", "only two levels can be written here"
                )
                continue
            pieces.append(Piece(", " if len(pieces) > 1 else ""))
            pieces += [
                Piece(scalar(path[1]), row.key.place),
                Piece(": "),
                Piece(scalar(row.value.text), row.value.place),
            ]
        return [*pieces, Piece("}")]

    def _new(self, unit: _Unit, at: int) -> list[Piece]:
        open_ = [] if self._text[at - 1] == "\n" else [Piece(self._newline)]
        row = unit.rows[0]
        if unit.top == COMMENT:
            self._problems.one_line(row.value)
            return [
                *open_,
                Piece(f"{self._part.indent}# "),
                Piece(row.value.text, row.value.place),
                Piece(self._newline),
            ]
        self._one_note(unit)
        note = [Piece("  # "), Piece(row.note.text, row.note.place)] if row.note.text else []
        head = [Piece(self._part.indent), Piece(scalar(unit.top), row.key.place), Piece(": ")]
        return [*open_, *head, *self._value(unit), *note, Piece(self._newline)]

    def _out(self, chunk: Chunk) -> list[Patch]:
        if chunk.tables:
            place = self._part.sheet
            self._problems.unwritable(
                place, f"“{chunk.key}”的各项不能都去掉", f"“{chunk.key}” cannot be emptied"
            )
            return []
        return [Patch(chunk.start, chunk.end, ())]


def _alike(unit: _Unit, chunk: Chunk) -> bool:
    return (unit.top == COMMENT) if chunk.comment else unit.top == chunk.leaves[0].path[0]
