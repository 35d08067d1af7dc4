"""A month in columns: staged, decided, its failing packages rejected, its statements left in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering import ir
from policy_engine.lowering.build import BOOLEAN
from policy_engine.lowering.physical import input_columns
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.planner import lower
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.execute import Executed, execute
from policy_engine.settlement.columns.failing import failing, reject, remove
from policy_engine.settlement.columns.measuring import measure
from policy_engine.settlement.columns.outputs import (
    QueryTable,
    carry_over_queries,
    counted,
    statement_queries,
)
from policy_engine.settlement.columns.stage import Staged, stage
from policy_engine.settlement.rejections import in_order

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, int, int], None]
MANY = 100_000  # rows that are not sorted again


@dataclass(frozen=True, eq=False)
class ColumnMonth:
    """A decided month. It lives as long as its database, ``connection``: tables are written from there.

    ``handed_in``, ``implied`` and ``out`` count rows by base entity.
    """

    plan: Plan
    statements: tuple[QueryTable, ...]
    carried_over: tuple[QueryTable, ...]
    rejected: tuple[Rejection, ...]
    notes: tuple[Diagnostic, ...]
    digests: Mapping[str, str]
    handed_in: Mapping[str, int]
    implied: Mapping[str, int]
    out: Mapping[str, int]
    connection: duckdb.DuckDBPyConnection


@contextmanager
def settled(
    policy: Policy,
    source: str | Path | Mapping[str, object],
    *,
    supplied: Sequence[Supplied] = (),
    limits: Limits | None = None,
    by_name: bool = False,
    fired: bool = False,
    progress: Progress | None = None,
) -> Iterator[ColumnMonth]:
    """Decide a month. Raises NotLowered before anything is read, InputError, NotCovered and EngineError as the engine."""
    inputs = input_columns(policy)
    lower(policy)
    with database(limits or Limits()) as connection:
        staged = stage(policy, source, connection, supplied=supplied)
        rejected = list(staged.rejected)
        implied = _implied(staged.made, rejected)
        done = _decided(policy, staged, connection, rejected, fired, progress)
        out = counted(staged.relations, connection, list(inputs))
        moved = [e for e in out if staged.made.get(e) or staged.put_back.get(e)]
        large = [e for e, n in out.items() if n >= MANY and e not in moved]

        yield ColumnMonth(
            done.plan,
            statement_queries(done.plan, done.last, connection, by_name=by_name, fired=fired, large=large),
            carry_over_queries(done.plan, done.last, connection, by_name=by_name, large=large),
            in_order(policy, rejected),
            staged.notes,
            staged.digests,
            staged.handed_in,
            implied,
            out,
            connection,
        )


def _decided(
    policy: Policy,
    staged: Staged,
    connection: duckdb.DuckDBPyConnection,
    rejected: list[Rejection],
    fired: bool,
    progress: Progress | None,
) -> Executed:
    """Until no package fails: what is left is decided afresh, so that no total still holds a rejected row."""

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress("settle", done, of)

    inputs = input_columns(policy)
    while True:
        plan = lower(policy, measure(policy, inputs, connection))
        extra = [ir.Column(BOOLEAN, f.entity, f.name) for f in plan.fired] if fired else []
        extra += [x for c in policy.carry_over for x in ir.columns(plan.decided[c.entity, c.output])]
        done = execute(plan, connection, tell, extra)
        roots = failing(done, connection)
        if not roots:
            return done
        told = reject(done, inputs, staged, connection, roots, rejected)
        rejected += told
        remove(policy, staged, connection, frozenset((r.row.root.entity, r.row.root.key) for r in told))


def _implied(made: Mapping[str, int], rejected: Sequence[Rejection]) -> dict[str, int]:
    """Rows made from references, by base entity: those staged, and those rejected on staging."""
    gone = Counter({id(r.row): r.row.entity for r in rejected if not r.row.line}.values())
    return {entity: count + gone[entity] for entity, count in made.items()}
