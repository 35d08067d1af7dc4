"""Policies laid out for comparison, and what was found to differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One thing that is said of an entry: how it is shown, and what decides whether it is the same.

    ``what`` is a word of ``diff_words``; ``of`` the column or term it is about, as the rule file names it.
    """

    what: str
    shown: str
    meaning: object
    of: str = ""


@dataclass(frozen=True)
class ByEntity:
    """The meaning of a decision for each (sub-)entity; only those on both sides are compared.

    That it applies to other (sub-)entities is a difference of its own.
    """

    each: tuple[tuple[str, object], ...]

    def same(self, other: ByEntity) -> bool:
        mine, theirs = dict(self.each), dict(other.each)
        common = mine.keys() & theirs.keys()
        return all(mine[name] == theirs[name] for name in common) if common else self.each == other.each


@dataclass(frozen=True)
class Entry:
    """A clause, a parameter, a decision, a row … with the place it is written at.

    Entries of two policies are matched by ``id``; those left over by ``alias``, so that a new name is told as such.
    """

    kind: str
    id: str
    name: str
    at: str  # file:line
    origin: str  # the policy of the lineage it was written in
    inherited: bool
    fields: tuple[Field, ...]
    clauses: tuple[str, ...] = ()
    rows: tuple[Entry, ...] = ()
    ordered: bool = False  # the order of the rows means something
    alias: object = None
    within: str = ""  # the entity of a term

    @property
    def label(self) -> str:
        return f"{self.within}.{self.name}" if self.within else self.name


@dataclass(frozen=True)
class Cell:
    """A field that differs; blank where one side does not have it."""

    what: str
    of: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """An entry that only one side has, or that differs. ``order``: the names of common rows, where they were moved."""

    kind: str
    before: Entry | None
    after: Entry | None
    cells: tuple[Cell, ...] = ()
    rows: tuple[Change, ...] = ()
    order: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @property
    def how(self) -> str:
        """added, removed, renamed (by id, or by content) or changed."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "renamed" if self.before.name != self.after.name else "changed"

    @property
    def entry(self) -> Entry:
        found = self.after or self.before
        assert found is not None
        return found
