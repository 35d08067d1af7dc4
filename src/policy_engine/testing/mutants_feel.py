"""What a slip would make of an expression or a cell: of each number, sign, word and name in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.feel import ast
from policy_engine.feel.functions import BY_NAME
from policy_engine.feel.lexer import Lexeme, tokenize
from policy_engine.feel.parser import parse_expression, parse_unary_tests
from policy_engine.feel.typed import ArithOp
from policy_engine.testing.mutants_kinds import Kind
from policy_engine.testing.mutants_text import Edit, Slip, exchanged
from policy_engine.testing.mutants_words import Words

_COMPARE: Mapping[str, str] = MappingProxyType(
    {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "≠", "≠": "=", "!=": "=", "≤": "<", "≥": ">",
     "低于": "不超过", "不超过": "低于", "超过": "不低于", "不低于": "超过", "等于": "不等于", "不等于": "等于"}
)  # fmt: skip
_TURNED: Mapping[str, str] = MappingProxyType(
    {"为空": "不为空", "不为空": "为空", "属于": "不属于", "不属于": "属于", "is null": "is not null",
     "is not null": "is null", "in": "not in", "not in": "in", "且": "或", "或": "且", "and": "or", "or": "and",
     "是": "否", "否": "是", "true": "false", "false": "true", "yes": "no", "no": "yes"}
)  # fmt: skip
_ARITH: Mapping[ArithOp, tuple[str, ...]] = MappingProxyType(
    {ArithOp.ADD: ("-",), ArithOp.SUB: ("+",), ArithOp.MUL: ("+", "÷"), ArithOp.DIV: ("×",)}
)
_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {"最大值": "最小值", "最小值": "最大值", "max": "min", "min": "max", "最大": "最小", "最小": "最大",
     "max_of": "min_of", "min_of": "max_of", "向下取整": "向上取整", "向上取整": "向下取整",
     "floor": "ceiling", "ceiling": "floor", "四舍五入": "向零取整", "round_half_up": "round_down",
     "银行家舍入": "四舍五入", "round_half_even": "round_half_up", "向零取整": "远零取整", "远零取整": "向零取整",
     "round_down": "round_up", "round_up": "round_down", "次月": "上月", "上月": "次月",
     "next_month": "previous_month", "previous_month": "next_month", "首日": "末日", "末日": "首日",
     "first_day": "last_day", "last_day": "first_day"}
)  # fmt: skip
_DIGITS = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_JOINTS = ("且", "或", "and", "or")


@dataclass(frozen=True)
class Around:
    """Where an expression stands: whose row it reads, and in which decision."""

    words: Words
    entities: tuple[str, ...] = ()
    key: str = ""


def in_expression(text: Fragment, around: Around) -> Iterator[Slip]:
    """The slips in an expression; none in one that cannot be read."""
    yield from _slips(text, parse_expression, around)


def in_cell(text: Fragment, around: Around) -> Iterator[Slip]:
    """The slips in a condition cell; of several options each is left out."""
    yield from _slips(text, parse_unary_tests, around)


def in_number(text: Fragment, kind: Kind = Kind.NUMBER) -> Iterator[Slip]:
    """The first number of a text, one unit of its last place up and down."""
    found = _DIGITS.search(text.text)
    if found is None:
        return
    span = text.span(found.start(), found.end())
    whole = text.text.strip()
    for other in moved(found.group()):
        rest = text.text[found.end() :].strip()
        yield Slip(
            kind, whole, other + rest if whole.startswith(found.group()) else other, (Edit.at(span, other),)
        )


def moved(number: str) -> tuple[str, ...]:
    """A decimal moved by one unit of its last written place: 5 → 6, 4; 0.25 → 0.26, 0.24; 0 → 1."""
    value = Decimal(number.replace("．", "."))
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return tuple(f"{v:f}" for v in (value + step, value - step) if v >= 0)


def next_days(text: str) -> tuple[str, ...]:
    """The day after and the day before, of a date written with dashes; none of anything else."""
    if not _DATE.fullmatch(text):
        return ()
    day = dt.date.fromisoformat(text)
    return tuple((day + dt.timedelta(days=n)).isoformat() for n in (1, -1))


def _slips(text: Fragment, parse: Callable[[Fragment], ast.Expr], around: Around) -> Iterator[Slip]:
    try:
        tree = parse(text)
    except LoadError:
        return
    if isinstance(tree, ast.Any):
        return
    yield from _Expression(tokenize(text), around).of(tree)


class _Expression:
    def __init__(self, lexemes: Sequence[Lexeme], around: Around) -> None:
        self._lexemes, self._around = lexemes, around

    def of(self, expr: ast.Expr) -> Iterator[Slip]:
        yield from self._own(expr)
        if isinstance(expr, ast.Call):
            for arg in expr.args:
                yield from self.of(arg)
        else:
            for child in ast.children(expr):
                yield from self.of(child)

    def _own(self, expr: ast.Expr) -> Iterator[Slip]:
        match expr:
            case ast.Number():
                yield from self._number(expr)
            case ast.Compare():
                yield from self._compare(expr.left.span, expr.right.span)
            case ast.CompareTest():
                yield from self._compare(_before(expr.span), expr.operand.span)
            case ast.Arith():
                yield from self._arith(expr)
            case ast.Neg():
                yield Slip(
                    Kind.ARITH, expr.span.text, expr.operand.span.text, (self._only(expr, expr.operand),)
                )
            case ast.Not():
                yield Slip(
                    Kind.LOGIC, expr.span.text, expr.operand.span.text, (self._only(expr, expr.operand),)
                )
            case ast.And() | ast.Or():
                yield from self._joints(expr)
            case ast.If():
                yield self._branches(expr)
            case ast.IsNull():
                yield from self._turned(Kind.COMPARE, expr.operand.span.end, expr.span.end)
            case ast.NullTest():
                yield from self._turned(Kind.COMPARE, expr.span.start, expr.span.end)
            case ast.In():
                yield from self._turned(Kind.COMPARE, expr.operand.span.end, expr.target.span.start)
            case ast.InTest():
                yield from self._turned(Kind.COMPARE, expr.span.start, expr.target.span.start)
            case ast.Range():
                yield from self._ends(expr)
            case ast.Items():
                yield from self._items(expr)
            case ast.Call():
                yield from self._call(expr)
            case ast.Bool():
                yield from self._turned(Kind.OPTION, expr.span.start, expr.span.end)
            case ast.Text():
                yield from self._literal(expr)
            case ast.Name():
                yield from self._name(expr)

    # -- one node ----------------------------------------------------------------------------------

    def _number(self, expr: ast.Number) -> Iterator[Slip]:
        written = _DIGITS.match(expr.span.text)
        if written is None:
            return
        span = Span(expr.span.source, expr.span.start, expr.span.start + written.end())
        rest = expr.span.text[written.end() :]
        for other in moved(written.group()):
            yield Slip(Kind.NUMBER, expr.span.text, other + rest, (Edit.at(span, other),))

    def _compare(self, left: Span, right: Span) -> Iterator[Slip]:
        sign = self._between(left.end, right.start, "COMPARE")
        if sign is not None and sign.text in _COMPARE:
            other = _COMPARE[sign.text]
            yield Slip(Kind.COMPARE, sign.text, other, (Edit.at(sign, other),))

    def _arith(self, expr: ast.Arith) -> Iterator[Slip]:
        sign = self._between(expr.left.span.end, expr.right.span.start, "PLUS", "MINUS", "STAR", "SLASH")
        if sign is not None:
            for other in _ARITH[expr.op]:
                yield exchanged(Kind.ARITH, sign, other)

    def _joints(self, expr: ast.And | ast.Or) -> Iterator[Slip]:
        for left, right in zip(expr.items, expr.items[1:], strict=False):
            word = self._between(left.span.end, right.span.start, "AND", "OR")
            if word is not None:
                yield exchanged(Kind.LOGIC, word, _TURNED[word.text.strip().lower()])

    def _branches(self, expr: ast.If) -> Slip:
        then, other = expr.then.span, expr.otherwise.span
        edits = (Edit.at(then, other.text), Edit.at(other, then.text))
        return Slip(Kind.BRANCH, f"{then.text} / {other.text}", f"{other.text} / {then.text}", edits)

    def _turned(self, kind: Kind, start: int, end: int) -> Iterator[Slip]:
        for lexeme in self._lexemes:
            word = " ".join(lexeme.span.text.split()).lower()
            if start <= lexeme.span.start and lexeme.span.end <= end and word in _TURNED:
                yield exchanged(kind, lexeme.span, _TURNED[word])
                return

    def _ends(self, expr: ast.Range) -> Iterator[Slip]:
        """Each end open instead of closed, or the other way round."""
        source, start, end = expr.span.source, expr.span.start, expr.span.end
        for at, opened, closed, inclusive in (
            (start, "(", "[", expr.low_inclusive),
            (end - 1, ")", "]", expr.high_inclusive),
        ):
            other = opened if inclusive else closed
            after = expr.span.text
            after = other + after[1:] if at == start else after[:-1] + other
            yield Slip(Kind.RANGE, expr.span.text, after, (Edit.at(Span(source, at, at + 1), other),))

    def _items(self, expr: ast.Items) -> Iterator[Slip]:
        spans = [item.span for item in expr.items]
        for at, span in enumerate(spans):
            cut = Edit(spans[at - 1].end, span.end, "") if at else Edit(span.start, spans[1].start, "")
            if len(spans) > 1:
                yield Slip(Kind.OPTION, span.text, "", (cut,))

    def _call(self, expr: ast.Call) -> Iterator[Slip]:
        name = expr.function.text
        if name in BY_NAME and name in _FUNCTIONS:
            yield exchanged(Kind.EXTREME, expr.function.span, _FUNCTIONS[name])
        for before, arg in zip(expr.args, expr.args[1:], strict=False):
            if isinstance(arg, ast.Filter):
                yield Slip(Kind.FILTER, arg.span.text, "", (Edit(before.span.end, arg.span.end, ""),))

    def _literal(self, expr: ast.Text) -> Iterator[Slip]:
        for other in self._around.words.other_options(expr.value)[:1]:
            mark = expr.span.text[0], expr.span.text[-1]
            yield exchanged(Kind.OPTION, expr.span, f"{mark[0]}{other}{mark[1]}")

    def _name(self, expr: ast.Name) -> Iterator[Slip]:
        words = self._around.words
        terms = words.other_terms(expr.path, self._around.entities, self._around.key)
        for other in terms:
            yield exchanged(Kind.TERM, expr.span, other)
        if len(expr.path) > 1 or words.is_term(expr.text, self._around.entities):
            return
        for other in words.other_levels(expr.text):
            yield exchanged(Kind.OPTION, expr.span, other)
        for other in words.other_options(expr.text)[:1]:
            yield exchanged(Kind.OPTION, expr.span, other)

    def _only(self, whole: ast.Expr, part: ast.Expr) -> Edit:
        """The sign before a part is not there."""
        sign = self._between(whole.span.start, part.span.start, "MINUS", "NOT")
        return Edit(sign.start if sign else whole.span.start, part.span.start, "")

    def _between(self, start: int, end: int, *kinds: str) -> Span | None:
        inside = (x for x in self._lexemes if start <= x.span.start and x.span.end <= end)
        return next((x.span for x in inside if x.kind in kinds), None)


def _before(span: Span) -> Span:
    """Nothing, where a span begins."""
    return replace(span, end=span.start)
