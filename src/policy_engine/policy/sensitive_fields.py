"""What a form asks for as sensitive is held against the form's own rules, and read by nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Aggregate, Node, TermRef, walk
from policy_engine.policy.checklist_model import Form
from policy_engine.policy.model import CarryOver, Entity, Stage, Statement, Term
from policy_engine.policy.order import located
from policy_engine.policy.process_model import Process

TermKey = tuple[str, str]


def refuse_reads(
    stages: Iterable[Stage],
    entities: Mapping[str, Entity],
    statements: Iterable[Statement],
    carry_over: Iterable[CarryOver],
    terms: Mapping[TermKey, Term],
    report: Diagnostics,
) -> None:
    """No expression, statement or carry-over reads a sensitive field. Processes are asked elsewhere (PE3150)."""
    known = list(stages)
    hidden = {key: terms[key] for key in _fields(known, entities) if terms[key].sensitive}
    if not hidden:
        return
    nodes = [node for stage in known for node, _ in located(stage)]
    nodes += [e.when for e in entities.values() if e.when is not None]
    for statement in statements:
        nodes += [c.reference for c in statement.columns]
        nodes += [statement.issued_by] if statement.issued_by is not None else []
    for node in nodes:
        for part in walk(node):
            if isinstance(part, TermRef) and (part.entity, part.term) in hidden:
                _tell(hidden[part.entity, part.term], part.span, report)
    for item in carry_over:
        for id_ in (item.input, item.output):
            term = hidden.get((entities[item.entity].base, id_))
            if term is not None:
                _tell(term, term.span, report)


def refuse_unchecked(
    processes: Iterable[Process],
    stages: Iterable[Stage],
    entities: Mapping[str, Entity],
    terms: Mapping[TermKey, Term],
    report: Diagnostics,
) -> None:
    """A matter keeps a digest of a secret, so what a form asks of it must be answered when it is filed.

    Readings are chosen by then; facts may still change, and what was not asked could never be asked again.
    """
    kept = {process.entity for process in processes}
    for stage in stages:
        if not isinstance(stage.body, Form) or not kept & set(_up(entities[stage.entity].base, entities)):
            continue
        for rule in stage.body.fields:
            facts = [c for c in rule.conditions if _reads_facts(c.value) or _reads_facts(c.test)]
            if facts and terms[entities[stage.entity].base, rule.term].sensitive:
                report.report("PE3200", rule.span, name=rule.field, column=facts[0].column)


def _up(entity: str, entities: Mapping[str, Entity]) -> Iterator[str]:
    """An entity and those above it."""
    current: str | None = entity
    while current is not None:
        yield current
        current = entities[current].parent


def _reads_facts(node: Node) -> bool:
    return any(isinstance(part, TermRef | Aggregate) for part in walk(node))


def _fields(stages: Iterable[Stage], entities: Mapping[str, Entity]) -> Iterator[TermKey]:
    for stage in stages:
        if isinstance(stage.body, Form):
            yield from ((entities[stage.entity].base, rule.term) for rule in stage.body.fields)


def _tell(term: Term, span: Span, report: Diagnostics) -> None:
    report.report("PE3194", span, term.span, name=term.name, entity=term.entity)
