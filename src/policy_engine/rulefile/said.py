"""What a document says, without where it says it: two files that say the same are the same to the engine."""

from __future__ import annotations

from pydantic import BaseModel

from policy_engine.diagnostics.span import Fragment, Source, Span


def said(value: object) -> object:
    """Nested tuples of plain values; spans, offsets and sources are left out."""
    if isinstance(value, Fragment):
        return value.text
    if isinstance(value, BaseModel):
        fields = ((name, getattr(value, name)) for name in type(value).model_fields)
        return (type(value).__name__, *((n, said(v)) for n, v in fields if not isinstance(v, Span | Source)))
    if isinstance(value, tuple):
        return tuple(said(item) for item in value)
    return value
