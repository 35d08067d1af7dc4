"""Packages are rejected whole: what the rows at fault take along, in the order of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import Rejection
from policy_engine.engine.facts import Facts
from policy_engine.engine.rows import Row
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.clean_table import Staging
from policy_engine.settlement.columns.stage_reading import Read

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Packages:
    """``culprits``: who took its package along, by the identity of the package's topmost row."""

    own: tuple[Rejection, ...]
    culprits: Mapping[int, Row]
    order: Sequence[Row]  # the culprits, as numbered in ``gone``

    def rejects(self, row: Row) -> bool:
        return id(row.root) in self.culprits


def rejected_packages(policy: Policy, read: Read) -> Packages:
    """Raises InputError when a one-row entity is wrong: nothing can be settled then."""
    facts = read.facts
    bad = [p.diagnostic for p in facts.problems if policy.entities[p.row.entity].single]
    if bad:
        raise InputError(bad)
    own = tuple(Rejection(p.row, p.column, p.diagnostic) for p in facts.problems)
    culprits: dict[int, Row] = {}
    for rejection in own:
        culprits.setdefault(id(rejection.row.root), rejection.row)
    return Packages(own, culprits, tuple(culprits.values()))


def find_gone(
    policy: Policy,
    stagings: Mapping[str, Staging],
    read: Read,
    packages: Packages,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Fill ``gone`` of each entity: rows nobody had to read, whose package is rejected, and by which culprit."""
    places = {root: i for i, root in enumerate(packages.culprits)}
    for staging in sorted(stagings.values(), key=lambda s: len(policy.ancestors(s.entity.name))):
        above = stagings[staging.parent.name] if staging.parent is not None else None
        rows = "SELECT _n AS n, _k AS k, CAST(NULL AS INTEGER) AS culprit FROM {} WHERE false"
        sql = rows.format(staging.raw)
        if above is not None and places:
            sql = (
                f"SELECT r._n AS n, r._k AS k, g.culprit FROM {staging.raw} r"
                f" JOIN {above.gone_keys} g ON g.k = r.{staging.above}"
                f" WHERE r._n NOT IN (SELECT n FROM {staging.read})"
            )
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {staging.gone} AS {sql}")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {staging.gone_keys} AS SELECT k, culprit FROM {staging.gone}"
        )
        chosen = _chosen(staging, read.facts)
        keys = [(k, places[id(r.root)]) for k, r in chosen.items() if id(r.root) in places]
        _put(connection, staging.gone_keys, keys)


def _chosen(staging: Staging, facts: Facts) -> dict[str, Row]:
    """The row that others find under a key: one of the month settled before one of another month."""
    header = staging.source.header if staging.source is not None else ()
    columns = staging.columns
    key = header[columns.key] if columns is not None and columns.key is not None else None
    period = header[columns.period[1]] if columns is not None and columns.period is not None else None
    mine = [p for p in facts.problems if p.row.entity == staging.entity.name]
    keyless = {id(p.row) for p in mine if key is not None and p.column == key}
    elsewhen = {id(p.row) for p in mine if period is not None and p.column == period}
    found: dict[str, Row] = {}
    for row in sorted(facts.dataset.rows[staging.entity.name], key=lambda r: id(r) in elsewhen):
        if id(row) not in keyless:
            found.setdefault(row.key, row)
    return found


def _put(connection: duckdb.DuckDBPyConnection, table: str, keys: Sequence[tuple[str, int]]) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]

    if keys:
        texts, numbers = zip(*keys, strict=True)
        added = pa.table({"k": pa.array(texts, pa.string()), "culprit": pa.array(numbers, pa.int32())})
        connection.register("_added", added)
        connection.execute(f"INSERT INTO {table} SELECT k, culprit FROM _added")
        connection.unregister("_added")


def rejections(
    policy: Policy,
    stagings: Mapping[str, Staging],
    read: Read,
    packages: Packages,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Rejection]:
    """The rows at fault first, then the rows they take along."""
    yield from packages.own
    at_fault = {id(r.row) for r in packages.own}
    for entity in policy.base_entities:
        read_rows = [
            row
            for row in read.facts.dataset.rows[entity.name]
            if packages.rejects(row) and id(row) not in at_fault
        ]
        numbered = [(read.number(row), row) for row in read_rows]
        made = [row for n, row in numbered if n < 0]
        listed = [(n, row, packages.culprits[id(row.root)]) for n, row in numbered if n >= 0]
        if entity.name in stagings:
            listed += _gone_rows(stagings[entity.name], packages, connection)
            made = _in_order(policy, stagings, entity.name, made, connection)
        taken = sorted(listed, key=lambda item: item[0])
        for row, culprit in (
            *((row, culprit) for _, row, culprit in taken),
            *((row, packages.culprits[id(row.root)]) for row in made),
        ):
            found = diagnostic("PE6070", where=row.place, culprit=culprit.place)
            yield Rejection(row, "", found, culprit)


def _gone_rows(
    staging: Staging, packages: Packages, connection: duckdb.DuckDBPyConnection
) -> list[tuple[int, Row, Row]]:
    source = staging.source
    if source is None:
        return []
    found = connection.execute(f"SELECT n, k, culprit FROM {staging.gone} ORDER BY n").fetchall()
    return [
        (n, Row(staging.entity.name, k, {}, source.line(n), source.label), packages.order[culprit])
        for n, k, culprit in found
    ]


def _in_order(
    policy: Policy,
    stagings: Mapping[str, Staging],
    entity: str,
    made: Sequence[Row],
    connection: duckdb.DuckDBPyConnection,
) -> list[Row]:
    """Rows made from references stand in the order in which they were first referred to, from the bottom up."""
    first: dict[str, tuple[int, int]] = {}
    below = [s for s in stagings.values() if s.parent is not None and s.parent.name == entity]
    for depth, staging in enumerate(sorted(below, key=lambda s: -len(policy.ancestors(s.entity.name)))):
        refs = f"SELECT {staging.above} AS k, min(_n) AS n FROM {staging.raw} GROUP BY {staging.above}"
        for key, n in connection.execute(refs).fetchall() if made else ():
            first.setdefault(key, (depth, n))
    return sorted(made, key=lambda row: first.get(row.key, (0, 0)))
