"""The state of a matter: a pure function of its process, its events and a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_engine.policy.process_model import Process
from policy_engine.process.events import Actor, Document, Event


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
    facts: Mapping[str, object]
    entered: dt.date  # the day it came into this state
    history: tuple[Entry, ...]
    late: tuple[str, ...]  # steps taken late
    deemed: tuple[Entry, ...]  # steps taken by silence
    allowed: tuple[Allowed, ...]


def replay(process: Process, events: Sequence[Event], on: dt.date) -> MatterState:
    raise NotImplementedError
