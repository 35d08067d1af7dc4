"""The expression as written: names unresolved, nothing checked. Spans do not count in comparisons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import ArithOp, CompareOp
from policy_engine.feel.units import Unit
from policy_engine.feel.values import Month


@dataclass(frozen=True)
class Expr:
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Number(Expr):
    """A literal ≥ 0. ``unit`` None: written bare. A percentage is its value with the unit one."""

    value: Fraction
    unit: Unit | None = None


@dataclass(frozen=True)
class Text(Expr):
    value: str


@dataclass(frozen=True)
class Bool(Expr):
    value: bool


@dataclass(frozen=True)
class Null(Expr):
    """空"""


@dataclass(frozen=True)
class Date(Expr):
    value: dt.date


@dataclass(frozen=True)
class MonthLiteral(Expr):
    value: Month


@dataclass(frozen=True)
class Name(Expr):
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class Input(Expr):
    """``?``: the value of the column, in a cell."""


@dataclass(frozen=True)
class Any(Expr):
    """``-``: a cell that lets everything pass."""


@dataclass(frozen=True)
class Neg(Expr):
    operand: Expr


@dataclass(frozen=True)
class Not(Expr):
    operand: Expr


@dataclass(frozen=True)
class Arith(Expr):
    op: ArithOp
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Power(Expr):
    base: Expr
    exponent: Expr


@dataclass(frozen=True)
class Compare(Expr):
    op: CompareOp
    left: Expr
    right: Expr


@dataclass(frozen=True)
class And(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Or(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class If(Expr):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True)
class IsNull(Expr):
    operand: Expr
    negated: bool = False


@dataclass(frozen=True)
class In(Expr):
    """``x 属于 target``: a range, a list of tests, a test, or a date range."""

    operand: Expr
    target: Expr
    negated: bool = False


@dataclass(frozen=True)
class Between(Expr):
    operand: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True)
class Range(Expr):
    low: Expr
    low_inclusive: bool
    high: Expr
    high_inclusive: bool


@dataclass(frozen=True)
class Items(Expr):
    """Alternatives: ``(a, b)``, ``[a, b]``, or a whole cell ``a、b``."""

    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Filter(Expr):
    """``仅 …`` / ``不计 …`` among the arguments of a total."""

    condition: Expr
    skip: bool


@dataclass(frozen=True)
class Call(Expr):
    function: Name
    args: tuple[Expr, ...]


# Tests without a left side: they stand in cells and right of 属于.


@dataclass(frozen=True)
class CompareTest(Expr):
    op: CompareOp
    operand: Expr


@dataclass(frozen=True)
class NullTest(Expr):
    negated: bool = False


@dataclass(frozen=True)
class InTest(Expr):
    target: Expr
    negated: bool = False


@dataclass(frozen=True)
class BetweenTest(Expr):
    low: Expr
    high: Expr


TESTS = (CompareTest, NullTest, InTest, BetweenTest)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression, left to right."""
    found: list[Expr] = []
    for name in expr.__dataclass_fields__:
        item = getattr(expr, name)
        if isinstance(item, Expr):
            found.append(item)
        elif isinstance(item, tuple):
            found.extend(x for x in item if isinstance(x, Expr))
    return tuple(found)
