"""What the rows of a checklist or a form ask, in words: for the blank page and beside what became of each item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.filing.asks_form import form_lines
from policy_engine.filing.asks_papers import paper_lines
from policy_engine.filing.conditions import Conditions
from policy_engine.filing.words import Lang, Words, words_of
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement
from policy_engine.policy.model import Policy


@dataclass(frozen=True)
class Ask:
    """One row, worded.

    ``only``: conditions on the subject, all of which must hold for the row to concern it. ``need``: whether it must
    be there. ``lines``: what is asked of the paper or the field, a sentence each.
    """

    name: str
    slot: str  # of a form: the field
    only: tuple[str, ...]
    need: str
    required: bool | None  # None: it depends on the subject
    lines: tuple[str, ...]
    clauses: tuple[CitedClause, ...]
    at: str


@dataclass(frozen=True)
class AskedOf:
    """Everything one checklist or form may ask of a subject. ``kind``: "checklist" or "form"."""

    kind: str
    name: str
    entity: str
    asks: tuple[Ask, ...]


def everything_asked(policy: Policy, lang: Lang = "zh") -> tuple[AskedOf, ...]:
    """All checklists and forms of a policy by subject, without those rows that its readings switch off."""
    order = list(policy.entities)
    written = as_written(policy)
    bodies = sorted(
        policy.checklists.values(), key=lambda body: (order.index(body.entity), written.index(body.name))
    )
    return tuple(asked_of(policy, body, lang) for body in bodies)


def as_written(policy: Policy) -> list[str]:
    """The names of checklists and forms as the rule files have them, the parent's file first."""
    stages = [s for s in policy.stages if isinstance(s.body, Checklist | Form)]
    eldest = policy.lineage[::-1]
    stages.sort(key=lambda s: (eldest.index(s.policy) if s.policy in eldest else 0, s.span.start))
    return [s.key for s in stages]


def asked_of(policy: Policy, body: Checklist | Form, lang: Lang = "zh") -> AskedOf:
    """One checklist or form in words."""
    teller = _Teller(policy, body, words_of(lang))
    kind = "checklist" if isinstance(body, Checklist) else "form"
    return AskedOf(kind, body.name, body.entity, tuple(teller.asks()))


class _Teller:
    def __init__(self, policy: Policy, body: Checklist | Form, words: Words) -> None:
        self.policy, self.body, self.words = policy, body, words
        self.conditions = Conditions(policy, words)

    def asks(self) -> Iterator[Ask]:
        rows = self.body.requirements if isinstance(self.body, Checklist) else self.body.fields
        for row in rows:
            told = [(self.conditions.cell_settled(cell), cell) for cell in row.conditions]
            if not any(settled is False for settled, _ in told):
                only = tuple(self.conditions.cell(cell) for settled, cell in told if settled is None)
                yield self._ask(row, only)

    def _ask(self, row: Requirement | FieldRule, only: tuple[str, ...]) -> Ask:
        required = self.conditions.settled(row.required)
        known = self.policy.clauses
        return Ask(
            name=row.name,
            slot=row.field if isinstance(row, FieldRule) else row.slot,
            only=only,
            need=self._need(row, required),
            required=required,
            lines=tuple(self._lines(row)),
            clauses=tuple(CitedClause(c, known[c].position, known[c].summary) for c in row.clauses),
            at=f"{row.span.source.name}:{row.span.line}",
        )

    def _need(self, row: Requirement | FieldRule, required: bool | None) -> str:
        field = "field_" if isinstance(row, FieldRule) else ""
        must = self.words[f"{field}required"]
        if required is None:
            condition = self.conditions.text(row.required)
            return self.words["depends"].format(must=must, condition=condition)
        return must if required else self.words[f"{field}optional"]

    def _lines(self, row: Requirement | FieldRule) -> Iterator[str]:
        if isinstance(row, FieldRule):
            return form_lines(row, self.conditions)
        return paper_lines(row, self.conditions)
