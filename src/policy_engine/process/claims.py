"""不得重复: each set of facts that no two matters may share is claimed by one of them.

A claim is itself a tiny matter in the store, so that two offices cannot claim the same at once: the second append
meets a matter that has moved on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Refused
from policy_engine.policy.process_model import Process
from policy_engine.process.events import CLAIM, Event
from policy_engine.process.store import Store

Facts = Mapping[str, object]


def claims(
    store: Store, policy: str, process: Process, event: Event, before: Facts | None, after: Facts
) -> tuple[Event, ...]:
    """The events that claim what ``after`` needs and release what ``before`` had; ``event`` is what they go with.

    Raises Refused (PE8007) when another matter holds the claim.
    """
    wanted = claim_id(policy, process, after)
    had = claim_id(policy, process, before) if before is not None else None
    if wanted == had or wanted is None:
        return ()
    holder = held_by(store.events(wanted))
    if holder is not None:
        what = "、".join(str(after[f]) for f in process.unique)
        raise Refused(diagnostic("PE8007", what=what, other=holder))
    found = [_claim(store, wanted, event, "claim")]
    return (*found, _claim(store, had, event, "release")) if had is not None else tuple(found)


def claim_id(policy: str, process: Process, facts: Facts) -> str | None:
    if not process.unique:
        return None
    values = json.dumps([facts.get(f) for f in process.unique], ensure_ascii=False)
    return f"{CLAIM}{policy}/{process.name}:{values}"


def held_by(events: Sequence[Event]) -> str | None:
    """The matter that holds a claim."""
    return events[-1].note if events and events[-1].kind == "claim" else None


def _claim(store: Store, claim: str, event: Event, kind: str) -> Event:
    return replace(
        event,
        seq=len(store.events(claim)) + 1,
        matter=claim,
        kind="claim" if kind == "claim" else "release",
        step="",
        facts={},
        note=event.matter,
        documents=(),
        outcomes=(),
        from_state="",
        to_state="",
        late=False,
        due=None,
    )
