"""What FEEL can write and policies cannot: lists, contexts, loops, functions, filters, types.

The checker of policies knows none of these nodes and refuses them (PE2013).
"""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.feel.ast import Expr


@dataclass(frozen=True)
class Temporal(Expr):
    """``@"…"`` that is no plain date: a time, a date and time, a duration."""

    text: str


@dataclass(frozen=True)
class ListLiteral(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class Entry(Expr):
    key: str
    value: Expr


@dataclass(frozen=True)
class ContextLiteral(Expr):
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Iterator(Expr):
    """``name in source`` or ``name in source .. end``."""

    name: str
    source: Expr
    end: Expr | None = None


@dataclass(frozen=True)
class For(Expr):
    iterators: tuple[Iterator, ...]
    body: Expr


@dataclass(frozen=True)
class Quantified(Expr):
    every: bool
    iterators: tuple[Iterator, ...]
    condition: Expr


@dataclass(frozen=True)
class Param(Expr):
    name: str
    type: str | None = None


@dataclass(frozen=True)
class Function(Expr):
    params: tuple[Param, ...]
    body: Expr
    external: bool = False


@dataclass(frozen=True)
class Path(Expr):
    """``base.name`` where base is no name itself."""

    base: Expr
    name: str


@dataclass(frozen=True)
class Pick(Expr):
    """``base[condition]``: a filter or an index."""

    base: Expr
    condition: Expr


@dataclass(frozen=True)
class Named(Expr):
    """An argument by name."""

    name: str
    value: Expr


@dataclass(frozen=True)
class Invoke(Expr):
    """A call of something that is no plain name."""

    function: Expr
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class InstanceOf(Expr):
    operand: Expr
    type: str
