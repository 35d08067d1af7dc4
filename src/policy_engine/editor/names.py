"""All names that a chain of rule files declares, as the files stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from policy_engine.editor.declared import Declared, Kind
from policy_engine.editor.desk import Paper
from policy_engine.editor.diagnosing import Bound
from policy_engine.editor.site import site
from policy_engine.policy.model import Policy, Term
from policy_engine.rulefile import keywords as kw

READING_WORDS = ("口径", "reading")
PARENT_WORDS = ("所属", "parent_")


@dataclass(frozen=True)
class Identity:
    """What a name stands for. ``owner``: the base entity of a term, the process of a step."""

    kind: Kind
    name: str
    owner: str = ""


@dataclass(frozen=True)
class Place:
    """A declaration and the file it stands in."""

    paper: Paper
    declared: Declared


@dataclass(frozen=True)
class EntityNote:
    """An entity as its lines say."""

    name: str
    id: str = ""
    base: str = ""
    parent: str = ""
    single: bool = False


@dataclass(frozen=True)
class Names:
    """Names of a file and its parents; ``bound`` is what the file last meant, for what its lines do not say."""

    chain: tuple[Paper, ...]
    bound: Bound | None = field(default=None)

    @property
    def language(self) -> str:
        return self.chain[0].language

    @property
    def policy(self) -> Policy | None:
        return self.bound.policy if self.bound is not None else None

    @cached_property
    def places(self) -> dict[Identity, tuple[Place, ...]]:
        found: dict[Identity, tuple[Place, ...]] = {}
        for paper in self.chain:
            for item in paper.declared:
                for owner in self._owners(item):
                    identity = Identity(item.kind, item.name, owner)
                    found[identity] = (*found.get(identity, ()), Place(paper, item))
        return found

    def _owners(self, item: Declared) -> tuple[str, ...]:
        if item.kind is Kind.TERM:
            return tuple(dict.fromkeys(self.base(owner) for owner in sorted(item.owners)))
        return tuple(sorted(item.owners)) if item.kind is Kind.STEP else ("",)

    def of_kind(self, kind: Kind) -> Iterator[str]:
        yield from dict.fromkeys(identity.name for identity in self.places if identity.kind is kind)

    # entities

    @cached_property
    def entities(self) -> dict[str, EntityNote]:
        found: dict[str, dict[str, str]] = {}
        for paper in reversed(self.chain):
            for item in paper.declared:
                if item.kind is Kind.ENTITY:
                    found[item.name] = {}
            for value in paper.outline.values:
                here = site(value.path, paper.language)
                if here.section == "entities" and here.known and here.field and here.names:
                    found.setdefault(here.names[0], {})[here.field] = value.piece.text
        yes = {kw.YES.zh, kw.YES.en}
        return {
            name: EntityNote(
                name, f.get("id", ""), f.get("base", ""), f.get("belongs_to", ""), f.get("single") in yes
            )
            for name, f in found.items()
        }

    def entity(self, name: str) -> EntityNote | None:
        """By name or id."""
        if name in self.entities:
            return self.entities[name]
        return next((e for e in self.entities.values() if e.id == name and e.id and not e.base), None)

    def base(self, name: str) -> str:
        note = self.entity(name)
        return (note.base or note.name) if note is not None else name

    def ancestors(self, name: str) -> tuple[str, ...]:
        found: list[str] = []
        current = self.entities.get(self.base(name))
        while current is not None and current.parent and current.parent not in found:
            found.append(current.parent)
            current = self.entities.get(current.parent)
        return tuple(found)

    def reachable(self, name: str) -> tuple[str, ...]:
        """The other entities whose terms can be named from rows of this one: above, one-row, and below."""
        own = self.base(name)
        above = self.ancestors(own)
        single = tuple(e.name for e in self.entities.values() if e.single)
        below = tuple(e.name for e in self.entities.values() if own in self.ancestors(e.name))
        return tuple(dict.fromkeys((*above, *single, *below)))

    # terms

    @cached_property
    def terms(self) -> dict[str, dict[str, Term | None]]:
        """For each base entity its terms: as bound, where they were; None for those only written."""
        found: dict[str, dict[str, Term | None]] = {}
        for identity in self.places:
            if identity.kind is Kind.TERM:
                found.setdefault(identity.owner, {})[identity.name] = None
        for term in self.policy.terms if self.policy is not None else ():
            known = found.setdefault(term.entity, {})
            # A term that was renamed since is not offered any more; those nobody writes (附件) always are.
            if term.name in known or self._unwritten(term):
                known[term.name] = term
        return found

    def _unwritten(self, term: Term) -> bool:
        return self.policy is not None and term.span == self.policy.entities[term.entity].span

    def term(self, entity: str, name: str) -> Identity | None:
        """A term of an entity, by name, id or alias."""
        own = self.terms.get(self.base(entity), {})
        if name in own:
            return Identity(Kind.TERM, name, self.base(entity))
        for term in own.values():
            if term is not None and (name == term.id or name in term.aliases):
                return Identity(Kind.TERM, term.name, term.entity)
        return None

    def bound_term(self, identity: Identity) -> Term | None:
        return self.terms.get(identity.owner, {}).get(identity.name)

    def owners_of(self, name: str) -> tuple[Identity, ...]:
        """Every term of that name, whose ever it is."""
        found = (self.term(entity, name) for entity in self.terms)
        return tuple(dict.fromkeys(identity for identity in found if identity is not None))

    def options(self, reading: str) -> tuple[str, ...]:
        """What a reading may be, as written now."""
        for paper in self.chain:
            found = []
            for value in paper.outline.values:
                if len(value.path) == 3 and value.path[1] == reading:
                    here = site(value.path, paper.language)
                    if here.section == "readings" and here.field == "options":
                        found.append(value.piece.text)
            if found:
                return tuple(found)
        return ()
