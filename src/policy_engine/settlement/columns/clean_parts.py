"""Which sub-entity a row is of, and what is required of that one alone.

A condition reads inputs of the row and the keys above it; the engine's own closures decide about every combination
that occurs, and the rows of one that fits no sub-entity, or several, go to the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.engine.closures import Compiler
from policy_engine.engine.faults import Fault
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import ParentKey, TermRef, walk
from policy_engine.feel.values import Value
from policy_engine.policy.model import Policy, Term
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.clean_table import Staging

if TYPE_CHECKING:
    import duckdb

Parts = Sequence[tuple[str, Callable[[Row], object]]]


def add_partless(
    policy: Policy, stagings: Mapping[str, Staging], staging: Staging, connection: duckdb.DuckDBPyConnection
) -> None:
    """Add to the suspects what is of no sub-entity or lacks what its own requires."""
    subs = [s for s in policy.sub_entities(staging.entity.name) if s.when is not None]
    if not subs or staging.source is None or staging.source.relation is None:
        return
    read = {n for s in subs if s.when is not None for n in walk(s.when)}
    own = sorted({n.term for n in read if isinstance(n, TermRef)})
    above = [a for a in policy.ancestors(staging.entity.name) if any(_asks(n, a) for n in read)]
    required = [t for t in policy.terms_of(staging.entity.name) if _of_some_parts(policy, t)]
    columns = [*(f"r.{words.name(o)}" for o in own), *_keys(policy, stagings, staging, above)]
    columns += [f"r.{words.name(t.id)} IS NULL" for t in required]
    named = [f"{sql} AS q{i}" for i, sql in enumerate(columns)]
    joined = f"{staging.raw} r{_joins(policy, stagings, staging, above)}"
    compiler = Compiler(policy)
    tests: Parts = [(s.name, compiler.compile(s.when)) for s in subs if s.when is not None]
    physicals = {c.name: c.physical for c in staging.inputs}
    bad = []
    combinations = connection.execute(f"SELECT DISTINCT {', '.join(named)} FROM {joined} WHERE r._bad = 0")
    for combination in combinations.fetchall():
        values = {o: physicals[o].value(v) for o, v in zip(own, combination, strict=False)}
        keys = dict(zip(above, combination[len(own) :], strict=False))
        absent = [t for t, gone in zip(required, combination[len(own) + len(above) :], strict=True) if gone]
        if not _fits(policy, _row(staging, values, keys), tests, absent):
            bad.append(combination)
    if bad:
        _add(connection, staging, joined, named, bad)


def _asks(node: object, ancestor: str) -> bool:
    return isinstance(node, ParentKey) and node.entity == ancestor


def _of_some_parts(policy: Policy, term: Term) -> bool:
    covered = frozenset().union(*(policy.parts(p) for p in term.parts))
    return term.required and not policy.parts(term.entity) <= covered


def _keys(
    policy: Policy, stagings: Mapping[str, Staging], staging: Staging, above: Sequence[str]
) -> list[str]:
    chain = policy.ancestors(staging.entity.name)
    return [
        f"a{i - 1}.{stagings[chain[i - 1]].above}" if i else f"r.{staging.above}"
        for i in map(chain.index, above)
    ]


def _joins(policy: Policy, stagings: Mapping[str, Staging], staging: Staging, above: Sequence[str]) -> str:
    """The tables of the ancestors that lead to those asked for. A key that stands twice is a suspect anyway."""
    chain = policy.ancestors(staging.entity.name)
    deepest = max((chain.index(a) for a in above), default=0)
    sql, below, previous = "", "r", staging
    for i in range(deepest):
        upper = stagings[chain[i]]
        one = f"SELECT _k, any_value({upper.above}) AS {upper.above} FROM {upper.raw} GROUP BY _k"
        sql += f" LEFT JOIN ({one}) a{i} ON a{i}._k = {below}.{previous.above}"
        below, previous = f"a{i}", upper
    return sql


def _row(staging: Staging, values: Mapping[str, Value], keys: Mapping[str, str | None]) -> Row:
    """A row with these inputs below rows with these keys."""
    row = Row(staging.entity.name, "", dict(values))
    lowest = row
    for entity, key in keys.items():
        if key is not None:
            lowest.parent = Row(entity, key, {})
            lowest = lowest.parent
    return row


def _fits(policy: Policy, row: Row, tests: Parts, absent: Sequence[Term]) -> bool:
    try:
        mine = [name for name, test in tests if test(row)]
    except Fault:
        return False
    if len(mine) != 1:
        return False
    return not any(mine[0] in frozenset().union(*(policy.parts(p) for p in t.parts)) for t in absent)


def _add(
    connection: duckdb.DuckDBPyConnection,
    staging: Staging,
    joined: str,
    named: Sequence[str],
    bad: Sequence[tuple[object, ...]],
) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE part_wrong AS SELECT {', '.join(named)} FROM {joined} LIMIT 0"
    )
    marks = ", ".join("?" for _ in named)
    connection.executemany(f"INSERT INTO part_wrong VALUES ({marks})", [list(c) for c in bad])
    same = " AND ".join(f"w.q{i} IS NOT DISTINCT FROM s.q{i}" for i in range(len(named)))
    connection.execute(
        f"INSERT INTO {staging.suspects} SELECT s._n FROM (SELECT r._n, {', '.join(named)} FROM {joined}"
        f" WHERE r._bad = 0) s WHERE EXISTS (SELECT 1 FROM part_wrong w WHERE {same})"
    )
