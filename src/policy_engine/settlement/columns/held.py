"""A statement kept in memory as an Arrow table, as long as nobody asks for its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policy_engine.settlement.columns.outputs import QueryTable
from policy_engine.settlement.statements import Cell
from policy_engine.tables.columns import Column


@dataclass(frozen=True, eq=False)
class ArrowTable:
    """``rows`` are made when they are first asked for: they need ten times the memory."""

    name: str
    columns: tuple[Column, ...]
    content: Any = field(repr=False)

    @cached_property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple(zip(*(column.to_pylist() for column in self.content.columns), strict=True))

    def arrow(self) -> Any:
        return self.content


def held(table: QueryTable) -> ArrowTable:
    """Read a table out of its database."""
    return ArrowTable(table.name, table.columns, table.arrow())
