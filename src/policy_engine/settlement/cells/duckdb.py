"""Cells in DuckDB."""

from __future__ import annotations

from policy_engine.lowering.dialects import DUCKDB, Dialect
from policy_engine.settlement.cells.dialect import Decimal
from policy_engine.settlement.cells.writer import Cells

_SHORT, _LONG = 18, 38  # digits of the decimals that are 64 and 128 bits inside


class DuckDbCells:
    """Decimals of up to 18 digits are a good deal faster than longer ones."""

    @property
    def sql(self) -> Dialect:
        return DUCKDB

    def matches(self, column: str, pattern: str) -> str:
        return f"regexp_full_match({column}, {DUCKDB.string(pattern)})"

    def contains(self, column: str, pattern: str) -> str:
        return f"regexp_matches({column}, {DUCKDB.string(pattern)})"

    def byte_count(self, column: str) -> str:
        return f"strlen({column})"

    def ordinal(self, day: str) -> str:
        return f"{day} - DATE '0001-01-01' + 1"

    def precision(self, digits: int) -> int:
        return _SHORT if digits <= _SHORT else _LONG

    def can_count(self, digits: int, scale: int) -> bool:
        return digits + scale <= _LONG

    def units(self, number: Decimal, digits: int) -> str:
        # The product is a decimal of the same scale: it needs scale digits more than the integer has.
        wide = max(digits + number.scale, number.precision) > _SHORT
        held = number.sql
        if wide and number.precision <= _SHORT:
            held = f"CAST({held} AS DECIMAL({_LONG},{number.scale}))"
        return f"CAST({held} * {10**number.scale} AS {DUCKDB.wide if wide else DUCKDB.narrow})"

    def quotient(self, whole: str, divisor: int) -> str:
        return f"{whole} // {divisor}"


CELLS = Cells(DuckDbCells())
