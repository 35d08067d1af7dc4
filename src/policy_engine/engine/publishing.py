"""Values as people and files get them: decimals with fixed places, 是/否, ISO dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from policy_engine.engine.scalars import plain
from policy_engine.feel.units import unit_name
from policy_engine.feel.values import DateRange, Month, Value
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Term

Plain = Decimal | bool | str | dt.date | Month | DateRange | Fraction | None


def to_plain(value: Value) -> Plain:
    """Numbers as Decimal where they terminate; a quotient nobody rounded stays a Fraction."""
    if isinstance(value, Fraction):
        text = plain(value)
        return value if "/" in text else Decimal(text)
    return value


def published(value: Value, term: Term) -> str:
    """A value as it is published: fixed decimal places where the term has them, 是/否, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        text = plain(value)
        if term.places is None or "/" in text:
            return text
        whole, _, digits = text.partition(".")
        return whole if term.places == 0 else f"{whole}.{digits.ljust(term.places, '0')}"
    return str(value)


def json_value(value: Value, term: Term) -> object:
    """A value for JSON: truths and blanks as they are, everything else as published."""
    return value if isinstance(value, bool) or value is None else published(value, term)


def as_checked(term: Term, text: str) -> str:
    """A published value as a step of a scenario checks it: with its unit, or in quotes."""
    if text == "":
        return "空"
    if term.kind in NUMERIC_KINDS:
        unit = unit_name(term.unit) if term.unit is not None and not term.unit.dimensionless else ""
        return text + unit
    return text if term.kind in ("boolean", "month", "date") else f"“{text}”"
