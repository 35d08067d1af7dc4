"""What is told before a row is read must hold of every row."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import load
from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import build, ir
from policy_engine.lowering.never import never
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.planner import lower

LOW, HIGH = -2, 3
A, B = (
    ir.Column(Physical(Kind.NUMBER, unit=Fraction(1), low=LOW, high=HIGH), "户", name) for name in ("a", "b")
)
FLAG = ir.Column(Physical(Kind.BOOLEAN), "户", "flag")
MAYBE = ir.Column(Physical(Kind.NUMBER, True, Fraction(1), LOW, HIGH), "户", "maybe")


def number(value: int) -> ir.Expr:
    return build.number(Fraction(value))


def value(expr: ir.Expr, row: dict[str, object]) -> object:
    """As a database evaluates it, null included."""
    match expr:
        case ir.Literal(value=found):
            return found
        case ir.Column(name=name):
            return row[name]
        case ir.Binary(op=op, left=left, right=right):
            one, other = value(left, row), value(right, row)
            return one + other if op is ir.IntOp.ADD else one - other if op is ir.IntOp.SUB else one * other
        case ir.Negate(operand=operand):
            return -value(operand, row)
        case ir.IsNull(operand=operand):
            return value(operand, row) is None
        case ir.Comparison(op=op, left=left, right=right):
            one, other = value(left, row), value(right, row)
            if one is None or other is None:
                return None
            order = {"=": one == other, "!=": one != other, "<": one < other, "<=": one <= other}
            return {**order, ">": one > other, ">=": one >= other}[op.value]
        case ir.Negation(operand=operand):
            found = value(operand, row)
            return None if found is None else not found
        case ir.Every(items=items):
            return all(value(i, row) for i in items)
        case ir.Some(items=items):
            return any(value(i, row) for i in items)
        case ir.Choice(arms=arms, otherwise=otherwise):
            return next((value(v, row) for c, v in arms if value(c, row)), value(otherwise, row))
        case ir.Same(operand=operand):
            return value(operand, row)
    raise TypeError(type(expr).__name__)


numbers = st.recursive(
    st.sampled_from([A, B, number(0), number(1), number(-2), number(3)]),
    lambda inner: st.one_of(
        st.builds(build.add, inner, inner),
        st.builds(build.subtract, inner, inner),
        st.builds(build.negate, inner),
        st.builds(lambda e, k: build.multiply(e, number(k)), inner, st.integers(-2, 3)),
    ),
    max_leaves=3,
)
atoms = st.one_of(st.builds(build.compare, st.sampled_from(list(CompareOp)), numbers, numbers), st.just(FLAG))
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(build.negation, inner),
        st.builds(lambda *items: build.every(items), inner, inner),
        st.builds(lambda *items: build.some(items), inner, inner),
        st.builds(lambda c, x, y: build.choice([(c, x)], y), inner, inner, inner),
    ),
    max_leaves=5,
)


@given(st.lists(conditions, min_size=1, max_size=4))
def test_what_never_holds_together_holds_in_no_row(items: list[ir.Expr]) -> None:
    if never(items):
        for a, b, flag in product(range(LOW, HIGH + 1), range(LOW, HIGH + 1), (False, True)):
            row = {"a": a, "b": b, "flag": flag}
            assert not all(value(i, row) for i in items), row


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (build.compare(CompareOp.LE, A, B), build.compare(CompareOp.GT, A, B), True),
        (build.compare(CompareOp.LE, A, B), build.compare(CompareOp.GE, A, B), False),
        (build.compare(CompareOp.EQ, A, number(0)), build.compare(CompareOp.GT, A, number(0)), True),
        (
            build.compare(CompareOp.EQ, A, number(0)),
            build.compare(CompareOp.GT, build.scaled(A, Fraction(20)), number(0)),
            True,
        ),
        (build.compare(CompareOp.LT, A, number(1)), build.compare(CompareOp.LT, number(0), A), True),
        (FLAG, build.negation(FLAG), True),
        (FLAG, FLAG, False),
    ],
)
def test_pairs(one: ir.Expr, other: ir.Expr, told: bool) -> None:
    assert never((one, other)) is told


def test_a_null_is_neither_below_nor_above() -> None:
    """Neither row of a table hits a null, so the table is not complete."""
    below, above = build.compare(CompareOp.LE, MAYBE, B), build.compare(CompareOp.GT, MAYBE, B)
    assert not never((build.negation(below), build.negation(above)))


def test_the_tables_of_jibei_need_not_be_asked_for_every_row() -> None:
    plan = lower(load("jibei/deviation", period="2018-07"))
    assert {"PE6021", "PE6022"}.isdisjoint(f.code for f in plan.faults)
