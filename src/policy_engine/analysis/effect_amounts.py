"""By how much results differ, over all cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from policy_engine.analysis.effect_outcomes import Key, Outcome, number
from policy_engine.engine.near_common import Common

MOST_TURNS = 5


@dataclass(frozen=True)
class Amount:
    """One result. Of numbers: differences (second less first) in the unit of the first policy; else from → to."""

    entity: str  # name; blank: the case as a whole
    term: str  # name; blank: a rejection
    count: int
    unit: str
    sum: Fraction | None
    largest: Fraction | None
    turns: tuple[tuple[str, str, int], ...]

    @property
    def mean(self) -> Fraction | None:
        return None if self.sum is None else self.sum / self.count


@dataclass
class _Sum:
    differences: list[Fraction] = field(default_factory=list)
    turns: Counter[tuple[str, str]] = field(default_factory=Counter)
    unit: str = ""


class Amounts:
    """Adds up case by case."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._sums: dict[tuple[str, str], _Sum] = {}

    def add(self, one: Outcome, other: Outcome, keys: tuple[Key, ...]) -> None:
        for key in keys:
            found = self._sums.setdefault((key[0], key[2]), _Sum())
            mine, theirs = one.get(key), other.get(key)
            if mine is not None and theirs is not None:
                before, after = number(mine), number(theirs)
                if before is not None and after is not None:
                    found.differences.append(after - before)
                    found.unit = mine.unit
                    continue
            found.turns[mine.text if mine else "", theirs.text if theirs else ""] += 1

    def found(self) -> tuple[Amount, ...]:
        names = self._names()
        return tuple(self._amount(names, *key, total) for key, total in self._sums.items())

    def _amount(self, names: Mapping[tuple[str, str], str], entity: str, term: str, total: _Sum) -> Amount:
        numbers = total.differences
        return Amount(
            names.get((entity, ""), ""),
            names.get((entity, term), "") if term else "",
            len(numbers) + sum(total.turns.values()),
            total.unit,
            sum(numbers, Fraction(0)) if numbers else None,
            max(numbers, key=abs) if numbers else None,
            tuple((a, b, n) for (a, b), n in total.turns.most_common(MOST_TURNS)),
        )

    def _names(self) -> dict[tuple[str, str], str]:
        found = {(e.id, ""): e.name for p in reversed(self._common.policies) for e in p.base_entities}
        policy = self._common.policies[0]
        return found | {(policy.entities[t.entity].id, t.id): t.name for t, _ in self._common.results}
