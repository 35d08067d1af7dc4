"""Rule files read, bound and analysed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from policy_engine.analysis.run import analyse
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.policy.checking import Checked, check_rules


def analyse_rules(rules: str | Path | None = None, today: dt.date | None = None) -> Iterator[Checked]:
    """``check_rules`` with what analysis finds about each policy that can be bound. Raises LoadError."""
    for checked in check_rules(rules):
        yield replace(checked, diagnostics=(*checked.diagnostics, *findings(checked, today)))


def findings(checked: Checked, today: dt.date | None = None) -> tuple[Diagnostic, ...]:
    """What analysis finds about a file that was checked; nothing where it could not be bound."""
    if checked.bound is None:
        return ()
    return analyse(Subject(checked.bound, checked.docs, checked.versions, today, checked.parents))
