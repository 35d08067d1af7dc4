"""What SQL takes for a plain cell the engine's reader reads as the same; both databases take the same ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from parity import spark_session
from parity.cells import Column, asked, columns, wrongs
from policy_engine.engine.scalars import MAX_KEY, key_text
from policy_engine.settlement.cells import duckdb as duckdb_cells
from policy_engine.settlement.cells import spark as spark_cells
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.cells.writer import Cells
from policy_engine.settlement.spark.session import open_session

Ask = Callable[
    [Column, Sequence[str]], list[list[Any]]
]  # what each expression over ``c`` gives, cell by cell
TEXT = Holding(Held.TEXT)
PLAIN = {
    "stopped": {*("是", "有", "true", "TRUE", "True", "y", "Y", "1", "√")}
    | {*("否", "无", "false", "FALSE", "n", "N", "0", "×")},
    "kind": {"甲", "乙", "O'Brien", "a\\b"},
    "start": {"2018-06-01", "2020-02-29", "0001-01-01", "9999-12-31"},
    "month": {"2018-06", "201806", "0001-01", "9999-12"},
}


def by_duckdb(column: Column, expressions: Sequence[str]) -> list[list[Any]]:
    held = column.holding
    kinds = {
        Held.TEXT: pa.string(),
        Held.INTEGER: pa.int64(),
        Held.BOOLEAN: pa.bool_(),
        Held.DATE: pa.date32(),
    }
    kind = pa.decimal128(held.precision, held.scale) if held.held is Held.DECIMAL else kinds[held.held]
    cells = pa.table({"n": range(len(column.cells)), "c": pa.array(column.cells, kind)})
    with duckdb.connect() as connection:
        connection.register("cells", cells)
        rows = connection.execute(f"SELECT {', '.join(expressions)} FROM cells ORDER BY n").fetchall()
    return [list(found) for found in zip(*rows, strict=True)]


@contextmanager
def by_spark() -> Iterator[Ask]:
    kinds = {Held.TEXT: "STRING", Held.INTEGER: "BIGINT", Held.BOOLEAN: "BOOLEAN", Held.DATE: "DATE"}

    def ask(column: Column, expressions: Sequence[str]) -> list[list[Any]]:
        held = column.holding
        kind = f"DECIMAL({held.precision},{held.scale})" if held.held is Held.DECIMAL else kinds[held.held]
        frame = session.createDataFrame(list(enumerate(column.cells)), f"n INT, c {kind}")
        frame.createOrReplaceTempView("cells")
        named = ", ".join(f"{sql} AS e{i}" for i, sql in enumerate(expressions))
        rows = session.sql(f"SELECT n, {named} FROM cells").collect()
        return [list(found) for found in zip(*sorted(tuple(r) for r in rows), strict=True)][1:]

    base = spark_session.start()
    with open_session() as session:
        yield ask
    base.stop()


def plain_values(cells: Cells, ask: Ask) -> dict[tuple[Holding, str, str], list[Any]]:
    """Every value, held against the reader on its way."""
    found: dict[tuple[Holding, str, str], list[Any]] = {}
    for column in columns():
        told = ask(column, [cells.value("c", column.holding, a.term, a.factor) for a in asked()])
        for about, values in zip(asked(), told, strict=True):
            assert list(wrongs(column, about, values)) == [], (column.holding, about.term.id, about.factor)
            found[column.holding, about.term.id, str(about.factor)] = values
    return found


def plain_keys(cells: Cells, ask: Ask) -> list[str]:
    """The texts with one odd character, and long ones, that are plain keys."""
    characters = [chr(c) for c in (*range(1, 0xD800), *range(0xE000, 0x10000), 0x20000)]
    texts = [*characters, *(f"a{c}b" for c in characters), "x" * MAX_KEY, "x" * (MAX_KEY + 1), "电" * 67]
    (plain,) = ask(Column(TEXT, texts), [cells.is_plain_key("c", TEXT)])
    return [text for text, is_plain in zip(texts, plain, strict=True) if is_plain]


def test_duckdb() -> None:
    found = plain_values(duckdb_cells.CELLS, by_duckdb)
    keys = plain_keys(duckdb_cells.CELLS, by_duckdb)
    assert all(key_text(key) == key for key in keys)
    assert {"A", "7", "电", "a-b", "a_b", "a/b", "x" * MAX_KEY} <= set(keys)
    assert not {"计", "a计b", "+", "a b", "#", "'", "x" * (MAX_KEY + 1)} & set(keys)
    column = next(columns())
    energy = dict(zip(column.cells, found[TEXT, "energy", "1"], strict=True))
    assert energy["12.5"] == 12500 and energy["-5.000"] == -5000 and energy["1000.0000"] == 1_000_000
    assert energy["-5.001"] is energy["1000.001"] is energy["0.0005"] is energy[""] is energy["１"] is None
    third = dict(zip(column.cells, found[TEXT, "energy", "1/3"], strict=True))
    assert third["3"] == 1000 and third["1"] is None
    note = dict(zip(column.cells, found[TEXT, "note", "1"], strict=True))
    assert note["一 二"] == "一 二" and note[""] is note["甲\n"] is note["#甲"] is None
    for term, plain in PLAIN.items():
        values = zip(column.cells, found[TEXT, term, "1"], strict=True)
        assert {cell for cell, value in values if value is not None} == plain, term
    days = next(c for c in columns() if c.holding.held is Held.DATE)
    start = dict(zip(days.cells, found[days.holding, "start", "1"], strict=True))
    assert start[dt.date(1, 1, 1)] == 1 and start[dt.date(9999, 12, 31)] == dt.date.max.toordinal()


def test_spark() -> None:
    with by_spark() as ask:
        found = plain_values(spark_cells.CELLS, ask)
        keys = plain_keys(spark_cells.CELLS, ask)
    expected = plain_values(duckdb_cells.CELLS, by_duckdb)
    # Spark's decimals bear fewer digits: there it leaves whole columns to the reader.
    assert {
        k for k, v in found.items() if v != expected[k] and any(value is not None for value in v)
    } == set()
    assert sum(v != expected[k] for k, v in found.items()) < 10
    assert keys == plain_keys(duckdb_cells.CELLS, by_duckdb)


def test_decimal_range_outside_the_type() -> None:
    """A column too narrow for the term's range holds nothing plain, and asking it is no error."""
    high = next(a for a in asked() if a.term.id == "high" and a.factor == 1)
    column = Column(Holding(Held.DECIMAL, 5, 2), (Decimal("1.00"), Decimal("999.99"), None))
    sql = duckdb_cells.CELLS.value("c", column.holding, high.term, high.factor)
    assert by_duckdb(column, [sql]) == [[None, None, None]]
