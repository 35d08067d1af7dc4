"""From documents to a policy: bind every name, check every type, order every decision."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics, Severity
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel.typed import Node
from policy_engine.feel.values import Month
from policy_engine.policy.attempts import stand_ins
from policy_engine.policy.canonical import digest, structure
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.checklists import checklist
from policy_engine.policy.decisions import DecisionBinder
from policy_engine.policy.eligibilities import EligibilityBinder
from policy_engine.policy.entities import bind_conditions, bind_entities, check_conditions
from policy_engine.policy.fits import check_places
from policy_engine.policy.form_fields import with_fields
from policy_engine.policy.forms import check_fields, form
from policy_engine.policy.frozen import FrozenDict
from policy_engine.policy.list_binder import ListBinder
from policy_engine.policy.lookups import bind_lookups, lookup_places
from policy_engine.policy.merging import with_merging
from policy_engine.policy.model import (
    Allocation,
    CellTest,
    Clause,
    Entity,
    InForce,
    NotCoveredRole,
    Parameter,
    Policy,
    PolicyFile,
    Stage,
    Statement,
    Term,
)
from policy_engine.policy.names import NameTable
from policy_engine.policy.order import check_decided_once, in_order, left_open, located, reads, reads_by_id
from policy_engine.policy.overlay import Merged, merge
from policy_engine.policy.papers import check_papers, with_papers
from policy_engine.policy.parameters import bind_parameters, bind_readings, check_clause
from policy_engine.policy.process_reads import process_terms, refuse_sensitive
from policy_engine.policy.processes import bind_processes
from policy_engine.policy.properties import PropertyBinder
from policy_engine.policy.refused import refused_names
from policy_engine.policy.sensitive_fields import refuse_reads
from policy_engine.policy.statements import bind_carry_over, bind_statements
from policy_engine.policy.suggestions import report_unknown
from policy_engine.policy.table_docs import refuse_unread
from policy_engine.policy.terms import bind_terms, by_any_name, check_inputs
from policy_engine.policy.verdicts import with_verdicts
from policy_engine.rulefile.documents import PolicyDoc

TermKey = tuple[str, str]
_OWN_TERM = Text(
    "附件“{entity}”自带叫“{name}”的词条；另取一个名字，如“企业{name}”",
    "the papers of “{entity}” have a term called “{name}” by themselves; choose another name",
)


def bind(
    docs: Sequence[PolicyDoc],
    *,
    period: Month | dt.date,
    known_on: dt.date | None = None,
    options: Mapping[str, str] | None = None,
) -> Policy:
    """Bind a chain of documents (child first) for one period. Tables in files have been read.

    Raises LoadError with every error found; warnings are kept in ``Policy.warnings``.
    """
    report = Diagnostics()
    refuse_unread(docs)
    merged = merge(docs, report)
    on = period.first_day if isinstance(period, Month) else period
    clauses = _clauses(merged, report)
    names, terms = _names(merged, on, clauses, options or {}, report)
    binder = DecisionBinder(names, clauses, docs[0].language, report)
    eligibilities = EligibilityBinder(names, clauses, report)
    checklists = ListBinder(checklist, names, clauses, report)
    forms = ListBinder(form, names, clauses, report)
    languages = {doc.policy.text: doc.language for doc in merged.docs}
    stages = [
        *binder.bind(merged),
        *eligibilities.bind(merged),
        *checklists.bind(merged.checklists, languages),
        *forms.bind(merged.forms, languages),
    ]
    attempts = [*binder.attempts, *eligibilities.attempts, *checklists.attempts, *forms.attempts]
    unbound = stand_ins(attempts, stages, names)
    decided = check_decided_once([*stages, *unbound], names, terms, report)
    terms = {k: replace(t, decided=k in decided) for k, t in terms.items()}
    if len(docs) > 1:
        for term, entity in left_open([*stages, *unbound], names, terms.values()):
            here = docs[0].extends.span() if docs[0].extends else None
            report.report("PE3103", here, term.span, name=term.name, entity=entity)
    check_conditions(names.entities, terms, report)
    check_papers(names.entities, terms.values(), report)
    check_fields(stages, terms, names, report)
    stages = list(in_order(stages, names, terms, report))
    statements = bind_statements(merged, names, terms, report)
    lookups = bind_lookups(merged, terms, clauses, Diagnostics())
    processes = bind_processes(merged, names, terms, lookups, clauses, report)
    refuse_sensitive(processes, stages, names.entities, terms, report)
    asked = process_terms(processes.values(), terms)
    terms = _mark_used(terms, stages, names.entities, statements, asked)
    _check_period(merged.head, names, terms.values(), report)
    check_inputs(terms.values(), report)
    check_places(stages, _open(terms, unbound, names), lookup_places(lookups), names.entities, report)
    carry_over = bind_carry_over(merged, names, terms, report)
    refuse_reads(stages, names.entities, statements, carry_over, terms, report)
    properties = PropertyBinder(names, terms, stages, unbound, clauses, report).bind(merged)
    _check_reviews(names.parameters.values(), on, report)
    if report.errors:
        raise LoadError(report.items)
    head = merged.head
    policy = Policy(
        id=head.policy.text,
        title=head.title.text,
        issuer=head.issuer.text,
        number=head.number.text if head.number else None,
        issued=head.issued.value if head.issued else None,
        known_from=known_from(head),
        in_force=InForce(
            head.in_force.from_.value,
            head.in_force.to.value if head.in_force.to else None,
            head.in_force.by.text,
            tuple(c.text for c in head.in_force.clause),
        ),
        basis=tuple(b.text for b in head.basis),
        lineage=tuple(d.policy.text for d in docs),
        files=tuple(file for d in docs for file in _files(d)),
        period=period,
        known_on=known_on,
        clauses=FrozenDict(clauses),
        entities=FrozenDict(names.entities),
        terms=tuple(terms.values()),
        parameters=FrozenDict(names.parameters),
        readings=FrozenDict(names.readings),
        stages=tuple(stages),
        lookups=FrozenDict(lookups),
        statements=statements,
        not_covered=tuple(
            NotCoveredRole(n.text, d.id.text if d.id else None, d.reason.text, n.span())
            for n, d, _ in merged.not_covered
        ),
        carry_over=carry_over,
        warnings=tuple(d for d in report.items if d.severity is not Severity.ERROR),
        digest="",
        processes=FrozenDict(processes),
        properties=FrozenDict(properties),
    )
    return replace(policy, digest=policy_digest(policy))


def policy_digest(policy: Policy) -> str:
    """The digest of the resolved model: parents, parameters in force and readings included."""
    # Who asked when, and in which order equal things were written, is not part of the meaning.
    return digest(
        replace(
            policy,
            known_on=None,
            terms=tuple(sorted(policy.terms, key=lambda t: (t.entity, t.id))),
            stages=tuple(sorted(map(_without_column_order, policy.stages), key=lambda s: s.id)),
            statements=tuple(sorted(policy.statements, key=lambda s: s.entity)),
            not_covered=tuple(sorted(policy.not_covered, key=lambda r: r.name)),
            carry_over=tuple(sorted(policy.carry_over, key=lambda c: (c.entity, c.output, c.input))),
        )
    )


def _without_column_order(stage: Stage) -> Stage:
    """The columns of a checklist or form all have to hold, in whatever order they stand."""
    match stage.body:
        case Checklist(requirements=rows) as body:
            items = tuple(replace(r, conditions=_sorted(r.conditions), tests=_sorted(r.tests)) for r in rows)
            return replace(stage, body=replace(body, requirements=items))
        case Form(fields=rules) as body:
            fields = tuple(replace(r, conditions=_sorted(r.conditions)) for r in rules)
            return replace(stage, body=replace(body, fields=fields))
    return stage


def _sorted(cells: tuple[CellTest, ...]) -> tuple[CellTest, ...]:
    return tuple(sorted(cells, key=lambda cell: repr(structure(cell))))


def known_from(doc: PolicyDoc) -> dt.date | None:
    """知悉日, or the date of issue."""
    stated = doc.known_from or doc.issued
    return stated.value if stated else None


def _files(doc: PolicyDoc) -> Iterator[PolicyFile]:
    """The rule file and those its tables were read from."""
    sha256 = hashlib.sha256(doc.source.text.encode()).hexdigest()
    yield PolicyFile(doc.policy.text, doc.source.name, sha256)
    for file in doc.table_files:
        yield PolicyFile(doc.policy.text, file.name, file.sha256)


def _clauses(merged: Merged, report: Diagnostics) -> dict[str, Clause]:
    found = {}
    for name, doc, _ in merged.clauses:
        if not doc.testable and doc.reason is None:
            report.report("PE3021", name.span(), name=name.text)
        found[name.text] = Clause(
            name.text,
            doc.position.text,
            doc.summary.text,
            doc.testable,
            doc.reason.text if doc.reason else None,
            name.span(),
        )
    return found


def _names(
    merged: Merged,
    on: dt.date,
    clauses: Mapping[str, Clause],
    options: Mapping[str, str],
    report: Diagnostics,
) -> tuple[NameTable, dict[TermKey, Term]]:
    for clause in merged.head.in_force.clause:
        check_clause(clause, clauses, report)
    entities = bind_entities(merged, report)
    terms = with_papers(merged, entities, bind_terms(merged.terms, entities, report), report)
    terms = with_verdicts(merged, entities, with_fields(merged, entities, terms, report), report)
    parameters = bind_parameters(merged, on, clauses, report)
    readings = bind_readings(merged, options, clauses, report)
    _check_clashes(terms.values(), parameters, entities, report)
    names = NameTable(entities, by_any_name(terms.values()), parameters, readings)
    lookups = bind_lookups(merged, terms, clauses, report)
    names = replace(names, lookups={k: v.signature for k, v in lookups.items()})
    names = replace(names, refused=refused_names(merged, names, report))
    names = replace(names, entities=bind_conditions(merged, names, report))
    names = replace(names, entities=with_merging(merged, names, report))
    return names, terms


def _check_clashes(
    terms: Iterable[Term],
    parameters: Mapping[str, Parameter],
    entities: Mapping[str, Entity],
    report: Diagnostics,
) -> None:
    """A name means one thing: a term, a parameter or an entity."""
    for term in terms:
        for name in (term.name, term.id, *term.aliases):
            clash = parameters.get(name) or entities.get(name)
            if clash is not None and term.span == entities[term.entity].span:
                report.report("PE3008", clash.span, hint=_OWN_TERM, name=name, entity=term.entity)
            elif clash is not None:
                report.report("PE3008", term.span, clash.span, name=name)
    for name, parameter in parameters.items():
        if name in entities:
            report.report("PE3008", parameter.span, entities[name].span, name=name)


def _open(terms: Mapping[TermKey, Term], unbound: Iterable[Stage], names: NameTable) -> dict[TermKey, Term]:
    """The terms, with what nobody could bind taken as given: its own fault has been told."""
    given = {(names.entities[s.entity].base, out) for s in unbound for out in s.outputs}
    return {k: replace(t, decided=t.decided and k not in given) for k, t in terms.items()}


def _mark_used(
    terms: dict[TermKey, Term],
    stages: Iterable[Stage],
    entities: Mapping[str, Entity],
    statements: Iterable[Statement],
    asked: frozenset[TermKey],
) -> dict[TermKey, Term]:
    """An input is required only if something reads it; ``asked`` are the terms that processes read."""
    used: set[TermKey] = set(asked)

    def note(node: Node | None, entity: str) -> None:
        if node is not None:
            used.update((base, term) for base, _, term in reads(node, entity, terms))

    for stage in stages:
        for expression, whose in located(stage):
            note(expression, whose)
        used.update((entities[whose].base, term) for whose, term in reads_by_id(stage))
        if isinstance(stage.body, Allocation):
            used.add((stage.body.total.entity, stage.body.total.term))
    for entity in entities.values():
        note(entity.when, entity.base)
    for statement in statements:
        note(statement.issued_by, statement.entity)
        for column in statement.columns:
            note(column.reference, statement.entity)
    return {k: replace(t, used=k in used) for k, t in terms.items()}


def _check_period(head: PolicyDoc, names: NameTable, terms: Iterable[Term], report: Diagnostics) -> None:
    """A policy that has a settlement month is in force by it: a slip in 按 would make the month a fact to fill in."""
    by = head.in_force.by
    known = list(terms)
    months = [t for t in known if t.kind == "month" and not t.decided and names.entities[t.entity].single]
    if months and all(by.text != t.name for t in known):
        report_unknown(report, "PE3009", by.span(), [t.name for t in months], name=by.text)


def _check_reviews(parameters: Iterable[Parameter], on: dt.date, report: Diagnostics) -> None:
    for parameter in parameters:
        if parameter.review is not None and on >= parameter.review:
            report.report("PE3046", parameter.span, name=parameter.name, review=parameter.review.isoformat())
