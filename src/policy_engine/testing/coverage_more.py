"""``--cover``: policies that count although no scenario applies them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.feel.values import Month
from policy_engine.policy.library import Library
from policy_engine.policy.model import Policy
from policy_engine.testing.coverage_items import Itemiser, Marks
from policy_engine.testing.coverage_record import Gathered


def add(gathered: Gathered, marks: Marks, policy: str, rules: Path | None) -> None:
    """Every version of a policy. Raises UsageError for one that there is not."""
    try:
        for found in versions(policy, rules):
            gathered.add_policy(found, Itemiser(marks))
    except PolicyEngineError as error:
        raise pytest.UsageError(f"--cover {policy}：\n{error}") from None


def versions(policy: str, rules: Path | None = None) -> list[Policy]:
    """Each version of a policy on the first day, or in the first month, it is in force."""
    library = Library(rules)
    found = []
    for version in library.versions(policy):
        first = version.doc.in_force.from_.value
        day = library.load(policy, on=first)
        by = day.in_force.by
        months = any(by == t.name and t.kind == "month" for t in day.terms)
        found.append(library.load(policy, period=Month.of(first.isoformat()[:7])) if months else day)
    return found
