"""Errors are counted as they come."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span


def test_errors_are_counted_once_each_and_warnings_not_at_all() -> None:
    source, report = Source("x", "甲乙"), Diagnostics()
    for start in (0, 1, 1):
        report.report("PE1058", Span(source, start, start + 1), text="甲")
    report.report("PE7011", id="x")
    assert report.failures == len(report.errors) == 2
    assert len(report) == 3
