"""Run the stages of a plan over a dataset. Values land in the rows; what fired is kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from policy_engine.engine.decide_allocations import decide_allocation
from policy_engine.engine.decide_checklists import decide_checklist, decide_form
from policy_engine.engine.decide_eligibilities import decide_eligibility
from policy_engine.engine.decide_scales import decide_scale
from policy_engine.engine.decide_tables import decide_table
from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage, Plan
from policy_engine.engine.rows import Dataset, Row
from policy_engine.engine.run_state import Run, each_row, own_value, settle_row
from policy_engine.engine.scalars import plain
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Formula,
)


def execute(plan: Plan, dataset: Dataset, progress: Callable[[int, int], None] | None = None) -> Run:
    """Run every stage. A row that fails stops its package; other packages go on.

    What is decided across packages would miss the stopped ones, so there the run ends: it has to be repeated
    without them.
    """
    run = Run(dataset)
    concerned: dict[tuple[str, frozenset[str]], Sequence[Row]] = {}  # many stages decide about the same rows
    for number, compiled in enumerate(plan.stages, start=1):
        if run.failures and _across_packages(plan, compiled):
            break
        whose = compiled.base, compiled.parts
        if whose not in concerned:
            concerned[whose] = [r for r in dataset.rows[compiled.base] if r.part in compiled.parts]
        rows = concerned[whose]
        if run.broken:
            rows = [r for r in rows if id(r.root) not in run.broken]
        # Without a row there is nothing to decide; only an allocation may have something to share and nobody to take it.
        if rows or isinstance(compiled.stage.body, Allocation):
            _run_stage(plan, compiled, rows, run)
        if progress is not None:
            progress(number, len(plan.stages))
    return run


def _across_packages(plan: Plan, compiled: CompiledStage) -> bool:
    """Whether a stage decides a one-row entity, or shares out what such a one has."""
    body = compiled.stage.body
    group = body.group if isinstance(body, Allocation) else compiled.base
    return plan.policy.entities[group].single


def _run_stage(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    match compiled.stage.body:
        case Formula():
            each_row(compiled, rows, run, lambda row: settle_row(compiled, row, (own_value(compiled, row),)))
        case Check() as check:
            each_row(compiled, rows, run, lambda row: _check(compiled, check, row))
        case BracketScale() as scale:
            each_row(compiled, rows, run, lambda row: decide_scale(compiled, scale, row, run))
        case DecisionTable() as table:
            decide_table(plan, compiled, table, rows, run)
        case Allocation() as allocation:
            decide_allocation(compiled, allocation, rows, run)
        case Eligibility():
            decide_eligibility(plan, compiled, rows, run)
        case Checklist():
            decide_checklist(plan, compiled, rows, run)
        case Form():
            decide_form(plan, compiled, rows, run)


def _check(compiled: CompiledStage, check: Check, row: Row) -> None:
    if not own_value(compiled, row):
        raise Fault("PE6060", name=check.name, detail=_difference(compiled, row))


def _difference(compiled: CompiledStage, row: Row) -> str:
    """Both sides of the first equation that does not hold, and how far they are apart."""
    for left, right in compiled.outputs:
        one, other = left(row), right(row)
        if isinstance(one, Fraction) and isinstance(other, Fraction) and one != other:
            return f"{plain(one)} 与 {plain(other)}，相差 {plain(abs(one - other))}"
    return "—"
