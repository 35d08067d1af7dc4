"""One cell to one value, as its term declares it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

from policy_engine.engine.faults import Fault
from policy_engine.engine.sensitive import HIDDEN
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.feel.units import Unit, parse_unit
from policy_engine.feel.values import DateRange, Month, Value
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Term
from policy_engine.policy.places import decimal_places
from policy_engine.tables.values import parse_boolean, parse_date, parse_decimal, parse_month

MAX_TEXT = 4_000
MAX_DIGITS = 100
MAX_KEY = 200
SHOWN_KEY = 60
SHOWN = 60  # characters of a wrong value
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"  # they come along when copying from a web page
_EXCEL_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?$")


def key_text(raw: object, lossy: bool = False, name: str = "编号") -> str | None:
    """A key is text, always: ``001234`` stays ``001234``. None when blank. ``name`` is the column. Raises Fault."""
    if raw is None:
        return None
    if lossy:
        raise Fault("PE6017", value=str(raw))
    if isinstance(raw, float):
        raise Fault("PE6018", value=repr(raw))
    if not _can_be_key(raw):
        raise Fault("PE6030", name=name, value=brief(raw), reason="编号应为文字")
    text = str(raw).strip().strip(_INVISIBLE).strip()
    if _EXCEL_ERROR.match(text):
        raise Fault("PE6019", value=text)
    if len(text) > MAX_KEY:
        raise Fault("PE6031", limit=MAX_KEY)
    if not text.isprintable():
        raise Fault("PE6030", name=name, value=ascii(text[:SHOWN_KEY]), reason="编号里有控制字符")
    return text or None


def brief(raw: object) -> str:
    """What was given, cut short; Python does not write out an integer of thousands of digits."""
    try:
        return str(raw)[:SHOWN]
    except ValueError:
        return "…"


def _can_be_key(raw: object) -> bool:
    """Text, or a number written as a whole number of bearable length (JSON's 1234, not its 1e3)."""
    if isinstance(raw, Decimal):
        return raw.is_finite() and raw.as_tuple().exponent == 0 and _digits(raw) <= MAX_DIGITS
    if isinstance(raw, int):
        return not isinstance(raw, bool) and _digits(Fraction(raw)) <= MAX_DIGITS
    return isinstance(raw, str)


def read_value(raw: object, term: Term, factor: Fraction | None) -> Value:
    """The value of a fact, None for a blank without default. ``factor`` converts the column's unit into the term's.

    Raises Fault, which does not show what a sensitive term was given.
    """
    try:
        return _read(raw, term, factor)
    except Fault as fault:
        if term.sensitive:
            fault.params.update({k: HIDDEN for k in ("value", "reason") if k in fault.params})
        raise


def _read(raw: object, term: Term, factor: Fraction | None) -> Value:
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        return term.default
    if isinstance(raw, float):
        raise Fault("PE6018", value=repr(raw))
    if isinstance(raw, str) and _EXCEL_ERROR.match(raw):
        raise Fault("PE6019", value=raw)
    if term.kind in NUMERIC_KINDS:
        return _number(raw, term, factor)
    try:
        return _other(raw, term)
    except ValueError as error:
        raise Fault("PE6030", name=term.name, value=brief(raw), reason=str(error)) from None


def _number(raw: object, term: Term, factor: Fraction | None) -> Fraction:
    scale = factor
    amount = raw
    if isinstance(raw, tuple) and len(raw) == 2:
        amount, unit = raw
        if isinstance(amount, float):
            raise Fault("PE6018", value=repr(amount))
        scale = _factor(unit, term)
    elif isinstance(raw, str) and raw.endswith(("%", "％")):
        scale = None  # the cell says itself what it is in
    value = _exact(amount, term)
    if scale is not None:
        value *= scale
    places = decimal_places(value)
    if term.places is not None and (places is None or places > term.places):
        raise Fault("PE6032", name=term.name, value=plain(value), places=term.places)
    too_low = isinstance(term.low, Fraction) and _is_less(value, term.low)
    too_high = isinstance(term.high, Fraction) and _is_less(term.high, value)
    if too_low or too_high:
        low = plain(term.low) if isinstance(term.low, Fraction) else "—"
        high = plain(term.high) if isinstance(term.high, Fraction) else "—"
        raise Fault("PE6033", name=term.name, value=plain(value), low=low, high=high)
    return value


def _is_less(one: Fraction, other: Fraction) -> bool:
    """As ``<``, which first looks long at what it is given."""
    return one.numerator * other.denominator < other.numerator * one.denominator


def _exact(raw: object, term: Term) -> Fraction:
    if isinstance(raw, bool):
        raise Fault("PE6030", name=term.name, value=str(raw), reason="布尔值不是数")
    if isinstance(raw, Decimal) and not raw.is_finite():
        raise Fault("PE6030", name=term.name, value=str(raw), reason="不是有限的数")
    if isinstance(raw, str):
        text = raw
        try:
            raw = parse_decimal(text)
        except ValueError as error:
            raise Fault("PE6030", name=term.name, value=text[:60], reason=str(error)) from None
    if not isinstance(raw, int | Fraction | Decimal):
        raise Fault("PE6030", name=term.name, value=brief(raw), reason="应为数")
    if _digits(raw) > MAX_DIGITS:
        raise Fault("PE6030", name=term.name, value="…", reason=f"超过{MAX_DIGITS}位")
    return Fraction(raw)


def _digits(number: int | Fraction | Decimal) -> int:
    """About how many digits a number has, told without writing out the zeros of an exponent."""
    if isinstance(number, Decimal):
        short = str(number)
        if len(short) <= MAX_DIGITS and "E" not in short:
            return len(short)
        return max(len(number.as_tuple().digits), abs(number.adjusted()))
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    return bits * 3 // 10


def _factor(unit: object, term: Term) -> Fraction:
    """The factor from a unit given beside a value to the term's unit."""
    given = unit if isinstance(unit, Unit) else parse_unit(str(unit))
    if given is None or term.unit is None or not given.same_dimension(term.unit):
        raise Fault("PE6034", name=term.name, unit=str(unit))
    return given.factor / term.unit.factor


def _other(raw: object, term: Term) -> Value:
    match term.kind:
        case "boolean":
            return raw if isinstance(raw, bool) else parse_boolean(_text(raw))
        case "option" | "level":
            return _option(_text(raw), term)
        case "date":
            return raw if isinstance(raw, dt.date) else parse_date(_text(raw))
        case "month":
            return raw if isinstance(raw, Month) else Month(*parse_month(_text(raw)))
        case "date_range":
            return raw if isinstance(raw, DateRange) else _date_range(_text(raw))
        case _:
            text = _text(raw)
            if len(text) > MAX_TEXT:
                raise Fault("PE6031", limit=MAX_TEXT)
            return text


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, dt.date | Month | int | Decimal | bool):
        return str(raw)
    raise ValueError("应为文字")


def _option(text: str, term: Term) -> str:
    known: tuple[str, ...] = ()
    if isinstance(term.type, OptionType):
        known = term.type.options
    elif isinstance(term.type, LevelType):
        known = term.type.levels
    if text not in known:
        raise ValueError("可选：" + "、".join(known))
    return text


def _date_range(text: str) -> DateRange:
    start, separator, end = text.partition("至")
    if not separator:
        start, separator, end = text.partition("~")
    if not separator:
        raise ValueError("写成 2018-05-21 至 2018-06-20")
    found = DateRange(parse_date(start.strip()), parse_date(end.strip()))
    if found.end < found.start:
        raise ValueError("止日早于起日")
    return found


def plain(value: Fraction) -> str:
    """A terminating fraction as decimal digits; any other as a quotient."""
    places = decimal_places(value)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    units = value.numerator * 10**places // value.denominator
    digits = str(abs(units)).rjust(places + 1, "0")
    text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return f"-{text}" if units < 0 else text
