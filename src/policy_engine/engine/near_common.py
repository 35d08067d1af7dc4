"""What two policies have in common: the facts both ask for, the results both have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine.facts import is_period_term
from policy_engine.policy.model import Entity, Policy, Term

Name = tuple[str, str]  # entity id, term id


@dataclass(frozen=True)
class Input:
    """A fact. ``sides``: the term in the first and in the second policy; None where a policy does not ask for it."""

    entity: str  # id
    id: str
    sides: tuple[Term | None, Term | None]

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(t for t in self.sides if t is not None)

    def factor(self, side: int) -> Fraction:
        """From the unit in which cases are kept (that of the first policy that asks) to that of a side."""
        own, kept = self.sides[side], self.terms[0]
        if own is None or own.unit is None or kept.unit is None:
            return Fraction(1)
        return kept.unit.factor / own.unit.factor


@dataclass(frozen=True)
class Common:
    """Facts and results of a pair. Names of results are told for each side that alone has them."""

    policies: tuple[Policy, Policy]
    entities: tuple[tuple[Entity | None, Entity | None], ...]  # from above; None: only one side has it
    inputs: tuple[Input, ...]
    results: tuple[tuple[Term, Term], ...]
    own_inputs: tuple[tuple[str, ...], tuple[str, ...]]
    own_results: tuple[tuple[str, ...], tuple[str, ...]]

    def inputs_of(self, entity: str) -> tuple[Input, ...]:
        return tuple(i for i in self.inputs if i.entity == entity)


def common(before: Policy, after: Policy) -> Common:
    pair = (before, after)
    asked = [{n: t for n, t in _terms(p) if is_asked(p, t)} for p in pair]
    decided = [{n: t for n, t in _terms(p) if t.decided and not t.sensitive} for p in pair]
    inputs: list[Input] = []
    for name in {**asked[0], **asked[1]}:
        one, other = asked[0].get(name), asked[1].get(name)
        if one is not None and other is not None and not _alike(one, other):
            inputs += [Input(*name, (one, None)), Input(*name, (None, other))]
        else:
            inputs.append(Input(*name, (one, other)))
    results = tuple(
        (decided[0][n], decided[1][n])
        for n in decided[0]
        if n in decided[1] and _measured_alike(decided[0][n], decided[1][n])
    )
    shared = {(id(a), id(b)) for a, b in results}
    own_results = tuple(
        tuple(_said(t) for t in side.values() if id(t) not in {pair[n] for pair in shared})
        for n, side in enumerate(decided)
    )
    own_inputs = tuple(
        tuple(_said(t) for i in inputs if None in i.sides and (t := i.sides[n]) is not None) for n in (0, 1)
    )
    return Common(
        pair,
        tuple(_entities(before, after)),
        tuple(inputs),
        results,
        (own_inputs[0], own_inputs[1]),
        (own_results[0], own_results[1]),
    )


def is_asked(policy: Policy, term: Term) -> bool:
    """The period is no fact of a case."""
    return not term.decided and term.used and not is_period_term(policy, term)


def _said(term: Term) -> str:
    return f"{term.entity}.{term.name}"


def _terms(policy: Policy) -> Iterator[tuple[Name, Term]]:
    for term in policy.terms:
        yield (policy.entities[term.entity].id, term.id), term


def _alike(one: Term, other: Term) -> bool:
    return type(one.type) is type(other.type) and _measured_alike(one, other)


def _measured_alike(one: Term, other: Term) -> bool:
    if one.unit is None or other.unit is None:
        return one.unit is other.unit
    return one.unit.same_dimension(other.unit)


def _entities(before: Policy, after: Policy) -> Iterator[tuple[Entity | None, Entity | None]]:
    """Parents before the rows below them."""
    sides = [{e.id: e for e in p.base_entities} for p in (before, after)]
    above = [
        {e.id: p.entities[e.parent].id if e.parent else None for e in p.base_entities}
        for p in (before, after)
    ]
    left = list(dict.fromkeys([*sides[0], *sides[1]]))
    done: set[str | None] = {None}
    while left:
        free = [i for i in left if all(i not in a or a[i] in done or a[i] not in left for a in above)]
        for id_ in free or left[:1]:
            left.remove(id_)
            done.add(id_)
            yield sides[0].get(id_), sides[1].get(id_)
