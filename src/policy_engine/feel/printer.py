"""A tree back to text, normalised: one spelling of every word, brackets only where they are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from policy_engine.feel import ast
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.functions import BY_NAME
from policy_engine.feel.keywords import KEYWORDS
from policy_engine.feel.typed import ArithOp, CompareOp

# Binding strength of what a rule of the grammar produces; an operand needs at least its place's strength.
_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _POWER, _UNARY, _ATOM = range(10)
_LEVELS: Mapping[type[ast.Expr], int] = MappingProxyType(
    {
        ast.If: _IF,
        ast.Or: _OR,
        ast.And: _AND,
        ast.Not: _NOT,
        ast.Compare: _COMPARE,
        ast.IsNull: _COMPARE,
        ast.In: _COMPARE,
        ast.Between: _COMPARE,
        ast.CompareTest: _COMPARE,
        ast.NullTest: _COMPARE,
        ast.InTest: _COMPARE,
        ast.BetweenTest: _COMPARE,
        ast.Power: _POWER,
        ast.Neg: _UNARY,
    }
)
_PREFIXES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"口径": ("口径", "reading"), "reading": ("口径", "reading")}
)


def to_text(expr: ast.Expr, lang: str = "zh") -> str:
    """The text of an expression or of a cell in one language; parsing it gives the same tree."""
    printer = _Printer(lang)
    if isinstance(expr, ast.Items) and len(expr.items) > 1:
        return ("、" if lang == "zh" else ", ").join(printer.at(item, _IF) for item in expr.items)
    return printer.at(expr, _IF)


def _strength(expr: ast.Expr) -> int:
    if isinstance(expr, ast.Arith):
        return _SUM if expr.op in (ArithOp.ADD, ArithOp.SUB) else _PRODUCT
    return _LEVELS.get(type(expr), _ATOM)


class _Printer:
    def __init__(self, lang: str) -> None:
        self.zh = lang == "zh"
        self.words = {k.terminal: (k.zh if self.zh else k.en) for k in reversed(KEYWORDS) if k.zh and k.en}
        self.tests = {k.sign: k.zh for k in KEYWORDS if k.sign} if self.zh else {}

    def at(self, expr: ast.Expr, place: int) -> str:
        text = self.text(expr)
        return text if _strength(expr) >= place else f"({text})"

    def text(self, expr: ast.Expr) -> str:
        match expr:
            case ast.Or(items=items):
                return f" {self.words['OR']} ".join(self.at(i, _AND) for i in items)
            case ast.And(items=items):
                return f" {self.words['AND']} ".join(self.at(i, _NOT) for i in items)
            case ast.Not(operand=operand):
                return f"{self.words['NOT']} {self.at(operand, _NOT)}"
            case ast.If():
                return self._conditional(expr)
            case ast.Compare() | ast.IsNull() | ast.In() | ast.Between():
                return self._comparison(expr)
            case ast.CompareTest() | ast.NullTest() | ast.InTest() | ast.BetweenTest():
                return self._test(expr)
            case ast.Arith() | ast.Power() | ast.Neg():
                return self._arithmetic(expr)
            case ast.Call() | ast.Filter() | ast.Items() | ast.Range():
                return self._bracketed(expr)
            case _:
                return self._atom(expr)

    def _conditional(self, expr: ast.If) -> str:
        parts = (("IF", expr.condition), ("THEN", expr.then), ("ELSE", expr.otherwise))
        return " ".join(f"{self.words[word]} {self.at(part, _IF)}" for word, part in parts)

    def _comparison(self, expr: ast.Expr) -> str:
        match expr:
            case ast.Compare(op=op):
                return f"{self.at(expr.left, _SUM)} {self._sign(op)} {self.at(expr.right, _SUM)}"
            case ast.IsNull(operand=operand, negated=negated):
                return f"{self.at(operand, _SUM)} {self._null(negated)}"
            case ast.In(operand=operand, target=target, negated=negated):
                return f"{self.at(operand, _SUM)} {self._member(target, negated)}"
            case ast.Between(operand=operand, low=low, high=high):
                return f"{self.at(operand, _SUM)} {self._between(low, high)}"
        raise TypeError(type(expr).__name__)

    def _test(self, expr: ast.Expr) -> str:
        match expr:
            case ast.CompareTest(op=op, operand=operand):
                return f"{self.tests.get(op.value, self._sign(op))} {self.at(operand, _SUM)}"
            case ast.NullTest(negated=negated):
                return self._null(negated)
            case ast.InTest(target=target, negated=negated):
                return self._member(target, negated)
            case ast.BetweenTest(low=low, high=high):
                return self._between(low, high)
        raise TypeError(type(expr).__name__)

    def _sign(self, op: CompareOp) -> str:
        return "≠" if self.zh and op is CompareOp.NE else op.value

    def _null(self, negated: bool) -> str:
        return self.words["NOTNULL" if negated else "ISNULL"]

    def _member(self, target: ast.Expr, negated: bool) -> str:
        word = self.words["NOTIN" if negated else "IN"]
        bare = isinstance(target, ast.CompareTest)
        return f"{word} {self.text(target) if bare else self.at(target, _SUM)}"

    def _between(self, low: ast.Expr, high: ast.Expr) -> str:
        joint = "和" if self.zh else "and"
        return f"{self.words['BETWEEN']} {self.at(low, _SUM)} {joint} {self.at(high, _SUM)}"

    def _arithmetic(self, expr: ast.Expr) -> str:
        match expr:
            case ast.Arith(op=op, left=left, right=right):
                place = _strength(expr)
                sign = "×" if self.zh and op is ArithOp.MUL else op.value
                return f"{self.at(left, place)} {sign} {self.at(right, place + 1)}"
            case ast.Power(base=base, exponent=exponent):
                return f"{self.at(base, _POWER)} ** {self.at(exponent, _UNARY)}"
            case ast.Neg(operand=operand):
                return f"-{self.at(operand, _UNARY)}"
        raise TypeError(type(expr).__name__)

    def _bracketed(self, expr: ast.Expr) -> str:
        match expr:
            case ast.Call(function=function, args=args):
                known = BY_NAME.get(function.text)
                translated = (known.zh if self.zh else known.en) if known else ""
                inside = ", ".join(self.at(a, _IF) for a in args)
                return f"{translated or function.text}({inside})"
            case ast.Filter(condition=condition, skip=skip):
                return f"{self.words['SKIP' if skip else 'ONLY']} {self.at(condition, _IF)}"
            case ast.Items(items=items):
                inside = ", ".join(self.at(i, _IF) for i in items)
                return f"({inside})" if len(items) > 1 else f"[{inside}]"
            case ast.Range():
                opening, closing = "[" if expr.low_inclusive else "(", "]" if expr.high_inclusive else ")"
                return f"{opening}{self.at(expr.low, _SUM)} .. {self.at(expr.high, _SUM)}{closing}"
        raise TypeError(type(expr).__name__)

    def _atom(self, expr: ast.Expr) -> str:
        match expr:
            case ast.Number():
                return _number(expr)
            case ast.Text(value=value):
                return _quoted(value)
            case ast.Bool(value=value):
                return self.words["YES" if value else "NO"]
            case ast.Null():
                return self.words["NULL"]
            case ast.Date(value=date) | ast.MonthLiteral(value=date):
                return f'@"{date}"'
            case ast.Name(path=path):
                first = _PREFIXES.get(path[0], (path[0], path[0]))[0 if self.zh else 1]
                return ".".join((first, *path[1:])) if len(path) > 1 else path[0]
            case ast.Input():
                return "?"
            case ast.Any():
                return "-"
        raise TypeError(type(expr).__name__)


def _number(expr: ast.Number) -> str:
    if expr.unit is None:
        return decimal_text(expr.value)
    if not expr.unit.name:
        return f"{decimal_text(expr.value * 100)}%"
    return f"{decimal_text(expr.value)} {expr.unit.name}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m.group()):04x}", escaped) + '"'
