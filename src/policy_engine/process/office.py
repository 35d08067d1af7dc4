"""The office: takes steps on matters, or refuses them with the reason and what is allowed instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy_engine.policy.model import Policy
from policy_engine.process.events import Actor, Document
from policy_engine.process.state import MatterState
from policy_engine.process.store import Store

When = dt.datetime | dt.date | str


@dataclass(frozen=True)
class Due:
    """A dated step that waits to be taken."""

    matter: str
    process: str
    step: str
    who: str
    by: dt.date
    overdue: bool


@dataclass(frozen=True)
class Outcome:
    """What a matter means for another policy, as known on a day.

    ``since``: the day the matter first brought something about here; ``known_from``: the day from which this value
    is known; ``revoked``: it takes back an earlier, different value.
    """

    matter: str
    entity: str
    key: str
    term: str
    value: object
    since: dt.date
    known_from: dt.date
    revoked: bool


class Office:
    """Matters of one policy in one store. ``executor`` evaluates preconditions and results.

    Every refusal is a ``Refused`` with a PE80 code and changes nothing.
    """

    def __init__(self, policy: Policy, store: Store, *, executor: str = "durable") -> None:
        self.policy = policy
        self.store = store
        self.executor = executor

    def open(
        self, process: str, matter: str, facts: Mapping[str, object], actor: Actor, at: When
    ) -> MatterState:
        """Open a matter: its facts so far, by whoever may take its first step."""
        raise NotImplementedError

    def amend(self, matter: str, facts: Mapping[str, object], actor: Actor, at: When) -> MatterState:
        """Change facts, in a state that allows it. Rows of an entity are replaced together."""
        raise NotImplementedError

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
        """Take a step; a step of a batch takes the collected matters along."""
        raise NotImplementedError

    def state(self, matter: str, on: When) -> MatterState:
        """Where a matter stands on a day."""
        raise NotImplementedError

    def matters(
        self, process: str | None = None, state: str | None = None, *, on: When
    ) -> tuple[MatterState, ...]:
        """Matters of the policy on a day, by process and state."""
        raise NotImplementedError

    def due(self, on: When) -> tuple[Due, ...]:
        """Dated steps not yet taken, the earliest first."""
        raise NotImplementedError

    def results(self, policy_id: str, period: str, known_on: When) -> tuple[Outcome, ...]:
        """What the matters bring about in another policy for a month, as known on a day."""
        raise NotImplementedError
