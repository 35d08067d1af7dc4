"""The office: takes steps on matters, or refuses them with the reason and what is allowed instead."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict, Refused
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Inbox, Process, ProcessStep
from policy_engine.process import filled, refusals, results
from policy_engine.process.claims import claimed_meanwhile, claims
from policy_engine.process.deadlines import last_day
from policy_engine.process.due import Due, owed
from policy_engine.process.events import Actor, Document, Event, Recorded, is_claim
from policy_engine.process.exclusive import Places, about_a_place
from policy_engine.process.intake import take_in
from policy_engine.process.judge import Judge
from policy_engine.process.moments import When, day, moment
from policy_engine.process.results import Outcome
from policy_engine.process.state import Facts, MatterState, merged, replay
from policy_engine.process.store import Store
from policy_engine.process.unopened import unopened

RETRIES = 20  # when others write to the same place at the same moment


class Office:
    """Matters of one policy in one store. ``executor`` evaluates preconditions and results.

    Every refusal is a ``Refused`` with a PE80 code and changes nothing. ``salt`` makes the salts of sensitive facts.
    """

    def __init__(
        self,
        policy: Policy,
        store: Store,
        *,
        executor: str = "durable",
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self.policy = policy
        self.store = store
        self.executor = executor
        self._salt = salt
        self._judge = Judge(policy, executor)

    # -- taking steps ----------------------------------------------------------------------------

    def open(
        self,
        process: str,
        matter: str,
        facts: Mapping[str, object],
        actor: Actor,
        at: When,
        documents: Sequence[Document] = (),
    ) -> MatterState:
        """Open a matter: its facts so far, by whoever may take its first step.

        What rows of papers say of their files (format, size, problem) is taken as the caller's own finding.
        """
        rules, when = self._process(process), moment(at)
        refusals.check_id(matter, self.store.events(matter))
        kept = merged({}, take_in(self.policy, rules, matter, facts, self._salt))
        filled.refuse_foreign(self.policy, rules, {}, kept, actor)
        refusals.check_known(rules, kept, self._names(rules))
        refusals.check_in_force(self.policy, rules, kept)
        refusals.check_editor(rules, matter, kept, actor)
        event = Event(
            seq=1,
            matter=matter,
            process=process,
            kind="open",
            step="",
            at=when,
            actor=actor,
            facts=kept,
            documents=tuple(documents),
            to_state=rules.start,
            policy=self.policy.id,
            policy_digest=self.policy.digest,
        )
        event = self._with_results(rules, event, kept)
        self._append([event, *claims(self.store, self.policy.id, rules, event, None, kept)])
        return self._replay(rules, (event,), when.date())

    def amend(
        self,
        matter: str,
        facts: Mapping[str, object],
        actor: Actor,
        at: When,
        documents: Sequence[Document] = (),
    ) -> MatterState:
        """Change facts, in a state that allows it. Rows of an entity are replaced together.

        What an authority alone fills in it may file in any state but the final ones.
        """
        return self._retried(lambda: self._amend(matter, facts, actor, at, documents))

    def _amend(
        self,
        matter: str,
        facts: Mapping[str, object],
        actor: Actor,
        at: When,
        documents: Sequence[Document],
    ) -> MatterState:
        events, when = self._events(matter), moment(at)
        process = self._process(events[-1].process)
        refusals.check_time(events, when)
        state = self._replay(process, events, when.date())
        kept = self._amended(process, state, facts, actor)
        event = replace(
            self._next(events, state, actor, when),
            kind="amend",
            to_state=state.state,
            facts=kept,
            documents=tuple(documents),
        )
        after = merged(state.facts, kept)
        found = claims(self.store, self.policy.id, process, event, state.facts, after)
        self._append([event, *found, *self._places().taken([event])])
        return self._replay(process, (*events, event), when.date())

    def do(
        self,
        matter: str,
        step: str,
        actor: Actor,
        at: When,
        note: str = "",
        facts: Mapping[str, object] | None = None,
        documents: Sequence[Document] = (),
    ) -> MatterState:
        """Take a step; a step of a batch takes the collected matters along, all or none."""
        return self._retried(lambda: self._do(matter, step, actor, at, note, facts, documents))

    def _do(
        self,
        matter: str,
        step: str,
        actor: Actor,
        at: When,
        note: str,
        facts: Mapping[str, object] | None,
        documents: Sequence[Document],
    ) -> MatterState:
        events, when = self._events(matter), moment(at)
        process = self._process(events[-1].process)
        taken = refusals.known_step(process, step)
        refusals.check_time(events, when)
        state = self._replay(process, events, when.date())
        refusals.check_step(taken, state, actor, when.date(), note)
        kept = self._amended(process, state, facts, actor) if facts else {}
        event = replace(
            self._next(events, state, actor, when), note=note, documents=tuple(documents), facts=kept
        )
        event = self._taken(process, taken, event, state)
        batch = [event, *self._driven(process, taken, state, event)]
        batch += self._places().taken(batch)
        if kept:
            after = merged(state.facts, kept)
            batch += claims(self.store, self.policy.id, process, event, state.facts, after)
        self._append(batch)
        return self._replay(process, (*events, event), when.date())

    def _next(self, events: tuple[Event, ...], state: MatterState, actor: Actor, at: dt.datetime) -> Event:
        return Event(
            seq=events[-1].seq + 1,
            matter=state.id,
            process=state.process,
            kind="step",
            step="",
            at=at,
            actor=actor,
            from_state=state.state,
            policy=self.policy.id,
            policy_digest=self.policy.digest,
        )

    def _amended(
        self, process: Process, state: MatterState, facts: Mapping[str, object], actor: Actor
    ) -> dict[str, object]:
        kept = take_in(self.policy, process, state.id, facts, self._salt, state.facts)
        if filled.all_his_own(self.policy, process, kept, actor):
            filled.check_unfinished(process, state)
            kept = filled.laid_over(self.policy, process, state.facts, kept)
            refusals.check_known(process, merged(state.facts, kept), self._names(process))
            return kept
        filled.refuse_foreign(self.policy, process, state.facts, kept, actor)
        refusals.check_editable(process, state)
        nothing = filled.nothing_of_his_own(self.policy, process, kept, actor)
        hint = refusals.NOTHING_FILED if nothing else None
        refusals.check_editor(process, state.id, state.facts, actor, hint)
        kept = filled.carried(self.policy, process, state.facts, kept, actor)
        after = merged(state.facts, kept)
        refusals.check_known(process, after, self._names(process))
        refusals.check_in_force(self.policy, process, after)
        refusals.check_editor(process, state.id, after, actor)  # nobody hands his matter to another
        return kept

    def _taken(self, process: Process, step: ProcessStep, event: Event, state: MatterState) -> Event:
        """The event of a step whose precondition holds, with its lateness and what it brings about."""
        facts = merged(state.facts, event.facts)
        self._judge.require(process, step, state.id, facts)
        due = last_day(step.deadline, facts) if step.deadline is not None else None
        late = due is not None and event.at.date() > due
        done = replace(event, step=step.name, to_state=step.to, late=late, due=due)
        return self._with_results(process, done, facts)

    def _with_results(self, process: Process, event: Event, facts: Facts) -> Event:
        own = results.own_facts(self._judge, process, event.to_state, event.matter, facts)
        found = results.outcomes(self._judge, process, event.to_state, event.matter, merged(facts, own))
        return replace(event, facts={**event.facts, **own}, outcomes=found)

    def _append(self, batch: Sequence[Event]) -> None:
        expected: dict[str, int] = {}
        for event in batch:
            expected.setdefault(event.matter, event.seq - 1)
        try:
            self.store.append(batch, expected)
        except Conflict as conflict:
            raise claimed_meanwhile(self.store, conflict) from None

    def _places(self) -> Places:
        return Places(self.policy, self.store, self._replay)

    def _retried(self, act: Callable[[], MatterState]) -> MatterState:
        """Somebody else has taken a place meanwhile, perhaps not the same: look again, and be told by the rules."""
        for _ in range(RETRIES):
            try:
                return act()
            except Conflict as conflict:
                if not about_a_place(conflict):
                    raise
        return act()

    # -- batches ---------------------------------------------------------------------------------

    def _driven(
        self, process: Process, step: ProcessStep, batch: MatterState, event: Event
    ) -> Iterator[Event]:
        if step.drives is None or process.inbox is None:
            return
        collected = self._process(process.inbox.process)
        driven = refusals.known_step(collected, step.drives)
        for events, state in self._gathered(process.inbox, batch, event.at):
            if state.state in driven.from_:
                yield self._drive(collected, driven, events, state, event)

    def _gathered(
        self, inbox: Inbox, batch: MatterState, at: dt.datetime
    ) -> Iterator[tuple[tuple[Event, ...], MatterState]]:
        """The matters a batch collects, opened by then."""
        collected = self._process(inbox.process)
        for events in self._all(collected.name):
            if events[0].at <= at:
                state = self._replay(collected, events, at.date())
                if all(batch.facts.get(a) == state.facts.get(b) for a, b in inbox.same):
                    yield events, state

    def _drive(
        self,
        process: Process,
        step: ProcessStep,
        events: tuple[Event, ...],
        state: MatterState,
        batch: Event,
    ) -> Event:
        try:
            refusals.check_time(events, batch.at)
            refusals.check_open(step, state, batch.at.date())
            event = replace(self._next(events, state, batch.actor, batch.at), note=batch.matter)
            return self._taken(process, step, event, state)
        except Refused as refused:
            own = diagnostic("PE8021", matter=state.id, step=step.name)
            raise Refused([own, *refused.diagnostics]) from refused

    # -- looking ---------------------------------------------------------------------------------

    def state(self, matter: str, on: When) -> MatterState:
        """Where a matter stands at the end of a day. Raises Refused (PE8001) for one not yet opened then."""
        events = self._events(matter)
        if events[0].at.date() > day(on):
            raise refusals.unknown_matter(matter, ())
        return self._replay(self._process(events[-1].process), events, day(on))

    def matters(
        self, process: str | None = None, state: str | None = None, *, on: When
    ) -> tuple[MatterState, ...]:
        """Matters of the policy at the end of a day, by process and state, in the order of their ids.

        Raises Refused (PE8019) for a process the policy does not have.
        """
        if process is not None:
            self._process(process)
        found = (
            self._replay(self._process(e[-1].process), e, day(on))
            for e in self._all(process)
            if e[0].at.date() <= day(on)
        )
        return tuple(m for m in found if state is None or m.state == state)

    def collected(self, batch: str, on: When) -> tuple[MatterState, ...]:
        """The matters a batch collects, at the end of a day. Raises Refused for a matter that collects nothing."""
        state = self.state(batch, on)
        inbox = self._process(state.process).inbox
        if inbox is None:
            raise Refused(diagnostic("PE8026", matter=batch, process=state.process))
        end = dt.datetime.combine(day(on), dt.time.max)
        return tuple(found for _, found in self._gathered(inbox, state, end))

    def history(self, matter: str, on: When) -> tuple[Event, ...]:
        """The events of a matter up to the end of a day."""
        return tuple(e for e in self._events(matter) if e.at.date() <= day(on))

    def due(self, on: When) -> tuple[Due, ...]:
        """Dated steps that wait to be taken (see ``owed``), the earliest first; batches nobody opened included."""
        matters = self.matters(on=on)
        found = [due for m in matters for due in owed(self._process(m.process), m)]
        found += unopened(self.policy.processes, matters, day(on))
        return tuple(sorted(found, key=lambda d: (d.by, d.process, d.matter, d.step)))

    def results(self, policy_id: str, period: str, known_on: When) -> tuple[Outcome, ...]:
        """What the matters bring about in another policy for a month (``2018-06``), as known on a day."""
        found: list[Outcome] = []
        for events in self._all(None):
            recorded = [
                (at, r)
                for at, r in self._recorded(events, day(known_on))
                if r.policy == policy_id and r.period == str(period)
            ]
            found += results.current(events[0].matter, recorded)
        return tuple(found)

    def _recorded(self, events: tuple[Event, ...], on: dt.date) -> list[tuple[dt.date, Recorded]]:
        """Outcomes in the order of time: those of steps taken, and of steps that silence took."""
        known = tuple(e for e in events if e.at.date() <= on)
        if not known:
            return []
        process = self._process(known[-1].process)
        found = [(e.at, r) for e in known for r in e.outcomes]
        for entry in self._replay(process, known, on).deemed:
            before = tuple(e for e in known if e.at <= entry.at)
            facts = self._replay(process, before, entry.at.date()).facts
            brought = results.outcomes(self._judge, process, entry.to_state, events[0].matter, facts)
            found += [(entry.at, r) for r in brought]
        return [(at.date(), r) for at, r in sorted(found, key=lambda pair: pair[0])]

    # -- finding ---------------------------------------------------------------------------------

    def _replay(self, process: Process, events: tuple[Event, ...], on: dt.date) -> MatterState:
        def effect(state: str, facts: Facts) -> Facts:
            return results.own_facts(self._judge, process, state, events[0].matter, facts)

        return replay(process, events, on, effect)

    def _events(self, matter: str) -> tuple[Event, ...]:
        events = self.store.events(matter)
        if not events or is_claim(matter) or events[0].policy != self.policy.id:
            known = [e[0].matter for e in self._all(None)]
            raise refusals.unknown_matter(matter, known)
        return events

    def _all(self, process: str | None) -> Iterator[tuple[Event, ...]]:
        for matter, events in sorted(self.store.everything().items()):
            if is_claim(matter) or events[0].policy != self.policy.id:
                continue
            if process is None or events[0].process == process:
                yield events

    def _process(self, name: str) -> Process:
        process = self.policy.processes.get(name)
        if process is None:
            known = "、".join(self.policy.processes) or "—"
            raise Refused(diagnostic("PE8019", policy=self.policy.id, name=name, known=known))
        return process

    def _names(self, process: Process) -> Mapping[str, str]:
        """The facts of a process as people call them."""
        names = {t.id: t.name for t in self.policy.terms_of(process.entity)}
        parent = self.policy.entities[process.entity].parent
        if parent is not None and self.policy.entities[parent].key is not None:
            names.setdefault(str(self.policy.entities[parent].key), parent)
        return names
