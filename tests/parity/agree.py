"""The engine and the columns on the same rows: every decided value, rejected package and fired row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from parity.rows_in import put_dataset
from policy_engine.engine.facts import FactTable, tables_from_mapping
from policy_engine.engine.plan import compile_plan
from policy_engine.engine.reader import read_facts
from policy_engine.engine.rows import Dataset, link
from policy_engine.engine.run import execute as run_engine
from policy_engine.feel.values import Value
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.planner import lower
from policy_engine.lowering.relations import Reads
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.execute import execute

Key = tuple[str, str]  # base entity, key
Values = dict[Key, dict[str, Value]]


def readable(policy: Policy, tables: Sequence[FactTable]) -> Dataset:
    """The packages whose rows can be read."""
    facts = read_facts(policy, tables)
    gone = {id(p.row.root) for p in facts.problems}
    kept = {n: [r for r in rows if id(r.root) not in gone] for n, rows in facts.dataset.rows.items()}
    return link(policy, kept)


def of_engine(policy: Policy, dataset: Dataset, executor: str = "reference") -> tuple[Values, set[str]]:
    """Values by row, and the keys of the topmost rows whose package failed."""
    run = run_engine(compile_plan(policy, executor), dataset)
    broken = {f"{f.row.root.entity}:{f.row.root.key}" for f in run.failures}
    decided = {(t.entity, t.id) for t in policy.terms if t.decided}
    values: Values = {}
    for entity, rows in dataset.rows.items():
        for row in rows:
            if f"{row.root.entity}:{row.root.key}" not in broken:
                values[entity, row.key] = {i: row.values.get(i) for e, i in decided if e == entity}
    return values, broken


def of_columns(plan: Plan, dataset: Dataset) -> tuple[Values, set[str]]:
    """The same from DuckDB."""
    connection = duckdb.connect()
    put_dataset(plan.policy, plan.inputs, dataset, connection)
    wanted = [c for expr in plan.decided.values() for c in ir.columns(expr)]
    done = execute(plan, connection, extra=wanted)
    broken: set[str] = set()
    found: Values = {}
    roots: dict[Key, str] = {}
    for entity in plan.policy.base_entities:
        text = SqlText(DUCKDB, Reads(plan, DUCKDB, entity.name))
        keys = ["_k", *(f'"_k_{plan.policy.entities[a].id}"' for a in plan.policy.ancestors(entity.name))]
        terms = [i for e, i in plan.decided if e == entity.name]
        exprs = [plan.decided[entity.name, i] for i in terms]
        select = ", ".join([*keys, *map(text, exprs)])
        rows = connection.execute(f'SELECT {select} FROM "{done.last[entity.name]}"').fetchall()
        names = [entity.name, *plan.policy.ancestors(entity.name)]
        for row in rows:
            root = _root(names, row[: len(keys)])
            key = (entity.name, row[0] or "")
            roots[key] = root
            stored = row[len(keys) :]
            found[key] = {t: e.type.value(s) for t, e, s in zip(terms, exprs, stored, strict=True)}
    for name, failed in done.failed:
        names = [name, *plan.policy.ancestors(name)]
        broken |= {
            _root(names, row[:-1]) for row in connection.execute(f'SELECT * FROM "{failed}"').fetchall()
        }
    connection.close()
    return {k: v for k, v in found.items() if roots[k] not in broken}, broken


def _root(names: Sequence[str], keys: Sequence[str | None]) -> str:
    """The topmost row above, as an entity and a key."""
    line = [(n, k) for n, k in zip(names, keys, strict=True) if k is not None]
    return f"{line[-1][0]}:{line[-1][1]}" if line else f"{names[0]}:"


def differences(policy: Policy, facts: Mapping[str, Any] | Dataset) -> list[str]:
    """What the columns say otherwise than the engine; nothing when they agree."""
    dataset = facts if isinstance(facts, Dataset) else readable(policy, tables_from_mapping(policy, facts))
    plan = lower(policy)
    columns, broken_there = of_columns(plan, dataset)
    engine, broken = of_engine(policy, dataset)
    found = [f"{b} fails in the engine only" for b in sorted(broken - broken_there)]
    found += [f"{b} fails in columns only" for b in sorted(broken_there - broken)]
    for key in sorted({*engine, *columns}):
        if key not in engine or key not in columns:
            continue
        for term, value in engine[key].items():
            if columns[key].get(term) != value:
                found.append(f"{key}.{term}: engine {value}, columns {columns[key].get(term)}")
    return found
