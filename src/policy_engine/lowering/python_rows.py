"""Rows as lists, where things are in them, and the code that reads them.

A row is: ``KEY_SLOT`` its key, ``KIND_SLOT`` the number of its sub-entity, the rows above it (None where there is
none), then its columns.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy_engine.lowering import ir
from policy_engine.lowering import python_code as py
from policy_engine.lowering.physical import Physical
from policy_engine.lowering.plan import KEY, PART, key_column
from policy_engine.policy.model import Policy

RowList = list[Any]
Function = Callable[[Sequence[RowList], Sequence[RowList]], None]  # rows, one-row entities

KEY_SLOT, KIND_SLOT, FIRST_ABOVE = 0, 1, 2


@dataclass(frozen=True)
class Shape:
    """Where things are in the rows of one base entity. ``blank``: a row without anything, to be copied."""

    entity: str
    above: Mapping[str, int]  # ancestor → slot
    slots: Mapping[str, int]  # column → slot
    blank: tuple[Any, ...]
    numbers: int  # kinds of row


@dataclass(frozen=True)
class Queue:
    """At ``time``: who of the rows under each row of ``entity`` is the last to get a unit left over."""

    entity: str
    time: int
    gathered: int  # slot of the list of (−remainder, −weight, key)
    divisor: int
    found: tuple[int, int, int]


@dataclass(frozen=True)
class Found:
    """Where a value of a row is: in a slot, or the same for all rows of the kind."""

    type: Physical
    slot: int | None
    constant: int | bool | str | None = None

    def stored(self, row: RowList) -> int | bool | str | None:
        if self.slot is None:
            return self.constant
        found: int | bool | str | None = row[self.slot]
        return found


class Reads:
    """Local names of columns, and the code that loads them from rows."""

    def __init__(
        self,
        policy: Policy,
        shapes: Mapping[str, Shape],
        singles: Sequence[str],
        entity: str,
        given: Mapping[str, str],
    ) -> None:
        """``given``: own columns that are locals already."""
        self.policy, self.shapes, self.singles, self.entity = policy, shapes, singles, entity
        self.before: list[ast.stmt] = []
        self.loads: list[ast.stmt] = []
        self._names: dict[tuple[str, str], str] = {(entity, n): local for n, local in given.items()}
        self._rows: dict[str, str] = {}
        self._loaded: set[tuple[str, str]] = set()

    @property
    def loaded(self) -> frozenset[tuple[str, str]]:
        """(base entity, column) of what must stand in rows."""
        return frozenset(self._loaded)

    def __call__(self, column: ir.Column) -> str:
        place = column.entity, column.name
        if place not in self._names:
            # The number is free: names are only ever added.
            self._names[place] = local = f"r{len(self._names)}"
            self._loaded.add(place)
            into, value = self._load(*place)
            into.append(py.assign(local, value))
        return self._names[place]

    def _load(self, entity: str, name: str) -> tuple[list[ast.stmt], ast.expr]:
        if entity == self.entity:
            return self.loads, self._of_row("row", entity, name)
        row = self.row(entity)
        if self.policy.entities[entity].single:
            return self.before, self._of_row(row, entity, name)
        value = self._of_row(row, entity, name)
        if self._may_lack(entity):
            value = py.if_else(py.is_none(py.name(row)), py.constant(None), value)
        return self.loads, value

    def _of_row(self, row: str, entity: str, name: str) -> ast.expr:
        shape = self.shapes[entity]
        if name == KEY:
            return py.item(py.name(row), KEY_SLOT)
        if name == PART:
            return py.item(py.name(row), KIND_SLOT)
        for ancestor, slot in shape.above.items():
            if name == key_column(self.policy.entities[ancestor].id):
                above = py.item(py.name(row), slot)
                return py.if_else(
                    py.is_none(above), py.constant(None), py.item(py.item(py.name(row), slot), 0)
                )
        return py.item(py.name(row), shape.slots[name])

    def row(self, entity: str) -> str:
        """The local name of the row of an ancestor or of a one-row entity."""
        if entity not in self._rows:
            self._rows[entity] = local = f"a{len(self._rows)}"
            if self.policy.entities[entity].single:
                at = self.singles.index(entity)
                self.before.append(py.assign(local, py.item(py.name("singles"), at)))
            else:
                slot = self.shapes[self.entity].above[entity]
                self.loads.append(py.assign(local, py.item(py.name("row"), slot)))
        return self._rows[entity]

    def _may_lack(self, ancestor: str) -> bool:
        """Somewhere on the way up a row may be without a parent."""
        entity: str | None = self.entity
        while entity is not None and entity != ancestor:
            if self.policy.entities[entity].parent_optional:
                return True
            entity = self.policy.entities[entity].parent
        return False
