"""The one step in columns: deviation-step.yaml settled from an Arrow table in memory to an Arrow table in memory.

What a call does is what ``settle`` does for any policy: digest the tables, check every cell and key, put the rules into
SQL for the bounds of this month, decide, add up the totals, and make the record. Only reading the rule file is left
out, as the others' rules are compiled beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from benchmarks.month.generate import PERIOD, decimal

if TYPE_CHECKING:
    from policy_engine import Policy

RULES = Path(__file__).with_name("deviation-step.yaml")
ID = "benchmark/deviation-step"


def policy(rules: Path = RULES) -> Policy:
    import policy_engine as pe

    return pe.load(ID, period=PERIOD, rules=rules)


def facts(contract: Sequence[int], metered: Sequence[int], exempt: Sequence[bool]) -> pa.Table:
    """Typed facts of users (kWh) under ids in no order, as in the months of ``generate``."""
    ids = np.random.default_rng(1).permutation(len(contract)) + 20_000_000
    return pa.table(
        {
            "user_id": [f"01{n}" for n in ids.tolist()],
            "contract_energy": decimal(np.array(contract, dtype=np.int64), 3),
            "metered_energy": decimal(np.array(metered, dtype=np.int64), 3),
            "exempt": pa.array(exempt, pa.bool_()),
        }
    )


def settled(step: Policy, users: pa.Table) -> pa.Table:
    """Verdict, assessed energy and fee by ``user_id``."""
    import policy_engine as pe

    return pe.settle(step, {"user": users}, None, executor="columns").arrow("user")


def answers(users: pa.Table, found: pa.Table) -> list[tuple[str, Decimal, Decimal]]:
    """Verdict, MWh and yuan in the order of ``users``; one who was rejected is left out."""
    columns = ("verdict", "assessed_energy", "assessment_fee")
    decided = zip(*(found[name].to_pylist() for name in columns), strict=True)
    of = dict(zip(found["user_id"].to_pylist(), decided, strict=True))
    return [of[user] for user in users["user_id"].to_pylist() if user in of]
