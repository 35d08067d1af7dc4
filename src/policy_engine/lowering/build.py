"""Constructors of fixed-point expressions: units aligned, bounds computed, constants folded.

A number that would not fit 128 bits is refused (``TooWide``), before a single row has been read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd
from typing import TypeGuard

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import ir
from policy_engine.lowering.physical import INT128, Kind, Physical
from policy_engine.lowering.whole import rounded_quotient
from policy_engine.rulefile.choices import RoundingMode

BOOLEAN = Physical(Kind.BOOLEAN)
TRUE, FALSE = ir.Literal(BOOLEAN, True), ir.Literal(BOOLEAN, False)


class TooWide(Exception):
    """A number that may need more than 128 bits."""


def number_type(unit: Fraction, low: int, high: int, nullable: bool = False) -> Physical:
    if max(-low, high) > INT128:
        raise TooWide
    return Physical(Kind.NUMBER, nullable, unit, low, high)


def number(value: Fraction) -> ir.Expr:
    """A constant: its integer, and one over its denominator as the unit."""
    units = value.numerator
    return ir.Literal(number_type(Fraction(1, value.denominator), units, units), units)


def with_unit(expr: ir.Expr, unit: Fraction) -> ir.Expr:
    """The same number in a finer unit that divides its own."""
    factor = expr.type.unit / unit
    assert factor.denominator == 1, "a unit must divide"
    return _times(expr, int(factor), unit)


def _times(expr: ir.Expr, factor: int, unit: Fraction) -> ir.Expr:
    if factor == 1:
        return expr if expr.type.unit == unit else _same(expr, unit)
    if isinstance(expr, ir.Literal) and expr.value is None:
        return replace(expr, type=replace(expr.type, unit=unit))
    ends = sorted((expr.type.low * factor, expr.type.high * factor))
    type_ = number_type(unit, ends[0], ends[1], expr.type.nullable)
    if isinstance(expr, ir.Literal):
        return ir.Literal(type_, int(expr.value or 0) * factor)
    constant = ir.Literal(number_type(Fraction(1), factor, factor), factor)
    return ir.Binary(type_, ir.IntOp.MUL, expr, constant)


def _same(expr: ir.Expr, unit: Fraction) -> ir.Expr:
    if isinstance(expr, ir.Literal):
        return replace(expr, type=replace(expr.type, unit=unit))
    return ir.Same(replace(expr.type, unit=unit), expr)


def common_unit(exprs: Sequence[ir.Expr]) -> Fraction:
    """The largest unit of which all units are multiples. A zero and a null fit any unit."""
    counted = [e.type.unit for e in exprs if not _fits_any(e)]
    units = counted or [e.type.unit for e in exprs]
    found = units[0]
    for unit in units[1:]:
        found = _shared(found, unit)
    return found


def _fits_any(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Literal) and not expr.value


def _shared(one: Fraction, other: Fraction) -> Fraction:
    over = one.denominator * other.denominator
    return Fraction(gcd(one.numerator * other.denominator, other.numerator * one.denominator), over)


def aligned(exprs: Sequence[ir.Expr]) -> list[ir.Expr]:
    """Numbers in one unit; what is no number stays as it is."""
    if exprs[0].type.kind is not Kind.NUMBER:
        return list(exprs)
    unit = common_unit(exprs)
    return [_zero(e, unit) if _fits_any(e) else with_unit(e, unit) for e in exprs]


def _zero(expr: ir.Expr, unit: Fraction) -> ir.Expr:
    return replace(expr, type=replace(expr.type, unit=unit))


def add(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    one, other = aligned((left, right))
    type_ = number_type(one.type.unit, one.type.low + other.type.low, one.type.high + other.type.high)
    return _folded(ir.Binary(type_, ir.IntOp.ADD, one, other))


def subtract(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    one, other = aligned((left, right))
    type_ = number_type(one.type.unit, one.type.low - other.type.high, one.type.high - other.type.low)
    return _folded(ir.Binary(type_, ir.IntOp.SUB, one, other))


def multiply(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Units multiply; a constant of small numerator only changes the unit."""
    if isinstance(right, ir.Literal) and not isinstance(left, ir.Literal):
        left, right = right, left
    if isinstance(left, ir.Literal) and left.value:
        return scaled(right, int(left.value) * left.type.unit)
    corners = [a * b for a in (left.type.low, left.type.high) for b in (right.type.low, right.type.high)]
    unit = left.type.unit * right.type.unit
    return _folded(ir.Binary(number_type(unit, min(corners), max(corners)), ir.IntOp.MUL, left, right))


def scaled(expr: ir.Expr, factor: Fraction) -> ir.Expr:
    """``expr × factor``: a positive factor changes the unit alone; nothing is computed."""
    if factor == 0:
        return number(Fraction(0))
    if factor < 0:
        return scaled(negate(expr), -factor)
    return _same(expr, expr.type.unit * factor)


def negate(expr: ir.Expr) -> ir.Expr:
    type_ = number_type(expr.type.unit, -expr.type.high, -expr.type.low, expr.type.nullable)
    if isinstance(expr, ir.Literal):
        return ir.Literal(type_, None if expr.value is None else -int(expr.value))
    if isinstance(expr, ir.Binary) and expr.op is ir.IntOp.SUB:
        return ir.Binary(type_, ir.IntOp.SUB, expr.right, expr.left)
    return expr.operand if isinstance(expr, ir.Negate) else ir.Negate(type_, expr)


def absolute(expr: ir.Expr) -> ir.Expr:
    low, high = expr.type.low, expr.type.high
    if low >= 0:
        return expr
    if high <= 0:
        return negate(expr)
    return ir.Absolute(number_type(expr.type.unit, 0, max(-low, high)), expr)


def extreme(items: Sequence[ir.Expr], greatest: bool) -> ir.Expr:
    """Of numbers, days, months or levels."""
    found = _contenders(aligned(items), greatest)
    if len(found) == 1:
        return found[0]
    pick = max if greatest else min
    type_ = replace(
        found[0].type,
        low=pick(i.type.low for i in found),
        high=pick(i.type.high for i in found),
        nullable=False,
    )
    if all(isinstance(i, ir.Literal) for i in found):
        return ir.Literal(type_, pick(int(i.value or 0) for i in found if isinstance(i, ir.Literal)))
    return ir.Extreme(type_, greatest, tuple(found))


def _contenders(items: Sequence[ir.Expr], greatest: bool) -> list[ir.Expr]:
    """Without those whose bounds never let them win."""
    kept = list(dict.fromkeys(items))
    for item in items:
        others = [o for o in kept if o != item]
        if (greatest and any(o.type.low >= item.type.high for o in others)) or (
            not greatest and any(o.type.high <= item.type.low for o in others)
        ):
            kept = others
    return kept


def compare(op: CompareOp, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Two nulls are equal, and a null equals nothing else; an order is never asked of a null."""
    one, other = aligned((left, right))
    if isinstance(one, ir.Literal) and isinstance(other, ir.Literal):
        return _truth(_compared(op, one.value, other.value))
    if op in (CompareOp.EQ, CompareOp.NE) and _is_truth(other) and not one.type.nullable:
        return one if bool(other.value) is (op is CompareOp.EQ) else negation(one)
    safe = op in (CompareOp.EQ, CompareOp.NE) and (one.type.nullable or other.type.nullable)
    sure = None if safe or one.type.kind in (Kind.TEXT, Kind.BOOLEAN) else known(op, one.type, other.type)
    return _truth(sure) if sure is not None else ir.Comparison(BOOLEAN, op, one, other, safe)


def _is_truth(expr: ir.Expr) -> TypeGuard[ir.Literal]:
    return isinstance(expr, ir.Literal) and isinstance(expr.value, bool)


def _truth(value: bool) -> ir.Expr:
    return TRUE if value else FALSE


def _compared(op: CompareOp, one: int | str | None, other: int | str | None) -> bool:
    match op:
        case CompareOp.EQ:
            return one == other
        case CompareOp.NE:
            return one != other
        case _:
            assert isinstance(one, int) and isinstance(other, int)
            order = (one > other) - (one < other)
            wanted = {CompareOp.LT: (-1,), CompareOp.LE: (-1, 0), CompareOp.GT: (1,), CompareOp.GE: (0, 1)}
            return order in wanted[op]


def known(op: CompareOp, one: Physical, other: Physical) -> bool | None:
    """What the bounds alone say; None when they leave it open."""
    below, above = one.high < other.low, one.low > other.high
    match op:
        case CompareOp.LT:
            return True if below else False if one.low >= other.high else None
        case CompareOp.LE:
            return True if one.high <= other.low else False if above else None
        case CompareOp.GT:
            return True if above else False if one.high <= other.low else None
        case CompareOp.GE:
            return True if one.low >= other.high else False if below else None
        case CompareOp.EQ:
            return False if below or above else None
        case _:
            return True if below or above else None


def every(items: Sequence[ir.Expr]) -> ir.Expr:
    left = tuple(dict.fromkeys(i for i in items if i != TRUE))
    if FALSE in left:
        return FALSE
    return TRUE if not left else left[0] if len(left) == 1 else ir.Every(BOOLEAN, left)


def some(items: Sequence[ir.Expr]) -> ir.Expr:
    left = tuple(dict.fromkeys(i for i in items if i != FALSE))
    if TRUE in left:
        return TRUE
    return FALSE if not left else left[0] if len(left) == 1 else ir.Some(BOOLEAN, left)


def every_in_turn(items: Sequence[ir.Expr]) -> ir.Expr:
    """``every``, where a later item may rest on the earlier ones: databases work out all sides of an AND."""
    return _in_turn(items, every, lambda before, item: ((before, item), FALSE))


def some_in_turn(items: Sequence[ir.Expr]) -> ir.Expr:
    """``some``, where a later item may rest on the contrary of the earlier ones."""
    return _in_turn(items, some, lambda before, item: ((before, TRUE), item))


def _in_turn(
    items: Sequence[ir.Expr],
    joined: Callable[[Sequence[ir.Expr]], ir.Expr],
    guarded: Callable[[ir.Expr, ir.Expr], tuple[tuple[ir.Expr, ir.Expr], ir.Expr]],
) -> ir.Expr:
    before: list[ir.Expr] = []
    for item in items:
        earlier = joined(before)
        if isinstance(earlier, ir.Literal) or not ir.needs_conditions(item):
            before.append(item)
        else:
            arm, otherwise = guarded(earlier, item)
            before = [ir.Choice(BOOLEAN, (arm,), otherwise)]
    return joined(before)


def negation(expr: ir.Expr) -> ir.Expr:
    if isinstance(expr, ir.Literal):
        return FALSE if expr.value else TRUE
    return expr.operand if isinstance(expr, ir.Negation) else ir.Negation(BOOLEAN, expr)


def is_null(expr: ir.Expr) -> ir.Expr:
    if isinstance(expr, ir.Literal):
        return _truth(expr.value is None)
    return ir.IsNull(BOOLEAN, expr) if expr.type.nullable else FALSE


def null(type_: Physical) -> ir.Expr:
    return ir.Literal(replace(type_, nullable=True, low=0, high=0), None)


def choice(arms: Sequence[tuple[ir.Expr, ir.Expr]], otherwise: ir.Expr) -> ir.Expr:
    """The first arm whose condition holds; arms that cannot be reached are left out."""
    kept: list[tuple[ir.Expr, ir.Expr]] = []
    for condition, value in arms:
        if condition == TRUE:
            otherwise = value
            break
        if condition != FALSE:
            kept.append((condition, value))
    if not kept or all(value == otherwise for _, value in kept):
        return otherwise
    values = _alike([*(v for _, v in kept), otherwise])
    type_ = joined([v.type for v in values if not is_literal_null(v)], any(v.type.nullable for v in values))
    if type_.kind is Kind.BOOLEAN and not type_.nullable:
        return _logical(kept, values, type_)
    pairs = tuple((c, v) for (c, _), v in zip(kept, values[:-1], strict=True))
    return ir.Choice(type_, pairs, values[-1])


def _logical(kept: Sequence[tuple[ir.Expr, ir.Expr]], values: Sequence[ir.Expr], type_: Physical) -> ir.Expr:
    pairs = tuple((c, v) for (c, _), v in zip(kept, values[:-1], strict=True))
    if len(pairs) == 1 and values[-1] == FALSE:
        return every_in_turn(pairs[0])
    return ir.Choice(type_, pairs, values[-1])


def is_literal_null(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Literal) and expr.value is None


def _alike(values: Sequence[ir.Expr]) -> list[ir.Expr]:
    """Values of one unit, or codes of one list."""
    known = [v for v in values if not is_literal_null(v)]
    if not known:
        return list(values)
    first = known[0].type
    if first.kind is Kind.NUMBER:
        found = iter(aligned(known))
    elif first.kind is Kind.CODE:
        names = tuple(dict.fromkeys(n for v in known for n in v.type.names))
        found = iter([recoded(v, names) for v in known])
    else:
        found = iter(known)
    alike = [None if is_literal_null(v) else next(found) for v in values]
    like = next(a.type for a in alike if a is not None)
    return [a if a is not None else null(like) for a in alike]


def recoded(expr: ir.Expr, names: tuple[str, ...]) -> ir.Expr:
    """A code of another list that has its names."""
    if expr.type.names == names:
        return expr
    to = replace(expr.type, names=names, low=0, high=len(names) - 1)
    if isinstance(expr, ir.Literal):
        value = None if expr.value is None else names.index(expr.type.names[int(expr.value)])
        return ir.Literal(to, value)
    if names[: len(expr.type.names)] == expr.type.names:
        return ir.Same(to, expr)
    plain = replace(to, nullable=False)
    arms = tuple(
        (
            ir.Comparison(BOOLEAN, CompareOp.EQ, expr, ir.Literal(replace(expr.type, nullable=False), code)),
            ir.Literal(plain, names.index(name)),
        )
        for code, name in enumerate(expr.type.names)
        if name in names
    )
    return ir.Choice(replace(to, nullable=True), arms, null(to))


def joined(types: Sequence[Physical], nullable: bool) -> Physical:
    """Bounds that hold for all."""
    first = types[0]
    return replace(first, low=min(t.low for t in types), high=max(t.high for t in types), nullable=nullable)


def first_value(items: Sequence[ir.Expr]) -> ir.Expr:
    kept: list[ir.Expr] = []
    for item in items:
        if not is_literal_null(item):
            kept.append(item)
        if not item.type.nullable:
            break
    if len(kept) == 1:
        return kept[0]
    values = _alike(kept)
    return ir.FirstValue(joined([v.type for v in values], values[-1].type.nullable), tuple(values))


def rounded(expr: ir.Expr, ratio: Fraction, mode: RoundingMode, unit: Fraction) -> ir.Expr:
    """``expr × ratio ÷ unit`` as a whole number of ``unit``; exact when it fits the unit anyway."""
    exact = expr.type.unit * ratio / unit
    if exact.denominator == 1:
        return _times(expr, int(exact), unit)
    factor, divisor = exact.numerator, exact.denominator
    low = rounded_quotient(expr.type.low * factor, divisor, mode)
    high = rounded_quotient(expr.type.high * factor, divisor, mode)
    type_ = number_type(unit, low, high, expr.type.nullable)
    if isinstance(expr, ir.Literal):
        return expr if expr.value is None else ir.Literal(type_, low)
    # Twice the product and the divisor is what a rounding needs at most: half-even doubles its remainder.
    number_type(unit, expr.type.low * factor * 2 - divisor * 2, expr.type.high * factor * 2 + divisor * 2)
    by = ir.Literal(number_type(Fraction(1), divisor, divisor), divisor)
    return ir.Rounded(type_, expr, factor, by, mode)


def _folded(expr: ir.Binary) -> ir.Expr:
    one, other = expr.left, expr.right
    if expr.type.low == expr.type.high and isinstance(one, ir.Literal) and isinstance(other, ir.Literal):
        return ir.Literal(expr.type, expr.type.low)
    if expr.op is ir.IntOp.ADD and _fits_any(one):
        return other
    if expr.op is not ir.IntOp.MUL and _fits_any(other):
        return one
    return expr
