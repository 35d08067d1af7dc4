"""Statements as frames: fixed places, names of options, months and days as text; written as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from policy_engine.lowering import ir
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.plan import KEY, Fired, Plan, key_column
from policy_engine.lowering.refusal import NotLowered
from policy_engine.lowering.relations import Reads
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.places import decimal_places
from policy_engine.settlement.columns.outputs import NARROW, WIDE, _decimal, _summed
from policy_engine.settlement.spark import names
from policy_engine.settlement.spark.execute import Executed
from policy_engine.settlement.statements import key_columns, statement_column
from policy_engine.tables.columns import Column

Shown = tuple[Column, str]  # what it is called, and its value in SQL


@dataclass(frozen=True, eq=False)
class FrameTable:
    """``summed``: id of a column of energy or money → what it is called."""

    name: str
    query: str
    summed: dict[str, str]

    def write(self, folder: Path, session: Any) -> None:
        """Parquet files in a folder that is not there yet, sorted by key."""
        frame = session.sql(self.query)
        frame.write.option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false").parquet(str(folder))
        for extra in (*folder.glob(".*.crc"), *folder.glob("_SUCCESS")):
            extra.unlink()

    def sums(self, folder: Path, session: Any) -> dict[str, Fraction | None]:
        """Of what was written; None where there are rows and nobody filled it in."""
        frame = session.read.parquet(str(folder))
        asked = [f"sum(CAST({names.name(n)} AS {_widest(frame, n)}))" for n in self.summed.values()]
        (row,) = frame.selectExpr("count(*)", *asked).collect()
        return {
            id_: None if total is None and row[0] else Fraction(total or 0)
            for id_, total in zip(self.summed, row[1:], strict=True)
        }


def _widest(frame: Any, name: str) -> str:
    return f"DECIMAL(38,{frame.schema[name].dataType.scale})"


def statement_tables(done: Executed, by_name: bool, fired: bool) -> Iterator[FrameTable]:
    """As ``columns.outputs.statement_queries``."""
    plan, policy = done.plan, done.plan.policy
    for output in plan.outputs:
        entity = policy.entities[output.entity]
        shown = list(_keys(plan, output.entity, by_name))
        summed: dict[str, str] = {}
        for column in output.columns:
            reference = column.statement.reference
            if policy.term(reference.entity, reference.term).sensitive:
                continue
            made = statement_column(column.statement, by_name)
            shown.append((made, _value(plan, output.entity, made, column.expr)))
            found = _summed(column.statement)
            if found is not None:
                summed[found] = made.name
        if fired:
            shown += [_fired(f, by_name) for f in plan.fired if f.entity == output.entity]
        name = entity.name if by_name else entity.id
        yield FrameTable(name, _query(shown, done.last[output.entity], entity.single), summed)


def carry_over_tables(done: Executed, by_name: bool) -> Iterator[FrameTable]:
    """As ``columns.outputs.carry_over_queries``."""
    plan, policy = done.plan, done.plan.policy
    for entity in policy.base_entities:
        items = [c for c in policy.carry_over if c.entity == entity.name]
        if not items:
            continue
        shown = list(_keys(plan, entity.name, by_name))
        for item in items:
            term = policy.term(entity.name, item.input)
            column = Column(term.name if by_name else term.id, "number", term.places)
            shown.append((column, _value(plan, entity.name, column, plan.decided[entity.name, item.output])))
        name = f"结转_{entity.name}" if by_name else f"carry_over_{entity.id}"
        yield FrameTable(name, _query(shown, done.last[entity.name], entity.single), {})


def _query(shown: Sequence[Shown], relation: str, single: bool) -> str:
    listed = ",\n  ".join(f"{value} AS {names.name(column.name)}" for column, value in shown)
    order = "" if single else f"\nORDER BY {KEY}"
    if order:  # by a key that may be shown under another name
        inner = ",\n  ".join([listed, f"{names.name(KEY)} AS _sorted"])
        kept = ", ".join(names.name(column.name) for column, _ in shown)
        return f"SELECT {kept} FROM (SELECT {inner}\nFROM {names.name(relation)}) ORDER BY _sorted"
    return f"SELECT {listed}\nFROM {names.name(relation)}"


def _keys(plan: Plan, entity: str, by_name: bool) -> Iterator[Shown]:
    found = plan.policy.entities[entity]
    own = [KEY] if found.key is not None else []
    if found.parent is not None:
        own.append(key_column(plan.policy.entities[found.parent].id))
    for column, name in zip(key_columns(plan.policy, found, by_name), own, strict=True):
        yield column, names.name(name)


def _value(plan: Plan, entity: str, column: Column, expr: ir.Expr) -> str:
    type_, value = expr.type, SqlText(SPARK, Reads(plan, SPARK, entity))(expr)
    match type_.kind:
        case Kind.NUMBER:
            return _number(plan, column, type_, value)
        case Kind.CODE:
            arms = " ".join(f"WHEN {i} THEN {names.text(n)}" for i, n in enumerate(type_.names))
            return f"CASE {value} {arms} END"
        case Kind.DAY:
            return f"CAST(date_add(DATE'0001-01-01', {value} - 1) AS STRING)"
        case Kind.MONTH:
            year, month = f"CAST({value} DIV 12 AS STRING)", f"CAST({value} % 12 + 1 AS STRING)"
            return f"concat(lpad({year}, 4, '0'), '-', lpad({month}, 2, '0'))"
        case _:
            return value


def _number(plan: Plan, column: Column, type_: Physical, value: str) -> str:
    """Exact: the integer times a decimal constant, in a product that keeps all its places."""
    have = decimal_places(type_.unit)
    assert have is not None, "what does not end is rounded before it is stored"
    places = column.places if column.places is not None else have
    most = max(-type_.low, type_.high)
    digits = WIDE if most * type_.unit * 10 ** max(places, have) >= 10**NARROW or type_.wide else NARROW
    held = len(str(most))
    # Spark keeps at most 6 places of a product that needs more than 38 digits.
    if held + have + 1 > WIDE and have > 6:
        raise NotLowered("wide", plan.policy.stages[0].span, column.name)
    step = f"CAST('{_decimal(type_.unit, have)}' AS DECIMAL({have + 1},{have}))" if have else str(type_.unit)
    exact = f"CAST({value} AS DECIMAL({held},0)) * {step}" if type_.unit != 1 else value
    return f"CAST({exact} AS DECIMAL({digits},{places}))"


def _fired(fired: Fired, by_name: bool) -> Shown:
    arms = " ".join(f"WHEN {i} THEN {names.text(n)}" for i, n in enumerate(fired.rows))
    name = f"{fired.key}命中" if by_name else f"row:{fired.key}"
    return Column(name, "text"), f"CASE {names.name(fired.name)} {arms} END"
