"""Random cases of a policy: facts such as its schema allows, close to the bounds its rules speak of.

Numbers drawn evenly would never fall exactly on 5 %. So the numbers of a row are the same number, more or less by the
rates and the numbers that stand in the policy, and by one unit of their last place; dates are a few days that recur.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.values import Month
from policy_engine.policy.checklist_model import KIND, SLOT, Checklist
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.policy.terms import NUMERIC_KINDS

MOST_ROWS = 6
_BASES = (0, 1, 100, 1000, 2000, 4000)
_BLANK = (
    0.2,
    0.5,
    0.9,
)  # of what may be blank: facts that contradict each other are rejected, blanks are not
Facts = dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Setting:
    """For when, as known when, and how read: what a policy is loaded with."""

    period: str | None
    on: str | None
    known_on: str | None
    options: tuple[tuple[str, str], ...]


def settings(policy: Policy, seed: int, count: int) -> tuple[Setting, ...]:
    """``count`` of them, most at the first months or days in force; the first with the readings as they are."""
    chance = random.Random(seed)  # noqa: S311 - no secret: the same every time
    first, known, by_month = policy.in_force.from_, policy.known_from, isinstance(policy.period, Month)
    usual = [(days, None) for days in (0, 0, -1, 1, 40, 200)]
    bounds = [(0, _near(known, days)) for days in (0, -1)]
    found = []
    for number in range(count):
        days, known_on = [*usual, *bounds][number % (len(usual) + len(bounds))]
        day = first + dt.timedelta(days=days)
        # A reading chosen by name hides which one the file chooses.
        readings = policy.readings.values() if number % 2 else ()
        found.append(
            Setting(
                period=f"{day:%Y-%m}" if by_month else None,
                on=None if by_month else day.isoformat(),
                known_on=known_on.isoformat() if known_on is not None else None,
                options=tuple((r.name, chance.choice(r.options)) for r in readings),
            )
        )
    return tuple(dict.fromkeys(found))


def _near(day: dt.date | None, days: int) -> dt.date | None:
    return day + dt.timedelta(days=days) if day is not None else None


def random_facts(policy: Policy, seed: int) -> Facts:
    """Entity id → rows, as ``evaluate`` takes them."""
    return _Maker(policy, random.Random(seed)).facts()  # noqa: S311 - no secret: the same every time


class _Maker:
    def __init__(self, policy: Policy, chance: random.Random) -> None:
        self._policy, self._chance = policy, chance
        self._rates = [*_rates(policy)] or [Fraction(1, 10)]
        self._rate = chance.choice(self._rates)
        self._one_rate = chance.random() < 0.4  # all rows alike, so that totals fall on the bound as well
        self._blank = chance.choice(_BLANK)
        self._words = _words(policy)
        period = policy.period
        self._day = period if isinstance(period, dt.date) else period.first_day
        self._days = [self._day + dt.timedelta(days=d) for d in (-20, -7, -6, 0, 1, 10, 19, 20, 30)]
        self._parents: dict[str, list[str]] = {}

    def facts(self) -> Facts:
        found: Facts = {}
        for entity in _from_above(self._policy):
            found[entity.id] = self._rows(entity)
        return found

    def _rows(self, entity: Entity) -> list[dict[str, object]]:
        if entity.single:
            return [self._row(entity, "")]
        above = self._parents.get(entity.parent or "", [])
        count = self._chance.randint(2, MOST_ROWS) if entity.parent else self._chance.choice((1, 1, 2))
        if entity.parent is not None and not above and not entity.parent_optional:
            return []
        keys = [f"{entity.name}{n}" for n in range(1, count + 1)]
        self._parents[entity.name] = keys
        return [self._row(entity, key) for key in keys]

    def _row(self, entity: Entity, key: str) -> dict[str, object]:
        row: dict[str, object] = {}
        if entity.key is not None and not entity.single:
            row[entity.key] = key
        if entity.parent is not None and not self._policy.entities[entity.parent].single:
            above = self._parents.get(entity.parent, [])
            parent = self._policy.entities[entity.parent]
            alone = entity.parent_optional and self._chance.random() < 0.25
            row[parent.key or parent.id] = None if alone or not above else self._chance.choice(above)
        anchor = Fraction(self._chance.choice(_BASES))
        seen: set[str] = set()
        for term in self._policy.terms_of(entity.name):
            known = entity.single and term.name == self._policy.in_force.by
            if not term.decided and term.used and not known:
                row[term.id] = self._value(term, anchor, term.kind not in seen)
                seen.add(term.kind)
        return row

    def _value(self, term: Term, anchor: Fraction, alone: bool) -> object:
        if not term.required and self._chance.random() < self._blank:
            return None
        if term.kind in NUMERIC_KINDS:
            return _written(self._number(term, anchor, alone), term)
        match term.type:
            case OptionType(options=names) | LevelType(levels=names) if names:
                return self._chance.choice(names)
        return self._other(term)

    def _number(self, term: Term, anchor: Fraction, alone: bool) -> Fraction:
        grid = Fraction(1, 10 ** (term.places if term.places is not None else 0))
        if term.kind == "ratio":
            value = self._chance.choice([*self._rates, Fraction(0), Fraction(1, 3), Fraction(1, 2)])
        elif term.kind == "price":
            value = Fraction(self._chance.choice((0, 5, 350, 620, 350, Fraction(1001, 2), Fraction(7, 3))))
        elif term.kind == "number":
            value = Fraction(self._chance.choice((0, 1, 2, 3, 10)))
        else:
            rate = self._rate if self._one_rate else self._chance.choice(self._rates)
            value = anchor * self._chance.choice(
                (1, 1, 1 - rate, 1 - rate, 1 + rate, 1 + 2 * rate, 1 - 2 * rate)
            )
            value += grid * self._chance.choice((0, 0, 0, 0, 1, -1))
        value = floor(value / grid + Fraction(1, 2)) * grid
        low = term.low if isinstance(term.low, Fraction) else None
        high = term.high if isinstance(term.high, Fraction) else None
        value = value if low is None else max(value, low)
        return value if high is None else min(value, high)

    def _factor(self, alone: bool) -> Fraction:
        """The first quantity of a row is mostly the number itself; the others stand to it as the rates say."""
        if alone and self._chance.random() < 0.8:
            return Fraction(1)
        rate = self._rate if self._one_rate else self._chance.choice(self._rates)
        return self._chance.choice(
            (Fraction(1), 1 - rate, 1 - rate, 1 - 2 * rate, 1 - 4 * rate, 1 + rate, Fraction(0))
        )

    def _other(self, term: Term) -> object:
        chance = self._chance
        if term.kind == "boolean":
            return chance.random() < 0.5
        if term.kind == "date":
            return chance.choice(self._days).isoformat()
        if term.kind == "month":
            return f"{self._day:%Y-%m}"
        if term.kind == "date_range":
            start, end = sorted(chance.sample(self._days, 2))
            return f"{start.isoformat()} 至 {end.isoformat()}"
        return chance.choice(self._words.get(term.id) or self._words[""])


def _rates(policy: Policy) -> Iterator[Fraction]:
    for parameter in policy.parameters.values():
        if isinstance(parameter.value, Fraction) and 0 < parameter.value < 1:
            yield parameter.value


def _words(policy: Policy) -> Mapping[str, list[str]]:
    """Texts by term id; under no id, those that any text may be: keys of lookups, a few others."""
    texts = ["甲", "乙", "Ab1", "12345"]
    for lookup in policy.lookups.values():
        texts.extend(str(k) for keys, _ in lookup.rows for k in keys if isinstance(k, str))
    found = {"": texts}
    for checklist in policy.checklists.values():
        if isinstance(checklist, Checklist):
            for item in checklist.requirements:
                found.setdefault(SLOT, []).append(item.slot)
                found.setdefault(KIND, []).extend((*item.kinds, *item.substitutes))
    return found


def _from_above(policy: Policy) -> Iterator[Entity]:
    """Parents before the rows below them."""
    done: set[str] = set()
    while len(done) < len(policy.base_entities):
        for entity in policy.base_entities:
            if entity.name not in done and (entity.parent is None or entity.parent in done):
                done.add(entity.name)
                yield entity


def _written(value: Fraction, term: Term) -> str:
    places = term.places if term.places is not None else 0
    scaled = floor(value * 10**places)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def as_rows(facts: Facts) -> Mapping[str, Any]:
    """Facts for ``evaluate``: entities without rows are left out."""
    return {entity: rows for entity, rows in facts.items() if rows}
