"""Settle many random rows of the Jibei area in columns and by the engine, and count what they say otherwise.

``python tests/parity/run_columns.py --rows 1000000 --seed 1`` ends with 1 when there is a difference.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from parity.jibei_rows import many_rows
from parity.month import disagreements
from policy_engine import load
from policy_engine.policy.model import Policy

CHUNK = 20_000
READINGS = ("超出幅度的部分", "全部负偏差")


def policies() -> list[Policy]:
    """With each choice of readings."""
    return [
        load("jibei/deviation", period="2018-06", options={"负偏差考核部分": one, "分配权重": other})
        for one, other in itertools.product(READINGS, READINGS)
    ]


def compare(rows: int, seed: int, chunk: int = CHUNK, loud: bool = False) -> tuple[int, list[str]]:
    """The rows that were compared, and what differs."""
    done, found, start = 0, [], time.monotonic()
    for number, policy in enumerate(itertools.cycle(policies())):
        if done >= rows:
            return done, found
        dataset = many_rows(policy, Random(f"{seed} {number}"), min(chunk, rows - done))
        done += sum(len(r) for r in dataset.rows.values())
        found += [f"{number}: {d}" for d in disagreements(policy, dataset)]
        if loud:
            print(f"{done} rows, {len(found)} differences, {time.monotonic() - start:.0f} s", flush=True)
    raise AssertionError("readings never end")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    done, found = compare(asked.rows, asked.seed, loud=True)
    print("\n".join(found[:50]))
    print(f"{done} rows, {len(found)} differences")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
