"""Facts as a folder of Parquet files, typed as the policy's terms are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from policy_engine.policy.model import Policy

Rows = Sequence[Mapping[str, Any]]


def write_month(
    policy: Policy, tables: Mapping[str, Rows], folder: Path, *, text: bool = False, files: int = 1
) -> None:
    """``tables``: entity id → rows. ``text``: everything as text; ``files``: parts a partitioned table is written in."""
    for name, rows in tables.items():
        entity = next(e for e in policy.base_entities if name in (e.id, e.name))
        header = list(dict.fromkeys(k for row in rows for k in row))
        arrays = {h: _array(policy, entity.name, h, [r.get(h) for r in rows], text) for h in header}
        if not header:
            continue
        table = pa.table(arrays)
        if files == 1 or entity.single:
            pq.write_table(table, folder / f"{entity.id}.parquet")
            continue
        parts = folder / entity.id / f"period={policy.period}"
        parts.mkdir(parents=True)
        size = -(-len(rows) // files)
        for number in range(files):
            pq.write_table(table.slice(number * size, size), parts / f"part-{number:03d}.parquet")


def _array(policy: Policy, entity: str, header: str, values: list[Any], text: bool) -> Any:
    cells = [None if v == "" else _decimal(v) for v in values]
    if text:
        return pa.array([None if c is None else _text(c) for c in cells], pa.string())
    term = next((t for t in policy.terms_of(entity) if header in (t.id, t.name)), None)
    if term is not None and any(isinstance(c, Decimal | int) and not isinstance(c, bool) for c in cells):
        numbers = [None if c is None else Decimal(c) for c in cells]
        return pa.array(numbers, pa.decimal128(30, term.places or 0))
    if all(c is None for c in cells):
        return pa.array(cells, pa.string())
    return pa.array(cells)


def _decimal(value: Any) -> Any:
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
