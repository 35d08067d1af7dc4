"""What the closures of policies work out for the kit, DuckDB works out from lowered columns: exactly the same."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from policy_engine.engine.rows import Row
from policy_engine.feel import typed as t
from policy_engine.lowering import build, ir
from policy_engine.lowering.context import Context
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.expressions import Expressions
from policy_engine.lowering.physical import FIRST_DAY, LAST_DAY, Kind, Physical
from policy_engine.lowering.ratio import Ratio
from policy_engine.lowering.refusal import NotLowered
from policy_engine.lowering.sql_text import SqlText

from . import tck_strict
from .tck_files import read_cases
from .tck_strict import Refused, strict_results

FOLDER = os.environ.get("DMN_TCK", "")
LEAST = 500  # expressions that were compared
needs_kit = pytest.mark.skipif(not FOLDER, reason="DMN_TCK names no folder with the DMN TCK")


@dataclass(frozen=True)
class Asked:
    """An expression, the row it was asked of, and what the closure said."""

    node: t.Node
    row: Row
    value: Any


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    found: list[Asked] = []
    original = tck_strict._Strict._closure

    def watched(self: Any, node: t.Node) -> Any:
        closure = original(self, node)

        def told(row: Row) -> Any:
            value = closure(row)
            found.append(Asked(node, row, value))
            return value

        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tck_strict._Strict, "_closure", watched)
        for case in read_cases(Path(FOLDER)):
            try:
                strict_results(case)
            except Refused:
                continue
    return found


class Names:
    """Inputs as columns, wide enough for a value ten times as large."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def term(self, node: t.TermRef, context: Context) -> ir.Expr:
        return ir.Column(held(self.row.values.get(node.term), node), "model", node.term)

    def key(self, node: t.ParentKey, context: Context) -> ir.Expr:
        raise AssertionError("the kit has no parents")

    def total(self, node: t.Aggregate, context: Context) -> ir.Expr:
        raise AssertionError("the kit has no totals of policies")


def held(value: Any, node: t.TermRef) -> Physical:
    nullable = node.type.nullable
    match value:
        case bool():
            return Physical(Kind.BOOLEAN, nullable)
        case Fraction():
            most = 10 * abs(value.numerator) + 10
            return build.number_type(Fraction(1, value.denominator), -most, most, nullable)
        case dt.date():
            return Physical(Kind.DAY, nullable, low=FIRST_DAY, high=LAST_DAY)
        case str():
            return Physical(Kind.TEXT, nullable)
        case _:
            raise NotLowered("type", node.span, node.term)


def statements(
    found: list[Asked], refused: Counter[str]
) -> Iterator[tuple[Asked, ir.Expr, ir.Expr | None, str]]:
    """(what was asked, the dividend, the divisor of a quotient, the statement)."""
    text = SqlText(DUCKDB, lambda column: DUCKDB.identifier(column.name))
    for one in found:
        try:
            lowered = Expressions(Names(one.row), {}).value(one.node, Context("model"))
        except NotLowered as reason:
            refused[reason.reason] += 1
            continue
        parts = [lowered.dividend, lowered.divisor] if isinstance(lowered, Ratio) else [lowered]
        columns = {c.name: c for p in parts for c in ir.columns(p)}
        inputs = [
            f"{text(ir.Literal(c.type, c.type.stored(one.row.values.get(n))))} AS {DUCKDB.identifier(n)}"
            for n, c in columns.items()
        ]
        select = ", ".join(f"{text(p)} AS c{i}" for i, p in enumerate(parts))
        query = f"SELECT {select} FROM (SELECT {', '.join(inputs or ['1 AS nothing'])})"
        yield one, parts[0], parts[1] if len(parts) > 1 else None, query


@needs_kit
def test_lowered_expressions_of_the_kit_agree(asked: list[Asked]) -> None:
    import duckdb

    refused: Counter[str] = Counter()
    compared = read = 0
    with duckdb.connect() as connection:
        for one, top, bottom, query in statements(asked, refused):
            cells = connection.execute(query).fetchall()[0]
            value = top.type.value(cells[0])
            if bottom is not None:
                value = value / bottom.type.value(cells[1])  # type: ignore[operator]  # both are numbers
            assert value == one.value, f"{one.node.span.text}: {value}, not {one.value}\n{query}"
            compared += 1
            read += any(isinstance(n, t.TermRef) for n in t.walk(one.node))
    print(f"{compared} expressions agree, {read} of them read inputs; refused: {dict(refused)}")
    assert compared >= LEAST
