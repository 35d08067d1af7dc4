"""Fixed-point expressions as SQL: integers of 64 or 128 bits, no floating point, no decimal division."""

from __future__ import annotations

from collections.abc import Callable

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import Dialect
from policy_engine.lowering.physical import INT64, INT128, Kind, Physical
from policy_engine.lowering.sql_calendar import calendar_sql, months_later_sql
from policy_engine.rulefile.choices import RoundingMode

_OPERATORS = {
    CompareOp.EQ: "=",
    CompareOp.NE: "<>",
    CompareOp.LT: "<",
    CompareOp.LE: "<=",
    CompareOp.GT: ">",
    CompareOp.GE: ">=",
}


class SqlText:
    """``column`` names a column of the relation the expression stands in."""

    def __init__(self, dialect: Dialect, column: Callable[[ir.Column], str]) -> None:
        self.dialect, self.column = dialect, column

    def __call__(self, expr: ir.Expr) -> str:
        match expr:
            case ir.Literal():
                return self._literal(expr)
            case ir.Column():
                return self.column(expr)
            case ir.Binary():
                return self._binary(expr)
            case ir.Negate(operand=operand):
                return f"(-{self._as(operand, expr.type)})"
            case ir.Absolute(operand=operand):
                return f"abs({self._as(operand, expr.type)})"
            case ir.Same(operand=operand):
                return self._same(expr, operand)
            case ir.Extreme():
                return self._extreme(expr)
            case ir.FirstValue(items=items):
                return f"coalesce({', '.join(self._as(i, expr.type) for i in items)})"
            case ir.Choice():
                return self._choice(expr)
            case ir.Rounded():
                return self._rounded(expr)
            case ir.Remainder():
                return self._remainder(expr)
            case ir.Calendar(ask=ask, operand=operand):
                return calendar_sql(self.dialect, ask, self(operand), self.dialect.type(expr.type))
            case ir.MonthsLater(day=day, months=months):
                return months_later_sql(self.dialect, self(day), self._bare(months))
            case ir.Text():
                return self._names(expr)
            case _:
                return self._truth(expr)

    # -- truths ------------------------------------------------------------------------------------

    def _truth(self, expr: ir.Expr) -> str:
        match expr:
            case ir.Every(items=items):
                return f"({' AND '.join(map(self, items))})"
            case ir.Some(items=items):
                return f"({' OR '.join(map(self, items))})"
            case ir.Negation(operand=ir.IsNull(operand=operand)):
                return f"({self(operand)} IS NOT NULL)"
            case ir.Negation(operand=operand):
                return f"(NOT {self(operand)})"
            case ir.IsNull(operand=operand):
                return f"({self(operand)} IS NULL)"
            case ir.Comparison():
                return self._comparison(expr)
            case _:
                raise TypeError(f"no SQL for {type(expr).__name__}")

    def _comparison(self, expr: ir.Comparison) -> str:
        left, right = self._bare(expr.left), self._bare(expr.right)
        if expr.null_safe:
            same = f"({left} {self.dialect.same} {right})"
            return same if expr.op is CompareOp.EQ else f"(NOT {same})"
        if expr.left.type.kind is Kind.BOOLEAN and isinstance(expr.right, ir.Literal):
            plain = bool(expr.right.value) is (expr.op is CompareOp.EQ)
            return left if plain else f"(NOT {left})"
        return f"({left} {_OPERATORS[expr.op]} {right})"

    # -- integers ----------------------------------------------------------------------------------

    def _literal(self, expr: ir.Literal) -> str:
        value = expr.value
        if value is None:
            return f"CAST(NULL AS {self.dialect.type(expr.type)})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, str):
            return self.dialect.string(value)
        if expr.type.kind is Kind.NUMBER:
            return self.dialect.number(value, expr.type.wide)
        return str(value)

    def _bare(self, expr: ir.Expr) -> str:
        """A constant beside a column takes its width from it."""
        if isinstance(expr, ir.Literal) and expr.type.kind is not Kind.TEXT and expr.value is not None:
            if isinstance(expr.value, bool):
                return self(expr)
            return f"({expr.value})" if int(expr.value) < 0 else str(expr.value)
        return self(expr)

    def _as(self, expr: ir.Expr, type_: Physical) -> str:
        return self._in_width(expr, type_.kind is Kind.NUMBER and type_.wide)

    def _in_width(self, expr: ir.Expr, wide: bool) -> str:
        if expr.type.kind is not Kind.NUMBER:
            return self(expr)
        if isinstance(expr, ir.Literal) and expr.value is not None:
            return self.dialect.number(int(expr.value), wide)
        text = self(expr)
        return self._widened(text) if wide and not expr.type.wide else text

    def _widened(self, text: str) -> str:
        return f"CAST({text} AS {self.dialect.wide})"

    def _narrowed(self, text: str) -> str:
        return f"CAST({text} AS {self.dialect.narrow})"

    def _same(self, expr: ir.Same, operand: ir.Expr) -> str:
        """Days and months are kept in 32 bits, numbers in 64 or 128."""
        text = self(operand)
        held, wanted = self.dialect.type(operand.type), self.dialect.type(expr.type)
        return text if held == wanted else f"CAST({text} AS {wanted})"

    def _binary(self, expr: ir.Binary) -> str:
        wide = expr.type.wide or expr.left.type.wide or expr.right.type.wide
        if wide:
            left, right = self._in_width(expr.left, True), self._in_width(expr.right, True)
        else:
            left, right = self._bare(expr.left), self._bare(expr.right)
        text = f"({left} {expr.op.value} {right})"
        return self._narrowed(text) if wide and not expr.type.wide else text

    def _extreme(self, expr: ir.Extreme) -> str:
        """The least of a wide and a narrow number may be narrow."""
        wide = any(i.type.wide for i in expr.items)
        items = [self._in_width(i, wide) for i in expr.items]
        text = f"{'greatest' if expr.greatest else 'least'}({', '.join(items)})"
        return self._narrowed(text) if wide and not expr.type.wide else text

    # -- choices -----------------------------------------------------------------------------------

    def _choice(self, expr: ir.Choice) -> str:
        arms = " ".join(f"WHEN {self(c)} THEN {self._as(v, expr.type)}" for c, v in expr.arms)
        return f"CASE {arms} ELSE {self._as(expr.otherwise, expr.type)} END"

    def _names(self, expr: ir.Text) -> str:
        arms = " ".join(
            f"WHEN {code} THEN {self.dialect.string(name)}"
            for code, name in enumerate(expr.operand.type.names)
        )
        return f"CASE {self(expr.operand)} {arms} END"

    # -- rounding ----------------------------------------------------------------------------------

    def _rounded(self, expr: ir.Rounded) -> str:
        signed = expr.operand.type.low < 0
        below, above = _DIRECTIONS[expr.mode]
        positive = self._magnitude(expr, above, negated=False)
        if not signed:
            return positive
        negative = self._magnitude(expr, below, negated=True)
        return f"CASE WHEN {self(expr.operand)} < 0 THEN -{negative} ELSE {positive} END"

    def _magnitude(self, expr: ir.Rounded, direction: str, negated: bool) -> str:
        """``|operand| × factor ÷ divisor``: towards zero, away from it, or to the nearest."""
        divisor = expr.divisor
        largest = max(-expr.operand.type.low, expr.operand.type.high)
        constant = int(divisor.value or 1) if isinstance(divisor, ir.Literal) else None
        doubled = direction == "near" and (constant is None or constant % 2 == 1)
        factor = expr.factor * 2 if doubled else expr.factor
        most = largest * factor + divisor.type.high * 2  # the remainder of half-even is doubled, too
        wide = most > INT64 or expr.operand.type.wide or divisor.type.wide
        long = divisor.type.high * (2 if doubled else 1) > INT64
        amount = self._in_width(expr.operand, wide)
        amount = f"(-{amount})" if negated else amount
        product = amount if factor == 1 else f"({amount} * {factor})"
        by = str(constant) if constant is not None else self._in_width(divisor, long)
        bottom = str(constant * 2) if constant is not None and doubled else f"({by} * 2)" if doubled else by
        match direction:
            case "down":
                return self._quotient(expr, product, bottom, wide, long)
            case "up":
                return self._quotient(expr, f"({product} + {by} - 1)", bottom, wide, long)
            case "near":
                half = by if doubled else str((constant or 0) // 2)
                return self._quotient(expr, f"({product} + {half})", bottom, wide, long)
            case _:
                return self._half_even(expr, product, bottom, wide, long)

    def _half_even(self, expr: ir.Rounded, product: str, bottom: str, wide: bool, long: bool) -> str:
        units = self._quotient(expr, product, bottom, wide, long)
        rest = f"({product} - {self._widened(units) if wide else units} * {bottom})"
        odd = f"{units} % 2 = 1"
        up = f"({rest} * 2 > {bottom} OR ({rest} * 2 = {bottom} AND {odd}))"
        return f"({units} + CASE WHEN {up} THEN 1 ELSE 0 END)"

    def _quotient(self, expr: ir.Rounded, top: str, bottom: str, wide: bool, long: bool) -> str:
        """Of numbers that are not negative. Few products need more than 64 bits: the rest divide fast.

        ``wide``: the product may need more; ``long``: so may the divisor.
        """
        over = self.dialect.whole_division
        if not wide:
            return f"({top} {over} {bottom})"
        slow = self._long_division(top, bottom, max(-expr.type.low, expr.type.high))
        slow = slow if expr.type.wide else self._narrowed(slow)
        if long:
            return f"({slow})"
        quick = f"{self._narrowed(top)} {over} {bottom}"
        quick = self._widened(quick) if expr.type.wide else quick
        return f"CASE WHEN {top} <= {INT64} THEN {quick} ELSE {slow} END"

    def _long_division(self, top: str, bottom: str, most: int) -> str:
        if self.dialect.name == "duckdb":
            return f"({top} // {bottom})"
        return spark_long_division(top, self._widened(bottom), most)

    def _remainder(self, expr: ir.Remainder) -> str:
        operand, quotient, divisor = expr.operand, expr.quotient, expr.divisor
        if not operand.type.wide:
            return f"({self(operand)} - {self(quotient)} * {self(divisor)})"
        top = self(operand)
        wide = f"({top} - {self._in_width(quotient, True)} * {self._in_width(divisor, True)})"
        wide = wide if expr.type.wide else self._narrowed(wide)
        if quotient.type.wide or divisor.type.wide or expr.type.wide:
            return wide
        quick = f"({self._narrowed(top)} - {self(quotient)} * {self(divisor)})"
        return f"CASE WHEN {top} <= {INT64} THEN {quick} ELSE {wide} END"


# How the magnitude of a negative and of a positive number is rounded.
_DIRECTIONS = {
    RoundingMode.HALF_UP: ("near", "near"),
    RoundingMode.HALF_EVEN: ("even", "even"),
    RoundingMode.TRUNCATE: ("down", "down"),
    RoundingMode.FLOOR: ("up", "down"),
    RoundingMode.CEILING: ("down", "up"),
}


def spark_long_division(top: str, bottom: str, most: int = INT128) -> str:
    """⌊top ÷ bottom⌋ of DECIMAL(38,0), both not negative: Spark's own ``/`` rounds and its ``div`` wraps.

    ``%`` is exact there, and a multiple of the divisor divides to a whole number, but ``/`` has room for 32 digits only:
    by a small divisor the number is divided in two halves, as on paper. ``most`` is the greatest the quotient can be.
    """
    if most < 10**32:
        return _whole_quotient(top, bottom)
    half = "CAST(10000000000000000000 AS DECIMAL(38,0))"
    high = _whole_quotient(top, half)
    low = _whole_quotient(f"(({high} % {bottom}) * {half} + {top} % {half})", bottom)
    halves = f"({_whole_quotient(high, bottom)} * {half} + {low})"
    return f"CASE WHEN {bottom} >= 1000000 THEN {_whole_quotient(top, bottom)} ELSE {halves} END"


def _whole_quotient(top: str, bottom: str) -> str:
    return f"CAST(({top} - {top} % {bottom}) / {bottom} AS DECIMAL(38,0))"
