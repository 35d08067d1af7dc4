"""How many decimal places an exact value can have: a value nobody rounds must fit its declared places.

A quotient has no bound (None) and must be rounded or compared before it is stored or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from policy_engine.feel.typed import (
    Aggregate,
    AggregateKind,
    Arith,
    ArithOp,
    Call,
    Coalesce,
    Const,
    If,
    LookupCall,
    Neg,
    Node,
    ParamRef,
    Power,
    Scale,
    TermRef,
)

MAX_PLACES = 18
_ROUNDING = frozenset(
    {
        "round_half_up",
        "round_half_even",
        "round_up",
        "round_down",
        "round_half_down",
        "decimal",
        "floor",
        "ceiling",
    }
)
_WHOLE = frozenset(
    {"count", "year_of", "month_number", "day_of", "days_in_month", "days_between"}
    | {"weekday", "day_of_year", "week_of_year", "whole_quotient", "string_length"}
)

TermPlaces = Mapping[tuple[str, str], int | None]


def decimal_places(value: Fraction) -> int | None:
    """The decimal places of a terminating decimal, else None."""
    denominator = value.denominator
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


def places_of(node: Node, terms: TermPlaces, lookups: Mapping[str, int | None]) -> int | None:
    """The most places the value of a numeric expression can have; None if it need not terminate."""

    def most(*nodes: Node | None) -> int | None:
        found = [places_of(n, terms, lookups) for n in nodes if n is not None]
        return None if None in found else max((f for f in found if f is not None), default=0)

    match node:
        case Const(value=Fraction() as value) | ParamRef(value=Fraction() as value):
            return decimal_places(value)
        case TermRef():
            return terms.get((node.entity, node.term))
        case Neg(operand=operand):
            return most(operand)
        case Scale(operand=operand, factor=factor):
            return _sum(most(operand), decimal_places(factor))
        case Power(base=base, exponent=exponent):
            one = most(base)
            return None if one is None else one * exponent
        case Arith(op=ArithOp.ADD | ArithOp.SUB, left=left, right=right):
            return most(left, right)
        case Arith(op=ArithOp.MUL, left=left, right=right):
            return _sum(most(left), most(right))
        case Arith(op=ArithOp.DIV, left=left, right=Const(value=Fraction() as divisor)) if divisor:
            return _sum(most(left), decimal_places(1 / divisor))
        case Arith():
            return None
        case If(then=then, otherwise=otherwise):
            return most(then, otherwise)
        case Coalesce(items=items):
            return most(*items)
        case Call(function=function, args=args):
            return _call(function, args, most)
        case LookupCall(table=table):
            return lookups.get(table)
        case Aggregate(kind=AggregateKind.COUNT):
            return 0
        case Aggregate(value=value):
            return most(value)
        case _:
            return 0


def _call(function: str, args: tuple[Node, ...], most: object) -> int | None:
    if function in _WHOLE:
        return 0
    if function in _ROUNDING:
        places = args[1] if len(args) > 1 else None
        return int(places.value) if isinstance(places, Const) and isinstance(places.value, Fraction) else 0
    return most(*args) if callable(most) else None


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
