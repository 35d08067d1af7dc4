"""Facts of any shape through the API: taken, or refused with a code; never another exception."""

from __future__ import annotations

import copy
import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from policy_engine.diagnostics.errors import EngineError, InputError, NotCovered, PolicyEngineError
from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy

GOOD: dict[Any, Any] = {
    "market": {"average_bilateral_price": "350"},
    "retailer": [{"retailer_id": "S", "package_contract_energy": "2000"}],
    "user": [
        {"user_id": "1", "contract_energy": "1000", "metered_energy": "900", "catalogue_price": "500"},
        {
            "user_id": "2",
            "retailer_id": "S",
            "contract_energy": "1000",
            "metered_energy": "1900",
            "catalogue_price": "500",
            "liability_share": "0.3",
            "liability_cap": "5",
        },
        {
            "user_id": "3",
            "retailer_id": "S",
            "contract_energy": "1000",
            "metered_energy": "100",
            "catalogue_price": "500",
            "exempt": "是",
        },
    ],
}
WEIRD: tuple[Any, ...] = (
    *(
        None,
        "",
        " ",
        0,
        1,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        True,
        "是",
        "x",
        "1e9",
        "１２",
        "%",
        "5%",
        "1/3",
    ),
    *(
        Fraction(1, 3),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-0"),
        Decimal("1E+99999"),
        10**30,
        complex(1, 2),
    ),
    *(
        (1, "兆瓦时"),
        ("1", "元"),
        (1, 2, 3),
        (None, None),
        (True, "兆瓦时"),
        ("1", None),
        [],
        {},
        set(),
        b"1",
    ),
    *(
        object(),
        dt.date(2018, 6, 1),
        dt.datetime(2018, 6, 1),
        "9" * 50,
        "\ud800",
        "\x00",
        "=1+1",
        "#N/A",
        "0x10",
    ),
    *("١٢", "1_000", "2018-06", "2018-07", range(3), lambda: 1),
)
COLUMNS: tuple[Any, ...] = (
    *(
        "user_id",
        "retailer_id",
        "contract_energy",
        "metered_energy",
        "catalogue_price",
        "exempt",
        "liability_share",
    ),
    *(
        "liability_cap",
        "average_bilateral_price",
        "结算月",
        "settled_energy",
        "合同电量（万千瓦时）",
        "合同电量",
        "备注",
    ),
    *("全部合同电量", 5, None, "", ("a",)),
)
TABLES: tuple[Any, ...] = ("user", "retailer", "market", "用户", "售电公司", "全月", "发电企业", "x", 5, None)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("jibei/deviation", period="2018-06")


def spoiled(dice: random.Random) -> dict[Any, Any]:
    facts = copy.deepcopy(GOOD)
    for _ in range(dice.choice((1, 1, 2, 3))):
        table = facts[dice.choice(list(facts))]
        rows = [r for r in (table if isinstance(table, list) else [table]) if isinstance(r, dict)]
        row = dice.choice(rows) if rows else {}
        way = dice.randrange(6)
        if way < 3:
            row[dice.choice(COLUMNS)] = dice.choice(WEIRD)
        elif way == 3 and row:
            row.pop(dice.choice(list(row)))
        elif way == 4:
            facts[dice.choice(TABLES)] = dice.choice((*WEIRD, [{}], [{"user_id": "9"}], [None]))
        elif isinstance(table, list) and rows:
            table.append(copy.deepcopy(row) if dice.random() < 0.5 else {})
    return facts


def test_whatever_is_handed_in(policy: Policy) -> None:
    taken = refused = 0
    for seed in range(1_200):
        facts = spoiled(random.Random(seed))
        try:
            evaluate(policy, facts, executor="reference").to_dict()
            taken += 1
        except (InputError, NotCovered) as error:
            assert all(d.message("zh") and d.message("en") for d in error.diagnostics), f"seed {seed}"
            refused += 1
        except EngineError as error:
            raise AssertionError(f"seed {seed}: the facts are at fault, not the rules: {error}") from error
        except Exception as error:
            assert isinstance(error, PolicyEngineError), f"seed {seed}: {type(error).__name__}: {error}"
    assert taken > 100
    assert refused > 500


def test_facts_are_left_as_they_were_handed_in(policy: Policy) -> None:
    facts = copy.deepcopy(GOOD)
    evaluate(policy, facts)
    assert facts == GOOD
