"""Units and decimal places of numbers: what fits what, and what a result can hold."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel.describe import decimal_text, hint
from policy_engine.feel.typed import Aggregate, AggregateKind, Const, Node, Scale
from policy_engine.feel.types import NumberType
from policy_engine.feel.units import BASE_UNITS, COUNTED, DIMENSIONLESS, Unit, unit_name


def number_type(node: Node) -> NumberType:
    assert isinstance(node.type, NumberType)
    return node.type


def unit_of(node: Node) -> Unit:
    """The unit of a number; a bare literal counts as one without dimension."""
    return number_type(node).unit or DIMENSIONLESS


# decimal places


def decimal_places(value: Fraction) -> int | None:
    """Decimal places of an exact value; None when its decimal never ends."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def scaled_places(places: int | None, factor: Fraction) -> int | None:
    """Places of ``x × factor`` for any x of ``places`` places: a power of ten shifts, others are computed."""
    if places is None:
        return None
    return decimal_places(factor / 10**places) if factor else 0


def most_places(*places: int | None) -> int | None:
    known = [p for p in places if p is not None]
    return max(known) if len(known) == len(places) else None


def sum_places(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


# units


def is_bare(node: Node) -> bool:
    """A literal that was written without a unit."""
    return isinstance(node, Const) and isinstance(node.type, NumberType) and node.type.unit is None


def with_unit(node: Node, unit: Unit) -> Node:
    return replace(node, type=replace(number_type(node), unit=unit))


def settle(node: Node) -> Node:
    """A bare literal that met no unit has none."""
    return with_unit(node, DIMENSIONLESS) if is_bare(node) else node


def adopt(node: Node, unit: Unit, alone: bool) -> Node:
    """A bare literal beside ``unit``: 0 fits any; others only where they stand ``alone`` (cell, range, output)."""
    assert isinstance(node, Const)
    if alone or node.value == 0 or unit.equivalent(DIMENSIONLESS):
        return with_unit(node, unit)
    value, name = decimal_text(Fraction(node.value)), unit_name(unit)  # type: ignore[arg-type]
    example = f"{value}{name}" if name in "%‰" else f"{value} {name}"
    advice = hint("写出单位，例如 `{x}`", "write the unit, e.g. `{x}`", x=example)
    raise LoadError(diagnostic("PE2031", node.span, hint=advice, value=value, unit=name))


def convert(node: Node, unit: Unit) -> Node:
    """The same quantity in another unit of its dimension."""
    have = number_type(node)
    factor = unit_of(node).factor / unit.factor
    if factor == 1:
        return node
    type_ = replace(have, unit=unit, places=scaled_places(have.places, factor))
    if isinstance(node, Const) and isinstance(node.value, Fraction):
        value = node.value * factor
        return Const(replace(type_, places=decimal_places(value)), node.span, value)
    return Scale(type_, node.span, node, factor)


def in_unit(node: Node, unit: Unit, alone: bool = False) -> Node | None:
    """The node in ``unit``, or None when the dimension is another."""
    if is_bare(node):
        return adopt(node, unit, alone)
    have = unit_of(node)
    if have.same_dimension(unit):
        return convert(node, unit)
    counted = isinstance(node, Aggregate) and node.kind is AggregateKind.COUNT and have == DIMENSIONLESS
    return with_unit(node, unit) if counted and _counts(unit) else None


def _counts(unit: Unit) -> bool:
    """户, 台, 个: what counting rows gives."""
    return len(unit.dims) == 1 and unit.dims[0][0] in COUNTED and unit.dims[0][1] == 1 and unit.factor == 1


def same_unit(left: Node, right: Node) -> tuple[Node, Node]:
    """Both sides in one unit, the left one's; a bare literal or a count takes the other's. Raises LoadError."""
    if is_bare(left) and is_bare(right):
        return settle(left), settle(right)
    if is_bare(left):
        return adopt(left, unit_of(right), False), right
    if (converted := in_unit(right, unit_of(left))) is not None:
        return left, converted
    if (counted := in_unit(left, unit_of(right))) is not None:
        return counted, right
    span = left.span.to(right.span)
    names = {"left": unit_name(unit_of(left)), "right": unit_name(unit_of(right))}
    raise LoadError(diagnostic("PE2030", span, left.span, right.span, **names))


def product_unit(left: Unit, right: Unit) -> Unit:
    if right.equivalent(DIMENSIONLESS):
        return left
    return right if left.equivalent(DIMENSIONLESS) else left.times(right)


def quotient_unit(left: Unit, right: Unit) -> Unit:
    if right.equivalent(DIMENSIONLESS):
        return left
    unit = left.over(right)
    simple = left.name and right.name and not set(right.name) & set("/·*×")
    return replace(unit, name=f"{left.name}/{right.name}") if simple else unit


def in_known_unit(node: Node) -> Node:
    """A computed quantity in a unit people name: 1000 元 become 元, so that rounding it means what it says."""
    unit = unit_of(node)
    same = next((u for u in BASE_UNITS.values() if u.dims and u.equivalent(unit)), None)
    if same is not None:
        return with_unit(node, same)
    plain = DIMENSIONLESS if unit.dimensionless else _canonical(unit)
    return convert(node, plain) if plain is not None else node


def _canonical(unit: Unit) -> Unit | None:
    return next((u for u in BASE_UNITS.values() if u.same_dimension(unit) and u.factor == 1), None)
