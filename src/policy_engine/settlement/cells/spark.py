"""Cells in Spark, whose decimals decide the type of a result by the types of both sides."""

from __future__ import annotations

from policy_engine.lowering.dialects import SPARK, Dialect
from policy_engine.settlement.cells.dialect import Decimal
from policy_engine.settlement.cells.writer import Cells

_LONG = 38  # digits of the longest decimal
_EXACT = 30  # digits that a quotient and a product hold in any case


class SparkCells:
    """A number is cast to as few digits as it has, so that there is room for those of the other side."""

    @property
    def sql(self) -> Dialect:
        return SPARK

    def matches(self, column: str, pattern: str) -> str:
        return self.contains(column, f"\\A({pattern})\\z")

    def contains(self, column: str, pattern: str) -> str:
        return f"{column} RLIKE {SPARK.string(pattern)}"

    def byte_count(self, column: str) -> str:
        return f"octet_length({column})"

    def ordinal(self, day: str) -> str:
        return f"datediff({day}, DATE '0001-01-01') + 1"

    def precision(self, digits: int) -> int:
        return digits

    def can_count(self, digits: int, scale: int) -> bool:
        return digits <= _EXACT and digits + scale + 2 <= _LONG

    def units(self, number: Decimal, digits: int) -> str:
        scale = number.scale
        held = f"CAST({number.sql} AS DECIMAL({max(digits, scale + 1)},{scale}))"
        if not scale:
            return held
        return f"CAST({held} * CAST({10**scale} AS DECIMAL({scale + 1},0)) AS {SPARK.wide})"

    def quotient(self, whole: str, divisor: int) -> str:
        by = f"CAST({divisor} AS DECIMAL({len(str(divisor))},0))"
        return f"CAST({whole} / {by} AS {SPARK.wide})"


CELLS = Cells(SparkCells())
