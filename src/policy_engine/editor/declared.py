"""What a rule file declares, by its lines alone: so that a name is known while the file does not bind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy_engine.editor.scan import Outline, Piece, Table
from policy_engine.editor.site import site
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw

_ENTITY_SPLIT = re.compile(r"[^、，,；;]+")


class Kind(StrEnum):
    TERM = "term"
    ENTITY = "entity"
    PARAMETER = "parameter"
    READING = "reading"
    LOOKUP = "lookup"
    CLAUSE = "clause"
    DECISION = "decision"
    PROCESS = "process"
    STATE = "state"
    STEP = "step"


@dataclass(frozen=True)
class Declared:
    """A name and where it is declared. ``owners``: the entities whose rows have a term; the process of a state."""

    kind: Kind
    name: str
    piece: Piece
    owners: frozenset[str] = frozenset()
    cells: tuple[tuple[str, str], ...] = ()  # the row of 词条, by canonical column


_ENTRIES = {
    "entities": Kind.ENTITY,
    "parameters": Kind.PARAMETER,
    "readings": Kind.READING,
    "lookups": Kind.LOOKUP,
    "clauses": Kind.CLAUSE,
    "decisions": Kind.DECISION,
    "checks": Kind.DECISION,
    "eligibilities": Kind.DECISION,
    "checklists": Kind.DECISION,
    "forms": Kind.DECISION,
    "processes": Kind.PROCESS,
}
_VERDICTS = ("eligibilities", "checklists", "forms")  # their names are terms of 对象


def declarations(outline: Outline, language: str) -> tuple[Declared, ...]:
    """In the order of the file."""
    found = [*_entries(outline, language), *_rows(outline, language)]
    return tuple(sorted(found, key=lambda item: item.piece.start))


def names_in(piece: Piece) -> tuple[Piece, ...]:
    """The names of a list such as ``售电公司、用户``, each with its place."""
    found = []
    for match in _ENTITY_SPLIT.finditer(piece.text):
        bare = match[0].strip()
        start = piece.start + match.start() + len(match[0]) - len(match[0].lstrip())
        if bare:
            found.append(Piece(bare, start, start + len(bare)))
    return tuple(found)


def subjects(outline: Outline, language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each entry (by its path) the entities it is about: 适用 and 对象."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for value in outline.values:
        if len(value.path) == 3:
            here = site(value.path, language)
            if here.known and here.field in ("applies", "entity", "matter"):
                names = tuple(p.text for p in names_in(value.piece))
                found[value.path[:2]] = (*found.get(value.path[:2], ()), *names)
    return found


def _entries(outline: Outline, language: str) -> Iterator[Declared]:
    about = subjects(outline, language)
    for entry in outline.entries:
        here = site(entry.path, language)
        if not here.known or not here.naming:
            continue
        if len(entry.path) == 1 and here.section in _ENTRIES:
            yield Declared(_ENTRIES[here.section], entry.key.text, entry.key)
            if here.section in _VERDICTS:
                owners = frozenset(about.get((*entry.path, entry.key.text), ()))
                yield Declared(Kind.TERM, entry.key.text, entry.key, owners)
        elif here.section == "processes" and here.field == "steps":
            yield Declared(Kind.STEP, entry.key.text, entry.key, frozenset(here.names[:1]))


def _rows(outline: Outline, language: str) -> Iterator[Declared]:
    about = subjects(outline, language)
    for table in outline.tables:
        here = site(table.path, language)
        if (here.model, here.field) == (d.PolicyDoc, "terms"):
            yield from _named_rows(table, Kind.TERM, kw.TERM_COLUMNS, "name", language)
        elif (here.model, here.field) == (d.PolicyDoc, "parameters"):
            yield from _named_rows(table, Kind.PARAMETER, kw.PARAMETER_COLUMNS, "name", language)
        elif here.section == "forms" and here.field == "fields_":
            owners = frozenset(about.get(table.path[:2], ()))
            yield from _fields(table, owners, language)


def _named_rows(
    table: Table, kind: Kind, words: Mapping[str, kw.Word], column: str, language: str
) -> Iterator[Declared]:
    columns = [kw.column_of(words, cell.text, language) for cell in table.header]
    for row in table.rows[1:]:
        cells = {c: piece for c, piece in zip(columns, row, strict=False) if c is not None}
        name = cells.get(column)
        if name is None or not name.text:
            continue
        owners = frozenset(p.text for p in names_in(cells["entity"])) if "entity" in cells else frozenset()
        yield Declared(kind, name.text, name, owners, tuple((c, p.text) for c, p in cells.items()))


def _fields(table: Table, owners: frozenset[str], language: str) -> Iterator[Declared]:
    """A field with an id is a term of its own."""
    columns = [kw.column_of(kw.FORM_COLUMNS, cell.text, language) for cell in table.header]
    for row in table.rows[1:]:
        cells = {c: piece for c, piece in zip(columns, row, strict=False) if c is not None}
        name, id_ = cells.get("field"), cells.get("id")
        if name is not None and id_ is not None and name.text and id_.text not in ("", "-"):
            yield Declared(Kind.TERM, name.text, name, owners, (("id", id_.text),))
