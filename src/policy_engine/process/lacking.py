"""What is wanting when a precondition that rests on checklists or forms does not hold: the items behind it."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.engine.checklist_document import MET
from policy_engine.engine.checklists import Reports
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Policy, Stage
from policy_engine.policy.order import located, reads

MOST = 20  # items told of one step


def lacking(result: Result, row: Row, condition: Node) -> tuple[Diagnostic, ...]:
    """A PE8034 for each unmet item of the checklists and forms that ``condition`` of ``row`` rests on."""
    found = list(_unmet(result, row, condition))
    told = found[:MOST]
    if len(found) > MOST:
        told.append(diagnostic("PE8035", count=str(len(found) - MOST)))
    return tuple(told)


def _unmet(result: Result, row: Row, condition: Node) -> Iterator[Diagnostic]:
    reports = Reports(result)
    for stage in _behind(result.policy, row.entity, condition):
        base, parts = result.policy.entities[stage.entity].base, result.policy.parts(stage.entity)
        subjects = [row] if base == row.entity else row.children.get(base, ())
        for subject in subjects:
            if subject.part not in parts:
                continue
            report = reports.report(subject, stage)
            for item in report.items:
                if item.status not in MET:
                    where = report.name if subject is row else f"{subject.place} {report.name}"
                    clause = item.clauses[0].id if item.clauses else None
                    yield diagnostic(
                        "PE8034",
                        clause=clause,
                        where=where,
                        item=item.name,
                        status=item.status_text,
                        todo=item.todo or "—",
                    )


def _behind(policy: Policy, entity: str, condition: Node) -> list[Stage]:
    """The checklists and forms whose verdicts a condition reads, itself or by way of decisions, in their order."""
    terms = {(t.entity, t.id): t for t in policy.terms}
    deciding: dict[tuple[str, str], list[Stage]] = {}
    for stage in policy.stages:
        for out in stage.outputs:
            deciding.setdefault((policy.entities[stage.entity].base, out), []).append(stage)
    open_ = [(base, term) for base, _, term in reads(condition, entity, terms)]
    seen: set[tuple[str, str]] = set()
    while open_:
        key = open_.pop()
        if key in seen:
            continue
        seen.add(key)
        for stage in deciding.get(key, ()):
            if not isinstance(stage.body, Checklist | Form):
                open_ += [(b, t) for x, whose in located(stage) for b, _, t in reads(x, whose, terms)]
    return [
        s
        for s in policy.stages
        if isinstance(s.body, Checklist | Form)
        and any((policy.entities[s.entity].base, out) in seen for out in s.outputs)
    ]
