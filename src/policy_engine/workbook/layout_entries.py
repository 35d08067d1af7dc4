"""An entry with a table (a decision, a checklist …): its keys above, its tables below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policy_engine.rulefile import documents as d
from policy_engine.rulefile.keywords import field_of
from policy_engine.rulefile.nodes import Entry, Mapping, Node, Scalar
from policy_engine.rulefile.shape import shapes
from policy_engine.rulefile.text_lines import Lines, end_of
from policy_engine.workbook.bars import Bars, bars_of
from policy_engine.workbook.fields import Field, field_of_node

_TABLES = {
    (d.DecisionDoc, "table"),
    (d.ScaleDoc, "brackets"),
    (d.EligibilityDoc, "grounds"),
    (d.EligibilityDoc, "exclusions"),
    (d.ChecklistDoc, "items"),
    (d.FormDoc, "fields_"),
    (d.LookupDoc, "table"),
}
_SECOND = {"exclusions"}  # on a sheet of its own, named after its key
Model = type[d.Doc]


@dataclass(frozen=True)
class TablePart:
    """``key`` is the path of keys to the table, ``name`` the last of them; ``note`` the comment behind it."""

    sheet: str
    key: str
    name: Field
    bars: Bars
    note: Field


@dataclass(frozen=True)
class Leaf:
    """A value below an entry, by its path of keys; ``note`` is the comment at the end of its line."""

    path: tuple[str, ...]
    name: Field
    field: Field
    note: Field | None


@dataclass(frozen=True)
class Chunk:
    """``start:end``: whole lines of a comment, or of a key with its value (blank lines before it included)."""

    start: int
    end: int
    comment: Field | None = None
    key: str = ""
    leaves: tuple[Leaf, ...] = ()
    tables: tuple[TablePart, ...] = ()
    value: tuple[int, int] = (0, 0)
    remarks: str = ""


@dataclass(frozen=True)
class EntryPart:
    """``start:end``: the lines from the key of the entry to its last line."""

    sheet: str
    model: Model
    start: int
    end: int
    indent: str
    name: Field
    note: Field
    chunks: tuple[Chunk, ...]

    @property
    def tables(self) -> tuple[TablePart, ...]:
        return tuple(table for chunk in self.chunks for table in chunk.tables)


def entry_parts(
    entry: Entry, model: Model, language: str, lines: Lines, name: Callable[[str], str]
) -> EntryPart | None:
    """None when the entry has no table in bars."""
    value = entry.value
    assert isinstance(value, Mapping)
    if not _has_table(value, model, language, lines):
        return None
    start, end = lines.start(entry.key.span.start), lines.end(end_of(value) - 1)
    chunks: list[Chunk] = []
    at = lines.end(entry.key.span.start)
    for inner in value.entries:
        first = lines.start(inner.key.span.start)
        at = yield_comments(chunks, at, first, lines)
        chunks.append(_chunk(entry, inner, at, model, language, lines, name))
        at = chunks[-1].end
    sheet = next(t.sheet for c in chunks for t in c.tables)
    indent = lines.text[lines.start(value.entries[0].key.span.start) : value.entries[0].key.span.start]
    return EntryPart(
        sheet,
        model,
        start,
        end,
        indent,
        field_of_node(entry.key),
        note_of(entry.key.span.start, lines),
        tuple(chunks),
    )


def yield_comments(chunks: list[Chunk], at: int, first: int, lines: Lines) -> int:
    """Comment lines before ``first`` become chunks; returns where the rest (blank lines) begins."""
    begin = at
    for start in lines.between(at, first):
        if lines.is_comment(start):
            end = lines.end(start)
            chunks.append(Chunk(begin, end, comment_of(start, lines)))
            begin = end
    return begin


def comment_of(offset: int, lines: Lines) -> Field | None:
    found = lines.comment(offset)
    return Field(*found, lines.text[found[0] + 1 : found[1]].strip()) if found else None


def note_of(offset: int, lines: Lines) -> Field:
    """The comment of a line, or the blank place at its end where one could stand."""
    stop = lines.start(offset) + len(lines.text[lines.start(offset) : lines.stop(offset)].rstrip())
    return comment_of(offset, lines) or Field(stop, stop, "")


def _has_table(value: Node, model: Model | None, language: str, lines: Lines) -> bool:
    if model is None or not isinstance(value, Mapping) or value.flow:
        return False
    for entry in value.entries:
        field = field_of(model, entry.key.text, language)
        if (model, field) in _TABLES and isinstance(entry.value, Scalar) and bars_of(entry.value, lines):
            return True
        if _has_table(entry.value, _model_below(model, field), language, lines):
            return True
    return False


def _model_below(model: Model, field: str | None) -> Model | None:
    kind = shapes(model)[field].kind if field and field in shapes(model) else None
    return kind if kind is d.ScaleDoc else None


def _chunk(
    entry: Entry,
    inner: Entry,
    start: int,
    model: Model,
    language: str,
    lines: Lines,
    name: Callable[[str], str],
) -> Chunk:
    end = lines.end(max(end_of(inner.value) - 1, inner.key.span.start))
    leaves: list[Leaf] = []
    tables: list[TablePart] = []
    for path, key, node, owner in _walk((), inner, model, language):
        field = field_of(owner, key.text, language) if owner else None
        bars = bars_of(node, lines) if (owner, field) in _TABLES and isinstance(node, Scalar) else None
        if bars:
            wanted = entry.key.text.strip()
            sheet = name(f"{wanted}·{key.text.strip()}" if field in _SECOND else wanted)
            tables.append(
                TablePart(sheet, " › ".join(path), field_of_node(key), bars, note_of(key.span.start, lines))
            )
            continue
        leaves.append(
            Leaf(path, field_of_node(key), field_of_node(node), _leaf_note(key, node, leaves, lines))
        )
    value = (inner.value.span.start, end_of(inner.value))
    remarks = _remarks(start, end, leaves, tables, lines)
    return Chunk(start, end, None, inner.key.text, tuple(leaves), tuple(tables), value, remarks)


def _leaf_note(key: Scalar, node: Node, leaves: list[Leaf], lines: Lines) -> Field | None:
    """One cell a line: of several values on a line only the first shows its comment."""
    end = end_of(node) - 1
    if lines.start(key.span.start) != lines.start(max(end, key.span.start)):
        return None
    if any(leaf.note and lines.start(leaf.field.start) == lines.start(key.span.start) for leaf in leaves):
        return None
    return note_of(key.span.start, lines)


def _walk(
    path: tuple[str, ...], entry: Entry, model: Model | None, language: str
) -> Iterator[tuple[tuple[str, ...], Scalar, Node, Model | None]]:
    here = (*path, entry.key.text.strip())
    if isinstance(entry.value, Mapping) and entry.value.entries:
        below = _model_below(model, field_of(model, entry.key.text, language)) if model else None
        for inner in entry.value.entries:
            yield from _walk(here, inner, below, language)
    else:
        yield here, entry.key, entry.value, model


def _remarks(start: int, end: int, leaves: list[Leaf], tables: list[TablePart], lines: Lines) -> str:
    """Comments of the lines that no cell shows."""
    shown = {f.start for f in [*(x.note for x in leaves), *(t.note for t in tables)] if f}
    found = [comment_of(line, lines) for line in lines.between(start, end)]
    return "\n".join(f.text for f in found if f and f.start not in shown)
