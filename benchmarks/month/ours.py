"""The product in the comparison: ``policy-engine settle … --executor columns``, as a command and inside a process.

    python -m benchmarks.month.ours SOURCE TARGET

settles within this process and prints the seconds without the start of Python, the imports and the reading of the rules.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.month.generate import PERIOD, write_month

EXECUTOR = "columns"


def command(source: Path, target: Path) -> list[str]:
    """The command as a user gives it; everything a settlement is: checks, rejections, record and digests."""
    policy = ["settle", "jibei/deviation", "--period", PERIOD]
    files = ["--input", str(source), "--output", str(target), "--format", "parquet"]
    return [sys.executable, "-m", "policy_engine.cli", *policy, *files, "--executor", EXECUTOR]


def bare(source: Path, target: Path) -> float:
    """Seconds of the settlement alone."""
    import policy_engine as pe

    policy = pe.load("jibei/deviation", period=PERIOD)
    start = time.perf_counter()
    pe.settle(policy, source, target, format="parquet", executor=EXECUTOR)
    return time.perf_counter() - start


def why_not() -> str:
    """Why the executor cannot take part; blank when it can."""
    with tempfile.TemporaryDirectory() as top:
        source = write_month(Path(top, "in"), 2000)
        done = subprocess.run(
            command(source, Path(top, "out")), capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode == 0:
            return ""
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit {done.returncode}"]
        return said[-1] if said[0].startswith("Traceback") else said[0]


def main() -> None:
    sys.stdout.write(f"{bare(Path(sys.argv[1]), Path(sys.argv[2])):.6f}\n")


if __name__ == "__main__":
    main()
