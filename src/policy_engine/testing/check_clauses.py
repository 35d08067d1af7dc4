"""Then-steps about clauses: of the row that fired, of a value."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.engine.evaluate import Assessment
from policy_engine.engine.result import row_clauses
from policy_engine.engine.rows import Row
from policy_engine.policy.model import Entity, Policy, Stage
from policy_engine.testing.names import shown_term
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.rows import one_row, who
from policy_engine.testing.values import shown


def check_clause(assessment: Assessment, entity: Entity, key: str | None, clause: str) -> None:
    """A row of a decision table (or a bracket) that fired cites the clause."""
    _known_clause(assessment.result.policy, clause)
    row = one_row(assessment, entity, key)
    fired = list(_fired(assessment, row))
    if not any(clause in clauses for _, _, clauses in fired):
        told = "；".join(f"{s.key}：{name}（{'、'.join(c) or '—'}）" for s, name, c in fired)
        raise StepFailure(f"{who(row)}适用的是 {told or '—（没有决策表）'}，没有“{clause}”")


def check_value_clause(
    assessment: Assessment, entity: Entity, key: str | None, term: str, clause: str
) -> None:
    _known_clause(assessment.result.policy, clause)
    row = one_row(assessment, entity, key)
    wanted = shown_term(assessment.result.policy, entity, term)
    decided = assessment.result.value(entity.base, row.key, wanted.id)
    if clause not in decided.clauses:
        told = "、".join(decided.clauses) or "—"
        raise StepFailure(f"{who(row)}的{wanted.name}（{shown(decided)}）依据的是 {told}，没有“{clause}”")


def _fired(assessment: Assessment, row: Row) -> Iterator[tuple[Stage, str, tuple[str, ...]]]:
    for stage in assessment.result.policy.stages:
        for name in assessment.result.run.fired.get((stage.id, id(row)), ()):
            yield stage, name, _clauses_of(stage, name)


def _clauses_of(stage: Stage, name: str) -> tuple[str, ...]:
    return row_clauses(stage, (name,)) or stage.clauses


def _known_clause(policy: Policy, clause: str) -> None:
    if clause not in policy.clauses:
        raise StepFailure(f"政策没有条款“{clause}”。已有的：{'、'.join(policy.clauses)}")
