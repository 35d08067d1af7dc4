"""Packages that cannot be decided or fail a check: columns find them, the engine says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.engine.rejection import Rejection, refuse_failed_singles, taken_along
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import InputColumn
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.execute import Executed, drop
from policy_engine.settlement.columns.rows_out import Root, fetch, is_below, name_roots

if TYPE_CHECKING:
    import duckdb

    from policy_engine.settlement.columns.stage import Staged


def failing(done: Executed, connection: duckdb.DuckDBPyConnection) -> frozenset[Root]:
    """The topmost rows of packages with a failed row, as far as the engine would have come in one pass."""
    policy = done.plan.policy
    found: dict[Root, int] = {}
    for entity, relation in done.failed:
        names = [entity, *policy.ancestors(entity)]
        rows = connection.execute(f"SELECT DISTINCT * FROM {DUCKDB.identifier(relation)}").fetchall()
        for *keys, at in rows:
            line = [(n, k) for n, k in zip(names, keys, strict=True) if k is not None]
            root = line[-1] if line else (entity, "")
            found[root] = min(at, found.get(root, at))
    end = done.plan.end_of_pass(min(found.values(), default=0))
    return frozenset(root for root, at in found.items() if at < end)


def reject(
    done: Executed,
    inputs: Mapping[str, Sequence[InputColumn]],
    staged: Staged,
    connection: duckdb.DuckDBPyConnection,
    roots: frozenset[Root],
    before: Sequence[Rejection] = (),
) -> list[Rejection]:
    """Why packages failed, and the rows they take along; ``before``: what was rejected already.

    Where something is decided across packages the engine stops there: what columns decided behind it comes from totals
    that still hold the packages that failed, and is looked at again without them.

    Raises InputError or EngineError when a one-row entity fails, and when columns and engine do not agree.
    """
    from policy_engine.engine.plan import plan_for
    from policy_engine.engine.run import execute as run_engine

    policy = done.plan.policy
    alone = not done.plan.across and not any(policy.entities[e].single for e, _ in roots)
    dataset = fetch(policy, inputs, staged, connection, roots if alone else None)
    run = run_engine(plan_for(policy, "reference"), dataset)
    refuse_failed_singles(policy, run.failures, [r for r in before if r.culprit is None])
    told = {(f.row.root.entity, f.row.root.key) for f in run.failures}
    missed = roots - told if alone or not told else told - roots
    if missed:
        entity, key = sorted(missed)[0]
        raise EngineError(diagnostic("PE9112", entity=entity, key=key))
    own = [Rejection(f.row, "", f.diagnostic) for f in run.failures]
    return [*own, *taken_along(dataset, own)]


def remove(
    policy: Policy, staged: Staged, connection: duckdb.DuckDBPyConnection, roots: frozenset[Root]
) -> None:
    """Take packages out of the month; what is left is decided afresh."""
    name_roots(connection, roots)
    for entity in policy.base_entities:
        if entity.single:
            continue
        name = DUCKDB.identifier(staged.relations[entity.name])
        kept = f"SELECT * FROM {name} WHERE NOT coalesce({is_below(policy, entity)}, FALSE)"
        connection.execute(f"CREATE TEMP TABLE _left AS {kept}")
        drop(connection, staged.relations[entity.name])
        connection.execute(f"DROP TABLE IF EXISTS {DUCKDB.identifier(f'raw_{entity.id}')}")  # behind a view
        connection.execute(f"ALTER TABLE _left RENAME TO {name}")
