"""条款, 参数 and 口径 with the rows of their sheets, in the order of the sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace

from policy_engine.diagnostics.render import width
from policy_engine.rulefile.text_lines import Lines
from policy_engine.workbook.content import COMMENT, Cell, Content, Row
from policy_engine.workbook.fields import scalar
from policy_engine.workbook.layout_entries import Chunk
from policy_engine.workbook.layout_sections import LISTED, Item, ListPart, Value
from policy_engine.workbook.problems import CellProblems
from policy_engine.workbook.put_values import flow, mapping_patches, note_patch
from policy_engine.workbook.same import alike, paired, same
from policy_engine.workbook.weave import Patch, Piece, kept, patched


@dataclass(frozen=True)
class _Group:
    """The rows of one entry, or a comment row."""

    name: Cell
    rows: tuple[Row, ...]

    @property
    def is_comment(self) -> bool:
        return self.name.text == COMMENT


def put_list(
    lines: Lines, part: ListPart, content: Content, language: str, newline: str, problems: CellProblems
) -> list[Piece]:
    """What stands in the place of ``part.start:part.end``."""
    return _List(lines, part, language, newline, problems).pieces(_groups(part, content, problems))


def _groups(part: ListPart, content: Content, problems: CellProblems) -> list[_Group]:
    groups: list[_Group] = []
    for row in content.rows:
        name = row[0]
        if not name.text:
            filled = next(cell for cell in row if cell.text)
            problems.unwritable(filled.place, "这一行没有写名称", "its row has no name")
        elif (
            part.field == "parameters"
            and groups
            and groups[-1].name.text == name.text
            and name.text != COMMENT
        ):
            groups[-1] = _Group(groups[-1].name, (*groups[-1].rows, row))
        else:
            groups.append(_Group(name, (row,)))
    return groups


class _List:
    def __init__(
        self, lines: Lines, part: ListPart, language: str, newline: str, problems: CellProblems
    ) -> None:
        self._lines, self._text, self._part = lines, lines.text, part
        self._model, self._language = LISTED[part.field], language
        self._newline, self._problems = newline, problems

    def pieces(self, groups: list[_Group]) -> list[Piece]:
        base = [self._texts(item) for item in self._part.items]
        pairs = paired(base, [[g.name, *(cell for row in g.rows for cell in row[1:])] for g in groups])
        pieces: list[Piece] = []
        for group, index in zip(groups, pairs, strict=True):
            item = None if index is None else self._part.items[index]
            written = self._comment(group, item) if group.is_comment else self._entry(group, item)
            pieces += _ended(written, self._newline)
        if pairs == list(range(len(base))) and not self._text[: self._part.end].endswith("\n"):
            return [*pieces[:-1]] if pieces and pieces[-1].text == self._newline else pieces
        return pieces

    def _texts(self, item: Item | Chunk) -> list[str]:
        if isinstance(item, Chunk):
            return [COMMENT, item.comment.text if item.comment else "", *[""] * len(self._part.columns)]
        texts = [item.name.text]
        for value in item.values:
            texts += [value.fields[c].text if c in value.fields else "" for c in self._part.columns]
            texts.append(value.note.text)
        return texts

    def _comment(self, group: _Group, chunk: Item | Chunk | None) -> list[Piece]:
        cell = group.rows[0][1]
        if isinstance(chunk, Chunk) and chunk.comment:
            return patched(
                self._text,
                chunk.start,
                chunk.end,
                [note_patch(self._text, chunk.comment, cell, self._problems)],
            )
        self._problems.one_line(cell)
        return [Piece(self._part.indent + "# "), Piece(cell.text, cell.place), Piece(self._newline)]

    def _entry(self, group: _Group, item: Item | Chunk | None) -> list[Piece]:
        if not isinstance(item, Item):
            return self._new(group)
        if item.listed:
            return self._timeline(group, item)
        if len(group.rows) > 1:
            return self._to_timeline(group, item)
        value, row = item.values[0], group.rows[0]
        patches = [*self._name(item, group.name), *self._value(value, row)]
        return patched(self._text, item.start, item.end, patches)

    def _cells(self, row: Row) -> dict[str, Cell]:
        return dict(zip(self._part.columns, row[1:-1], strict=True))

    def _value(self, value: Value, row: Row) -> list[Patch]:
        patches = mapping_patches(
            self._lines, value, self._cells(row), row[-1], self._model, self._language, self._problems
        )
        return [*patches, note_patch(self._text, value.note, row[-1], self._problems)]

    def _name(self, item: Item, cell: Cell) -> list[Patch]:
        """The key; what follows on its line stays in its column."""
        if same(cell, item.name.text):
            return [kept(item.name.start, item.name.end, self._text, cell)]
        self._problems.one_line(cell)
        new = scalar(cell.text)
        patches = [Patch(item.name.start, item.name.end, (Piece(new, cell.place),))]
        colon = item.name.end + 1
        start = item.values[0].start
        if not item.listed and self._text[colon:start].strip(" ") == "" and start - colon > 1:
            blanks = start - colon + width(item.name.text) - width(new)
            patches.append(Patch(colon, start, (Piece(" " * max(blanks, 1)),)))
        return patches

    def _new(self, group: _Group) -> list[Piece]:
        indent, key = self._part.indent, scalar(group.name.text)
        self._problems.one_line(group.name)
        head = [Piece(indent), Piece(key, group.name.place), Piece(":")]
        if len(group.rows) > 1:
            items = [piece for row in group.rows for piece in self._new_item(row, indent + "  ")]
            return [*head, Piece(self._newline), *items]
        blanks = max(self._value_column() - width(indent + key) - 1, 1)
        row = group.rows[0]
        return [*head, Piece(" " * blanks), *self._flow(row), *self._note(row[-1]), Piece(self._newline)]

    def _value_column(self) -> int:
        """Where the values of the section begin, as most of its entries have it."""
        found = [
            width(self._text[self._lines.start(item.name.start) : item.values[0].start])
            for item in self._part.items
            if isinstance(item, Item)
            and not item.listed
            and self._lines.start(item.name.start) == self._lines.start(item.values[0].start)
        ]
        return max(set(found), key=found.count, default=0)

    def _flow(self, row: Row) -> list[Piece]:
        for cell in row[1:]:
            self._problems.one_line(cell)
        return flow(self._cells(row), self._model, self._language)

    def _note(self, cell: Cell) -> list[Piece]:
        return [Piece("  # "), Piece(cell.text, cell.place)] if cell.text else []

    def _new_item(self, row: Row, indent: str) -> list[Piece]:
        return [Piece(indent + "- "), *self._flow(row), *self._note(row[-1]), Piece(self._newline)]

    def _rows(self, item: Item, group: _Group) -> list[tuple[Row, Value | None]]:
        """Each row with the value of the file that it shares most cells with."""
        texts = [self._texts(replace(item, values=(value,)))[1:] for value in item.values]
        pairs = alike(texts, [row[1:] for row in group.rows])
        return [
            (row, None if index is None else item.values[index])
            for row, index in zip(group.rows, pairs, strict=True)
        ]

    def _timeline(self, group: _Group, item: Item) -> list[Piece]:
        first = item.values[0]
        at = self._lines.start(first.node.span.start)
        indent = self._text[at : at + len(self._text[at:]) - len(self._text[at:].lstrip(" "))]
        pieces = patched(self._text, item.start, first.start, self._name(item, group.name))
        for row, value in self._rows(item, group):
            if value is None:
                new = self._new_item(row, indent)
            else:
                new = patched(self._text, value.start, value.end, self._value(value, row))
            pieces += _ended(new, self._newline)
        return pieces

    def _to_timeline(self, group: _Group, item: Item) -> list[Piece]:
        """A parameter with one value gets more of them: each becomes an item of a list."""
        if item.remarks:
            self._problems.unwritable(
                group.name.place,
                "这个参数里有注释，不能改成一段时间一项",
                "there are comments in this parameter",
            )
            return []
        indent = self._part.indent
        line = self._lines.start(item.name.start)
        pieces = [
            Piece(self._text[item.start : line]),
            *patched(self._text, line, item.name.end, self._name(item, group.name)[:1]),
        ]
        pieces.append(Piece(":" + self._newline))
        for row, value in self._rows(item, group):
            if value is None or not value.inline:
                pieces += self._new_item(row, indent + "  ")
                continue
            inner = self._value(value, row)[:-1]
            body = patched(self._text, value.start, value.end, inner)
            pieces += [Piece(indent + "  - "), *body, *self._note(row[-1]), Piece(self._newline)]
        return pieces


def _ended(pieces: list[Piece], newline: str) -> list[Piece]:
    text = "".join(piece.text for piece in pieces)
    return pieces if not text or text.endswith("\n") else [*pieces, Piece(newline)]
