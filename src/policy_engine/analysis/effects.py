"""What difference two policies make: both decide the same concrete cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy_engine.analysis.effect_amounts import Amount, Amounts
from policy_engine.analysis.effect_outcomes import (
    Key,
    Outcome,
    differing,
    kinds,
    other_basis,
    outcomes,
)
from policy_engine.analysis.effect_shrink import facts_of, shrunk
from policy_engine.engine.near_cases import Case, Cases
from policy_engine.engine.near_common import Common, common
from policy_engine.policy.model import Policy

Kind = tuple[str, str]  # entity id, term id
Kinds = frozenset[Kind]
SHOWN = 3  # cases, each differing in something else


@dataclass(frozen=True)
class Differing:
    """A case with as few facts as make the difference; ``number``: of the case it was found as."""

    number: int
    facts: int
    case: Case
    outcomes: tuple[Outcome, Outcome]
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Effects:
    """``cases`` 0: nothing could be tried, because of ``undecided`` terms or for want of a common result.

    ``troubled``: how many cases were rejected in part or whole, or failed, on each side.
    """

    common: Common
    cases: int
    different: int
    basis: int  # the same outcome, by other rows or clauses
    troubled: tuple[int, int]
    amounts: tuple[Amount, ...]
    shown: tuple[Differing, ...]


def effects(before: Policy, after: Policy, cases: int) -> Effects:
    """Try ``cases`` cases on both, with the reference executor. The same cases every time."""
    shared = common(before, after)
    if before.undecided or after.undecided or not shared.results:
        return Effects(shared, 0, 0, 0, (0, 0), (), ())
    made = Cases(shared)
    amounts = Amounts(shared)
    first: dict[Kinds, tuple[int, Case]] = {}
    different = basis = 0
    troubled = [0, 0]
    for number in range(cases):
        case = made.make(number)
        one, other = outcomes(shared, case)
        for side, outcome in enumerate((one, other)):
            troubled[side] += any(not key[2] for key in outcome)
        keys = differing(one, other)
        if keys:
            different += 1
            amounts.add(one, other, keys)
            first.setdefault(kinds(keys), (number, case))
        elif other_basis(one, other):
            basis += 1
    shown = tuple(_reduced(shared, first))
    return Effects(shared, cases, different, basis, (troubled[0], troubled[1]), amounts.found(), shown)


def _reduced(shared: Common, first: dict[Kinds, tuple[int, Case]]) -> list[Differing]:
    """What people look at first: verdicts, then money, what is published before what is not, rejections last."""
    found: list[Differing] = []
    seen: set[Kind] = set()
    for target in sorted({kind for wanted in first for kind in wanted}, key=_rank(shared)):
        if target in seen or len(found) == SHOWN:
            continue
        wanted = min((w for w in first if target in w), key=lambda w: (len(w), sorted(w)))
        number, case = first[wanted]

        def still(smaller: Case, target: Kind = target, wanted: Kinds = wanted) -> bool:
            """Nothing else may differ than before: a value must not be reduced to a rejection."""
            left = kinds(differing(*outcomes(shared, smaller)))
            return target in left and left <= wanted

        small = shrunk(shared, case, still)
        pair = outcomes(shared, small)
        keys = differing(*pair)
        seen |= kinds(keys)
        found.append(Differing(number, facts_of(shared, small), small, pair, keys))
    return found


def _rank(shared: Common) -> Callable[[Kind], tuple[bool, bool, int, Kind]]:
    policy = shared.policies[0]
    terms = {(policy.entities[t.entity].id, t.id): t for t, _ in shared.results}
    published = {
        (p.entities[c.reference.entity].id, c.id)
        for p in shared.policies
        for s in p.statements
        for c in s.columns
    }
    order = ("option", "level", "boolean", "money")

    def rank(kind: Kind) -> tuple[bool, bool, int, Kind]:
        term = terms.get(kind)
        place = order.index(term.kind) if term is not None and term.kind in order else len(order)
        return term is None, kind not in published, place, kind

    return rank
