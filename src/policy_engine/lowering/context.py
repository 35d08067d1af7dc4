"""Where an expression is lowered: on whose rows, under which conditions, within which bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir
from policy_engine.lowering.physical import Kind, Physical

Place = tuple[str, str]  # base entity, column
Bounds = Mapping[Place, tuple[int, int]]


@dataclass(frozen=True)
class Context:
    """``entity``: the (sub-)entity whose rows are looked at; ``path``: what holds where the value is wanted."""

    entity: str
    path: tuple[ir.Expr, ...] = ()
    bounds: Bounds = field(default_factory=dict)

    def under(self, condition: ir.Expr) -> Context:
        """The same place once ``condition`` is known to hold."""
        return replace(self, path=(*self.path, condition), bounds=_narrowed(self.bounds, condition))

    def unless(self, condition: ir.Expr) -> Context:
        return self.under(build.negation(condition))


@dataclass(frozen=True)
class Fault:
    """Rows of ``entity`` for which ``condition`` holds cannot be decided, or fail a check: ``code`` says how.

    ``stage``: the id of the first stage that meets it; empty for what concerns the facts alone.
    """

    entity: str
    condition: ir.Expr
    code: str
    stage: str = field(default="", compare=False)


def narrowed(type_: Physical, place: Place, bounds: Bounds) -> Physical:
    if place not in bounds:
        return type_
    low, high = bounds[place]
    low, high = max(low, type_.low), min(high, type_.high)
    return replace(type_, low=low, high=high) if low <= high else type_


def _narrowed(bounds: Bounds, condition: ir.Expr) -> Bounds:
    found = dict(bounds)
    for place, low, high in told(condition):
        before = found.get(place, (low, high))
        found[place] = (max(low, before[0]), min(high, before[1]))
    return found


_TURNED = {
    CompareOp.LT: CompareOp.GE,
    CompareOp.LE: CompareOp.GT,
    CompareOp.GT: CompareOp.LE,
    CompareOp.GE: CompareOp.LT,
    CompareOp.EQ: CompareOp.NE,
    CompareOp.NE: CompareOp.EQ,
}
_MIRRORED = {
    CompareOp.LT: CompareOp.GT,
    CompareOp.LE: CompareOp.GE,
    CompareOp.GT: CompareOp.LT,
    CompareOp.GE: CompareOp.LE,
}


def told(condition: ir.Expr) -> list[tuple[Place, int, int]]:
    """What a condition says about single number columns; a column compared with another says what its bounds say."""
    match condition:
        case ir.Every(items=items):
            return [fact for item in items for fact in told(item)]
        case ir.Choice(arms=((first, then),), otherwise=ir.Literal(value=False)):
            return [*told(first), *told(then)]
        case ir.Negation(operand=ir.Choice(arms=((first, ir.Literal(value=True)),), otherwise=last)):
            return [*told(build.negation(first)), *told(build.negation(last))]
        case ir.Negation(operand=ir.Some(items=items)):
            return [fact for item in items for fact in told(build.negation(item))]
        case ir.Negation(operand=ir.Comparison(op=op, left=left, right=right)):
            return [*_column(_TURNED[op], left, right), *_column(_mirror(_TURNED[op]), right, left)]
        case ir.Comparison(op=op, left=left, right=right):
            return [*_column(op, left, right), *_column(_mirror(op), right, left)]
        case _:
            return []


def _mirror(op: CompareOp) -> CompareOp:
    return _MIRRORED.get(op, op)


def _column(op: CompareOp, left: ir.Expr, right: ir.Expr) -> list[tuple[Place, int, int]]:
    if not isinstance(left, ir.Column) or left.type.kind is not Kind.NUMBER:
        return []
    low, high = left.type.low, left.type.high
    match op:
        case CompareOp.LT:
            high = min(high, right.type.high - 1)
        case CompareOp.LE:
            high = min(high, right.type.high)
        case CompareOp.GT:
            low = max(low, right.type.low + 1)
        case CompareOp.GE:
            low = max(low, right.type.low)
        case CompareOp.EQ:
            low, high = max(low, right.type.low), min(high, right.type.high)
        case _:
            return []
    return [((left.entity, left.name), low, high)]
