"""Types of expressions. A number's type carries its unit and how many decimal places it can have."""

from __future__ import annotations

from dataclasses import dataclass, replace

from policy_engine.feel.units import Unit


@dataclass(frozen=True)
class NumberType:
    """A number.

    ``unit``: None for a bare literal that still fits any unit (only ``0``, or a literal alone in a cell).
    ``places``: most decimal places of an exact value; None when unbounded (a quotient).
    """

    unit: Unit | None
    places: int | None = None
    nullable: bool = False


@dataclass(frozen=True)
class BooleanType:
    nullable: bool = False


@dataclass(frozen=True)
class TextType:
    nullable: bool = False


@dataclass(frozen=True)
class OptionType:
    """One of a closed list of names."""

    options: tuple[str, ...]
    nullable: bool = False


@dataclass(frozen=True)
class LevelType:
    """One of an ordered list of names, lowest first."""

    levels: tuple[str, ...]
    nullable: bool = False


@dataclass(frozen=True)
class DateType:
    nullable: bool = False


@dataclass(frozen=True)
class MonthType:
    nullable: bool = False


@dataclass(frozen=True)
class DateRangeType:
    nullable: bool = False


@dataclass(frozen=True)
class NullType:
    """The type of the literal ``空`` alone."""

    nullable: bool = True


Type = (
    NumberType
    | BooleanType
    | TextType
    | OptionType
    | LevelType
    | DateType
    | MonthType
    | DateRangeType
    | NullType
)


def with_nullable(type_: Type, nullable: bool) -> Type:
    return replace(type_, nullable=nullable)
