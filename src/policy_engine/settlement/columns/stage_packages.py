"""Packages are rejected whole: what the rows at fault take along, in the order of the engine."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, overload

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.facts import Facts
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.rows import Row
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.clean_table import Staging
from policy_engine.settlement.columns.stage_reading import Read

if TYPE_CHECKING:
    import duckdb

CHUNK = 10_000  # rows fetched at a time
LISTED = 100_000  # as many rejections as are held in memory


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
    if keys:
        import pyarrow as pa

        texts, numbers = zip(*keys, strict=True)
        added = pa.table({"k": pa.array(texts, pa.string()), "culprit": pa.array(numbers, pa.int32())})
        connection.register("_added", added)
        connection.execute(f"INSERT INTO {table} SELECT k, culprit FROM _added")
        connection.unregister("_added")


class Rejections(Sequence[Rejection]):
    """Rejected rows that are made as they are asked for: a faulty row in every package takes a whole month along.

    Usable as long as the connection is open and the tables ``gone_…`` are there.
    """

    def __init__(self, count: int, made: Callable[[], Iterator[Rejection]]) -> None:
        self._count, self._made = count, made

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Rejection]:
        return self._made()

    @overload
    def __getitem__(self, at: int) -> Rejection: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Rejection]: ...
    def __getitem__(self, at: int | slice) -> Rejection | Sequence[Rejection]:
        places = range(self._count)[at]
        if isinstance(places, int):
            return next(islice(self, places, None))
        wanted = set(places)
        found = {i: item for i, item in enumerate(self) if i in wanted}
        return tuple(found[i] for i in places)


@dataclass(frozen=True)
class _Taken:
    """What an entity's rejected packages take along, beside ``gone``: rows that were read, and rows made."""

    staging: Staging | None
    read: Sequence[_Along]
    made: Sequence[_Along]


_Along = tuple[int, Row, Row]  # the place of the row, the row, and the culprit


def rejections(
    policy: Policy,
    stagings: Mapping[str, Staging],
    read: Read,
    packages: Packages,
    connection: duckdb.DuckDBPyConnection,
) -> Sequence[Rejection]:
    """The rows at fault first, then the rows they take along; more than ``LISTED`` of them as ``Rejections``."""
    taken = [_taken(policy, stagings, e.name, read, packages, connection) for e in policy.base_entities]
    gone = sum(_count(t.staging.gone, connection) for t in taken if t.staging is not None)
    count = len(packages.own) + gone + sum(len(t.read) + len(t.made) for t in taken)

    def made() -> Iterator[Rejection]:
        yield from packages.own
        for item in taken:
            rows = _gone_rows(item.staging, packages, connection) if item.staging is not None else iter(())
            for _, row, culprit in chain(heapq.merge(item.read, rows, key=itemgetter(0)), item.made):
                found = diagnostic("PE6070", where=row.place, culprit=culprit.place)
                yield Rejection(row, "", found, culprit)

    return Rejections(count, made) if count > LISTED else tuple(made())


def _count(table: str, connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _taken(
    policy: Policy,
    stagings: Mapping[str, Staging],
    entity: str,
    read: Read,
    packages: Packages,
    connection: duckdb.DuckDBPyConnection,
) -> _Taken:
    at_fault = {id(r.row) for r in packages.own}
    along = [
        (read.number(row), row, packages.culprits[id(row.root)])
        for row in read.facts.dataset.rows[entity]
        if packages.rejects(row) and id(row) not in at_fault
    ]
    made = [item for item in along if item[0] < 0]
    given = sorted((item for item in along if item[0] >= 0), key=itemgetter(0))
    return _Taken(stagings.get(entity), given, _in_order(policy, stagings, entity, made, read, connection))


def _gone_rows(
    staging: Staging, packages: Packages, connection: duckdb.DuckDBPyConnection
) -> Iterator[_Along]:
    """Fetched bit by bit, so that other statements may run meanwhile."""
    source, last = staging.source, -1
    while source is not None:
        found = connection.execute(
            f"SELECT n, k, culprit FROM {staging.gone} WHERE n > {last} ORDER BY n LIMIT {CHUNK}"
        ).fetchall()
        for n, k, culprit in found:
            row = Row(staging.entity.name, k, {}, source.line(n), source.label)
            yield n, row, packages.order[culprit]
        if len(found) < CHUNK:
            return
        last = found[-1][0]


def _in_order(
    policy: Policy,
    stagings: Mapping[str, Staging],
    entity: str,
    made: Sequence[_Along],
    read: Read,
    connection: duckdb.DuckDBPyConnection,
) -> list[_Along]:
    """Rows made from references stand in the order in which they were first referred to, from the bottom up."""
    if not made:
        return []
    first: dict[str, tuple[int, int]] = {}
    below = [s for s in stagings.values() if s.parent is not None and s.parent.name == entity]
    for depth, staging in enumerate(sorted(below, key=lambda s: -len(policy.ancestors(s.entity.name)))):
        found = dict(_references(staging, connection))
        for row in read.facts.dataset.rows[staging.entity.name]:
            if row.parent is not None:
                key, n = row.parent.key, read.number(row)
                found[key] = min(n, found.get(key, n))
        for key, n in found.items():
            first.setdefault(key, (depth, n))
    return sorted(made, key=lambda item: first[item[1].key])


def _references(staging: Staging, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """The first row that refers to each key, among the rows nobody had to read."""
    return connection.execute(
        f"SELECT {staging.above}, min(_n) FROM {staging.raw}"
        f" WHERE _n NOT IN (SELECT n FROM {staging.read}) GROUP BY {staging.above}"
    ).fetchall()
