"""A table as a view of typed columns, every row marked as plainly fine or not.

``raw_<entity id>``: ``_n``, ``_k`` (its key as written), ``_p`` (its parent's), one column a fact, and ``_bad``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policy_engine.engine.columns import Columns
from policy_engine.feel.values import Month
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import InputColumn, Kind, Physical
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.settlement.cells.holding import Held
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
    doubts = " OR ".join(_doubts(policy, raw)) or "FALSE"
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


def _doubts(policy: Policy, raw: Raw) -> Iterator[str]:
    """Conditions under which the reader must decide about a row whose key is plain."""
    table, columns = raw.table, raw.columns
    assert table is not None and columns is not None and columns.key is not None
    for i in range(columns.key):  # a total says so in its first cell that is not blank
        if table.holdings[i].held is Held.TEXT:
            yield f"coalesce(contains(c{i}, '计'), FALSE)"
    types = {c.name: c.physical for c in raw.inputs}
    for i, (term, position) in enumerate(columns.terms):
        if position is None:
            continue
        blank = cells.is_blank(f"c{position.index}", table.holdings[position.index])
        held = f"v{i}"
        if term.id in types:
            held = f"TRY_CAST(v{i} AS {SPARK.type(types[term.id])})"
        yield f"({held} IS NULL AND NOT {blank})"
        if _everywhere(policy, term):
            yield blank
    if columns.period is not None:
        yield _other_month(policy, raw, columns.period[1])


def _other_month(policy: Policy, raw: Raw, index: int) -> str:
    assert raw.table is not None
    holding = raw.table.holdings[index]
    blank = cells.is_blank(f"c{index}", holding)
    if not isinstance(policy.period, Month):
        return f"NOT {blank}"
    own = policy.period.year * 12 + policy.period.month - 1
    return f"(NOT {blank} AND NOT ({cells.month(f'c{index}', holding)} <=> {own}))"


def _everywhere(policy: Policy, term: Term) -> bool:
    """Required of every row of its entity; what only some sub-entities need, the plan looks at."""
    covered = frozenset().union(*(policy.parts(p) for p in term.parts))
    return term.required and policy.parts(term.entity) <= covered
