"""Which decision gives a term its value, seen from the row that reads it."""

from __future__ import annotations

from policy_engine.feel.typed import TermRef, Where
from policy_engine.policy.model import Check, Policy, Stage, Term


class Definitions:
    """The terms and decisions of a policy, by whose they are."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._terms = {(t.entity, t.id): t for t in policy.terms}
        self._stages: dict[tuple[str, str], list[Stage]] = {}
        for stage in policy.stages:
            for out in stage.outputs:
                self._stages.setdefault((self.base(stage.entity), out), []).append(stage)

    def base(self, entity: str) -> str:
        return self.policy.entities[entity].base

    def whose(self, ref: TermRef, entity: str) -> str:
        """The (sub-)entity of the row a term is read from, by a row of ``entity``."""
        return entity if ref.where is Where.OWN else ref.part

    def term(self, ref: TermRef, entity: str) -> Term:
        return self._terms[self.base(self.whose(ref, entity)), ref.term]

    def stages(self, entity: str, term: str) -> tuple[Stage, ...]:
        """The decisions that may have decided the term of a row of ``entity``."""
        parts = self.policy.parts(entity)
        found = self._stages.get((self.base(entity), term), [])
        return tuple(s for s in found if parts & self.policy.parts(s.entity))

    def checks(self, entity: str) -> tuple[Stage, ...]:
        """The checks that every row of ``entity`` has met, its ancestors' and the one-row entities' included."""
        parts = self.policy.parts(entity)
        above = {*self.policy.ancestors(entity), *(e.name for e in self.policy.entities.values() if e.single)}
        return tuple(
            s
            for s in self.policy.stages
            if isinstance(s.body, Check) and (parts <= self.policy.parts(s.entity) or s.entity in above)
        )
