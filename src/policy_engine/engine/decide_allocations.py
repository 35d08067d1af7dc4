"""Allocations: a total shared among the rows below, to the last grid unit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from policy_engine.engine.allocation import AllocationFault, allocate
from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage
from policy_engine.engine.rows import Row
from policy_engine.engine.run_state import Run, own_value
from policy_engine.engine.scalars import plain
from policy_engine.engine.sensitive import HIDDEN
from policy_engine.policy.model import (
    Allocation,
)


def decide_allocation(compiled: CompiledStage, allocation: Allocation, rows: Sequence[Row], run: Run) -> None:
    groups: dict[int, tuple[Row, list[Row]]] = {}
    for row in rows:
        group = row.singles.get(allocation.group) or row.above(allocation.group)
        if group is None:
            run.fail(row, compiled.stage, Fault("PE6013", name=allocation.group))
            continue
        groups.setdefault(id(group), (group, []))[1].append(row)
    for group in run.dataset.rows[allocation.group]:
        if not (run.broken and id(group.root) in run.broken):
            _, members = groups.get(id(group), (group, []))
            _share(compiled, allocation, group, members, run)


def _share(
    compiled: CompiledStage, allocation: Allocation, group: Row, members: Sequence[Row], run: Run
) -> None:
    total = group.values[allocation.total.term]
    assert isinstance(total, Fraction)
    try:
        chosen = [m for m in members if compiled.within is None or compiled.within(m)]
        weights = [(m.key, Fraction(own_value(compiled, m))) for m in chosen]
        parts = allocate(total, weights, allocation.places)
    except AllocationFault as fault:
        code = {"off_grid": "PE6061", "empty": "PE6062", "negative": "PE6063"}[fault.reason]
        shown = HIDDEN if compiled.hides_total else plain(total)
        run.fail(group, compiled.stage, Fault(code, name=compiled.stage.key, total=shown))
        return
    except Fault as fault:
        run.fail(group, compiled.stage, fault)
        return
    if sum(parts.values(), Fraction(0)) != (total if weights else Fraction(0)):
        raise AssertionError("an allocation must add up to its total")
    output = compiled.stage.outputs[0]
    for member in members:
        member.values[output] = parts.get(member.key, Fraction(0))
