"""Whether two settled months say the same, cell by cell.

    python -m benchmarks.month.compare ONE OTHER
    python -m benchmarks.month.compare --engine [--users 20000] [--seeds 1,2,3] [--programs sql,polars,numpy]

With ``--engine`` each program settles the same invented months as the engine, which decides row by row in fractions;
nothing is timed that is not equal to it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.month.generate import PERIOD, write_month
from benchmarks.month.programs import PROGRAMS

KEYS = {"user": "user_id", "retailer": "retailer_id"}


def differences(one: Path, other: Path) -> dict[str, int]:
    """``table.column`` → cells that differ; rows that one side alone has count under ``table.rows``."""
    import duckdb

    found: dict[str, int] = {}
    with duckdb.connect() as connection:
        for table, key in KEYS.items():
            for side, folder in (("a", one), ("b", other)):
                connection.execute(
                    f"CREATE OR REPLACE VIEW {side} AS FROM read_parquet('{folder}/{table}.parquet')"
                )
            columns = [str(row[0]) for row in connection.execute("DESCRIBE a").fetchall()]
            if columns != [str(row[0]) for row in connection.execute("DESCRIBE b").fetchall()]:
                raise ValueError(f"{table}: the columns are not the same")
            counts = ", ".join(f"count(*) FILTER (a.{c} IS DISTINCT FROM b.{c})" for c in columns if c != key)
            missing = f"count(*) FILTER (a.{key} IS NULL OR b.{key} IS NULL)"
            # The keys are compared by the join; both sides must also have as many rows, or one has a key twice.
            row = connection.execute(
                f"SELECT {missing} + abs((SELECT count(*) FROM a) - (SELECT count(*) FROM b)), {counts}"
                f" FROM a FULL JOIN b USING ({key})"
            ).fetchall()[0]
            names = ["rows", *(c for c in columns if c != key)]
            found.update({f"{table}.{n}": int(c) for n, c in zip(names, row, strict=True) if c})
    return found


def settle_with_engine(source: Path, target: Path, executor: str = "reference") -> None:
    """The month as the engine settles it, row by row. Raises ValueError when it rejects a row."""
    import policy_engine as pe

    policy = pe.load("jibei/deviation", period=PERIOD)
    done = pe.settle(policy, source, target, format="parquet", executor=executor)
    if done.rejected:
        raise ValueError(f"{len(done.rejected)} rows rejected: {done.rejected[0]}")


def against_engine(users: int, seed: int, programs: list[str]) -> dict[str, dict[str, int]]:
    """Program → differences from the engine on one invented month."""
    found = {}
    with tempfile.TemporaryDirectory() as top:
        source = write_month(Path(top, "in"), users, seed)
        engine = Path(top, "engine")
        settle_with_engine(source, engine)
        for name in programs:
            target = Path(top, name)
            PROGRAMS[name](source, target)
            found[name] = differences(engine, target)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="compare two settled months")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    wanted = parser.parse_args()
    wrong = 0
    if not wanted.engine:
        found = differences(*wanted.folders)
        sys.stdout.write(f"{found or 'equal'}\n")
        return 1 if found else 0
    for seed in map(int, wanted.seeds.split(",")):
        for name, found in against_engine(wanted.users, seed, wanted.programs.split(",")).items():
            sys.stdout.write(f"{wanted.users} users, seed {seed}, {name}: {found or 'equal in every cell'}\n")
            wrong += bool(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
