"""What differs between the databases that look at cells, beyond what ``lowering.dialects`` knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from policy_engine.lowering.dialects import Dialect


@dataclass(frozen=True)
class Decimal:
    """An expression of the type DECIMAL(precision, scale)."""

    sql: str
    precision: int
    scale: int


class CellDialect(Protocol):
    """Each method gives an expression, or says what the database's decimals can bear."""

    @property
    def sql(self) -> Dialect: ...

    def matches(self, column: str, pattern: str) -> str:
        """The whole text matches. Patterns are written as RE2 and Java both read them."""

    def contains(self, column: str, pattern: str) -> str:
        """Some part of the text matches."""

    def byte_count(self, column: str) -> str:
        """Of a text in UTF-8."""

    def ordinal(self, day: str) -> str:
        """As ``datetime.date.toordinal``."""

    def precision(self, digits: int) -> int:
        """Of the decimal that a text of so many digits, at most 38, is read as."""

    def can_count(self, digits: int, scale: int) -> bool:
        """Whether the methods below are exact for integers of so many digits."""

    def units(self, number: Decimal, digits: int) -> str:
        """The integer value × 10^scale, known to have at most so many digits."""

    def quotient(self, whole: str, divisor: int) -> str:
        """Of an integer that the divisor divides."""
