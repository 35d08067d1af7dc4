"""Bracket scales: each part at its own rate, or the whole at the last."""

from __future__ import annotations

import itertools
from fractions import Fraction

from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage
from policy_engine.engine.rows import Row
from policy_engine.engine.run_state import Run, own_value, settle_row
from policy_engine.policy.model import (
    DEFAULT_ROW,
    BracketScale,
)
from policy_engine.rulefile.choices import ScaleMethod


def decide_scale(compiled: CompiledStage, scale: BracketScale, row: Row, run: Run) -> None:
    quantity = own_value(compiled, row)
    thresholds = [t(row) for t in compiled.thresholds]
    if any(a > b for a, b in itertools.pairwise(thresholds)):
        raise Fault("PE6024", name=compiled.stage.key)
    reached = -1
    for i, threshold in enumerate(thresholds):
        inclusive = scale.brackets[i].inclusive
        if quantity > threshold or (inclusive and quantity == threshold):
            reached = i
    amount = Fraction(0)
    if reached >= 0 and scale.method is ScaleMethod.WHOLE:
        amount = quantity * compiled.rates[reached](row)
    elif reached >= 0:
        tops = [*thresholds[1 : reached + 1], quantity]
        for i in range(reached + 1):
            amount += (tops[i] - thresholds[i]) * compiled.rates[i](row)
    name = scale.brackets[reached].name if reached >= 0 else DEFAULT_ROW
    run.fired[compiled.stage.id, id(row)] = (name,)
    settle_row(compiled, row, (amount,))
