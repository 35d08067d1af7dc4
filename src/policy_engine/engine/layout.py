"""What reading facts asks of a policy, looked up once: inputs, required facts, tests of sub-entities, headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.columns import Columns, match_columns
from policy_engine.engine.facts import is_period_term
from policy_engine.engine.policy_key import PolicyKey
from policy_engine.policy.model import Entity, Policy, Term

HEADERS = 256  # headers remembered for one policy; a host has few, and tables one each


@dataclass(frozen=True, eq=False)
class EntityLayout:
    """Of one base entity. ``required``: of every row; ``of_parts``: of rows of some sub-entities."""

    entity: Entity
    inputs: tuple[Term, ...]
    period: tuple[Term, ...]
    required: tuple[Term, ...]
    of_parts: tuple[tuple[Term, frozenset[str]], ...]
    tests: tuple[tuple[str, Closure], ...]


class Layout:
    """Of one policy. What it remembers of headers is the same whoever asks first."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        compiler = Compiler(policy)
        self.entities = {e.name: _entity(policy, e, compiler) for e in policy.base_entities}
        self.bottom_up = tuple(sorted(policy.base_entities, key=lambda e: -len(policy.ancestors(e.name))))
        self._columns: dict[tuple[str, tuple[str, ...], str], Columns] = {}

    def columns(self, entity: str, header: Sequence[str], source: str) -> Columns:
        """As ``match_columns``."""
        key = entity, tuple(header), source
        found = self._columns.get(key)
        if found is None:
            found = match_columns(self.policy, self.entities[entity].entity, header, source)
            if len(self._columns) >= HEADERS:
                self._columns.clear()
            self._columns[key] = found
        return found


def _entity(policy: Policy, entity: Entity, compiler: Compiler) -> EntityLayout:
    own = policy.terms_of(entity.name)
    parts = policy.parts(entity.name)
    inputs = tuple(t for t in own if not t.decided and not is_period_term(policy, t))
    covered = {t.id: frozenset[str]().union(*(policy.parts(p) for p in t.parts)) for t in inputs}
    required = [t for t in inputs if t.required]
    return EntityLayout(
        entity,
        inputs,
        tuple(t for t in own if is_period_term(policy, t)),
        tuple(t for t in required if parts <= covered[t.id]),
        tuple((t, covered[t.id]) for t in required if not parts <= covered[t.id]),
        tuple(
            (sub.name, compiler.compile(sub.when))
            for sub in policy.sub_entities(entity.name)
            if sub.when is not None
        ),
    )


@lru_cache(maxsize=16)
def _layout(key: PolicyKey) -> Layout:
    return Layout(key.policy)


def layout_for(policy: Policy) -> Layout:
    """The layout of a policy, made once."""
    return _layout(PolicyKey.of(policy))
