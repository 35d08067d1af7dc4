"""Rows of texts that Python has read, as a relation: what is not plain Parquet or csv (workbooks, GB18030, titles)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from policy_engine.engine.facts import FactRow, FactTable
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import ListedSource

if TYPE_CHECKING:
    import duckdb


def text_source(entity_id: str, table: FactTable, connection: duckdb.DuckDBPyConnection) -> ListedSource:
    """The rows of a table that was read, registered with DuckDB as ``text_<entity id>``."""
    if not table.header:
        return ListedSource(table.entity, table.header, table.source, table.rows)
    name = f"text_{entity_id}"
    connection.register(name, texts(table.rows, len(table.header)))
    selected = f"SELECT n, {words.places(len(table.header))} FROM {words.name(name)}"
    return ListedSource(table.entity, table.header, table.source, table.rows, selected)


def texts(rows: Sequence[FactRow], count: int) -> Any:
    """The cells as Arrow columns ``c0``, ``c1`` …, and their place ``n``."""
    import pyarrow as pa

    columns = {f"c{i}": pa.array([row.cells[i] for row in rows], pa.large_string()) for i in range(count)}
    return pa.table({"n": pa.array(range(len(rows)), pa.int64()), **columns})
