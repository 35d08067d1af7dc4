"""One row of an entity as formulas for proofs: rounding, allocations and scales exactly, products by what bounds them.

Whatever has no word here is an arbitrary value of its type, so that what is proved holds all the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.evaluate import UnknownValue, value_of
from policy_engine.analysis.solver import NotLinear, Solver
from policy_engine.feel import typed as t
from policy_engine.feel.nulls import shape
from policy_engine.feel.types import NumberType
from policy_engine.feel.values import Value
from policy_engine.policy.model import Allocation, BracketScale, DecisionTable, Policy, Rounding, Stage, Term
from policy_engine.rulefile.choices import Collect, RoundingMode, ScaleMethod

_MODES = {
    "floor": RoundingMode.FLOOR,
    "ceiling": RoundingMode.CEILING,
    "round_half_up": RoundingMode.HALF_UP,
    "round_half_even": RoundingMode.HALF_EVEN,
    "round_down": RoundingMode.TRUNCATE,
}


@dataclass(frozen=True)
class Product:
    """``value`` = ``left`` × ``right``, none of them a constant."""

    value: Any
    left: Any
    right: Any


@dataclass(frozen=True)
class Rounded:
    """``units`` of a step are what ``scaled`` is rounded to."""

    units: Any
    scaled: Any
    how: Rounding


@dataclass(frozen=True)
class Sum:
    """A total over the rows below a row of ``entity``: ``symbol`` stands for it. The node reads those rows."""

    entity: str
    node: t.Aggregate
    symbol: Any


@dataclass
class Names:
    """What several rows share: the same expression on the same row has one name."""

    texts: dict[str, int] = field(default_factory=dict)
    opened: dict[Hashable, str] = field(default_factory=dict)
    count: int = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def of(self, key: Hashable) -> str:
        return self.opened.setdefault(key, f"?{len(self.opened)}")


@dataclass(frozen=True)
class Frame:
    """A policy under proof. ``tag`` tells apart two cases that differ in the input ``moved`` (entity, id) only."""

    definitions: SureDefinitions
    bounds: Bounds
    names: Names
    tag: str = ""
    moved: tuple[str, str] | None = None

    @property
    def policy(self) -> Policy:
        return self.definitions.policy


class SureDefinitions(Definitions):
    """Of checks above, only those of rows that are surely there."""

    def checks(self, entity: str) -> tuple[Stage, ...]:
        unsure = {a for a in self.policy.ancestors(entity) if not self.surely_has(entity, a)}
        return tuple(s for s in super().checks(entity) if s.entity not in unsure)

    def surely_has(self, entity: str, ancestor: str) -> bool:
        """Whether every row of ``entity`` has a row of ``ancestor`` above it."""
        for above in self.policy.ancestors(entity):
            here = self.policy.entities[entity]
            base = self.policy.entities[here.base]
            if base.parent_optional and not _requires(here.when, above):
                return False
            if above == ancestor:
                return True
            entity = above
        return False


def _requires(when: t.Node | None, parent: str) -> bool:
    """The condition of a sub-entity is that the row belongs to one of ``parent``."""
    match when:
        case t.Not(operand=t.IsNull(operand=t.ParentKey(entity=entity))):
            return entity == parent
    return False


def frame(policy: Policy) -> Frame:
    definitions = SureDefinitions(policy)
    return Frame(definitions, Bounds(definitions), Names())


class Row(Solver):
    """A row of ``entity`` and what it sees above.

    ``own`` sets its terms apart from those of other rows below the same row of ``group``, and so do those of the rows
    between: they need not be the same.
    """

    def __init__(self, frame: Frame, entity: str, own: str = "", group: str | None = None) -> None:
        self.frame, self.own = frame, own
        self._apart = {frame.policy.entities[entity].base}
        for above in frame.policy.ancestors(entity):
            if above == group:
                break
            self._apart.add(above)
        self.products: list[Product] = []
        self.roundings: list[Rounded] = []
        self.sums: dict[str, Sum] = {}
        super().__init__(frame.definitions, frame.bounds, entity)

    @property
    def facts(self) -> list[Any]:
        return list(self.solver.assertions())

    @property
    def exact(self) -> list[Any]:
        """What products really are; only a search for cases needs it."""
        return [p.value == p.left * p.right for p in self.products]

    def read(self, model: Any, term: Term) -> tuple[Value] | None:
        """The value of an input in a model; None when no formula reads it."""
        if ("term", term.entity, term.id) not in self._values:
            return None
        where = t.Where.OWN if term.entity == self.definitions.base(self.entity) else t.Where.UP
        part = self.entity if where is t.Where.OWN else term.entity
        return (self._read(model, t.TermRef(term.type, term.span, where, term.entity, part, term.id), part),)

    def own_term(self, id_: str) -> t.TermRef:
        """A term of this row."""
        term = self.definitions.policy.term(self.entity, id_)
        return t.TermRef(term.type, term.span, t.Where.OWN, term.entity, self.entity, id_)

    # -- names -----------------------------------------------------------------------------------

    def _scope(self, entity: str) -> str:
        return self.own if self.definitions.base(entity) in self._apart else ""

    def _name(self, term: Term) -> str:
        moves = term.decided or (term.entity, term.id) == self.frame.moved
        return f"{self._scope(term.entity)}{super()._name(term)}{self.frame.tag if moves else ''}"

    def _constant(self, value: Value, node: t.Node) -> Any:
        self._texts = self.frame.names.texts  # one number a text, whichever row asks
        return super()._constant(value, node)

    def _left_open(self, node: t.Node, entity: str) -> Any:
        key = (entity, shape(node))
        if key not in self._values:
            scope = (self._scope(entity), self._tag(node))
            self._values[key] = self._new(node, self.frame.names.of((scope, key)), entity, None)
            if isinstance(node, t.Aggregate):
                found = Sum(entity, node, self._values[key])
                self.sums[str(found.symbol)] = found
        return self._values[key]

    def _unknown_null(self, node: t.Node, entity: str) -> Any:
        key = ((self._scope(entity), self._tag(node)), (entity, shape(node)))
        return self.z3.Bool(f"null{self.frame.names.of(key)}")

    def null(self, node: t.Node, entity: str) -> Any:
        """What a row above says is missing where that row is."""
        found = super().null(node, entity)
        if isinstance(node, t.TermRef) and node.type.nullable and node.where is t.Where.UP:
            return self.z3.Or(found, self._unknown_null(node, entity))
        return found

    def _tag(self, node: t.Node) -> str:
        """What reads neither decided values nor the input that moves is the same in both cases."""
        moved = self.frame.moved
        for inner in t.walk(node):
            if isinstance(inner, t.Aggregate):
                return self.frame.tag
            if isinstance(inner, t.TermRef):
                term = self.definitions.policy.term(inner.entity, inner.term)
                if term.decided or (term.entity, term.id) == moved:
                    return self.frame.tag
        return ""

    # -- values ----------------------------------------------------------------------------------

    def value(self, node: t.Node, entity: str) -> Any:
        match node:
            case t.If() if (chosen := _known(node.condition)) is not None:
                return self._either(node.then if chosen else node.otherwise, entity)
            case t.Call(function=name, args=args) if name in _MODES and _known(node) is None:
                places = _known(args[1]) if len(args) > 1 else Fraction(0)
                assert isinstance(places, Fraction)
                return self._round(self.value(args[0], entity), Rounding(_MODES[name], int(places)))
            case t.LookupCall() if (found := self._lookup(node, entity)) is not None:
                return found
        return super().value(node, entity)

    def truth(self, node: t.Node, entity: str) -> Any:
        if isinstance(node, t.If) and (chosen := _known(node.condition)) is not None:
            return self.truth(node.then if chosen else node.otherwise, entity)
        return super().truth(node, entity)

    def _arithmetic(self, node: t.Arith, entity: str) -> Any:
        both = isinstance(node.left.type, NumberType) and isinstance(node.right.type, NumberType)
        if both and node.op is t.ArithOp.MUL and _known(node.left) is None and _known(node.right) is None:
            return self._times(node, entity)
        return super()._arithmetic(node, entity)

    def _times(self, node: t.Arith, entity: str) -> Any:
        key = (entity, shape(node))
        if key not in self._values:
            left, right = self.value(node.left, entity), self.value(node.right, entity)
            scope = (self._scope(entity), self._tag(node))
            found = self._new(node, self.frame.names.of((scope, key)), entity, None)
            self._values[key] = found
            self.products.append(Product(found, left, right))
            for factor, other, of in ((left, right, node.right), (right, left, node.left)):
                self.solver.add(*self._product_facts(found, factor, other, of, entity))
        return self._values[key]

    def _product_facts(self, product: Any, factor: Any, other: Any, of: t.Node, entity: str) -> Iterator[Any]:
        """``other`` ≥ c gives product ≥ c × factor for factor ≥ 0, and so on (McCormick 1976)."""
        z3, within, none = self.z3, self.bounds.of(of, entity), Fraction(0)
        yield z3.Implies(factor == 0, product == 0)
        low, high, always = within.low, within.high, z3.BoolVal(True)
        ends = [(always, low, True)] if low is not None else []
        ends += [(always, high, False)] if high is not None else []
        ends += [(other >= 0, none, True)] if low is None or low < 0 else []
        ends += [(other <= 0, none, False)] if (low is None or low < 0) and (high is None or high > 0) else []
        for given, at, least in ends:
            end = self._number(at) * factor
            more, less = product >= end, product <= end
            yield z3.Implies(z3.And(given, factor >= 0), more if least else less)
            yield z3.Implies(z3.And(given, factor <= 0), less if least else more)

    def _lookup(self, node: t.LookupCall, entity: str) -> Any | None:
        """Numbers by keys that are known or looked up one by one; a key that is not there is refused."""
        if not isinstance(node.type, NumberType):
            return None
        args = [self._either(a, entity) for a in node.args]
        found = self._left_open(node, entity)
        for keys, value in self.definitions.policy.lookups[node.table].rows:
            same = [a == self._constant(k, n) for a, k, n in zip(args, keys, node.args, strict=True)]
            if isinstance(value, Fraction):
                self.solver.add(self.z3.Implies(self.z3.And(*same), found == self._number(value)))
        return found

    # -- decisions -------------------------------------------------------------------------------

    def _define(self, key: Hashable, term: Term, whose: str) -> None:
        """A row that may not be there decides nothing."""
        above = self.definitions.base(whose)
        is_above = above in self.definitions.policy.ancestors(self.entity)
        if is_above and not self.frame.definitions.surely_has(self.entity, above):
            return
        super()._define(key, term, whose)

    def _meaning(self, stage: Stage, term: Term, key: Hashable, whose: str) -> Iterator[Any]:
        number = stage.outputs.index(term.id)
        rounding, value = stage.roundings[number], self._values[key]
        match stage.body:
            case Allocation() as allocation:
                yield from self._share(allocation, value, whose)
            case BracketScale() as scale:
                yield value == self._rounded(self._scale(scale, whose), rounding)
            case DecisionTable(collect=Collect.SUM) as table:
                yield value == self._rounded(self._collected(table, number, whose), rounding)
            case DecisionTable(collect=Collect.COUNT) as table:
                counted = self._or_default(table, number, whose, self._hits(table, whose))
                yield value == self._rounded(counted, rounding)
            case DecisionTable(default=None, collect=None) as table if rounding is None:
                yield from super()._meaning(stage, term, key, whose)
                yield self.z3.Or(*(self.row(table, r.tests, whose) for r in table.rows))
            case _ if rounding is None:
                yield from super()._meaning(stage, term, key, whose)
            case _:
                yield from self._rounded_meaning(stage, number, key, term, whose)

    def _rounded_meaning(
        self, stage: Stage, number: int, key: Hashable, term: Term, whose: str
    ) -> Iterator[Any]:
        match stage.body:
            case DecisionTable(collect=None) as table:
                defined, null = self._table(table, number, whose)
            case body if hasattr(body, "expression"):
                defined = self._either(body.expression, whose)
                null = self.null(body.expression, whose)
            case _:
                raise NotLinear
        same = self._values[key] == self._rounded(defined, stage.roundings[number])
        if term.nullable:
            yield self._nulls[key] == null
            same = self.z3.Implies(self.z3.Not(null), same)
        yield same

    def _share(self, allocation: Allocation, part: Any, whose: str) -> Iterator[Any]:
        """What is known of one part: the grid, the sign of the total, nothing for who is left out."""
        z3, total = self.z3, self.value(allocation.total, whose)
        weight = self.value(allocation.by, whose)
        grid = z3.ToReal(z3.Int(self.frame.names.fresh("grid")))
        yield part == grid * self._number(Fraction(1, 10**allocation.places))
        yield z3.Implies(total >= 0, z3.And(part >= 0, part <= total))
        yield z3.Implies(total <= 0, z3.And(part <= 0, part >= total))
        yield z3.Implies(weight <= 0, part == 0)
        if allocation.within is not None:
            yield z3.Implies(z3.Not(self.truth(allocation.within, whose)), part == 0)

    def takes(self, allocation: Allocation) -> Any:
        """This row is one of those that can take a part."""
        weight = self.value(allocation.by, self.entity) > 0
        if allocation.within is None:
            return weight
        return self.z3.And(self.truth(allocation.within, self.entity), weight)

    def _collected(self, table: DecisionTable, number: int, whose: str) -> Any:
        z3 = self.z3
        found = self._number(Fraction(0))
        for row in table.rows:
            output = self.value(row.outputs[number], whose)
            found = found + z3.If(self.row(table, row.tests, whose), output, self._number(Fraction(0)))
        return self._or_default(table, number, whose, found)

    def _hits(self, table: DecisionTable, whose: str) -> Any:
        one, none = self._number(Fraction(1)), self._number(Fraction(0))
        return sum((self.z3.If(self.row(table, r.tests, whose), one, none) for r in table.rows), start=none)

    def _or_default(self, table: DecisionTable, number: int, whose: str, found: Any) -> Any:
        if table.default is None:
            return found
        some = self.z3.Or(*(self.row(table, r.tests, whose) for r in table.rows))
        return self.z3.If(some, found, self.value(table.default[number], whose))

    def _scale(self, scale: BracketScale, whose: str) -> Any:
        """Raises NotLinear for rates that are not fixed."""
        z3, of = self.z3, self.value(scale.of, whose)
        ends = [self.value(b.threshold, whose) for b in scale.brackets]
        rates = [_known(b.rate) for b in scale.brackets]
        found = self._number(Fraction(0))
        for i, bracket in enumerate(scale.brackets):
            rate = rates[i]
            if not isinstance(rate, Fraction):
                raise NotLinear
            reached = of >= ends[i] if bracket.inclusive else of > ends[i]
            if scale.method is ScaleMethod.WHOLE:
                found = z3.If(reached, of * self._number(rate), found)
                continue
            top = z3.If(of > ends[i + 1], ends[i + 1], of) if i + 1 < len(ends) else of
            found = found + z3.If(of > ends[i], (top - ends[i]) * self._number(rate), 0)
        return found

    # -- rounding --------------------------------------------------------------------------------

    def _rounded(self, value: Any, rounding: Rounding | None) -> Any:
        return value if rounding is None else self._round(value, rounding)

    def _round(self, value: Any, rounding: Rounding) -> Any:
        """A whole number of steps, exactly."""
        z3 = self.z3
        step = Fraction(10) ** -rounding.places
        whole = z3.Int(self.frame.names.fresh("steps"))
        units, scaled = z3.ToReal(whole), value / self._number(step)
        down = z3.And(units <= scaled, scaled < units + 1)
        up = z3.And(units - 1 < scaled, scaled <= units)
        twice = 2 * scaled
        self.roundings.append(Rounded(units, scaled, rounding))
        match rounding.mode:
            case RoundingMode.FLOOR:
                self.solver.add(down)
            case RoundingMode.CEILING:
                self.solver.add(up)
            case RoundingMode.TRUNCATE:
                self.solver.add(z3.If(scaled >= 0, down, up))
            case RoundingMode.HALF_UP:
                above = z3.And(2 * units <= twice + 1, twice + 1 < 2 * units + 2)
                below = z3.And(2 * units - 2 < twice - 1, twice - 1 <= 2 * units)
                self.solver.add(z3.If(scaled >= 0, above, below))
            case RoundingMode.HALF_EVEN:
                near = z3.And(2 * units - 1 <= twice, twice <= 2 * units + 1)
                tie = z3.Or(twice == 2 * units - 1, twice == 2 * units + 1)
                self.solver.add(near, z3.Implies(tie, whole % 2 == 0))
            case _:
                raise NotLinear
        return units * self._number(step)


def _known(node: t.Node) -> Value:
    try:
        return value_of(node)
    except UnknownValue:
        return None


def ordered(one: Product, other: Product, z3: Any) -> Iterator[Any]:
    """Products are in the order of their factors (reversed below zero where one factor is common)."""
    for a, x in ((one.left, one.right), (one.right, one.left)):
        for b, y in ((other.left, other.right), (other.right, other.left)):
            if a.eq(b):
                for low, high, small, great in (
                    (x, y, one.value, other.value),
                    (y, x, other.value, one.value),
                ):
                    yield z3.Implies(z3.And(a >= 0, low <= high), small <= great)
                    yield z3.Implies(z3.And(a <= 0, low <= high), small >= great)


def grown(one: Product, other: Product, z3: Any) -> Iterator[Any]:
    """The same product in two cases: with both factors, from zero on."""
    for small, great in ((one, other), (other, one)):
        left = z3.And(small.left >= 0, small.left <= great.left)
        right = z3.And(small.right >= 0, small.right <= great.right)
        yield z3.Implies(z3.And(left, right), small.value <= great.value)


def in_order(one: Rounded, other: Rounded, z3: Any) -> Iterator[Any]:
    """Rounding keeps the order of numbers."""
    if one.how == other.how:
        yield z3.Implies(one.scaled <= other.scaled, one.units <= other.units)
        yield z3.Implies(other.scaled <= one.scaled, other.units <= one.units)
