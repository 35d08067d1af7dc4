"""Months that sit on the edges of the notice, as a hypothesis strategy and as a seeded generator.

Energies are built as whole kWh, so that "exactly −5 %" and "one kWh beyond" can be aimed at, and handed
out as MWh. Choices are made with `choice` and `randrange` only: both shrink well under hypothesis.
"""

from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

Row = dict[str, Any]

CONTRACTS_KWH = (0, 1, 19, 20, 1_000, 33_333, 1_000_000, 1_000_000, 10_000_000, 10_000_019, 999_999_999)
CATALOGUE_PRICES = tuple(Fraction(text) for text in ("620", "601", "531.4", "678.245", "601.005"))
SHARES = tuple(Fraction(text) for text in ("0", "1", "0.3333", "0.3", "0.5", "0.125"))
CAPS = (None, None, None, *(Fraction(text) for text in ("0", "0.01", "35.05", "5000")))
AVERAGE_PRICES = tuple(Fraction(text) for text in ("350", "352.376", "391.001", "1"))
# Alike after a careless conversion to a number, and in a different order as text than as numbers.
USER_IDS = ("001234", "1234", "01234", "9", "10", "0009", "U1", "U10", "U2", "u1", "甲厂", "乙厂", "1e3")
PACKAGE_SIZES = (3, 1, 2, 3, 4, 5, 7, 0)


class Month(NamedTuple):
    """The input of one settlement: rows as `reference.jibei.settle` takes them."""

    users: list[Row]
    retailers: list[Row]
    price: Fraction


def random_month(seed: int) -> Month:
    """The month that belongs to `seed`: the same on every machine and Python version we support."""
    return month_from(Random(seed))


def months() -> st.SearchStrategy[Month]:
    """Edge-heavy months, shrinking towards few users and small energies."""
    return st.builds(month_from, st.randoms(use_true_random=False))


def month_from(rng: Random) -> Month:
    users: list[Row] = []
    retailers = []
    for number in range(rng.choice((1, 2, 3, 0))):
        package = _package(rng, f"S{number + 1}", rng.choice(PACKAGE_SIZES))
        users += package
        total = sum((user["contract_energy"] for user in package), Fraction(0))
        retailers.append({"retailer_id": f"S{number + 1}", "package_contract_energy": total})
    users += _rows(rng, "", [_energies(rng) for _ in range(rng.choice((1, 0, 2, 4)))], (False, False, True))
    rng.shuffle(users)
    for user, user_id in zip(users, _user_ids(rng, len(users)), strict=True):
        user["user_id"] = user_id
    return Month(users, retailers, rng.choice(AVERAGE_PRICES))


def _user_ids(rng: Random, count: int) -> list[str]:
    ids = [*USER_IDS, *(f"{number:06d}" for number in range(500, 500 + count))]
    rng.shuffle(ids)
    return ids[:count]


def _package(rng: Random, retailer_id: str, size: int) -> list[Row]:
    style = rng.choice(("free", "free", "alike", "tied")) if size > 2 else "free"
    if style == "tied":
        return _rows(rng, retailer_id, _tied_energies(rng, size), (False,))
    energies = [_energies(rng) for _ in range(size)]
    if style == "alike":
        energies = [energies[0]] * size
    rows = _rows(rng, retailer_id, energies, rng.choice(((False,), (False, False, False, True), (True,))))
    if rng.choice((False, False, True)):
        for row in rows:
            row["exempt"] = row["metered_energy"] > row["contract_energy"]
    _aim(rng, rows)
    return rows


def _energies(rng: Random) -> tuple[int, int]:
    """(contract, metered) of one user in kWh."""
    contract = rng.choice((*CONTRACTS_KWH, rng.randrange(60_000_000)))
    edge = contract * 95 // 100
    metered = rng.choice(
        (
            contract,
            edge,
            max(edge - 1, 0),
            edge + 1,
            0,
            contract * 85 // 100,
            contract * 97 // 100,
            contract + 1,
            contract + 5,
            contract + 100_000,
            contract * 107 // 100,
            rng.randrange(contract + 1),
            contract + rng.randrange(contract + 1),
        )
    )
    return contract, metered


def _tied_energies(rng: Random, size: int) -> list[tuple[int, int]]:
    """Twins that alone share an amount which does not divide evenly: the id decides the last kWh."""
    twin = rng.choice(((1_000_000, 850_000), (1_000_000, 1_200_000)))
    neutral = 1_000_000, 1_000_000 - rng.randrange(50)
    return [*[twin] * (size - 1), neutral]


def _rows(
    rng: Random, retailer_id: str, energies: list[tuple[int, int]], exempt: tuple[bool, ...]
) -> list[Row]:
    return [
        {
            "user_id": "",
            "retailer_id": retailer_id,
            "contract_energy": Fraction(contract, 1000),
            "metered_energy": Fraction(metered, 1000),
            "catalogue_price": rng.choice(CATALOGUE_PRICES),
            "exempt": rng.choice(exempt),
            "liability_share": rng.choice(SHARES),
            "liability_cap": rng.choice(CAPS),
        }
        for contract, metered in energies
    ]


def _aim(rng: Random, rows: list[Row]) -> None:
    """Move one meter so that the judged part of the package, or all of it, lands on an edge."""
    goal = rng.choice(("none", "none", "band", "band", "over"))
    judged = [row for row in rows if not row["exempt"]]
    pool = judged if goal == "band" else rows
    if goal == "none" or not pool:
        return
    contract = sum(int(row["contract_energy"] * 1000) for row in pool)
    metered = sum(int(row["metered_energy"] * 1000) for row in pool)
    if goal == "band":
        target = contract * 95 // 100 + rng.choice((0, -1, 1, -2, -7))
    else:
        target = contract + rng.choice((0, 1, 2, 7, 100))
    for row in pool:
        moved = int(row["metered_energy"] * 1000) + target - metered
        if moved >= 0:
            row["metered_energy"] = Fraction(moved, 1000)
            return
