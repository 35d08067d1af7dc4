"""One process measured from outside: wall, processor time and peak memory of the process and all it starts."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

EVERY = 0.01  # seconds between looks at the memory


@dataclass(frozen=True)
class Measured:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    megabytes: float  # peak of the sum over the process tree
    inside: float | None  # seconds the program itself reports on its last line
    output: str


class Failed(Exception):
    """The program ended with an error; the message is what it said."""


def measure(command: list[str]) -> Measured:
    """Run ``command`` in a process of its own. Raises Failed."""
    import psutil

    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as running:
        watched = psutil.Process(running.pid)
        peak = 0
        while True:
            pid, status, used = os.wait4(running.pid, os.WNOHANG)
            if pid:
                break
            peak = max(peak, _tree(watched))
            time.sleep(EVERY)
        wall = time.perf_counter() - start
        running.returncode = os.waitstatus_to_exitcode(status)
        output = running.stdout.read() if running.stdout is not None else ""
    if running.returncode:
        raise Failed(output.strip()[-400:])
    return Measured(wall, used.ru_utime + used.ru_stime, peak / 1e6, _last_number(output), output)


def _tree(process: psutil.Process) -> int:
    """The most memory the process had so far, and what its children have now. Not ``ru_maxrss``: a child inherits that."""
    import psutil

    found = 0
    with contextlib.suppress(psutil.Error):
        for child in process.children(recursive=True):
            found += child.memory_info().rss
        found += max(process.memory_info().rss, _high_water(process.pid))
    return found


def _high_water(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _last_number(output: str) -> float | None:
    lines = output.split()
    try:
        return float(lines[-1]) if lines else None
    except ValueError:
        return None


def copy_speed() -> float:
    """Bytes a second that one core copies in memory, read and written counted once each."""
    import numpy as np

    one = np.ones(32_000_000)
    other = np.empty_like(one)
    best = min(_timed(lambda: np.copyto(other, one)) for _ in range(5))
    return 2 * one.nbytes / best


def _timed(work: object) -> float:
    assert callable(work)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
