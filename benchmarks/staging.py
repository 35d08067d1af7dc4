"""What staging costs beside reading the same file and adding up its columns.

    python -m benchmarks.staging [--users 1000000] [--rounds 3]

Each number is from a process of its own: wall and CPU seconds of the work without imports, peak memory of the process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.month.generate import PERIOD, write_month

TABLES = ("user", "retailer", "market")


def as_csv(source: Path, target: Path) -> Path:
    """The tables of a folder as csv."""
    import duckdb

    target.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(f"COPY (FROM '{source}/{table}.parquet') TO '{target}/{table}.csv' (HEADER)")
    return target


def staging(folder: Path) -> None:
    import duckdb

    import policy_engine as pe
    from policy_engine.settlement.columns.stage import stage

    policy = pe.load("jibei/deviation", period=PERIOD)
    with duckdb.connect(config={"threads": 2}) as connection:
        begun = time.perf_counter(), time.process_time()
        found = stage(policy, folder, connection)
        _report(begun)
        if found.rejected:
            raise ValueError(f"{len(found.rejected)} rows rejected")


def adding_up(folder: Path) -> None:
    """``count(*)`` and the sum of each number, the longest of each text."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        file = next(folder.glob("user.*"))
        columns = connection.execute(f"DESCRIBE FROM '{file}'").fetchall()
        number = ("DECIMAL", "DOUBLE", "BIGINT")
        sums = [f"sum({c})" if str(t).startswith(number) else f"max({c})" for c, t, *_ in columns]
        begun = time.perf_counter(), time.process_time()
        connection.execute(f"SELECT count(*), {', '.join(sums)} FROM '{file}'").fetchall()
        _report(begun)


def _report(begun: tuple[float, float]) -> None:
    spent = {"wall": time.perf_counter() - begun[0], "cpu": time.process_time() - begun[1]}
    # Not getrusage: what it says begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text().split()
    peak = int(status[status.index("VmHWM:") + 1]) / 1024
    sys.stdout.write(json.dumps({**spent, "peak": peak}) + "\n")


def measured(job: str, folder: Path, rounds: int) -> dict[str, float]:
    """Medians over fresh processes."""
    runs = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "benchmarks.staging", "--job", job, "--folder", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return {name: median(run[name] for run in runs) for name in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="the cost of staging a month in columns")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--job", choices=("staging", "adding_up"))
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    if wanted.job is not None:
        (staging if wanted.job == "staging" else adding_up)(wanted.folder)
        return
    with tempfile.TemporaryDirectory() as top:
        parquet = write_month(Path(top, "parquet"), wanted.users)
        for name, folder in (("parquet", parquet), ("csv", as_csv(parquet, Path(top, "csv")))):
            base = measured("adding_up", folder, wanted.rounds)
            own = measured("staging", folder, wanted.rounds)
            sys.stdout.write(
                f"{name}: {own['wall']:.2f} s wall, {own['cpu']:.2f} s CPU, {own['peak']:.0f} MB peak;"
                f" adding up {base['wall']:.2f} s, {base['cpu']:.2f} s, {base['peak']:.0f} MB:"
                f" × {own['wall'] / base['wall']:.1f} wall, × {own['cpu'] / base['cpu']:.1f} CPU\n"
            )


if __name__ == "__main__":
    main()
