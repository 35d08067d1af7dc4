"""Eligibilities: every case judged with its documents."""

from __future__ import annotations

from collections.abc import Sequence

from policy_engine.engine.faults import Fault
from policy_engine.engine.judging import Case
from policy_engine.engine.plan import CompiledStage, Plan
from policy_engine.engine.rows import Row
from policy_engine.engine.run_state import Run, settle_row


def decide_eligibility(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    judge, stage = compiled.judge, compiled.stage
    assert judge is not None
    heard: list[tuple[Row, Case]] = []
    for row in rows:
        at = row
        try:
            subject, documents = judge.subject(row), []
            for at in judge.documents(row):
                documents.append(judge.evidence(at))
            heard.append((row, Case(subject, tuple(documents))))
        except Fault as fault:
            run.fail(at, stage, fault)
        except TypeError:
            run.fail(at, stage, Fault("PE6028", name=stage.key))
    judgements = judge.judge([case for _, case in heard], plan.matcher)
    for (row, _), judgement in zip(heard, judgements, strict=True):
        run.fired[stage.id, id(row)] = judge.decisive(judgement)
        settle_row(compiled, row, (judge.word(judgement),))
