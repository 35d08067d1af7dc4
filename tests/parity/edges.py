"""Facts on both sides of every test of a policy's decision tables and of every threshold of its scales.

One number of one row is moved between the ends of its range; where a test says otherwise at the two ends, bisection with
the engine finds the last value at which it still says the one and the first at which it says the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from parity.agree import readable
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage, compile_plan
from policy_engine.engine.rows import Row
from policy_engine.engine.run import execute
from policy_engine.feel.types import BooleanType, DateType, LevelType, MonthType, NumberType, OptionType
from policy_engine.policy.model import BracketScale, DecisionTable, Policy, Term

Facts = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Mover:
    """A package of its own, the cell that is moved, and the test that is watched."""

    package: int
    entity: str
    line: int
    column: str
    unit: Fraction
    low: int
    high: int
    stage: int
    test: int


class Edges:
    """``market``: the one-row entities, the same for all packages."""

    def __init__(self, policy: Policy, seed: int, packages: int = 3) -> None:
        self.policy, self.rng = policy, Random(f"edges {policy.id} {seed}")
        self.stages = compile_plan(policy, "reference").stages
        self.singles = {e.id: [self._values(e.name)] for e in policy.base_entities if e.single}
        self.packages = [self._package() for _ in range(packages)]
        self.covered: set[tuple[str, int]] = set()  # (stage, test) of the edges that were found

    # -- packages ----------------------------------------------------------------------------------

    def _package(self) -> Facts:
        """One row of each entity that has others below it, two of each that has none."""
        found: Facts = {}
        entities = [e for e in self.policy.base_entities if not e.single]
        for entity in sorted(entities, key=lambda e: len(self.policy.ancestors(e.name))):
            above = self.policy.entities[entity.parent] if entity.parent is not None else None
            parents = any(e.parent == entity.name for e in entities)
            rows = [self._values(entity.name) for _ in range(1 if parents else 2)]
            for number, row in enumerate(rows):
                row[entity.key] = f"{entity.id}{number}"
                if above is not None:
                    absent = entity.parent_optional and self.rng.random() < 0.4
                    row[above.key] = "" if absent else f"{above.id}0"
            found[entity.id] = rows
        return found

    def _values(self, entity: str) -> dict[str, Any]:
        terms = [t for t in self.policy.terms_of(entity) if not t.decided]
        return {t.id: v for t in terms if (v := self._value(t)) is not None}

    def _value(self, term: Term) -> Any:
        if (term.nullable or term.default is not None) and self.rng.random() < 0.7:
            return None
        match term.type:
            case NumberType():
                unit, low, high = _grid(term)
                return _shown(unit * self.rng.choice((low, high, self.rng.randint(low, high))))
            case BooleanType():
                return self.rng.choice(("是", "否"))
            case OptionType(options=names) | LevelType(levels=names):
                return self.rng.choice(names)
            case MonthType():
                return str(self.policy.period)[:7]
            case DateType():
                return str(dt.date(2018, 6, self.rng.randint(1, 30)))
            case _:
                return self.rng.choice(("甲", "乙"))

    def facts(self, packages: Sequence[Facts]) -> dict[str, Any]:
        """Packages side by side: keys are told apart by the package's number."""
        together: Facts = {id_: list(rows) for id_, rows in self.singles.items()}
        keys = {e.key for e in self.policy.base_entities if e.key}
        for number, package in enumerate(packages):
            for id_, rows in package.items():
                together.setdefault(id_, []).extend(
                    {c: f"{number:05d}{v}" if c in keys and v else v for c, v in row.items()} for row in rows
                )
        return together

    # -- bisection ---------------------------------------------------------------------------------

    def movers(self) -> Iterator[Mover]:
        watched = [
            (number, test)
            for number, stage in enumerate(self.stages)
            for test in range(len(stage.tests) + len(stage.thresholds))
        ]
        for package, facts in enumerate(self.packages):
            for entity in self.policy.base_entities:
                numbers = [t for t in self.policy.terms_of(entity.name) if not t.decided and _bounded(t)]
                for term in numbers:
                    if entity.id in facts:
                        for stage, test in watched:
                            yield Mover(package, entity.id, 0, term.id, *_grid(term), stage, test)

    def cases(self) -> list[Facts]:
        """The packages with the moved cell at, below and above each edge that was found."""
        movers = list(self.movers())
        lows, highs = (
            self._told(movers, [m.low for m in movers]),
            self._told(movers, [m.high for m in movers]),
        )
        found = [
            (m, low)
            for m, low, high in zip(movers, lows, highs, strict=True)
            if None not in (low, high) and low != high
        ]
        movers, first = [m for m, _ in found], [at for _, at in found]
        while any(m.high - m.low > 1 for m in movers):
            middles = [(m.low + m.high) // 2 for m in movers]
            told = self._told(movers, middles)
            movers = [
                replace(m, low=at) if said == before else replace(m, high=at)
                for m, at, said, before in zip(movers, middles, told, first, strict=True)
            ]
        self.covered = {(self.stages[m.stage].stage.id, m.test) for m in movers}
        edges: dict[tuple[int, str, int, str, int], Mover] = {}
        for m in movers:
            for at in range(m.low - 1, m.high + 2):
                edges[m.package, m.entity, m.line, m.column, at] = m
        return [self._moved(m, at) for (*_, at), m in edges.items()]

    def _moved(self, mover: Mover, at: int) -> Facts:
        package = {id_: [dict(r) for r in rows] for id_, rows in self.packages[mover.package].items()}
        package[mover.entity][mover.line][mover.column] = _shown(mover.unit * at)
        return package

    def _told(self, movers: Sequence[Mover], at: Sequence[int]) -> list[bool | None]:
        """What each test says with its cell at a value; None where it says nothing."""
        packages = [self._moved(m, a) for m, a in zip(movers, at, strict=True)]
        if not packages:
            return []
        dataset = readable(self.policy, tables_from_mapping(self.policy, self.facts(packages)))
        execute(compile_plan(self.policy, "reference"), dataset)
        rows = {(row.entity, row.key): row for row in dataset}
        found = []
        for number, mover in enumerate(movers):
            stage = self.stages[mover.stage]
            row = rows.get((stage.base, f"{number:05d}{self.policy.entities[stage.base].id}0"))
            said = row is not None and row.part in stage.parts
            found.append(_says(stage, mover.test, row) if said and row is not None else None)
        return found


def _says(stage: CompiledStage, test: int, row: Row) -> bool | None:
    try:
        if isinstance(stage.stage.body, DecisionTable):
            return bool(stage.tests[test](row))
        assert isinstance(stage.stage.body, BracketScale) and stage.value is not None
        return bool(stage.value(row) >= stage.thresholds[test](row))
    except (Fault, KeyError, TypeError):
        return None


def _bounded(term: Term) -> bool:
    return isinstance(term.type, NumberType) and term.low is not None and term.high is not None


def _grid(term: Term) -> tuple[Fraction, int, int]:
    """The unit of a number's grid, and the ends of its range in that unit."""
    unit = Fraction(1, 10 ** (term.places or 0))
    assert isinstance(term.low, Fraction) and isinstance(term.high, Fraction)
    return unit, int(-(-term.low // unit)), int(term.high // unit)


def _shown(value: Fraction) -> str:
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def edge_facts(
    policy: Policy, seed: int = 1, packages: int = 20
) -> tuple[Mapping[str, Any], set[tuple[str, int]]]:
    """Facts of all edges side by side, and the tests (stage, number) whose edges they are."""
    edges = Edges(policy, seed, packages)
    found = [*edges.packages, *edges.cases()]
    return edges.facts(found), edges.covered
