"""Where events are kept. A store keeps and orders them; it knows nothing of processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict
from policy_engine.process.events import Event


class Store(Protocol):
    """An append-only list of events per matter. Claims (``events.is_claim``) are matters like any other here."""

    def events(self, matter: str) -> tuple[Event, ...]:
        """The events of a matter in order; empty for an unknown one."""

    def matters(self) -> tuple[str, ...]:
        """The ids of all matters, sorted by code point."""

    def everything(self) -> Mapping[str, tuple[Event, ...]]:
        """All events by matter."""

    def append(self, batch: Sequence[Event], expected: Mapping[str, int]) -> None:
        """Add all events or none.

        ``expected``: for every matter in the batch the seq of its last event as the caller saw it (0 = none); the
        batch continues each from there without a gap. Raises Conflict when a matter has moved on since.
        """


class MemoryStore:
    """Events in memory, for tests and short-lived embedders. Not for several threads."""

    def __init__(self) -> None:
        self._events: dict[str, tuple[Event, ...]] = {}

    def events(self, matter: str) -> tuple[Event, ...]:
        return self._events.get(matter, ())

    def matters(self) -> tuple[str, ...]:
        return tuple(sorted(self._events))

    def everything(self) -> Mapping[str, tuple[Event, ...]]:
        return dict(self._events)

    def append(self, batch: Sequence[Event], expected: Mapping[str, int]) -> None:
        added: dict[str, list[Event]] = {}
        for event in batch:
            added.setdefault(event.matter, []).append(event)
        for matter, events in added.items():
            last = len(self._events.get(matter, ()))
            seqs = [e.seq for e in events]
            if last != expected.get(matter, 0) or seqs != list(range(last + 1, last + 1 + len(seqs))):
                raise Conflict(
                    diagnostic("PE8010", matter=matter, expected=expected.get(matter, 0), found=last)
                )
        for matter, events in added.items():
            self._events[matter] = (*self._events.get(matter, ()), *events)
