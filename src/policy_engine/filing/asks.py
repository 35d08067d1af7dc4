"""What the rows of a checklist or a form ask, in words: for the blank page and beside what became of each item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_engine.engine.closures import Compiler
from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Aggregate, Node, ParentKey, TermRef, walk
from policy_engine.filing.asks_form import form_lines
from policy_engine.filing.asks_papers import paper_lines
from policy_engine.filing.wording import asked_text, condition_text
from policy_engine.filing.words import Lang, Words, words_of
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement
from policy_engine.policy.model import CellTest, Policy
from policy_engine.policy.substitute import fill_cell_input


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
    """All checklists and forms of a policy, without those rows that its readings switch off."""
    return tuple(asked_of(policy, body, lang) for body in policy.checklists.values())


def asked_of(policy: Policy, body: Checklist | Form, lang: Lang = "zh") -> AskedOf:
    """One checklist or form in words."""
    teller = _Teller(policy, body, words_of(lang))
    kind = "checklist" if isinstance(body, Checklist) else "form"
    return AskedOf(kind, body.name, body.entity, tuple(teller.asks()))


class _Teller:
    def __init__(self, policy: Policy, body: Checklist | Form, words: Words) -> None:
        self.policy, self.body, self.words = policy, body, words
        self.compiler = Compiler(policy)

    def asks(self) -> Iterator[Ask]:
        rows = self.body.requirements if isinstance(self.body, Checklist) else self.body.fields
        for row in rows:
            only = self._only(row.conditions)
            if only is not None:
                yield self._ask(row, only)

    def _ask(self, row: Requirement | FieldRule, only: tuple[str, ...]) -> Ask:
        required = self._settled(row.required)
        must = self.words["field_required" if isinstance(row, FieldRule) else "required"]
        may = self.words["field_optional" if isinstance(row, FieldRule) else "optional"]
        depends = self.words["depends"].format(must=must, condition=asked_text(row.required))
        known = self.policy.clauses
        return Ask(
            name=row.name,
            slot=row.field if isinstance(row, FieldRule) else row.slot,
            only=only,
            need=depends if required is None else must if required else may,
            required=required,
            lines=tuple(self._lines(row)),
            clauses=tuple(CitedClause(c, known[c].position, known[c].summary) for c in row.clauses),
            at=f"{row.span.source.name}:{row.span.line}",
        )

    def _lines(self, row: Requirement | FieldRule) -> Iterator[str]:
        if isinstance(row, FieldRule):
            return form_lines(row, self.policy.term(self.body.entity, row.term), self.words)
        return paper_lines(row, self.words)

    def _only(self, conditions: tuple[CellTest, ...]) -> tuple[str, ...] | None:
        """The conditions that depend on the subject; None when one that does not never holds."""
        told: list[str] = []
        for cell in conditions:
            settled = self._settled(fill_cell_input(cell.test, cell.value))
            if settled is False:
                return None
            if settled is None:
                told.append(condition_text(cell, self.words))
        return tuple(told)

    def _settled(self, node: Node) -> bool | None:
        """The value of a condition that reads no row (是, 否, 口径 and parameters); None: it depends on the subject."""
        if any(isinstance(part, TermRef | ParentKey | Aggregate) for part in walk(node)):
            return None
        try:
            return bool(self.compiler.compile(node)(Row("", "", {})))
        except Fault:  # it is told when a subject is there to be told about
            return None
