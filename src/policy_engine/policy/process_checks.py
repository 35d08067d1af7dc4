"""What can be told about a process before anything happens: states nobody reaches or leaves, steps nobody takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.policy.process_model import ActorKind, DeadlineKind, Process, ProcessStep
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.process_documents import ProcessDoc


def check_process(process: Process, doc: ProcessDoc, report: Diagnostics) -> None:
    """States are those the steps name; each is reached from the start and left, or is final."""
    known = process.states
    holding = doc.exclusive.holding if doc.exclusive is not None else ()
    named = [*doc.final, *doc.editable, *holding, *(r.name for r in doc.results)]
    for written in named:
        if written.text not in known:
            report_unknown(report, "PE3141", written.span(), known, name=written.text)
    reached = _reached(process)
    misnamed = any(final not in known for final in process.final)  # told above; it was meant for one of them
    spots = _spots(doc)
    for state in known:
        if state not in reached:
            report.report("PE3142", spots[state].span(), name=state)
        elif (
            state not in process.final
            and not misnamed
            and not any(s.to != state for s in process.leaving(state))
        ):
            report.report("PE3143", spots[state].span(), name=state)
    _check_silence(process, report)
    _check_deadlines(process, report)


def _reached(process: Process) -> frozenset[str]:
    reached, open_ = {process.start}, [process.start]
    while open_:
        state = open_.pop()
        for step in process.leaving(state):
            if step.to not in reached:
                reached.add(step.to)
                open_.append(step.to)
    return frozenset(reached)


def _spots(doc: ProcessDoc) -> dict[str, Fragment]:
    """Where each state is named first."""
    found: dict[str, Fragment] = {doc.start.text: doc.start}
    for step in doc.steps:
        for state in (*step.value.from_, step.value.to):
            found.setdefault(state.text, state)
    return found


def _check_silence(process: Process, report: Diagnostics) -> None:
    """A step that silence takes waits for nothing and takes nothing along."""
    for step in process.steps:
        deemed = process.step(step.deadline.silence) if step.deadline and step.deadline.silence else None
        if deemed is not None and (
            deemed.precondition is not None or deemed.drives or deemed.actor.kind is ActorKind.BATCH
        ):
            report.report("PE3158", deemed.span, step.span, name=deemed.name)


def _check_deadlines(process: Process, report: Diagnostics) -> None:
    """A step that follows another is not due before it."""
    for first in process.steps:
        for then in process.steps:
            if first.to not in then.from_ or then is first or first.to in first.from_:
                continue
            one, other = _due(first), _due(then)
            if one is not None and other is not None and one[0] == other[0] and other[1] < one[1]:
                report.report("PE3162", then.span, first.span, name=then.name, before=first.name)


def _due(step: ProcessStep) -> tuple[object, tuple[int, int]] | None:
    """What a deadline is counted from and how, and where in the calendar it stands; None if that is no fixed place."""
    deadline = step.deadline
    dated = (DeadlineKind.DAY_OF_MONTH, DeadlineKind.WORKING_DAY_OF_MONTH)
    # A deadline taken from another step (同) belongs to making good what was missed.
    if deadline is None or deadline.same_as is not None or deadline.kind not in dated:
        return None
    place = deadline.day if deadline.kind is DeadlineKind.DAY_OF_MONTH else deadline.working_days
    return (deadline.kind, deadline.since), (deadline.months, place or 0)


def check_processes(processes: Mapping[str, Process], report: Diagnostics) -> None:
    """What a batch drives is a step of the process it collects; what only a batch takes is driven by one."""
    driven = {(p.inbox.process, s.drives) for p in processes.values() if p.inbox for s in p.steps if s.drives}
    for process in processes.values():
        collected = processes.get(process.inbox.process) if process.inbox else None
        for step in process.steps:
            if step.drives is not None:
                _check_driven(process, step.drives, collected, step.span, report)
            if step.actor.kind is ActorKind.BATCH and (process.name, step.name) not in driven:
                report.report("PE3159", step.span, name=step.name, batch=step.actor.name)


def _check_driven(
    process: Process, drives: str, collected: Process | None, span: Span, report: Diagnostics
) -> None:
    target = collected.step(drives) if collected else None
    known: Iterable[str] = [s.name for s in collected.steps] if collected else ()
    if collected is None or target is None:
        report_unknown(report, "PE3160", span, known, name=drives)
    elif target.actor.kind is not ActorKind.BATCH or target.actor.name != process.name:
        report.report("PE3161", span, target.span, name=drives, batch=process.name)
