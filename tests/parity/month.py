"""A month of the engine and of the columns, pass by pass, and everything in which they differ.

Both leave out what fails and decide the rest afresh. A stage that decides from all packages together (a one-row entity's,
or an allocation of what it has) is not run beside failures, so a fault counts only before the next such stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from parity.agree import readable
from parity.rows_in import put_dataset
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.plan import compile_plan
from policy_engine.engine.rows import Dataset, Row, decided_terms, forget, link
from policy_engine.engine.run import execute as run_engine
from policy_engine.engine.run_state import Run
from policy_engine.feel.values import Value
from policy_engine.lowering import ir
from policy_engine.lowering.context import Fault
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.planner import lower
from policy_engine.lowering.relations import Reads
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.database import Limits, database
from policy_engine.settlement.columns.execute import execute

Place = tuple[str, str]  # base entity, key
Broken = dict[
    str, tuple[int, frozenset[str]]
]  # root → place of the stage that fails first, and the codes there


@dataclass
class Month:
    """``passes``: what each pass had to leave out. ``refused``: a one-row entity fails, so nothing is settled."""

    passes: list[Broken] = field(default_factory=list)
    refused: bool = False
    values: dict[tuple[str, str, str], Value] = field(default_factory=dict)  # (entity, key, term or column)
    fired: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (entity, key, stage) → row


def month_of_engine(plan: Plan, dataset: Dataset) -> Month:
    policy, found = plan.policy, Month()
    stages = {s.id: i for i, s in enumerate(policy.stages)}
    compiled = compile_plan(policy, "reference")
    forget(dataset, decided_terms(policy))
    run = run_engine(compiled, dataset)
    while run.failures:
        broken: Broken = {}
        for failure in run.failures:
            at, code = stages[failure.stage.id], failure.diagnostic.code
            before = broken.get(_name(failure.row.root), (at, frozenset()))
            broken[_name(failure.row.root)] = (before[0], before[1] | ({code} if before[0] == at else set()))
        found.passes.append(broken)
        if any(policy.entities[f.row.entity].single for f in run.failures):
            found.refused = True
            return found
        dataset = _without(policy, dataset, broken)
        forget(dataset, decided_terms(policy))
        run = run_engine(compiled, dataset)
    _read_run(plan, run, found)
    return found


def _read_run(plan: Plan, run: Run, found: Month) -> None:
    tables = {f.stage for f in plan.fired}
    for row in run.dataset:
        for entity, term in plan.decided:
            if entity == row.entity:
                found.values[row.entity, row.key, term] = row.values.get(term)
        for stage in tables:
            fired = run.fired.get((stage, id(row)))
            if fired is not None:
                found.fired[row.entity, row.key, stage] = "、".join(fired)
        for output in plan.outputs:
            for number, column in enumerate(output.columns if output.entity == row.entity else ()):
                reference = column.statement.reference
                holder = (
                    row if policy_base(plan, reference.entity) == row.entity else _seen(row, reference.entity)
                )
                value = holder.values.get(reference.term) if holder is not None else None
                found.values[row.entity, row.key, f"明细 {number}"] = value


def policy_base(plan: Plan, entity: str) -> str:
    return plan.policy.entities[entity].base


def _seen(row: Row, entity: str) -> Row | None:
    return row.singles.get(entity) or row.above(entity)


def _name(root: Row) -> str:
    return f"{root.entity}:{root.key}"


def _without(policy: Policy, dataset: Dataset, broken: Mapping[str, Any]) -> Dataset:
    return link(
        policy, {n: [r for r in rows if _name(r.root) not in broken] for n, rows in dataset.rows.items()}
    )


# -- columns -----------------------------------------------------------------------------------------


def month_of_columns(plan: Plan, dataset: Dataset) -> Month:
    policy, found = plan.policy, Month()
    while True:
        with database(Limits(threads=1)) as connection:
            put_dataset(policy, plan.inputs, dataset, connection)
            broken, found.values, found.fired = _one_pass(plan, connection)
        if not broken:
            return found
        end = plan.end_of_pass(min(at for at, _ in broken.values()))
        broken = {root: place for root, place in broken.items() if place[0] < end}
        found.passes.append(broken)
        if any(policy.entities[root.partition(":")[0]].single for root in broken):
            found.refused = True
            return found
        dataset = _without(policy, dataset, broken)


def _one_pass(
    plan: Plan, connection: duckdb.DuckDBPyConnection
) -> tuple[Broken, dict[tuple[str, str, str], Value], dict[tuple[str, str, str], str]]:
    stages = {s.id: i for i, s in enumerate(plan.policy.stages)}
    done = execute(plan, connection, extra=wanted(plan))
    failed = {
        root
        for entity, relation in done.failed
        for root in _roots(plan, entity, connection, f'FROM "{relation}"')
    }
    broken: Broken = {}
    values: dict[tuple[str, str, str], Value] = {}
    fired: dict[tuple[str, str, str], str] = {}
    for entity in plan.policy.base_entities:
        text = SqlText(DUCKDB, Reads(plan, DUCKDB, entity.name))
        shown = list(_shown(plan, entity.name))
        faults = [f for f in plan.faults if f.entity == entity.name]
        rows = [f for f in plan.fired if f.entity == entity.name]
        select = [text(e) for _, e in shown]
        select += [f"coalesce({text(f.condition)}, FALSE)" for f in faults]
        select += [f'"{f.name}"' for f in rows]
        for root, key, cells in _rows(plan, entity.name, done.last[entity.name], select, connection):
            for (name, expr), cell in zip(shown, cells, strict=False):
                values[entity.name, key, name] = _value(expr, cell)
            held = [f for f, cell in zip(faults, cells[len(shown) :], strict=False) if cell]
            _note(broken, root, held, stages)
            for place, cell in zip(rows, cells[len(shown) + len(faults) :], strict=True):
                if cell is not None:
                    fired[entity.name, key, place.stage] = place.rows[cell]
    assert set(broken) == failed, "the relations of failed rows and the faults must say the same"
    return broken, values, fired


def _value(expr: ir.Expr, cell: Any) -> Value:
    """A row that fails may hold what is no value, such as a month after the last one."""
    try:
        return expr.type.value(cell)
    except ValueError:
        return f"no value: {cell}"


def wanted(plan: Plan) -> Iterator[ir.Column]:
    """Every column this comparison reads of the last relations."""
    for entity in plan.policy.base_entities:
        exprs = [e for _, e in _shown(plan, entity.name)]
        exprs += [f.condition for f in plan.faults if f.entity == entity.name]
        for expr in exprs:
            yield from ir.columns(expr)
    for fired in plan.fired:
        yield ir.Column(next(iter(plan.decided.values())).type, fired.entity, fired.name)


def _note(broken: Broken, root: str, held: Sequence[Fault], stages: Mapping[str, int]) -> None:
    for fault in held:
        at = stages.get(fault.stage, -1)
        before = broken.get(root, (at, frozenset()))
        codes = before[1] if before[0] == at else frozenset()
        if at <= before[0]:
            broken[root] = (at, codes | {fault.code})


def _shown(plan: Plan, entity: str) -> Iterator[tuple[str, ir.Expr]]:
    for (base, term), expr in plan.decided.items():
        if base == entity:
            yield term, expr
    for output in plan.outputs:
        if output.entity == entity:
            yield from ((f"明细 {n}", column.expr) for n, column in enumerate(output.columns))


def _rows(
    plan: Plan, entity: str, relation: str, select: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """(root, key, cells) of each row."""
    above = plan.policy.ancestors(entity)
    keys = ["_k", *(f'"_k_{plan.policy.entities[a].id}"' for a in above)]
    found = connection.execute(f'SELECT {", ".join([*keys, *select])} FROM "{relation}"').fetchall()
    for row in found:
        line = [(n, k) for n, k in zip([entity, *above], row[: len(keys)], strict=True) if k is not None]
        yield ":".join(line[-1]) if line else f"{entity}:", row[0] or "", row[len(keys) :]


def _roots(plan: Plan, entity: str, connection: duckdb.DuckDBPyConnection, rows: str) -> Iterator[str]:
    names = [entity, *plan.policy.ancestors(entity)]
    for *keys, _ in connection.execute(f"SELECT * {rows}").fetchall():
        line = [(n, k) for n, k in zip(names, keys, strict=True) if k is not None]
        yield ":".join(line[-1]) if line else f"{entity}:"


# -- both --------------------------------------------------------------------------------------------


def disagreements(policy: Policy, facts: Mapping[str, Any] | Dataset, plan: Plan | None = None) -> list[str]:
    """What the columns say otherwise than the engine; nothing when they agree. Raises NotLowered."""
    dataset = facts if isinstance(facts, Dataset) else readable(policy, tables_from_mapping(policy, facts))
    plan = plan or lower(policy)
    columns = month_of_columns(plan, dataset)
    engine = month_of_engine(plan, dataset)
    found = [f"{len(engine.passes)} passes of the engine, {len(columns.passes)} of the columns"]
    found = found if len(engine.passes) != len(columns.passes) else []
    for one, other in zip(engine.passes, columns.passes, strict=False):
        found += _passes(one, other)
    if engine.refused or columns.refused:
        return found + ([] if engine.refused is columns.refused else ["one of them refuses the month"])
    for name in ("values", "fired"):
        one, other = getattr(engine, name), getattr(columns, name)
        found += [
            f"{place}: engine {one.get(place)}, columns {other.get(place)}"
            for place in sorted({*one, *other})
            if one.get(place, "—") != other.get(place, "—")
        ]
    return found


def _passes(engine: Broken, columns: Broken) -> Iterator[str]:
    for root in sorted({*engine, *columns}):
        one, other = engine.get(root), columns.get(root)
        if one is None or other is None:
            yield f"{root} fails only in {'columns' if one is None else 'engine'}: {one or other}"
        elif one[0] != other[0] or not one[1] <= other[1]:
            yield f"{root} fails otherwise: engine {one}, columns {other}"
