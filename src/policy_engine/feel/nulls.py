"""What is known not to be null, and where a null would be read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from policy_engine.feel.refuse import hint, refusal
from policy_engine.feel.typed import And, IsNull, Node, Not, Or

Known = frozenset[Hashable]
NOTHING: Known = frozenset()


def shape(node: Node) -> Hashable:
    """What a node reads and computes, without spans and types."""
    parts = (getattr(node, name) for name in node.__dataclass_fields__ if name not in ("span", "type"))
    return (type(node).__name__, *(_shape(part) for part in parts))


def _shape(part: object) -> Hashable:
    if isinstance(part, Node):
        return shape(part)
    if isinstance(part, tuple):
        return tuple(_shape(p) for p in part)
    assert isinstance(part, Hashable)
    return part


def known_when(condition: Node, outcome: bool) -> Known:
    """What cannot be null once ``condition`` turned out as ``outcome``."""
    match condition:
        case IsNull(operand=operand):
            return NOTHING if outcome else frozenset({shape(operand)})
        case Not(operand=operand):
            return known_when(operand, not outcome)
        case And(items=items):
            return _combine((known_when(i, outcome) for i in items), every=outcome)
        case Or(items=items):
            return _combine((known_when(i, outcome) for i in items), every=not outcome)
        case _:
            return NOTHING


def _combine(facts: Iterable[Known], every: bool) -> Known:
    """``every`` item had the outcome: all their facts hold; else only what each of them tells."""
    found = list(facts)
    return NOTHING.union(*found) if every else found[0].intersection(*found[1:])


def never_null(node: Node) -> Node:
    """The node, or PE2040 when it may be null here."""
    if not node.type.nullable:
        return node
    name = node.span.text
    advice = hint(
        "先判断 `{x} 为空`，或写 `首个有值({x}, …)`",
        "test `{x} is null` first, or write `coalesce({x}, …)`",
        x=name,
    )
    raise refusal("PE2040", node.span, advice=advice, name=name)
