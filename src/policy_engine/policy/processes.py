"""Bind 流程: each process with its steps, deadlines and results, against the names of the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Node
from policy_engine.feel.types import BooleanType, TextType, with_nullable
from policy_engine.policy.model import Clause, Entity, Lookup, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.process_actors import bind_actor
from policy_engine.policy.process_checks import check_process, check_processes
from policy_engine.policy.process_deadlines import bind_deadline
from policy_engine.policy.process_exclusive import bind_exclusive, check_exclusive
from policy_engine.policy.process_facts import Matter
from policy_engine.policy.process_model import Exclusive, Inbox, Process, ProcessStep, ResultRule
from policy_engine.policy.process_unique import bind_unique
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.document_base import Named
from policy_engine.rulefile.process_documents import InboxDoc, ProcessDoc, StepDoc

Docs = Mapping[str, ProcessDoc]
_PATH = re.compile(
    r"(?:(?P<policy>[\w-]+(?:/[\w-]+)+)\.)?"
    r"(?:(?P<entity>[^.()（）/]+)(?:[(（](?P<key>[^()（）]+)[)）])?\.)?(?P<term>[^.()（）/]+)"
)


def bind_processes(
    merged: Merged,
    names: NameTable,
    terms: Mapping[tuple[str, str], Term],
    lookups: Mapping[str, Lookup],
    clauses: Mapping[str, Clause],
    report: Diagnostics,
) -> dict[str, Process]:
    """Every process that makes sense; what is wrong with the others is reported."""
    docs = {name.text: doc for name, doc, _ in merged.processes}
    binder = _Binder(names, terms, lookups, clauses, docs, report)
    found: dict[str, Process] = {}
    for name, doc, policy in merged.processes:
        process = binder.process(name, doc, policy)
        if process is not None:
            found[name.text] = process
    if len(found) == len(docs):
        check_processes(found, report)
    return found


@dataclass(frozen=True)
class _Binder:
    names: NameTable
    terms: Mapping[tuple[str, str], Term]
    lookups: Mapping[str, Lookup]
    clauses: Mapping[str, Clause]
    docs: Docs
    report: Diagnostics

    def process(self, name: Fragment, doc: ProcessDoc, policy: str) -> Process | None:
        before = self.report.failures
        entity = self._entity(doc.matter)
        if entity is None:
            return None
        matter = Matter(self.names, self.terms, entity, self.report)
        steps = [self._step(name.text, s.name, s.value, doc, matter) for s in doc.steps]
        bound = Process(
            name=name.text,
            entity=entity.name,
            unique=bind_unique(doc.unique, matter),
            exclusive=self._exclusive(doc, matter),
            start=doc.start.text,
            steps=tuple(s for s in steps if s is not None),
            final=tuple(f.text for f in doc.final),
            editable=tuple(e.text for e in doc.editable) or (doc.start.text,),
            month=matter.month(),
            results=tuple((r.name.text, tuple(self._results(r.value.entries, matter))) for r in doc.results),
            inbox=self._inbox(doc.inbox, matter) if doc.inbox else None,
            span=name.span(),
            policy=policy,
        )
        if self.report.failures > before:
            return None
        check_process(bound, doc, self.report)
        check_exclusive(bound, doc, matter)
        return bound

    def _exclusive(self, doc: ProcessDoc, matter: Matter) -> Exclusive | None:
        try:
            return bind_exclusive(doc.exclusive, matter, self.clauses)
        except LoadError as error:
            for item in error.diagnostics:
                self.report.add(item)
            return None

    def _entity(self, name: Fragment) -> Entity | None:
        entity = self.names.entity(name.text)
        if entity is None:
            report_unknown(self.report, "PE3001", name.span(), self.names.entities, name=name.text)
        elif entity.single or entity.is_sub:
            self.report.report("PE3140", name.span(), name=name.text)
            return None
        return entity

    # -- steps -----------------------------------------------------------------------------------

    def _step(
        self, process: str, name: Fragment, doc: StepDoc, owner: ProcessDoc, matter: Matter
    ) -> ProcessStep | None:
        for clause in doc.clause:
            check_clause(clause, self.clauses, self.report)
        try:
            requires = self._compile(doc.precondition, matter, BooleanType()) if doc.precondition else None
            actor = bind_actor(process, doc.actor, matter, self.docs, self.lookups)
            deadline = bind_deadline(process, name, doc, owner, matter, self.docs)
        except LoadError as error:
            for item in error.diagnostics:
                self.report.add(item)
            return None
        return ProcessStep(
            name=name.text,
            actor=actor,
            from_=tuple(f.text for f in doc.from_),
            to=doc.to.text,
            precondition=requires,
            deadline=deadline,
            note=doc.note.text if doc.note else None,
            drives=doc.drives.text if doc.drives else None,
            clauses=tuple(c.text for c in doc.clause),
            span=name.span(),
        )

    def _compile(self, text: Fragment, matter: Matter, expected: BooleanType | TextType) -> Node:
        return compile_expression(text, self.names.scope(matter.entity.name), expected)

    # -- results ---------------------------------------------------------------------------------

    def _results(self, entries: tuple[Named[Fragment], ...], matter: Matter) -> Iterator[ResultRule]:
        for entry in entries:
            try:
                rule = self._result(entry.name, entry.value, matter)
            except LoadError as error:
                for item in error.diagnostics:
                    self.report.add(item)
                continue
            if rule is not None:
                yield rule

    def _result(self, path: Fragment, value: Fragment, matter: Matter) -> ResultRule | None:
        parts = _PATH.fullmatch(path.text)
        if parts is None or (parts["policy"] and not parts["entity"]):
            self.report.report("PE3152", path.span(), path=path.text)
            return None
        scope = self.names.scope(matter.entity.name)
        if parts["policy"]:
            key = None
            if parts["key"]:
                key = self._compile(path.slice(*parts.span("key")), matter, TextType())
            node = compile_expression(value, scope)
            return ResultRule(parts["policy"], parts["entity"], parts["term"], key, node, path.span())
        own = parts["entity"] in (None, matter.entity.name, matter.entity.id)
        term = matter.own(parts["term"]) if own else None
        if term is None or parts["key"]:
            self.report.report("PE3152", path.span(), path=path.text)
            return None
        if term.decided or not (term.nullable or term.default is not None):
            self.report.report("PE3153", path.span(), term.span, name=term.name)
            return None
        node = compile_expression(value, scope, with_nullable(term.type, True))
        return ResultRule(None, matter.entity.name, term.id, None, node, path.span())

    # -- batches ---------------------------------------------------------------------------------

    def _inbox(self, doc: InboxDoc, matter: Matter) -> Inbox | None:
        theirs = self.docs.get(doc.process.text)
        entity = self.names.entity(theirs.matter.text) if theirs else None
        if theirs is None or entity is None:
            report_unknown(self.report, "PE3146", doc.process.span(), self.docs, name=doc.process.text)
            return None
        other = Matter(self.names, self.terms, entity, self.report)
        pairs = [(matter.fact(name), other.fact(name)) for name in doc.same]
        return Inbox(doc.process.text, tuple((a, b) for a, b in pairs if a is not None and b is not None))
