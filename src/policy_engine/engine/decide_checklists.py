"""Checklists and forms: every subject with its papers, every field against all that is asked of it."""

from __future__ import annotations

from collections.abc import Sequence

from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage, Plan
from policy_engine.engine.row_tables import Fail
from policy_engine.engine.rows import Row
from policy_engine.engine.run_state import Run, settle_row
from policy_engine.engine.same_texts import Others


def decide_checklist(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    judge, stage = compiled.papers, compiled.stage
    assert judge is not None
    for case in judge.judge(rows, plan.matcher, _failing(compiled, run)):
        run.fired[stage.id, id(case.row)] = judge.decisive(case)
        settle_row(compiled, case.row, (judge.word(case),))


def decide_form(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    judge, stage = compiled.form, compiled.stage
    assert judge is not None
    others = Others(judge.body.fields, run.dataset.rows[compiled.base])
    for case in judge.judge(rows, others, plan.matcher, _failing(compiled, run)):
        run.fired[stage.id, id(case.row)] = judge.decisive(case)
        settle_row(compiled, case.row, (judge.word(case),))


def _failing(compiled: CompiledStage, run: Run) -> Fail:
    stage = compiled.stage

    def fail(row: Row, error: Fault | TypeError) -> None:
        # The checker has typed every expression; an operand of a wrong type can only be a null.
        fault = error if isinstance(error, Fault) else Fault("PE6028", name=stage.key)
        run.fail(row, stage, fault)

    return fail
