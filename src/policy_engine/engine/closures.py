"""Typed expressions compiled to Python closures over a row: the exact reference meaning of an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from policy_engine.engine.faults import Fault
from policy_engine.engine.functions import FUNCTIONS
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import HIDDEN, reads_sensitive
from policy_engine.engine.size import bounded_power
from policy_engine.feel.typed import (
    Aggregate,
    AggregateKind,
    And,
    Arith,
    ArithOp,
    Call,
    CellInput,
    Coalesce,
    Compare,
    CompareOp,
    Const,
    If,
    InDates,
    InRange,
    IsNull,
    LookupCall,
    Neg,
    Node,
    Not,
    Or,
    ParamRef,
    ParentKey,
    Power,
    ReadingRef,
    Scale,
    TermRef,
    Where,
)
from policy_engine.feel.types import LevelType
from policy_engine.feel.values import Value
from policy_engine.policy.model import Policy

# The value is a Value; Any keeps arithmetic readable, the checker has already typed it.
Closure = Callable[[Row], Any]

_ZERO = Fraction(0)
_COMPARE: Mapping[CompareOp, Callable[[Any, Any], bool]] = {
    CompareOp.EQ: lambda a, b: bool(a == b),
    CompareOp.NE: lambda a, b: bool(a != b),
    CompareOp.LT: lambda a, b: bool(a < b),
    CompareOp.LE: lambda a, b: bool(a <= b),
    CompareOp.GT: lambda a, b: bool(a > b),
    CompareOp.GE: lambda a, b: bool(a >= b),
}


class Compiler:
    """Compiles the expressions of one policy. Subclasses may watch what is read (``term``, ``constant``)."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._lookups = {name: dict(lookup.rows) for name, lookup in policy.lookups.items()}
        self._parts = {name: policy.parts(name) for name in policy.entities}

    # -- what a subclass may watch ---------------------------------------------------------------

    def term(self, node: TermRef) -> Closure:
        """A term of the own row, of an ancestor, or of a one-row entity."""
        id_, span = node.term, node.span
        if node.where is Where.OWN:

            def own(row: Row) -> Value:
                try:
                    return row.values[id_]
                except KeyError:
                    raise Fault("PE6020", span, name=id_) from None

            return own
        entity = node.entity
        if node.where is Where.SINGLE:

            def single(row: Row) -> Value:
                try:
                    return row.singles[entity].values[id_]
                except KeyError:
                    raise Fault("PE6020", span, name=id_) from None

            return single

        def up(row: Row) -> Value:
            above = row.above(entity)
            if above is None:
                return None
            try:
                return above.values[id_]
            except KeyError:
                raise Fault("PE6020", span, name=id_) from None

        return up

    def constant(self, node: Const | ParamRef | ReadingRef) -> Closure:
        value = node.value
        return lambda row: value

    # -- the language ----------------------------------------------------------------------------

    def compile(self, node: Node) -> Closure:
        """A function of a row. Raises Fault when the row cannot be decided."""
        match node:
            case Const() | ParamRef() | ReadingRef():
                return self.constant(node)
            case TermRef():
                return self.term(node)
            case ParentKey(entity=entity):
                return _parent_key(entity)
            case Arith():
                return self._arith(node)
            case Power(base=base, exponent=exponent):
                power, span = self.compile(base), node.span
                return lambda row: bounded_power(power(row), exponent, span)
            case Neg(operand=operand):
                negated = self.compile(operand)
                return lambda row: -negated(row)
            case Scale(operand=operand, factor=factor):
                scaled = self.compile(operand)
                return lambda row: None if (v := scaled(row)) is None else v * factor
            case Compare():
                return self._compare(node)
            case And(items=items):
                conjuncts = [self.compile(i) for i in items]
                return lambda row: all(c(row) for c in conjuncts)
            case Or(items=items):
                disjuncts = [self.compile(i) for i in items]
                return lambda row: any(d(row) for d in disjuncts)
            case Not(operand=operand):
                denied = self.compile(operand)
                return lambda row: not denied(row)
            case If(condition=condition, then=then, otherwise=otherwise):
                test, yes, no = self.compile(condition), self.compile(then), self.compile(otherwise)
                return lambda row: yes(row) if test(row) else no(row)
            case IsNull(operand=operand):
                looked_at = self.compile(operand)
                return lambda row: looked_at(row) is None
            case Coalesce(items=items):
                return _first_value([self.compile(i) for i in items])
            case InRange():
                return self._in_range(node)
            case InDates(operand=operand, dates=dates):
                day, span_of = self.compile(operand), self.compile(dates)
                return lambda row: day(row) in span_of(row)
            case Call():
                return self._call(node)
            case LookupCall():
                return self._lookup(node)
            case Aggregate():
                return self._aggregate(node)
            case CellInput():
                raise TypeError("a cell test must be filled with its column before it is compiled")
            case _:
                raise TypeError(f"no meaning for {type(node).__name__}")

    def _arith(self, node: Arith) -> Closure:
        left, right, span = self.compile(node.left), self.compile(node.right), node.span
        match node.op:
            case ArithOp.ADD:
                return lambda row: left(row) + right(row)
            case ArithOp.SUB:
                return lambda row: left(row) - right(row)
            case ArithOp.MUL:
                return lambda row: left(row) * right(row)
            case ArithOp.DIV:

                def divide(row: Row) -> Fraction:
                    divisor = right(row)
                    if divisor == 0:
                        raise Fault("PE6025", span)
                    quotient: Fraction = left(row) / divisor
                    return quotient

                return divide

    def _compare(self, node: Compare) -> Closure:
        left, right, operator = self.compile(node.left), self.compile(node.right), _COMPARE[node.op]
        levels = next((t.levels for t in (node.left.type, node.right.type) if isinstance(t, LevelType)), None)
        if levels is None:
            return lambda row: operator(left(row), right(row))
        rank = {name: i for i, name in enumerate(levels)}
        return lambda row: operator(rank[left(row)], rank[right(row)])

    def _in_range(self, node: InRange) -> Closure:
        operand = self.compile(node.operand)
        low = self.compile(node.low) if node.low is not None else None
        high = self.compile(node.high) if node.high is not None else None
        above = _COMPARE[CompareOp.GE if node.low_inclusive else CompareOp.GT]
        below = _COMPARE[CompareOp.LE if node.high_inclusive else CompareOp.LT]

        def inside(row: Row) -> bool:
            value = operand(row)
            if low is not None and not above(value, low(row)):
                return False
            return high is None or below(value, high(row))

        return inside

    def _call(self, node: Call) -> Closure:
        function = FUNCTIONS[node.function]
        arguments = [self.compile(a) for a in node.args]
        return lambda row: function(*(a(row) for a in arguments))

    def _lookup(self, node: LookupCall) -> Closure:
        rows, span, name = self._lookups[node.table], node.span, node.table
        hidden = reads_sensitive(self.policy, *node.args)
        arguments = [self.compile(a) for a in node.args]

        def look_up(row: Row) -> Value:
            keys = tuple(a(row) for a in arguments)
            if keys not in rows:
                raise Fault("PE6026", span, name=name, key=HIDDEN if hidden else "、".join(map(str, keys)))
            return rows[keys]

        return look_up

    def _aggregate(self, node: Aggregate) -> Closure:
        rows = self._members(node)
        if node.kind is AggregateKind.COUNT or node.value is None:
            return lambda row: Fraction(sum(1 for _ in rows(row)))
        value = self.compile(node.value)
        if node.kind is AggregateKind.SUM:
            return lambda row: sum((value(r) for r in rows(row)), _ZERO)
        best = max if node.kind is AggregateKind.MAX else min
        span, may_be_null = node.span, node.type.nullable

        def extreme(row: Row) -> Any:
            values = [value(r) for r in rows(row)]
            if not values and may_be_null:
                return None
            if not values:
                raise Fault("PE6027", span)
            return best(values)

        return extreme

    def _members(self, node: Aggregate) -> Callable[[Row], Iterable[Row]]:
        entity, parts = node.entity, self._parts[node.part]
        only = self.compile(node.only) if node.only is not None else None
        skip = self.compile(node.skip) if node.skip is not None else None

        def members(row: Row) -> Iterable[Row]:
            for child in row.children.get(entity, ()):
                if child.part not in parts:
                    continue
                if (only is None or only(child)) and not (skip is not None and skip(child)):
                    yield child

        return members


def _parent_key(entity: str) -> Closure:
    def key(row: Row) -> str | None:
        above = row.above(entity)
        return None if above is None else above.key

    return key


def _first_value(items: list[Closure]) -> Closure:
    def first(row: Row) -> Value:
        for item in items:
            value: Value = item(row)
            if value is not None:
                return value
        return None

    return first
