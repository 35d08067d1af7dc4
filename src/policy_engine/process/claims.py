"""不得重复: each set of facts that no two matters may share is claimed by one of them.

A claim is itself a tiny matter in the store, so that two offices cannot claim the same at once: the second append
meets a matter that has moved on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict, Refused
from policy_engine.policy.process_model import Process
from policy_engine.process.events import CLAIM, Event, is_claim
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
    seen = store.events(wanted)  # once: who is counted on must be who was looked at
    holder = held_by(seen)
    if holder is not None:
        what = "、".join(str(after[f]) for f in process.unique)
        raise Refused(diagnostic("PE8007", what=what, other=holder))
    found = (_claim(seen, wanted, event, "claim"),)
    return (*found, _claim(store.events(had), had, event, "release")) if had is not None else found


def claim_id(policy: str, process: Process, facts: Facts) -> str | None:
    if not process.unique:
        return None
    values = json.dumps([facts.get(f) for f in process.unique], ensure_ascii=False)
    return f"{CLAIM}{policy}/{process.name}:{values}"


def claimed_meanwhile(store: Store, conflict: Conflict) -> Conflict:
    """The conflict, told as PE8007 when another matter has just claimed the same."""
    claim = dict(conflict.diagnostics[0].params).get("matter", "")
    holder = held_by(store.events(claim)) if is_claim(claim) else None
    if holder is None:
        return conflict
    values = json.loads(claim.removeprefix(CLAIM).partition(":")[2])
    return Conflict(diagnostic("PE8007", what="、".join(map(str, values)), other=holder))


def held_by(events: Sequence[Event]) -> str | None:
    """The matter that holds a claim."""
    return events[-1].note if events and events[-1].kind == "claim" else None


def _claim(seen: Sequence[Event], claim: str, event: Event, kind: Literal["claim", "release"]) -> Event:
    return replace(
        event,
        seq=len(seen) + 1,
        matter=claim,
        kind=kind,
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
