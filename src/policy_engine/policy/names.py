"""Who is called what: entities, terms, parameters, readings, lookups, as seen from one entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel.scope import (
    ChildTermSymbol,
    LookupSignature,
    ParamSymbol,
    ParentKeySymbol,
    ReadingSymbol,
    Scope,
    Symbol,
    TermSymbol,
)
from policy_engine.feel.typed import IsNull, Not, ParentKey, Where
from policy_engine.feel.types import TextType, with_nullable
from policy_engine.policy.model import Entity, Parameter, Reading, Term

READING_PREFIXES = ("口径", "reading")
PARENT_PREFIXES = ("所属", "parent_")


@dataclass(frozen=True)
class NameTable:
    """All names of a policy. Built in steps while binding; read-only afterwards."""

    entities: Mapping[str, Entity]
    terms: Mapping[tuple[str, str], Term]  # (base entity, name | id | alias) → term
    parameters: Mapping[str, Parameter]
    readings: Mapping[str, Reading]
    lookups: Mapping[str, LookupSignature] = field(default_factory=dict)
    refused: Mapping[str, Diagnostic] = field(default_factory=dict)  # declared, but wrongly: what was said

    def entity(self, name: str) -> Entity | None:
        """An entity by name or id."""
        if name in self.entities:
            return self.entities[name]
        return next((e for e in self.entities.values() if e.id == name and not e.is_sub), None)

    def ancestors(self, entity: str) -> tuple[str, ...]:
        found: list[str] = []
        current = self.entities[self.entities[entity].base]
        while current.parent is not None and current.parent not in found:
            found.append(current.parent)
            current = self.entities[current.parent]
        return tuple(found)

    def subs(self, base: str) -> frozenset[str]:
        return frozenset(e.name for e in self.entities.values() if e.is_sub and e.base == base)

    def parts(self, entity: str) -> frozenset[str]:
        """The finest (sub-)entities ``entity`` is made of."""
        return self.subs(entity) or frozenset({entity})

    def covered(self, term: Term) -> frozenset[str]:
        """The finest (sub-)entities whose rows have the term."""
        return frozenset().union(*(self.parts(p) for p in term.parts))

    def find(self, entity: str, name: str) -> Term | None:
        """A term of ``entity``, if all its rows have it."""
        term = self.terms.get((self.entities[entity].base, name))
        if term is None or not self.parts(entity) <= self.covered(term):
            return None
        return term

    def surely_has(self, entity: str, ancestor: str) -> bool:
        """Whether every row of ``entity`` has a row of ``ancestor`` above it."""
        here = self.entities[entity]
        if _requires_parent(here, ancestor):
            return True
        current = self.entities[here.base]
        while current.parent is not None:
            if current.parent_optional and not _requires_parent(here, current.parent):
                return False
            if current.parent == ancestor:
                return True
            current = self.entities[current.parent]
        return False

    def refuse(self, *names: str) -> None:
        """Nobody can know what a wrongly declared name means; its own fault is told, and only once.

        Raises LoadError.
        """
        for name in names:
            if name in self.refused:
                raise LoadError(self.refused[name])

    def scope(self, entity: str) -> EntityScope:
        return EntityScope(self, entity)


def _requires_parent(entity: Entity, parent: str) -> bool:
    test = entity.when
    return (
        isinstance(test, Not)
        and isinstance(test.operand, IsNull)
        and isinstance(test.operand.operand, ParentKey)
        and test.operand.operand.entity == parent
    )


@dataclass(frozen=True)
class EntityScope:
    """Names as seen from one (sub-)entity."""

    table: NameTable
    entity: str

    def resolve(self, path: tuple[str, ...]) -> Symbol | None:
        """What a name means here. Raises LoadError when its declaration was refused."""
        found = None
        if len(path) == 1:
            found = self._bare(path[0])
        elif len(path) == 2:
            found = self._qualified(path[0], path[1])
        if found is None:
            self.table.refuse(*path)
        return found

    def _bare(self, name: str) -> Symbol | None:
        term = self.table.find(self.entity, name)
        if term is not None:
            return TermSymbol(Where.OWN, term.entity, self.entity, term.id, term.type)
        if name in self.table.parameters:
            parameter = self.table.parameters[name]
            return ParamSymbol(name, parameter.type, parameter.value)
        return self._parent_key(name)

    def _parent_key(self, name: str) -> Symbol | None:
        for prefix in PARENT_PREFIXES:
            if not name.startswith(prefix):
                continue
            above = self.table.entity(name.removeprefix(prefix))
            if above is None:
                self.table.refuse(name.removeprefix(prefix))
            if above is not None and above.name in self.table.ancestors(self.entity):
                sure = self.table.surely_has(self.entity, above.name)
                return ParentKeySymbol(above.name, TextType(nullable=not sure))
        return None

    def _qualified(self, prefix: str, name: str) -> Symbol | None:
        if prefix in READING_PREFIXES:
            reading = self.table.readings.get(name)
            return ReadingSymbol(name, reading.options, reading.chosen) if reading else None
        other = self.table.entity(prefix)
        if other is None:
            return None
        term = self.table.find(other.name, name)
        if term is None:
            return None
        here = self.table.entities[self.entity].base
        if other.base == here:
            visible = self.table.find(self.entity, name)
            if visible is None:
                return None
            return TermSymbol(Where.OWN, here, self.entity, term.id, term.type)
        if self.table.entities[other.base].single:
            return TermSymbol(Where.SINGLE, other.base, other.name, term.id, term.type)
        if other.base in self.table.ancestors(self.entity):
            nullable = term.nullable or not self.table.surely_has(self.entity, other.base)
            type_ = with_nullable(term.type, nullable)
            return TermSymbol(Where.UP, other.base, other.name, term.id, type_)
        if self._is_below(other):
            return ChildTermSymbol(other.base, other.name, term.id, term.type)
        return None

    def _is_below(self, other: Entity) -> bool:
        here = self.table.entities[self.entity]
        if here.single:
            return not self.table.entities[other.base].single
        return here.base in self.table.ancestors(other.base)

    def lookup(self, name: str) -> LookupSignature | None:
        if name not in self.table.lookups:
            self.table.refuse(name)
        return self.table.lookups.get(name)

    def below(self, entity: str) -> Scope | None:
        other = self.table.entity(entity)
        if other is None or not self._is_below(other):
            return None
        return EntityScope(self.table, other.name)

    def names(self) -> Iterable[str]:
        here = self.table.entities[self.entity].base
        yield from (t.name for (e, _), t in self.table.terms.items() if e == here)
        yield from self.table.parameters
        yield from self.table.lookups
        yield from (f"口径.{r}" for r in self.table.readings)
        for entity in self.table.entities.values():
            if entity.base != here:
                owned = {t.name for (e, _), t in self.table.terms.items() if e == entity.base}
                yield from (f"{entity.name}.{n}" for n in owned)
        yield from (f"所属{a}" for a in self.table.ancestors(self.entity))


@dataclass(frozen=True)
class NoNames:
    """The scope of a literal: nothing has a name."""

    entity: str = ""

    def resolve(self, path: tuple[str, ...]) -> Symbol | None:
        return None

    def lookup(self, name: str) -> LookupSignature | None:
        return None

    def below(self, entity: str) -> Scope | None:
        return None

    def names(self) -> Iterable[str]:
        return ()
