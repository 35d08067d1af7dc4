"""The words of a policy that could stand where another stands: terms of the same type, options, levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from policy_engine.feel.types import LevelType, NumberType, OptionType, Type, with_nullable
from policy_engine.policy.model import Policy, Term

MOST = 2  # terms that are tried in the place of one


class Words:
    """Asked about a policy as it is, for mistakes that could be made in its file."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._decided: dict[tuple[str, str], int] = {}  # (part, term id) → the last stage that decides it
        self._stages: dict[str, int] = {}
        for number, stage in enumerate(policy.stages):
            self._stages.setdefault(stage.key, number)
            for part in policy.parts(stage.entity):
                self._decided.update({(part, out): number for out in stage.outputs})

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(e.name for e in self._policy.base_entities)

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(c.id for c in self._policy.clauses.values() if c.testable)

    def entity(self, name: str) -> bool:
        return name in self._policy.entities

    def is_term(self, name: str, entities: Sequence[str]) -> bool:
        """Whether a single name is a term of one of the entities, or a parameter."""
        owned = (t for e in entities if self.entity(e) for t in self._terms(e))
        return name in self._policy.parameters or any(name in (t.name, *t.aliases) for t in owned)

    def other_options(self, text: str) -> tuple[str, ...]:
        """The other choices of the first list of options or levels that has this one."""
        for choices in self._choices():
            if text in choices:
                return tuple(c for c in choices if c != text)
        return ()

    def other_levels(self, text: str) -> tuple[str, ...]:
        """The level below and the one above."""
        for term in self._policy.terms:
            if isinstance(term.type, LevelType) and text in term.type.levels:
                at = term.type.levels.index(text)
                return tuple(term.type.levels[i] for i in (at - 1, at + 1) if 0 <= i < len(term.type.levels))
        return ()

    def _choices(self) -> Iterator[tuple[str, ...]]:
        for term in self._policy.terms:
            if isinstance(term.type, OptionType):
                yield term.type.options
        for reading in self._policy.readings.values():
            yield reading.options

    def other_terms(self, path: Sequence[str], entities: Sequence[str], key: str) -> tuple[str, ...]:
        """Names of the same type and unit, at most MOST: facts, and what is decided before the decision ``key``.

        ``entities``: whose row is read; with a path of two names it is the first of them.
        """
        if len(path) == 2 and self.entity(path[0]):
            prefix, owners = path[0] + ".", tuple(path[:1])
        elif len(path) == 1:
            prefix, owners = "", tuple(e for e in entities if self.entity(e))
        else:
            return ()
        term = next((t for e in owners for t in self._terms(e) if path[-1] in (t.name, *t.aliases)), None)
        if term is None:
            return self._other_parameters(path[-1]) if not prefix else ()
        parts = frozenset(p for e in owners for p in self._policy.parts(e))
        limit = self._stages.get(key, len(self._policy.stages))
        found = [
            other.name
            for other in self._terms(owners[0])
            if other is not term and other.name != term.name and _alike(term, other) and parts <= self._parts(other)
            and all(self._decided.get((part, other.id), -1) < limit for part in parts)
        ]  # fmt: skip
        return tuple(prefix + name for name in dict.fromkeys([*found[-1:], *found]))[:MOST]

    def _other_parameters(self, name: str) -> tuple[str, ...]:
        own = self._policy.parameters.get(name)
        others = self._policy.parameters.values()
        if own is None:
            return ()
        return tuple(p.name for p in others if p is not own and _shape(p.type) == _shape(own.type))[:MOST]

    def _parts(self, term: Term) -> frozenset[str]:
        return frozenset(part for own in term.parts for part in self._policy.parts(own))

    def _terms(self, entity: str) -> tuple[Term, ...]:
        return self._policy.terms_of(self._policy.entities[entity].base)


def _alike(one: Term, other: Term) -> bool:
    if one.kind != other.kind or (one.unit is None) != (other.unit is None):
        return False
    if one.unit is not None and other.unit is not None and not one.unit.equivalent(other.unit):
        return False
    return _shape(one.type) == _shape(other.type)


def _shape(type_: Type) -> Type:
    """Without what does not decide where a name may stand: decimal places, the name of a unit, blanks."""
    if isinstance(type_, NumberType):
        unit = replace(type_.unit, name="") if type_.unit is not None else None
        return NumberType(unit)
    return with_nullable(type_, False)
