"""Concrete cases for two policies: facts close to the values at which either of them turns."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_engine.engine.near_common import Common, Input
from policy_engine.engine.near_values import Turning, fitting, grid, musts, turning
from policy_engine.engine.scalars import plain
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.values import DateRange, Month, Value
from policy_engine.policy.checklist_model import (
    FILE_FORMAT,
    FILE_PROBLEM,
    KIND,
    SEALED,
    SLOT,
    Checklist,
    Requirement,
)
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity

MOST_ROWS = 5
_BASES = (0, 1, 100, 1000, 2000, 4000)
_PRICES = (Fraction(5), Fraction(350), Fraction(620), Fraction(7, 3), Fraction(1001, 2))
# Of what may be blank: facts that contradict each other are rejected, blanks are not.
_BLANK = (0.3, 0.7, 0.95)
Values = Mapping[tuple[str, int], Value]  # by ``slot``


@dataclass(frozen=True)
class CaseRow:
    """``above``: the key of the row it belongs to."""

    key: str
    above: str | None
    values: Values


Case = Mapping[str, tuple[CaseRow, ...]]  # entity id → rows


class Cases:
    """``make(n)`` is always the same case. Every value that some case must have has its turn on some row."""

    def __init__(self, common: Common) -> None:
        self.common = common
        self.turning: Turning = turning(common)
        self._musts = [(i, v) for i in common.inputs for v in musts(self.turning, i)]
        random.Random(0).shuffle(self._musts)  # noqa: S311 - no secret: the same every time
        self._asked = _requirements(common)

    def make(self, number: int) -> Case:
        maker = _Maker(self, random.Random(number))  # noqa: S311 - no secret: the same every time
        case = maker.case()
        # Every other case is left as it was drawn: a constant is no bound of every quantity.
        if number % 2 and self._musts:
            self._force(case, *self._musts[number // 2 % len(self._musts)], random.Random(number))  # noqa: S311 - no secret: the same every time
        return case

    def _force(
        self, case: dict[str, tuple[CaseRow, ...]], asked: Input, value: Value, chance: random.Random
    ) -> None:
        rows = list(case.get(asked.entity, ()))
        if rows:
            at = chance.randrange(len(rows))
            rows[at] = replace(rows[at], values={**rows[at].values, slot(self.common, asked): value})
            case[asked.entity] = tuple(rows)

    def requirements(self, entity: str) -> tuple[Requirement, ...]:
        return self._asked.get(entity, ())


def slot(common: Common, asked: Input) -> tuple[str, int]:
    """The name of a fact within its row; what is another thing on each side has a number for each."""
    same = [i for i in common.inputs_of(asked.entity) if i.id == asked.id]
    return asked.id, same.index(asked)


def _requirements(common: Common) -> dict[str, tuple[Requirement, ...]]:
    """What checklists ask of an entity of papers, by its id."""
    found: dict[str, tuple[Requirement, ...]] = {}
    for policy in common.policies:
        for checklist in policy.checklists.values():
            if isinstance(checklist, Checklist):
                id_ = policy.entities[checklist.papers].id
                found[id_] = (*found.get(id_, ()), *checklist.requirements)
    return found


class _Maker:
    def __init__(self, cases: Cases, chance: random.Random) -> None:
        self._cases, self._chance, self._turn = cases, chance, cases.turning
        self._rate = chance.choice(self._turn.rates)
        self._one_rate = chance.random() < 0.4  # all rows alike, so that totals fall on the bound as well
        self._blank = chance.choice(_BLANK)
        self._keys: dict[str, list[str]] = {}

    def case(self) -> dict[str, tuple[CaseRow, ...]]:
        found: dict[str, tuple[CaseRow, ...]] = {}
        for one, other in self._cases.common.entities:
            entity = one or other
            assert entity is not None
            found[entity.id] = tuple(self._rows(entity, one is not None))
        return found

    def _parent(self, entity: Entity, first: bool) -> Entity | None:
        policy = self._cases.common.policies[0 if first else 1]
        return policy.entities[entity.parent] if entity.parent else None

    def _rows(self, entity: Entity, first: bool) -> list[CaseRow]:
        if entity.single:
            return [CaseRow("", None, self._values(entity))]
        parent = self._parent(entity, first)
        above = self._keys.get(parent.id, []) if parent is not None and not parent.single else None
        if above is not None and not above and not entity.parent_optional:
            return []
        if entity.papers and above:
            return self._papers(entity, above)
        few = entity.parent is None or not self._chance.randint(0, 2)
        count = self._chance.choice((1, 1, 2)) if few else self._chance.randint(2, MOST_ROWS)
        keys = [f"{entity.name}{n}" for n in range(1, count + 1)]
        self._keys[entity.id] = keys
        return [CaseRow(key, self._above(entity, above), self._values(entity)) for key in keys]

    def _above(self, entity: Entity, above: list[str] | None) -> str | None:
        alone = entity.parent_optional and self._chance.random() < 0.25
        return None if not above or alone else self._chance.choice(above)

    def _papers(self, entity: Entity, above: list[str]) -> list[CaseRow]:
        """Mostly one for each that is asked for, so that now and then everything is there."""
        asked = self._cases.requirements(entity.id)
        share = self._chance.choice((0.0, 0.5, 0.95, 1.0))
        rows: list[CaseRow] = []
        for key in above:
            for item in asked:
                if self._chance.random() < share:
                    values = {**self._values(entity), **self._paper(item)}
                    rows.append(CaseRow(str(len(rows) + 1), key, values))
        return rows

    def _paper(self, item: Requirement) -> dict[tuple[str, int], Value]:
        good = self._chance.random() < 0.9
        kinds = item.kinds if good or not item.substitutes else item.substitutes
        formats = [f.value for f in item.formats] or ["PDF"]
        found: dict[str, Value] = {
            SLOT: item.slot,
            KIND: self._chance.choice(kinds) if kinds else item.slot,
            SEALED: good,
            FILE_FORMAT: self._chance.choice(formats),
            FILE_PROBLEM: None,
        }
        return {(id_, 0): value for id_, value in found.items()}

    def _values(self, entity: Entity) -> dict[tuple[str, int], Value]:
        anchor = Fraction(self._chance.choice(_BASES))
        seen: set[str] = set()
        found: dict[tuple[str, int], Value] = {}
        for asked in self._cases.common.inputs_of(entity.id):
            kind = asked.terms[0].kind
            found[slot(self._cases.common, asked)] = self._value(asked, anchor, kind not in seen)
            seen.add(kind)
        return found

    def _value(self, asked: Input, anchor: Fraction, alone: bool) -> Value:
        term = self._chance.choice(asked.terms)
        if not term.required and self._chance.random() < self._blank:
            return None
        if term.kind in NUMERIC_KINDS:
            return fitting(self._number(term.kind, grid(term), anchor, alone), term)
        match term.type:
            case OptionType(options=names) | LevelType(levels=names) if names:
                return self._chance.choice(names)
        return self._other(term.kind, asked.id)

    def _number(self, kind: str, step: Fraction, anchor: Fraction, alone: bool) -> Fraction:
        chance = self._chance
        if kind == "ratio":
            some = (*self._turn.rates, Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(3, 10))
            return chance.choice(some) + step * chance.choice((0, 0, 0, 1, -1))
        if kind == "price":
            return chance.choice(_PRICES)
        if kind == "number":
            some = (*self._turn.numbers, *map(Fraction, (0, 1, 2, 3, 10)))
            return chance.choice(some) + step * chance.choice((0, 0, 1, -1))
        return anchor * self._share(alone) + step * chance.choice((0, 0, 0, 0, 1, -1))

    def _share(self, alone: bool) -> Fraction:
        """The first quantity of a row is mostly the anchor itself; the others stand to it as the rates say."""
        if alone and self._chance.random() < 0.8:
            return Fraction(1)
        rate = self._rate if self._one_rate else self._chance.choice(self._turn.rates)
        return self._chance.choice(
            (Fraction(1), 1 - rate, 1 - rate, 1 - 2 * rate, 1 - 4 * rate, 1 + rate, Fraction(0))
        )

    def _other(self, kind: str, id_: str) -> Value:
        chance, turn = self._chance, self._turn
        if kind == "boolean":
            return chance.random() < 0.5
        if kind == "date":
            return chance.choice(turn.days)
        if kind == "month":
            return Month(turn.day.year, turn.day.month)
        if kind == "date_range":
            return DateRange(*sorted(chance.sample(turn.days, 2)))
        own = turn.by_term.get(id_, ())
        return chance.choice(own if own and chance.random() < 0.8 else turn.texts)


def given(common: Common, case: Case, side: int) -> dict[str, list[dict[str, object]]]:
    """A case as ``evaluate`` takes it, in the words and units of one policy. Entities without rows are left out."""
    policy = common.policies[side]
    found: dict[str, list[dict[str, object]]] = {}
    for entity in policy.base_entities:
        rows = [_given_row(common, entity, row, side) for row in case.get(entity.id, ())]
        if any(rows):
            found[entity.id] = rows
    return found


def _given_row(common: Common, entity: Entity, row: CaseRow, side: int) -> dict[str, object]:
    policy = common.policies[side]
    found: dict[str, object] = {}
    if not entity.single:
        found[entity.key or entity.id] = row.key
    if entity.parent is not None and not policy.entities[entity.parent].single:
        parent = policy.entities[entity.parent]
        found[parent.key or parent.id] = row.above
    for asked in common.inputs_of(entity.id):
        term = asked.sides[side]
        if term is None:
            continue
        value = row.values.get(slot(common, asked))
        if isinstance(value, Month) and term.name == policy.in_force.by and isinstance(policy.period, Month):
            value = policy.period  # the month of the case is the one that is asked about
        found[asked.id] = written(value, asked.factor(side))
    return found


def written(value: Value, factor: Fraction = Fraction(1)) -> object:
    """A value as people hand it in."""
    if isinstance(value, Fraction):
        return plain(value * factor)
    if isinstance(value, DateRange):
        return f"{value.start} 至 {value.end}"
    return value if value is None or isinstance(value, bool) else str(value)
