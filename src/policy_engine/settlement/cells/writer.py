"""Which cells are plainly fine, and what they hold: said once, written for the database asked.

An expression gives the stored value where the engine's reader would give the same, and NULL for a blank and for
anything that is not plainly fine: the reader decides about that one. It never refuses a cell and never guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine.scalars import MAX_KEY, MAX_TEXT
from policy_engine.feel.types import BooleanType, DateType, LevelType, MonthType, OptionType, TextType
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Term
from policy_engine.settlement.cells.dialect import CellDialect
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.cells.numbers import UNSURE, Numbers

# Letters, digits and signs that no reader strips, takes for an error or refuses as a key. No + as in 1.3E+21, and no
# 计 as in 合计: a row that begins with it may be a total.
_SIGN = '[!"$-&(-*,-~\u4e00-\u8ba0\u8ba2-\u9fa5（）－·]'
_ENDS = "[\\p{Z}\\p{Cc}\u200b-\u200d\u2060\ufeff]"
_YES = ("是", "有", "true", "TRUE", "True", "1", "Y", "y", "√")
_NO = ("否", "无", "false", "FALSE", "False", "0", "N", "n", "×")


@dataclass(frozen=True)
class Cells:
    """``column`` is an expression, ``holding`` what is known of it."""

    dialect: CellDialect

    def is_blank(self, column: str, holding: Holding) -> str:
        """Whether a cell is blank for sure."""
        if holding.held is Held.NOTHING:
            return "true"
        return f"({column} IS NULL OR {column} = '')" if holding.held is Held.TEXT else f"({column} IS NULL)"

    def key(self, column: str, holding: Holding) -> str:
        """A key, as text, whether it is plain or not; NULL for a blank."""
        if holding.held is Held.TEXT:
            return f"nullif({column}, '')"
        return f"CAST({column} AS {self.dialect.sql.text})"

    def is_plain_key(self, column: str, holding: Holding) -> str:
        """Whether ``key`` is what the reader reads, for a cell that is not blank."""
        match holding.held:
            case Held.TEXT:
                short = f"{self.dialect.byte_count(column)} <= {MAX_KEY}"
                return f"({self.dialect.matches(column, _SIGN + '+')} AND {short})"
            case Held.INTEGER:
                return "true"
            case _:
                return "false"

    def value(self, column: str, holding: Holding, term: Term, factor: Fraction | None) -> str:
        """What a term's cell holds, as ``lowering.physical`` stores it: numbers are units of 10^−``term.places``."""
        if holding.held in (Held.NOTHING, Held.OTHER):
            return UNSURE
        if term.kind in NUMERIC_KINDS:
            return Numbers(self.dialect, term, Fraction(1) if factor is None else factor).value(
                column, holding
            )
        match term.type:
            case BooleanType():
                return self._boolean(column, holding)
            case OptionType(options=names) | LevelType(levels=names):
                return self._option(column, holding, names)
            case TextType():
                return self._text(column, holding)
            case DateType():
                return self._day(column, holding)
            case MonthType():
                return self.month(column, holding)
            case _:
                return UNSURE

    def month(self, column: str, holding: Holding) -> str:
        """A month as year × 12 + month − 1."""
        match holding.held:
            case Held.TEXT:
                plain = self.dialect.matches(column, "[0-9]{4}-?(0[1-9]|1[0-2])") + f" AND {column} >= '0001'"
                year, number = f"left({column}, 4)", f"right({column}, 2)"
            case Held.INTEGER:
                plain = f"{column} BETWEEN 100001 AND 999912 AND {column} % 100 BETWEEN 1 AND 12"
                year, number = f"{column} {self.dialect.sql.whole_division} 100", f"{column} % 100"
            case Held.DATE:
                plain = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-01' AND day({column}) = 1"
                year, number = f"year({column})", f"month({column})"
            case _:
                return UNSURE
        return f"CASE WHEN {plain} THEN CAST({year} AS INTEGER) * 12 + CAST({number} AS INTEGER) - 1 END"

    def _boolean(self, column: str, holding: Holding) -> str:
        match holding.held:
            case Held.BOOLEAN:
                return column
            case Held.INTEGER:
                return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END"
            case Held.TEXT:
                yes, no = (", ".join(map(self.dialect.sql.string, said)) for said in (_YES, _NO))
                return f"CASE WHEN {column} IN ({yes}) THEN true WHEN {column} IN ({no}) THEN false END"
            case _:
                return UNSURE

    def _option(self, column: str, holding: Holding, names: tuple[str, ...]) -> str:
        """The place of a name."""
        if holding.held is not Held.TEXT:
            return UNSURE
        plain = [(i, n) for i, n in enumerate(names) if n == n.strip() and not n.startswith(("#", "'"))]
        cases = " ".join(f"WHEN {self.dialect.sql.string(n)} THEN {i}" for i, n in plain)
        return f"CASE {column} {cases} END" if cases else UNSURE

    def _text(self, column: str, holding: Holding) -> str:
        if holding.held is not Held.TEXT:
            return UNSURE
        odd = self.dialect.contains(column, f"\\A{_ENDS}|\\A[#']|{_ENDS}\\z")
        return f"CASE WHEN NOT {odd} AND length({column}) <= {MAX_TEXT} THEN nullif({column}, '') END"

    def _day(self, column: str, holding: Holding) -> str:
        if holding.held is Held.TEXT:
            plain = self.dialect.matches(column, "[0-9]{4}-[0-9]{2}-[0-9]{2}")
            column = f"CASE WHEN {plain} THEN TRY_CAST({column} AS DATE) END"
        elif holding.held is not Held.DATE:
            return UNSURE
        within = f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        return f"CASE WHEN {within} THEN {self.dialect.ordinal(column)} END"
