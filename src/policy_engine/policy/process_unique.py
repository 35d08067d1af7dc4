"""Bind 不得重复: facts of the matter, or of the rows below it, that no two matters may share."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.model import Entity
from policy_engine.policy.process_facts import KEY_SUFFIX, Matter
from policy_engine.policy.process_model import Unique
from policy_engine.policy.suggestions import report_unknown
from policy_engine.rulefile.process_documents import UniqueDoc


def bind_unique(doc: UniqueDoc | None, matter: Matter) -> tuple[Unique, ...]:
    """A flat list says which matter it is; of a list of lists each is a claim by itself. Reports what is wrong."""
    if doc is None:
        return ()
    return tuple(_Group(group, matter, not doc.nested).bound() for group in doc.groups)


@dataclass(frozen=True)
class _Group:
    group: tuple[Fragment, ...]
    matter: Matter
    flat: bool

    def bound(self) -> Unique:
        own: list[str] = []
        rows: list[tuple[Entity, str]] = []
        for name in self.group:
            below = self._below(name)
            if below is None:
                own += [fact for fact in [self._own(name)] if fact is not None]
                continue
            fact = self._row_fact(name, below)
            if fact is not None:
                rows.append((below, fact))
            if rows and rows[0][0].name != below.name:
                self.matter.report.report("PE3168", name.span(), one=rows[0][0].name, other=below.name)
        needed = self.flat and not rows
        if not rows:
            return Unique(tuple(own), None, None, (), needed)
        return Unique(tuple(own), rows[0][0].name, rows[0][0].id, tuple(f for _, f in rows), needed)

    def _own(self, name: Fragment) -> str | None:
        fact = self.matter.fact(name)
        term = self.matter.own(name.text)
        if fact is not None and term is not None and term.filled_by is not None and self.flat:
            # Nobody could open such a matter: it is filled in later, by somebody else.
            self.matter.report.report(
                "PE3151", name.span(), term.span, name=name.text, entity=self.matter.entity.name
            )
            return None
        return fact

    def _below(self, name: Fragment) -> Entity | None:
        """The entity of rows below whose key, or a fact of whose rows, is meant."""
        if self.matter.own(name.text) is not None:
            return None
        first = name.text.partition(".")[0].strip()
        found = self.matter.names.entity(first)
        if (
            found is None
            or found.single
            or self.matter.entity.name not in self.matter.names.ancestors(found.name)
        ):
            return None
        return self.matter.names.entities[found.base]

    def _row_fact(self, name: Fragment, entity: Entity) -> str | None:
        _, dot, fact = (part.strip() for part in name.text.partition("."))
        known = [t for (base, _), t in self.matter.terms.items() if base == entity.name]
        term = self.matter.names.find(entity.name, fact) if dot else None
        if term is not None:
            if term.decided or term.sensitive:
                self.matter.report.report("PE3151", name.span(), term.span, name=fact, entity=entity.name)
                return None
            return term.id
        # Papers are only numbered: their numbers name nothing.
        if (not dot or fact in (entity.key, entity.name + KEY_SUFFIX)) and not entity.papers:
            return entity.key
        usable = [f"{entity.name}.{t.name}" for t in known if not t.decided and not t.sensitive]
        report_unknown(self.matter.report, "PE3151", name.span(), usable, name=name.text, entity=entity.name)
        return None
