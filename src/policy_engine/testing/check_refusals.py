"""Then-steps about what was not decided: rejected rows, and cases that failed as a whole."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment
from policy_engine.policy.model import Entity
from policy_engine.testing.check_equations import with_hint
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import one_row


def check_rejected(assessment: Assessment, entity: Entity, key: str | None, reason: str) -> None:
    """The row was rejected for this reason, its own or that of the row that took it along."""
    if key is None:
        raise StepFailure(f"请写明是哪一个：{entity.name}“…”")
    own = [r for r in assessment.rejected if r.row.entity == entity.base and r.row.key == key]
    if not own:
        _ = one_row(assessment, entity, key)
        raise StepFailure(f"{entity.name}“{key}”没有退回")
    culprits = {id(r.culprit) for r in own if r.culprit is not None}
    found = [r.diagnostic for r in assessment.rejected if r in own or id(r.row) in culprits]
    if not any(is_reason(d, reason) for d in found):
        told = "\n".join(f"  {d}" for d in found)
        raise StepFailure(f"{entity.name}“{key}”退回的理由不是“{reason}”，而是：\n{told}")


def check_nothing_rejected(assessment: Assessment) -> None:
    if assessment.rejected:
        told = "\n".join(f"  {r.row.place}：{r.diagnostic}" for r in assessment.rejected)
        raise StepFailure(f"有{len(assessment.rejected)}行退回：\n{told}")


def check_error(error: PolicyEngineError, *, code: str | None = None, words: str | None = None) -> None:
    for diagnostic in error.diagnostics:
        if code is not None and diagnostic.code == code:
            return
        if words is not None and words in with_hint(diagnostic):
            return
    raise StepFailure(f"报的错不是“{code or words}”，而是：\n{error}")


def check_refused(error: PolicyEngineError, reason: str) -> None:
    """A step on a matter was refused for this reason: a code, or a passage of the message or its hint."""
    if not any(d.code == reason or reason in with_hint(d) for d in error.diagnostics):
        raise StepFailure(f"不予受理的缘由不是“{reason}”，而是：\n{error}")


def is_reason(diagnostic: Diagnostic, reason: str) -> bool:
    """A code, the name of a check, or a passage of the message."""
    return (
        reason == diagnostic.code or reason in dict(diagnostic.params).values() or reason in str(diagnostic)
    )
