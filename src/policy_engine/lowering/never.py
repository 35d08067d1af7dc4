"""What can be told before a row is read: conditions that never hold together.

A decision table whose rows cannot hit together, and of which one always hits, need not be asked for every row of a
month. What is not told here is looked at in the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import product

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir
from policy_engine.lowering.context import Place, told
from policy_engine.lowering.physical import Kind, Physical

MOST = 256  # combinations that are looked at
Shape = tuple[object, ...]


def never(conditions: Sequence[ir.Expr]) -> bool:
    """No row meets all of the conditions, whatever it holds within its bounds. False: perhaps one does."""
    cases = _cases(conditions)
    return cases is not None and all(_contradicts(case) for case in cases)


def _cases(conditions: Sequence[ir.Expr]) -> list[list[ir.Expr]] | None:
    """All ways to meet the conditions, each as simple conditions; None when they are too many."""
    ways = [_ways(condition) for condition in conditions]
    count = 1
    for way in ways:
        count *= len(way)
        if count > MOST:
            return None
    return [[atom for part in parts for atom in part] for parts in product(*ways)]


def _ways(condition: ir.Expr) -> list[list[ir.Expr]]:
    match condition:
        case ir.Literal(value=value):
            return [[]] if value else []
        case ir.Every(items=items):
            found = _cases(items)
            return [[condition]] if found is None else found
        case ir.Some(items=items):
            return [way for item in items for way in _ways(item)]
        case ir.Negation(operand=ir.Every(items=items)):
            return [way for item in items for way in _ways(build.negation(item))]
        case ir.Negation(operand=ir.Some(items=items)):
            return _ways(build.every([build.negation(item) for item in items]))
        case ir.Choice(arms=arms, otherwise=otherwise):
            return _chosen([*arms, (build.TRUE, otherwise)])
        case ir.Negation(operand=ir.Choice(arms=arms, otherwise=otherwise)):
            turned = [(c, build.negation(v)) for c, v in arms]
            return _chosen([*turned, (build.TRUE, build.negation(otherwise))])
        case ir.Negation(operand=ir.Comparison() as compared) if _ordered(compared):
            return [[replace(compared, op=_OPPOSITE[compared.op])]]
        case _:
            return [[condition]]


def _chosen(arms: Sequence[tuple[ir.Expr, ir.Expr]]) -> list[list[ir.Expr]]:
    """An arm is taken when its condition holds and none before it does."""
    found: list[list[ir.Expr]] = []
    before: list[ir.Expr] = []
    for condition, value in arms:
        cases = _cases([*before, condition, value])
        found += [[*before, condition, value]] if cases is None else cases
        before.append(build.negation(condition))
    return found


def _contradicts(atoms: Sequence[ir.Expr]) -> bool:
    for i, one in enumerate(atoms):
        if any(_contrary(one, other) for other in atoms[i + 1 :]):
            return True
    bounds = _bounds(atoms)
    return bounds is None or any(_excluded(atom, bounds) for atom in atoms)


def _contrary(one: ir.Expr, other: ir.Expr) -> bool:
    if shape(build.negation(one)) == shape(other):
        return True
    match one, other:
        case ir.Comparison(), ir.Comparison() if _ordered(one) and _ordered(other):
            if shape(one.left) != shape(other.left):
                return False
            if shape(one.right) == shape(other.right):
                return other.op in _CONTRARY[one.op]
            both = CompareOp.EQ, CompareOp.EQ
            constants = isinstance(one.right, ir.Literal) and isinstance(other.right, ir.Literal)
            return (one.op, other.op) == both and constants
        case _:
            return False


def _ordered(compared: ir.Comparison) -> bool:
    """It holds or its opposite does: no null comes between."""
    return not (compared.null_safe or compared.left.type.nullable or compared.right.type.nullable)


def shape(expr: ir.Expr) -> Shape:
    """What an expression computes, whatever bounds are known of it."""
    if isinstance(expr, ir.Column):
        return "Column", expr.entity, expr.name, expr.type.unit
    own = (getattr(expr, f.name) for f in fields(expr) if f.name != "type")
    unit = (expr.type.unit,) if isinstance(expr, ir.Literal | ir.Same) else ()
    return (type(expr).__name__, *unit, *(_shape(item) for item in own))


def _shape(item: object) -> object:
    if isinstance(item, ir.Expr):
        return shape(item)
    return tuple(_shape(i) for i in item) if isinstance(item, tuple) else item


# -- bounds ------------------------------------------------------------------------------------------

Bounds = Mapping[Place, tuple[int, int]]


def _bounds(atoms: Sequence[ir.Expr]) -> Bounds | None:
    """What the conditions say of single columns; None when they leave one nothing."""
    found: dict[Place, tuple[int, int]] = {}
    for place, low, high in _facts(atoms):
        before = found.get(place, (low, high))
        found[place] = (max(low, before[0]), min(high, before[1]))
        if found[place][0] > found[place][1]:
            return None
    return found


def _facts(atoms: Sequence[ir.Expr]) -> Iterator[tuple[Place, int, int]]:
    for atom in atoms:
        yield from told(atom)
        yield from _unequal(atom)


def _unequal(atom: ir.Expr) -> Iterator[tuple[Place, int, int]]:
    """Unequal to its own end, a number is beyond it."""
    match atom:
        case ir.Comparison(
            op=CompareOp.NE, left=ir.Column() as column, right=ir.Literal(value=int() as value)
        ):
            if column.type.kind is Kind.NUMBER and not isinstance(value, bool):
                low, high = column.type.low, column.type.high
                yield (column.entity, column.name), low + (value == low), high - (value == high)


def _excluded(atom: ir.Expr, bounds: Bounds) -> bool:
    """The bounds alone say that it does not hold."""
    if not isinstance(atom, ir.Comparison) or not _ordered(atom):
        return False
    if atom.left.type.kind is not Kind.NUMBER or atom.right.type.kind is not Kind.NUMBER:
        return False
    one, other = _within(atom.left, bounds), _within(atom.right, bounds)
    return build.known(atom.op, one, other) is False


def _within(expr: ir.Expr, bounds: Bounds) -> Physical:
    low, high = _ends(expr, bounds)
    low, high = max(low, expr.type.low), min(high, expr.type.high)
    return replace(expr.type, low=low, high=high) if low <= high else expr.type


def _ends(expr: ir.Expr, bounds: Bounds) -> tuple[int, int]:
    match expr:
        case ir.Column():
            return bounds.get((expr.entity, expr.name), (expr.type.low, expr.type.high))
        case ir.Binary(op=op, left=left, right=right):
            one, other = _within(left, bounds), _within(right, bounds)
            if op is ir.IntOp.ADD:
                return one.low + other.low, one.high + other.high
            if op is ir.IntOp.SUB:
                return one.low - other.high, one.high - other.low
            corners = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
            return min(corners), max(corners)
        case ir.Negate(operand=operand):
            inner = _within(operand, bounds)
            return -inner.high, -inner.low
        case ir.Same(operand=operand) if operand.type.kind is Kind.NUMBER:
            inner = _within(operand, bounds)
            return inner.low, inner.high
        case _:
            return expr.type.low, expr.type.high


_OPPOSITE = {
    CompareOp.LT: CompareOp.GE,
    CompareOp.LE: CompareOp.GT,
    CompareOp.GT: CompareOp.LE,
    CompareOp.GE: CompareOp.LT,
    CompareOp.EQ: CompareOp.NE,
    CompareOp.NE: CompareOp.EQ,
}
_CONTRARY = {
    CompareOp.LT: {CompareOp.GE, CompareOp.GT, CompareOp.EQ},
    CompareOp.LE: {CompareOp.GT},
    CompareOp.GT: {CompareOp.LE, CompareOp.LT, CompareOp.EQ},
    CompareOp.GE: {CompareOp.LT},
    CompareOp.EQ: {CompareOp.LT, CompareOp.GT, CompareOp.NE},
    CompareOp.NE: {CompareOp.EQ},
}
