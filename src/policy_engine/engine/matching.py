"""Which rows of a decision table fire, given its true tests: the task, its oracle, and their comparison.

A *test* is one distinct cell condition of a table ("电量 > 100"). It was decided exactly, in Python, before
it gets here. Matching is what remains: a row fires when all its tests are true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError

Fact = tuple[str, frozenset[int]]  # (table name, indices of the true tests)


@dataclass(frozen=True)
class TableRules:
    """One decision table, ready for matching.

    ``rows[i]`` holds the test indices that must all be true for row ``i`` to fire (empty: it always fires);
    ``tests`` is the number of distinct tests, whose indices are ``0 .. tests - 1``. ``name`` is any text,
    unique in a matcher.
    """

    name: str
    rows: tuple[frozenset[int], ...]
    tests: int


class Matcher(Protocol):
    """Matches facts against the tables it was made for. Calls from several threads are safe."""

    def match(self, facts: Sequence[Fact]) -> list[tuple[int, ...]]:
        """For each fact the indices of the rows that fire, ascending; raises ``EngineError`` (PE9001)."""
        ...

    def close(self) -> None:
        """Give back what the matcher holds; it must not be used afterwards. May be called twice."""
        ...


class ReferenceMatcher:
    """Set inclusion and nothing else: the oracle of every other matcher."""

    def __init__(self, tables: Sequence[TableRules]) -> None:
        self._tables = by_name(tables)

    def match(self, facts: Sequence[Fact]) -> list[tuple[int, ...]]:
        return [self._fired(table_of(self._tables, name, true), true) for name, true in facts]

    def close(self) -> None:
        pass

    @staticmethod
    def _fired(table: TableRules, true: frozenset[int]) -> tuple[int, ...]:
        return tuple(i for i, row in enumerate(table.rows) if row <= true)


@dataclass(frozen=True)
class Difference:
    """A fact on which two matchers disagree; ``None`` stands for an answer that is missing."""

    position: int
    left: tuple[int, ...] | None
    right: tuple[int, ...] | None


def differences(left: Matcher, right: Matcher, facts: Sequence[Fact]) -> tuple[Difference, ...]:
    """Every fact for which the two matchers do not fire the very same rows, by its position in ``facts``."""
    answers: list[list[tuple[int, ...] | None]] = [list(left.match(facts)), list(right.match(facts))]
    length = max(len(facts), *map(len, answers))
    padded = [[*answer, *[None] * (length - len(answer))] for answer in answers]
    return tuple(
        Difference(i, a, b)
        for i, (a, b) in enumerate(zip(*padded, strict=True))
        if a != b or a is None or i >= len(facts)
    )


def by_name(tables: Sequence[TableRules]) -> dict[str, TableRules]:
    """The tables by name; a repeated name or a test index out of range is an ``EngineError``."""
    found: dict[str, TableRules] = {}
    for table in tables:
        if table.name in found:
            raise engine_fault(f"{table.name}: duplicate table name")
        for number, row in enumerate(table.rows):
            if not all(0 <= test < table.tests for test in row):
                raise engine_fault(f"{table.name}, row {number}: test index outside 0..{table.tests - 1}")
        found[table.name] = table
    return found


def table_of(tables: dict[str, TableRules], name: str, true: frozenset[int]) -> TableRules:
    """The table a fact is about; an unknown name or test index is an ``EngineError``."""
    table = tables.get(name)
    if table is None:
        raise engine_fault(f"{name}: no such table")
    if true and not (min(true) >= 0 and max(true) < table.tests):
        raise engine_fault(f"{name}: test index outside 0..{table.tests - 1}")
    return table


def engine_fault(detail: str) -> EngineError:
    """The error for a broken invariant of matching (PE9001); ``detail`` names the place, never data."""
    return EngineError(diagnostic("PE9001", detail=detail))
