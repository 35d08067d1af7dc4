"""A table as a view of typed columns, every row marked as plainly fine or not.

``raw_<entity id>``: ``_n``, ``_k`` (its key as written), ``_p`` (its parent's), one column a fact, and ``_bad``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policy_engine.engine.columns import Columns
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import InputColumn, Kind, Physical
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.settlement.cells.doubts import Doubts
from policy_engine.settlement.cells.spark import CELLS as cells
from policy_engine.settlement.columns.clean_table import Mark
from policy_engine.settlement.spark import names
from policy_engine.settlement.spark.kept import kept
from policy_engine.settlement.spark.source import SparkTable, make_view


@dataclass(frozen=True)
class Raw:
    """An entity on its way: ``table`` and ``columns`` are None where no table was handed in."""

    entity: Entity
    inputs: tuple[InputColumn, ...]
    parent: Entity | None
    table: SparkTable | None
    columns: Columns | None

    @property
    def cells(self) -> str:
        """The view of the cells as handed in."""
        return f"cells_{self.entity.id}"

    @property
    def view(self) -> str:
        return f"raw_{self.entity.id}"


def make_raw(policy: Policy, raw: Raw, session: Any) -> None:
    """Read the files once. Without any, the view is empty."""
    table, columns = raw.table, raw.columns
    if table is None or columns is None or columns.key is None:
        empty = session.createDataFrame([], ", ".join(declared(raw)))
        empty.createOrReplaceTempView(names.name(raw.view))
        return
    make_view(table, raw.cells, session)
    types = {c.name: SPARK.type(c.physical) for c in raw.inputs}

    def held(place: int, term: Term) -> str:
        return f"TRY_CAST(v{place} AS {types[term.id]})" if term.id in types else f"v{place}"

    found = Doubts(cells, policy, columns, table.holdings).conditions(True, held)
    doubts = " OR ".join(found) or "FALSE"
    holding = table.holdings[columns.key]
    key = cells.key(f"c{columns.key}", holding)
    parent = "CAST(NULL AS STRING)"
    if columns.parent is not None:
        parent = cells.key(f"c{columns.parent}", table.holdings[columns.parent])
    plain = f"coalesce({cells.is_plain_key('k', holding)}, FALSE)"
    bad = f"CASE WHEN k IS NULL OR NOT {plain} THEN {Mark.KEY} WHEN {doubts} THEN {Mark.OTHER} ELSE {Mark.PLAIN} END"
    values = [f"{sql} AS v{i}" for i, sql in _values(raw)]
    inner = ", ".join(["*", f"{key} AS k", f"{parent} AS p", *values])
    outer = ", ".join(["n AS _n", "k AS _k", "p AS _p", f"{bad} AS _bad", *_filled(raw)])
    frame = kept(session.sql(f"SELECT {outer} FROM (SELECT {inner} FROM {names.name(raw.cells)})"))
    frame.createOrReplaceTempView(names.name(raw.view))


def declared(raw: Raw) -> Iterator[str]:
    yield from ("_n BIGINT", "_k STRING", "_p STRING", "_bad INTEGER")
    for column in raw.inputs:
        yield f"{names.name(column.name)} {SPARK.type(column.physical)}"


def literal(value: int | bool | str | None, physical: Physical) -> str:
    """A stored value in SQL, typed."""
    if value is None:
        return f"CAST(NULL AS {SPARK.type(physical)})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return names.text(value)
    if physical.kind is Kind.NUMBER:
        return SPARK.number(value, physical.wide)
    return f"CAST({value} AS INTEGER)"


def _values(raw: Raw) -> Iterator[tuple[int, str]]:
    assert raw.table is not None and raw.columns is not None
    for i, (term, position) in enumerate(raw.columns.terms):
        if position is not None:
            holding = raw.table.holdings[position.index]
            yield i, cells.value(f"c{position.index}", holding, term, position.factor)


def _filled(raw: Raw) -> Iterator[str]:
    assert raw.columns is not None
    for column in raw.inputs:
        found = [(i, at) for i, (term, at) in enumerate(raw.columns.terms) if term.id == column.name]
        held = f"v{found[0][0]}" if found and found[0][1] is not None else None
        default = literal(column.default, column.physical)
        type_ = SPARK.type(column.physical)
        value = f"TRY_CAST({held} AS {type_})" if held is not None else None
        if value is None:
            value = default
        elif column.default is not None:
            value = f"coalesce({value}, {default})"
        yield f"CAST({value} AS {type_}) AS {names.name(column.name)}"
