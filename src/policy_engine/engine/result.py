"""What an evaluation gives back: typed values by entity, key and term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.publishing import Plain, json_value, published, to_plain
from policy_engine.engine.rows import Dataset, Row
from policy_engine.engine.run_state import Run
from policy_engine.policy.checklist_model import Checklist, FieldRule, Form, Requirement
from policy_engine.policy.model import (
    Bracket,
    BracketScale,
    DecisionTable,
    Eligibility,
    Exclusion,
    Ground,
    Policy,
    Stage,
    TableRow,
    Term,
)


@dataclass(frozen=True)
class Decided:
    """One value: what it is, its unit, and for decided terms the row that fired and the clauses."""

    value: Plain
    unit: str | None
    row: str | None
    clauses: tuple[str, ...]
    text: str  # as published: fixed places, no exponent

    @property
    def clause(self) -> str | None:
        return self.clauses[0] if self.clauses else None


@dataclass(frozen=True, eq=False)
class Result:
    """The outcome of one case. Rows are looked up by entity (id or name) and key."""

    policy: Policy
    run: Run
    executor: str

    @property
    def dataset(self) -> Dataset:
        return self.run.dataset

    def entity(self, name: str) -> str:
        """The base entity called ``name`` (id or name). Raises KeyError."""
        for entity in self.policy.entities.values():
            if name in (entity.id, entity.name):
                return entity.base
        raise KeyError(f"{name}（{'、'.join(e.name for e in self.policy.base_entities)}）")

    def keys(self, entity: str) -> tuple[str, ...]:
        return tuple(r.key for r in self.dataset.rows[self.entity(entity)])

    def row(self, entity: str, key: str = "") -> Row:
        """The row itself; one-row entities need no key. Raises KeyError."""
        rows = self.dataset.rows[self.entity(entity)]
        for row in rows:
            if row.key == key:
                return row
        near = "、".join(nearest(key, [r.key for r in rows])) or "—"
        raise KeyError(f"{entity} {key}（{near}）")

    def term(self, entity: str, name: str) -> Term:
        """A term by id, name or alias. Raises KeyError."""
        own = self.policy.terms_of(self.entity(entity))
        for term in own:
            if name in (term.id, term.name, *term.aliases):
                return term
        raise KeyError(f"{entity}.{name}（{'、'.join(nearest(name, [t.name for t in own]))}）")

    def value(self, entity: str, key: str, term: str) -> Decided:
        """The value of a term for a member. Raises KeyError for an unknown name or key."""
        return self._decided(self.row(entity, key), self.term(entity, term))

    def values(self, entity: str, key: str = "") -> Mapping[str, Decided]:
        """Every value of a row by term id; sensitive terms are left out."""
        row = self.row(entity, key)
        own = self.policy.terms_of(row.entity)
        return {t.id: self._decided(row, t) for t in own if t.id in row.values and not t.sensitive}

    def stage(self, row: Row, term: str) -> Stage | None:
        """The stage that decided a term for a row."""
        for stage in self.policy.stages:
            if term in stage.outputs and row.part in self.policy.parts(stage.entity):
                return stage
        return None

    def _decided(self, row: Row, term: Term) -> Decided:
        value = row.values.get(term.id)
        fired, clauses = None, tuple[str, ...]()
        stage = self.stage(row, term.id)
        if stage is not None:
            names = self.run.fired.get((stage.id, id(row)), ())
            fired = "、".join(names) or None
            clauses = row_clauses(stage, names) or stage.clauses
        unit = term.unit.name if term.unit is not None and term.unit.name else None
        return Decided(to_plain(value), unit, fired, clauses, published(value, term))

    def carry_over(self) -> dict[str, dict[str, dict[str, str]]]:
        """What the next period takes as inputs: entity id → key → input id → value."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for item in self.policy.carry_over:
            output = self.policy.term(item.entity, item.output)
            for row in self.dataset.rows[item.entity]:
                by_key = found.setdefault(self.policy.entities[item.entity].id, {})
                by_key.setdefault(row.key, {})[item.input] = published(row.values.get(item.output), output)
        return found

    def to_dict(self) -> dict[str, dict[str, dict[str, object]]]:
        """Entity id → key → term id → value; numbers as decimal strings, ready for JSON."""
        return {
            entity.id: {
                row.key: {
                    term.id: json_value(row.values.get(term.id), term)
                    for term in self.policy.terms_of(entity.name)
                    if term.id in row.values and not term.sensitive
                }
                for row in self.dataset.rows[entity.name]
            }
            for entity in self.policy.base_entities
        }

    def __iter__(self) -> Iterator[Row]:
        return iter(self.dataset)


def row_clauses(stage: Stage, names: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses of the rows that fired, of the bracket reached, of the cases or items that decided."""
    rows: tuple[TableRow | Bracket | Ground | Exclusion | Requirement | FieldRule, ...] = ()
    if isinstance(stage.body, DecisionTable):
        rows = stage.body.rows
    elif isinstance(stage.body, BracketScale):
        rows = stage.body.brackets
    elif isinstance(stage.body, Eligibility):
        rows = stage.body.cases
    elif isinstance(stage.body, Checklist):
        rows = stage.body.requirements
    elif isinstance(stage.body, Form):
        rows = stage.body.fields
    fired = [r for r in rows if r.name in names]
    return tuple(dict.fromkeys(c for r in fired for c in r.clauses))
