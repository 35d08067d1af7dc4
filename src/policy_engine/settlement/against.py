"""退补: what a run settles differently from an earlier run of the same policy and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, Policy, StatementColumn
from policy_engine.settlement.digests import sha256
from policy_engine.settlement.names import readable
from policy_engine.settlement.output import read_record
from policy_engine.settlement.statements import (
    DIFFERENCE,
    HeldTable,
    OutputTable,
    column_names,
    key_names,
)
from policy_engine.tables.columns import Column
from policy_engine.tables.model import RawTable
from policy_engine.tables.read import read_tables
from policy_engine.tables.values import parse_decimal

_IDS = ("table", "id", "item", "unit", "before", "after", "difference")
_NAMES = ("表", "编号", "项目", "单位", "原结果", "新结果", "差额")

Values = Mapping[str, Mapping[str, str]]  # key → statement column id → as published


@dataclass(frozen=True)
class EarlierRun:
    """An earlier run's statements, by entity."""

    values: Mapping[str, Values]


def read_run(policy: Policy, folder: Path) -> EarlierRun:
    """Read what an earlier ``settle`` wrote.

    Raises InputError when it is no run, of another policy or month, or when a file is not what it was.
    """
    record = read_record(folder)
    if record is None:
        raise InputError(diagnostic("PE7020", path=readable(str(folder))))
    stated = (str(_at(record, "policy", "id")), str(record.get("period")))
    if stated != (policy.id, str(policy.period)):
        raise InputError(
            diagnostic(
                "PE7021",
                path=readable(str(folder)),
                found="，".join(stated),
                wanted=f"{policy.id}，{policy.period}",
            )
        )
    outputs = record.get("output")
    names = outputs if isinstance(outputs, Mapping) else {}
    tables: list[RawTable] = []
    for name, digest in names.items():
        path = folder / Path(str(name)).name
        if not path.is_file() or sha256(path) != digest:
            raise InputError(diagnostic("PE7022", path=readable(str(path))))
        tables += read_tables(path)
    by_entity = {
        entity.name: _values(policy, entity, tables)
        for entity in (policy.entities[s.entity] for s in policy.statements)
    }
    return EarlierRun(by_entity)


def difference_table(
    policy: Policy, before: EarlierRun, after: Sequence[HeldTable], *, by_name: bool = False
) -> OutputTable:
    """Each value that changed, members that came or went included. Numbers have their difference."""
    rows: list[tuple[Decimal | str | None, ...]] = []
    for statement in policy.statements:
        entity = policy.entities[statement.entity]
        new = _values_of(policy, entity, after)
        old = before.values.get(entity.name, {})
        for key in sorted({*old, *new}):
            for column in statement.columns:
                one, other = old.get(key, {}).get(column.id, ""), new.get(key, {}).get(column.id, "")
                if one != other:
                    rows.append(_row(entity, key, column, one, other, by_name))
    names = _NAMES if by_name else _IDS
    columns = tuple(Column(n, "number" if n == names[-1] else "text") for n in names)
    return OutputTable(DIFFERENCE[by_name], columns, tuple(rows))


def _row(
    entity: Entity, key: str, column: StatementColumn, one: str, other: str, by_name: bool
) -> tuple[Decimal | str | None, ...]:
    difference = None
    if column.kind in NUMERIC_KINDS:
        difference = _number(other) - _number(one)
    unit = column.unit.name if column.unit is not None else ""
    return (
        entity.name if by_name else entity.id,
        key,
        column.name if by_name else column.id,
        unit or None,
        one or None,
        other or None,
        difference,
    )


def _number(text: str) -> Decimal:
    """A value of a statement; a member that is not there owes nothing."""
    return parse_decimal(text) if text else Decimal(0)


def _at(record: Mapping[str, object], *path: str) -> object:
    found: object = record
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _values(policy: Policy, entity: Entity, tables: Sequence[RawTable]) -> Values:
    for table in tables:
        if table.name in (entity.id, entity.name):
            rows = [[cell or "" for cell in row.cells] for row in table.rows]
            return _by_key(policy, entity, table.header, rows)
    return {}


def _values_of(policy: Policy, entity: Entity, tables: Sequence[HeldTable]) -> Values:
    for table in tables:
        if table.name in (entity.id, entity.name):
            header = tuple(c.name for c in table.columns)
            rows = [
                [_published(cell, column) for cell, column in zip(row, table.columns, strict=True)]
                for row in table.rows
            ]
            return _by_key(policy, entity, header, rows)
    return {}


def _published(cell: object, column: Column) -> str:
    """As the writers put it down, so that a file read back compares equal."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Decimal) and column.places is not None:
        return f"{cell:.{column.places}f}"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _by_key(policy: Policy, entity: Entity, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Values:
    """Statement columns by id, whether the header is by id or by name; numbers in their plain form."""
    known = column_names(policy, entity)
    places = {i: known[h] for i, h in enumerate(header) if h in known}
    keys = key_names(entity)
    at = next((i for i, h in enumerate(header) if h in keys), None)
    return {
        row[at] if at is not None else "": {
            column.id: _plain(row[i], column) for i, column in places.items() if i < len(row)
        }
        for row in rows
    }


def _plain(text: str, column: StatementColumn) -> str:
    """Parquet and workbooks drop trailing zeros or keep more; the published places decide, or else no zero counts."""
    if not text or column.kind not in NUMERIC_KINDS:
        return text
    if column.places is not None:
        return f"{parse_decimal(text):.{column.places}f}"
    plain = f"{parse_decimal(text):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
