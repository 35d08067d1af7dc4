"""Which cells are plainly fine, and what they hold, in Spark's SQL: the twin of ``columns.clean_columns``.

NULL for a blank and for anything that is not plainly fine: the engine's reader decides about that one.
"""

from __future__ import annotations

import math
from fractions import Fraction

from policy_engine.engine.scalars import MAX_KEY, MAX_TEXT
from policy_engine.feel.types import BooleanType, DateType, LevelType, MonthType, OptionType, TextType
from policy_engine.policy.model import Term
from policy_engine.policy.places import decimal_places
from policy_engine.policy.terms import NUMERIC_KINDS
from policy_engine.settlement.columns.clean_columns import ENDS, FAR, UNSURE, option
from policy_engine.settlement.columns.source import Held, Holding
from policy_engine.settlement.spark import names

_DIGITS = 38  # of Spark's widest decimal
_EXACT = 30  # digits that a quotient and a product below hold in any case
# Letters, digits and signs that no reader strips, takes for an error or refuses as a key; no 计 as in 合计.
_SIGN = "[A-Za-z0-9_./:*()\\-\u4e00-\u8ba0\u8ba2-\u9fa5（）－·]"
_YES, _NO = ("是", "有", "true", "1"), ("否", "无", "false", "0")


def is_blank(column: str, holding: Holding) -> str:
    """Whether a cell is blank for sure."""
    return f"({column} IS NULL OR {column} = '')" if holding.held is Held.TEXT else f"({column} IS NULL)"


def key(column: str, holding: Holding) -> str:
    """A key as text, plain or not; NULL for a blank."""
    return f"nullif({column}, '')" if holding.held is Held.TEXT else f"CAST({column} AS STRING)"


def is_plain_key(column: str, holding: Holding) -> str:
    """Whether ``key`` is what the reader reads, for a cell that is not blank."""
    if holding.held is Held.TEXT:
        return f"({_matches(column, _SIGN + '+')} AND octet_length({column}) <= {MAX_KEY})"
    return "TRUE" if holding.held is Held.INTEGER else "FALSE"


def value(column: str, holding: Holding, term: Term, factor: Fraction | None) -> str:
    """What a term's cell holds, as ``lowering.physical`` stores it."""
    if holding.held in (Held.NOTHING, Held.OTHER):
        return UNSURE
    if term.kind in NUMERIC_KINDS:
        return _number(column, holding, term, factor if factor is not None else Fraction(1))
    match term.type:
        case BooleanType():
            return _boolean(column, holding)
        case OptionType(options=options) | LevelType(levels=options):
            return option(column, holding, options, names.text)
        case TextType():
            return _text(column, holding)
        case DateType():
            return _day(column, holding)
        case MonthType():
            return month(column, holding)
        case _:
            return UNSURE


def month(column: str, holding: Holding) -> str:
    """A month as year × 12 + month − 1."""
    match holding.held:
        case Held.TEXT:
            plain = f"{_matches(column, '[0-9]{4}-?(0[1-9]|1[0-2])')} AND {column} >= '0001'"
            year, number = f"left({column}, 4)", f"right({column}, 2)"
        case Held.INTEGER:
            plain = f"{column} BETWEEN 100001 AND 999912 AND {column} % 100 BETWEEN 1 AND 12"
            year, number = f"{column} DIV 100", f"{column} % 100"
        case Held.DATE:
            plain = f"{column} BETWEEN DATE'0001-01-01' AND DATE'9999-12-01' AND day({column}) = 1"
            year, number = f"year({column})", f"month({column})"
        case _:
            return UNSURE
    return f"CASE WHEN {plain} THEN CAST({year} AS INTEGER) * 12 + CAST({number} AS INTEGER) - 1 END"


def _matches(column: str, pattern: str) -> str:
    whole = "\\A(" + pattern + ")\\z"
    return f"{column} RLIKE {names.text(whole)}"


# -- numbers -----------------------------------------------------------------------------------------


def _number(column: str, holding: Holding, term: Term, factor: Fraction) -> str:
    unit = Fraction(1, 10 ** (term.places or 0))
    match holding.held:
        case Held.INTEGER:
            return _units(f"CAST({column} AS DECIMAL(38,0))", 0, term, factor, unit)
        case Held.DECIMAL:
            return _units(column, holding.scale, term, factor, unit)
        case Held.TEXT:
            return _text_number(column, term, factor, unit)
        case _:
            return UNSURE


def _text_number(column: str, term: Term, factor: Fraction, unit: Fraction) -> str:
    # What fits is a multiple of unit ÷ factor, and has no more places than that.
    places = decimal_places(unit / factor)
    scale = (term.places or 0) + 6 if places is None else places
    whole = max(len(str(max(map(abs, _range(term, factor, 0))))), 1)
    if whole + scale > _DIGITS:
        return UNSURE
    fraction = f"(\\.[0-9]{{1,{scale}}}0{{0,12}})?" if scale else "(\\.0{1,12})?"
    plain = _matches(column, f"-?[0-9]{{1,{whole}}}{fraction}")
    read = f"TRY_CAST({column} AS DECIMAL({whole + scale},{scale}))"
    return f"CASE WHEN {plain} THEN {_units(read, scale, term, factor, unit)} END"


def _units(decimal: str, scale: int, term: Term, factor: Fraction, unit: Fraction) -> str:
    """A decimal of ``scale`` places in units of the term: m × a ÷ b of its integer m, where b divides it."""
    low, high = _range(term, factor, scale)
    digits = len(str(max(abs(low), abs(high))))
    if digits > _EXACT or digits + scale + 2 > _DIGITS:
        return UNSURE
    within = f"{decimal} BETWEEN {_constant(low, scale, digits)} AND {_constant(high, scale, digits)}"
    held = f"CAST({decimal} AS DECIMAL({max(digits, scale + 1)},{scale}))"
    whole = f"CAST({held} * CAST({10**scale} AS DECIMAL({scale + 1},0)) AS DECIMAL(38,0))" if scale else held
    ratio = factor / (10**scale * unit)
    even = f" AND {whole} % {ratio.denominator} = 0" if ratio.denominator != 1 else ""
    units = whole
    if ratio.denominator != 1:  # the quotient is whole: see even
        units = f"CAST({whole} / CAST({ratio.denominator} AS DECIMAL({len(str(ratio.denominator))},0)) AS DECIMAL(38,0))"
    if ratio.numerator != 1:
        units = f"CAST({units} AS DECIMAL(38,0)) * {ratio.numerator}"
    return f"CASE WHEN {within} THEN CASE WHEN TRUE{even} THEN {units} END END"


def _range(term: Term, factor: Fraction, scale: int) -> tuple[int, int]:
    """The least and greatest integers of the column that are in the term's range."""
    low = term.low if isinstance(term.low, Fraction) else Fraction(-FAR)
    high = term.high if isinstance(term.high, Fraction) else Fraction(FAR)
    return math.ceil(low * 10**scale / factor), math.floor(high * 10**scale / factor)


def _constant(units: int, scale: int, digits: int) -> str:
    shown = str(abs(units)).rjust(scale + 1, "0")
    at = len(shown) - scale
    text = f"{shown[:at]}.{shown[at:]}" if scale else shown
    return f"CAST('{'-' if units < 0 else ''}{text}' AS DECIMAL({max(digits, scale + 1)},{scale}))"


# -- others ------------------------------------------------------------------------------------------


def _boolean(column: str, holding: Holding) -> str:
    match holding.held:
        case Held.BOOLEAN:
            return column
        case Held.INTEGER:
            return f"CASE WHEN {column} = 1 THEN TRUE WHEN {column} = 0 THEN FALSE END"
        case Held.TEXT:
            yes, no = (", ".join(map(names.text, said)) for said in (_YES, _NO))
            return f"CASE WHEN {column} IN ({yes}) THEN TRUE WHEN {column} IN ({no}) THEN FALSE END"
        case _:
            return UNSURE


def _text(column: str, holding: Holding) -> str:
    if holding.held is not Held.TEXT:
        return UNSURE
    pattern = f"\\A{ENDS}|\\A[#']|{ENDS}\\z"
    odd = f"{column} RLIKE {names.text(pattern)}"
    return f"CASE WHEN NOT {odd} AND char_length({column}) <= {MAX_TEXT} THEN {column} END"


def _day(column: str, holding: Holding) -> str:
    if holding.held is Held.TEXT:
        plain = _matches(column, "[0-9]{4}-[0-9]{2}-[0-9]{2}")
        column = f"CASE WHEN {plain} THEN TRY_CAST({column} AS DATE) END"
    elif holding.held is not Held.DATE:
        return UNSURE
    within = f"{column} BETWEEN DATE'0001-01-01' AND DATE'9999-12-31'"
    return f"CASE WHEN {within} THEN datediff({column}, DATE'0001-01-01') + 1 END"
