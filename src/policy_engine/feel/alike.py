"""Bring two values to one type: units, option names, levels, null."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Span
from policy_engine.feel.decimals import most_places
from policy_engine.feel.numbers import same_unit
from policy_engine.feel.refuse import one_of, refusal
from policy_engine.feel.typed import Const, Node
from policy_engine.feel.types import (
    LevelType,
    NullType,
    NumberType,
    OptionType,
    TextType,
    Type,
    with_nullable,
)


def choices(type_: Type) -> tuple[str, ...] | None:
    """The closed list of names of an option or level type."""
    if isinstance(type_, OptionType):
        return type_.options
    return type_.levels if isinstance(type_, LevelType) else None


def unknown_choice(span: Span, name: str, known: tuple[str, ...], advice: Text | None = None) -> LoadError:
    return refusal("PE2025", span, advice=advice or one_of(name, known), name=name)


def as_choice(node: Node, type_: Type) -> Node:
    """A text literal as one of the names of ``type_``. Raises LoadError (PE2025) with the nearest name."""
    known = choices(type_)
    if known is None or not (isinstance(node, Const) and isinstance(node.type, TextType)):
        return node
    if node.value not in known:
        raise unknown_choice(node.span, str(node.value), known)
    return replace(node, type=with_nullable(type_, False))


def alike(left: Node, right: Node) -> tuple[Node, Node] | None:
    """Both in one type, or None when they have none in common. Raises LoadError for units and names."""
    if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
        return same_unit(left, right)
    left, right = as_choice(left, right.type), as_choice(right, left.type)
    return (left, right) if comparable(left.type, right.type) else None


def comparable(left: Type, right: Type) -> bool:
    if isinstance(left, LevelType) and isinstance(right, LevelType):
        return left.levels == right.levels
    if isinstance(left, OptionType) and isinstance(right, OptionType):
        return bool(set(left.options) & set(right.options))
    both = {type(left), type(right)}
    return len(both) == 1 or both == {OptionType, TextType}


def joined_type(left: Type, right: Type) -> Type:
    """The type of a value that is one or the other, of two types that are ``alike``."""
    nullable = left.nullable or right.nullable
    if isinstance(left, NullType):
        return with_nullable(right, True)
    if isinstance(left, NumberType) and isinstance(right, NumberType):
        return NumberType(left.unit, most_places(left.places, right.places), nullable)
    if isinstance(left, OptionType) and isinstance(right, OptionType):
        return OptionType(tuple(dict.fromkeys(left.options + right.options)), nullable)
    if isinstance(left, OptionType) and isinstance(right, TextType):
        return TextType(nullable)
    return with_nullable(left, nullable)
