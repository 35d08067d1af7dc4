"""What a run keeps beside the values, and how one row is decided and stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage
from policy_engine.engine.rounding import round_to
from policy_engine.engine.rows import Dataset, Row
from policy_engine.engine.size import refuse_huge
from policy_engine.feel.values import Value
from policy_engine.policy.model import (
    Rounding,
    Stage,
)
from policy_engine.rulefile.choices import RoundingMode


@dataclass(frozen=True)
class Failure:
    """A row that could not be decided, or failed a check."""

    row: Row
    stage: Stage
    diagnostic: Diagnostic


@dataclass
class Run:
    """What a run leaves behind besides the values: fired rows by (stage id, row), and failures."""

    dataset: Dataset
    fired: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # id(root) of packages with a failure

    def fail(self, row: Row, stage: Stage, fault: Fault) -> None:
        clause = stage.clauses[0] if stage.clauses else None
        self.failures.append(Failure(row, stage, fault.at(row.place, stage.span, clause=clause)))
        self.broken.add(id(row.root))


def each_row(compiled: CompiledStage, rows: Sequence[Row], run: Run, decide: Callable[[Row], None]) -> None:
    for row in rows:
        try:
            decide(row)
        except Fault as fault:
            run.fail(row, compiled.stage, fault)
        except TypeError:
            # The checker has typed every expression; an operand of a wrong type can only be a null.
            run.fail(row, compiled.stage, Fault("PE6028", name=compiled.stage.key))


def own_value(compiled: CompiledStage, row: Row) -> Any:
    assert compiled.value is not None
    return compiled.value(row)


def settle_row(compiled: CompiledStage, row: Row, values: tuple[Value, ...]) -> None:
    """Round what the rules round, once, and store it; readers see the rounded value."""
    stage = compiled.stage
    for output, rounding, value in zip(stage.outputs, stage.roundings, values, strict=True):
        row.values[output] = refuse_huge(_rounded(value, rounding))


def _rounded(value: Value, rounding: Rounding | None) -> Value:
    if rounding is None or rounding.mode is RoundingMode.GRID or type(value) is not Fraction:
        return value
    return round_to(value, rounding.places, rounding.mode)
