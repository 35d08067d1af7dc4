"""The Jibei deviation settlement of one month, written straight from the notice of 2018-06-05.

It exists to disagree with the product when one of the two is wrong, so it imports nothing from it:
plain dict rows, exact fractions, no tables, no expressions. Energies are MWh on a 0.001 grid, money is
yuan on a 0.01 grid, both rounded half away from zero and only after every verdict has been reached on
exact values. Clause numbers in comments are those of the project's reading of the notice.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

BAND = Fraction(5, 100)
FEE_COEFFICIENT = Fraction(20, 100)
ENERGY_PLACES = 3
MONEY_PLACES = 2
ZERO = Fraction(0)

NOTHING_ASSESSED = "无偏差考核电量"
WITHIN_BAND = "免予考核"
ASSESSED = "应予考核"
EXEMPT = "免考"
BY_PACKAGE = "按打包考核"


def half_up(value: Fraction, places: int) -> Fraction:
    """`value` on the grid of `places` decimals; a half goes away from zero."""
    steps = abs(value) * 10**places
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def allocate(total: Fraction, weights: dict[str, Fraction], places: int) -> dict[str, Fraction]:
    """`total` split pro rata to positive `weights` by largest remainder, keyed like `weights`.

    Every part is on the grid and the parts add up to `total`, which must itself be on the grid.
    Equal remainders go to the larger weight, then to the id that is smaller by code point.
    """
    if total == 0:
        return dict.fromkeys(weights, ZERO)
    steps = total * 10**places
    if steps.denominator != 1:
        raise ValueError(f"{total} is not on the grid of {places} places")
    if not weights or min(weights.values()) <= 0:
        raise ValueError("an amount to allocate needs members with positive weights")
    sum_of_weights = sum(weights.values(), ZERO)
    quotas = {member: steps * weight / sum_of_weights for member, weight in weights.items()}
    parts = {member: quota.numerator // quota.denominator for member, quota in quotas.items()}
    queue = sorted(weights, key=lambda member: (parts[member] - quotas[member], -weights[member], member))
    for member in queue[: steps.numerator - sum(parts.values())]:
        parts[member] += 1
    return {member: Fraction(part, 10**places) for member, part in parts.items()}


def judge(contract: Fraction, metered: Fraction) -> tuple[str, Fraction]:
    """Verdict and published assessed energy of one balance (clauses 2.2, 2.3 and 2.4)."""
    shortfall = contract - metered
    if shortfall <= 0:
        return NOTHING_ASSESSED, ZERO
    beyond = shortfall - BAND * contract
    if beyond <= 0:
        return WITHIN_BAND, ZERO
    return ASSESSED, half_up(beyond, ENERGY_PLACES)


def fee_of(assessed_energy: Fraction, price: Fraction) -> Fraction:
    """Clause 2.5 with the formula reported for document 86: Q × P × 20 %."""
    return half_up(assessed_energy * price * FEE_COEFFICIENT, MONEY_PLACES)


def settle(users: Sequence[Row], retailers: Sequence[Row], price: Fraction) -> tuple[list[Row], list[Row]]:
    """Settle one month; result rows come in the order of the input rows.

    A user row has user_id, retailer_id ('' = trades directly), contract_energy, metered_energy,
    catalogue_price, exempt, liability_share, liability_cap (None = no cap). A retailer row has
    retailer_id and optionally package_contract_energy, which then must equal the sum of its users'
    contracts (clause 4.1.1). `price` is the average bilateral price in yuan per MWh.
    Raises ValueError for doubled ids, an unknown retailer and contracts that do not add up.
    """
    packages = _packages(users, retailers)
    retailer_results = []
    settled: dict[str, Row] = {}
    for retailer in retailers:
        result, parts = _settle_package(retailer, packages[retailer["retailer_id"]], price)
        retailer_results.append(result)
        settled.update(parts)
    for user in users:
        if user["retailer_id"] == "":
            settled[user["user_id"]] = _settle_direct(user, price)
    return [settled[user["user_id"]] for user in users], retailer_results


def _packages(users: Sequence[Row], retailers: Sequence[Row]) -> dict[str, list[Row]]:
    packages: dict[str, list[Row]] = {retailer["retailer_id"]: [] for retailer in retailers}
    if len(packages) != len(retailers) or len({user["user_id"] for user in users}) != len(users):
        raise ValueError("an id occurs twice")
    for user in users:
        if user["retailer_id"] == "":
            continue
        if user["retailer_id"] not in packages:
            raise ValueError(f"user {user['user_id']} names an unknown retailer")
        packages[user["retailer_id"]].append(user)
    for retailer in retailers:
        stated = retailer.get("package_contract_energy")
        if stated is not None and stated != _total(packages[retailer["retailer_id"]], "contract_energy"):
            raise ValueError(f"the users' contracts of {retailer['retailer_id']} do not add up")
    return packages


def _total(rows: Sequence[Row], column: str) -> Fraction:
    return sum((row[column] for row in rows), ZERO)


def _deviation(user: Row) -> Fraction:
    deviation: Fraction = user["metered_energy"] - user["contract_energy"]
    return deviation


def _settle_direct(user: Row, price: Fraction) -> Row:
    verdict, assessed = judge(user["contract_energy"], user["metered_energy"])
    if user["exempt"]:
        verdict, assessed = EXEMPT, ZERO
    fee = fee_of(assessed, price)
    # Exemption takes a user out of the assessment only: its over-use is still sold at the tariff.
    over = half_up(max(_deviation(user), ZERO), ENERGY_PLACES)
    return _user_result(user, verdict, assessed, fee, over, fee)


def _settle_package(retailer: Row, members: list[Row], price: Fraction) -> tuple[Row, dict[str, Row]]:
    contract, metered = _total(members, "contract_energy"), _total(members, "metered_energy")
    over = half_up(max(metered - contract, ZERO), ENERGY_PLACES)  # on everybody's data
    judged = [user for user in members if not user["exempt"]]  # 3.2.4: both quantities leave together
    judged_contract, judged_metered = _total(judged, "contract_energy"), _total(judged, "metered_energy")
    verdict, assessed = judge(judged_contract, judged_metered)
    fee = fee_of(assessed, price)

    over_parts = _share_out(over, members, lambda user: max(_deviation(user), ZERO), ENERGY_PLACES)
    assessed_parts = _share_out(assessed, judged, _weight_in_assessment, ENERGY_PLACES)
    # 4.2.4: the money follows the energy that was allocated, not the shortfall behind it.
    fee_parts = _share_out(fee, judged, lambda user: assessed_parts[user["user_id"]], MONEY_PLACES)

    results = {}
    for user in members:
        user_id = user["user_id"]
        user_fee_total = fee_parts.get(user_id, ZERO)
        results[user_id] = _user_result(
            user,
            EXEMPT if user["exempt"] else BY_PACKAGE,
            assessed_parts.get(user_id, ZERO),
            user_fee_total,
            over_parts[user_id],
            _borne_by_user(user, user_fee_total),
        )
    return {
        "retailer_id": retailer["retailer_id"],
        "contract_energy": half_up(contract, ENERGY_PLACES),
        "metered_energy": half_up(metered, ENERGY_PLACES),
        "assessment_contract_energy": half_up(judged_contract, ENERGY_PLACES),
        "assessment_metered_energy": half_up(judged_metered, ENERGY_PLACES),
        "deviation_energy": half_up(judged_metered - judged_contract, ENERGY_PLACES),
        "over_energy": over,
        "assessed_energy": assessed,
        "assessment_fee": fee,
        "retailer_fee": fee - _total(list(results.values()), "user_fee"),
        "verdict": verdict,
    }, results


def _weight_in_assessment(user: Row) -> Fraction:
    """4.2.3: the whole shortfall, of users whose shortfall is strictly more than 5 % of their contract."""
    shortfall = -_deviation(user)
    return shortfall if shortfall > BAND * user["contract_energy"] else ZERO


def _share_out(
    total: Fraction, rows: Sequence[Row], weight: Callable[[Row], Fraction], places: int
) -> dict[str, Fraction]:
    weights = {row["user_id"]: weight(row) for row in rows}
    parts = allocate(total, {member: w for member, w in weights.items() if w > 0}, places)
    return {member: parts.get(member, ZERO) for member in weights}


def _borne_by_user(user: Row, fee: Fraction) -> Fraction:
    agreed = half_up(fee * user["liability_share"], MONEY_PLACES)
    cap = user["liability_cap"]
    return agreed if cap is None else min(agreed, cap)


def _user_result(
    user: Row, verdict: str, assessed: Fraction, fee: Fraction, over: Fraction, user_fee: Fraction
) -> Row:
    return {
        "user_id": user["user_id"],
        "deviation_energy": half_up(_deviation(user), ENERGY_PLACES),
        "assessed_energy": assessed,
        "assessment_fee": fee,
        "over_energy": over,
        "over_fee": half_up(over * user["catalogue_price"], MONEY_PLACES),
        "user_fee": user_fee,
        "verdict": verdict,
    }
