"""Sample words of a policy: its entities, terms and values as a feature would write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_engine.diagnostics.render import width
from policy_engine.engine.scalars import plain
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.units import unit_name
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy, Term

KEY = "甲"


@dataclass(frozen=True)
class Words:
    """What the samples of one policy have in common."""

    policy: Policy

    @property
    def day(self) -> dt.date:
        period = self.policy.period
        return period if isinstance(period, dt.date) else period.first_day

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"

    @property
    def by_month(self) -> bool:
        by = self.policy.in_force.by
        kinds = {t.kind for t in self.policy.terms if t.name == by}
        return "month" in kinds or (not kinds and "月" in by)

    def who(self, entity: Entity) -> str:
        return entity.name if entity.single else f"{entity.name}“{KEY}”"

    @property
    def keyed(self) -> tuple[Entity, ...]:
        return tuple(e for e in self.policy.base_entities if not e.single)

    def inputs(self, entity: Entity) -> tuple[Term, ...]:
        return tuple(
            t for t in self.policy.terms_of(entity.name) if not t.decided and t.used and not t.awaited
        )

    def decided(self) -> Iterator[tuple[Entity, Term]]:
        """(entity, term) of what can be checked, one of each kind of value first."""
        found = [
            (self.policy.entities[t.entity], t) for t in self.policy.terms if t.decided and not t.sensitive
        ]
        first = dict[str, tuple[Entity, Term]]()
        for pair in reversed(found):
            first[pair[1].kind] = pair
        ordered = [*reversed(first.values()), *found]
        yield from dict.fromkeys(ordered)

    def given(self, term: Term) -> str:
        """A value as a fact."""
        return self._number(term) if term.kind in NUMERIC_KINDS else self._other(term)

    def published(self, term: Term) -> str:
        """A value as it is checked: with the places that are published."""
        if term.kind in NUMERIC_KINDS:
            return f"{Decimal(1):.{term.places or 0}f}{self.unit(term)}"
        return self._other(term)

    def unit(self, term: Term) -> str:
        return "" if term.unit is None or term.unit.dimensionless else unit_name(term.unit)

    def cell(self, term: Term) -> str:
        """A value in a table; the unit stands in the header."""
        text = self._number(term, bare=True) if term.kind in NUMERIC_KINDS else self._other(term)
        return text.strip("“”")

    def header(self, term: Term) -> str:
        unit = self.unit(term)
        return f"{term.name}（{unit}）" if unit else term.name

    def _number(self, term: Term, bare: bool = False) -> str:
        low = term.low if isinstance(term.low, int | Decimal | Fraction) else 0
        high = term.high if isinstance(term.high, int | Decimal | Fraction) else low + 1000
        if term.kind == "ratio" and low <= Fraction(1, 10) <= high:
            return "10%"
        value = next((n for n in (100, 10, 1) if low <= n <= high), low)
        text = plain(Fraction(value))
        return text if bare else text + self.unit(term)

    def _other(self, term: Term) -> str:
        match term.type:
            case OptionType(options=names) | LevelType(levels=names) if names:
                return f"“{names[0]}”"
        simple = {
            "boolean": "是",
            "month": self.month,
            "date": self.day.isoformat(),
            "date_range": f"{self.day.isoformat()}至{(self.day + dt.timedelta(days=29)).isoformat()}",
        }
        return simple.get(term.kind, "“文字”")


def table(rows: list[list[str]]) -> tuple[str, ...]:
    """Cells as lines of a table in a feature, the bars below each other where a Chinese character is two wide."""
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return tuple(
        "  | "
        + " | ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True))
        + " |"
        for row in rows
    )
