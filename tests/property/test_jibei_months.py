"""Random months of the Jibei area: every cell equals the reference, and what the notice promises holds.

The reference is written from the notice and shares no code with the product. Comparisons are of exact fractions:
equal to the kilowatt-hour and to the cent means equal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.result import Result
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy
from reference import jibei
from reference.months import Month, Row, months, random_month

MONTHS = 260
ZERO = Fraction(0)
USER_CELLS = (
    "deviation_energy",
    "assessed_energy",
    "assessment_fee",
    "over_energy",
    "over_fee",
    "user_fee",
    "verdict",
)
RETAILER_CELLS = (
    "contract_energy",
    "metered_energy",
    "assessment_contract_energy",
    "assessment_metered_energy",
    "deviation_energy",
    "over_energy",
    "assessed_energy",
    "assessment_fee",
    "retailer_fee",
    "verdict",
)


@cache
def policy(**options: str) -> Policy:
    return load("jibei/deviation", period="2018-06", options=options)


def assessed(
    month: Month, policy_: Policy | None = None, executor: str = "durable", **reorder: Callable[[Any], Any]
) -> Assessment:
    shuffle = reorder.get("shuffle", lambda x: x)
    facts = {
        "market": [{"average_bilateral_price": month.price}],
        "retailer": shuffle([dict(r) for r in month.retailers]),
        "user": shuffle([dict(u) for u in month.users]),
    }
    chosen = policy_ or policy()
    tables = tables_from_mapping(chosen, {k: facts[k] for k in shuffle(list(facts))})
    return assess(chosen, tables, executor=executor)


def settled(month: Month, policy_: Policy | None = None, **more: Any) -> Result:
    assessment = assessed(month, policy_, **more)
    assert assessment.rejected == ()
    assert assessment.notes == ()
    return assessment.result


def cells(result: Result) -> dict[tuple[str, str, str], object]:
    """Every compared cell by (entity, key, term)."""
    return {
        (entity, row.key, name): row.values[name]
        for entity, base, names in (("user", "用户", USER_CELLS), ("retailer", "售电公司", RETAILER_CELLS))
        for row in result.dataset.rows[base]
        for name in names
    }


def expected_cells(month: Month, reference: Any = jibei) -> dict[tuple[str, str, str], object]:
    users, retailers = reference.settle(month.users, month.retailers, month.price)
    return {
        (entity, row[f"{entity}_id"], name): row[name]
        for entity, rows, names in (("user", users, USER_CELLS), ("retailer", retailers, RETAILER_CELLS))
        for row in rows
        for name in names
    }


def members(month: Month, retailer: Row) -> list[Row]:
    return [u for u in month.users if u["retailer_id"] == retailer["retailer_id"]]


def short_month(seed: int) -> Month:
    """A month whose packaged users all but reach their contracts: many share what is assessed."""
    dice, month = random.Random(seed), random_month(seed)
    users = [
        {
            **u,
            "metered_energy": u["contract_energy"]
            - Fraction(int(u["contract_energy"]) * dice.randint(1, 30), 100),
        }
        if u["retailer_id"]
        else u
        for u in month.users
    ]
    users = [{**u, "metered_energy": Fraction(int(u["metered_energy"] * 1000), 1000)} for u in users]
    return month._replace(users=users)


# -- equal to the reference ------------------------------------------------------------------------


def test_seeded_months_equal_the_reference_in_every_cell() -> None:
    compared = 0
    verdicts: Counter[object] = Counter()
    for seed in range(MONTHS):
        for month in (random_month(seed), short_month(seed)):
            found, expected = cells(settled(month)), expected_cells(month)
            assert found == expected, f"seed {seed}"
            compared += len(found)
            verdicts.update(v for (_, _, name), v in found.items() if name == "verdict")
    assert compared > 20_000
    # Every verdict of the notice is met often enough for equality to mean something.
    assert set(verdicts) == {"无偏差考核电量", "免予考核", "应予考核", "免考", "按打包考核"}
    assert min(verdicts.values()) > 50


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(months())
def test_any_month_equals_the_reference(month: Month) -> None:
    assert cells(settled(month, executor="reference")) == expected_cells(month)


# -- what the notice promises ----------------------------------------------------------------------


def test_what_was_shared_out_adds_up_again() -> None:
    shared: Counter[str] = Counter()
    for seed in range(MONTHS):
        month = random_month(seed)
        result = settled(month, executor="reference")
        for retailer in month.retailers:
            above = result.row("retailer", retailer["retailer_id"]).values
            below = [result.row("user", u["user_id"]).values for u in members(month, retailer)]
            assert _sum(below, "assessed_energy") == above["assessed_energy"], f"seed {seed}"
            assert _sum(below, "assessment_fee") == above["assessment_fee"], f"seed {seed}"
            assert _sum(below, "user_fee") + above["retailer_fee"] == above["assessment_fee"], f"seed {seed}"
            assert _sum(below, "over_energy") == above["over_energy"], f"seed {seed}"
            shared.update(name for name in ("assessed_energy", "over_energy") if above[name])
    assert min(shared["assessed_energy"], shared["over_energy"]) > 50


def test_nobody_is_allocated_more_than_is_its_own() -> None:
    """Nor a grain more: a largest remainder may round a part up, but never past the member's own shortfall.

    The package's assessed energy is its judged shortfall less 5 % of its contract, so a user's part is a share
    of its own shortfall of less than one; the same holds for over-use.
    """
    for seed in range(MONTHS):
        result = settled(random_month(seed), executor="reference")
        for row in result.dataset.rows["用户"]:
            deviation, grid = row.values["deviation_energy"], Fraction(1, 1000)
            assert isinstance(deviation, Fraction)
            assert ZERO <= row.values["assessed_energy"] <= max(-deviation, ZERO), f"seed {seed}, {row.key}"
            assert ZERO <= row.values["over_energy"] <= max(deviation, ZERO), f"seed {seed}, {row.key}"
            assert (deviation / grid).denominator == 1
            assert ZERO <= row.values["user_fee"] <= row.values["assessment_fee"], f"seed {seed}, {row.key}"


def test_consuming_more_never_raises_the_fee_of_the_package() -> None:
    """The package's fee is non-increasing in the metered energy of every user that is not exempt."""
    dice = random.Random(20_180_605)
    lowered = 0
    for seed in range(MONTHS // 2):
        month = random_month(seed)
        judged = [u for u in month.users if not u["exempt"]]
        if not judged:
            continue
        user = dice.choice(judged)
        more = user["metered_energy"] + Fraction(dice.choice((1, 2, 1000, 50_000, 10_000_000)), 1000)
        if more > 10_000_000:
            continue
        users = [{**u, "metered_energy": more} if u is user else u for u in month.users]
        before, after = (
            settled(month, executor="reference"),
            settled(month._replace(users=users), executor="reference"),
        )
        entity, key = ("retailer", user["retailer_id"]) if user["retailer_id"] else ("user", user["user_id"])
        fees = [r.row(entity, key).values["assessment_fee"] for r in (before, after)]
        assert fees[1] <= fees[0], f"seed {seed}, {user['user_id']}"
        lowered += fees[1] != fees[0]
        others = [c for c in cells(before) if c[1] not in _package(month, user)]
        assert all(cells(before)[c] == cells(after)[c] for c in others), f"seed {seed}"
    assert lowered > 15


def test_an_exempt_user_counts_nowhere_in_the_assessment() -> None:
    for seed in range(MONTHS // 2):
        month = random_month(seed)
        users = [{**u, "metered_energy": ZERO} if u["exempt"] else u for u in month.users]
        before, after = (
            settled(month, executor="reference"),
            settled(month._replace(users=users), executor="reference"),
        )
        for entity in ("user", "retailer"):
            for key in before.keys(entity):
                for name in ("assessed_energy", "assessment_fee"):
                    one, other = (r.row(entity, key).values[name] for r in (before, after))
                    assert one == other, f"seed {seed}, {key}"


def test_the_order_of_rows_and_tables_changes_nothing() -> None:
    for seed in range(60):
        month = random_month(seed)
        dice = random.Random(seed)

        def shuffle(items: list[Any], dice: random.Random = dice) -> list[Any]:
            return dice.sample(items, len(items))

        assert cells(settled(month)) == cells(settled(month, shuffle=shuffle)), f"seed {seed}"


def test_packages_know_nothing_of_each_other() -> None:
    """Settled one package at a time, everybody has what it has in the whole month."""
    for seed in range(60):
        month = random_month(seed)
        whole = cells(settled(month))
        apart: dict[tuple[str, str, str], object] = {}
        for retailer in month.retailers:
            apart |= cells(settled(Month(members(month, retailer), [retailer], month.price)))
        for user in month.users:
            if not user["retailer_id"]:
                apart |= cells(settled(Month([user], [], month.price)))
        assert apart == whole, f"seed {seed}"


def test_the_price_touches_only_money() -> None:
    for seed in range(60):
        month = short_month(seed)
        one, other = cells(settled(month)), cells(settled(month._replace(price=month.price * 2)))
        moved = {name for (entity, key, name), value in one.items() if other[entity, key, name] != value}
        assert moved <= {"assessment_fee", "user_fee", "retailer_fee"}, f"seed {seed}"
        for (entity, key, name), value in one.items():
            if name == "assessment_fee" and entity == "retailer":
                doubled = other[entity, key, name]
                assert abs(doubled - 2 * value) <= Fraction(2, 100), f"seed {seed}"


def test_both_executors_settle_alike() -> None:
    for seed in range(60):
        month = random_month(seed)
        assert settled(month).to_dict() == settled(month, executor="reference").to_dict(), f"seed {seed}"


# -- the readings the notice leaves open -----------------------------------------------------------


class WholeShortfallAssessed:
    """负偏差考核部分 = 全部负偏差: beyond the band the whole shortfall is assessed, not what is beyond it."""

    @staticmethod
    def settle(
        users: Sequence[Row], retailers: Sequence[Row], price: Fraction
    ) -> tuple[list[Row], list[Row]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jibei, "judge", WholeShortfallAssessed.judge)
            return jibei.settle(users, retailers, price)

    @staticmethod
    def judge(contract: Fraction, metered: Fraction) -> tuple[str, Fraction]:
        shortfall = contract - metered
        if shortfall <= 0:
            return jibei.NOTHING_ASSESSED, ZERO
        if shortfall * 20 <= contract:
            return jibei.WITHIN_BAND, ZERO
        return jibei.ASSESSED, jibei.half_up(shortfall, 3)


class WeightedByTheExcess:
    """分配权重 = 超出幅度的部分: a user's weight is its shortfall beyond 5 % of its own contract."""

    @staticmethod
    def settle(
        users: Sequence[Row], retailers: Sequence[Row], price: Fraction
    ) -> tuple[list[Row], list[Row]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jibei, "_weight_in_assessment", WeightedByTheExcess.weight)
            return jibei.settle(users, retailers, price)

    @staticmethod
    def weight(user: Row) -> Fraction:
        excess = user["contract_energy"] * Fraction(95, 100) - user["metered_energy"]
        return max(excess, ZERO)


@pytest.mark.parametrize(
    ("options", "reference"),
    [
        ({"负偏差考核部分": "全部负偏差"}, WholeShortfallAssessed),
        ({"分配权重": "超出幅度的部分"}, WeightedByTheExcess),
    ],
)
def test_the_other_readings_equal_variants_of_the_reference(options: dict[str, str], reference: type) -> None:
    other = policy(**options)
    changed = 0
    for seed in range(120):
        for month in (random_month(seed), short_month(seed)):
            found = cells(settled(month, other))
            assert found == expected_cells(month, reference), f"seed {seed}"
            changed += found != expected_cells(month)
    assert changed > 40


def _sum(rows: Sequence[Any], name: str) -> Fraction:
    return sum((row[name] for row in rows), ZERO)


def _package(month: Month, user: Row) -> set[str]:
    """The keys of everybody whose result may change with this user's."""
    if not user["retailer_id"]:
        return {user["user_id"]}
    return {
        user["retailer_id"],
        *(u["user_id"] for u in month.users if u["retailer_id"] == user["retailer_id"]),
    }
