"""Many random rows of the Jibei area as the engine holds them: months on the edges of the notice, and far ends of ranges."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from policy_engine.engine.rows import Dataset, Row, link
from policy_engine.feel.values import Month
from policy_engine.policy.model import Policy
from reference.months import month_from

PRICES = tuple(Fraction(p) for p in ("0", "0.001", "1", "350", "352.376", "391.001", "9999.999", "10000"))
ENDS = tuple(Fraction(e) for e in ("0", "0.001", "9999999.999", "10000000", "1", "0.019", "0.02", "0.021"))

CAPS = tuple(Fraction(c) for c in ("0", "0.01", "0.02", "1000000000"))


def many_rows(policy: Policy, rng: Random, rows: int) -> Dataset:
    """At least ``rows`` rows of users and retailers, in packages of their own, one month."""
    market = {"settlement_month": Month(2018, 6), "average_bilateral_price": rng.choice(PRICES)}
    users: list[Row] = []
    retailers: list[Row] = []
    while len(users) + len(retailers) < rows:
        month = month_from(rng)
        far = rng.random() < 0.1
        above: dict[str, Row] = {}
        for row in month.retailers:
            key = f"{len(retailers):06d}"
            above[row["retailer_id"]] = Row(
                "售电公司", key, {"package_contract_energy": None}, part="售电公司"
            )
            retailers.append(above[row["retailer_id"]])
        for user in month.users:
            users.append(_user(user, above.get(user["retailer_id"]), len(users), rng, far))
        _totals(above.values(), users, rng)
    return link(
        policy, {"全月": [Row("全月", "", market, part="全月")], "售电公司": retailers, "用户": users}
    )


def _user(user: dict[str, Any], above: Row | None, number: int, rng: Random, far: bool) -> Row:
    values = {k: v for k, v in user.items() if not k.endswith("_id")}
    if far:
        values |= {"contract_energy": rng.choice(ENDS), "metered_energy": rng.choice(ENDS)}
        values |= {"catalogue_price": rng.choice(PRICES), "liability_cap": rng.choice((None, *CAPS))}
    values["settled_energy"] = rng.choice((None, values["metered_energy"]))
    # Keys are not in the order of the rows: the last to get a unit is told by them.
    key = f"{rng.randrange(10**6):06d}-{number}"
    return Row("用户", key, values, parent=above, part="直接交易用户" if above is None else "打包用户")


def _totals(above: Any, users: list[Row], rng: Random) -> None:
    """What retailers say they have contracted: mostly the sum, now and then a wrong one."""
    for retailer in above:
        own = [u for u in users[-80:] if u.parent is retailer]
        total = sum((u.values["contract_energy"] for u in own), Fraction(0))
        choices = (None, total, total, total, total if rng.random() < 0.9 else total + Fraction(1, 1000))
        retailer.values["package_contract_energy"] = rng.choice(choices)
