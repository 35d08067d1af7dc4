"""沿用: what a child says again exactly as its parent does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, diagnostic
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.policy.overlay import SECTIONS, merge
from policy_engine.rulefile.terms import read_terms


def check_overlay(subject: Subject) -> Iterator[Diagnostic]:
    """The same value with a clause of its own is a change: the child says why it holds here."""
    if len(subject.docs) < 2:
        return
    child, parents = subject.docs[0], merge(subject.docs[1:], Diagnostics())
    for section in SECTIONS:
        for entry in getattr(child, section):
            other = parents.sections[section].get(entry.name.text)
            if other is not None and _plain(entry.value) == _plain(other.value):
                yield diagnostic(
                    "PE3330", entry.name.span(), other.name.span(), name=entry.name.text, parent=other.policy
                )
    if child.terms is not None:
        known = [(_plain(row), row, policy) for row, policy in parents.terms]
        for row in read_terms(child.terms, child.language, Diagnostics()):
            for plain, other_row, policy in known:
                if plain == _plain(row):
                    yield diagnostic(
                        "PE3330", row.name.span(), other_row.name.span(), name=row.name.text, parent=policy
                    )


def _plain(value: Any) -> Any:
    """What is written, without where."""
    if isinstance(value, Fragment):
        return " ".join(value.text.split())
    if isinstance(value, Span):
        return None
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields if name != "span"}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
