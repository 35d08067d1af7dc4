"""Typed fixed-point expressions: what one row's value is, in integers, and nothing else.

A number is ``integer × unit``; every node knows the bounds of its integer, so that the width in bits is known before
anything runs. Names are codes, days and months are numbers. There is no division but the ones that say how they round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering.physical import Physical
from policy_engine.rulefile.choices import RoundingMode


@dataclass(frozen=True)
class Expr:
    type: Physical


@dataclass(frozen=True)
class Literal(Expr):
    """``value`` is the stored integer, truth or text; None is null."""

    value: int | bool | str | None


@dataclass(frozen=True)
class Column(Expr):
    """A column of the own row, of an ancestor's, or of a one-row entity's. ``entity`` is a base entity.

    ``narrowed``: the bounds hold only under the conditions of the place it is read at.
    """

    entity: str
    name: str
    narrowed: bool = field(default=False, compare=False)


class IntOp(StrEnum):
    ADD = "+"
    SUB = "-"
    MUL = "*"


@dataclass(frozen=True)
class Binary(Expr):
    """Integers of one unit for + and −; any for ×, which multiplies the units."""

    op: IntOp
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Negate(Expr):
    operand: Expr


@dataclass(frozen=True)
class Absolute(Expr):
    operand: Expr


@dataclass(frozen=True)
class Extreme(Expr):
    """The greatest or least of integers of one unit, none of them null."""

    greatest: bool
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Comparison(Expr):
    """Of integers of one unit, codes of one list, texts, days or months. ``null_safe``: two nulls are equal."""

    op: CompareOp
    left: Expr
    right: Expr
    null_safe: bool = False


@dataclass(frozen=True)
class Every(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Some(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Negation(Expr):
    operand: Expr


@dataclass(frozen=True)
class IsNull(Expr):
    operand: Expr


@dataclass(frozen=True)
class Choice(Expr):
    """The value of the first arm whose condition holds; a value is evaluated only then."""

    arms: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True)
class FirstValue(Expr):
    """The first that is not null."""

    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Rounded(Expr):
    """``operand × factor ÷ divisor`` rounded to a whole number. ``divisor`` is positive; null where it would be 0."""

    operand: Expr
    factor: int
    divisor: Expr
    mode: RoundingMode


@dataclass(frozen=True)
class Remainder(Expr):
    """``operand − quotient × divisor``, known to be at least 0 and less than the divisor."""

    operand: Expr
    quotient: Expr
    divisor: Expr


@dataclass(frozen=True)
class Same(Expr):
    """The same integer, read with another unit or within other bounds."""

    operand: Expr


@dataclass(frozen=True)
class Text(Expr):
    """A name's text, of its code."""

    operand: Expr


class Ask(StrEnum):
    """What is asked of a day (from YEAR to MONTH), or of a month."""

    YEAR = "year"
    MONTH_NUMBER = "month number"  # 1 to 12
    DAY_OF_MONTH = "day of month"
    DAY_OF_YEAR = "day of year"
    WEEK_OF_YEAR = "week of year"  # of ISO 8601
    MONTH = "month"
    FIRST_DAY = "first day"
    LAST_DAY = "last day"
    DAYS_IN_MONTH = "days in month"


@dataclass(frozen=True)
class Calendar(Expr):
    """What the calendar says of a day or month."""

    ask: Ask
    operand: Expr


@dataclass(frozen=True)
class MonthsLater(Expr):
    """The same day of another month, or its last; an end of the calendar where that month is beyond it."""

    day: Expr
    months: Expr


def parts(expr: Expr) -> Iterator[Expr]:
    """The direct sub-expressions."""
    for name in expr.__dataclass_fields__:
        item = getattr(expr, name)
        if isinstance(item, Expr):
            yield item
        elif isinstance(item, tuple):
            yield from _flat(item)


def _flat(items: tuple[object, ...]) -> Iterator[Expr]:
    for item in items:
        if isinstance(item, Expr):
            yield item
        elif isinstance(item, tuple):
            yield from _flat(item)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything below it."""
    yield expr
    for part in parts(expr):
        yield from walk(part)


def columns(expr: Expr) -> Iterator[Column]:
    """Every column an expression reads."""
    for found in walk(expr):
        if isinstance(found, Column):
            yield found


def needs_conditions(expr: Expr) -> bool:
    """It computes with bounds that hold only under conditions: elsewhere it may not fit its width."""
    return any(isinstance(e, Column) and e.narrowed for e in walk(expr)) and any(
        isinstance(e, Binary | Negate | Absolute | Rounded | Remainder | Same | MonthsLater)
        for e in walk(expr)
    )
