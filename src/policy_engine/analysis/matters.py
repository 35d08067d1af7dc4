"""流程: matters that can never be settled, steps that nobody can take, silence that leads round in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.conditions import oracle_of
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.oracle import Unproven
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.feel.types import LevelType, OptionType, Type
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import ActorKind, Process, ProcessStep

MAX_KEYS = 10_000


def check_matters(subject: Subject) -> Iterator[Diagnostic]:
    definitions = Definitions(subject.policy)
    bounds = Bounds(definitions)
    for process in subject.policy.processes.values():
        if subject.own(process.span):
            yield from _endless(process)
            yield from _never_allowed(process, definitions, bounds)
            yield from _nobody(process, subject.policy)
            yield from _circles(process)


def _endless(process: Process) -> Iterator[Diagnostic]:
    """States that are left, but from which no way leads to a final one. Those without a way out are errors."""
    if not process.final:
        return
    ends = set(process.final)
    while more := {x for s in process.steps if s.to in ends for x in s.from_} - ends:
        ends |= more
    lost = [state for state in process.states if state not in ends]
    if lost:
        first = next(s for s in process.steps if s.to in lost or lost[0] in s.from_)
        yield diagnostic("PE3380", first.span, name=process.name, states="、".join(lost))


def _never_allowed(process: Process, definitions: Definitions, bounds: Bounds) -> Iterator[Diagnostic]:
    """A precondition that cannot be met. What could not be shown is left alone."""
    for step in process.steps:
        if step.precondition is None:
            continue
        try:
            _, oracle = oracle_of([step.precondition], process.entity, definitions, bounds)
            possible = oracle.case((0,), ()) is not None
        except Unproven:
            continue
        if not possible:
            yield diagnostic("PE3381", step.precondition.span, name=step.name)


def _nobody(process: Process, policy: Policy) -> Iterator[Diagnostic]:
    """A lookup of who is in charge that leaves out values which may occur; texts cannot be listed."""
    for step in process.steps:
        if step.actor.kind is not ActorKind.LOOKUP:
            continue
        missing = next(_missing(step, process, policy), None)
        if missing is not None:
            yield diagnostic("PE3382", step.span, name=step.name, case="、".join(missing))


def _missing(step: ProcessStep, process: Process, policy: Policy) -> Iterator[tuple[str, ...]]:
    values = [_values(policy.term(process.entity, fact).type) for fact in step.actor.terms]
    size = 1
    for some in values:
        size *= len(some)
    if 0 < size <= MAX_KEYS:
        known = {keys for keys, _ in step.actor.table}
        yield from (keys for keys in product(*values) if keys not in known)


def _values(type_: Type) -> tuple[str, ...]:
    match type_:
        case OptionType(options=names) | LevelType(levels=names):
            return names
        case _:
            return ()


def _circles(process: Process) -> Iterator[Diagnostic]:
    """One step after the other counts as taken by silence, until the matter stands where it stood."""
    told: set[frozenset[str]] = set()
    for step in process.steps:
        path: list[ProcessStep] = []
        following: ProcessStep | None = step
        while following is not None and following not in path:
            path.append(following)
            following = _after_silence(following, process)
        if following is None:
            continue
        circle = path[path.index(following) :]
        names = frozenset(s.name for s in circle)
        if names not in told:
            told.add(names)
            yield diagnostic("PE3383", *(s.span for s in circle), names="、".join(s.name for s in circle))


def _after_silence(step: ProcessStep, process: Process) -> ProcessStep | None:
    """The step that silence takes next, once this one was passed over in silence."""
    silence = step.deadline.silence if step.deadline is not None else None
    deemed = process.step(silence) if silence is not None else None
    if deemed is None:
        return None
    waiting = process.leaving(deemed.to)
    return next((s for s in waiting if s.deadline is not None and s.deadline.silence is not None), None)
