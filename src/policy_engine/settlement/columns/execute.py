"""Run a plan's statements in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.relations import Form, Relation, Relations, relations

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Executed:
    """The final relation of each base entity, by name."""

    plan: Plan
    last: dict[str, str]
    failed: tuple[tuple[str, str], ...]  # base entity, and the relation with the keys of its failed rows


def execute(
    plan: Plan,
    connection: duckdb.DuckDBPyConnection,
    progress: Progress | None = None,
    extra: Iterable[ir.Column] = (),
) -> Executed:
    """Make all relations over ``in_<entity id>``; ``extra`` columns are wanted of the last ones.

    Raises EngineError for groups larger than the plan allows.
    """
    made: Relations = relations(plan, DUCKDB, extra)
    for number, relation in enumerate(made.made, start=1):
        connection.execute(statement(relation))
        if relation.grouped is not None:
            _check_size(relation, *relation.grouped, plan, connection)
        if progress is not None:
            progress(number, len(made.made))
    return Executed(plan, made.last, made.failed)


def statement(relation: Relation) -> str:
    form = "TABLE" if relation.form is Form.TABLE else "VIEW"
    return f"CREATE OR REPLACE TEMP {form} {DUCKDB.identifier(relation.name)} AS\n{relation.query}"


def _check_size(
    relation: Relation, holder: str, over: str, plan: Plan, connection: duckdb.DuckDBPyConnection
) -> None:
    """The bounds of totals hold for groups up to a size; it is looked at, not assumed."""
    found = connection.execute(f"SELECT max(_rows) FROM {DUCKDB.identifier(relation.name)}").fetchone()
    largest = int(found[0] or 0) if found else 0
    limit = plan.measured.largest(plan.policy.entities[holder], over)
    if largest > limit:
        raise EngineError(diagnostic("PE9110", name=relation.about, rows=largest, limit=limit))


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """A table or a view."""
    asked = "SELECT count(*) FROM duckdb_views() WHERE view_name = ? AND temporary"
    view = connection.execute(asked, [name]).fetchall()[0][0]
    connection.execute(f"DROP {'VIEW' if view else 'TABLE'} {DUCKDB.identifier(name)}")
