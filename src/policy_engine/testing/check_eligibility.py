"""Then-steps about eligibilities: the cases for and against, what is missing, what would change the verdict."""

from __future__ import annotations

from policy_engine.engine.eligibility import findings
from policy_engine.engine.eligibility_document import EligibilityReport
from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.truth import Truth
from policy_engine.policy.model import Entity
from policy_engine.testing.names import meant
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import one_row, who


def report(assessment: Assessment, entity: Entity, key: str | None, name: str) -> EligibilityReport:
    row = one_row(assessment, entity, key)
    try:
        return findings(assessment.result, row.entity, row.key, name)
    except KeyError:
        known = assessment.result.policy.eligibilities
        raise StepFailure(f"{who(row)}没有认定“{name}”。{meant(name, known)}") from None


def check_case(told: EligibilityReport, case: str) -> None:
    """A ground that is met, or an exclusion that applies."""
    found = [g.case for g in told.grounds if g.truth == Truth.YES]
    found += [x.case for x in told.exclusions if x.truth == Truth.YES]
    if case not in found:
        raise StepFailure(f"{_what(told)}，依据是：{'、'.join(dict.fromkeys(found)) or '—'}")


def check_missing(told: EligibilityReport, fact: str) -> None:
    found = [m.name for m in told.missing]
    if fact not in found:
        raise StepFailure(f"{_what(told)}，缺少的是：{'、'.join(dict.fromkeys(found)) or '—'}")


def check_change(told: EligibilityReport, column: str, value: str, case: str) -> None:
    """Were the column this value and all else as it is, the ground would be met."""
    for change in told.changes:
        if (change.column, change.case) == (column, case) and value in (change.to, *change.to.split("、")):
            return
    found = "\n".join(f"  {c.text}" for c in told.changes) or "  —"
    raise StepFailure(f"{_what(told)}，会改变结论的是：\n{found}")


def _what(told: EligibilityReport) -> str:
    return f"{told.entity}“{told.key}”的{told.name}是“{told.verdict}”"
