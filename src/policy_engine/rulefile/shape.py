"""The documents' own annotations, read once: which shape each field has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.documents import Doc, Named, Spanned
from policy_engine.rulefile.keywords import FIELDS, places_of_key
from policy_engine.rulefile.process_documents import UniqueDoc

_PROSE = frozenset({"summary", "position", "reason", "rationale", "title", "issuer", "number", "basis"})


@dataclass(frozen=True)
class Shape:
    """``kind`` is the plain type; ``many`` a tuple of it; ``named`` a mapping of names to it."""

    kind: Any
    required: bool
    nullable: bool
    many: bool
    named: bool
    spanned: bool
    wrapper: Any = None


@cache
def shapes(model: type[Doc]) -> Mapping[str, Shape]:
    """Every field people write, with its shape."""
    return MappingProxyType(
        {
            name: _shape(info.annotation, info.is_required())
            for name, info in model.model_fields.items()
            if name in FIELDS[model]
        }
    )


def _shape(annotation: Any, required: bool) -> Shape:
    nullable = False
    if get_origin(annotation) in (UnionType, Union):
        (annotation,) = (a for a in get_args(annotation) if a is not NoneType)
        nullable = True
    many = get_origin(annotation) is tuple
    if many:
        annotation = get_args(annotation)[0]
    wrapper, origin = annotation, _generic_origin(annotation)
    if origin is not None:
        annotation = annotation.__pydantic_generic_metadata__["args"][0]
    return Shape(annotation, required, nullable, many, origin is Named, origin is Spanned, wrapper)


def _generic_origin(annotation: Any) -> Any:
    return getattr(annotation, "__pydantic_generic_metadata__", {}).get("origin")


def is_doc(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Doc)


def is_prose(key: str) -> bool:
    """Whether a key holds sentences, in which any punctuation may stand."""
    return any(field in _PROSE for _, field, _ in places_of_key(key))


def takes_list(key: str) -> bool:
    """Whether a key, in any language, holds several names in some document."""
    found = [shapes(model)[field] for model, field, _ in places_of_key(key)]
    return any((shape.many and not shape.named) or shape.kind is UniqueDoc for shape in found)


def takes_text(key: str) -> bool:
    """Whether a key, in any language, holds a single text in some document."""
    return any(
        shape.kind is Fragment and not shape.many and not shape.named
        for model, field, _ in places_of_key(key)
        for shape in [shapes(model)[field]]
    )
