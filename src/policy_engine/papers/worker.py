"""The process that looks into PDFs, so that a hostile file can harm no more than this process.

It reads requests from its input — the length in 8 bytes, big-endian, then the file — and answers each with the
name of a ``Problem``, or ``OK``, on a line. Before that it says ``READY``. It opens no file and no connection.

Where the system can (``resource``, ``setitimer``: Linux, macOS), its memory and its processor time are limited; it
is killed by the system when it takes more. Elsewhere (Windows) only the parent's clock ends it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Sequence

from policy_engine.papers.limits import Limits
from policy_engine.papers.pdf import problem_of
from policy_engine.papers.problems import Problem


def main(arguments: Sequence[str]) -> None:
    """``arguments``: the limits, as JSON."""
    limits = Limits(**json.loads(arguments[0]))
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # nothing else may write into the answers
    logging.disable()
    _prepare()
    _limit_memory(limits)
    print("READY", file=answers, flush=True)
    while len(length := asked.read(8)) == 8:
        try:
            found = _problem_of(asked.read(int.from_bytes(length, "big")), limits)
        except MemoryError:  # what is left of this process is not to be trusted: the parent starts another
            print(Problem.PDF_MEMORY.name, file=answers, flush=True)
            return
        print(found.name if found else "OK", file=answers, flush=True)


def _problem_of(data: bytes, limits: Limits) -> Problem | None:
    _limit_time(limits.seconds_per_file)
    found = problem_of(data, limits)
    _limit_time(0)
    return found


def _prepare() -> None:
    """Load the parser before memory is limited, and never let it start a decoder of its own."""
    import pypdf

    overwrite = getattr(pypdf, "overwrite_configuration", None)
    if overwrite is not None:
        overwrite(jbig2dec_binary=None)


def _limit_memory(limits: Limits) -> None:
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.max_memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # macOS knows RLIMIT_AS but does not take it
            continue


def _limit_time(seconds: float) -> None:
    """The system ends this process when it has used that much processor time from now on; 0: no limit."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2 if seconds else hard
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
