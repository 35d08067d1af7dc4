"""What the checker asks about names. The policy layer answers; the language itself knows no policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from policy_engine.feel.typed import Where
from policy_engine.feel.types import Type
from policy_engine.feel.values import Value


@dataclass(frozen=True)
class TermSymbol:
    """A term readable from here without aggregation."""

    where: Where
    entity: str
    part: str
    term: str
    type: Type


@dataclass(frozen=True)
class ChildTermSymbol:
    """A term of rows below: only inside 合计 / 计数 / 汇总."""

    entity: str
    part: str
    term: str
    type: Type


@dataclass(frozen=True)
class ParentKeySymbol:
    entity: str
    type: Type


@dataclass(frozen=True)
class ParamSymbol:
    name: str
    type: Type
    value: Value


@dataclass(frozen=True)
class ReadingSymbol:
    name: str
    options: tuple[str, ...]
    value: str


Symbol = TermSymbol | ChildTermSymbol | ParentKeySymbol | ParamSymbol | ReadingSymbol


@dataclass(frozen=True)
class LookupSignature:
    name: str
    keys: tuple[Type, ...]
    result: Type


class Scope(Protocol):
    """Names as seen from one entity."""

    @property
    def entity(self) -> str: ...

    def resolve(self, path: tuple[str, ...]) -> Symbol | None:
        """The symbol a (dotted) name stands for, or None."""

    def lookup(self, name: str) -> LookupSignature | None: ...

    def below(self, entity: str) -> Scope | None:
        """The scope of a (sub-)entity below this one, as read inside an aggregate, or None."""

    def names(self) -> Iterable[str]:
        """Everything that could have been meant, for suggestions."""
