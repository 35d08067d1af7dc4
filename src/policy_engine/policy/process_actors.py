"""Bind 办理主体: the member itself, an authority, the authority a lookup names, or a batch."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import LookupCall, Node, TermRef, Where
from policy_engine.feel.types import TextType
from policy_engine.policy.model import Entity, Lookup, Term
from policy_engine.policy.process_facts import Matter
from policy_engine.policy.process_model import ActorKind, ActorRule
from policy_engine.rulefile.process_documents import ProcessDoc


def bind_actor(
    process: str,
    text: Fragment,
    matter: Matter,
    docs: Mapping[str, ProcessDoc],
    lookups: Mapping[str, Lookup],
) -> ActorRule:
    """Who takes a step. Raises LoadError."""
    name = text.text
    batch = docs.get(name)
    if batch is not None and batch.inbox is not None and batch.inbox.process.text == process:
        return ActorRule(ActorKind.BATCH, name, frozenset({name}))
    entity = matter.names.entity(name)
    if entity is not None:
        return _entity(text, entity, matter)
    if "(" in name or "（" in name:
        return _lookup(text, matter, lookups)
    raise LoadError(diagnostic("PE3144", text.span(), name=name))


def _entity(text: Fragment, entity: Entity, matter: Matter) -> ActorRule:
    own_names = frozenset({entity.name, entity.id})
    if entity.single:
        return ActorRule(ActorKind.AUTHORITY, entity.name, own_names)
    subs = [e for e in matter.names.entities.values() if e.is_sub and e.base == entity.name]
    names = own_names.union(*({e.name, e.id} for e in subs))
    if entity.base == matter.entity.name:
        return ActorRule(ActorKind.MEMBER, entity.name, names)
    parent = matter.parent
    if parent is not None and entity.base == parent.name:
        return ActorRule(ActorKind.MEMBER, entity.name, names, matter.parent_key())
    key = matter.key_of(entity)
    if key is None:
        raise LoadError(diagnostic("PE3145", text.span(), name=entity.name, entity=matter.entity.name))
    return ActorRule(ActorKind.MEMBER, entity.name, names, key)


def _lookup(text: Fragment, matter: Matter, lookups: Mapping[str, Lookup]) -> ActorRule:
    node = compile_expression(text, matter.names.scope(matter.entity.name), TextType())
    if not isinstance(node, LookupCall) or node.table not in lookups:
        raise LoadError(diagnostic("PE3144", text.span(), name=text.text))
    terms = tuple(_argument(text, a, matter).id for a in node.args)
    rows = tuple((tuple(_text(k) for k in keys), _text(value)) for keys, value in lookups[node.table].rows)
    return ActorRule(ActorKind.LOOKUP, text.text, frozenset({node.table}), terms=terms, table=rows)


def _argument(text: Fragment, node: Node, matter: Matter) -> Term:
    if isinstance(node, TermRef) and node.where is Where.OWN:
        term = matter.terms[node.entity, node.term]
        if not term.decided and not term.sensitive and term.kind in ("text", "option", "level"):
            return term
    raise LoadError(diagnostic("PE3144", text.span(), name=text.text))


def _text(value: object) -> str:
    return str(value)
