"""Units of numbers: what fits what."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Label
from policy_engine.diagnostics.errors import LoadError
from policy_engine.feel.decimals import decimal_places, scaled_places
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.refuse import hint, refusal
from policy_engine.feel.typed import Aggregate, AggregateKind, Const, Node, Scale
from policy_engine.feel.types import NumberType
from policy_engine.feel.units import BASE_UNITS, COUNTED, DIMENSIONLESS, Unit, unit_name


def number_type(node: Node) -> NumberType:
    assert isinstance(node.type, NumberType)
    return node.type


def unit_of(node: Node) -> Unit:
    """The unit of a number; a bare literal counts as one without dimension."""
    return number_type(node).unit or DIMENSIONLESS


def is_bare(node: Node) -> bool:
    """A literal that was written without a unit."""
    return isinstance(node, Const) and isinstance(node.type, NumberType) and node.type.unit is None


def with_unit(node: Node, unit: Unit) -> Node:
    return replace(node, type=replace(number_type(node), unit=unit))


def settle(node: Node) -> Node:
    """A bare literal that met no unit has none."""
    return with_unit(node, DIMENSIONLESS) if is_bare(node) else node


def adopt(node: Node, unit: Unit, alone: bool) -> Node:
    """A bare literal beside ``unit``: 0 fits any, others only where they stand ``alone``."""
    assert isinstance(node, Const) and isinstance(node.value, Fraction)
    if alone or node.value == 0 or unit.equivalent(DIMENSIONLESS):
        return with_unit(node, unit)
    value, name = decimal_text(node.value), unit_name(unit)
    example = f"{value}{name}" if name in "%‰" else f"{value} {name}"
    advice = hint("写出单位，例如 `{x}`", "write the unit, e.g. `{x}`", x=example)
    raise refusal("PE2031", node.span, advice=advice, value=value, unit=name)


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
    if unit_of(node).same_dimension(unit):
        return convert(node, unit)
    counted = isinstance(node, Aggregate) and node.kind is AggregateKind.COUNT
    return with_unit(node, unit) if counted and _counts(unit) else None


def _counts(unit: Unit) -> bool:
    """户, 台, 个: what counting rows gives."""
    return unit.factor == 1 and any(unit.dims == ((dimension, 1),) for dimension in COUNTED)


def same_unit(left: Node, right: Node) -> tuple[Node, Node]:
    """Both in one unit, the left one's; a bare literal or a count takes the other's. Raises LoadError."""
    if is_bare(left) and is_bare(right):
        return settle(left), settle(right)
    if is_bare(left):
        return adopt(left, unit_of(right), False), right
    if (converted := in_unit(right, unit_of(left))) is not None:
        return left, converted
    if (counted := in_unit(left, unit_of(right))) is not None:
        return counted, right
    raise units_differ(left, right)


def units_differ(left: Node, right: Node) -> LoadError:
    one, other = unit_name(unit_of(left)), unit_name(unit_of(right))
    labels = Label(left.span, Text(one, one)), Label(right.span, Text(other, other))
    return refusal("PE2030", left.span.to(right.span), *labels, left=one, right=other)


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
    """A computed quantity in a unit people name, so that rounding means what it says.

    1000 元 become 元; a plain quotient such as 兆瓦时/天 stays what it is.
    """
    unit = unit_of(node)
    same = next((u for u in BASE_UNITS.values() if u.dims and u.equivalent(unit)), None)
    if same is not None:
        return with_unit(node, same)
    if unit.name and unit.dims:
        return node
    plain = DIMENSIONLESS if unit.dimensionless else _canonical(unit)
    return convert(node, plain) if plain is not None else node


def _canonical(unit: Unit) -> Unit | None:
    return next((u for u in BASE_UNITS.values() if u.same_dimension(unit) and u.factor == 1), None)
