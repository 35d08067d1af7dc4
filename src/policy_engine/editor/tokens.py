"""The names in a piece of a rule file, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.analysis.subject import pieces
from policy_engine.editor.declared import Kind, names_in, subjects
from policy_engine.editor.desk import Paper
from policy_engine.editor.names import PARENT_WORDS, READING_WORDS, Identity, Names
from policy_engine.editor.scan import Piece, Spot
from policy_engine.editor.site import Site, site
from policy_engine.feel.typed import TermRef
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.process_documents import ProcessDoc

_PATH = re.compile(r"[^\W\d]\w*(?:[ ]*\.[ ]*[^\W\d]\w*)*")
_WORD = re.compile(r"\w+")
_TEXT = re.compile(r"\"[^\"]*\"?|“[^”]*”?")
_PREFIXED = re.compile(r"\s*(?P<prefix>[^:：]+?)\s*[:：]")
_PROSE = frozenset(
    {
        "title",
        "issuer",
        "number",
        "basis",
        "position",
        "summary",
        "reason",
        "rationale",
        "id",
        "key",
        "format",
    }
    | {"policy", "extends", "aliases", "otherwise", "file", "sheet", "unit", "options", "chosen", "verdicts"}
)
_ENTITY_FIELDS = frozenset(
    {
        (d.DecisionDoc, "applies"),
        (d.EntityDoc, "belongs_to"),
        (d.EntityDoc, "base"),
        (d.EntityDoc, "merged_within"),
        (d.EligibilityDoc, "entity"),
        (d.EligibilityDoc, "evidence"),
        (d.ChecklistDoc, "entity"),
        (d.ChecklistDoc, "papers"),
        (d.FormDoc, "entity"),
    }
)
_SILENT_COLUMNS = frozenset(
    {"id", "type", "unit", "places", "other", "range", "from_", "to", "review", "source", "consequence"}
    | {"format", "max_size", "length", "contains", "slot", "sealed", "sensitive", "unique"}
)
_SECTION_KINDS = {
    "entities": Kind.ENTITY,
    "clauses": Kind.CLAUSE,
    "parameters": Kind.PARAMETER,
    "readings": Kind.READING,
    "lookups": Kind.LOOKUP,
    "processes": Kind.PROCESS,
    "statement": Kind.ENTITY,
}


@dataclass(frozen=True)
class Token:
    """A name and all it may stand for, the likeliest first."""

    piece: Piece
    meanings: tuple[Identity, ...]


def column_of(spot: Spot, here: Site, language: str) -> tuple[str | None, str]:
    """The canonical column of a cell, and what follows its colon: ``当：免考`` → when, 免考."""
    if spot.table is None or spot.column >= len(spot.table.header):
        return None, ""
    text = spot.table.header[spot.column].text
    found = _PREFIXED.match(text)
    prefix = found["prefix"] if found else text
    return kw.column_of(here.columns, prefix, language), text[found.end() :].strip() if found else ""


class Tokens:
    """Reads the names of one file of a chain."""

    def __init__(self, names: Names, paper: Paper) -> None:
        self._names, self._paper = names, paper
        self._subjects = subjects(paper.outline, paper.language)
        self._typed = _typed(names, paper)

    def at(self, offset: int) -> Token | None:
        """The name at an offset."""
        found = [t for piece, spot in self._pieces() if piece.holds(offset) for t in self.read(piece, spot)]
        return next((t for t in found if t.piece.start <= offset <= t.piece.end and t.meanings), None)

    def all(self) -> Iterator[Token]:
        """Every name of the file that stands for something."""
        for piece, spot in self._pieces():
            yield from (token for token in self.read(piece, spot) if token.meanings)

    def about(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The entities whose rows an entry is about."""
        found = self._subjects.get(path[:2], ())
        if found or len(path) < 2:
            return found
        first = re.split(r"[.．]", path[1])[0]
        here = self._names.entity(first)
        return (here.name,) if here is not None else ()

    def _pieces(self) -> Iterator[tuple[Piece, Spot]]:
        outline = self._paper.outline
        for entry in outline.entries:
            yield entry.key, Spot(entry.path, "key")
        for value in outline.values:
            yield value.piece, Spot(value.path, "value")
        for table in outline.tables:
            for row, cells in enumerate(table.rows):
                for column, cell in enumerate(cells):
                    role = "cell" if row else "header"
                    yield cell, Spot(table.path, role, table, row, column)

    # what a piece holds

    def read(self, piece: Piece, spot: Spot) -> Iterator[Token]:
        """The names in a piece of the file."""
        here = site(spot.path, self._paper.language)
        if not here.known:
            return
        if spot.role == "key":
            yield from self._key(piece, spot, here)
        elif spot.role == "value":
            yield from self._value(piece, spot, here)
        else:
            yield from self._cell(piece, spot, here)

    def _key(self, piece: Piece, spot: Spot, here: Site) -> Iterator[Token]:
        if not here.naming:
            return
        kind = _SECTION_KINDS.get(here.section)
        if len(spot.path) == 1 and kind is not None:
            known = kind is Kind.ENTITY and self._names.entity(piece.text)
            name = known.name if known else piece.text
            yield Token(piece, (Identity(kind, name),))
        elif here.section == "processes" and here.field == "steps":
            yield Token(piece, (Identity(Kind.STEP, piece.text, here.names[0]),))
        else:
            yield from self._expression(piece, self.about((*spot.path, piece.text)), ())

    def _value(self, piece: Piece, spot: Spot, here: Site) -> Iterator[Token]:
        if here.field == "clause":
            yield from self._clauses(piece)
        elif (here.model, here.field) in _ENTITY_FIELDS or (
            here.model is ProcessDoc and here.field == "matter"
        ):
            yield from self._entities(piece)
        elif here.field not in _PROSE:
            yield from self._expression(piece, self.about(spot.path), ())

    def _cell(self, piece: Piece, spot: Spot, here: Site) -> Iterator[Token]:
        column, subject = column_of(spot, here, self._paper.language)
        about = self.about(spot.path)
        if spot.role == "header":
            found = _PREFIXED.match(piece.text)
            if found is not None and column is not None:
                yield from self._expression(_part(piece, found.end()), about, ())
        elif column == "clause":
            yield from self._clauses(piece)
        elif column == "entity":
            yield from self._entities(piece)
        elif column in ("name", "field"):
            yield from self._named_cell(piece, spot, here, column, about)
        elif column not in _SILENT_COLUMNS and here.section != "lookups":
            yield from self._expression(piece, about, self._options(subject, about))

    def _named_cell(
        self, piece: Piece, spot: Spot, here: Site, column: str, about: tuple[str, ...]
    ) -> Iterator[Token]:
        """The cell in which a term or parameter is declared; the names of other rows mean nothing."""
        if here.field == "parameters":
            yield Token(piece, (Identity(Kind.PARAMETER, piece.text),))
        elif column == "field":
            yield from self._expression(piece, about, ())
        elif here.field == "terms" and spot.table is not None:
            header = [kw.column_of(kw.TERM_COLUMNS, c.text, self._paper.language) for c in spot.table.header]
            row = spot.table.rows[spot.row]
            at = header.index("entity") if "entity" in header else -1
            owners = names_in(row[at]) if 0 <= at < len(row) else ()
            bases = dict.fromkeys(self._names.base(owner.text) for owner in owners)
            yield Token(piece, tuple(Identity(Kind.TERM, piece.text, base) for base in bases))

    def _clauses(self, piece: Piece) -> Iterator[Token]:
        for part in names_in(piece):
            known = Identity(Kind.CLAUSE, part.text)
            if known in self._names.places:
                yield Token(part, (known,))

    def _entities(self, piece: Piece) -> Iterator[Token]:
        for part in names_in(piece):
            known = self._names.entity(part.text)
            if known is not None:
                yield Token(part, (Identity(Kind.ENTITY, known.name),))

    def _options(self, subject: str, about: tuple[str, ...]) -> frozenset[str]:
        """What a cell of an option column may say: there a name is an option, not a term."""
        first, _, second = subject.partition(".")
        if first in READING_WORDS:
            return frozenset(self._names.options(second))
        owners = (first,) if second else about
        for owner in owners:
            identity = self._names.term(owner, second or first)
            term = self._names.bound_term(identity) if identity is not None else None
            if term is not None and isinstance(term.type, OptionType | LevelType):
                return frozenset(options_of(term.type))
        return frozenset()

    # expressions

    def _expression(
        self, piece: Piece, about: tuple[str, ...], options: frozenset[str] | tuple[()]
    ) -> Iterator[Token]:
        hidden = [found.span() for found in _TEXT.finditer(piece.text)]
        for found in _PATH.finditer(piece.text):
            if any(start <= found.start() < end for start, end in hidden):
                continue
            parts = [
                _part(piece, found.start() + w.start(), found.start() + w.end())
                for w in _WORD.finditer(found[0])
            ]
            if len(parts) == 1 and parts[0].text in options:
                continue
            called = piece.text[found.end() :].lstrip()[:1] in ("(", "（")
            yield from self._path(parts, about, called)

    def _path(self, parts: list[Piece], about: tuple[str, ...], called: bool) -> Iterator[Token]:
        first, last = parts[0], parts[-1]
        sure = self._typed.get(last.end, ())
        if len(parts) == 1:
            yield Token(first, sure or tuple(self._bare(first.text, about, called)))
            return
        if first.text in READING_WORDS:
            identity = Identity(Kind.READING, last.text)
            yield Token(last, (identity,) if identity in self._names.places else ())
            return
        owner = self._names.entity(parts[-2].text)
        if owner is not None:
            yield Token(parts[-2], (Identity(Kind.ENTITY, owner.name),))
            known = self._names.term(owner.name, last.text)
            yield Token(last, sure or ((known,) if known is not None else ()))

    def _bare(self, name: str, about: tuple[str, ...], called: bool) -> Iterator[Identity]:
        names = self._names
        if called:
            yield from self._known(Kind.LOOKUP, name)
            return
        own = [t for entity in about if (t := names.term(entity, name)) is not None]
        yield from dict.fromkeys(own)
        if own:
            return
        yield from self._known(Kind.PARAMETER, name)
        entity = names.entity(name)
        for word in PARENT_WORDS:
            if entity is None and name.startswith(word):
                entity = names.entity(name.removeprefix(word))
        if entity is not None:
            yield Identity(Kind.ENTITY, entity.name)
        yield from names.owners_of(name)
        yield from self._known(Kind.LOOKUP, name)

    def _known(self, kind: Kind, name: str) -> Iterator[Identity]:
        identity = Identity(kind, name)
        if identity in self._names.places:
            yield identity


def options_of(type_: object) -> tuple[str, ...]:
    """The names a value of an option or level type may have."""
    if isinstance(type_, OptionType):
        return tuple(type_.options)
    return tuple(type_.levels) if isinstance(type_, LevelType) else ()


def _part(piece: Piece, start: int, end: int | None = None) -> Piece:
    text = piece.text[start:end]
    left = len(text) - len(text.lstrip())
    bare = text.strip()
    return Piece(bare, piece.start + start + left, piece.start + start + left + len(bare))


def _typed(names: Names, paper: Paper) -> dict[int, tuple[Identity, ...]]:
    """Where the checked expressions of the file name a term, by the end of the name; sure, as far as it goes.

    Only while the text is the one that was bound. Equal tests of a table are kept once, so that some are missing.
    """
    bound = names.bound
    if bound is None or paper.path is None:
        return {}
    doc = next((x for x in bound.docs if x.source.name == str(paper.path)), None)
    if doc is None or doc.source.text != paper.text:
        return {}
    by_id = {(t.entity, t.id): t.name for t in bound.policy.terms}
    found: dict[int, tuple[Identity, ...]] = {}
    for node in pieces((bound.policy.stages, bound.policy.statements, tuple(bound.policy.entities.values()))):
        if isinstance(node, TermRef) and node.span.source.name == doc.source.name:
            name = by_id.get((node.entity, node.term))
            if name is not None:
                before, own = found.get(node.span.end, ()), Identity(Kind.TERM, name, node.entity)
                found[node.span.end] = before if own in before else (*before, own)
    return found
