"""What is declared and used by nothing; clauses without rules, and rules without clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policy_engine.analysis.subject import Subject, pieces
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.feel.typed import LookupCall, ParamRef, ReadingRef
from policy_engine.policy.model import (
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Policy,
    Stage,
)
from policy_engine.policy.process_model import ActorKind, ActorRule


def check_usage(subject: Subject) -> Iterator[Diagnostic]:
    """Nothing is said of a policy that has no rules yet.

    One that leaves something to its children is only asked about clauses: they may use the rest.
    """
    policy = subject.policy
    if not (policy.stages or policy.processes):
        return
    if not policy.undecided:
        yield from _unused(subject)
    yield from _clauses(subject)


def _unused(subject: Subject) -> Iterator[Diagnostic]:
    policy = subject.policy
    written = {(p.entity, fact) for p in policy.processes.values() for fact in p.written}
    for term in policy.terms:
        # What may be left out is kept for the record; what a process writes is an outcome.
        kept = term.nullable or (term.entity, term.id) in written or term.name == policy.in_force.by
        if not (term.used or term.decided or kept) and subject.own(term.span):
            yield diagnostic("PE3320", term.span, name=term.name, entity="、".join(sorted(term.parts)))
    found = list(pieces((policy.stages, policy.processes, policy.entities, policy.statements)))
    parameters = {p.name for p in found if isinstance(p, ParamRef)}
    readings = {p.name for p in found if isinstance(p, ReadingRef)} | set(_read_when_bound(subject))
    for parameter in policy.parameters.values():
        if parameter.name not in parameters and subject.own(parameter.span):
            yield diagnostic("PE3321", parameter.span, name=parameter.name)
    for reading in policy.readings.values():
        # One with a single choice is there to say how something was read; nothing can depend on it.
        if reading.name not in readings and len(reading.options) > 1 and subject.own(reading.span):
            yield diagnostic("PE3322", reading.span, name=reading.name)
    called = {p.table for p in found if isinstance(p, LookupCall)}
    actors = [p for p in found if isinstance(p, ActorRule) and p.kind is ActorKind.LOOKUP]
    for lookup in policy.lookups.values():
        by_actor = any(lookup.name in (a.name, *a.names) or _is_of(a, policy, lookup.name) for a in actors)
        if lookup.name not in called and not by_actor and subject.own(lookup.span):
            yield diagnostic("PE3323", lookup.span, name=lookup.name)


def _read_when_bound(subject: Subject) -> Iterator[str]:
    """Readings that decide what the policy consists of, and are not in it any more (合并范围, 仅当)."""
    for doc in subject.docs:
        lines = (line.partition(" #")[0] for line in doc.source.text.splitlines())
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        for name in subject.policy.readings:
            if f"口径.{name}" in text or f"reading.{name}" in text:
                yield name


def _is_of(actor: ActorRule, policy: Policy, lookup: str) -> bool:
    """The actor is looked up in this table: it holds the same rows."""
    rows = {(tuple(map(str, keys)), str(value)) for keys, value in policy.lookups[lookup].rows}
    return bool(actor.table) and rows == set(actor.table)


def _clauses(subject: Subject) -> Iterator[Diagnostic]:
    policy = subject.policy
    if not any(subject.own(c.span) for c in policy.clauses.values()):
        return
    ruling = replace(policy, properties={})  # what is only demanded of the rules is not carried out by them
    cited = {c for p in pieces(ruling) if p is not ruling for c in _cited(p)}
    values = (v for doc in subject.docs for p in doc.parameters for v in p.value.values)
    cited |= {clause.text for value in values for clause in value.clause}  # of other days as well
    for clause in policy.clauses.values():
        if clause.testable and clause.id not in cited and subject.own(clause.span):
            yield diagnostic("PE3324", clause.span, name=clause.id)
    told = set()
    for stage in policy.stages:
        if subject.own(stage.span) and stage.span not in told and not _has_clauses(stage):
            told.add(stage.span)
            yield diagnostic("PE3325", stage.span, name=stage.key)
    for process in policy.processes.values():
        for step in process.steps:
            if not step.clauses and subject.own(step.span):
                yield diagnostic("PE3325", step.span, name=step.name)


def _cited(piece: object) -> tuple[str, ...]:
    found = getattr(piece, "clauses", ())
    return found if isinstance(found, tuple) else ()


def _has_clauses(stage: Stage) -> bool:
    """Its own, or every row has some."""
    if stage.clauses or isinstance(stage.body, Check):
        return bool(stage.clauses)
    match stage.body:
        case DecisionTable(rows=rows):
            return all(row.clauses for row in rows)
        case BracketScale(brackets=brackets):
            return all(bracket.clauses for bracket in brackets)
        case Eligibility(cases=cases):
            return all(case.clauses for case in cases)
        case _:
            inside = [_cited(p) for p in pieces(stage.body) if hasattr(p, "clauses")]
            return bool(inside) and all(inside)
