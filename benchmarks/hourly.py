"""A month of hours: 1,000 users × 31 days × 24 hours in columns.

    python -m benchmarks.hourly [--users 1000] [--days 31] [--hours 24] [--executor columns]

Prints rows and seconds. What is timed is ``settle`` from Parquet to Parquet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from parity.hourly import RULES, make_hours  # noqa: E402 - found only once the path above is known
from parity.parquet_month import write_month  # noqa: E402 - as above
from policy_engine import load  # noqa: E402 - as above
from policy_engine.settlement.month import settle  # noqa: E402 - as above


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--executor", default="columns")
    asked = parser.parse_args()
    policy = load("sample/hourly", period="2018-06", rules=RULES)
    tables = make_hours(1, asked.users, asked.days, asked.hours)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "month")
        source.mkdir()
        write_month(policy, tables, source)
        start = time.perf_counter()
        done = settle(policy, source, Path(folder, "out"), format="parquet", executor=asked.executor)
        seconds = time.perf_counter() - start
    assert not done.rejected
    print(f"{asked.executor}: {len(tables['hour']):,} rows of hours in {seconds:.1f} s")


if __name__ == "__main__":
    main()
