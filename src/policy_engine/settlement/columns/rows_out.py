"""Rows of staged relations as the engine's rows: the packages it is asked about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.engine.closures import Compiler
from policy_engine.engine.rows import Dataset, Row, link
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import InputColumn
from policy_engine.lowering.plan import KEY, key_column
from policy_engine.policy.model import Entity, Policy

if TYPE_CHECKING:
    import duckdb

    from policy_engine.settlement.columns.stage import Staged

Root = tuple[str, str]  # base entity and key of a topmost row


def fetch(
    policy: Policy,
    inputs: Mapping[str, Sequence[InputColumn]],
    staged: Staged,
    connection: duckdb.DuckDBPyConnection,
    roots: Collection[Root] | None,
) -> Dataset:
    """The packages of ``roots``, linked; None: all of them. One-row entities are always there."""
    if roots is not None:
        name_roots(connection, roots)
    rows: dict[str, list[Row]] = {}
    for entity in sorted(policy.base_entities, key=lambda e: len(policy.ancestors(e.name))):
        where = "TRUE" if roots is None or entity.single else is_below(policy, entity)
        rows[entity.name] = _rows(policy, entity, inputs[entity.name], staged, connection, where, rows)
    dataset = link(policy, _as_made(policy, rows))
    _assign_parts(policy, dataset)
    return dataset


def name_roots(connection: duckdb.DuckDBPyConnection, roots: Collection[Root]) -> None:
    """Make the table ``_roots``."""
    import pyarrow as pa

    listed = sorted(roots)
    names = pa.table({"entity": [e for e, _ in listed], "key": [k for _, k in listed]})
    connection.register("_roots_in", names)
    connection.execute("CREATE OR REPLACE TEMP TABLE _roots AS SELECT * FROM _roots_in")
    connection.unregister("_roots_in")


def is_below(policy: Policy, entity: Entity) -> str:
    """Whether the topmost row above a row is in ``_roots``."""
    line = [KEY, *(key_column(policy.entities[a].id) for a in policy.ancestors(entity.name))]
    names = [entity.name, *policy.ancestors(entity.name)]
    cases = []
    for at, (column, name) in enumerate(zip(line, names, strict=True)):
        above = [f"{DUCKDB.identifier(c)} IS NULL" for c in line[at + 1 :]]
        among = f"SELECT key FROM _roots WHERE entity = {DUCKDB.string(name)}"
        cases.append(" AND ".join([*above, f"{DUCKDB.identifier(column)} IN ({among})"]))
    return " OR ".join(f"({c})" for c in cases)


def _rows(
    policy: Policy,
    entity: Entity,
    columns: Sequence[InputColumn],
    staged: Staged,
    connection: duckdb.DuckDBPyConnection,
    where: str,
    above: Mapping[str, Sequence[Row]],
) -> list[Row]:
    parents = {r.key: r for r in above[entity.parent]} if entity.parent is not None else {}
    parent = key_column(policy.entities[entity.parent].id) if entity.parent is not None else None
    names = ["_n", KEY, *([parent] if parent else []), *(c.name for c in columns)]
    select = ", ".join(DUCKDB.identifier(n) for n in names)
    relation = DUCKDB.identifier(staged.relations[entity.name])
    found = connection.execute(f"SELECT {select} FROM {relation} WHERE {where} ORDER BY _n, _k").fetchall()
    first = 3 if parent else 2
    rows = []
    for cells in found:
        values = {c.name: c.physical.value(v) for c, v in zip(columns, cells[first:], strict=True)}
        for term in policy.terms_of(entity.name):
            if not term.decided:
                values.setdefault(term.id, term.default)
        number = -1 if cells[0] is None else int(cells[0])
        line = staged.line(entity.name, number) if entity.name in staged.lines else 0
        source = staged.labels.get(entity.name, "") if line else ""
        row = Row(entity.name, cells[1] or "", values, line, source)
        row.parent = parents.get(cells[2]) if parent and cells[2] is not None else None
        rows.append(row)
    return rows


def _as_made(policy: Policy, rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Rows made from references stand behind the others, as the reader makes them: as they were first referred to."""
    made: dict[str, dict[int, Row]] = {name: {} for name in rows}
    found = {name: [r for r in own if r.line or policy.entities[name].single] for name, own in rows.items()}
    for entity in sorted(policy.base_entities, key=lambda e: -len(policy.ancestors(e.name))):
        found[entity.name] += made[entity.name].values()
        if entity.parent is not None:
            above = (r.parent for r in found[entity.name] if r.parent is not None and not r.parent.line)
            made[entity.parent].update((id(row), row) for row in above)
    return found


def _assign_parts(policy: Policy, dataset: Dataset) -> None:
    compiler = Compiler(policy)
    for entity in policy.base_entities:
        tests = [
            (s.name, compiler.compile(s.when)) for s in policy.sub_entities(entity.name) if s.when is not None
        ]
        for row in dataset.rows[entity.name]:
            row.part = next((name for name, test in tests if test(row)), entity.name)
