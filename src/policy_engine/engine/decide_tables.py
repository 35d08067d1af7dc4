"""Decision tables: which rows hit, and what follows (OMG DMN §8.2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from policy_engine.engine.faults import Fault
from policy_engine.engine.plan import CompiledStage, Plan
from policy_engine.engine.rows import Row
from policy_engine.engine.run_state import Run, each_row, settle_row
from policy_engine.feel.values import Value
from policy_engine.policy.model import (
    DEFAULT_ROW,
    DecisionTable,
    TableRow,
)
from policy_engine.rulefile.choices import Collect, HitPolicy


def decide_table(
    plan: Plan, compiled: CompiledStage, table: DecisionTable, rows: Sequence[Row], run: Run
) -> None:
    asked: list[Row] = []
    facts: list[tuple[str, frozenset[int]]] = []

    def ask(row: Row) -> None:
        facts.append((compiled.stage.id, frozenset(i for i, t in enumerate(compiled.tests) if t(row))))
        asked.append(row)

    each_row(compiled, rows, run, ask)
    hits = dict(zip(map(id, asked), plan.matcher.match(facts), strict=True))
    each_row(compiled, asked, run, lambda row: _conclude(compiled, table, row, hits[id(row)], run))


def _conclude(
    compiled: CompiledStage, table: DecisionTable, row: Row, hits: tuple[int, ...], run: Run
) -> None:
    names = tuple(table.rows[i].name for i in hits)
    values = _conclusions(compiled, table, row, hits, names)
    if not hits:
        names = (DEFAULT_ROW,) if compiled.default is not None else ()
    elif table.hit_policy in (HitPolicy.FIRST, HitPolicy.ANY):
        names = names[:1]
    run.fired[compiled.stage.id, id(row)] = names
    settle_row(compiled, row, values)


def _conclusions(
    compiled: CompiledStage,
    table: DecisionTable,
    row: Row,
    hits: tuple[int, ...],
    names: tuple[str, ...],
) -> tuple[Value, ...]:
    if table.hit_policy is HitPolicy.COLLECT:
        return _collect(compiled, table, row, hits)
    if not hits:
        return _default(compiled, table, row)
    if table.hit_policy is HitPolicy.UNIQUE and len(hits) > 1:
        raise Fault("PE6021", *_spans(table, hits), name=compiled.stage.key, rows="、".join(names))
    values = tuple(o(row) for o in compiled.outputs[hits[0]])
    if table.hit_policy is HitPolicy.ANY:
        for other in hits[1:]:
            if tuple(o(row) for o in compiled.outputs[other]) != values:
                raise Fault("PE6023", *_spans(table, hits), name=compiled.stage.key, rows="、".join(names))
    return values


def _spans(table: DecisionTable, hits: tuple[int, ...]) -> list[Any]:
    rows: list[TableRow] = [table.rows[i] for i in hits]
    return [r.span for r in rows]


def _default(compiled: CompiledStage, table: DecisionTable, row: Row) -> tuple[Value, ...]:
    if compiled.default is None:
        raise Fault("PE6022", name=compiled.stage.key)
    return tuple(d(row) for d in compiled.default)


def _collect(
    compiled: CompiledStage, table: DecisionTable, row: Row, hits: tuple[int, ...]
) -> tuple[Value, ...]:
    """DMN collect: a list (joined by 、), C+ (0 without a hit), C#, and C< / C>, which need a hit or a default."""
    count = len(compiled.stage.outputs)
    if not hits and compiled.default is not None:
        return tuple(d(row) for d in compiled.default)
    if table.collect is Collect.COUNT:
        return tuple(Fraction(len(hits)) for _ in range(count))
    columns = [[compiled.outputs[i][n](row) for i in hits] for n in range(count)]
    match table.collect:
        case Collect.SUM:
            return tuple(sum(column, Fraction(0)) for column in columns)
        case Collect.LIST:
            return tuple("、".join(str(v) for v in column) for column in columns)
        case _ if not hits:
            raise Fault("PE6022", name=compiled.stage.key)
        case Collect.MIN:
            return tuple(min(column) for column in columns)
        case _:
            return tuple(max(column) for column in columns)
