"""不得重复: each set of facts that no two matters may share is claimed by one of them.

A claim is itself a tiny matter in the store, so that two offices cannot claim the same at once: the second append
meets a matter that has moved on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict, Refused
from policy_engine.policy.process_model import Process, Unique
from policy_engine.process.events import CLAIM, PLACE, Event, is_claim
from policy_engine.process.store import Store

Facts = Mapping[str, object]
MAX_VALUES = 300  # characters of the values in the id of a claim; longer ones are claimed by their digest
_DIGEST = "sha256-"


def claims(
    store: Store, policy: str, process: Process, event: Event, before: Facts | None, after: Facts
) -> tuple[Event, ...]:
    """The events that claim what ``after`` needs and release what ``before`` had; ``event`` is what they go with.

    Raises Refused (PE8007) for everything that another matter holds.
    """
    wanted = claimed(policy, process, after)
    had = claimed(policy, process, before) if before is not None else {}
    taken = []
    found: list[Event] = []
    for claim in (c for c in wanted if c not in had):
        seen = store.events(claim)  # once: who is counted on must be who was looked at
        holder = held_by(seen)
        if holder is None:
            found.append(claim_event(seen, claim, event, "claim"))
        elif holder != event.matter:
            taken.append(diagnostic("PE8007", what=wanted[claim], other=holder))
    if taken:
        raise Refused(taken)
    for claim in (c for c in had if c not in wanted):
        seen = store.events(claim)
        if held_by(seen) == event.matter:
            found.append(claim_event(seen, claim, event, "release"))
    return tuple(found)


def claimed(policy: str, process: Process, facts: Facts) -> dict[str, str]:
    """What the facts claim: the id of each claim, with its values as people read them."""
    found: dict[str, str] = {}
    for unique in process.unique:
        # What says which matter it is was there before claims had names, and is still claimed as it was.
        name = process.name if unique.needed else f"{process.name}/{'+'.join(unique.names)}"
        for values in _values(unique, facts):
            if all(v is not None for v in values):
                found[f"{CLAIM}{policy}/{name}:{written(values)}"] = "、".join(map(str, values))
    return found


def _values(unique: Unique, facts: Facts) -> Iterator[list[object]]:
    """The values of the matter; of rows below, those of each row."""
    own = [facts.get(f) for f in unique.facts]
    if unique.rows is None:
        yield own
        return
    rows = facts.get(unique.rows)
    for row in rows if isinstance(rows, list | tuple) else ():
        yield [*own, *(row.get(f) for f in unique.row_facts)]


def written(values: list[object]) -> str:
    text = json.dumps(values, ensure_ascii=False)
    return text if len(text) <= MAX_VALUES else _DIGEST + hashlib.sha256(text.encode()).hexdigest()


def claimed_meanwhile(store: Store, conflict: Conflict) -> Conflict:
    """The conflict, told as PE8007 when another matter has just claimed the same."""
    claim = dict(conflict.diagnostics[0].params).get("matter", "")
    holder = held_by(store.events(claim)) if is_claim(claim) and not claim.startswith(PLACE) else None
    if holder is None:
        return conflict
    text = claim.removeprefix(CLAIM).partition(":")[2]
    what = "…" if text.startswith(_DIGEST) else "、".join(map(str, json.loads(text)))
    return Conflict(diagnostic("PE8007", what=what, other=holder))


def held_by(events: Sequence[Event]) -> str | None:
    """The matter that holds a claim."""
    return events[-1].note if events and events[-1].kind == "claim" else None


def claim_event(seen: Sequence[Event], claim: str, event: Event, kind: Literal["claim", "release"]) -> Event:
    """The next event of a claim, at the time and by the actor of what it goes with; its note names the matter."""
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
