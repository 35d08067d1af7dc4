"""What a form asks for as sensitive is held against the form's own rules, and read by nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import TermRef, walk
from policy_engine.policy.checklist_model import Form
from policy_engine.policy.model import CarryOver, Entity, Stage, Statement, Term
from policy_engine.policy.order import located

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


def _fields(stages: Iterable[Stage], entities: Mapping[str, Entity]) -> Iterator[TermKey]:
    for stage in stages:
        if isinstance(stage.body, Form):
            yield from ((entities[stage.entity].base, rule.term) for rule in stage.body.fields)


def _tell(term: Term, span: Span, report: Diagnostics) -> None:
    report.report("PE3194", span, term.span, name=term.name, entity=term.entity)
