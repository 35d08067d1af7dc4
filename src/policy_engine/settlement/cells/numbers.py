"""Cells that are numbers: which are plainly fine, in units of their term."""

from __future__ import annotations

import math
from fractions import Fraction

from policy_engine.policy.model import Term
from policy_engine.policy.places import decimal_places
from policy_engine.settlement.cells.dialect import CellDialect, Decimal
from policy_engine.settlement.cells.holding import Held, Holding

UNSURE = "NULL"  # of every cell that holds something, the reader decides
FAR = 10**12  # beyond it a number without a range is left to the reader
_DIGITS = 38  # of the longest decimal of either database
_ROOM = 6  # places a text may have where the factor does not tell how many can fit


class Numbers:
    """Numbers of one term, in columns whose unit is ``factor`` times the term's."""

    def __init__(self, dialect: CellDialect, term: Term, factor: Fraction) -> None:
        self.dialect, self.term, self.factor = dialect, term, factor
        self.unit = Fraction(1, 10 ** (term.places or 0))

    def value(self, column: str, holding: Holding) -> str:
        match holding.held:
            case Held.TEXT:
                return self._text(column)
            case Held.INTEGER:
                return self._integer(f"CAST({column} AS {self.dialect.sql.wide})")
            case Held.DECIMAL:
                return self._decimal(Decimal(column, holding.precision, holding.scale))
            case _:
                return UNSURE

    def _text(self, column: str) -> str:
        # What fits is a multiple of unit ÷ factor, and has no more places than that.
        places = decimal_places(self.unit / self.factor)
        scale = (self.term.places or 0) + _ROOM if places is None else places
        whole = len(str(self._farthest()))
        if whole + scale > _DIGITS:
            return UNSURE
        fraction = f"(\\.[0-9]{{1,{scale}}}0{{0,12}})?" if scale else "(\\.0{1,12})?"
        plain = self.dialect.matches(column, f"-?[0-9]{{1,{whole}}}{fraction}")
        precision = self.dialect.precision(whole + scale)
        read = Decimal(f"TRY_CAST({column} AS DECIMAL({precision},{scale}))", precision, scale)
        return f"CASE WHEN {plain} THEN {self._decimal(read)} END"

    def _farthest(self) -> int:
        """The greatest whole number of the column that the term's range lets through, or one more."""
        ends = [abs(end) for end in (self.term.low, self.term.high) if isinstance(end, Fraction)]
        far = max(ends) if len(ends) == 2 else Fraction(FAR)
        return int(far / self.factor) + 1

    def _integer(self, whole: str) -> str:
        low, high = self._range(0, _DIGITS)
        if not self._countable(low, high, 0):
            return UNSURE
        return self._in_units(f"{whole} BETWEEN {low} AND {high}", whole, 0)

    def _decimal(self, number: Decimal) -> str:
        low, high = self._range(number.scale, number.precision)
        if not self._countable(low, high, number.scale):
            return UNSURE
        within = f"{number.sql} BETWEEN {_constant(low, number)} AND {_constant(high, number)}"
        return self._in_units(within, self.dialect.units(number, _digits(low, high)), number.scale)

    def _range(self, scale: int, precision: int) -> tuple[int, int]:
        """The least and greatest integers of the column that are in the term's range and in the column's type."""
        most = 10**precision - 1
        low = self.term.low if isinstance(self.term.low, Fraction) else Fraction(-FAR)
        high = self.term.high if isinstance(self.term.high, Fraction) else Fraction(FAR)
        least, greatest = (
            math.ceil(low * 10**scale / self.factor),
            math.floor(high * 10**scale / self.factor),
        )
        return max(least, -most), min(greatest, most)

    def _countable(self, low: int, high: int, scale: int) -> bool:
        """Nothing is, where the column's type holds no number of the range."""
        return low <= high and self.dialect.can_count(_digits(low, high), scale)

    def _in_units(self, within: str, whole: str, scale: int) -> str:
        """The column's integer (its value × 10^scale) in units of the term: × a ÷ b, where b divides it.

        Only of a number within the range: of others arithmetic might overflow.
        """
        ratio = self.factor / (10**scale * self.unit)
        units = whole
        if ratio.denominator != 1:
            units = self.dialect.quotient(whole, ratio.denominator)
        if ratio.numerator != 1:
            units = f"CAST({units} AS {self.dialect.sql.wide}) * {ratio.numerator}"
        if ratio.denominator != 1:
            units = f"CASE WHEN {whole} % {ratio.denominator} = 0 THEN {units} END"
        return f"CASE WHEN {within} THEN {units} END"


def _digits(low: int, high: int) -> int:
    return len(str(max(abs(low), abs(high))))


def _constant(units: int, number: Decimal) -> str:
    """``units`` ÷ 10^scale as the number's own type."""
    digits = str(abs(units)).rjust(number.scale + 1, "0")
    at = len(digits) - number.scale
    shown = f"{digits[:at]}.{digits[at:]}" if number.scale else digits
    return f"CAST('{'-' if units < 0 else ''}{shown}' AS DECIMAL({number.precision},{number.scale}))"
