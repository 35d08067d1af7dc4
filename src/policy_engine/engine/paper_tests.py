"""Questions about one paper: its kind, its slot, its seal and its file. Each is a test of a row of a table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine.rows import Row
from policy_engine.policy.checklist_model import (
    FILE_FORMAT,
    FILE_PROBLEM,
    FILE_SIZE,
    KIND,
    SEALED,
    SLOT,
    FileFormat,
    Requirement,
    Seal,
)


@dataclass(frozen=True)
class OfKind:
    """It is one of these kinds; of none, when there are none."""

    kinds: frozenset[str]

    def holds(self, paper: Row) -> bool:
        return paper.values.get(KIND) in self.kinds


@dataclass(frozen=True)
class InSlot:
    """It was put into this slot or, unless that must be said ``by_name``, into none."""

    slot: str
    by_name: bool

    def holds(self, paper: Row) -> bool:
        slot = paper.values.get(SLOT)
        return slot == self.slot or (slot is None and not self.by_name)


@dataclass(frozen=True)
class Sealed:
    def holds(self, paper: Row) -> bool:
        return paper.values.get(SEALED) is True


@dataclass(frozen=True)
class HasFormat:
    """Its file is of one of these formats. A file nobody looked at is of none."""

    formats: frozenset[FileFormat]

    def holds(self, paper: Row) -> bool:
        return paper.values.get(FILE_FORMAT) in self.formats


@dataclass(frozen=True)
class NotLarger:
    """Its file has at most so many bytes. A file nobody looked at may have more."""

    limit: int

    def holds(self, paper: Row) -> bool:
        size = paper.values.get(FILE_SIZE)
        return isinstance(size, Fraction) and size <= self.limit


@dataclass(frozen=True)
class Usable:
    """Nothing is known against its file."""

    def holds(self, paper: Row) -> bool:
        return paper.values.get(FILE_PROBLEM) is None


PaperTest = OfKind | InSlot | Sealed | HasFormat | NotLarger | Usable


def sent_tests(asked: Requirement) -> tuple[PaperTest, ...]:
    """What makes a paper one that was handed in for a row."""
    slot = InSlot(asked.slot, by_name=not asked.kinds)
    return (OfKind(frozenset(asked.kinds)), slot) if asked.kinds else (slot,)


def sent_instead_tests(asked: Requirement) -> tuple[PaperTest, ...]:
    """What makes a paper one that was handed in to stand for what a row asks."""
    return OfKind(frozenset(asked.substitutes)), InSlot(asked.slot, by_name=False)


def fitness_tests(asked: Requirement, instead: bool) -> tuple[PaperTest, ...]:
    """What a paper that was handed in for a row must be like; ``instead``: that stands for what it asks."""
    found: list[PaperTest] = [Usable()]
    if needs_seal(asked, instead):
        found.append(Sealed())
    if asked.formats:
        found.append(HasFormat(frozenset(asked.formats)))
    if asked.max_bytes is not None:
        found.append(NotLarger(asked.max_bytes))
    return tuple(found)


def needs_seal(asked: Requirement, instead: bool) -> bool:
    return asked.seal is Seal.ALL or asked.seal is (Seal.SUBSTITUTE if instead else Seal.PAPER)
