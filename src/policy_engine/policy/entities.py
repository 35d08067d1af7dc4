"""Bind 主体: the tree of entities, one-row entities and sub-entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.feel.check import compile_expression
from policy_engine.feel.typed import Aggregate, TermRef, Where, walk
from policy_engine.feel.types import BooleanType
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.documents import EntityDoc

MAX_DEPTH = 8
Docs = Mapping[str, tuple[Fragment, EntityDoc]]


def bind_entities(merged: Merged, report: Diagnostics) -> dict[str, Entity]:
    """Entities without the conditions of sub-entities, which need terms first.

    What is wrong with one is reported and mended as well as can be, so that the rest of the file does not miss it.
    """
    found: dict[str, Entity] = {}
    docs = {name.text: (name, doc) for name, doc, _ in merged.entities}
    for name, doc, _ in merged.entities:
        found[name.text] = _entity(name, doc, docs, report)
    _check_ids(found, report)
    for entity in list(found.values()):
        if _depth(entity, found) > MAX_DEPTH:
            report.report("PE3005", entity.span, name=entity.name)
            found[entity.name] = replace(entity, parent=None)
    return found


def _known(reference: Fragment | None, docs: Docs, report: Diagnostics) -> Fragment | None:
    """The reference if it is to a declared entity; what else it is has been reported."""
    if reference is not None and reference.text not in docs:
        report_unknown(report, "PE3001", reference.span(), docs, name=reference.text)
        return None
    return reference


def _entity(name: Fragment, doc: EntityDoc, docs: Docs, report: Diagnostics) -> Entity:
    parent = _parent(name, doc, docs, report)
    base = _known(doc.base, docs, report)
    if base is not None:
        return _sub_entity(name, doc, docs[base.text], docs, report)
    if doc.base is None and doc.id is None:
        report.report("PE3002", name.span(), name=name.text)
    if doc.base is None and not doc.single and not doc.papers and doc.key is None:
        report.report("PE3003", name.span(), name=name.text)
    if doc.papers and (doc.single or doc.belongs_to is None):
        report.report("PE3170", name.span(), name=name.text)
    return Entity(
        name=name.text,
        id=doc.id.text if doc.id else name.text,
        key=_key(name, doc),
        aliases=tuple(a.text for a in doc.aliases),
        parent=parent.text if parent else None,
        parent_optional=doc.optional,
        single=doc.single,
        base=name.text,
        when=None,
        papers=doc.papers and not doc.single,
        merged_within=None,
        span=name.span(),
    )


def _parent(name: Fragment, doc: EntityDoc, docs: Docs, report: Diagnostics) -> Fragment | None:
    """属于, where it is a base entity: rows belong to a row, and which sub-entity that is of follows from facts."""
    parent = _known(doc.belongs_to, docs, report)
    if parent is None or docs[parent.text][1].base is None:
        return parent
    base = docs[parent.text][1].base
    assert base is not None
    report.report("PE3173", parent.span(), name=name.text, parent=parent.text, base=base.text)
    return base if base.text in docs and docs[base.text][1].base is None else None


def _key(name: Fragment, doc: EntityDoc) -> str | None:
    """主键; papers that declare none are numbered, under a key of the entity's id."""
    if doc.key is not None:
        return doc.key.text
    if doc.papers and not doc.single:
        return f"{doc.id.text if doc.id else name.text}_id"
    return None


def _sub_entity(
    name: Fragment, doc: EntityDoc, base: tuple[Fragment, EntityDoc], docs: Docs, report: Diagnostics
) -> Entity:
    base_name, base_doc = base
    if base_doc.base is not None or doc.when is None:
        report.report("PE3004", name.span(), name=name.text)
    if doc.papers or doc.merged_within is not None:
        report.report("PE3170", name.span(), name=name.text)
    if base_doc.base is not None and base_doc.base.text in docs:
        base_name, base_doc = docs[base_doc.base.text]
    parent = _parent(base_name, base_doc, docs, Diagnostics())  # what is wrong with it is told of the base
    return Entity(
        name=name.text,
        id=doc.id.text if doc.id else name.text,
        key=_key(base_name, base_doc),
        aliases=(),
        parent=parent.text if parent else None,
        parent_optional=base_doc.optional,
        single=False,
        base=base_name.text,
        when=None,
        papers=False,
        merged_within=None,
        span=name.span(),
    )


def _check_ids(entities: dict[str, Entity], report: Diagnostics) -> None:
    seen: dict[str, Entity] = {}
    for entity in entities.values():
        for name in {entity.id, entity.name}:
            other = seen.setdefault(name, entity)
            if other is not entity:
                report.report("PE3006", entity.span, other.span, name=name)


def _depth(entity: Entity, entities: dict[str, Entity]) -> int:
    depth, current = 1, entity
    while current.parent is not None and current.parent in entities and depth <= MAX_DEPTH:
        current = entities[current.parent]
        depth += 1
    return depth


def bind_conditions(merged: Merged, names: NameTable, report: Diagnostics) -> dict[str, Entity]:
    """The entities with the conditions that tell sub-entities apart."""
    bound = dict(names.entities)
    for name, doc, _ in merged.entities:
        entity = bound.get(name.text)
        if entity is None or doc.when is None:
            continue
        try:
            condition = compile_expression(doc.when, names.scope(entity.base), BooleanType())
        except LoadError as error:
            for item in error.diagnostics:
                report.add(item)
            continue
        bound[name.text] = replace(entity, when=condition)
    return bound


def check_conditions(
    entities: Mapping[str, Entity], terms: Mapping[tuple[str, str], Term], report: Diagnostics
) -> None:
    """Which sub-entity a row is of follows from its own inputs, before anything is decided."""
    for entity in entities.values():
        for node in walk(entity.when) if entity.when is not None else ():
            if isinstance(node, Aggregate):
                report.report("PE3007", node.span, name=entity.name, term=node.span.text)
            if not isinstance(node, TermRef):
                continue
            term = terms[node.entity, node.term]
            if term.decided or node.where is not Where.OWN:
                report.report("PE3007", node.span, name=entity.name, term=term.name)
