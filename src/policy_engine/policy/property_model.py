"""性质: what should be true of the rules themselves, whatever people fill in. No outcome depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Node
from policy_engine.rulefile.choices import Direction


@dataclass(frozen=True)
class Always:
    """须: ``conclusion`` holds of every row for which ``premise`` (None: always) does."""

    premise: Node | None
    conclusion: Node


@dataclass(frozen=True)
class Monotone:
    """单调: of two cases that differ in the input ``by`` of a row only, the greater one has no smaller (不减) or no
    greater (不增) value of ``of``. ``premise`` holds in both."""

    premise: Node | None
    by: str  # the id of a number handed in
    of: Node
    direction: Direction


@dataclass(frozen=True)
class Conserved:
    """守恒: the parts of an allocation add up to its total."""

    term: str


@dataclass(frozen=True)
class Shareable:
    """可分摊: when the total of an allocation is not zero, some row can take it."""

    term: str


Statement = Always | Monotone | Conserved | Shareable


@dataclass(frozen=True)
class Claim:
    """A statement about the rows of one (sub-)entity."""

    entity: str
    statement: Statement


@dataclass(frozen=True)
class Property:
    """``claims``: one for each entity it is about. ``policy``: whose file it stands in."""

    name: str
    claims: tuple[Claim, ...]
    rationale: str | None
    clauses: tuple[str, ...]
    span: Span
    policy: str
