"""Fixed-point expressions as Python over whole numbers: syntax trees, never text.

Python's integers have no width, so bounds only matter where they say that a sign cannot be negative. A null is None;
arithmetic on it raises TypeError and division by zero ZeroDivisionError, which the caller takes as "ask the engine".
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from types import FunctionType
from typing import Any

from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import ir
from policy_engine.lowering.days import ANSWERS, months_later
from policy_engine.rulefile.choices import RoundingMode

_OPERATORS: dict[CompareOp, type[ast.cmpop]] = {
    CompareOp.EQ: ast.Eq,
    CompareOp.NE: ast.NotEq,
    CompareOp.LT: ast.Lt,
    CompareOp.LE: ast.LtE,
    CompareOp.GT: ast.Gt,
    CompareOp.GE: ast.GtE,
}
_ARITHMETIC: dict[ir.IntOp, type[ast.operator]] = {
    ir.IntOp.ADD: ast.Add,
    ir.IntOp.SUB: ast.Sub,
    ir.IntOp.MUL: ast.Mult,
}


def name(id_: str) -> ast.expr:
    return ast.Name(id_, ast.Load())


def constant(value: int | bool | str | None) -> ast.expr:
    return ast.Constant(value)


def texts(values: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Constant(v) for v in values], ast.Load())


def item(of: ast.expr, index: int) -> ast.expr:
    return ast.Subscript(of, ast.Constant(index), ast.Load())


def assign(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(target, ast.Store())], value)


def assign_item(of: str, index: int, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Subscript(name(of), ast.Constant(index), ast.Store())], value)


def binary(left: ast.expr, operator: type[ast.operator], right: ast.expr) -> ast.expr:
    return ast.BinOp(left, operator(), right)


def compared(left: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator()], [right])


def if_else(condition: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return ast.IfExp(condition, then, otherwise)


def negative(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.USub(), value)


def called(function: str, *args: ast.expr) -> ast.expr:
    return ast.Call(name(function), list(args), [])


MONTHS_LATER = "calendar_months_later"


def calendar_name(ask: ir.Ask) -> str:
    """What the function is called in the code; no local has such a name."""
    return f"calendar_{ask.name.lower()}"


def is_none(value: ast.expr) -> ast.expr:
    return compared(value, ast.Is, constant(None))


class Body:
    """The statements that decide one row: what occurs twice, and surely, is computed once.

    ``column`` gives the local name of a column; ``statements`` collects the code.
    """

    def __init__(self, column: Callable[[ir.Column], str], exprs: Sequence[ir.Expr]) -> None:
        self.column = column
        self.statements: list[ast.stmt] = []
        self._numbers: dict[Hashable, int] = {}
        self._by_id: dict[int, tuple[ir.Expr, int]] = {}
        self._names: dict[int, str] = {}
        self._temporary = 0
        self._counts = Counter(self._number(e) for expr in exprs for e in ir.walk(expr) if not _simple(e))

    def value(self, expr: ir.Expr) -> ast.expr:
        """Code for a value, to be used right after what is in ``statements``."""
        for part in _sure(expr):
            number = self._number(part)
            if part is not expr and self._counts[number] > 1 and number not in self._names:
                found = self._code(part)
                self._names[number] = self._assign(found)
        return self._code(expr)

    def within(self, expr: ir.Expr) -> ast.expr:
        """Code for a value that is wanted under a condition only: nothing is computed before it."""
        return self._code(expr)

    def keep(self, expr: ir.Expr, as_: str) -> None:
        """Compute ``expr`` into the local ``as_``; whoever needs it again reads it there."""
        self.statements.append(assign(as_, self.value(expr)))
        if not _simple(expr):
            self._names.setdefault(self._number(expr), as_)

    def _assign(self, value: ast.expr) -> str:
        target = self._fresh()
        self.statements.append(assign(target, value))
        return target

    def _fresh(self) -> str:
        self._temporary += 1
        return f"t{self._temporary}"

    def _number(self, expr: ir.Expr) -> int:
        """Expressions that compute the same have the same number; types do not matter."""
        known = self._by_id.get(id(expr))
        if known is not None:
            return known[1]
        if isinstance(expr, ir.Same):
            number = self._number(expr.operand)
        else:
            number = self._numbers.setdefault(self._key(expr), len(self._numbers))
        self._by_id[id(expr)] = (expr, number)  # the expression is kept, so that its id stays its own
        return number

    def _key(self, expr: ir.Expr) -> Hashable:
        fields = tuple(
            self._field(getattr(expr, f)) for f in expr.__dataclass_fields__ if f not in ("type", "null_safe")
        )
        names = expr.operand.type.names if isinstance(expr, ir.Text) else ()
        return type(expr), *fields, names

    def _field(self, value: Any) -> Hashable:
        if isinstance(value, ir.Expr):
            return ("expr", self._number(value))
        if isinstance(value, tuple):
            return tuple(self._field(v) for v in value)
        return (type(value), value)  # 1 is not True

    # -- expressions -------------------------------------------------------------------------------

    def _code(self, expr: ir.Expr) -> ast.expr:
        if not _simple(expr):
            known = self._names.get(self._number(expr))
            if known is not None:
                return name(known)
        match expr:
            case ir.Literal(value=value):
                return constant(value)
            case ir.Column():
                return name(self.column(expr))
            case ir.Same(operand=operand):
                return self._code(operand)
            case ir.Binary(op=ir.IntOp.ADD, left=left, right=ir.Negate(operand=operand)):
                return self._null_or([left, operand], lambda a, b: binary(a, ast.Sub, b))
            case ir.Binary(left=left, right=right):
                return self._null_or([left, right], lambda a, b: binary(a, _ARITHMETIC[expr.op], b))
            case ir.Negate(operand=operand):
                return self._null_or([operand], negative)
            case ir.Absolute(operand=operand):
                first, again = self._bound(operand)
                return if_else(compared(first, ast.Lt, constant(0)), negative(again()), again())
            case ir.Extreme():
                return self._extreme(expr)
            case ir.Choice(arms=arms, otherwise=otherwise):
                found = self._code(otherwise)
                for condition, then in reversed(arms):
                    found = if_else(self._code(condition), self._code(then), found)
                return found
            case ir.FirstValue(items=items):
                found = self._code(items[-1])
                for one in reversed(items[:-1]):
                    first, again = self._bound(one)
                    found = if_else(is_none(first), found, again())
                return found
            case ir.Rounded():
                return self._rounded(expr)
            case ir.Remainder():
                product = binary(self._code(expr.quotient), ast.Mult, self._code(expr.divisor))
                return binary(self._code(expr.operand), ast.Sub, product)
            case ir.Calendar(ask=ask, operand=operand):
                return self._null_or([operand], lambda a: called(calendar_name(ask), a))
            case ir.MonthsLater(day=day, months=months):
                return self._null_or([day, months], lambda a, b: called(MONTHS_LATER, a, b))
            case ir.Text(operand=operand):
                names = operand.type.names
                return self._null_or([operand], lambda a: ast.Subscript(texts(names), a, ast.Load()))
            case _:
                return self._truth(expr)

    def _truth(self, expr: ir.Expr) -> ast.expr:
        match expr:
            case ir.Comparison():
                return compared(self._code(expr.left), _OPERATORS[expr.op], self._code(expr.right))
            case ir.Every(items=items):
                return ast.BoolOp(ast.And(), [self._code(i) for i in items])
            case ir.Some(items=items):
                return ast.BoolOp(ast.Or(), [self._code(i) for i in items])
            case ir.Negation(operand=operand):
                return ast.UnaryOp(ast.Not(), self._code(operand))
            case ir.IsNull(operand=operand):
                return is_none(self._code(operand))
            case _:
                raise TypeError(f"no Python for {type(expr).__name__}")

    def _null_or(self, operands: Sequence[ir.Expr], made: Callable[..., ast.expr]) -> ast.expr:
        """Null where an operand is that may be: a quantity in another unit is null as it was in its own."""
        codes, nulls = [], []
        for operand in operands:
            if operand.type.nullable and not isinstance(operand, ir.Literal):
                first, again = self._bound(operand)
                nulls.append(is_none(first))
                codes.append(again())
            else:
                codes.append(self._code(operand))
        found = made(*codes)
        if not nulls:
            return found
        null = nulls[0] if len(nulls) == 1 else ast.BoolOp(ast.Or(), nulls)
        return if_else(null, constant(None), found)

    def _bound(self, expr: ir.Expr, code: ast.expr | None = None) -> tuple[ast.expr, Callable[[], ast.expr]]:
        """Code for a value, and code to read it again once that has run."""
        found = self._code(expr) if code is None else code
        if isinstance(found, ast.Constant):
            value = found.value
            return found, lambda: ast.Constant(value)
        if isinstance(found, ast.Name):
            known = found.id
            return found, lambda: name(known)
        target = self._fresh()
        return ast.NamedExpr(ast.Name(target, ast.Store()), found), lambda: name(target)

    def _extreme(self, expr: ir.Extreme) -> ast.expr:
        operator = ast.Gt if expr.greatest else ast.Lt
        best = self._code(expr.items[0])
        for one in expr.items[1:]:
            first, again = self._bound(one, best)
            other, other_again = self._bound(one)
            best = if_else(compared(first, operator, other), again(), other_again())
        return best

    # -- rounding, as ``whole.rounded_quotient`` -----------------------------------------------------

    def _rounded(self, expr: ir.Rounded) -> ast.expr:
        top = self._code(expr.operand)
        if expr.factor != 1:
            top = binary(top, ast.Mult, constant(expr.factor))
        match expr.mode:
            case RoundingMode.FLOOR:
                return binary(top, ast.FloorDiv, self._code(expr.divisor))
            case RoundingMode.CEILING:
                return negative(binary(negative(top), ast.FloorDiv, self._code(expr.divisor)))
            case RoundingMode.TRUNCATE | RoundingMode.HALF_UP:
                nearest = expr.mode is RoundingMode.HALF_UP
                return self._by_magnitude(expr, top, nearest)
            case RoundingMode.HALF_EVEN:
                return self._half_even(expr, top)
            case _:
                raise ValueError("a grid is for allocations, not for rounding")

    def _by_magnitude(self, expr: ir.Rounded, top: ast.expr, nearest: bool) -> ast.expr:
        """Half away from zero, or towards zero: of the magnitude, then the sign."""
        if expr.operand.type.low >= 0:
            return self._magnitude(top, expr.divisor, nearest)
        first, again = self._bound(expr, top)
        below = negative(self._magnitude(negative(again()), expr.divisor, nearest))
        above = self._magnitude(again(), expr.divisor, nearest)
        return if_else(compared(first, ast.Lt, constant(0)), below, above)

    def _magnitude(self, top: ast.expr, divisor: ir.Expr, nearest: bool) -> ast.expr:
        if not nearest:
            return binary(top, ast.FloorDiv, self._code(divisor))
        if isinstance(divisor, ir.Literal) and divisor.value is not None and int(divisor.value) % 2 == 0:
            whole = int(divisor.value)
            return binary(binary(top, ast.Add, constant(whole // 2)), ast.FloorDiv, constant(whole))
        by, again = self._bound(divisor)
        doubled = binary(binary(top, ast.Mult, constant(2)), ast.Add, by)
        return binary(doubled, ast.FloorDiv, binary(again(), ast.Mult, constant(2)))

    def _half_even(self, expr: ir.Rounded, top: ast.expr) -> ast.expr:
        """⌊x⌋, and one more for a rest above the half, or at the half of an odd number."""
        top_first, top_again = self._bound(expr, top)
        by, by_again = self._bound(expr.divisor)
        units = self._fresh()
        whole = ast.NamedExpr(ast.Name(units, ast.Store()), binary(top_first, ast.FloorDiv, by))
        rest = binary(top_again(), ast.Sub, binary(name(units), ast.Mult, by_again()))
        twice, twice_again = self._bound(expr, binary(rest, ast.Mult, constant(2)))
        above = compared(twice, ast.Gt, by_again())
        odd = binary(name(units), ast.Mod, constant(2))
        half = ast.BoolOp(
            ast.And(), [compared(twice_again(), ast.Eq, by_again()), compared(odd, ast.Eq, constant(1))]
        )
        up = if_else(ast.BoolOp(ast.Or(), [above, half]), constant(1), constant(0))
        return binary(whole, ast.Add, up)


def _simple(expr: ir.Expr) -> bool:
    """Nothing is gained by keeping it."""
    if isinstance(expr, ir.Same | ir.Negation | ir.IsNull):
        return _simple(expr.operand)
    return isinstance(expr, ir.Literal | ir.Column)


def _sure(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The sub-expressions that are evaluated whatever the values are, the inner ones first."""
    match expr:
        case ir.Choice(arms=arms):
            yield from _sure(arms[0][0])
        case ir.Every(items=items) | ir.Some(items=items) | ir.FirstValue(items=items):
            yield from _sure(items[0])
        case _:
            for part in ir.parts(expr):
                yield from _sure(part)
    if not _simple(expr):
        yield expr


_EMPTY = """
def decide(rows, singles):
    for row in rows:
        pass
"""


def function(before: Sequence[ast.stmt], each: Sequence[ast.stmt]) -> Callable[[Sequence[Any], Any], None]:
    """A function of ``rows`` and ``singles`` that runs ``before`` once and ``each`` for every ``row``.

    Raises RecursionError or MemoryError for expressions that are nested too deeply for Python's compiler.
    """
    module = ast.parse(_EMPTY)
    definition = module.body[0]
    assert isinstance(definition, ast.FunctionDef)
    loop = definition.body[0]
    assert isinstance(loop, ast.For)
    loop.body = list(each) or [ast.Pass()]
    definition.body = [*before, loop]
    code = compile(ast.fix_missing_locations(module), "<policy>", "exec")
    inner = next(c for c in code.co_consts if hasattr(c, "co_code"))
    answers = {calendar_name(ask): answer for ask, answer in ANSWERS.items()}
    known = {"__builtins__": {}, "Unusual": Unusual, MONTHS_LATER: months_later, **answers}
    return FunctionType(inner, known, "decide")


class Unusual(Exception):
    """Something the fast path does not decide: the engine is asked, and says what it is."""
