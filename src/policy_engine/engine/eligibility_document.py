"""What the report of an eligibility says: plain strings, ready for JSON. Truths are yes, unknown and no."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CitedClause:
    id: str
    position: str
    summary: str


@dataclass(frozen=True)
class MissingFact:
    """A fact that was not filled in."""

    entity: str
    key: str
    name: str


@dataclass(frozen=True)
class TestedCell:
    """A cell of a case, the value it was held against and whether that met it."""

    entity: str
    column: str
    cell: str
    value: str
    truth: str


@dataclass(frozen=True)
class CaseFinding:
    """A case and one document (``document`` blank: no document is concerned).

    ``truth``: of a ground, whether it is met, its document being usable; of an exclusion, whether it applies.
    """

    case: str
    consequence: str  # of an exclusion: strike, pending, refuse; blank for a ground
    document: str
    truth: str
    cells: tuple[TestedCell, ...]
    missing: tuple[MissingFact, ...]
    clauses: tuple[CitedClause, ...]
    at: str


@dataclass(frozen=True)
class DocumentFinding:
    """``standing``: usable, pending or struck; ``because`` names the exclusions."""

    key: str
    standing: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One column which, changed to ``to`` while all else stays, would have met the ground ``case``.

    ``column`` blank: a document that meets ``to`` would.
    """

    case: str
    entity: str
    key: str
    column: str
    to: str
    text: str
    text_en: str


@dataclass(frozen=True)
class EligibilityReport:
    """Every ground for and against. ``changes`` is empty when the verdict is met."""

    name: str
    entity: str
    key: str
    evidence: str
    term: str
    verdict: str
    truth: str
    documents: tuple[DocumentFinding, ...]
    grounds: tuple[CaseFinding, ...]
    exclusions: tuple[CaseFinding, ...]
    missing: tuple[MissingFact, ...]  # what a verdict of pending waits for
    changes: tuple[Change, ...]
