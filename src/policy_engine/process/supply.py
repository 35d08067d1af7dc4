"""From matters to settlement: what confirmed matters say about a month, as facts of the policy that settles it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy
from policy_engine.process.events import is_claim
from policy_engine.process.office import Office
from policy_engine.process.store import Store


def supplied_by(
    store: Store, target: Policy, load: Callable[[str], Policy], known_on: dt.date
) -> tuple[Supplied, ...]:
    """What the matters of a store bring about in ``target`` for its month, as known on a day.

    ``load`` gives the policy whose processes a matter follows, by id. The origin of each fact names its matter, so
    that a trace leads back to it. Raises what ``load`` raises.
    """
    policies = {e[0].policy for e in store.everything().values() if not is_claim(e[0].matter)}
    found = []
    for policy_id in sorted(policies):
        office = Office(load(policy_id), store)
        for outcome in office.results(target.id, str(target.period), known_on):
            origin = f"事项 {outcome.matter}（{policy_id}，{outcome.known_from.isoformat()}）"
            found.append(Supplied(outcome.entity, outcome.key, outcome.term, outcome.value, origin))
    return tuple(found)
