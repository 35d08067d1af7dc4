"""结果: what entering a state writes into the matter's own facts and into other policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy_engine.feel.typed import Const, Node
from policy_engine.policy.model import Policy
from policy_engine.policy.process_model import Process, ResultRule
from policy_engine.process.events import Recorded
from policy_engine.process.intake import keep
from policy_engine.process.judge import Judge

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What a matter means for another policy, as known on a day.

    ``value`` is yes/no or text as it is kept. ``since``: the day the matter first brought something about here;
    ``known_from``: the day from which this value is known; ``revoked``: it takes back a different first value.
    """

    matter: str
    entity: str
    key: str
    term: str
    value: object
    since: dt.date
    known_from: dt.date
    revoked: bool


def own_facts(judge: Judge, process: Process, state: str, matter: str, facts: Facts) -> dict[str, object]:
    """The facts of the matter that entering ``state`` writes. Raises Refused when they cannot be worked out."""
    rules = [r for r in process.results_of(state) if r.into is None]
    return {r.term: _value(judge, process, r.value, matter, facts, state) for r in rules}


def outcomes(judge: Judge, process: Process, state: str, matter: str, facts: Facts) -> tuple[Recorded, ...]:
    """What entering ``state`` brings about in other policies. Raises Refused when it cannot be worked out."""
    month = facts.get(process.month) if process.month is not None else None
    period = month if isinstance(month, str) else ""
    found = []
    for rule in process.results_of(state):
        if rule.into is None:
            continue
        value = _value(judge, process, rule.value, matter, facts, state)
        if value is not None:
            key = _member(judge, process, rule, matter, facts, state)
            found.append(Recorded(rule.into, rule.entity, key, rule.term, value, period))
    return tuple(found)


def _value(judge: Judge, process: Process, node: Node, matter: str, facts: Facts, what: str) -> object:
    return keep(node.value if isinstance(node, Const) else judge.value(process, node, matter, facts, what))


def _member(judge: Judge, process: Process, rule: ResultRule, matter: str, facts: Facts, what: str) -> str:
    """The member's id over there: as the rule says, or the member the matter belongs to, or the matter itself."""
    if rule.key is not None:
        return str(judge.value(process, rule.key, matter, facts, what))
    parent = _parent_key(judge.policy, process)
    return str(facts.get(parent, matter)) if parent is not None else matter


def _parent_key(policy: Policy, process: Process) -> str | None:
    parent = policy.entities[process.entity].parent
    return policy.entities[parent].key if parent is not None else None


def current(matter: str, recorded: Iterable[tuple[dt.date, Recorded]]) -> tuple[Outcome, ...]:
    """The last value of each outcome of a matter; ``recorded`` in the order of time."""
    by_place: dict[tuple[str, str, str], list[tuple[dt.date, object]]] = {}
    for day, item in recorded:
        by_place.setdefault((item.entity, item.key, item.term), []).append((day, item.value))
    return tuple(
        Outcome(matter, *place, values[-1][1], values[0][0], _known(values), values[-1][1] != values[0][1])
        for place, values in by_place.items()
    )


def _known(values: list[tuple[dt.date, object]]) -> dt.date:
    """Since when the last value has been said without interruption."""
    known = values[-1][0]
    for day, value in reversed(values):
        if value != values[-1][1]:
            break
        known = day
    return known
