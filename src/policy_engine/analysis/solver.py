"""Decision tables as formulas for Z3 (optional): tests between several values, and what decided values are made of.

Numbers are reals (those of a grid whole multiples of its step), days and months whole numbers, names their places in
their list. A decided term is bound to its formula; what is not linear is left open, and so are totals over rows.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.analysis.oracle import Case, Unproven
from policy_engine.feel import typed as t
from policy_engine.feel.nulls import shape
from policy_engine.feel.types import (
    BooleanType,
    DateType,
    LevelType,
    MonthType,
    NumberType,
    OptionType,
)
from policy_engine.feel.values import Month, Value
from policy_engine.policy.model import Check, DecisionTable, Formula, Stage, Term
from policy_engine.rulefile.choices import HitPolicy

SECONDS = 2.0
MAX_DEPTH = 24
PLAIN = (0, 1, 2, 10, 100, 1000)
MAX_GRID = 6  # places; beyond, a number is taken as real


def available() -> bool:
    return find_spec("z3") is not None


class NotLinear(Exception):
    """An expression the formulas have no word for."""


class Solver:
    """One row of ``entity``: its terms, and everything known about them. Needs Z3."""

    def __init__(self, definitions: Definitions, bounds: Bounds, entity: str) -> None:
        import z3

        self.z3 = z3
        self.definitions, self.bounds, self.entity = definitions, bounds, entity
        self.solver = z3.Solver()
        self.until = time.monotonic() + SECONDS
        self.open = False  # something was left open
        self._values: dict[Hashable, Any] = {}
        self._nulls: dict[Hashable, Any] = {}
        self._texts: dict[str, int] = {}
        self._depth = 0
        for stage in definitions.checks(entity):
            if isinstance(stage.body, Check):
                self._known(stage.body.condition, stage.entity)
        when = definitions.policy.entities[entity].when
        if when is not None:
            self._known(when, definitions.base(entity))

    def _known(self, condition: t.Node, entity: str) -> None:
        """What holds of every row; where there is no word for it, nothing is assumed."""
        before = self.open
        with suppress(NotLinear):
            self.solver.add(self.truth(condition, entity))
        self.open = before

    # -- asking ----------------------------------------------------------------------------------

    def find(self, *conditions: Any) -> Any | None:
        """A model of all conditions; None when there is none. Raises Unproven."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unproven("PE3312")
        self.solver.set("timeout", max(1, int(left * 1000)))
        self.solver.push()
        try:
            answer = self.solver.check(*conditions)
            if answer == self.z3.unknown:
                raise Unproven("PE3312")
            return self.solver.model() if answer == self.z3.sat else None
        finally:
            self.solver.pop()

    def case(self, wanted: Sequence[Any], nodes: Sequence[t.Node], entity: str) -> Case | None:
        """A case in which all of ``wanted`` holds, told in ``nodes``; plain numbers where they will do."""
        model = self.find(*wanted)
        if model is None:
            return None
        with suppress(Unproven):  # a case is a case
            model = self._plain(model, list(wanted), nodes, entity)
        return Case(tuple((n, self._read(model, n, entity)) for n in nodes), not self.open)

    def _plain(self, model: Any, wanted: list[Any], nodes: Sequence[t.Node], entity: str) -> Any:
        for node in nodes:
            for candidate in self._candidates(node, entity):
                other = self.find(*wanted, candidate)
                if other is not None:
                    model = other
                    wanted.append(candidate)
                    break
        return model

    def _candidates(self, node: t.Node, entity: str) -> Iterator[Any]:
        value = self.value(node, entity)
        match node.type:
            case NumberType():
                yield from (value == number for number in PLAIN)
            case BooleanType():
                yield self.z3.Not(value)
            case OptionType(options=names) | LevelType(levels=names):
                yield from (value == number for number in range(len(names)))
            case DateType():
                yield value == dt.date(2018, 6, 1).toordinal()

    def _read(self, model: Any, node: t.Node, entity: str) -> Value:
        if isinstance(node, t.TermRef) and self.z3.is_true(
            model.eval(self.null(node, entity), model_completion=True)
        ):
            return None
        found = model.eval(self.value(node, entity), model_completion=True)
        match node.type:
            case BooleanType():
                return bool(self.z3.is_true(found))
            case OptionType(options=names) | LevelType(levels=names):
                return str(names[found.as_long()])
            case DateType():
                return dt.date.fromordinal(found.as_long())
            case MonthType():
                return Month(found.as_long() // 12, found.as_long() % 12 + 1)
            case NumberType():
                return Fraction(found.as_fraction())
            case _:
                text = next((x for x, n in self._texts.items() if n == found.as_long()), None)
                return text if text is not None else "（别的文字）"

    # -- truths ----------------------------------------------------------------------------------

    def truth(self, node: t.Node, entity: str) -> Any:
        """A boolean expression as a formula. Raises NotLinear."""
        z3 = self.z3
        match node:
            case t.And(items=items):
                return z3.And(*(self.truth(i, entity) for i in items))
            case t.Or(items=items):
                return z3.Or(*(self.truth(i, entity) for i in items))
            case t.Not(operand=operand):
                return z3.Not(self.truth(operand, entity))
            case t.IsNull(operand=operand):
                return self.null(operand, entity)
            case t.Compare():
                return self._compare(node, entity)
            case t.InRange():
                return self._in_range(node, entity)
            case t.If():
                parts = (node.condition, node.then, node.otherwise)
                return z3.If(*(self.truth(p, entity) for p in parts))
            case _:
                return self.value(node, entity)

    def _compare(self, node: t.Compare, entity: str) -> Any:
        if isinstance(node.left.type, BooleanType):
            left, right = self.truth(node.left, entity), self.truth(node.right, entity)
        else:
            left, right = self.value(node.left, entity), self.value(node.right, entity)
        match node.op:
            case t.CompareOp.EQ:
                return left == right
            case t.CompareOp.NE:
                return left != right
            case t.CompareOp.LT:
                return left < right
            case t.CompareOp.LE:
                return left <= right
            case t.CompareOp.GT:
                return left > right
            case _:
                return left >= right

    def _in_range(self, node: t.InRange, entity: str) -> Any:
        value = self.value(node.operand, entity)
        found = []
        if node.low is not None:
            low = self.value(node.low, entity)
            found.append(value >= low if node.low_inclusive else value > low)
        if node.high is not None:
            high = self.value(node.high, entity)
            found.append(value <= high if node.high_inclusive else value < high)
        return self.z3.And(*found)

    def null(self, node: t.Node, entity: str) -> Any:
        """Whether an expression is null."""
        z3 = self.z3
        match node:
            case t.TermRef():
                if not self.definitions.term(node, entity).nullable:
                    return z3.BoolVal(False)
                self.value(node, entity)
                return self._nulls[self._key(node, entity)]
            case t.Const(value=value) | t.ParamRef(value=value):
                return z3.BoolVal(value is None)
            case t.If():
                then, otherwise = self.null(node.then, entity), self.null(node.otherwise, entity)
                return z3.If(self.truth(node.condition, entity), then, otherwise)
            case t.Coalesce(items=items):
                return z3.And(*(self.null(i, entity) for i in items))
            case _ if not node.type.nullable:
                return z3.BoolVal(False)
            case _:
                return self._unknown_null(node, entity)

    # -- values ----------------------------------------------------------------------------------

    def value(self, node: t.Node, entity: str) -> Any:
        """An expression; its value is arbitrary where it is null."""
        try:
            return self._constant(value_of(node), node)
        except UnknownValue:
            pass
        z3 = self.z3
        match node:
            case t.TermRef():
                return self._term(node, entity)
            case t.Neg(operand=operand):
                return -self.value(operand, entity)
            case t.Scale(operand=operand, factor=factor):
                return self._number(factor) * self.value(operand, entity)
            case t.Arith():
                return self._arithmetic(node, entity)
            case t.If() if _is_null(node.then) or _is_null(node.otherwise):
                return self.value(node.otherwise if _is_null(node.then) else node.then, entity)
            case t.If() if not isinstance(node.type, BooleanType):
                then, otherwise = self.value(node.then, entity), self.value(node.otherwise, entity)
                return z3.If(self.truth(node.condition, entity), then, otherwise)
            case t.Coalesce(items=items):
                found = self.value(items[-1], entity)
                for item in reversed(items[:-1]):
                    found = z3.If(self.null(item, entity), found, self.value(item, entity))
                return found
            case t.Call(function="max" | "min" | "abs") if isinstance(node.type, NumberType):
                return self._extreme(node, entity)
            case t.And() | t.Or() | t.Not() | t.IsNull() | t.Compare() | t.InRange() | t.If():
                return self.truth(node, entity)
            case _:
                return self._left_open(node, entity)

    def _constant(self, value: Value, node: t.Node) -> Any:
        z3 = self.z3
        match value:
            case bool():
                return z3.BoolVal(value)
            case Fraction():
                return self._number(value)
            case dt.date():
                return z3.IntVal(value.toordinal())
            case Month():
                return z3.IntVal(value.year * 12 + value.month - 1)
            case str():
                names = _names(node)
                if names is not None and value in names:
                    return z3.IntVal(names.index(value))
                return z3.IntVal(self._texts.setdefault(value, len(self._texts)))
        raise NotLinear

    def _number(self, value: Fraction) -> Any:
        return self.z3.Q(value.numerator, value.denominator)

    def _arithmetic(self, node: t.Arith, entity: str) -> Any:
        if isinstance(node.type, NumberType) and isinstance(node.left.type, NumberType):
            left, right = self.value(node.left, entity), self.value(node.right, entity)
            match node.op:
                case t.ArithOp.ADD:
                    return left + right
                case t.ArithOp.SUB:
                    return left - right
                case t.ArithOp.MUL if _fixed(node.left) is not None or _fixed(node.right) is not None:
                    return left * right
                case t.ArithOp.DIV if _fixed(node.right):
                    return left / right
        return self._left_open(node, entity)

    def _extreme(self, node: t.Call, entity: str) -> Any:
        z3 = self.z3
        first, *rest = (self.value(a, entity) for a in node.args)
        if node.function == "abs":
            return z3.If(first >= 0, first, -first)
        for other in rest:
            first = z3.If(first >= other if node.function == "max" else first <= other, first, other)
        return first

    def _left_open(self, node: t.Node, entity: str) -> Any:
        """Something of this type, the same wherever it stands."""
        self.open = True
        key = (entity, shape(node))
        if key not in self._values:
            self._values[key] = self._new(node, f"?{len(self._values)}", entity, None)
        return self._values[key]

    def _unknown_null(self, node: t.Node, entity: str) -> Any:
        self.open = True
        key = (entity, shape(node))
        return self._nulls.setdefault(key, self.z3.Bool(f"null?{len(self._nulls)}"))

    def _new(self, node: t.Node, name: str, entity: str, grid: int | None) -> Any:
        z3 = self.z3
        match node.type:
            case BooleanType():
                return z3.Bool(name)
            case NumberType():
                if grid is not None and grid <= MAX_GRID:
                    found = z3.ToReal(z3.Int(name)) * self._number(Fraction(1, 10**grid))
                else:
                    found = z3.Real(name)
                self._within(found, node, entity)
                return found
            case DateType():
                found = z3.Int(name)
                self.solver.add(found >= 1, found <= dt.date.max.toordinal())
            case MonthType():
                found = z3.Int(name)
                self.solver.add(found >= 12, found <= 9999 * 12 + 11)
            case _:
                found = z3.Int(name)
                names = _names(node)
                self.solver.add(found >= 0, *([found < len(names)] if names is not None else []))
        return found

    def _within(self, found: Any, node: t.Node, entity: str) -> None:
        interval = self.bounds.of(node, entity)
        if interval.low is not None:
            self.solver.add(found >= self._number(interval.low))
        if interval.high is not None:
            self.solver.add(found <= self._number(interval.high))

    # -- terms -----------------------------------------------------------------------------------

    def _key(self, ref: t.TermRef, entity: str) -> Hashable:
        return ("term", self.definitions.base(self.definitions.whose(ref, entity)), ref.term)

    def _name(self, term: Term) -> str:
        """What Z3 calls a term; equal names are one value."""
        return f"{term.entity}.{term.id}"

    def _term(self, ref: t.TermRef, entity: str) -> Any:
        key = self._key(ref, entity)
        if key in self._values:
            return self._values[key]
        term, whose = self.definitions.term(ref, entity), self.definitions.whose(ref, entity)
        name = self._name(term)
        self._values[key] = self._new(ref, name, entity, None if term.decided else term.places)
        if term.nullable:
            self._nulls[key] = self.z3.Bool(f"null {name}")
        if isinstance(term.low, dt.date) and isinstance(term.high, dt.date):
            self.solver.add(self._values[key] >= term.low.toordinal())
            self.solver.add(self._values[key] <= term.high.toordinal())
        if term.decided:
            self._define(key, term, whose)
        return self._values[key]

    def _define(self, key: Hashable, term: Term, whose: str) -> None:
        stages = self.definitions.stages(whose, term.id)
        covers = len(stages) == 1 and self.definitions.policy.parts(whose) <= self.definitions.policy.parts(
            stages[0].entity
        )
        if not covers or self._depth >= MAX_DEPTH:
            self.open = True
            return
        self._depth += 1
        try:
            self.solver.add(*self._meaning(stages[0], term, key, whose))
        except NotLinear:
            self.open = True
        self._depth -= 1

    def _meaning(self, stage: Stage, term: Term, key: Hashable, whose: str) -> Iterator[Any]:
        number = stage.outputs.index(term.id)
        value, rounding = self._values[key], stage.roundings[number]
        match stage.body:
            case Formula(expression=expression):
                defined, null = self._either(expression, whose), self.null(expression, whose)
            case DecisionTable(hit_policy=HitPolicy.UNIQUE | HitPolicy.ANY | HitPolicy.FIRST) as table:
                defined, null = self._table(table, number, whose)
            case _:
                raise NotLinear
        if rounding is None:
            same = value == defined
        else:
            self.open = True
            step = self._number(Fraction(1, 10**rounding.places))
            same = self.z3.And(value - defined <= step, defined - value <= step)
        if term.nullable:
            yield self._nulls[key] == null
            yield self.z3.Implies(self.z3.Not(null), same)
        else:
            yield same

    def _table(self, table: DecisionTable, number: int, whose: str) -> tuple[Any, Any]:
        """The first row that hits; a case no row hits is refused, so it need not be told apart."""
        outputs = [row.outputs[number] for row in table.rows]
        outputs += [table.default[number]] if table.default else []
        found, null = self._either(outputs[-1], whose), self.null(outputs[-1], whose)
        for row, output in reversed(list(zip(table.rows, outputs, strict=False))):
            if output is outputs[-1]:
                continue
            hit = self.row(table, row.tests, whose)
            found = self.z3.If(hit, self._either(output, whose), found)
            null = self.z3.If(hit, self.null(output, whose), null)
        return found, null

    def row(self, table: DecisionTable, tests: Sequence[int], entity: str) -> Any:
        return self.z3.And(*(self.truth(table.tests[i].expression, entity) for i in tests))

    def _either(self, node: t.Node, entity: str) -> Any:
        return self.truth(node, entity) if isinstance(node.type, BooleanType) else self.value(node, entity)


def _names(node: t.Node) -> tuple[str, ...] | None:
    match node.type:
        case OptionType(options=names) | LevelType(levels=names):
            return names
    return None


def _is_null(node: t.Node) -> bool:
    return isinstance(node, t.Const) and node.value is None


def _fixed(node: t.Node) -> Value:
    try:
        return value_of(node)
    except UnknownValue:
        return None


class Formulas:
    """The rows of a table as formulas. Raises NotLinear."""

    def __init__(self, table: DecisionTable, definitions: Definitions, bounds: Bounds, entity: str) -> None:
        self.solver = Solver(definitions, bounds, entity)
        self.entity = entity
        self.rows = [self.solver.row(table, row.tests, entity) for row in table.rows]
        self.nodes = list(read_terms(test.expression for test in table.tests))

    def case(self, hit: Sequence[int], missed: Sequence[int]) -> Case | None:
        wanted = [self.rows[i] for i in hit] + [self.solver.z3.Not(self.rows[i]) for i in missed]
        return self.solver.case(wanted, self.nodes, self.entity)


def read_terms(nodes: Iterator[t.Node]) -> Iterator[t.Node]:
    """Each term that is read, once; not those of the rows below."""
    seen: set[Hashable] = set()

    def of(node: t.Node) -> Iterator[t.Node]:
        if isinstance(node, t.TermRef):
            yield node
        elif not isinstance(node, t.Aggregate):
            for child in t.children(node):
                yield from of(child)

    for node in nodes:
        for ref in of(node):
            if shape(ref) not in seen:
                seen.add(shape(ref))
                yield ref
