"""Bind 性质: each entry becomes one claim for each entity it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Node
from policy_engine.feel.types import BooleanType, NumberType
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Allocation, Clause, Stage, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.property_model import (
    Always,
    Claim,
    Conserved,
    Monotone,
    Property,
    Shareable,
    Statement,
)
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.documents import MonotoneDoc, PropertyDoc

TermKey = tuple[str, str]


class PropertyBinder:
    """Binds the properties of one policy; what is wrong with one is reported, and the rest still bound."""

    def __init__(
        self,
        names: NameTable,
        terms: Mapping[TermKey, Term],
        stages: Sequence[Stage],
        unbound: Sequence[Stage],
        clauses: Mapping[str, Clause],
        report: Diagnostics,
    ) -> None:
        self.names, self.terms, self.clauses, self.report = names, terms, clauses, report
        self.unbound = {(s.entity, out) for s in unbound for out in s.outputs}  # their own fault is told
        self.allocated = {(s.entity, s.outputs[0]) for s in stages if isinstance(s.body, Allocation)}

    def bind(self, merged: Merged) -> dict[str, Property]:
        found = {}
        for name, doc, policy in merged.properties:
            for clause in doc.clause:
                check_clause(clause, self.clauses, self.report)
            claims = tuple(self._claims(name, doc))
            if claims:
                rationale = doc.rationale.text if doc.rationale else None
                cited = tuple(c.text for c in doc.clause)
                found[name.text] = Property(name.text, claims, rationale, cited, name.span(), policy)
        return found

    def _claims(self, name: Fragment, doc: PropertyDoc) -> Iterator[Claim]:
        forms = (doc.require, doc.monotone, doc.conserved, doc.shareable)
        if sum(form is not None for form in forms) != 1:
            self.report.report("PE3240", name.span(), name=name.text)
            return
        path = doc.conserved or doc.shareable
        if path is not None:
            yield from self._about_allocation(name, doc, path)
            return
        for entity in self._entities(name, doc):
            try:
                statement = self._statement(entity, doc)
            except LoadError as error:
                for item in error.diagnostics:
                    self.report.add(item)
                continue
            if statement is not None:
                yield Claim(entity, statement)

    def _entities(self, name: Fragment, doc: PropertyDoc) -> Iterator[str]:
        """适用, or the entity in front of the name."""
        prefix, dot, _ = name.text.partition(".")
        written = [(e.text, e) for e in doc.applies] or ([(prefix, name)] if dot else [])
        if not written:
            self.report.report("PE3241", name.span(), name=name.text)
        for text, where in written:
            entity = self.names.entity(text)
            if entity is not None:
                yield entity.name
            elif text not in self.names.refused:
                report_unknown(self.report, "PE3001", where.span(), self.names.entities, name=text)

    def _statement(self, entity: str, doc: PropertyDoc) -> Statement | None:
        premise = self._condition(doc.when, entity) if doc.when is not None else None
        if doc.require is not None:
            return Always(premise, self._condition(doc.require, entity))
        assert doc.monotone is not None
        return self._monotone(entity, doc.monotone, premise)

    def _condition(self, text: Fragment, entity: str) -> Node:
        return compile_expression(text, self.names.scope(entity), BooleanType())

    def _monotone(self, entity: str, doc: MonotoneDoc, premise: Node | None) -> Monotone | None:
        known = self.names.find(entity, doc.by.text)
        term = self.terms.get((known.entity, known.id)) if known is not None else None
        if term is None or term.decided or term.kind not in NUMERIC_KINDS:
            self.report.report("PE3242", doc.by.span(), name=doc.by.text, entity=entity)
            return None
        of = compile_expression(doc.of, self.names.scope(entity))
        if not isinstance(of.type, NumberType) or of.type.nullable:
            self.report.report("PE3243", doc.of.span(), text=doc.of.text)
            return None
        return Monotone(premise, term.id, of, doc.direction.value)

    def _about_allocation(self, name: Fragment, doc: PropertyDoc, path: Fragment) -> Iterator[Claim]:
        """The path names the entity; nothing else may."""
        if doc.applies or doc.when is not None:
            self.report.report("PE3245", name.span(), name=name.text)
            return
        prefix, _, term = path.text.partition(".")
        entity = self.names.entity(prefix)
        known = self.names.find(entity.name, term) if entity is not None else None
        if entity is not None and known is not None and (entity.name, known.id) in self.unbound:
            return
        if entity is None or known is None or (entity.name, known.id) not in self.allocated:
            choices = [f"{e}.{self.terms[self.names.entities[e].base, t].name}" for e, t in self.allocated]
            shown = "、".join(sorted(choices)) or "—"
            self.report.report("PE3244", path.span(), name=path.text, choices=shown)
            return
        yield Claim(entity.name, Conserved(known.id) if doc.conserved else Shareable(known.id))
