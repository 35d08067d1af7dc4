"""Months of hours: made-up ones on the edges of the bands, and what has to come out, worked out beside the rules."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "fixtures" / "hourly" / "rules"
Tables = dict[str, list[dict[str, Any]]]


def make_hours(seed: int, users: int = 3, days: int = 4, hours: int = 24) -> Tables:
    """``hours``: rows a day; 96 are quarters of hours."""
    dice = random.Random(seed)
    tables: Tables = {"user": [], "day": [], "hour": []}
    for user in range(users):
        tables["user"].append({"user_id": f"U{user}"})
        for day in range(1, days + 1):
            day_id = f"U{user}-2018-06-{day:02d}"
            tables["day"].append(
                {"day_id": day_id, "user_id": f"U{user}", "date": f"2018-06-{min(day, 30):02d}"}
            )
            tables["hour"] += [_hour(dice, day_id, number * 24 // hours, number) for number in range(hours)]
    dice.shuffle(tables["hour"])
    return tables


def _hour(dice: random.Random, day: str, starts: int, number: int) -> dict[str, Any]:
    contract = Decimal(dice.choice((0, 1, 100, 33333, 100000))) / dice.choice((1, 1000))
    edge = dice.choice((Decimal("0.55"), Decimal("0.80"), Decimal("1"), Decimal("1.15")))
    step = Decimal(dice.choice((-1, 0, 1, 5000))) / 1000
    metered = min(max((contract * edge).quantize(Decimal("0.001")) + step, Decimal(0)), Decimal(100_000))
    prices = [Decimal(dice.randrange(-500_000, 1_500_000)) / 1000 for _ in range(2)]
    return {
        "hour_id": f"{day}T{number:02d}",
        "day_id": day,
        "starts": Decimal(starts),
        "contract_energy": contract.quantize(Decimal("0.001")),
        "metered_energy": metered,
        "day_ahead_price": prices[0],
        "real_time_price": prices[1],
    }


def half_up(value: Fraction, places: int) -> Fraction:
    units = floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**places)


def expected(tables: Mapping[str, Any]) -> dict[str, dict[str, Fraction]]:
    """By user."""
    spread: dict[str, Fraction] = {}
    energy: dict[str, tuple[Fraction, Fraction]] = {}
    for hour in tables["hour"]:
        contract, metered = Fraction(hour["contract_energy"]), Fraction(hour["metered_energy"])
        under = Fraction(45, 100) if 9 <= hour["starts"] < 16 else Fraction(20, 100)
        below = min(metered - contract * (1 - under), Fraction(0))
        above = max(metered - contract * Fraction(115, 100), Fraction(0))
        fee = half_up(
            half_up(below + above, 3)
            * (Fraction(hour["real_time_price"]) - Fraction(hour["day_ahead_price"])),
            2,
        )
        spread[hour["day_id"]] = spread.get(hour["day_id"], Fraction(0)) + fee
        before = energy.get(hour["day_id"], (Fraction(0), Fraction(0)))
        energy[hour["day_id"]] = (before[0] + contract, before[1] + metered)
    found = {}
    for user in tables["user"]:
        days = [d["day_id"] for d in tables["day"] if d["user_id"] == user["user_id"]]
        contract = sum((energy[d][0] for d in days), Fraction(0))
        deviation = sum((energy[d][1] - energy[d][0] for d in days), Fraction(0))
        found[user["user_id"]] = {
            "contract_energy": contract,
            "net_deviation": deviation,
            "assessed_energy": half_up(max(abs(deviation) - contract / 20, Fraction(0)), 3),
            "recovered_fee": sum((max(spread[d], Fraction(0)) for d in days), Fraction(0)),
        }
    return found
