"""Everything static analysis finds about one policy."""

from __future__ import annotations

from policy_engine.analysis.allocation_sets import check_allocation_sets
from policy_engine.analysis.divisions import check_divisions
from policy_engine.analysis.matters import check_matters
from policy_engine.analysis.names import check_names
from policy_engine.analysis.overlays import check_overlay
from policy_engine.analysis.partitions import check_partitions
from policy_engine.analysis.ranges import check_ranges
from policy_engine.analysis.slips import check_slips, without_doubles
from policy_engine.analysis.subject import Subject
from policy_engine.analysis.tables import check_tables
from policy_engine.analysis.timelines import check_timelines
from policy_engine.analysis.usage import check_usage
from policy_engine.diagnostics.diagnostic import Diagnostic

_CHECKS = (
    check_usage,
    check_overlay,
    check_timelines,
    check_names,
    check_divisions,
    check_partitions,
    check_ranges,
    check_matters,
    check_allocation_sets,
)


def analyse(subject: Subject) -> tuple[Diagnostic, ...]:
    """Findings in the order of the file, each once."""
    found = dict.fromkeys(check_tables(subject.policy))
    for check in _CHECKS:
        found.update(dict.fromkeys(check(subject)))
    found.update(dict.fromkeys(tuple(check_slips(subject, found))))
    return tuple(sorted(without_doubles(found), key=_place))


def _place(item: Diagnostic) -> tuple[str, int]:
    return (item.span.source.name, item.span.start) if item.span is not None else ("", 0)
