"""A case with as few facts as still make a difference: rows out, facts to their defaults, numbers made round.

Greedy, one step after another until none helps (delta debugging, Zeller and Hildebrandt 2002, in its simplest form).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import floor

from policy_engine.engine.near_cases import Case, CaseRow, slot
from policy_engine.engine.near_common import Common, Input
from policy_engine.engine.near_values import PLAIN_TEXT, fitting
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.values import Value
from policy_engine.policy.kinds import NUMERIC_KINDS

MOST_TRIES = 600
_ROUND = tuple(map(Fraction, (0, 1, 10, 100, 1000)))


def shrunk(common: Common, case: Case, differs: Callable[[Case], bool]) -> Case:
    """``differs`` holds of ``case`` and of what comes back."""
    tries = 0
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(common, case):
            tries += 1
            if tries > MOST_TRIES:
                return case
            if differs(smaller):
                case, progress = smaller, True
                break
    return case


def facts_of(common: Common, case: Case) -> int:
    """How many facts are not what they are by default."""
    return sum(
        row.values.get(slot(common, i)) != _plainest(i)
        for i in common.inputs
        for row in case.get(i.entity, ())
    )


def _smaller(common: Common, case: Case) -> Iterator[Case]:
    for id_, rows in case.items():
        for at, row in enumerate(rows):
            if row.key:
                yield _without(common, case, id_, at)
    for asked in common.inputs:
        name = slot(common, asked)
        for at, row in enumerate(case.get(asked.entity, ())):
            for value in _plainer(asked, row.values.get(name)):
                changed = replace(row, values={**row.values, name: value})
                yield _with(case, asked.entity, at, changed)
    for one, other in common.entities:
        entity = one or other
        if entity is not None and entity.parent_optional:
            for at, row in enumerate(case.get(entity.id, ())):
                if row.above is not None:
                    yield _with(case, entity.id, at, replace(row, above=None))


def _with(case: Case, entity: str, at: int, row: CaseRow) -> Case:
    rows = case[entity]
    return {**case, entity: (*rows[:at], row, *rows[at + 1 :])}


def _without(common: Common, case: Case, entity: str, at: int) -> Case:
    """Without a row and the rows below it."""
    gone = {(entity, case[entity][at].key)}
    found = dict(case)
    found[entity] = tuple(r for n, r in enumerate(case[entity]) if n != at)
    for one, other in common.entities:
        below = one or other
        assert below is not None
        policy = common.policies[0 if one is not None else 1]
        if below.parent is None:
            continue
        parent = policy.entities[below.parent].id
        lost = {r.key for r in found.get(below.id, ()) if (parent, r.above) in gone}
        gone |= {(below.id, key) for key in lost}
        found[below.id] = tuple(r for r in found.get(below.id, ()) if (parent, r.above) not in gone)
    return found


def _plainest(asked: Input) -> Value:
    """What a fact is when nobody says anything: blank, or the least that can be said."""
    term = asked.terms[0]
    if all(not t.required for t in asked.terms):
        return None
    if term.kind in NUMERIC_KINDS:
        return fitting(Fraction(0), term)
    match term.type:
        case OptionType(options=names) | LevelType(levels=names) if names:
            return names[0]
    plain: dict[str, Value] = {"boolean": False, "text": PLAIN_TEXT}
    return plain.get(term.kind)


def _plainer(asked: Input, value: Value) -> Iterator[Value]:
    plainest = _plainest(asked)
    if value == plainest:
        return
    if plainest is not None or all(not t.required for t in asked.terms):
        yield plainest
    if isinstance(value, Fraction):
        term = asked.terms[0]
        for other in (*_ROUND, *(_cut(value, places) for places in range(term.places or 0))):
            if fitting(other, term) == other and _length(other) < _length(value):
                yield other


def _cut(value: Fraction, places: int) -> Fraction:
    return Fraction(floor(value * 10**places), 10**places)


def _length(value: Fraction) -> tuple[int, int, Fraction]:
    """Fewer places are plainer, then fewer digits that are not nought, then smaller numbers."""
    digits = str(abs(value.numerator)).rstrip("0")
    return value.denominator, len(digits), abs(value)
