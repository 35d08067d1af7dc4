"""Decisions that could not be bound. They still count as decisions, so that one mistake is told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.span import Span
from policy_engine.diagnostics.suggest import nearest
from policy_engine.feel.typed import Const
from policy_engine.feel.types import NullType
from policy_engine.policy.model import Formula, Stage, Term
from policy_engine.policy.names import NameTable


@dataclass(frozen=True)
class Attempt:
    """A decision was meant to decide ``terms`` for ``entity``."""

    entity: str
    terms: tuple[Term, ...]
    span: Span


def guess(entities: Iterable[str], names: Iterable[str], table: NameTable, span: Span) -> list[Attempt]:
    """What a decision with a misspelt name was probably for: terms like it that nothing else explains.

    A term with a range or a default is an input, whatever its name looks like.
    """
    found = []
    wanted = tuple(names)
    for entity in entities:
        base = table.entities[entity].base
        own = {
            n: t
            for (e, n), t in table.terms.items()
            if e == base and t.low is None and t.high is None and t.default is None
        }
        terms = tuple(own[near] for name in wanted for near in nearest(name, own))
        if terms:
            found.append(Attempt(entity, terms, span))
    return found


def stand_ins(attempts: Sequence[Attempt], stages: Iterable[Stage], table: NameTable) -> list[Stage]:
    """Empty stages for what was attempted and is not decided elsewhere, each for one finest (sub-)entity."""
    taken = {(fine, out) for s in stages for fine in table.parts(s.entity) for out in s.outputs}
    found = []
    for attempt in attempts:
        for term in attempt.terms:
            for fine in sorted(table.parts(attempt.entity) & table.covered(term)):
                if (fine, term.id) not in taken:
                    taken.add((fine, term.id))
                    found.append(_empty(fine, term, attempt.span))
    return found


def _empty(entity: str, term: Term, span: Span) -> Stage:
    nothing = Formula(Const(NullType(), span, None))
    return Stage(term.name, entity, (term.id,), (None,), nothing, (), span, "")
