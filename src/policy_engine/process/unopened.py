"""Batches nobody has opened although matters wait for them: their deadlines run all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from policy_engine.policy.process_model import Process
from policy_engine.process.deadlines import last_day
from policy_engine.process.due import Due
from policy_engine.process.roles import who
from policy_engine.process.state import MatterState


def unopened(processes: Mapping[str, Process], matters: Sequence[MatterState], on: dt.date) -> Iterator[Due]:
    """The dated first steps of batches that should be there; ``Due.matter`` is blank, for there is none yet.

    A matter counts once it has left its start: before that nobody but its member knows of it.
    """
    for process in processes.values():
        if process.inbox is None:
            continue
        places = [place for place, _ in process.inbox.same]
        opened = {tuple(m.facts.get(p) for p in places) for m in matters if m.process == process.name}
        for key in sorted(_waiting(processes[process.inbox.process], process, matters) - opened, key=str):
            yield from _first_steps(process, dict(zip(places, key, strict=True)), on)


def _waiting(
    collected: Process, batch: Process, matters: Sequence[MatterState]
) -> frozenset[tuple[object, ...]]:
    assert batch.inbox is not None
    settled = {*collected.final, collected.start}
    return frozenset(
        tuple(m.facts.get(place) for _, place in batch.inbox.same)
        for m in matters
        if m.process == collected.name and m.state not in settled
    )


def _first_steps(process: Process, facts: Mapping[str, object], on: dt.date) -> Iterator[Due]:
    for step in process.leaving(process.start):
        by = last_day(step.deadline, facts) if step.deadline is not None else None
        if by is not None:
            yield Due("", process.name, step.name, who(step.actor, "", facts), by, on > by)
