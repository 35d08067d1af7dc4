"""Columns of cells, plain and odd, and what the engine's reader makes of each cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from policy_engine.engine.faults import Fault
from policy_engine.engine.scalars import read_value
from policy_engine.lowering.physical import of_type
from policy_engine.policy.model import Term
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns.source import cell_text
from unit.policy.rule_text import policy_of, rule_file

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | -5 至 1000
    用户 | 远 | far | 数 | | 2 | 可空 | -1000000000000 至 1000000000000
    用户 | 高 | high | 数 | | 0 | | 200000 至 100000000000000000000
    用户 | 停 | stopped | 是否 | | | 可空 |
    用户 | 类别 | kind | 选项 | | | 可空 | 甲、乙、O'Brien、a\\b
    用户 | 开始 | start | 日期 | | | 可空 |
    用户 | 月 | month | 月份 | | | 可空 |
    用户 | 说明 | note | 文本 | | | 可空 |
    用户 | 费 | fee | 电量 | 兆瓦时 | 3 | |
"""
# How many of the term's unit one of the column's is: 3600 and a third need division, a third is never exact in text.
FACTORS = (Fraction(1), Fraction(10), Fraction(1, 1000), Fraction(1, 3), Fraction(18, 5))
TEXTS = (
    "", " ", "0", "-0", "1", "007", "12.5", "-5", "-5.001", "-5.000", "999.999", "1000", "1000.0000", "1000.001", "0.0005",
    "3", "30.6", "1.0000000000000", "1.00000000000000", ".5", "5.", "+1", "1e2", "1E+30", "１", "1,000", "50%", "(5)", "'1",
    "1000000000000", "1000000000000.01", "1000000000001", "199999", "200000", "100000000000000000000",
    "100000000000000000001", "9" * 37, "9" * 40, "是", "有", "否", "无", "true", "TRUE", "True", "tRuE", "false", "FALSE",
    "y", "Y", "n", "N", "yes", "√", "×", "甲", "乙", "甲 ", "丙", "O'Brien", "a\\b", "a\\\\b", "#N/A", "#甲", "'甲",
    "\u3000甲", "甲\u200b", "\ufeff甲", "甲\n", "甲\n乙", "\x07", "一 二", "合计", "x" * 4000, "x" * 4001, "电" * 4000,
    "电" * 4001, "2018-06-01", "2018-02-29", "2020-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2018/6/1", "20180601",
    "2018-6-1", "2018-06-01\n", "2018-06", "201806", "2018-13", "2018-00", "0001-01", "000012", "0000-12", "9999-12",
    "2018年6月",
)  # fmt: skip
WHOLE = (
    0,
    1,
    -5,
    -6,
    2,
    3,
    333,
    999,
    1000,
    1001,
    3000,
    3003,
    199_999,
    200_000,
    10**12,
    10**12 + 1,
    201806,
    201813,
)
FAR = (2**63 - 1, -(2**63), 10**20, 10**20 + 1, 36 * 10**17, 10**38 - 1, 1 - 10**38)
SIZES = (
    (2, 0),
    (2, 2),
    (5, 2),
    (9, 3),
    (18, 0),
    (18, 3),
    (18, 18),
    (19, 6),
    (38, 0),
    (38, 6),
    (38, 12),
    (38, 30),
)
DAYS = ("0001-01-01", "2018-06-01", "2018-06-02", "2020-02-29", "9999-12-31", "9999-12-01")


@dataclass(frozen=True)
class Column:
    """``cells`` as Python holds them, None among them."""

    holding: Holding
    cells: Sequence[Any]


def columns() -> Iterator[Column]:
    yield Column(Holding(Held.TEXT), (*TEXTS, None))
    yield Column(Holding(Held.INTEGER), (*WHOLE, *FAR[:2], None))
    yield Column(Holding(Held.BOOLEAN), (True, False, None))
    yield Column(Holding(Held.DATE), (*map(dt.date.fromisoformat, DAYS), None))
    for precision, scale in SIZES:
        yield Column(Holding(Held.DECIMAL, precision, scale), (*_decimals(precision, scale), None))


def _decimals(precision: int, scale: int) -> Iterator[Decimal]:
    """Whole numbers, the digits of the same numbers as they fit, and one unit beside each."""
    exact = [n * 10**scale for n in (*WHOLE, *FAR)] + [*WHOLE, *FAR]
    for units in sorted({near for n in exact for near in (n - 1, n, n + 1)}):
        if abs(units) < 10**precision:
            yield Decimal(f"{units}E-{scale}")


@dataclass(frozen=True)
class Asked:
    """A term and how many of its unit one of the column's is."""

    term: Term
    factor: Fraction


@cache
def asked() -> tuple[Asked, ...]:
    policy = policy_of(rule_file("\n  用户.费:\n    计算公式: 电量\n", terms=TERMS))
    terms = [t for t in policy.terms_of("用户") if not t.decided]
    numbers = [t for t in terms if t.places is not None]
    return (
        *(Asked(t, f) for t in numbers for f in FACTORS),
        *(Asked(t, Fraction(1)) for t in terms if t not in numbers),
    )


def read(cell: Any, about: Asked) -> Any:
    """What the reader has stored: None for a blank. Raises Fault for a cell it refuses."""
    term = about.term
    value = read_value(cell_text(cell), term, about.factor)
    if isinstance(value, Fraction):
        return value * 10 ** (term.places or 0)
    return of_type(term.type, nullable=True, about=term).stored(value)


def wrongs(column: Column, about: Asked, found: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Cells that are told something the reader does not say."""
    for cell, stored in zip(column.cells, found, strict=True):
        if stored is None:
            continue
        try:
            same = read(cell, about) == stored
        except Fault:
            same = False
        if not same:
            yield cell, stored
