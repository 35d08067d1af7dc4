"""不得并存: a matter waits while another one holds its place.

Whoever comes to hold a place writes into one list in the store, a claim kept for that place. Of two offices that
look at once and both find it free, the second to write meets a list that has moved on, and has to look again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict, Refused
from policy_engine.engine.scalars import read_value
from policy_engine.feel.values import DateRange
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Exclusive, Process
from policy_engine.process.claims import claim_event, written
from policy_engine.process.events import PLACE, Event, is_claim
from policy_engine.process.state import Entry, Facts, MatterState, merged
from policy_engine.process.store import Store

Events = tuple[Event, ...]
Replay = Callable[[Process, Events, dt.date], MatterState]


def about_a_place(conflict: Conflict) -> bool:
    """Whether a conflict is only about who was the first to write that he holds a place."""
    return dict(conflict.diagnostics[0].params).get("matter", "").startswith(PLACE)


@dataclass(frozen=True)
class _Asking:
    """An event that needs its place to be free, and the facts of its matter from then on."""

    event: Event
    process: Process
    exclusive: Exclusive
    facts: Facts
    place: str


@dataclass(frozen=True)
class Places:
    """The places of one policy in one store."""

    policy: Policy
    store: Store
    replay: Replay

    def taken(self, batch: Sequence[Event]) -> Events:
        """What to append beside a batch, so that nobody else takes the same places meanwhile.

        The first event of the batch is what was asked for, the others it takes along. Raises Refused (PE8030, PE8033).
        """
        asking = [found for event in batch for found in self._asking(event)]
        if not asking:
            return ()
        # The lists are read first: what is written to them after that is a conflict.
        lists = {a.place: self.store.events(a.place) for a in asking}
        matters = self._matters(batch)
        for one in asking:
            found = self._holder(one, matters)
            if found is not None:
                raise self._refused(one, *found, alone=one.event is batch[0])
        first = {a.place: a.event for a in reversed(asking)}
        return tuple(claim_event(seen, place, first[place], "claim") for place, seen in lists.items())

    def _asking(self, event: Event) -> Iterator[_Asking]:
        process = self.policy.processes.get(event.process)
        exclusive = process.exclusive if process is not None else None
        if process is None or exclusive is None or not _asks(exclusive, event):
            return
        events = (*self.store.events(event.matter), event)
        facts = self.replay(process, events, event.at.date()).facts
        for fact in exclusive.same:
            if facts.get(fact) is None:
                name = self.policy.term(process.entity, fact).name if self._is_term(process, fact) else fact
                raise Refused(diagnostic("PE8033", exclusive.span, step=event.step or event.kind, name=name))
        values = [facts.get(f) for f in exclusive.same]
        place = f"{PLACE}{self.policy.id}/{process.name}:{written(values)}"
        yield _Asking(event, process, exclusive, facts, place)

    def _is_term(self, process: Process, fact: str) -> bool:
        return any(t.id == fact for t in self.policy.terms_of(process.entity))

    def _matters(self, batch: Sequence[Event]) -> Mapping[str, Events]:
        """Every matter of this policy, with what the batch is about to add."""
        found = {
            matter: events
            for matter, events in self.store.everything().items()
            if not is_claim(matter) and events[0].policy == self.policy.id
        }
        for event in batch:
            found[event.matter] = (*found.get(event.matter, ()), event)
        return found

    # -- who holds a place -----------------------------------------------------------------------

    def _holder(self, one: _Asking, matters: Mapping[str, Events]) -> tuple[MatterState, dt.date] | None:
        """Another matter that holds the place on the day of the event or, as far as is known, later."""
        on = one.event.at.date()
        for matter, events in matters.items():
            if matter == one.event.matter or events[0].process != one.process.name:
                continue
            if not _ever_agrees(one, events):
                continue
            later = {e.at.date() for e in events if e.at.date() > on}
            for day in [d for d in sorted({on, *later}) if events[0].at.date() <= d]:
                state = self.replay(one.process, events, day)
                if self._holds(one, state):
                    return state, _since(one.exclusive, state.history)
        return None

    def _holds(self, one: _Asking, state: MatterState) -> bool:
        if state.state not in one.exclusive.holding:
            return False
        if any(state.facts.get(f) != one.facts.get(f) for f in one.exclusive.same):
            return False
        mine, theirs = self._period(one, one.facts), self._period(one, state.facts)
        # Nobody knows until when: then it is for as long as it lasts.
        return mine is None or theirs is None or (mine.start <= theirs.end and theirs.start <= mine.end)

    def _period(self, one: _Asking, facts: Facts) -> DateRange | None:
        if one.exclusive.period is None:
            return None
        term = self.policy.term(one.process.entity, one.exclusive.period)
        found = read_value(facts.get(term.id), term, None)
        return found if isinstance(found, DateRange) else None

    def _refused(self, one: _Asking, state: MatterState, since: dt.date, *, alone: bool) -> Refused:
        """Of the other matter nothing is told but that it holds the place, since when and in which state."""
        exclusive, event = one.exclusive, one.event
        told = diagnostic(
            "PE8030",
            exclusive.span,
            clause=exclusive.clauses[0] if exclusive.clauses else None,
            step=event.step or "修改",
            what="、".join(str(one.facts.get(f)) for f in exclusive.same),
            other=state.id,
            since=since.isoformat(),
            state=state.state,
        )
        along = [] if alone else [diagnostic("PE8021", matter=event.matter, step=event.step)]
        return Refused([*along, told])


def _asks(exclusive: Exclusive, event: Event) -> bool:
    """A restricted step; any way into a holding state; a change there of what the place is about."""
    if event.kind == "step" and event.step in exclusive.steps:
        return True
    if event.to_state not in exclusive.holding:
        return False
    moved = any(fact in event.facts for fact in (*exclusive.same, exclusive.period))
    return moved or event.from_state not in exclusive.holding


def _ever_agrees(one: _Asking, events: Events) -> bool:
    """Whether a matter was ever about the same, which is quickly told without working out its states."""
    facts: Facts = {}
    for event in events:
        facts = merged(facts, event.facts)
        if all(facts.get(f) == one.facts.get(f) for f in one.exclusive.same):
            return True
    return False


def _since(exclusive: Exclusive, history: Sequence[Entry]) -> dt.date:
    """The day from which a matter has held its place without interruption."""
    since = history[-1].at
    for entry in reversed(history):
        if entry.to_state not in exclusive.holding:
            break
        since = entry.at
    return since.date()
