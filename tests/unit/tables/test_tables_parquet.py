from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.tables.read import read_tables

Refused = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "用户.parquet"


def test_exact_types_become_exact_text(file: Path) -> None:
    table = pa.table(
        {
            "户号": pa.array(["001", None, ""]),
            "电量": pa.array(
                [Decimal("0.00000000"), Decimal("-12345678901234567890.12345678"), None], pa.decimal128(38, 8)
            ),
            "大": pa.array([2**63 - 1, -1, None], pa.int64()),
            "有": pa.array([True, False, None]),
            "日": pa.array([date(2018, 6, 1), None, None]),
            "类": pa.array(["甲", "乙", "甲"]).dictionary_encode(),
            "宽": pa.array([Decimal(10) ** 60, None, None], pa.decimal256(70, 2)),
            "空": pa.nulls(3),
        }
    )
    pq.write_table(table, file)
    (read,) = read_tables(file)
    assert (read.name, read.source, read.header_line) == ("用户", str(file), 0)
    assert read.header == ("户号", "电量", "大", "有", "日", "类", "宽", "空")
    assert [row.cells for row in read.rows] == [
        ("001", "0.00000000", "9223372036854775807", "是", "2018-06-01", "甲", "1" + "0" * 60 + ".00", None),
        (None, "-12345678901234567890.12345678", "-1", "否", None, "乙", None, None),
        (None, None, None, None, None, "甲", None, None),
    ]
    assert [row.line for row in read.rows] == [1, 2, 3]


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_floating_point_is_refused(file: Path, kind: pa.DataType, refused: Refused) -> None:
    values = pa.array([1.5]).cast(kind)
    pq.write_table(pa.table({"户号": ["1"], "电量": values, "电费": values}), file)
    found = refused(read_tables, file)
    assert [d.code for d in found] == ["PE5026", "PE5026"]
    assert "“电量”" in found[0].message()
    assert "decimal128" in (found[0].hint_text() or "")


@pytest.mark.parametrize(
    "values",
    [
        pa.array([["a"]]),
        pa.array([{"a": 1}]),
        pa.array([b"x"]),
        pa.array([datetime(2018, 6, 1)]),
    ],
)
def test_other_types_are_refused(file: Path, values: pa.Array, refused: Refused) -> None:
    pq.write_table(pa.table({"a": values}), file)
    assert [d.code for d in refused(read_tables, file)] == ["PE5027"]


def test_no_rows(file: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.string())}), file)
    (read,) = read_tables(file)
    assert (read.header, read.rows) == (("a",), ())


def test_more_rows_than_a_batch_and_blank_rows_keep_their_numbers(file: Path) -> None:
    pq.write_table(pa.table({"a": pa.array(["x", None, *["y"] * 25_000])}), file)
    (read,) = read_tables(file)
    assert [row.line for row in read.rows[:2]] == [1, 3]
    assert read.rows[-1].line == 25_002


def test_a_total_row_is_passed_over(file: Path) -> None:
    pq.write_table(pa.table({"a": ["1", "合计"], "b": [1, 1]}), file)
    (read,) = read_tables(file)
    assert [row.cells for row in read.rows] == [("1", "1")]
    assert [d.code for d in read.notes] == ["PE5020"]


def test_limits(file: Path, refused: Refused) -> None:
    pq.write_table(pa.table({"a": ["1", "2", "3"]}), file)
    assert [d.code for d in refused(read_tables, file, max_rows=2)] == ["PE5025"]
    pq.write_table(pa.table({"a": ["x" * 40_000] * 3}), file)
    assert {d.code for d in refused(read_tables, file)} == {"PE5024"}


@pytest.mark.parametrize("content", [b"rubbish", b"PAR1" * 20], ids=ascii)
def test_damaged(file: Path, content: bytes, refused: Refused) -> None:
    file.write_bytes(content)
    assert [d.code for d in refused(read_tables, file)] == ["PE5028"]


def test_empty(file: Path, refused: Refused) -> None:
    file.write_bytes(b"")
    assert [d.code for d in refused(read_tables, file)] == ["PE5006"]
