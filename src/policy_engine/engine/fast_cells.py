"""One cell to the whole number, code or text a column holds: quick for what is usual, the engine's reader for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from policy_engine.engine.scalars import MAX_DIGITS, key_text, read_value
from policy_engine.feel.values import Value
from policy_engine.lowering.physical import InputColumn, Kind
from policy_engine.lowering.python_code import Unusual
from policy_engine.policy.model import Term

SHORT = 60  # characters of a number or key that is plainly one

Stored = int | bool | str | None
Cell = Callable[
    [object], Any
]  # raises Unusual, Fault or an error of Python's for what the engine must look at


def column_cell(column: InputColumn, factor: Fraction | None) -> Cell:
    """What reads a cell of an input column into its stored form. ``factor``: from the column's unit to the term's."""
    blank = _blank(column)
    physical, term = column.physical, column.term

    def any_form(raw: object) -> Any:
        value = read_value(raw, term, factor)
        if value is None:
            return blank(raw)
        if type(value) is dt.datetime:
            raise Unusual  # it is a date, but no day
        return physical.stored(value)

    if factor is not None:
        return lambda raw: blank(raw) if raw is None else any_form(raw)
    match physical.kind:
        case Kind.NUMBER:
            return _number(column, any_form, blank)
        case Kind.BOOLEAN:
            return lambda raw: (
                raw if raw is True or raw is False else blank(raw) if raw is None else any_form(raw)
            )
        case Kind.CODE:
            codes = MappingProxyType({name: code for code, name in enumerate(physical.names)})
            return lambda raw: (
                codes[raw]
                if type(raw) is str and raw in codes
                else blank(raw)
                if raw is None
                else any_form(raw)
            )
        case _:
            return lambda raw: blank(raw) if raw is None else any_form(raw)


def _blank(column: InputColumn) -> Cell:
    """A blank is the default, a null, or for the engine to refuse."""
    if column.term.default is not None:
        default = column.default
        return lambda raw: default
    if column.physical.nullable:
        return lambda raw: None
    return _refuse


def _refuse(raw: object) -> Stored:
    raise Unusual


def _number(column: InputColumn, any_form: Cell, blank: Cell) -> Cell:
    physical = column.physical
    low, high = physical.low, physical.high
    scale = physical.unit.denominator  # the unit of an input is one over a power of ten
    places = len(str(scale)) - 1

    def number(raw: object) -> Any:
        if type(raw) is Decimal:
            if not -MAX_DIGITS < raw.adjusted() < MAX_DIGITS:
                return any_form(raw)
            units, divisor = raw.as_integer_ratio()
            if divisor != 1:
                steps, rest = divmod(scale, divisor)
                if rest:
                    return any_form(raw)
                units *= steps
            else:
                units *= scale
        elif type(raw) is int:
            units = raw * scale
        elif type(raw) is str:
            whole, _, tail = raw.partition(".")
            if not (whole.isdigit() and raw.isascii() and len(tail) <= places and len(raw) < SHORT):
                return any_form(raw)
            digits = whole + tail.ljust(places, "0")
            if not digits.isdigit():
                return any_form(raw)
            units = int(digits)
        elif raw is None:
            return blank(raw)
        else:
            return any_form(raw)
        if low <= units <= high:
            return units
        raise Unusual

    return number


def plain_cell(term: Term, factor: Fraction | None) -> Cell:
    """What reads a cell of a fact no column needs: it is looked at all the same, and kept as it is."""
    return lambda raw: read_value(raw, term, factor)


def month_cell(term: Term, period: Value) -> Cell:
    """What looks at the month beside a row: blank, or the one that is settled. ``term`` is one that may be null."""

    def month(raw: object) -> None:
        found = read_value(raw, term, None)
        if found is not None and found != period:
            raise Unusual

    return month


def key_of(raw: object, name: str) -> str | None:
    """A key as text, None when blank. Raises Fault."""
    if type(raw) is str and raw.isalnum() and raw.isascii() and len(raw) < SHORT:
        return raw
    return key_text(raw, False, name)
