"""A feature's words looked up in the policy it names: entities, terms, rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policy_engine.diagnostics.suggest import nearest
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.testing.problems import StepFailure


def find_entity(policy: Policy, name: str) -> Entity | None:
    """An entity or sub-entity by name, id or alias."""
    for entity in policy.entities.values():
        if name in (entity.name, entity.id, *entity.aliases):
            return entity
    return None


def find_term(policy: Policy, entity: Entity, name: str) -> Term | None:
    """A term of an entity by name, id or alias."""
    for term in policy.terms_of(entity.base):
        if name in (term.name, term.id, *term.aliases):
            return term
    return None


def the_entity(policy: Policy, name: str) -> Entity:
    """Raises StepFailure, naming what was probably meant."""
    found = find_entity(policy, name)
    if found is None:
        start = next((e for e in policy.entities if name.startswith(e) and name != e), None)
        if start is not None:
            rest = name[len(start) :].strip("“”‘’\"'「」")
            raise StepFailure(f"哪一个{start}要加引号：{start}“{rest}”")
        raise StepFailure(f"政策“{policy.id}”没有主体“{name}”。{meant(name, policy.entities)}")
    return found


def the_term(policy: Policy, entity: Entity, name: str) -> Term:
    """Raises StepFailure, naming what was probably meant."""
    found = find_term(policy, entity, name)
    if found is None:
        known = [t.name for t in policy.terms_of(entity.base)]
        raise StepFailure(f"主体“{entity.name}”没有词条“{name}”。{meant(name, known)}")
    return found


def shown_term(policy: Policy, entity: Entity, name: str) -> Term:
    """A term whose value a message may show. Raises StepFailure for another."""
    found = the_term(policy, entity, name)
    refuse_sensitive(found)
    return found


def refuse_sensitive(term: Term) -> None:
    if term.sensitive:
        raise StepFailure(f"“{term.name}”是敏感的，不显示，也不能检查它的值；请检查由它得出的结果")


def split_where(left: str, joint: str, right: str, known: Callable[[str], bool]) -> tuple[str, str]:
    """``left`` and ``right`` of the joint at which ``left`` is a known word.

    A step is matched before its policy is known, so 是否为居民 + 为 + 是 comes in as 是否 + 为居民为是.
    """
    whole = left + joint + right
    at = whole.find(joint)
    while at >= 0:
        one, other = whole[:at].strip(), whole[at + len(joint) :].strip()
        if other and known(one):
            return one, other
        at = whole.find(joint, at + 1)
    return left, right


def unknown_key(entity: str, key: str, keys: Iterable[str]) -> StepFailure:
    return StepFailure(f"没有{entity}“{key}”。{meant(key, keys)}")


def meant(name: str, known: Iterable[str]) -> str:
    """What was probably meant, or what there is."""
    pool = list(known)
    near = nearest(name, pool, count=3, cutoff=0.3) or tuple(pool[:10])
    return f"已有的：{'、'.join(near)}" if near else "一个也没有"
