"""One file while its mutants are made: what is written, where, and how a place in it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile.bars import BARS
from policy_engine.rulefile.columns import BLANKS
from policy_engine.rulefile.documents import BarTable, PolicyDoc
from policy_engine.rulefile.keywords import FIELDS, WORDS, Word
from policy_engine.rulefile.words import split_names
from policy_engine.testing.mutants_feel import Around
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_text import Edit, Slip, exchanged
from policy_engine.testing.mutants_tree import Written
from policy_engine.testing.mutants_words import Words

BLANK = "-"


@dataclass(frozen=True)
class Place:
    """A part of a file: ``name`` for people, the clauses it cites."""

    name: str
    clauses: tuple[str, ...]
    row: str = ""  # of a table


Placed = Iterator[tuple[Place, Slip]]


@dataclass(frozen=True)
class Sheet:
    """The file: its document, its tree, the words of the policy it makes."""

    doc: PolicyDoc
    written: Written
    words: Words

    def around(self, entities: Iterable[str] = (), key: str = "") -> Around:
        return Around(self.words, tuple(entities), key)

    def word(self, model: type, field: str) -> str:
        """A keyword in the language of the file."""
        return FIELDS[model][field].of(self.doc.language)

    # -- slips that many sections share ------------------------------------------------------------

    def lost(self, kind: Kind, value: Span, before: str = "") -> Iterator[Slip]:
        """A key with its value is not there."""
        edit = self.written.without_entry(value)
        if edit is not None:
            yield Slip(kind, before or short(value.text), "", (edit,))

    def items_lost(self, kind: Kind, items: Iterable[Fragment]) -> Iterator[Slip]:
        """Items of a list in brackets, each by itself."""
        for item in items:
            edit = self.written.without_item(item.span())
            if edit is not None:
                yield Slip(kind, item.text, "", (edit,))

    def key_is(self, kind: Kind, value: Span, word: Word) -> Iterator[Slip]:
        """Another key before the same value."""
        key = self.written.key(value)
        if key is not None:
            yield exchanged(kind, key, word.of(self.doc.language))

    def other_words(
        self, kind: Kind, span: Span, value: StrEnum, others: Iterable[StrEnum]
    ) -> Iterator[Slip]:
        """Another word of a closed set."""
        table = WORDS[type(value)]
        for other in others:
            yield exchanged(kind, span, table[other].of(self.doc.language))

    def clauses(self, cited: Iterable[Fragment]) -> Iterator[Slip]:
        """Each clause that is cited, taken for the next of the notice that is not."""
        names = tuple(c.text for c in cited)
        for clause in cited:
            other = self._other_clause(clause.text, names)
            if other is not None:
                yield exchanged(Kind.CLAUSE, clause.span(), other)

    def _other_clause(self, clause: str, cited: tuple[str, ...]) -> str | None:
        own = tuple(c.name.text for c in self.doc.clauses)
        known = [c for c in self.words.clauses if c in own]
        if clause not in own:
            return None
        at = own.index(clause)
        later = [c for c in (*own[at + 1 :], *own[:at]) if c in known and c not in cited]
        return later[0] if later else None


def short(text: str) -> str:
    """One line of at most forty characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def bars(table: BarTable, sheet: Sheet) -> bool:
    """Whether a table is written in this file as lines of bars, so that lines can be taken out."""
    first = table.header[0].span() if table.header else None
    if first is None or first.source is not sheet.doc.source:
        return False
    return first.source.line(first.line).lstrip().startswith(tuple(BARS))


def row_lost(name: str, cell: Fragment) -> Slip:
    return Slip(Kind.ROW, name, "", (Edit.no_line(cell),))


def cell_blank(cell: Fragment, about: str) -> Iterator[Slip]:
    if cell.text.strip() not in BLANKS:
        yield Slip(Kind.CELL, cell.text, BLANK, (Edit.of(cell, BLANK),), where=about)


def cell_list(cell: Fragment) -> tuple[Fragment, ...]:
    return () if cell.text.strip() in BLANKS else split_names(cell)


def within(slips: Iterable[Slip], where: str) -> Iterator[Slip]:
    return (replace(s, where=s.where or where) for s in slips)


def concerning(slips: Iterable[Slip], clauses: tuple[str, ...]) -> Iterator[Slip]:
    return (replace(s, clauses=clauses) for s in slips)
