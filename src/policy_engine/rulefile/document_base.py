"""What all documents of a rule file have in common."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from policy_engine.diagnostics.span import Fragment, Span

T = TypeVar("T")


class Doc(BaseModel):
    """Base of all documents: frozen, unknown keys refused, knows its own span."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    span: Span


class Named(Doc, Generic[T]):
    """An entry of a mapping: its key and its content."""

    name: Fragment
    value: T


class Spanned(Doc, Generic[T]):
    """A parsed lexical value and where it stood."""

    value: T
