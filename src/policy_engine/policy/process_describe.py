"""流程 of a resolved policy as plain documents."""

from __future__ import annotations

from typing import Any

from policy_engine.policy.process_model import Deadline, Exclusive, Process, ProcessStep, ResultRule


def describe_process(process: Process) -> dict[str, Any]:
    """JSON-ready. Facts are named by term id, states and steps as written."""
    return {
        "name": process.name,
        "entity": process.entity,
        "unique": [list(u.names) for u in process.unique],
        "exclusive": _exclusive(process.exclusive) if process.exclusive is not None else None,
        "start": process.start,
        "states": list(process.states),
        "final": list(process.final),
        "editable": list(process.editable),
        "month": process.month,
        "collects": process.inbox.process if process.inbox is not None else None,
        "steps": [_step(s) for s in process.steps],
        "results": {state: [_result(r) for r in rules] for state, rules in process.results},
    }


def _exclusive(exclusive: Exclusive) -> dict[str, Any]:
    return {
        "same": list(exclusive.same),
        "period": exclusive.period,
        "holding": list(exclusive.holding),
        "steps": list(exclusive.steps),
        "clauses": list(exclusive.clauses),
    }


def _step(step: ProcessStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "actor": step.actor.name,
        "from": list(step.from_),
        "to": step.to,
        "requires": step.precondition.span.text if step.precondition is not None else None,
        "deadline": _deadline(step.deadline) if step.deadline is not None else None,
        "note": step.note,
        "drives": step.drives,
        "clauses": list(step.clauses),
        "at": f"{step.span.source.name}:{step.span.line}",
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "kind": deadline.kind.value,
        "months": deadline.months,
        "day": deadline.day,
        "working_days": deadline.working_days,
        "since": deadline.since,
        "inclusive": deadline.inclusive,
        "if_late": deadline.lateness.value,
        "deemed": deadline.silence,
    }


def _result(rule: ResultRule) -> dict[str, Any]:
    return {"into": rule.into, "entity": rule.entity, "term": rule.term, "value": rule.value.span.text}
