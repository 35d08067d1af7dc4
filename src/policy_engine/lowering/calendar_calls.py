"""Functions of days and months over columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from policy_engine.lowering import build, calendar, ir, ratio
from policy_engine.lowering.context import Context
from policy_engine.lowering.ir import Ask
from policy_engine.lowering.physical import Kind
from policy_engine.rulefile.choices import RoundingMode

if TYPE_CHECKING:
    from policy_engine.lowering.expressions import Expressions

_OF_DAY: Mapping[str, Ask] = MappingProxyType(
    {
        "year_of": Ask.YEAR,
        "month_number": Ask.MONTH_NUMBER,
        "month_of": Ask.MONTH,
        "day_of": Ask.DAY_OF_MONTH,
        "day_of_year": Ask.DAY_OF_YEAR,
        "week_of_year": Ask.WEEK_OF_YEAR,
    }
)
_OF_MONTH: Mapping[str, Ask] = MappingProxyType(
    {"first_day": Ask.FIRST_DAY, "last_day": Ask.LAST_DAY, "days_in_month": Ask.DAYS_IN_MONTH}
)


def calendar_call(on: Expressions, name: str, args: list[ir.Expr], context: Context) -> ir.Expr | None:
    """The value of a function of the calendar, with its faults; None for another function."""
    first = args[0] if args else None
    if first is None or first.type.kind not in (Kind.DAY, Kind.MONTH):
        return None
    if first.type.kind is Kind.DAY and name in _OF_DAY:
        return calendar.asked(_OF_DAY[name], first)
    match name:
        case "next_month" | "previous_month":
            by = build.number(Fraction(1 if name == "next_month" else -1))
            return _inside(on, calendar.shifted(first, by), context)
        case "add_months" if first.type.kind is Kind.DAY:
            return _inside(on, calendar.day_shifted(first, _whole(args[1])), context)
        case "add_months" | "add_days":
            return _inside(on, calendar.shifted(first, _whole(args[1])), context)
        case "month_of":
            return first
        case "year_of":
            return _parted(first, 12)[0]
        case "month_number":
            return build.add(_parted(first, 12)[1], build.number(Fraction(1)))
        case "days_between":
            return build.subtract(calendar.count(args[1]), calendar.count(first))
        case "weekday":
            yesterday = build.subtract(calendar.count(first), build.number(Fraction(1)))
            return build.add(_parted(yesterday, 7)[1], build.number(Fraction(1)))
        case _ if name in _OF_MONTH:
            return calendar.asked(_OF_MONTH[name], first)
        case _:
            return None


def _inside(on: Expressions, moved: tuple[ir.Expr, ir.Expr], context: Context) -> ir.Expr:
    found, outside = moved
    on.fault(context, outside, "PE6030")
    return found


def _whole(expr: ir.Expr) -> ir.Expr:
    """In the unit 1: the checker lets nothing but whole numbers through."""
    return ratio.rounded(expr, 0, RoundingMode.FLOOR)


def _parted(expr: ir.Expr, size: int) -> tuple[ir.Expr, ir.Expr]:
    """(how often ``size`` fits, what is left)."""
    amount = expr if expr.type.kind is Kind.NUMBER else calendar.count(expr)
    whole = ratio.rounded(build.scaled(amount, Fraction(1, size)), 0, RoundingMode.FLOOR)
    rest = build.subtract(amount, build.multiply(build.number(Fraction(size)), whole))
    return whole, ir.Same(build.number_type(rest.type.unit, 0, size - 1, rest.type.nullable), rest)
