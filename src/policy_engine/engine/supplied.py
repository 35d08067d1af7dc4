"""Facts that do not stand in the tables but follow from elsewhere, e.g. from a matter that was confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.engine.scalars import plain, read_value
from policy_engine.engine.sensitive import HIDDEN
from policy_engine.feel.values import Value
from policy_engine.policy.model import Policy, Term


@dataclass(frozen=True)
class Supplied:
    """A fact of one member: ``entity`` and ``term`` by name or id, ``value`` as a cell, ``origin`` as people know it."""

    entity: str
    key: str
    term: str
    value: object
    origin: str  # 事项 A-001


class SuppliedFacts:
    """Supplied facts by member, laid over the rows as they are read."""

    def __init__(self, policy: Policy, items: Iterable[Supplied]) -> None:
        self._by_row: dict[tuple[str, str], dict[str, tuple[Supplied, Value]]] = {}
        self._met: set[tuple[str, str]] = set()
        for item in items:
            term = _term(policy, item)
            by_term = self._by_row.setdefault((term.entity, item.key), {})
            value = _value(item, term)
            other = by_term.get(term.id)
            if other is not None and other[1] != value:
                raise InputError(
                    diagnostic("PE6073", name=term.name, key=item.key, one=other[0].origin, other=item.origin)
                )
            by_term[term.id] = (item, value)

    def lay_over(
        self, row: Row, terms: Mapping[str, Term], blank: frozenset[str]
    ) -> Iterable[tuple[Term, Fault]]:
        """Set what was supplied; a table that says something else is a fault. ``blank``: terms the table left open."""
        for id_, (item, value) in self._by_row.get((row.entity, row.key), {}).items():
            self._met.add((row.entity, row.key))
            term = terms[id_]
            if id_ not in blank and row.values.get(id_) != value:
                told = _shown(term, value), _shown(term, row.values.get(id_))
                yield (
                    term,
                    Fault("PE6071", name=term.name, origin=item.origin, supplied=told[0], table=told[1]),
                )
                continue
            row.values[id_] = value
            row.origins = {**row.origins, id_: item.origin}

    def has(self, row: Row, term: Term) -> bool:
        return term.id in self._by_row.get((row.entity, row.key), {})

    def notes(self) -> Iterable[Diagnostic]:
        """Members something was supplied for who are in no table."""
        for (entity, key), by_term in self._by_row.items():
            if (entity, key) not in self._met:
                origins = "、".join(dict.fromkeys(item.origin for item, _ in by_term.values()))
                yield diagnostic("PE6072", entity=entity, key=key, origin=origins)


def _term(policy: Policy, item: Supplied) -> Term:
    for entity in policy.entities.values():
        if item.entity in (entity.name, entity.id):
            for term in policy.terms_of(entity.base):
                if item.term in (term.name, term.id) and not term.decided:
                    return term
    raise InputError(
        diagnostic("PE6074", entity=item.entity, name=item.term, origin=item.origin, id=policy.id)
    )


def _shown(term: Term, value: Value) -> str:
    if term.sensitive:
        return HIDDEN
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, Fraction) else str(value)


def _value(item: Supplied, term: Term) -> Value:
    try:
        return read_value(item.value, term, None)
    except Fault as fault:
        raise InputError(fault.at(f"{item.entity} {item.key}（{item.origin}）")) from None
