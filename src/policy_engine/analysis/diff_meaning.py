"""What decides whether two pieces of rules are the same, and how a piece is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from policy_engine.analysis.diff_model import Field
from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Const, Node, ParamRef, ReadingRef
from policy_engine.feel.types import NumberType
from policy_engine.policy.canonical import structure
from policy_engine.policy.cell_test import CellTest

_WRITTEN = frozenset({"span", "type", "text", "column", "cell", "policy"})
Word = Callable[[str], str]


def meaning(value: object) -> object:
    """Like ``structure``, but of an expression only what it says itself.

    The value of a parameter, the choice of a reading and the options of a term are told where they stand; the
    expressions that read them are not different for it.
    """
    match value:
        case Const(value=constant, type=NumberType(unit=unit)):
            return ("const", structure(constant), structure(unit))
        case Const(value=constant):
            return ("const", structure(constant))
        case ParamRef(name=name) | ReadingRef(name=name):
            return (type(value).__name__, name)
        case tuple() | list():
            return tuple(meaning(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type | Span) and _of_rules(value):
        kept = [f.name for f in fields(value) if f.name not in _WRITTEN]
        return (type(value).__name__, tuple((name, meaning(getattr(value, name))) for name in kept))
    return structure(value)


def _of_rules(value: object) -> bool:
    """Units and types have a structure of their own."""
    return isinstance(value, Node) or type(value).__module__.startswith("policy_engine.policy.")


def text_of(span: Span) -> str:
    return " ".join(span.text.split())


def shown(value: object, word: Word) -> str:
    """A piece of a model in a line, in the words of the rule file where it has any."""
    match value:
        case None | () | "":
            return ""
        case bool():
            return word("yes" if value else "no")
        case Enum():
            return word(str(value.value))
        case Node(span=span):
            return text_of(span)
        case CellTest(column=column, cell=cell):
            return f"{column}：{cell}"
        case tuple() | list():
            return "、".join(filter(None, (shown(item, word) for item in value)))
        case frozenset():
            return "、".join(sorted(shown(item, word) for item in value))
    return str(value)


def fields_of(item: Any, word: Word, leave: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The fields of a piece of a model, by the names they have in Python; ``leave``: those told elsewhere."""
    names = [f.name for f in fields(item) if f.name not in leave | _WRITTEN and f.name != "name"]
    return tuple(
        Field(n.rstrip("_"), shown(getattr(item, n), word), meaning(getattr(item, n))) for n in names
    )
