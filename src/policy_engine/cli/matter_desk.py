"""Which rules a matter is handled under: those of its own month, whenever that happens, unless others are asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Refused
from policy_engine.diagnostics.suggest import nearest
from policy_engine.policy.library import Library
from policy_engine.policy.model import Policy
from policy_engine.process.events import Event, is_claim
from policy_engine.process.office import Office
from policy_engine.process.state import MatterState
from policy_engine.process.store import Store

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Which:
    """The version of the rules as the user chose it; None = the matter's own."""

    policy: str | None
    period: str | None
    on: str | None
    known_on: str | None
    rules: str | None
    options: Mapping[str, str]


@dataclass
class Desk:
    """Offices by version, each made once. ``executor`` evaluates preconditions and results."""

    store: Store
    which: Which
    executor: str = "durable"
    _offices: dict[tuple[str, str | None, str | None], Office] = field(default_factory=dict)

    def for_new(self, policy: str, facts: Mapping[str, object], at: dt.datetime) -> Office:
        return self._office(policy, facts, at.date())

    def for_matter(self, matter: str) -> Office:
        """Raises Refused (PE8001) for a matter that was never opened."""
        events = self.store.events(matter)
        if not events or is_claim(matter):
            known = [m for m in self.store.matters() if not is_claim(m)]
            near = "、".join(nearest(matter, known, count=3)) or "—"
            raise Refused(diagnostic("PE8001", matter=matter, near=near))
        return self._of(events)

    def states(self, on: dt.date) -> Iterator[tuple[Policy, MatterState]]:
        """Every matter opened by the end of a day, by id; of one policy when one was asked for."""
        for matter, events in sorted(self.store.everything().items()):
            asked = self.which.policy in (None, events[0].policy)
            if asked and not is_claim(matter) and events[0].at.date() <= on:
                office = self._of(events)
                yield office.policy, office.state(matter, on)

    def _of(self, events: Sequence[Event]) -> Office:
        facts: dict[str, object] = {}
        for event in events:
            facts |= event.facts
        return self._office(self.which.policy or events[0].policy, facts, events[0].at.date())

    def _office(self, policy: str, facts: Mapping[str, object], opened: dt.date) -> Office:
        period, on = self.which.period, self.which.on
        if period is None and on is None:
            period = self._month(policy, facts)
            on = opened.isoformat() if period is None else None
        key = (policy, period, on)
        if key not in self._offices:
            library = Library(self.which.rules)
            loaded = library.load(
                policy, period=period, on=on, known_on=self.which.known_on, options=self.which.options
            )
            self._offices[key] = Office(loaded, self.store, executor=self.executor)
        return self._offices[key]

    def _month(self, policy: str, facts: Mapping[str, object]) -> str | None:
        """The month a matter is about, where the policy is in force by months and the facts name just one."""
        by = {v.doc.in_force.by.text.casefold() for v in Library(self.which.rules).versions(policy)}
        if not all("月" in b or "年" in b or "month" in b or "year" in b for b in by):
            return None
        named = {v for v in facts.values() if isinstance(v, str) and _MONTH.fullmatch(v)}
        return named.pop() if len(named) == 1 else None
