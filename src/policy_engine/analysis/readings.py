"""What the tests of a table look at: one value against constants each, or several against each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from policy_engine.analysis.evaluate import is_constant, value_of
from policy_engine.feel import typed as t
from policy_engine.feel.nulls import shape
from policy_engine.feel.types import BooleanType
from policy_engine.feel.values import DateRange, Value


class Related(Exception):
    """A test compares what a table reads with something else it reads."""


@dataclass
class Looked:
    """A value a table looks at, and the constants it is held against."""

    node: t.Node
    cuts: set[Value] = field(default_factory=set)
    nullable: bool = False


def looked_at(tests: Iterator[t.Node]) -> dict[Hashable, Looked]:
    """By shape. Raises Related where one value against constants is not the whole story."""
    found: dict[Hashable, Looked] = {}
    for test in tests:
        _look(test, found)
    return found


def _look(node: t.Node, found: dict[Hashable, Looked]) -> None:
    if is_constant(node):
        return
    match node:
        case t.And(items=items) | t.Or(items=items):
            for item in items:
                _look(item, found)
        case t.Not(operand=operand):
            _look(operand, found)
        case t.If() if isinstance(node.type, BooleanType):
            for part in (node.condition, node.then, node.otherwise):
                _look(part, found)
        case t.IsNull(operand=operand):
            _noted(operand, found).nullable = True
        case t.Compare(left=left, right=right):
            _compared(*((right, left) if is_constant(left) else (left, right)), found)
        case t.InRange():
            for bound in (node.low, node.high):
                if bound is not None:
                    _compared(node.operand, bound, found)
        case t.InDates(operand=operand, dates=dates):
            _dates(operand, dates, found)
        case _:
            _noted(node, found)


def _compared(value: t.Node, constant: t.Node, found: dict[Hashable, Looked]) -> None:
    if not is_constant(constant):
        raise Related
    cut = value_of(constant)
    while isinstance(value, t.Scale | t.Neg):
        assert isinstance(cut, Fraction)
        cut = cut / value.factor if isinstance(value, t.Scale) else -cut
        value = value.operand
    if isinstance(cut, DateRange):
        raise Related
    _noted(value, found).cuts.add(cut)


def _dates(operand: t.Node, dates: t.Node, found: dict[Hashable, Looked]) -> None:
    if not is_constant(dates):
        raise Related
    range_ = value_of(dates)
    assert isinstance(range_, DateRange)
    _noted(operand, found).cuts |= {range_.start, range_.end}


def _noted(node: t.Node, found: dict[Hashable, Looked]) -> Looked:
    seen = found.setdefault(shape(node), Looked(node))
    seen.nullable = seen.nullable or node.type.nullable
    return seen
