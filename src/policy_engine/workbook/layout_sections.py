"""条款, 参数 and 口径: sections whose entries stand one a row."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.rulefile import documents as d
from policy_engine.rulefile.keywords import FIELDS, field_of
from policy_engine.rulefile.nodes import Entry, Mapping, Sequence
from policy_engine.rulefile.text_lines import Lines, end_of
from policy_engine.workbook.fields import Field, field_of_node
from policy_engine.workbook.layout_entries import Chunk, comment_of, note_of, yield_comments

LISTED: Map[str, type[d.Doc]] = MappingProxyType(
    {"clauses": d.ClauseDoc, "parameters": d.ParameterValueDoc, "readings": d.ReadingDoc}
)


@dataclass(frozen=True)
class Value:
    """A mapping that is shown as a row.

    ``start:end`` are its lines (of an item of a list) or its own text; ``keys`` where each key begins.
    """

    start: int
    end: int
    node: Mapping
    fields: Map[str, Field]
    keys: Map[str, int]
    note: Field

    @property
    def inline(self) -> bool:
        return self.node.flow


@dataclass(frozen=True)
class Item:
    """``start:end``: whole lines of an entry; ``listed`` when its values are the items of a list."""

    start: int
    end: int
    name: Field
    values: tuple[Value, ...]
    listed: bool
    remarks: str


@dataclass(frozen=True)
class ListPart:
    sheet: str
    field: str
    columns: tuple[str, ...]  # canonical names of the keys
    start: int
    end: int
    indent: str
    items: tuple[Item | Chunk, ...]  # a chunk is a comment line


def list_part(
    sheet: str, field: str, value: Mapping, section: Entry, language: str, lines: Lines
) -> ListPart | None:
    model = LISTED[field]
    start = lines.end(section.key.span.start)
    items: list[Item | Chunk] = []
    at = start
    for entry in value.entries:
        comments: list[Chunk] = []
        at = yield_comments(comments, at, lines.start(entry.key.span.start), lines)
        items.extend(comments)
        item = _item(entry, at, model, language, lines)
        if item is None:
            return None
        items.append(item)
        at = item.end
    first = value.entries[0].key.span.start
    indent = lines.text[lines.start(first) : first]
    return ListPart(sheet, field, tuple(FIELDS[model]), start, at, indent, tuple(items))


def _item(entry: Entry, start: int, model: type[d.Doc], language: str, lines: Lines) -> Item | None:
    node = entry.value
    end = lines.end(end_of(node) - 1)
    name = field_of_node(entry.key)
    if isinstance(node, Mapping):
        # A value in braces of several lines is commented at its end, one of block lines at its key.
        at = end_of(node) - 1 if node.flow else entry.key.span.start
        values = [_value(node, node.span.start, end_of(node), at, model, language, lines)]
    elif isinstance(node, Sequence) and not node.flow and all(isinstance(i, Mapping) for i in node.items):
        values = []
        at = lines.end(entry.key.span.start)
        for inner in node.items:
            assert isinstance(inner, Mapping)
            stop = lines.end(end_of(inner) - 1)
            values.append(_value(inner, at, stop, end_of(inner) - 1, model, language, lines))
            at = stop
    else:
        return None
    if any(value is None for value in values):
        return None
    kept = tuple(value for value in values if value is not None)
    return Item(start, end, name, kept, isinstance(node, Sequence), _remarks(start, end, kept, lines))


def _value(
    node: Mapping, start: int, end: int, note: int, model: type[d.Doc], language: str, lines: Lines
) -> Value | None:
    fields: dict[str, Field] = {}
    keys: dict[str, int] = {}
    for entry in node.entries:
        column = field_of(model, entry.key.text, language)
        if column is None:
            return None
        fields[column] = field_of_node(entry.value)
        keys[column] = entry.key.span.start
    return Value(start, end, node, MappingProxyType(fields), MappingProxyType(keys), note_of(note, lines))


def _remarks(start: int, end: int, values: tuple[Value, ...], lines: Lines) -> str:
    shown = {value.note.start for value in values}
    found = [comment_of(line, lines) for line in lines.between(start, end)]
    return "\n".join(f.text for f in found if f and f.start not in shown)
