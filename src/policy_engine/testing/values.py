"""Values as features write them: given ones handed to the engine, expected ones held against what is published."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from policy_engine.engine.result import Decided
from policy_engine.feel.units import Unit, parse_unit, unit_name
from policy_engine.feel.values import Month
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Term
from policy_engine.tables.values import parse_boolean, parse_date, parse_decimal, parse_month
from policy_engine.testing.problems import StepFailure

BLANK = "空"
_NUMBER_UNIT = re.compile(r"(?P<number>[-+－−]?[\d.,，．]+)\s*(?P<unit>.*)", re.DOTALL)
_QUOTES = (("“", "”"), ('"', '"'), ("「", "」"))


def unquoted(text: str) -> str:
    for left, right in _QUOTES:
        if len(text) >= 2 and text.startswith(left) and text.endswith(right):
            return text[1:-1]
    return text


def given(text: str, term: Term, column_unit: str | None = None) -> object:
    """A cell or a value of a sentence as a fact: None, text, or (number, unit)."""
    text = text.strip()
    if text in ("", BLANK):
        return None
    number, unit = _split(text) if term.kind in NUMERIC_KINDS else (unquoted(text), None)
    unit = unit or column_unit
    return number if unit is None else (number, unit)


def mismatch(term: Term, decided: Decided, expected: str, unit: str | None, *, sentence: bool) -> str | None:
    """Why the published value is not what is expected, or None.

    ``unit`` is the unit of the column; in a sentence the number brings its own.
    """
    expected = expected.strip()
    if expected in ("", BLANK):
        return None if decided.value is None else f"是{shown(decided)}，不是空的"
    if decided.value is None:
        return f"是空的，不是{expected}"
    if term.kind in NUMERIC_KINDS:
        return _number_mismatch(term, decided, expected, unit, sentence=sentence)
    if _other(term, unquoted(expected)) == decided.value:
        return None
    return f"是{shown(decided)}，不是“{unquoted(expected)}”"


def shown(decided: Decided) -> str:
    """A value for a message: words in quotes, numbers with their unit."""
    if isinstance(decided.value, Decimal | Fraction):
        return f"{decided.text}{decided.unit or ''}"
    return f"“{decided.text}”"


def _number_mismatch(
    term: Term, decided: Decided, expected: str, column_unit: str | None, *, sentence: bool
) -> str | None:
    number, unit = _split(expected)
    _check_unit(term, unit or column_unit, needed=sentence)
    wanted = _decimal(number)
    if not isinstance(decided.value, Decimal | Fraction):
        return f"是{shown(decided)}，不是{expected}"
    if Fraction(decided.value) != Fraction(wanted):
        return f"是{shown(decided)}，不是{expected}"
    if not _states_places(number) or term.places is None or _plain(number) == decided.text:
        return None
    return f"公布的是{decided.text}，小数位数与“{number}”不同"


def _states_places(number: str) -> bool:
    """``300`` says how much; ``300.000`` also says how it is published."""
    return any(point in number for point in ".．") and not number.endswith(("%", "％"))


def _check_unit(term: Term, written: str | None, *, needed: bool) -> None:
    wants = term.unit is not None and not term.unit.dimensionless
    if written is None:
        if needed and wants:
            raise StepFailure(f"请写明“{term.name}”的单位：{unit_name(term.unit)}")
        return
    unit = parse_unit(written)
    if unit is None or not _same(unit, term.unit):
        raise StepFailure(f"“{term.name}”公布的单位是{unit_name(term.unit)}，不是{written}")


def _same(unit: Unit, other: Unit | None) -> bool:
    return other is not None and unit.equivalent(other)


def _split(text: str) -> tuple[str, str | None]:
    """``350元/兆瓦时`` → (``350``, ``元/兆瓦时``); a percentage is a number as it stands."""
    found = _NUMBER_UNIT.fullmatch(text)
    if found is None or found["unit"] in ("", "%", "％"):
        return text, None
    return found["number"], found["unit"].strip("()（） ")


def _decimal(text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise StepFailure(str(error)) from None


def _plain(number: str) -> str:
    """The digits as written, without thousands commas and width."""
    narrow = number.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: 0x2D})
    return narrow.replace(",", "").strip()


def _other(term: Term, text: str) -> object:
    try:
        match term.kind:
            case "boolean":
                return parse_boolean(text)
            case "date":
                return parse_date(text)
            case "month":
                return Month(*parse_month(text))
            case _:
                return text
    except ValueError as error:
        raise StepFailure(f"“{term.name}”：{error}") from None
