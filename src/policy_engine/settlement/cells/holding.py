"""What a column of a table is held as before anyone has looked at its cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Held(StrEnum):
    DECIMAL = "decimal"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    NOTHING = "nothing"  # every cell is blank
    OTHER = "other"  # left to the reader


@dataclass(frozen=True)
class Holding:
    """``precision`` and ``scale`` are those of a decimal."""

    held: Held
    precision: int = 0
    scale: int = 0
