"""Does a result fit the term it is for?"""

from __future__ import annotations

from dataclasses import replace

from policy_engine.feel.alike import as_choice, choices, unknown_choice
from policy_engine.feel.describe import type_name
from policy_engine.feel.numbers import in_unit, settle, unit_of
from policy_engine.feel.refuse import refusal
from policy_engine.feel.typed import Node
from policy_engine.feel.types import NullType, NumberType, OptionType, TextType, Type
from policy_engine.feel.units import unit_name


def fit(node: Node, want: Type | None) -> Node:
    """The node in the wanted type: unit converted, a bare literal takes the unit, a text names an option.

    Raises LoadError: PE2035 (type), PE2036 (unit), PE2025 (option), PE2042 (may be null).
    """
    if want is None:
        return settle(node)
    if node.type.nullable and not want.nullable:
        raise refusal("PE2042", node.span, text=node.span.text)
    if isinstance(node.type, NullType):
        return replace(node, type=want)
    if isinstance(node.type, NumberType) and isinstance(want, NumberType):
        return _fit_number(node, want)
    node = as_choice(node, want)
    _check_type(node, want)
    return node


def _fit_number(node: Node, want: NumberType) -> Node:
    if want.unit is None:
        return settle(node)
    converted = in_unit(node, want.unit, alone=True)
    if converted is None:
        found, wanted = unit_name(unit_of(node)), unit_name(want.unit)
        raise refusal("PE2036", node.span, found=found, wanted=wanted)
    return converted


def _check_type(node: Node, want: Type) -> None:
    have = node.type
    if isinstance(want, OptionType) and isinstance(have, OptionType):
        extra = next((o for o in have.options if o not in want.options), None)
        if extra is not None:
            raise unknown_choice(node.span, extra, want.options)
        return
    if isinstance(want, TextType) and isinstance(have, OptionType):
        return
    if type(have) is not type(want) or choices(have) != choices(want):
        raise refusal("PE2035", node.span, found=type_name(have), wanted=type_name(want))
