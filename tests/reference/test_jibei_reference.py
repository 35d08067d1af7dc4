"""The reference against every number worked out in the reading of the notice, and against its invariants."""

import ast
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from . import jibei
from .jibei import allocate, half_up, settle
from .months import Month, months, random_month

PRICE = Fraction(350)
F = Fraction


def user(user_id, contract, metered, *, retailer="S", share="0", cap=None, exempt=False, tariff="620"):
    return {
        "user_id": user_id,
        "retailer_id": retailer,
        "contract_energy": F(contract),
        "metered_energy": F(metered),
        "catalogue_price": F(tariff),
        "exempt": exempt,
        "liability_share": F(share),
        "liability_cap": None if cap is None else F(cap),
    }


def package(*, exempt=(), shares=None):
    """The package that the notes work with: 10000 contracted, 9200 metered."""
    rows = (("U1", 4000, 3400), ("U2", 3000, 2940), ("U3", 2000, 1700), ("U4", 1000, 1160))
    return [user(i, c, a, share=(shares or {}).get(i, "0"), exempt=i in exempt) for i, c, a in rows]


def run(users, price=PRICE):
    by_user, by_retailer = settle(users, [{"retailer_id": "S"}], price)
    return {row["user_id"]: row for row in by_user}, by_retailer[0]


def alone(contract, metered, **more):
    return run([user("D", contract, metered, retailer="", **more)])[0]["D"]


def column(results, name):
    return {user_id: row[name] for user_id, row in results.items()}


def test_it_imports_nothing_of_the_product():
    for name in ("jibei.py", "months.py", "example_month.py", "make_example.py"):
        tree = ast.parse((Path(jibei.__file__).parent / name).read_text(encoding="utf-8"))
        imports = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        imports |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [module for module in imports if module.startswith("policy_engine")]


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.0005", 3, "0.001"),
        ("-0.0005", 3, "-0.001"),
        ("0.00049", 3, "0"),
        ("2.675", 2, "2.68"),
        ("-0.004", 2, "0"),
    ],
)
def test_half_goes_away_from_zero(value, places, expected):
    assert half_up(F(value), places) == F(expected)


def test_the_reference_package_2_4_2_5():
    _, retailer = run(package())
    assert retailer == {
        "retailer_id": "S",
        "contract_energy": 10000,
        "metered_energy": 9200,
        "assessment_contract_energy": 10000,
        "assessment_metered_energy": 9200,
        "deviation_energy": -800,
        "over_energy": 0,
        "assessed_energy": 300,
        "assessment_fee": 21000,
        "retailer_fee": 21000,
        "verdict": "应予考核",
    }


def test_own_deviations_are_signed():
    by_user, _ = run(package())
    assert column(by_user, "deviation_energy") == {"U1": -600, "U2": -60, "U3": -300, "U4": 160}


def test_over_use_is_not_assessed_2_2():
    result = alone(10000, 10400)
    assert (result["verdict"], result["assessed_energy"], result["assessment_fee"]) == (
        "无偏差考核电量",
        0,
        0,
    )
    assert (result["over_energy"], result["over_fee"], result["user_fee"]) == (400, 248000, 0)


@pytest.mark.parametrize(
    ("contract", "metered", "verdict", "assessed", "fee"),
    [
        ("10000", "10000", "无偏差考核电量", "0", "0"),
        ("10000", "9500", "免予考核", "0", "0"),
        ("10000", "9499.999", "应予考核", "0.001", "0.07"),
        ("10000", "9499.600", "应予考核", "0.400", "28.00"),
        ("10000", "9200", "应予考核", "300", "21000"),
        ("10000.019", "9500.018", "应予考核", "0", "0"),
        ("0", "5", "无偏差考核电量", "0", "0"),
        ("0", "0", "无偏差考核电量", "0", "0"),
    ],
)
@pytest.mark.parametrize("direct", [True, False])
def test_the_band_2_3_2_4(contract, metered, verdict, assessed, fee, direct):
    if direct:
        result = alone(contract, metered)
    else:
        by_user, result = run([user("U", contract, metered)])
        assert by_user["U"]["verdict"] == "按打包考核"
    assert (result["verdict"], result["assessed_energy"], result["assessment_fee"]) == (
        verdict,
        F(assessed),
        F(fee),
    )


def test_an_exempt_user_leaves_with_both_quantities_3_2_4():
    by_user, retailer = run(package(exempt={"U3"}))
    assert (retailer["assessment_contract_energy"], retailer["assessment_metered_energy"]) == (8000, 7500)
    assert (retailer["contract_energy"], retailer["metered_energy"]) == (10000, 9200)
    assert (retailer["assessed_energy"], retailer["assessment_fee"]) == (100, 7000)
    assert (by_user["U3"]["verdict"], by_user["U3"]["assessed_energy"]) == ("免考", 0)
    assert by_user["U1"]["assessed_energy"] == 100


def test_exempting_an_over_user_makes_it_worse_3_2_4():
    _, retailer = run(package(exempt={"U4"}))
    assert (retailer["assessment_contract_energy"], retailer["assessment_metered_energy"]) == (9000, 8040)
    assert retailer["assessed_energy"] == 510


def test_everybody_exempt_leaves_nothing_to_assess_3_2_4():
    by_user, retailer = run(package(exempt={"U1", "U2", "U3", "U4"}))
    assert (retailer["verdict"], retailer["assessment_contract_energy"]) == ("无偏差考核电量", 0)
    assert set(column(by_user, "verdict").values()) == {"免考"}


def test_over_use_and_assessment_in_one_package():
    by_user, retailer = run([user("X", 1000, 2260, exempt=True), user("Y", 10000, 9100)])
    assert (retailer["over_energy"], retailer["assessed_energy"]) == (360, 400)
    assert column(by_user, "over_energy") == {"X": 360, "Y": 0}
    assert column(by_user, "assessed_energy") == {"X": 0, "Y": 400}


def test_an_exempt_direct_user_still_pays_its_over_use():
    result = alone(100, 130, exempt=True)
    assert (result["verdict"], result["over_energy"], result["over_fee"]) == ("免考", 30, 18600)


def test_package_over_use_is_borne_by_the_over_users_4_1_2():
    rows = [
        user("U1", 4000, 4500),
        user("U2", 3000, 2800),
        user("U3", 2000, 2100, tariff="600"),
        user("U4", 1000, 1000),
    ]
    by_user, retailer = run(rows)
    assert (retailer["over_energy"], retailer["verdict"]) == (400, "无偏差考核电量")
    assert column(by_user, "over_energy") == {"U1": F("333.333"), "U2": 0, "U3": F("66.667"), "U4": 0}
    assert (by_user["U1"]["over_fee"], by_user["U3"]["over_fee"]) == (F("206666.46"), F("40000.20"))


def test_nobody_pays_over_use_while_the_package_is_short_4_1_2():
    by_user, _ = run(package())
    assert set(column(by_user, "over_energy").values()) == {0}


def test_without_agreement_the_retailer_pays_all_4_1_3():
    by_user, retailer = run(package())
    assert retailer["retailer_fee"] == 21000
    assert set(column(by_user, "user_fee").values()) == {0}


def test_no_allocation_while_the_package_is_inside_the_band_4_2_1():
    by_user, retailer = run([user("U1", 1000, 850, share="1"), user("U2", 9000, 8750, share="1")])
    assert (retailer["deviation_energy"], retailer["verdict"]) == (-400, "免予考核")
    assert by_user["U1"]["user_fee"] == by_user["U1"]["assessed_energy"] == 0


def test_allocation_and_sharing_4_2_3_4_2_4_4_2_5():
    by_user, retailer = run(package(shares={"U1": "0.3", "U3": "0.5"}))
    assert column(by_user, "assessed_energy") == {"U1": 200, "U2": 0, "U3": 100, "U4": 0}
    assert column(by_user, "assessment_fee") == {"U1": 14000, "U2": 0, "U3": 7000, "U4": 0}
    assert column(by_user, "user_fee") == {"U1": 4200, "U2": 0, "U3": 3500, "U4": 0}
    assert retailer["retailer_fee"] == 13300


def test_the_weight_is_the_whole_shortfall_4_2_3():
    by_user, retailer = run([user("U1", 4000, 3400), user("U3", 1000, 700)])
    assert retailer["assessed_energy"] == 650
    assert column(by_user, "assessed_energy") == {"U1": F("433.333"), "U3": F("216.667")}


def test_exactly_five_per_cent_is_outside_the_set_4_2_3():
    by_user, _ = run([user("U1", 1000, 950), user("U2", 1000, 900)])
    assert column(by_user, "assessed_energy") == {"U1": 0, "U2": 50}


def test_equal_weights_go_by_id_4_2_5():
    rows = [user("U3", 1000, 900), user("U1", 1000, 900), user("U2", 1000, 900), user("U9", 1000, 1000)]
    by_user, retailer = run(rows)
    assert (retailer["assessed_energy"], retailer["assessment_fee"]) == (100, 7000)
    assert column(by_user, "assessed_energy") == {
        "U1": F("33.334"),
        "U2": F("33.333"),
        "U3": F("33.333"),
        "U9": 0,
    }
    assert [by_user[i]["assessment_fee"] for i in ("U1", "U2", "U3")] == [
        F("2333.38"),
        F("2333.31"),
        F("2333.31"),
    ]


def test_equal_remainders_go_to_the_larger_weight_then_by_code_point():
    assert allocate(F(2, 100), {"a": F(1), "b": F(3)}, 2) == {"a": 0, "b": F(2, 100)}
    assert allocate(F(1, 100), {"10": F(1), "9": F(1)}, 2) == {"10": F(1, 100), "9": 0}
    assert allocate(F(1, 100), {"1234": F(1), "001234": F(1)}, 2) == {"1234": 0, "001234": F(1, 100)}


def test_a_cap_limits_the_user_and_the_retailer_pays_the_rest():
    rows = package(shares={"U1": "0.3", "U3": "0.5"})
    rows[0]["liability_cap"] = F(4000)
    rows[2]["liability_cap"] = F(9000)
    by_user, retailer = run(rows)
    assert (by_user["U1"]["user_fee"], by_user["U3"]["user_fee"], retailer["retailer_fee"]) == (
        4000,
        3500,
        13500,
    )


def test_a_retailer_without_users_has_zeros():
    _, retailer = run([])
    assert retailer["verdict"] == "无偏差考核电量"
    assert not any(value for key, value in retailer.items() if key not in {"retailer_id", "verdict"})


def test_contracts_that_do_not_add_up_are_refused_4_1_1():
    users = [user("U1", 4000, 0), user("U2", 3000, 0), user("U3", 2000, 0), user("U4", "999.999", 0)]
    with pytest.raises(ValueError, match="add up"):
        settle(users, [{"retailer_id": "S", "package_contract_energy": F(10000)}], PRICE)


@pytest.mark.parametrize(
    "users", [[user("U", 1, 1), user("U", 1, 1)], [user("U", 1, 1, retailer="T")]], ids=["doubled", "unknown"]
)
def test_inconsistent_rows_are_refused(users):
    with pytest.raises(ValueError, match=r"twice|unknown"):
        run(users)


@settings(deadline=None)
@given(months())
def test_the_parts_add_up_and_stay_on_their_grids(month: Month):
    by_user, by_retailer = settle(*month)
    rows = list(zip(month.users, by_user, strict=True))
    for retailer in by_retailer:
        own = [result for row, result in rows if row["retailer_id"] == retailer["retailer_id"]]
        for name in ("assessed_energy", "assessment_fee", "over_energy"):
            assert sum((result[name] for result in own), F(0)) == retailer[name]
        assert (
            sum((result["user_fee"] for result in own), retailer["retailer_fee"])
            == retailer["assessment_fee"]
        )
        assert retailer["retailer_fee"] >= 0
    for result in (*by_user, *by_retailer):
        for name, value in result.items():
            if isinstance(value, Fraction):
                assert (value * (1000 if name.endswith("energy") else 100)).denominator == 1


@settings(deadline=None)
@given(months())
def test_nobody_is_allocated_more_than_its_own_deviation(month: Month):
    for row, result in zip(month.users, settle(*month)[0], strict=True):
        # One grid step: an excess that rounds up to 0.001 may exceed the exact shortfall behind it.
        assert result["assessed_energy"] <= max(-result["deviation_energy"], 0) + F(1, 1000)
        assert result["over_energy"] <= max(result["deviation_energy"], 0)
        assert not (row["exempt"] and result["assessed_energy"])


@settings(deadline=None, max_examples=50)
@given(months())
def test_the_order_of_rows_does_not_matter(month: Month):
    straight = settle(*month)
    turned = settle(month.users[::-1], month.retailers[::-1], month.price)
    assert straight == (turned[0][::-1], turned[1][::-1])


def situations(month: Month) -> set[str]:
    """What of the edges a month contains."""
    by_user, by_retailer = settle(*month)
    found = set()
    for retailer in by_retailer:
        rows = [
            (row, result)
            for row, result in zip(month.users, by_user, strict=True)
            if row["retailer_id"] == retailer["retailer_id"]
        ]
        short, band = -retailer["deviation_energy"], retailer["assessment_contract_energy"] / 20
        by_id = {"assessed_energy": False, "over_energy": False}
        for name in by_id:
            twins: dict[tuple[Fraction, Fraction], set[Fraction]] = {}
            for row, result in rows:
                if not row["exempt"]:
                    twins.setdefault((row["contract_energy"], row["metered_energy"]), set()).add(result[name])
            by_id[name] = any(len(parts) > 1 for parts in twins.values())
        found |= {
            name
            for name, present in {
                "package without users": not rows,
                "everybody exempt": rows and all(row["exempt"] for row, _ in rows),
                "package at exactly -5 %": short == band > 0,
                "package one kWh beyond": short - band == F(1, 1000),
                "assessed but 0.000": retailer["verdict"] == "应予考核" and not retailer["assessed_energy"],
                "over-use and assessment": retailer["over_energy"] and retailer["assessed_energy"],
                "assessed tie decided by id": by_id["assessed_energy"],
                "over-use tie decided by id": by_id["over_energy"],
                "exempt over-user": any(row["exempt"] and result["over_energy"] for row, result in rows),
                "cap binds": any(
                    row["liability_cap"] and result["user_fee"] == row["liability_cap"]
                    for row, result in rows
                ),
            }.items()
            if present
        }
    for row, result in zip(month.users, by_user, strict=True):
        direct = "direct" if row["retailer_id"] == "" else "packaged"
        found.add(f"{direct} {result['verdict']}")
        if not row["contract_energy"]:
            found.add("zero contract")
        if not row["metered_energy"]:
            found.add("zero metered")
        if row["user_id"] == "001234":
            found.add("001234")
    return found


def test_the_generator_hits_every_situation_often():
    counts = Counter(name for seed in range(400) for name in situations(random_month(seed)))
    rare = {name: count for name, count in counts.items() if count < 10}
    assert not rare
    assert len(counts) == 19, sorted(counts)


def test_a_seed_gives_one_month():
    assert random_month(7) == random_month(7) != random_month(8)
