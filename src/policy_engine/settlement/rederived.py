"""What the engine decides again, of a whole month or of some packages of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.engine.evaluate import assess
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy
from policy_engine.settlement.frames import Frames, month_of
from policy_engine.settlement.input import read_month


@dataclass(frozen=True, eq=False)
class Rederived:
    """Decided rows, and those that were rejected."""

    result: Result
    rejected: Sequence[Rejection]

    def has(self, entity: str, key: str) -> bool:
        return self._row(entity, key) is not None or bool(self.reasons(entity, key))

    def reasons(self, entity: str, key: str) -> tuple[Rejection, ...]:
        """Why a member was rejected."""
        return tuple(r for r in self.rejected if r.row.entity == entity and r.row.key == key)

    def row(self, entity: str, key: str) -> Row:
        """Raises KeyError where there is none."""
        row = self._row(entity, key)
        if row is None:
            raise KeyError(f"{entity} {key}")
        return row

    def _row(self, entity: str, key: str) -> Row | None:
        rows = self.result.dataset.rows[entity]
        if self.result.policy.entities[entity].single:
            return rows[0] if rows else None
        return next((r for r in rows if r.key == key), None)


def all_again(policy: Policy, source: Path | Frames, supplied: Sequence[Supplied]) -> Rederived:
    """The whole month, by the engine. Raises what ``assess`` raises."""
    month = read_month(policy, source) if isinstance(source, Path) else month_of(policy, source)
    assessment = assess(policy, month.tables, supplied=supplied)
    return Rederived(assessment.result, assessment.rejected)
