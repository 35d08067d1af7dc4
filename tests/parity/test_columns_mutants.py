"""Faults put into the lowering one at a time: each has to be seen by the comparison with the engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest

from parity.jibei_rows import many_rows
from parity.month import disagreements
from parity.run_columns import policies
from parity.small import small
from parity.test_columns_cases import A_AND_B, BIG, NUMBERS, OUT, alone, members
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.rows import Dataset
from policy_engine.feel.typed import CompareOp
from policy_engine.lowering import bodies, build, ir, planner, relations, sharing, sql_text
from policy_engine.lowering.expressions import Expressions
from policy_engine.policy.model import Policy
from policy_engine.rulefile.choices import RoundingMode

ROWS = 1_500
Patch = pytest.MonkeyPatch


@cache
def roundings() -> tuple[Policy, dict[str, Any]]:
    """Quotients and halves, of both signs, in every mode."""
    modes = ("四舍五入", "银行家", "向零", "向下", "向上")
    terms, decisions = [*A_AND_B], []
    for number, mode in enumerate(modes):
        terms.append(f"乙方 | 取{number} | r{number} | 电量 | 兆瓦时 | 1 | |")
        decisions.append(f"乙方.取{number}: {{计算公式: 甲 / 8 - 乙 / 3 + 甲 × 0.25, 取整: {mode} 1 位}}")
        terms.append(f"乙方 | 商{number} | q{number} | 数 | | 1 | |")
        decisions.append(f"乙方.商{number}: {{计算公式: 甲 / 乙, 取整: {mode} 1 位}}")
    return small(terms, "\n".join(decisions)), alone(
        members("甲", "乙", values=(*NUMBERS, "0.2", "0.6", "4", "-5"))
    )


@cache
def large() -> tuple[Policy, dict[str, Any]]:
    """Products of more digits than a float has."""
    terms = (f"乙方 | 甲 | a | {BIG.format('')}", f"乙方 | 乙 | b | {BIG.format('')}", OUT)
    policy = small(terms, "乙方.数: {计算公式: 甲 × 乙 / 7 兆瓦时, 取整: 四舍五入 2 位}")
    return policy, members("甲", "乙", values=("999999999.999", "-123456789.001", "0.001", "3"))


@cache
def shares() -> tuple[Policy, dict[str, Any]]:
    """Equal remainders of unequal weights, and of equal ones."""
    terms = (*A_AND_B, OUT, "甲方 | 总 | sum | 电量 | 兆瓦时 | 2 | | -10 至 10")
    policy = small(
        terms,
        """
乙方.数:
  分摊: {总量: 甲方.总, 分摊依据: 绝对值(甲), 尾差: 最大余数法}
  取整: 2 位
""",
    )
    facts = members("甲", "乙", values=("1", "3"))
    return policy, {**facts, "group": [{"group_id": "组0", "总": "0.03"}, {"group_id": "组1", "总": "-0.02"}]}


def month() -> Dataset:
    return many_rows(policies()[0], Random("mutants"), ROWS)


def told() -> list[str]:
    """What is seen of a fault: a difference, or a statement that ends with an error."""
    try:
        small_ones = (found for case in (roundings, large, shares) if (found := disagreements(*case())))
        return disagreements(policies()[0], month()) or next(small_ones, [])
    except PolicyEngineError as error:
        return [str(error)]


def test_nothing_is_told_without_a_fault() -> None:
    assert told() == []


def direction(mode: RoundingMode, *found: str) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(sql_text._DIRECTIONS, mode, found)


def operator(op: CompareOp, text: str) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(sql_text._OPERATORS, op, text)


def float_quotient(patch: Patch) -> None:
    def quotient(self: Any, expr: ir.Rounded, top: str, bottom: str, *wide: bool) -> str:
        return f"CAST(floor(CAST({top} AS DOUBLE) / {bottom}) AS {self.dialect.type(expr.type)})"

    patch.setattr(sql_text.SqlText, "_quotient", quotient)


def swapped_branches(patch: Patch) -> None:
    def choice(self: Any, expr: ir.Choice) -> str:
        if len(expr.arms) == 1 and expr.type.kind.value == "number":
            ((condition, value),) = expr.arms
            expr = dataclasses.replace(expr, arms=((condition, expr.otherwise),), otherwise=value)
        return original(self, expr)

    original = sql_text.SqlText._choice
    patch.setattr(sql_text.SqlText, "_choice", choice)


def never_wide(patch: Patch) -> None:
    patch.setattr(sql_text.SqlText, "_widened", lambda self, text: text)
    patch.setattr(sql_text.SqlText, "_in_width", lambda self, expr, wide: self(expr))


def threshold(old: str, new: str) -> Callable[[Patch], None]:
    """The order in which units left over are given out."""

    def put(patch: Patch) -> None:
        original = relations._Composer._threshold

        def changed(self: Any, step: Any) -> Any:
            found = original(self, step)
            query = self.made[-1].query
            assert old in query
            self.made[-1] = dataclasses.replace(self.made[-1], query=query.replace(old, new))
            return found

        patch.setattr(relations._Composer, "_threshold", changed)

    return put


def whole_sums(patch: Patch) -> None:
    """The totals of a filter are those of everybody."""
    original = relations._Composer._aggregate

    def everybody(self: Any, text: Any, column: Any) -> str:
        return original(self, text, dataclasses.replace(column, where=build.TRUE))

    patch.setattr(relations._Composer, "_aggregate", everybody)


def nothing_below_is_null(patch: Patch) -> None:
    def total(self: Any, entity: str, alias: str, column: str) -> str:
        return f'{alias}."{column}" AS "{column}"'

    patch.setattr(relations._Composer, "_total_of", total)


def no_remainder(patch: Patch) -> None:
    """Nobody gets what is left over, and nobody adds up again."""
    patch.setattr(sharing, "_takes_one", lambda *args: build.FALSE)
    patch.setattr(sharing, "_conserved", lambda *args: None)


def one_for_everybody(patch: Patch) -> None:
    original = sharing._takes_one

    def first(*args: Any) -> ir.Expr:
        found = original(*args)
        assert isinstance(found, ir.Every)
        return found.items[0]

    patch.setattr(sharing, "_takes_one", first)
    patch.setattr(sharing, "_conserved", lambda *args: None)


def no_fault(code: str) -> Callable[[Patch], None]:
    def put(patch: Patch) -> None:
        original = Expressions.fault

        def fault(self: Any, context: Any, condition: Any, found: str) -> None:
            if found != code:
                original(self, context, condition, found)

        patch.setattr(Expressions, "fault", fault)

    return put


def units_forgotten(patch: Patch) -> None:
    patch.setattr(build, "with_unit", lambda expr, unit: build._same(expr, unit))


def last_row_wins(patch: Patch) -> None:
    original = bodies._first

    def last(hits: Sequence[ir.Expr], values: Sequence[Any], default: Any) -> Any:
        return original(list(reversed(hits)), list(values), default)

    patch.setattr(bodies, "_first", last)


def not_rounded_but_cut(patch: Patch) -> None:
    original = build.rounded

    def cut(expr: ir.Expr, ratio: Any, mode: RoundingMode, unit: Any) -> ir.Expr:
        return original(expr, ratio, RoundingMode.TRUNCATE, unit)

    patch.setattr(build, "rounded", cut)


def all_parts(patch: Patch) -> None:
    """Sub-entities are forgotten: what is decided for some is decided for all."""
    patch.setattr(planner.Planner, "among", lambda self, base, parts: build.TRUE)


FAULTS: dict[str, Callable[[Patch], None]] = {
    "half-even for half-up": direction(RoundingMode.HALF_UP, "even", "even"),
    "half-up for half-even": direction(RoundingMode.HALF_EVEN, "near", "near"),
    "floor for half-up": direction(RoundingMode.HALF_UP, "up", "down"),
    "floor for towards zero": direction(RoundingMode.TRUNCATE, "up", "down"),
    "towards zero for floor": direction(RoundingMode.FLOOR, "down", "down"),
    "away for ceiling": direction(RoundingMode.CEILING, "up", "up"),
    "cut instead of rounded": not_rounded_but_cut,
    "float quotient": float_quotient,
    "at least for more than": operator(CompareOp.GT, ">="),
    "less than for at most": operator(CompareOp.LE, "<"),
    "less for equal": operator(CompareOp.EQ, "<"),
    "swapped branches": swapped_branches,
    "64 bits where more are needed": never_wide,
    "ties by the last key": threshold(" DESC, _k)", " DESC, _k DESC)"),
    "ties by the smaller weight": threshold(" DESC, _k)", ", _k)"),
    "nobody gets what is left over": no_remainder,
    "everybody with that remainder gets one": one_for_everybody,
    "whole sums for filtered ones": whole_sums,
    "no total for nobody": nothing_below_is_null,
    "checks forgotten": no_fault("PE6060"),
    "division by zero forgotten": no_fault("PE6025"),
    "units forgotten": units_forgotten,
    "the last row for the first": last_row_wins,
    "sub-entities forgotten": all_parts,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    assert told(), f"{fault} was not noticed"
