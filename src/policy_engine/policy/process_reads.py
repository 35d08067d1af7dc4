"""What processes read: these facts are asked for, and none of them may be sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.feel.typed import Node
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Entity, Stage, Term
from policy_engine.policy.order import located, reads
from policy_engine.policy.process_model import Process
from policy_engine.policy.sensitive_fields import refuse_unchecked

TermKey = tuple[str, str]


def process_terms(processes: Iterable[Process], terms: Mapping[TermKey, Term]) -> frozenset[TermKey]:
    """(base entity, term id) of every term that a process reads itself."""
    found: set[TermKey] = set()
    for process in processes:
        found |= {key for key in _facts(process) if key in terms}
        for node in _nodes(process):
            found |= {(base, term) for base, _, term in reads(node, process.entity, terms)}
    return frozenset(found)


def _facts(process: Process) -> Iterator[TermKey]:
    for unique in process.unique:
        if unique.below is not None:
            yield from ((unique.below, fact) for fact in unique.row_facts)
    yield from ((process.entity, fact) for fact in _own_facts(process))


def _own_facts(process: Process) -> Iterator[str]:
    yield from (fact for unique in process.unique for fact in unique.facts)
    exclusive = process.exclusive
    if exclusive is not None:
        yield from (*exclusive.same, *([exclusive.period] if exclusive.period is not None else []))
    if process.month is not None:
        yield process.month
    for step in process.steps:
        if step.deadline is not None:
            yield step.deadline.since
        if step.actor.key is not None:
            yield step.actor.key
        yield from step.actor.terms


def _nodes(process: Process) -> Iterator[Node]:
    yield from (s.precondition for s in process.steps if s.precondition is not None)
    for _, rules in process.results:
        for rule in rules:
            yield rule.value
            if rule.key is not None:
                yield rule.key


def refuse_sensitive(
    processes: Mapping[str, Process],
    stages: Iterable[Stage],
    entities: Mapping[str, Entity],
    terms: Mapping[TermKey, Term],
    report: Diagnostics,
) -> None:
    """What is sensitive is not kept, so no step may depend on it, not even by way of a decision."""
    stages = list(stages)
    refuse_unchecked(processes.values(), stages, entities, terms, report)
    behind: dict[TermKey, set[TermKey]] = {}
    for stage in stages:
        read = {(b, t) for x, whose in located(stage) for b, _, t in reads(x, whose, terms)}
        if isinstance(stage.body, Checklist | Form):
            # They say themselves whether something was filed that may not be shown; they read no more of it.
            read = {key for key in read if not terms[key].sensitive}
        for out in stage.outputs:
            behind.setdefault((entities[stage.entity].base, out), set()).update(read)
    for process in processes.values():
        seen: set[TermKey] = set()
        open_ = list(process_terms([process], terms))
        while open_:
            key = open_.pop()
            if key in seen:
                continue
            seen.add(key)
            if terms[key].sensitive:
                report.report(
                    "PE3150", process.span, terms[key].span, name=terms[key].name, process=process.name
                )
            open_ += behind.get(key, ())
