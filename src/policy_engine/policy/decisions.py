"""Bind 决定: each entry becomes one stage for each entity it applies to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Node
from policy_engine.feel.types import BooleanType, NumberType, Type
from policy_engine.feel.units import DIMENSIONLESS
from policy_engine.policy.allocations import bind_allocation
from policy_engine.policy.attempts import Attempt, guess
from policy_engine.policy.decision_tables import bind_table, table_outputs
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import (
    Body,
    Bracket,
    BracketScale,
    Check,
    Clause,
    Formula,
    Rounding,
    Stage,
    Term,
)
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.suggestions import report_unknown
from policy_engine.policy.totals import bind_total
from policy_engine.rulefile.choices import RoundingMode
from policy_engine.rulefile.documents import CheckDoc, DecisionDoc, ScaleDoc
from policy_engine.rulefile.documents import Rounding as RoundingDoc
from policy_engine.rulefile.scales import read_brackets

# What a failed check does; there is one way so far, and saying another must not pass unnoticed.
CONSEQUENCES = ("同包全部退回", "整包退回", "reject the package")


@dataclass(frozen=True)
class Target:
    """What a decision decides: for one entity, these terms."""

    entity: str
    outputs: tuple[Term, ...]


class DecisionBinder:
    """Binds the decisions of one policy against its names."""

    def __init__(
        self, names: NameTable, clauses: Mapping[str, Clause], language: str, report: Diagnostics
    ) -> None:
        self.names = names
        self.clauses = clauses
        self.language = language
        self.report = report
        self.attempts: list[Attempt] = []  # decisions that could not be bound

    def bind(self, merged: Merged) -> list[Stage]:
        languages = {doc.policy.text: doc.language for doc in merged.docs}
        stages: list[Stage] = []
        for name, doc, policy in merged.decisions:
            self.language = languages[policy]
            stages.extend(self._decision(name, doc, policy))
        for name, check, policy in merged.checks:
            stages.extend(self._check(name, check, policy))
        return stages

    def _decision(self, name: Fragment, doc: DecisionDoc, policy: str) -> list[Stage]:
        for clause in doc.clause:
            check_clause(clause, self.clauses, self.report)
        stages = []
        for target in self._targets(name, doc):
            try:
                body = self._body(name, doc, target)
            except LoadError as error:
                for item in error.diagnostics:
                    self.report.add(item)
                body = None
            if body is None:
                self.attempts.append(Attempt(target.entity, target.outputs, name.span()))
            else:
                stages.append(self._stage(name, doc, target, body, policy))
        return stages

    def _stage(self, name: Fragment, doc: DecisionDoc, target: Target, body: Body, policy: str) -> Stage:
        return Stage(
            key=name.text,
            entity=target.entity,
            outputs=tuple(t.id for t in target.outputs),
            roundings=self._roundings(doc, target),
            body=body,
            clauses=tuple(c.text for c in doc.clause),
            span=name.span(),
            policy=policy,
        )

    # -- what is decided, for whom ---------------------------------------------------------------

    def _targets(self, name: Fragment, doc: DecisionDoc) -> list[Target]:
        """``主体.词条``, or a bare name with 适用 listing the entities."""
        prefix, dot, term = name.text.rpartition(".")
        written = [(prefix, name)] if dot else [(e.text, e) for e in doc.applies]
        if not written or (dot and doc.applies):
            self.report.report("PE3060", name.span(), name=name.text)
            self._guess(name, self.names.entities, [term])
            return []
        targets = []
        for entity_name, where in written:
            entity = self.names.entity(entity_name)
            if entity is None:
                self._no_entity(entity_name, where)
                self._guess(name, self.names.entities, [term])
                continue
            outputs = self._outputs(name, doc, entity.name, term or name.text)
            if outputs:
                targets.append(Target(entity.name, outputs))
        return targets

    def _outputs(self, name: Fragment, doc: DecisionDoc, entity: str, term: str) -> tuple[Term, ...]:
        if doc.table is None:
            written = [Fragment(term, name.source, name.offsets[-len(term) - 1 :])]
        else:
            written = table_outputs(doc.table, self.language, self.report)
        found = [self._output(text, entity) for text in written]
        outputs = tuple(f for f in found if f is not None)
        if written and len(outputs) == len(written):
            return outputs
        # An unusable header still names what it is about, after the colons.
        headers = [re.split("[:：]", h.text)[-1].strip() for h in doc.table.header] if doc.table else []
        self._guess(name, [entity], [w.text for w in written] or headers)
        return ()

    def _output(self, text: Fragment, entity: str) -> Term | None:
        known = self.names.find(entity, text.text)
        if known is None and text.text not in self.names.refused:
            base = self.names.entities[entity].base
            own = [t.name for (e, _), t in self.names.terms.items() if e == base]
            report_unknown(self.report, "PE3061", text.span(), own, entity=entity, name=text.text)
        return known

    def _no_entity(self, name: str, where: Fragment) -> None:
        if name not in self.names.refused:
            report_unknown(self.report, "PE3001", where.span(), self.names.entities, name=name)

    def _guess(self, name: Fragment, entities: Iterable[str], terms: Iterable[str]) -> None:
        self.attempts.extend(guess(entities, terms, self.names, name.span()))

    # -- how it is decided -----------------------------------------------------------------------

    def _body(self, name: Fragment, doc: DecisionDoc, target: Target) -> Body | None:
        ways = (doc.formula, doc.table, doc.scale, doc.sum_up, doc.allocation)
        written = [w.span() if isinstance(w, Fragment) else w.span for w in ways if w is not None]
        if len(written) != 1:
            self.report.report("PE3062", *(sorted(written, key=lambda s: s.start) or [name.span()]))
            return None
        if doc.table is None:
            strays = (doc.hit_policy, doc.collect, *doc.default)
            for stray in strays:
                if stray is not None:
                    self.report.report("PE3077", stray.span)
        scope = self.names.scope(target.entity)
        output = target.outputs[0]
        if doc.formula is not None:
            return Formula(compile_expression(doc.formula, scope, output.type))
        if doc.table is not None:
            return bind_table(doc, target.outputs, scope, self.clauses, self.language, self.report)
        if doc.scale is not None:
            return self._scale(doc.scale, target.entity, output)
        if doc.sum_up is not None:
            return Formula(bind_total(doc.sum_up, scope, output.type))
        if doc.allocation is not None:
            return bind_allocation(doc, target.entity, output, self.names, self.report)
        return None

    def _scale(self, doc: ScaleDoc, entity: str, output: Term) -> BracketScale | None:
        scope = self.names.scope(entity)
        of = compile_expression(doc.of, scope)
        if not (isinstance(of.type, NumberType) and isinstance(output.type, NumberType)):
            self.report.report("PE3063", doc.of.span(), text=doc.of.text)
            return None
        rate_type = _rate_type(of.type, output.type)
        brackets = []
        for row in read_brackets(doc.brackets, self.language, self.report):
            for clause in row.clauses:
                check_clause(clause, self.clauses, self.report)
            brackets.append(
                Bracket(
                    name=row.name.text,
                    threshold=compile_expression(row.threshold, scope, of.type),
                    inclusive=row.inclusive,
                    rate=compile_expression(row.rate, scope, rate_type),
                    clauses=tuple(c.text for c in row.clauses),
                )
            )
        return BracketScale(of, doc.method.value, tuple(brackets)) if brackets else None

    def _roundings(self, doc: DecisionDoc, target: Target) -> tuple[Rounding | None, ...]:
        if doc.rounding is not None and len(target.outputs) > 1:
            self.report.report("PE3066", doc.rounding.span)
            return (None,) * len(target.outputs)
        by_name = {n.name.text: n for n in doc.roundings}
        found: list[Rounding | None] = []
        for term in target.outputs:
            rounding: RoundingDoc | None = doc.rounding
            if term.name in by_name:
                rounding = by_name.pop(term.name).value
            elif term.id in by_name:
                rounding = by_name.pop(term.id).value
            if rounding is not None:
                self._check_rounding(doc, term, rounding)
            found.append(Rounding(rounding.mode, rounding.places) if rounding else None)
        for left in by_name.values():
            self.report.report("PE3065", left.name.span(), name=left.name.text)
        return tuple(found)

    def _check_rounding(self, doc: DecisionDoc, term: Term, rounding: RoundingDoc) -> None:
        """A number is rounded, to its own places; an allocation has a grid, everything else a mode."""
        if term.kind not in NUMERIC_KINDS:
            self.report.report("PE3076", rounding.span, name=term.name)
        elif (doc.allocation is not None) is not (rounding.mode is RoundingMode.GRID):
            self.report.report("PE3067", rounding.span, name=term.name)
        elif term.places is not None and rounding.places != term.places:
            self.report.report(
                "PE3064", rounding.span, name=term.name, places=term.places, written=rounding.places
            )

    def _check(self, name: Fragment, doc: CheckDoc, policy: str) -> list[Stage]:
        prefix, dot, title = name.text.partition(".")
        entity = self.names.entity(prefix) if dot else None
        if entity is None:
            self._no_entity(prefix, name)
            return []
        for clause in doc.clause:
            check_clause(clause, self.clauses, self.report)
        if doc.otherwise is not None and doc.otherwise.text not in CONSEQUENCES:
            self.report.report("PE3087", doc.otherwise.span(), text=doc.otherwise.text)
        try:
            condition: Node = compile_expression(doc.require, self.names.scope(entity.name), BooleanType())
        except LoadError as error:
            for item in error.diagnostics:
                self.report.add(item)
            return []
        return [
            Stage(
                key=name.text,
                entity=entity.name,
                outputs=(),
                roundings=(),
                body=Check(title, condition),
                clauses=tuple(c.text for c in doc.clause),
                span=name.span(),
                policy=policy,
            )
        ]


def _rate_type(of: NumberType, output: NumberType) -> Type:
    """A rate turns the measured quantity into the output: its unit is their quotient."""
    if of.unit is None or output.unit is None:
        return NumberType(DIMENSIONLESS)
    return NumberType(output.unit.over(of.unit))
