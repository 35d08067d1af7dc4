"""Rows that are not settled: what is wrong with them, and whom they take along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.rows import Dataset, Row
from policy_engine.policy.model import Policy

if TYPE_CHECKING:
    from policy_engine.engine.run_state import Failure


# Faults of the rules rather than of the facts.
_RULE_CODES = frozenset(
    {
        "PE6021",
        "PE6022",
        "PE6023",
        "PE6024",
        "PE6025",
        "PE6027",
        "PE6028",
        "PE6029",
        "PE6061",
        "PE6062",
        "PE6063",
    }
)


@dataclass(frozen=True)
class Rejection:
    """A row that was not settled: because of itself, or (``culprit``) of another row of its package."""

    row: Row
    column: str
    diagnostic: Diagnostic
    culprit: Row | None = None


def rules_failed(rejected: Sequence[Rejection]) -> bool:
    """Whether the rules are at fault rather than the facts."""
    return all(r.diagnostic.code in _RULE_CODES for r in rejected)


def refuse_failed_singles(policy: Policy, failures: Sequence[Failure], rejected: Sequence[Rejection]) -> None:
    """What was rejected before is told first: without those rows there may be nothing left to decide on."""
    bad = [f for f in failures if policy.entities[f.row.entity].single]
    if bad:
        causes = [*rejected, *(Rejection(f.row, "", f.diagnostic) for f in bad)]
        raise (EngineError if rules_failed(causes) else InputError)([c.diagnostic for c in causes])


def taken_along(dataset: Dataset, rejected: Sequence[Rejection]) -> Iterator[Rejection]:
    """The other rows of the packages of rejected rows (同包有错), each with the first row at fault."""
    own = {id(r.row) for r in rejected}
    culprits: dict[int, Row] = {}
    for rejection in rejected:
        culprits.setdefault(id(rejection.row.root), rejection.row)
    for row in dataset:
        culprit = culprits.get(id(row.root))
        if culprit is not None and id(row) not in own:
            found = diagnostic("PE6070", where=row.place, culprit=culprit.place)
            yield Rejection(row, "", found, culprit)
