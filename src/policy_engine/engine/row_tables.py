"""Tables of rows that fire when all their tests hold, as checklists and forms make them for the matchers.

A test is any hashable description of a question. It is answered in Python; the matcher sees its number.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol, TypeVar

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.faults import Fault
from policy_engine.engine.matching import Matcher, TableRules
from policy_engine.engine.rows import Row
from policy_engine.policy.canonical import structure
from policy_engine.policy.cell_test import CellTest
from policy_engine.policy.substitute import fill_cell_input


@dataclass(frozen=True)
class OfRow:
    """Something found of a row of a checklist or form, which is a test of what comes after."""

    what: str
    row: int


@dataclass(frozen=True)
class Cell:
    """A distinct cell test, by its number among those of its ``side`` (当, 材料, 须)."""

    side: str
    number: int


@dataclass(frozen=True, eq=False)
class RowTable:
    """``rows[i]``: what must hold for row ``i`` to fire. Equal tests are one, and have one number."""

    name: str
    rows: tuple[tuple[Hashable, ...], ...]
    numbers: Mapping[Hashable, int]

    @property
    def rules(self) -> TableRules:
        rows = tuple(frozenset(self.numbers[test] for test in row) for row in self.rows)
        return TableRules(self.name, rows, len(self.numbers))

    def fired(self, matcher: Matcher, holding: Iterable[Set[Hashable]]) -> list[frozenset[int]]:
        """For each set of tests that hold the rows that fire. Equal sets are matched once."""
        known = self.numbers.keys()
        facts = [frozenset(self.numbers[test] for test in tests & known) for tests in holding]
        distinct = list(dict.fromkeys(facts))
        hits = matcher.match([(self.name, fact) for fact in distinct])
        rows = {fact: frozenset(found) for fact, found in zip(distinct, hits, strict=True)}
        return [rows[fact] for fact in facts]


def row_table(name: str, rows: Sequence[Sequence[Hashable]]) -> RowTable:
    order = dict.fromkeys(test for row in rows for test in row)
    made = tuple(tuple(row) for row in rows)
    return RowTable(name, made, {test: number for number, test in enumerate(order)})


class Cells:
    """Numbers the cell tests of one side; equal tests have one number."""

    def __init__(self, side: str) -> None:
        self.side = side
        self.distinct: dict[object, CellTest] = {}
        self._numbers: dict[object, int] = {}

    def number(self, cell: CellTest) -> Cell:
        mark = structure(cell.value), structure(cell.test)
        self.distinct.setdefault(mark, cell)
        return Cell(self.side, self._numbers.setdefault(mark, len(self._numbers)))

    def compiled(self, compiler: Compiler) -> CompiledCells:
        cells = {self.number(cell): cell for cell in self.distinct.values()}
        return CompiledCells(
            {n: compiler.compile(fill_cell_input(cell.test, cell.value)) for n, cell in cells.items()},
            {n: compiler.compile(cell.value) for n, cell in cells.items()},
        )


@dataclass(frozen=True, eq=False)
class CompiledCells:
    closures: Mapping[Cell, Closure]
    values: Mapping[Cell, Closure]  # of the columns

    def holding(self, row: Row, cells: Iterable[Cell] | None = None) -> frozenset[Hashable]:
        """Those of ``cells`` (None: all) that hold of a row. Raises Fault when one cannot be decided."""
        asked = self.closures if cells is None else dict.fromkeys(cells)
        return frozenset(cell for cell in asked if self.closures[cell](row))


class Case(Protocol):
    """A subject being decided. ``at`` is the row a question is asked of just now: itself, or one below."""

    at: Row


Fail = Callable[[Row, "Fault | TypeError"], None]
C = TypeVar("C", bound=Case)
T = TypeVar("T")


def heard(cases: Iterable[C], ask: Callable[[C], T], fail: Fail) -> list[tuple[C, T]]:
    """The cases with their answers. One that cannot be decided is told to ``fail`` and left out."""
    found: list[tuple[C, T]] = []
    for case in cases:
        try:
            found.append((case, ask(case)))
        except (Fault, TypeError) as error:
            fail(case.at, error)
    return found


def raising(row: Row, error: Fault | TypeError) -> None:
    """``Fail`` for a case that was decided before."""
    raise error
