"""Single packages of a month, found in columns and decided by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.engine.plan import plan_for, usable
from policy_engine.engine.rejection import Rejection, taken_along
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Dataset
from policy_engine.engine.run import execute
from policy_engine.engine.supplied import Supplied, SuppliedFacts
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import input_columns
from policy_engine.lowering.plan import KEY, key_column
from policy_engine.lowering.planner import lower
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.rows_out import Root, fetch
from policy_engine.settlement.columns.stage import Staged, stage
from policy_engine.settlement.frames import Frames
from policy_engine.settlement.rederived import Rederived

if TYPE_CHECKING:
    import duckdb


def decided_again(
    policy: Policy,
    source: Path | Frames,
    keys: Sequence[str],
    entities: Sequence[Entity],
    supplied: Sequence[Supplied],
    limits: Limits,
) -> Rederived | None:
    """The packages of ``keys``; None when something is decided from all packages together.

    Raises NotLowered, and what staging raises.
    """
    inputs = input_columns(policy)
    if lower(policy).across:
        return None
    with database(limits) as connection:
        handed = source if isinstance(source, Path) else source.tables
        staged = stage(policy, handed, connection, supplied=supplied)
        roots = {root for entity in entities for root in _roots(policy, entity, keys, staged, connection)}
        dataset = fetch(policy, inputs, staged, connection, roots)
        rejected = [r for r in staged.rejected if r.row.key in keys]
    _lay_over(policy, dataset, supplied)
    executor = usable("durable")
    run = execute(plan_for(policy, executor), dataset)
    own = [Rejection(f.row, "", f.diagnostic) for f in run.failures]
    return Rederived(Result(policy, run, executor), [*rejected, *own, *taken_along(dataset, own)])


def _roots(
    policy: Policy,
    entity: Entity,
    keys: Sequence[str],
    staged: Staged,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Root]:
    """The topmost rows above the rows with these keys."""
    if entity.single:
        return
    names = [entity.name, *policy.ancestors(entity.name)]
    columns = [KEY, *(key_column(policy.entities[a].id) for a in names[1:])]
    listed = ", ".join(DUCKDB.identifier(c) for c in columns)
    relation = DUCKDB.identifier(staged.relations[entity.name])
    marks = ", ".join("?" for _ in keys)
    query = f"SELECT {listed} FROM {relation} WHERE {DUCKDB.identifier(KEY)} IN ({marks})"
    for found in connection.execute(query, list(keys)).fetchall():
        yield [(name, key) for name, key in zip(names, found, strict=True) if key is not None][-1]


def _lay_over(policy: Policy, dataset: Dataset, supplied: Sequence[Supplied]) -> None:
    """Staging has laid the values over; where they come from is noted on the rows here."""
    facts = SuppliedFacts(policy, supplied)
    for entity in policy.base_entities:
        terms = {t.id: t for t in policy.terms_of(entity.name)}
        for row in dataset.rows[entity.name]:
            list(facts.lay_over(row, terms, frozenset()))
