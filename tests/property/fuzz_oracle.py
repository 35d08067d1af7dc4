"""What may become of a text: it is read, or refused with known codes that stand in it and can be printed; soon."""

from __future__ import annotations

import signal
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from policy_engine.diagnostics.catalog import all_codes
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.diagnostics.render import render_github, render_json, render_text

SECONDS = 2.0  # of CPU
STOPPED = 20.0  # after which a case is broken off
MEGABYTES = 400  # that Python objects of a case may take at once

Case = Callable[[], Iterable[Diagnostic]]


class Unending(BaseException):
    """A case that does not come back."""


@dataclass(frozen=True)
class Finding:
    """``what`` is the same for the same fault, so that it is told once."""

    what: str
    detail: str


def judged(case: Case, *, memory: bool = False) -> Finding | None:
    """Run it. ``memory``: measure that too, which takes several times as long."""
    if memory:
        tracemalloc.start()
    began = time.process_time()
    try:
        with _within(STOPPED):
            found = _found(case)
    except (Exception, Unending) as error:  # anything a case raises is the finding
        return Finding(_place(error), traceback.format_exc())
    finally:
        taken, peak = time.process_time() - began, _peak(memory)
    wrong = next(_wrong(found), None)
    if wrong is not None:
        return Finding(wrong, "")
    if taken > SECONDS and not memory:
        return Finding(f"slow: {sorted({d.code for d in found})}", f"{taken:.1f} s")
    return Finding("memory", f"{peak:.0f} MB") if peak > MEGABYTES else None


def _found(case: Case) -> tuple[Diagnostic, ...]:
    try:
        return tuple(case())
    except PolicyEngineError as error:
        if not error.diagnostics:
            raise AssertionError("an error without a diagnostic") from error
        return error.diagnostics


def _wrong(found: tuple[Diagnostic, ...]) -> Iterator[str]:
    for item in found:
        if item.code not in all_codes():
            yield f"unknown code {item.code}"
        if item.code.startswith("PE9"):
            yield f"{item.code}: {item.message('en')}"
        yield from _unfilled(item)
        for label in item.labels:
            span = label.span
            if not 0 <= span.start <= span.end <= len(span.source.text):
                yield f"{item.code}: a span outside of its source"
    for lang in ("zh", "en"):
        try:
            told = (render_text(found, lang), render_json(found, lang), render_github(found, lang))
        except Exception as error:
            yield f"rendering: {_place(error)}"
            return
        if any(ord(ch) < 0x20 and ch != "\n" for text in told for ch in text):
            yield f"a control character in what is printed: {[d.code for d in found]}"


def _unfilled(item: Diagnostic) -> Iterator[str]:
    """A place in its words for which nothing was given."""
    for text in (item.spec.message, item.hint or item.spec.hint):
        for template in (text.zh, text.en) if text else ():
            try:
                template.format(**dict(item.params))
            except KeyError as error:
                yield f"{item.code}: nothing given for {error}"


def _place(error: BaseException) -> str:
    """The exception and the line of the product it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "policy_engine" in f.filename] or list(frames)
    return f"{type(error).__name__} at {own[-1].filename.rpartition('/')[2]}:{own[-1].lineno}"


def _peak(memory: bool) -> float:
    if not memory:
        return 0.0
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """CPU seconds, after which ``Unending`` is raised wherever the program is."""

    def stop(*_: object) -> None:
        raise Unending(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
