"""Everything about the month in one command: programs, rivals and one case, all in the same run.

    python -m benchmarks.month.run [--sizes 100000,1000000] [--repeat 5] [--only columns,sql] [--work FOLDER]

Each run is a process of its own; the programs take turns, so that a busy minute of the machine hits all of them. What a
program wrote is compared with the others' once a size, cell by cell. Results go to results.json, a plot and
docs/performance.md; ``--print-only`` leaves those alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks import one_case
from benchmarks.month import ours, report, rivals
from benchmarks.month.compare import differences
from benchmarks.month.generate import write_month
from benchmarks.month.machine import load, machine
from benchmarks.month.measure import Failed, Measured, copy_speed, measure
from benchmarks.month.programs import FLOOR, PROGRAMS

BASE = "sql"  # what the others are set against
# Above this many users a size runs once, and outputs are not compared: that needs more memory than the job.
LARGE = 2_000_000

# What a program has to read and write once, a user: seven numbers of 8 bytes and a flag in, ids of 10 and 4 bytes, and
# nine numbers, a verdict and the ids out.
BYTES_A_USER = 7 * 8 + 1 + 14 + 9 * 8 + 1 + 14


def command_of(name: str, source: Path, target: Path) -> list[str]:
    if name == "columns":
        return ours.command(source, target)
    if name == "columns-bare":
        return [sys.executable, "-m", "benchmarks.month.ours", str(source), str(target)]
    return [sys.executable, "-m", "benchmarks.month.programs", name, str(source), str(target)]


def contenders(only: list[str]) -> tuple[list[str], dict[str, str]]:
    """Who takes part, and who does not and why."""
    names = ["columns", "columns-bare", *PROGRAMS, *FLOOR]
    unknown = set(only) - set(names)
    if unknown:
        raise SystemExit(f"no such program: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    names = [n for n in names if not only or n in only]
    skipped = {}
    reason = ours.why_not() if any(n.startswith("columns") for n in names) else ""
    if reason:
        skipped = {n: reason for n in names if n.startswith("columns")}
    return [n for n in names if n not in skipped], skipped


def repeats(users: int, wanted: int) -> int:
    return 1 if users > LARGE else wanted


def run_size(
    users: int, names: list[str], repeat: int, work: Path, step: Callable[[], float] | None = None
) -> list[dict[str, object]]:
    """Every program ``repeat`` times, taking turns; the first round also says whether they agree.

    ``step``: times zen-engine on its one step beside each run of ours.
    """
    steps: list[float] = []
    source = write_month(work / f"in-{users}", users)
    found: dict[str, list[Measured]] = {name: [] for name in names}
    agree: dict[str, bool | None] = dict.fromkeys(names)
    failed: dict[str, str] = {}
    for turn in range(repeat):
        turned = names[turn % len(names) :] + names[: turn % len(names)] if turn else names
        for name in turned:
            if name in failed:
                continue
            target = work / f"out-{users}-{name}"
            try:
                found[name].append(measure(command_of(name, source, target)))
                _say(f"{users:>10,} {name:<14} {found[name][-1].wall:8.2f} s")
                if name == "columns" and step is not None:
                    steps.append(round(step(), 4))
            except Failed as error:
                failed[name] = str(error)
                _say(f"{users:>10,} {name:<14} failed: {error}")
            if turn:
                shutil.rmtree(target, ignore_errors=True)
        if not turn:
            agree |= _agreement(users, [n for n in names if n not in failed], work)
            for name in names:
                shutil.rmtree(work / f"out-{users}-{name}", ignore_errors=True)
    found_steps = {"columns": steps} if steps else {}
    return [
        _summary(n, users, found[n], agree[n], failed.get(n))
        | ({"steps": found_steps[n]} if n in found_steps else {})
        for n in names
    ]


def _agreement(users: int, names: list[str], work: Path) -> Iterator[tuple[str, bool]]:
    if BASE not in names or users > LARGE:
        return
    for name in names:
        if name in FLOOR:
            continue
        wrong = differences(work / f"out-{users}-{BASE}", work / f"out-{users}-{name}")
        if wrong:
            _say(f"{users:>10,} {name:<14} DIFFERS: {wrong}")
        yield name, not wrong


def _summary(
    name: str, users: int, runs: list[Measured], agree: bool | None, failed: str | None
) -> dict[str, object]:
    inside = [r.inside for r in runs if r.inside is not None]
    if not runs:
        return {"name": name, "users": users, "runs": 0, "failed": failed}
    return {
        "name": name,
        "users": users,
        "runs": len(runs),
        "wall": median(r.wall for r in runs),
        "walls": [round(r.wall, 4) for r in runs],
        "inside": median(inside) if inside else None,
        "cpu": median(r.cpu for r in runs),
        "megabytes": median(r.megabytes for r in runs),
        "agrees": agree,
    }


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its modules compiled
    parser = argparse.ArgumentParser(description="the month at the size of a province")
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", default="", help="names of programs, separated by commas")
    parser.add_argument("--work", type=Path, help="where the invented months go; kept when given")
    parser.add_argument("--print-only", action="store_true")
    wanted = parser.parse_args()
    names, skipped = contenders([n for n in wanted.only.split(",") if n])
    for name, reason in skipped.items():
        _say(f"skipped: {name}: {reason}")
    step = None if wanted.only else rivals.zen()
    about = machine()
    bandwidth = copy_speed()
    with tempfile.TemporaryDirectory() as top:
        work = wanted.work or Path(top)
        months = [
            one
            for size in map(int, wanted.sizes.split(","))
            for one in run_size(size, names, repeats(size, wanted.repeat), work, step)
        ]
    results = {
        "machine": about | {"load_after": load()},
        "bandwidth": bandwidth,
        "bytes_a_user": BYTES_A_USER,
        "skipped": skipped,
        "months": months,
        "rivals": [] if wanted.only else [asdict(s) for s in rivals.scores(wanted.repeat)],
        "one_case": [] if wanted.only else one_case.measured(wanted.repeat),
    }
    _say(report.as_text(results))
    if not wanted.print_only:
        (Path(__file__).parent / "results.json").write_text(
            json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        report.write(results)
    return 1 if any(m.get("agrees") is False or m.get("failed") for m in months) else 0


if __name__ == "__main__":
    sys.exit(main())
