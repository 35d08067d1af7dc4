"""办理主体: who a step is for in a given matter, and whether somebody is that."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.policy.process_model import ActorKind, ActorRule
from policy_engine.process.events import Actor

Facts = Mapping[str, object]


def authority(rule: ActorRule, facts: Facts) -> str | None:
    """The authority a lookup names for this matter; None when the table has no such row."""
    wanted = tuple(str(facts.get(term)) for term in rule.terms)
    return next((name for keys, name in rule.table if keys == wanted), None)


def who(rule: ActorRule, matter: str, facts: Facts) -> str:
    """Who takes the step, as people call him."""
    match rule.kind:
        case ActorKind.MEMBER:
            return f"{rule.name} {_key(rule, matter, facts) or ''}".strip()
        case ActorKind.LOOKUP:
            return authority(rule, facts) or rule.name
        case ActorKind.AUTHORITY | ActorKind.BATCH:
            return rule.name


def may(rule: ActorRule, matter: str, facts: Facts, actor: Actor) -> bool:
    """Whether the actor is the one the step is for.

    A member appears under his entity's name or id with his own key, an authority under its name; the authority a
    lookup names either under the lookup's name with the authority as id, or under its own name.
    """
    match rule.kind:
        case ActorKind.MEMBER:
            key = _key(rule, matter, facts)
            return actor.role in rule.names and bool(key) and actor.id == key
        case ActorKind.AUTHORITY:
            return actor.role in rule.names
        case ActorKind.LOOKUP:
            named = authority(rule, facts)
            return named is not None and (
                actor.role == named or (actor.role in rule.names and actor.id == named)
            )
        case ActorKind.BATCH:
            return False


def _key(rule: ActorRule, matter: str, facts: Facts) -> str | None:
    if rule.key is None:
        return matter
    key = facts.get(rule.key)
    return key if isinstance(key, str) else None
