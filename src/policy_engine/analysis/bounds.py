"""Interval arithmetic: between which numbers the value of an expression lies (Moore, Interval Analysis, 1966)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.feel import typed as t
from policy_engine.policy.model import Allocation, DecisionTable, Formula, Rounding, Stage
from policy_engine.rulefile.choices import Collect

Bound = Fraction | None
_CALENDAR = {"days_in_month": (28, 31), "month_number": (1, 12), "day_of": (1, 31), "weekday": (1, 7)}
_ROUNDING = (
    "round_half_up",
    "round_half_down",
    "round_half_even",
    "round_down",
    "round_up",
    "floor",
    "ceiling",
)


@dataclass(frozen=True)
class Interval:
    """Closed; None where there is no bound."""

    low: Bound = None
    high: Bound = None

    def widened(self, by: Fraction) -> Interval:
        low = None if self.low is None else self.low - by
        return Interval(low, None if self.high is None else self.high + by)

    @property
    def zero_inside(self) -> bool:
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)


ANY = Interval()


def union(items: Iterable[Interval]) -> Interval:
    found = list(items)
    lows, highs = [i.low for i in found], [i.high for i in found]
    low = None if not found or None in lows else min(x for x in lows if x is not None)
    high = None if not found or None in highs else max(x for x in highs if x is not None)
    return Interval(low, high)


class Bounds:
    """Intervals of the expressions of one policy. Nothing it says depends on the order of the rows."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._known: dict[tuple[str, str], Interval] = {}

    def of(self, node: t.Node, entity: str) -> Interval:
        """Of an expression on a row of ``entity``; null is left aside."""
        try:
            value = value_of(node)
        except UnknownValue:
            return self._computed(node, entity)
        return Interval(value, value) if isinstance(value, Fraction) else ANY

    def _computed(self, node: t.Node, entity: str) -> Interval:
        match node:
            case t.TermRef():
                return self._term(node, entity)
            case t.Neg(operand=operand):
                return _scaled(self.of(operand, entity), Fraction(-1))
            case t.Scale(operand=operand, factor=factor):
                return _scaled(self.of(operand, entity), factor)
            case t.Arith():
                return _arithmetic(node.op, self.of(node.left, entity), self.of(node.right, entity))
            case t.If():
                return union((self.of(node.then, entity), self.of(node.otherwise, entity)))
            case t.Coalesce(items=items):
                return union(self.of(i, entity) for i in items)
            case t.Call():
                return self._call(node, entity)
            case t.Aggregate():
                return self._aggregate(node)
            case t.LookupCall(table=table):
                values = [v for _, v in self.definitions.policy.lookups[table].rows]
                return union(Interval(v, v) if isinstance(v, Fraction) else ANY for v in values)
            case _:
                return ANY

    def _call(self, node: t.Call, entity: str) -> Interval:
        args = [self.of(a, entity) for a in node.args]
        if node.function in _CALENDAR:
            low, high = _CALENDAR[node.function]
            return Interval(Fraction(low), Fraction(high))
        if node.function in ("max", "min"):
            return _extreme(args, node.function == "max")
        if node.function == "abs":
            return Interval(Fraction(0), _farthest(args[0]))
        if node.function in _ROUNDING:
            return args[0].widened(_grid_of(node))
        return ANY

    def _aggregate(self, node: t.Aggregate) -> Interval:
        if node.value is None:
            return Interval(Fraction(0))
        each = self.of(node.value, node.part)
        if node.kind is not t.AggregateKind.SUM:
            return each
        return Interval(
            Fraction(0) if each.low is not None and each.low >= 0 else None,
            Fraction(0) if each.high is not None and each.high <= 0 else None,
        )

    def _term(self, ref: t.TermRef, entity: str) -> Interval:
        term, whose = self.definitions.term(ref, entity), self.definitions.whose(ref, entity)
        if not term.decided:
            low, high = term.low, term.high
            return Interval(*(x if isinstance(x, Fraction) else None for x in (low, high)))
        key = (whose, term.id)
        if key not in self._known:
            self._known[key] = ANY  # until it is known: a parent that is not whole may still read itself
            self._known[key] = union(
                self._decided(s, term.id) for s in self.definitions.stages(whose, term.id)
            )
        return self._known[key]

    def _decided(self, stage: Stage, term: str) -> Interval:
        number = stage.outputs.index(term)
        rounding = stage.roundings[number]
        match stage.body:
            case Formula(expression=expression):
                found = self.of(expression, stage.entity)
            case DecisionTable(collect=None | Collect.MIN | Collect.MAX) as table:
                nodes = [row.outputs[number] for row in table.rows]
                nodes += [table.default[number]] if table.default else []
                found = union(self.of(n, stage.entity) for n in nodes)
            case Allocation(total=total):
                whole = self.of(total, stage.entity)
                positive = whole.low is not None and whole.low >= 0
                return Interval(Fraction(0), whole.high) if positive else ANY
            case _:
                return ANY
        return _rounded(found, rounding)


def _grid_of(node: t.Call) -> Fraction:
    """How far rounding can move a number: a step of its grid, which may be tens or hundreds."""
    places = value_of(node.args[1]) if len(node.args) > 1 else Fraction(0)
    return Fraction(10) ** -int(places) if isinstance(places, Fraction) else Fraction(1)


def _rounded(found: Interval, rounding: Rounding | None) -> Interval:
    """A bound that lies on the grid stays: rounding keeps the order of numbers."""
    if rounding is None:
        return found
    step = Fraction(1, 10**rounding.places)
    low, high = found.low, found.high
    return Interval(
        low if low is None or low % step == 0 else low - step,
        high if high is None or high % step == 0 else high + step,
    )


def _scaled(found: Interval, factor: Fraction) -> Interval:
    low, high = (None if x is None else x * factor for x in (found.low, found.high))
    return Interval(low, high) if factor >= 0 else Interval(high, low)


def _farthest(found: Interval) -> Bound:
    return None if found.low is None or found.high is None else max(abs(found.low), abs(found.high))


def _extreme(args: list[Interval], largest: bool) -> Interval:
    lows, highs = [a.low for a in args], [a.high for a in args]
    return Interval(_best(lows, largest, largest), _best(highs, largest, not largest))


def _best(ends: list[Bound], largest: bool, one_is_enough: bool) -> Bound:
    """max() is at least any known lower bound; it is bounded above only when every argument is."""
    known = [e for e in ends if e is not None]
    if not known or (len(known) < len(ends) and not one_is_enough):
        return None
    return max(known) if largest else min(known)


def _arithmetic(op: t.ArithOp, left: Interval, right: Interval) -> Interval:
    match op:
        case t.ArithOp.ADD:
            return Interval(_sum(left.low, right.low), _sum(left.high, right.high))
        case t.ArithOp.SUB:
            return _arithmetic(t.ArithOp.ADD, left, _scaled(right, Fraction(-1)))
        case t.ArithOp.MUL:
            return _product(left, right)
        case _:
            return ANY if right.zero_inside else _product(left, _reciprocal(right))


def _sum(one: Bound, other: Bound) -> Bound:
    return None if one is None or other is None else one + other


def _reciprocal(found: Interval) -> Interval:
    """Of an interval without zero; towards infinity it approaches zero."""
    low, high = (None if x is None else 1 / x for x in (found.high, found.low))
    positive = found.low is not None and found.low > 0
    return Interval(
        low if low is not None or not positive else Fraction(0),
        high if high is not None or positive else Fraction(0),
    )


def _product(left: Interval, right: Interval) -> Interval:
    for one, other in ((left, right), (right, left)):
        if one.low is not None and one.low == one.high:
            return _scaled(other, one.low)
    if left.low is not None and right.low is not None and left.low >= 0 and right.low >= 0:
        high = None if left.high is None or right.high is None else left.high * right.high
        return Interval(left.low * right.low, high)
    if left.low is None or left.high is None or right.low is None or right.high is None:
        return ANY
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Interval(min(ends), max(ends))
