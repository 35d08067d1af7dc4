"""Typed expressions of policies as fixed-point expressions over columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from policy_engine.feel import typed as t
from policy_engine.feel.types import LevelType, NullType, OptionType
from policy_engine.feel.values import DateRange, Month, Value
from policy_engine.lowering import build, calls, ir, ratio
from policy_engine.lowering.build import TooWide
from policy_engine.lowering.context import Context, Fault
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.ratio import Number, Ratio
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Lookup

MAX_LOOKUP = 500  # rows of a lookup; more would be a join

TEXT = Physical(Kind.TEXT)


class Names(Protocol):
    """What names mean where columns are concerned."""

    def term(self, node: t.TermRef, context: Context) -> ir.Expr: ...
    def key(self, node: t.ParentKey, context: Context) -> ir.Expr: ...
    def total(self, node: t.Aggregate, context: Context) -> ir.Expr: ...


class Expressions:
    """Lowers expressions; ``faults`` collects the rows for which one of them has no value."""

    def __init__(self, names: Names, lookups: Mapping[str, Lookup]) -> None:
        self.names, self.lookups = names, lookups
        self.faults: list[Fault] = []
        self.stage = ""

    def value(self, node: t.Node, context: Context) -> Number:
        """Raises NotLowered, with the expression that has no columns or needs more than 128 bits."""
        try:
            return self._value(node, context)
        except TooWide:
            raise NotLowered("wide", node.span, node.span.text) from None

    def plain(self, node: t.Node, context: Context) -> ir.Expr:
        """A value that is no quotient."""
        found = self.value(node, context)
        if isinstance(found, Ratio):
            raise NotLowered("quotient", node.span, node.span.text)
        return found

    def fault(self, context: Context, condition: ir.Expr, code: str) -> None:
        found = build.every_in_turn((*context.path, condition))
        if found != build.FALSE:
            self.faults.append(Fault(context.entity, found, code, self.stage))

    def _value(self, node: t.Node, context: Context) -> Number:
        match node:
            case t.Const(value=value) | t.ParamRef(value=value) | t.ReadingRef(value=value):
                return constant(value, node)
            case t.TermRef():
                return self.names.term(node, context)
            case t.ParentKey():
                return self.names.key(node, context)
            case t.Aggregate():
                return self.names.total(node, context)
            case t.Neg(operand=operand):
                return ratio.negate(self.value(operand, context))
            case t.Scale(operand=operand, factor=factor):
                return ratio.scaled(self.value(operand, context), factor)
            case t.Arith():
                return self._arithmetic(node, context)
            case t.Power(base=base, exponent=exponent):
                return self._power(self.value(base, context), exponent)
            case t.If():
                return self._if(node, context)
            case t.Coalesce(items=items):
                return self._first_value(items, node, context)
            case t.Call():
                return calls.call(self, node, context)
            case t.LookupCall():
                return self._lookup(node, context)
            case _:
                return self.truth(node, context)

    # -- truths ------------------------------------------------------------------------------------

    def truth(self, node: t.Node, context: Context) -> ir.Expr:
        match node:
            case t.And(items=items):
                return build.every_in_turn(self._in_turn(items, context, True))
            case t.Or(items=items):
                return build.some_in_turn(self._in_turn(items, context, False))
            case t.Not(operand=operand):
                return build.negation(self.condition(operand, context))
            case t.IsNull(operand=operand):
                looked_at = self.value(operand, context)
                return build.FALSE if isinstance(looked_at, Ratio) else build.is_null(looked_at)
            case t.Compare():
                return self._compare(node, context)
            case t.InRange():
                return self._in_range(node, context)
            case _:
                raise NotLowered("expression", node.span, node.span.text)

    def condition(self, node: t.Node, context: Context) -> ir.Expr:
        """A truth that is never null: a null counts as not so, as everywhere in the engine."""
        found = self.plain(node, context)
        if found.type.nullable:
            return build.first_value((found, build.FALSE))
        return found

    def _in_turn(self, items: Sequence[t.Node], context: Context, going_on: bool) -> list[ir.Expr]:
        """Left to right; a later item is only looked at when the earlier ones left it open."""
        found = []
        for item in items:
            truth = self.condition(item, context)
            found.append(truth)
            context = context.under(truth) if going_on else context.unless(truth)
        return found

    def _compare(self, node: t.Compare, context: Context) -> ir.Expr:
        left, right = self.value(node.left, context), self.value(node.right, context)
        if isinstance(left, Ratio) or isinstance(right, Ratio):
            return ratio.compare(node.op, left, right)
        return build.compare(node.op, *comparable(left, right))

    def _in_range(self, node: t.InRange, context: Context) -> ir.Expr:
        value = self.value(node.operand, context)
        found = []
        if node.low is not None:
            op = t.CompareOp.GE if node.low_inclusive else t.CompareOp.GT
            found.append(self._held(op, value, self.value(node.low, context)))
        if node.high is not None:
            inner = context.under(found[0]) if found else context
            op = t.CompareOp.LE if node.high_inclusive else t.CompareOp.LT
            found.append(self._held(op, value, self.value(node.high, inner)))
        return build.every_in_turn(found)

    def _held(self, op: t.CompareOp, one: Number, other: Number) -> ir.Expr:
        if isinstance(one, ir.Expr) and isinstance(other, ir.Expr):
            one, other = comparable(one, other)
        return ratio.compare(op, one, other)

    # -- numbers -----------------------------------------------------------------------------------

    def _arithmetic(self, node: t.Arith, context: Context) -> Number:
        left, right = self.value(node.left, context), self.value(node.right, context)
        types = {v.type.kind for v in (left, right) if isinstance(v, ir.Expr)}
        if types - {Kind.NUMBER}:
            raise NotLowered("calendar", node.span, node.span.text)
        match node.op:
            case t.ArithOp.ADD:
                return ratio.add(left, right)
            case t.ArithOp.SUB:
                return ratio.add(left, ratio.negate(right))
            case t.ArithOp.MUL:
                return ratio.multiply(left, right)
            case _:
                return self.divide(left, right, context)

    def divide(self, left: Number, right: Number, context: Context) -> Number:
        """By a constant only the unit changes; a divisor that may be 0 makes a fault."""
        if isinstance(right, ir.Literal) and right.value:
            return ratio.scaled(left, 1 / (int(right.value) * right.type.unit))
        bottom = ratio.as_ratio(right).dividend
        zero = build.compare(t.CompareOp.EQ, bottom, build.number(Fraction(0)))
        self.fault(context, zero, "PE6025")
        return ratio.quotient(left, right)

    def _power(self, base: Number, exponent: int) -> Number:
        found: Number = build.number(Fraction(1))
        for _ in range(exponent):
            found = ratio.multiply(found, base)
        return found

    # -- choices -----------------------------------------------------------------------------------

    def _if(self, node: t.If, context: Context) -> Number:
        condition = self.condition(node.condition, context)
        if isinstance(condition, ir.Literal):
            return self.value(node.then if condition.value else node.otherwise, context)
        then = self.value(node.then, context.under(condition))
        otherwise = self.value(node.otherwise, context.unless(condition))
        return ratio.choice([(condition, then)], otherwise)

    def _first_value(self, items: Sequence[t.Node], node: t.Node, context: Context) -> Number:
        """A later item is only looked at when the earlier ones are null."""
        found: list[ir.Expr] = []
        for item in items:
            value = self.value(item, context)
            if isinstance(value, Ratio):
                raise NotLowered("quotient", node.span, node.span.text)
            found.append(value)
            context = context.under(build.is_null(value))
        return build.first_value(found)

    def _lookup(self, node: t.LookupCall, context: Context) -> Number:
        table = self.lookups[node.table]
        if len(table.rows) > MAX_LOOKUP:
            raise NotLowered("lookup", node.span, node.table)
        keys = [self.plain(a, context) for a in node.args]
        arms = []
        for row, value in table.rows:
            held = [
                build.compare(t.CompareOp.EQ, *comparable(key, constant(cell, arg)))
                for key, cell, arg in zip(keys, row, node.args, strict=True)
            ]
            arms.append((build.every(held), constant(value, node)))
        self.fault(context, build.negation(build.some([c for c, _ in arms])), "PE6026")
        return build.choice(arms[:-1], arms[-1][1])


def comparable(one: ir.Expr, other: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
    """Names of one list, or both as text."""
    kinds = {one.type.kind, other.type.kind}
    if kinds == {Kind.CODE, Kind.TEXT}:
        return as_text(one), as_text(other)
    if kinds == {Kind.CODE}:
        names = tuple(dict.fromkeys((*one.type.names, *other.type.names)))
        return build.recoded(one, names), build.recoded(other, names)
    return one, other


def as_text(expr: ir.Expr) -> ir.Expr:
    if expr.type.kind is not Kind.CODE:
        return expr
    text = Physical(Kind.TEXT, expr.type.nullable)
    if isinstance(expr, ir.Literal):
        return ir.Literal(text, None if expr.value is None else expr.type.names[int(expr.value)])
    return ir.Text(text, expr)


def constant(value: Value, node: t.Node) -> ir.Expr:
    """A constant in the type its place has."""
    match value:
        case None:
            return ir.Literal(Physical(_kind(node), nullable=True), None)
        case bool():
            return build.TRUE if value else build.FALSE
        case Fraction():
            return build.number(value)
        case Month():
            months = value.year * 12 + value.month - 1
            return ir.Literal(Physical(Kind.MONTH, low=months, high=months), months)
        case DateRange():
            raise NotLowered("type", node.span, node.span.text)
        case dt.date():
            day = value.toordinal()
            return ir.Literal(Physical(Kind.DAY, low=day, high=day), day)
        case _:
            return _name(value, node)


def _name(value: str, node: t.Node) -> ir.Expr:
    match node.type:
        case OptionType(options=names) | LevelType(levels=names) if value in names:
            code = names.index(value)
            return ir.Literal(Physical(Kind.CODE, low=0, high=len(names) - 1, names=names), code)
        case _:
            return ir.Literal(TEXT, value)


def _kind(node: t.Node) -> Kind:
    return Kind.TEXT if isinstance(node.type, NullType) else Kind.NUMBER
