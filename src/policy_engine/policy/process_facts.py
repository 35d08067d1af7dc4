"""The facts of a matter as a process names them: its own inputs and the key of the member it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics, diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment
from policy_engine.policy.model import Entity, Term
from policy_engine.policy.names import PARENT_PREFIXES, NameTable
from policy_engine.policy.suggestions import report_unknown

KEY_SUFFIX = "编号"
USUAL_MONTH = ("结算月", "settlement_month")


@dataclass(frozen=True)
class Matter:
    """The entity whose rows are the matters of a process."""

    names: NameTable
    terms: Mapping[tuple[str, str], Term]
    entity: Entity
    report: Diagnostics

    @property
    def parent(self) -> Entity | None:
        return self.names.entities[self.entity.parent] if self.entity.parent else None

    def own(self, name: str) -> Term | None:
        """A term of the matter, by name, id or alias."""
        found = self.names.find(self.entity.name, name)
        return self.terms[found.entity, found.id] if found is not None else None

    def fact(self, name: Fragment) -> str | None:
        """The fact a name stands for: an input of the matter, or its parent for the parent's key."""
        term = self.own(name.text)
        if term is not None and not term.decided and not term.sensitive:
            return term.id
        if term is None and self._is_parent(name.text):
            return self.parent_key()
        own = [t.name for t in self._inputs()]
        if term is not None:
            self.report.report("PE3151", name.span(), term.span, name=name.text, entity=self.entity.name)
        else:
            report_unknown(self.report, "PE3151", name.span(), own, name=name.text, entity=self.entity.name)
        return None

    def _is_parent(self, name: str) -> bool:
        parent = self.parent
        if parent is None:
            return False
        bare = next((name.removeprefix(p) for p in PARENT_PREFIXES if name.startswith(p)), name)
        return bare in (parent.name, parent.id, parent.key)

    def parent_key(self) -> str | None:
        """The fact that holds the parent's key."""
        return self.parent.key if self.parent else None

    def key_of(self, entity: Entity) -> str | None:
        """The own fact that holds the key of another entity: ``user_id``, or 用户编号."""
        base = self.names.entities[entity.base]
        for name in (base.key, base.name + KEY_SUFFIX, entity.name + KEY_SUFFIX):
            term = self.own(name) if name else None
            if term is not None and term.kind == "text" and not term.decided and not term.sensitive:
                return term.id
        return None

    def month(self) -> str | None:
        """The fact that says which month the matter belongs to."""
        months = [t for t in self._inputs() if t.kind == "month"]
        usual = [t for t in months if t.name in USUAL_MONTH or t.id in USUAL_MONTH]
        chosen = usual if usual else months
        return chosen[0].id if len(chosen) == 1 else None

    def dated(self, name: Fragment, kinds: tuple[str, ...]) -> str:
        """The input a deadline counts from. Raises LoadError (PE3147)."""
        term = self.own(name.text)
        if term is None or term.decided or term.sensitive or term.kind not in kinds:
            raise LoadError(diagnostic("PE3147", name.span(), name=name.text, entity=self.entity.name))
        return term.id

    def _inputs(self) -> list[Term]:
        return [
            t for t in self.terms.values() if t.entity == self.entity.name and not (t.decided or t.sensitive)
        ]
