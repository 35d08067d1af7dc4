"""When, and how read, a mutant and its original are compared; on which facts: ``engine/near_cases.py``."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy

Facts = dict[str, list[dict[str, object]]]  # entity id → rows, as ``evaluate`` takes them


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
