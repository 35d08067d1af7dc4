"""Results as tables: the statement of each entity, and the rejected rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from policy_engine.engine.publishing import published, to_plain
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import TermRef, Where
from policy_engine.feel.values import Value
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy, Statement, StatementColumn
from policy_engine.tables.columns import Column
from policy_engine.tables.parquet_out import arrow_table
from policy_engine.tables.write import Format, Sheet, write_table

if TYPE_CHECKING:
    from policy_engine.engine.result import Result

Cell = Decimal | str | bool | int | None


@dataclass(frozen=True)
class OutputTable:
    """``name``: entity id or name; ``columns`` and ``rows`` ready to be written."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def sheet(self) -> Sheet:
        return self.name, self.columns, self.rows

    def write(self, path: Path, format: Format) -> None:
        write_table(path, self.columns, self.rows, format)

    def arrow(self) -> Any:
        """As a pyarrow Table, typed as the Parquet file would be."""
        return arrow_table(self.columns, self.rows)


class HeldTable(Protocol):
    """A table one can look at: ``rows`` of exact values, or all of it as a pyarrow Table."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]: ...

    def arrow(self) -> Any: ...


class Table(Protocol):
    """A table that can be written, wherever its rows are."""

    @property
    def name(self) -> str: ...

    def sheet(self) -> Sheet: ...

    def write(self, path: Path, format: Format) -> None: ...


REJECTED = ("rejected", "退回")
DIFFERENCE = ("difference", "退补")


def table_names(policy: Policy) -> frozenset[str]:
    """Every name a table of a run can have."""
    entities = [policy.entities[s.entity] for s in policy.statements]
    statements = {n for e in entities for n in (e.id, e.name)}
    carried = {n for e in policy.base_entities for n in (f"carry_over_{e.id}", f"结转_{e.name}")}
    return frozenset({*REJECTED, *DIFFERENCE, *statements, *carried})


def statement_tables(result: Result, *, by_name: bool = False) -> tuple[OutputTable, ...]:
    """One table for each entity with a statement (明细). Headers are ids, or names with units."""
    policy = result.policy
    return tuple(
        _table(result, s, by_name) for s in policy.statements if not policy.entities[s.entity].is_sub
    )


def _table(result: Result, statement: Statement, by_name: bool) -> OutputTable:
    policy = result.policy
    entity = policy.entities[statement.entity]
    keys = key_columns(policy, entity, by_name)
    shown = [c for c in statement.columns if not _sensitive(policy, c)]
    columns = [*keys, *(statement_column(c, by_name) for c in shown)]
    rows = tuple(
        (*_keys(policy, entity, row), *(_cell(row, c) for c in shown))
        for row in in_order(result.dataset.rows[entity.name])
    )
    return OutputTable(entity.name if by_name else entity.id, tuple(columns), rows)


def _sensitive(policy: Policy, column: StatementColumn) -> bool:
    return policy.term(column.reference.entity, column.reference.term).sensitive


def in_order(rows: Iterable[Row]) -> list[Row]:
    """As they were handed in; rows made from references follow, by key."""
    return sorted(rows, key=lambda row: (not row.line, row.line, "" if row.line else row.key))


def key_columns(policy: Policy, entity: Entity, by_name: bool) -> list[Column]:
    found = []
    if entity.key is not None:
        found.append(Column(f"{entity.name}编号" if by_name else entity.key, "text"))
    if entity.parent is not None:
        above = policy.entities[entity.parent]
        found.append(Column(above.name if by_name else above.key or above.id, "text"))
    return found


def key_names(entity: Entity) -> frozenset[str]:
    """The headers a statement's key column can have."""
    return frozenset({f"{entity.name}编号", *([entity.key] if entity.key is not None else [])})


def column_names(policy: Policy, entity: Entity) -> dict[str, StatementColumn]:
    """Statement columns by either header."""
    own = [s for s in policy.statements if s.entity == entity.name]
    return {statement_column(c, by_name).name: c for s in own for c in s.columns for by_name in (False, True)}


def _keys(policy: Policy, entity: Entity, row: Row) -> Iterator[Cell]:
    if entity.key is not None:
        yield row.key
    if entity.parent is not None:
        yield row.parent.key if row.parent is not None else None


def statement_column(column: StatementColumn, by_name: bool) -> Column:
    name = column.id
    if by_name:
        unit = column.unit.name if column.unit is not None else ""
        name = f"{column.name}（{unit}）" if unit else column.name
    if column.kind in NUMERIC_KINDS:
        return Column(name, "number", column.places)
    return Column(name, "boolean" if column.kind == "boolean" else "text")


def _cell(row: Row, column: StatementColumn) -> Cell:
    return _shown(_read(row, column.reference))


def _read(row: Row, reference: TermRef) -> Value:
    holder: Row | None = row
    if reference.where is Where.SINGLE:
        holder = row.singles.get(reference.entity)
    elif reference.where is Where.UP:
        holder = row.above(reference.entity)
    return holder.values.get(reference.term) if holder is not None else None


def carry_over_tables(result: Result, *, by_name: bool = False) -> tuple[OutputTable, ...]:
    """结转: what the next period takes as inputs, headed as those inputs, one table an entity that has any."""
    policy = result.policy
    found = []
    for entity in policy.base_entities:
        items = [c for c in policy.carry_over if c.entity == entity.name]
        if not items:
            continue
        inputs = [policy.term(entity.name, c.input) for c in items]
        numeric = [t.kind in NUMERIC_KINDS for t in inputs]
        columns = (
            *key_columns(policy, entity, by_name),
            *(
                Column(t.name if by_name else t.id, "number" if is_number else "text", t.places)
                for t, is_number in zip(inputs, numeric, strict=True)
            ),
        )
        rows = tuple(
            (*_keys(policy, entity, row), *(_shown(row.values.get(c.output)) for c in items))
            for row in in_order(result.dataset.rows[entity.name])
        )
        found.append(
            OutputTable(f"结转_{entity.name}" if by_name else f"carry_over_{entity.id}", columns, rows)
        )
    return tuple(found)


def _shown(value: Value) -> Cell:
    plain = to_plain(value)
    return plain if plain is None or isinstance(plain, Decimal | bool | str) else str(plain)


REJECTED_IDS = ("table", "id", "source", "line", "column", "code", "reason", "hint")
REJECTED_NAMES = ("表", "编号", "来源", "行号", "栏", "代码", "原因", "改法")


def rejected_table(
    policy: Policy, rejected: Sequence[Rejection], *, by_name: bool = False, lang: str = "zh"
) -> OutputTable:
    """Every row that was not settled, with its place and the reason; the rows at fault first."""
    names = REJECTED_NAMES if by_name else REJECTED_IDS
    columns = tuple(Column(n, "integer" if i == 3 else "text") for i, n in enumerate(names))
    rows = []
    for item in rejected:
        entity = policy.entities[item.row.entity]
        rows.append(
            (
                entity.name if by_name else entity.id,
                item.row.key or None,
                item.row.source or None,
                item.row.line or None,
                item.column or None,
                item.diagnostic.code,
                item.diagnostic.message(lang),
                item.diagnostic.hint_text(lang),
            )
        )
    return OutputTable(REJECTED[by_name], columns, tuple(rows))


def totals(result: Result) -> dict[str, dict[str, str]]:
    """The sum of each numeric statement column, by entity id: what a reader checks first."""
    found: dict[str, dict[str, str]] = {}
    for statement in result.policy.statements:
        entity = result.policy.entities[statement.entity]
        sums: dict[str, str] = {}
        for column in statement.columns:
            own = column.reference.where is Where.OWN
            if not (own and column.kind in ("energy", "money")) or _sensitive(result.policy, column):
                continue
            values = [_read(r, column.reference) for r in result.dataset.rows[entity.base]]
            numbers = [v for v in values if isinstance(v, Fraction)]
            if values and not numbers:
                continue  # a column nobody filled in has no sum, not even 0
            total = sum(numbers, Fraction(0))
            sums[column.id] = published(total, result.policy.term(entity.base, column.reference.term))
        found[entity.id] = sums
    return found
