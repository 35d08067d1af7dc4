"""A side laid out as entries: everything a rule file means, piece by piece."""

from __future__ import annotations

import datetime as dt

from policy_engine.analysis.diff_decisions import decisions
from policy_engine.analysis.diff_meaning import fields_of, meaning, shown, text_of
from policy_engine.analysis.diff_model import Entry, Field
from policy_engine.analysis.diff_places import Places
from policy_engine.analysis.diff_processes import processes
from policy_engine.analysis.diff_sides import Side
from policy_engine.analysis.diff_words import Words
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.policy.canonical import structure
from policy_engine.policy.model import Clause, Entity, Lookup, Parameter, Policy, Statement, Term
from policy_engine.rulefile.documents import ParameterDoc, ParameterValueDoc


def entries(side: Side, words: Words) -> tuple[Entry, ...]:
    """In the order in which they are told."""
    policy = side.policy
    place = Places(policy)
    return (
        _head(side, words, place),
        *(_clause(c, words, place) for c in policy.clauses.values()),
        *(_entity(e, policy, words, place) for e in policy.entities.values()),
        *(_parameter(p, side, words, place) for p in policy.parameters.values()),
        *(
            place.entry(
                "reading", r.name, r.span, fields_of(r, words.word, frozenset({"default"})), r.clauses
            )
            for r in policy.readings.values()
        ),
        *(_term(t, policy, words, place) for t in policy.terms),
        *decisions(policy, words, place),
        *(_lookup(x, words, place) for x in policy.lookups.values()),
        *processes(policy, words, place),
        *(_statement(s, policy, words, place) for s in policy.statements),
    )


def plain(what: str, value: object, words: Words, of: str = "") -> Field:
    return Field(what, shown(value, words.word), meaning(value), of)


def _head(side: Side, words: Words, place: Places) -> Entry:
    policy, own = side.policy, side.chain[0].doc
    in_force = policy.in_force
    fields = (
        plain("id", policy.id, words),
        plain("title", policy.title, words),
        plain("issuer", policy.issuer, words),
        plain("number", policy.number, words),
        plain("issued", policy.issued, words),
        plain("known_from", policy.known_from, words),
        plain("from", in_force.from_, words),
        Field("to", _end(in_force.to, words), str(in_force.to)),
        plain("by", in_force.by, words),
        plain("clauses", in_force.clauses, words),
        plain("basis", policy.basis, words),
        plain("extends", policy.lineage[1:], words),
    )
    carried = tuple(
        place.entry("carry", f"{c.entity}.{c.output}", own.in_force.span, (plain("carried", c.input, words),))
        for c in policy.carry_over
    )
    roles = tuple(
        place.entry("role", r.name, r.span, (plain("id", r.id, words), plain("reason", r.reason, words)))
        for r in policy.not_covered
    )
    return place.entry(
        "head", "head", own.in_force.span, fields, rows=(*carried, *roles), name=words.kind("head")
    )


def _clause(clause: Clause, words: Words, place: Places) -> Entry:
    fields = fields_of(clause, words.word, frozenset({"id"}))
    alias = (clause.position, clause.summary)
    return place.entry("clause", clause.id, clause.span, fields, alias=alias)


def _entity(entity: Entity, policy: Policy, words: Words, place: Places) -> Entry:
    """By its id; a sub-entity has none but its name. Another entity is told by name and meant by id."""
    fields = [
        f
        for f in fields_of(entity, words.word, frozenset({"id", "parent", "base"}))
        if not (entity.is_sub and f.what not in ("when", "aliases"))
    ]
    for what, name in (("parent", entity.parent), ("base", entity.base if entity.is_sub else None)):
        fields.append(Field(what, name or "", policy.entities[name].id if name else None))
    id_ = entity.name if entity.is_sub else entity.id
    alias = (policy.entities[entity.base].id, meaning(entity.when)) if entity.is_sub else None
    if not entity.is_sub:
        fields.append(plain("id", entity.id, words))
    return place.entry("entity", id_, entity.span, tuple(fields), name=entity.name, alias=alias)


def _parameter(parameter: Parameter, side: Side, words: Words, place: Places) -> Entry:
    """What is in force, and in the rows the other parts of the timeline."""
    word = words.word
    fields = (
        Field("value", parameter.text, (structure(parameter.value), meaning(parameter.type))),
        plain("from", parameter.from_, words),
        Field("to", _end(parameter.to, words), str(parameter.to)),
        plain("review", parameter.review, words),
        Field("source", word(parameter.status.value), parameter.status.value),
        plain("clauses", parameter.clauses, words),
    )
    doc = _parameter_doc(parameter.name, side)
    others = [v for v in doc.values if v.value.span() != parameter.span] if doc is not None else []
    rows = tuple(_slice(v, words, place) for v in others)
    return place.entry("parameter", parameter.name, parameter.span, fields, parameter.clauses, rows=rows)


def _parameter_doc(name: str, side: Side) -> ParameterDoc | None:
    for version in side.chain:
        for named in version.doc.parameters:
            if named.name.text == name:
                return named.value
    return None


def _slice(value: ParameterValueDoc, words: Words, place: Places) -> Entry:
    start = str(value.from_.value) if value.from_ else ""
    unit = f" {value.unit.text}" if value.unit else ""
    fields = (
        plain("value", value.value.text + unit, words),
        Field("to", _end(value.to.value if value.to else None, words), value.to and value.to.value),
        plain("review", value.review and value.review.value, words),
        plain("source", value.source and value.source.value, words),
        plain("clauses", tuple(c.text for c in value.clause), words),
    )
    return place.entry("slice", start, value.value.span(), fields)


def _end(day: dt.date | None, words: Words) -> str:
    return words.word("open") if day is None else str(day)


def _term(term: Term, policy: Policy, words: Words, place: Places) -> Entry:
    options: tuple[str, ...] = ()
    match term.type:
        case OptionType(options=names) | LevelType(levels=names):
            options = names
    fields = (
        plain("id", term.id, words),
        Field("entities", "、".join(sorted(term.parts)), term.parts),
        Field("type", words.word("type_number" if term.kind == "number" else term.kind), term.kind),
        plain("options", options, words),
        Field("unit", term.unit.name if term.unit else "", structure(term.unit)),
        plain("places", term.places, words),
        plain("low", term.low, words),
        plain("high", term.high, words),
        plain("default", term.default, words),
        plain("optional", term.nullable, words),
        plain("required", term.required, words),
        plain("decided", term.decided, words),
        plain("awaited", term.awaited, words),
        plain("sensitive", term.sensitive, words),
        plain("filled_by", term.filled_by, words),
        plain("aliases", term.aliases, words),
    )
    id_ = f"{policy.entities[term.entity].id}.{term.id}"
    return place.entry("term", id_, term.span, fields, name=term.name, within=term.entity)


def _lookup(lookup: Lookup, words: Words, place: Places) -> Entry:
    spans = lookup.row_spans or (lookup.span,) * len(lookup.rows)
    rows = tuple(
        place.entry("row", "、".join(map(str, keys)), span, (plain("value", value, words),))
        for (keys, value), span in zip(lookup.rows, spans, strict=True)
    )
    fields = (plain("clauses", lookup.clauses, words),)
    return place.entry(
        "lookup", lookup.name, lookup.span, fields, lookup.clauses, rows, alias=structure(lookup.rows)
    )


def _statement(statement: Statement, policy: Policy, words: Words, place: Places) -> Entry:
    issued = statement.issued_by
    fields = (
        Field("issued_by", text_of(issued.span) if issued is not None else "", meaning(issued)),
        Field(
            "columns",
            "、".join(c.name for c in statement.columns),
            tuple((c.reference.entity, c.id) for c in statement.columns),
        ),
    )
    id_ = policy.entities[statement.entity].id
    return place.entry("statement", id_, statement.span, fields, name=statement.entity)
