"""The state of a matter: a pure function of its process, its events and a day.

What was recorded is trusted: a step once taken stands, whatever the rules say later. Steps that silence takes are
never recorded; they follow from the day alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from policy_engine.policy.process_model import Lateness, Process, ProcessStep
from policy_engine.process.deadlines import last_day, passed
from policy_engine.process.events import Actor, Document, Event
from policy_engine.process.roles import who

Facts = Mapping[str, object]
# What entering a state writes into the facts of the matter: (state, facts) → facts added.
Effect = Callable[[str, Facts], Facts]


@dataclass(frozen=True)
class Allowed:
    """A step that may be taken now: by whom, until when (None = no deadline), whether that has passed."""

    step: str
    who: str
    by: dt.date | None
    overdue: bool = False


@dataclass(frozen=True)
class Entry:
    """A line of a matter's history. ``actor`` is None for a step that silence took."""

    kind: str
    step: str
    at: dt.datetime
    actor: Actor | None
    from_state: str
    to_state: str
    note: str = ""
    documents: tuple[Document, ...] = ()
    late: bool = False
    due: dt.date | None = None

    @property
    def deemed(self) -> bool:
        return self.actor is None


@dataclass(frozen=True)
class MatterState:
    """Where a matter stands on a day."""

    id: str
    process: str
    state: str
    facts: Facts
    entered: dt.date  # the day it came into this state
    history: tuple[Entry, ...]
    late: tuple[str, ...]  # steps taken late
    deemed: tuple[Entry, ...]  # steps taken by silence
    allowed: tuple[Allowed, ...]


@dataclass(frozen=True)
class _Run:
    """A matter on its way through its events."""

    matter: str
    state: str = ""
    at: dt.datetime = dt.datetime.min
    entered: dt.date = dt.date.min
    facts: Facts = field(default_factory=dict)
    history: tuple[Entry, ...] = ()


def replay(
    process: Process, events: Sequence[Event], on: dt.date, effect: Effect | None = None
) -> MatterState:
    """The state at the end of ``on``; ``events`` are those of one matter, in order, the first one opens it.

    ``effect`` gives the facts that a state entered by silence writes; without it there are none. Raises EngineError
    for a working day in a year that has not been announced.
    """
    run = _Run(events[0].matter)
    for event in events:
        day = event.at.date()
        if day > on:
            break
        run = _take(_until(process, run, day, event.from_state, effect), event)
    run = _until(process, run, on, None, effect)
    return MatterState(
        id=run.matter,
        process=process.name,
        state=run.state,
        facts=run.facts,
        entered=run.entered,
        history=run.history,
        late=tuple(e.step for e in run.history if e.late),
        deemed=tuple(e for e in run.history if e.deemed),
        allowed=_allowed(process, run, on),
    )


def merged(facts: Facts, more: Facts) -> Facts:
    """Facts with others laid over them; what is set to nothing is forgotten."""
    return {k: v for k, v in {**facts, **more}.items() if v is not None} if more else facts


def _take(run: _Run, event: Event) -> _Run:
    entry = Entry(
        event.kind,
        event.step,
        event.at,
        event.actor,
        event.from_state,
        event.to_state,
        event.note,
        event.documents,
        event.late,
        event.due,
    )
    return replace(
        run,
        state=event.to_state,
        at=event.at,
        entered=run.entered if event.kind == "amend" else event.at.date(),
        facts=merged(run.facts, event.facts),
        history=(*run.history, entry),
    )


# -- silence -------------------------------------------------------------------------------------


def _until(process: Process, run: _Run, day: dt.date, recorded: str | None, effect: Effect | None) -> _Run:
    """The matter on ``day`` with what silence has brought about; not if a later event shows that it had not."""
    silent = _silence(process, run, day, effect) if run.state else run
    return run if recorded is not None and silent.state != recorded else silent


def _silence(process: Process, run: _Run, day: dt.date, effect: Effect | None) -> _Run:
    taken: set[str] = set()
    while True:
        waiting = _overdue(process, run, day)
        if waiting is None or waiting[0].name in taken:
            return run
        step, due = waiting
        taken.add(step.name)
        run = _deem(process, run, step, due, effect)


def _overdue(process: Process, run: _Run, day: dt.date) -> tuple[ProcessStep, dt.date] | None:
    """The first step whose day passed in silence, with that day."""
    found = []
    for step in process.leaving(run.state):
        if step.deadline is not None and step.deadline.lateness is Lateness.SILENCE:
            last = last_day(step.deadline, run.facts)
            if last is not None and day > last:
                found.append((last, step))
    if not found:
        return None
    last, step = min(found, key=lambda pair: pair[0])
    return step, last


def _deem(process: Process, run: _Run, step: ProcessStep, due: dt.date, effect: Effect | None) -> _Run:
    """The day after the deadline the other step counts as taken; at once when the matter came here later."""
    assert step.deadline is not None and step.deadline.silence is not None
    deemed = process.step(step.deadline.silence)
    assert deemed is not None
    at = max(dt.datetime.combine(due + dt.timedelta(days=1), dt.time()), run.at)
    entry = Entry("step", deemed.name, at, None, run.state, deemed.to, due=due)
    facts = effect(deemed.to, run.facts) if effect is not None else {}
    return replace(
        run,
        state=deemed.to,
        at=at,
        entered=at.date(),
        facts=merged(run.facts, facts),
        history=(*run.history, entry),
    )


# -- what may be done now ------------------------------------------------------------------------


def _allowed(process: Process, run: _Run, on: dt.date) -> tuple[Allowed, ...]:
    found = []
    for step in process.leaving(run.state):
        over = passed(step.deadline, run.facts, on)
        if over and step.deadline is not None and step.deadline.lateness is Lateness.REFUSE:
            continue
        by = last_day(step.deadline, run.facts) if step.deadline is not None else None
        found.append(Allowed(step.name, who(step.actor, run.matter, run.facts), by, over))
    return tuple(found)
