"""Constructors of days and months: what is asked of one, and one moved by months or days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir
from policy_engine.lowering.days import ANSWERS, months_later
from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import FIRST_DAY, FIRST_MONTH, LAST_DAY, LAST_MONTH, Kind, Physical

MOST_MONTHS = LAST_MONTH - FIRST_MONTH + 1  # whoever moves a day by as many leaves the calendar

# Answers that do not grow with the day or month: the least and the greatest there is.
_ENDS: Mapping[Ask, tuple[int, int]] = MappingProxyType(
    {
        Ask.MONTH_NUMBER: (1, 12),
        Ask.DAY_OF_MONTH: (1, 31),
        Ask.DAY_OF_YEAR: (1, 366),
        Ask.WEEK_OF_YEAR: (1, 53),
        Ask.DAYS_IN_MONTH: (28, 31),
    }
)
_KINDS: Mapping[Ask, Kind] = MappingProxyType(
    {Ask.MONTH: Kind.MONTH, Ask.FIRST_DAY: Kind.DAY, Ask.LAST_DAY: Kind.DAY}
)


def asked(ask: Ask, operand: ir.Expr) -> ir.Expr:
    """What the calendar says of a day or month: a day, a month, or a number of unit 1."""
    answer, type_ = ANSWERS[ask], operand.type
    if build.is_literal_null(operand):
        return build.null(Physical(_KINDS.get(ask, Kind.NUMBER)))
    low, high = _ENDS.get(ask) or (answer(type_.low), answer(type_.high))
    found = Physical(_KINDS.get(ask, Kind.NUMBER), type_.nullable, Fraction(1), low, high)
    if isinstance(operand, ir.Literal) and operand.value is not None:
        value = answer(int(operand.value))
        return ir.Literal(replace(found, low=value, high=value), value)
    return ir.Calendar(found, ask, operand)


def count(expr: ir.Expr) -> ir.Expr:
    """A day or month as a plain number."""
    return _as(Kind.NUMBER, expr)


def shifted(expr: ir.Expr, by: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
    """(a day moved by days, or a month by months; whether it leaves the calendar, where it is held at its end)."""
    first, last = (FIRST_DAY, LAST_DAY) if expr.type.kind is Kind.DAY else (FIRST_MONTH, LAST_MONTH)
    moved = build.add(count(expr), by)
    return _as(expr.type.kind, _held(moved, first, last)), _outside(moved, first, last)


def day_shifted(day: ir.Expr, months: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
    """The same for a day moved by months."""
    month, outside = shifted(asked(Ask.MONTH, day), months)
    low = max(ANSWERS[Ask.FIRST_DAY](month.type.low), FIRST_DAY)
    high = min(ANSWERS[Ask.LAST_DAY](month.type.high), LAST_DAY)
    type_ = Physical(Kind.DAY, day.type.nullable, Fraction(1), low, high)
    by = _held(months, -MOST_MONTHS, MOST_MONTHS)
    if isinstance(day, ir.Literal) and isinstance(by, ir.Literal):
        value = months_later(int(day.value or 0), int(by.value or 0))
        return ir.Literal(replace(type_, low=value, high=value), value), outside
    return ir.MonthsLater(type_, day, by), outside


def _as(kind: Kind, expr: ir.Expr) -> ir.Expr:
    type_ = Physical(kind, expr.type.nullable, Fraction(1), expr.type.low, expr.type.high)
    return ir.Literal(type_, expr.value) if isinstance(expr, ir.Literal) else ir.Same(type_, expr)


def _held(expr: ir.Expr, low: int, high: int) -> ir.Expr:
    """Within the calendar, so that no database is asked for what it has no day for."""
    ends = [build.number(Fraction(end)) for end in (low, high)]
    return build.extreme([build.extreme([expr, ends[0]], True), ends[1]], False)


def _outside(expr: ir.Expr, low: int, high: int) -> ir.Expr:
    before = build.compare(CompareOp.LT, expr, build.number(Fraction(low)))
    return build.some([before, build.compare(CompareOp.GT, expr, build.number(Fraction(high)))])
