"""A few of the spoilt files and expressions of ``fuzz_rule_files.py``, the same in every run."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from fuzz_cases import KINDS, text_of
from fuzz_oracle import SECONDS, judged
from fuzz_rule_files import fuzz

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Source, Span


def test_a_spoilt_text_is_read_or_refused() -> None:
    found = fuzz(600, seed=9)
    assert not found, "\n".join(f"--only {first}：{f.what}\n{f.detail}" for first, f in found.values())


@pytest.mark.parametrize("kind", sorted(set(KINDS)))
def test_a_number_is_always_the_same_case(kind: str) -> None:
    assert [text_of(kind, n) for n in range(20)] == [text_of(kind, n) for n in range(20)]
    assert len({text_of(kind, n) for n in range(20)}) > 10


def _raising(error: Exception) -> Iterable[Diagnostic]:
    raise error


def _spinning() -> Iterable[Diagnostic]:
    import time

    until = time.process_time() + SECONDS + 0.2
    while time.process_time() < until:
        pass
    return ()


WRONG = {
    "ZeroDivisionError at test_fuzz.py": lambda: _raising(ZeroDivisionError()),
    "AssertionError at fuzz_oracle.py": lambda: _raising(LoadError(())),
    "PE4010: a span outside of its source": lambda: [diagnostic("PE4010", Span(Source("a", "x"), 0, 5))],
    "PE1004: nothing given for": lambda: [diagnostic("PE1004")],
    "slow: []": _spinning,
}


@pytest.mark.parametrize("what", WRONG)
def test_the_oracle_sees(what: str) -> None:
    found = judged(WRONG[what])
    assert found is not None and found.what.startswith(what)


def test_the_oracle_lets_a_refusal_pass() -> None:
    assert judged(lambda: _raising(LoadError(diagnostic("PE4010")))) is None
