"""Which cells are plainly fine, and what they hold, in SQL.

An expression gives the stored value where the engine's reader would give the same, and NULL for a blank and for
anything that is not plainly fine: the reader decides about that one. It never refuses a cell and never guesses.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from policy_engine.engine.scalars import MAX_KEY, MAX_TEXT
from policy_engine.feel.types import BooleanType, DateType, LevelType, MonthType, OptionType, TextType
from policy_engine.policy.model import Term
from policy_engine.policy.places import decimal_places
from policy_engine.policy.terms import NUMERIC_KINDS
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import Held, Holding

UNSURE = "NULL"  # of every cell that holds something, the reader decides
FAR = 10**12  # beyond it a number without a range is left to the reader
_SHORT, _LONG = 18, 38  # digits DuckDB holds in 64 and in 128 bits
# Letters, digits and signs that no reader strips, takes for an error or refuses as a key. No + as in 1.3E+21, and no
# 计 as in 合计: a row that begins with it may be a total.
_SIGN = '[!"$-&(-*,-~\u4e00-\u8ba0\u8ba2-\u9fa5（）－·]'
ENDS = "[\\p{Z}\\p{Cc}\u200b-\u200d\u2060\ufeff]"
_YES = ("是", "有", "true", "TRUE", "True", "1", "Y", "y", "√")
_NO = ("否", "无", "false", "FALSE", "False", "0", "N", "n", "×")


def is_blank(column: str, holding: Holding) -> str:
    """Whether a cell is blank for sure."""
    if holding.held is Held.NOTHING:
        return "true"
    return f"({column} IS NULL OR {column} = '')" if holding.held is Held.TEXT else f"{column} IS NULL"


def key(column: str, holding: Holding) -> str:
    """A key, as text, whether it is plain or not; NULL for a blank."""
    if holding.held is Held.TEXT:
        return f"nullif({column}, '')"
    return f"CAST({column} AS VARCHAR)"


def is_plain_key(column: str, holding: Holding) -> str:
    """Whether ``key`` is what the reader reads, for a cell that is not blank."""
    match holding.held:
        case Held.TEXT:
            return (
                f"(regexp_full_match({column}, {words.text(_SIGN + '+')}) AND strlen({column}) <= {MAX_KEY})"
            )
        case Held.INTEGER:
            return "true"
        case _:
            return "false"


def value(column: str, holding: Holding, term: Term, factor: Fraction | None) -> str:
    """What a term's cell holds: units of 10 to the minus ``term.places``, the place of a name, a day, a month."""
    if holding.held in (Held.NOTHING, Held.OTHER):
        return UNSURE
    if term.kind in NUMERIC_KINDS:
        return _number(column, holding, term, factor if factor is not None else Fraction(1))
    match term.type:
        case BooleanType():
            return _boolean(column, holding)
        case OptionType(options=names) | LevelType(levels=names):
            return option(column, holding, names, words.text)
        case TextType():
            return _text(column, holding)
        case DateType():
            return _day(column, holding)
        case MonthType():
            return month(column, holding)
        case _:
            return UNSURE


# -- numbers ---------------------------------------------------------------------------------------


def _number(column: str, holding: Holding, term: Term, factor: Fraction) -> str:
    unit = Fraction(1, 10 ** (term.places or 0))
    if holding.held is Held.TEXT:
        # What fits is a multiple of unit ÷ factor, and has no more places than that.
        places = decimal_places(unit / factor)
        scale = (term.places or 0) + 6 if places is None else places
        return _text_number(column, scale, term, factor, unit)
    if holding.held is Held.INTEGER:
        return _units(f"CAST({column} AS HUGEINT)", None, Holding(Held.DECIMAL, _LONG, 0), term, factor, unit)
    if holding.held is Held.DECIMAL:
        return _units(None, column, holding, term, factor, unit)
    return UNSURE


def _text_number(column: str, scale: int, term: Term, factor: Fraction, unit: Fraction) -> str:
    whole = max(len(str(_bound(term, factor, 0))), 1)
    if whole + scale > _LONG:
        return UNSURE
    fraction = f"(\\.[0-9]{{1,{scale}}}0{{0,12}})?" if scale else "(\\.0{1,12})?"
    plain = f"regexp_full_match({column}, '-?[0-9]{{1,{whole}}}{fraction}')"
    precision = _SHORT if whole + scale <= _SHORT else _LONG
    read = f"TRY_CAST({column} AS DECIMAL({precision},{scale}))"
    inner = _units(None, read, Holding(Held.DECIMAL, precision, scale), term, factor, unit)
    return f"CASE WHEN {plain} THEN {inner} END"


def _bound(term: Term, factor: Fraction, scale: int) -> int:
    """The greatest number, in units of the column, that the term's range lets through."""
    ends = [abs(end) for end in (term.low, term.high) if isinstance(end, Fraction)]
    far = max(ends) if len(ends) == 2 else Fraction(FAR)
    return int(far * 10**scale / factor) + 1


def _units(
    integer: str | None, decimal: str | None, holding: Holding, term: Term, factor: Fraction, unit: Fraction
) -> str:
    """The column's integer m (its value × 10^scale) in units of the term: m × a ÷ b, where b divides it."""
    scale, precision = holding.scale, holding.precision
    low, high = _range(term, factor, scale, precision)
    ratio = factor / (10**scale * unit)
    digits = len(str(max(abs(low), abs(high))))
    wide = max(digits + scale, precision) > _SHORT
    if digits + scale > _LONG:
        return UNSURE
    if integer is None:
        assert decimal is not None
        kind = f"DECIMAL({_LONG if wide else precision},{scale})"
        held = f"CAST({decimal} AS {kind})" if wide and precision <= _SHORT else decimal
        within = f"{decimal} BETWEEN {_decimal(low, holding)} AND {_decimal(high, holding)}"
        whole = f"CAST({held} * {10**scale} AS {'HUGEINT' if wide else 'BIGINT'})"
    else:
        within, whole = f"{integer} BETWEEN {low} AND {high}", integer
    even = f" AND {whole} % {ratio.denominator} = 0" if ratio.denominator != 1 else ""
    units = f"{whole} // {ratio.denominator}" if ratio.denominator != 1 else whole
    if ratio.numerator != 1:
        units = f"CAST({units} AS HUGEINT) * {ratio.numerator}"
    return f"CASE WHEN {within}{even} THEN {units} END"


def _range(term: Term, factor: Fraction, scale: int, precision: int) -> tuple[int, int]:
    """The least and greatest integers of the column that are in the term's range and in the column's type."""
    most = 10**precision - 1
    low = term.low if isinstance(term.low, Fraction) else Fraction(-FAR)
    high = term.high if isinstance(term.high, Fraction) else Fraction(FAR)
    least, greatest = math.ceil(low * 10**scale / factor), math.floor(high * 10**scale / factor)
    return max(least, -most), min(greatest, most)


def _decimal(units: int, holding: Holding) -> str:
    digits = str(abs(units)).rjust(holding.scale + 1, "0")
    at = len(digits) - holding.scale
    shown = f"{digits[:at]}.{digits[at:]}" if holding.scale else digits
    return f"CAST('{'-' if units < 0 else ''}{shown}' AS DECIMAL({holding.precision},{holding.scale}))"


# -- others ----------------------------------------------------------------------------------------


def _boolean(column: str, holding: Holding) -> str:
    match holding.held:
        case Held.BOOLEAN:
            return column
        case Held.INTEGER:
            return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END"
        case Held.TEXT:
            yes, no = (", ".join(map(words.text, said)) for said in (_YES, _NO))
            return f"CASE WHEN {column} IN ({yes}) THEN true WHEN {column} IN ({no}) THEN false END"
        case _:
            return UNSURE


def option(column: str, holding: Holding, names: tuple[str, ...], quoted: Callable[[str], str]) -> str:
    """The place of a name; ``quoted`` writes a text as the database reads it."""
    if holding.held is not Held.TEXT:
        return UNSURE
    plain = [(i, n) for i, n in enumerate(names) if n == n.strip() and not n.startswith(("#", "'"))]
    cases = " ".join(f"WHEN {quoted(n)} THEN {i}" for i, n in plain)
    return f"CASE {column} {cases} END" if cases else UNSURE


def _text(column: str, holding: Holding) -> str:
    if holding.held is not Held.TEXT:
        return UNSURE
    odd = f"regexp_matches({column}, {words.text(f'^{ENDS}|^[#{chr(39)}]|{ENDS}$')})"
    return f"CASE WHEN NOT {odd} AND length({column}) <= {MAX_TEXT} THEN nullif({column}, '') END"


def _day(column: str, holding: Holding) -> str:
    if holding.held is Held.TEXT:
        plain = f"regexp_full_match({column}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        column = f"CASE WHEN {plain} THEN TRY_CAST({column} AS DATE) END"
    elif holding.held is not Held.DATE:
        return UNSURE
    within = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
    return f"CASE WHEN {within} THEN {column} - DATE '0001-01-01' + 1 END"


def month(column: str, holding: Holding) -> str:
    """A month as year × 12 + month − 1."""
    match holding.held:
        case Held.TEXT:
            plain = f"regexp_full_match({column}, '[0-9]{{4}}-?(0[1-9]|1[0-2])') AND {column} >= '0001'"
            year, number = (
                f"CAST({part}({column}, {n}) AS INTEGER)" for part, n in (("left", 4), ("right", 2))
            )
        case Held.INTEGER:
            plain = f"{column} BETWEEN 100001 AND 999912 AND {column} % 100 BETWEEN 1 AND 12"
            year, number = (f"CAST({column} {op} 100 AS INTEGER)" for op in ("//", "%"))
        case Held.DATE:
            plain = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-01' AND day({column}) = 1"
            year, number = (f"CAST({part}({column}) AS INTEGER)" for part in ("year", "month"))
        case _:
            return UNSURE
    return f"CASE WHEN {plain} THEN {year} * 12 + {number} - 1 END"
