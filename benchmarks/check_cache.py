"""How much `policy-engine check` saves by remembering: the shipped policies, as whole processes.

    python benchmarks/check_cache.py [times]

Prints wall and processor seconds of a first run and of repeated ones (the median), and their ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RULES = Path(__file__).resolve().parents[1] / "rules"


def seconds(folder: str) -> tuple[float, float]:
    """Wall and processor time of one process."""
    command = [sys.executable, "-m", "policy_engine.cli", "check", str(RULES), "--cache-dir", folder]
    before, begin = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after, end = os.times(), time.perf_counter()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return end - begin, used


def main(times: int) -> None:
    cold, warm = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(seconds(folder))
            warm += [seconds(folder) for _ in range(3)]
    sys.stdout.write(
        f"{len(list(RULES.rglob('*.yaml')))} rule files, median of {times} and {len(warm)} runs" + "\n"
    )
    medians = []
    for name, runs in (("cold", cold), ("warm", warm)):
        wall, used = (statistics.median(column) for column in zip(*runs, strict=True))
        medians.append(wall)
        sys.stdout.write(f"{name}: {wall:.3f} s wall, {used:.3f} s CPU" + "\n")
    sys.stdout.write(f"ratio: {medians[0] / medians[1]:.1f}" + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
