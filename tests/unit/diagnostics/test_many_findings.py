"""A file with thousands of mistakes is told about in seconds."""

from __future__ import annotations

import time

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span


def test_findings_are_kept_and_asked_for_in_linear_time() -> None:
    source, report = Source("many.yaml", "x" * 6_000), Diagnostics()
    began = time.process_time()
    for at in range(5_000):
        report.report("PE4010", Span(source, at, at + 1))
        report.report("PE4010", Span(source, at, at + 1))  # each is kept once
    assert all(len(report.errors) == 5_000 for _ in range(25_000))
    assert time.process_time() - began < 3
    report.report("PE4010")
    assert len(report.errors) == len(report) == 5_001
