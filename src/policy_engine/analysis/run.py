"""Everything static analysis finds about one policy."""

from __future__ import annotations

from policy_engine.analysis.tables import check_tables
from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.policy.model import Policy


def analyse(policy: Policy) -> tuple[Diagnostic, ...]:
    """Findings in the order of the file, each once."""
    found = dict.fromkeys(check_tables(policy))
    return tuple(sorted(found, key=_place))


def _place(item: Diagnostic) -> tuple[str, int]:
    return (item.span.source.name, item.span.start) if item.span is not None else ("", 0)
