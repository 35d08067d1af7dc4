"""What is analysed: a policy as bound for one day, and the files it was made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from policy_engine.diagnostics.span import Span
from policy_engine.feel.units import Unit
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc


@dataclass(frozen=True)
class Subject:
    """``docs``: the policy's file, then its parents'; ``versions``: every version of the policy; ``today``;
    ``parents``: every version of each parent, nearest first.
    """

    policy: Policy
    docs: tuple[PolicyDoc, ...] = ()
    versions: tuple[PolicyDoc, ...] = ()
    today: dt.date | None = None
    parents: tuple[tuple[PolicyDoc, ...], ...] = ()

    def own(self, span: Span) -> bool:
        """It stands in the policy's own files; what its parents say is their own affair."""
        owner = {f.path: f.policy for f in self.policy.files}
        name = getattr(span.source, "file", "") or span.source.name
        return owner.get(name) == self.policy.id


def pieces(value: Any) -> Iterator[Any]:
    """Every record of a model, parents first: stages, rows, expressions."""
    if isinstance(value, Span | Unit):
        return
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from pieces(item)
    elif isinstance(value, Mapping):
        yield from pieces(tuple(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield value
        for item in fields(value):
            if item.name not in ("type", "warnings"):
                yield from pieces(getattr(value, item.name))
