"""How a value is held in a column: exact integers with a unit, codes of names, days and months as numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from policy_engine.feel.types import (
    BooleanType,
    DateType,
    LevelType,
    MonthType,
    NumberType,
    OptionType,
    TextType,
    Type,
)
from policy_engine.feel.values import Month, Value
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Entity, Policy, Term

INT64 = 2**63 - 1
INT128 = 10**38 - 1  # of DECIMAL(38, 0); HUGEINT holds a little more
FIRST_DAY, LAST_DAY = dt.date(1, 1, 1).toordinal(), dt.date(9999, 12, 31).toordinal()
FIRST_MONTH, LAST_MONTH = 12, 9999 * 12 + 11


class Kind(StrEnum):
    NUMBER = "number"  # value = integer × unit
    BOOLEAN = "boolean"
    CODE = "code"  # the place of a name in ``names``: options and levels
    TEXT = "text"
    DAY = "day"  # the proleptic ordinal, as ``datetime.date.toordinal``
    MONTH = "month"  # year × 12 + month − 1


@dataclass(frozen=True)
class Physical:
    """``low`` and ``high`` bound the stored integer, both ends included; text and booleans have no bounds."""

    kind: Kind
    nullable: bool = False
    unit: Fraction = Fraction(1)
    low: int = 0
    high: int = 0
    names: tuple[str, ...] = ()

    @property
    def wide(self) -> bool:
        """More than 64 bits are needed."""
        return max(-self.low, self.high) > INT64

    def stored(self, value: Value) -> int | bool | str | None:
        """The value as the column holds it. Raises ValueError for one that does not fit."""
        match value:
            case None | bool():
                return value
            case Fraction():
                units = value / self.unit
                if units.denominator != 1 or not self.low <= units <= self.high:
                    raise ValueError(f"{value} is not in the column's range")
                return int(units)
            case str():
                return self.names.index(value) if self.kind is Kind.CODE else value
            case Month():
                return value.year * 12 + value.month - 1
            case dt.date():
                return value.toordinal()
            case _:
                raise ValueError(f"no column holds {type(value).__name__}")

    def value(self, stored: int | bool | str | None) -> Value:
        """The value a column's content stands for."""
        if stored is None:
            return None
        match self.kind:
            case Kind.NUMBER:
                return int(stored) * self.unit
            case Kind.BOOLEAN:
                return bool(stored)
            case Kind.CODE:
                return self.names[int(stored)]
            case Kind.DAY:
                return dt.date.fromordinal(int(stored))
            case Kind.MONTH:
                return Month(int(stored) // 12, int(stored) % 12 + 1)
            case _:
                return str(stored)


@dataclass(frozen=True)
class InputColumn:
    """A fact as a column. ``physical.nullable``: a blank is a value; otherwise ``required``, or has a ``default``."""

    term: Term
    physical: Physical

    @property
    def name(self) -> str:
        return self.term.id

    @property
    def default(self) -> int | bool | str | None:
        return self.physical.stored(self.term.default)


def inputs_of(policy: Policy, entity: Entity) -> tuple[InputColumn, ...]:
    """The input terms of a base entity that something reads or shows. Raises NotLowered."""
    shown = {(c.reference.entity, c.reference.term) for s in policy.statements for c in s.columns}
    return tuple(
        InputColumn(term, physical_of(policy, term))
        for term in policy.terms_of(entity.name)
        if not term.decided and (term.used or (term.entity, term.id) in shown)
    )


def input_columns(policy: Policy) -> Mapping[str, tuple[InputColumn, ...]]:
    """By base entity. Raises NotLowered, also for rows that are merged or are papers: those are read one by one."""
    for entity in policy.base_entities:
        if entity.merged_within is not None:
            raise NotLowered("merge", entity.span, entity.name)
        if entity.papers:
            raise NotLowered("papers", entity.span, entity.name)
    return {entity.name: inputs_of(policy, entity) for entity in policy.base_entities}


def physical_of(policy: Policy, term: Term) -> Physical:
    """How an input term is held. A number needs a range on both sides and decimal places. Raises NotLowered."""
    if term.sensitive:
        raise NotLowered("sensitive", term.span, term.name)
    if isinstance(term.type, NumberType):
        places = term.places or 0
        if not isinstance(term.low, Fraction) or not isinstance(term.high, Fraction):
            raise NotLowered("range", term.span, term.name)
        unit = Fraction(1, 10**places)
        low, high = -(-term.low // unit), term.high // unit
        if max(-low, high) > INT128:
            raise NotLowered("wide", term.span, term.name)
        return Physical(Kind.NUMBER, _open(policy, term), unit, low, high)
    return of_type(term.type, nullable=_open(policy, term), about=term)


def of_type(type_: Type, *, nullable: bool, about: Term) -> Physical:
    """How a value of a type other than a number is held. Raises NotLowered."""
    match type_:
        case BooleanType():
            return Physical(Kind.BOOLEAN, nullable)
        case OptionType(options=names) | LevelType(levels=names):
            return Physical(Kind.CODE, nullable, high=len(names) - 1, names=names)
        case TextType():
            return Physical(Kind.TEXT, nullable)
        case DateType():
            return Physical(Kind.DAY, nullable, low=FIRST_DAY, high=LAST_DAY)
        case MonthType():
            return Physical(Kind.MONTH, nullable, low=FIRST_MONTH, high=LAST_MONTH)
        case _:
            raise NotLowered("type", about.span, about.name)


def _open(policy: Policy, term: Term) -> bool:
    """A blank stays a blank: nobody needs the fact, it may be null, or only some sub-entities must have it."""
    if term.default is not None:
        return False
    everywhere = policy.parts(term.entity) <= frozenset().union(*(policy.parts(p) for p in term.parts))
    return not (term.required and everywhere)
