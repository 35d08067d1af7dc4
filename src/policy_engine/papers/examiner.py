"""Asks the worker about PDFs, one after the other; starts it when the first comes, and again after it was ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from policy_engine.papers.limits import Limits
from policy_engine.papers.problems import Problem

_SECONDS_TO_START = 30.0
# Isolated (-I): neither the environment nor the current folder decides what the worker imports.
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from policy_engine.papers.worker import main; main(sys.argv[2:])"
_HAS_PROCESSOR_CLOCK = hasattr(signal, "setitimer")


class Examiner:
    """Use it in a ``with``; the worker ends with it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._worker: subprocess.Popen[bytes] | None = None
        self._spent = 0.0

    def __enter__(self) -> Examiner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def problem_of(self, pieces: Iterable[bytes], size: int) -> Problem | None:
        """What is wrong with the PDF whose ``size`` bytes ``pieces`` yields; what that raises is passed on."""
        if self._spent > self._limits.seconds_in_all:
            for _ in pieces:
                pass  # they are digested on the way
            return Problem.PDF_NO_TIME
        began = time.monotonic()
        try:
            return self._ask(pieces, size)
        except BaseException:
            self.end()  # it may have got half a file
            raise
        finally:
            self._spent += time.monotonic() - began

    def end(self) -> None:
        """End the worker, whatever it is doing."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            for pipe in (worker.stdin, worker.stdout):
                with suppress(OSError):  # what was not sent yet need not be
                    if pipe:
                        pipe.close()
            worker.wait()

    def _ask(self, pieces: Iterable[bytes], size: int) -> Problem | None:
        worker = self._running()
        if worker is None:
            for _ in pieces:
                pass
            return Problem.PDF_UNSEEN
        with _killed_after(worker, self._patience()) as late:
            _send(worker, size.to_bytes(8, "big"))
            for piece in pieces:
                _send(worker, piece)
            answer = _answer(worker)
        if answer == "OK":
            return None
        found = Problem[answer] if answer else _cause_of_death(worker, late.is_set())
        if not answer or found is Problem.PDF_MEMORY:
            self.end()  # the next file finds a fresh one
        return found

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The worker, started if need be; None: it does not start here."""
        if self._worker is not None:
            return self._worker
        # Where the package stands: it need not be installed for the worker to find it.
        root = str(Path(__file__).resolve().parents[2])
        command = [sys.executable, "-I", "-c", _PROGRAM, root, json.dumps(asdict(self._limits))]
        try:
            worker = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        self._worker = worker
        with _killed_after(worker, _SECONDS_TO_START):
            ready = _answer(worker) == "READY"
        if not ready:
            self.end()
        return self._worker

    def _patience(self) -> float:
        return self._limits.patience_per_file if _HAS_PROCESSOR_CLOCK else self._limits.seconds_per_file


@contextmanager
def _killed_after(worker: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Ends the worker when time is up, which also ends our waiting for its pipes; the event says that it was so."""
    late = threading.Event()

    def end() -> None:
        late.set()
        worker.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _send(worker: subprocess.Popen[bytes], piece: bytes) -> None:
    assert worker.stdin is not None
    try:
        worker.stdin.write(piece)
        worker.stdin.flush()
    except OSError:
        return  # it has died; its missing answer tells


def _answer(worker: subprocess.Popen[bytes]) -> str:
    """A line of the worker; empty when it has died."""
    assert worker.stdout is not None
    return worker.stdout.readline().decode("ascii", "replace").strip()


def _cause_of_death(worker: subprocess.Popen[bytes], late: bool) -> Problem:
    code = -worker.wait()
    if late or code in {getattr(signal, "SIGPROF", None), getattr(signal, "SIGXCPU", None)}:
        return Problem.PDF_SLOW
    return Problem.PDF_MEMORY if code == getattr(signal, "SIGKILL", None) else Problem.PDF_BROKEN
