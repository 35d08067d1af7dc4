"""Tables handed over in memory: Arrow, and whatever gives itself as an Arrow stream (pandas, Polars)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.engine.facts import FactRow, entity_of, tables_from_mapping
from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns import source_words as words
from policy_engine.settlement.columns.source import (
    ListedSource,
    Source,
    TypedSource,
    cell_text,
    fetched,
)
from policy_engine.settlement.columns.source_parquet import holding_of
from policy_engine.settlement.columns.stage_handed import Handed
from policy_engine.settlement.frames import used_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@dataclass(frozen=True)
class FrameSource(TypedSource):
    """A table in memory. Every row counts, blank ones too."""

    totals: bool = False

    def rows(
        self, connection: duckdb.DuckDBPyConnection, wanted: str | None
    ) -> Iterator[tuple[int, FactRow]]:
        for number, cells in fetched(connection, self.relation, wanted):
            yield number, FactRow(tuple(cell_text(cell) for cell in cells), number + 1)


def from_mapping(
    policy: Policy, tables: Mapping[str, object], connection: duckdb.DuckDBPyConnection
) -> Handed:
    """``{"user": frame, "market": {…}}``: entities by id or name, each a frame or rows as ``evaluate`` takes them.

    Raises NotCovered, or InputError as ``tables_from_mapping`` does; PE6018 for a column of binary floats.
    """
    sources: list[Source] = []
    for name, content in tables.items():
        if hasattr(content, "__arrow_c_stream__") or hasattr(content, "read_all"):
            sources.append(_frame(policy, str(name), content, connection))
        else:
            (table,) = tables_from_mapping(policy, {name: content})
            sources.append(ListedSource(table.entity, table.header, table.source, table.rows))
    return Handed(tuple(sources), (), {})


def _frame(policy: Policy, name: str, content: Any, connection: duckdb.DuckDBPyConnection) -> FrameSource:
    import pyarrow as pa

    entity = entity_of(policy, name)
    frame = content.read_all() if isinstance(content, pa.RecordBatchReader) else pa.table(content)
    header = tuple(str(column) for column in frame.column_names)
    used = used_columns(policy, name, frame)
    held = {f"c{i}": _plain(frame.column(i)) for i in sorted(used)}
    numbered = pa.table({"n": pa.array(range(frame.num_rows), pa.int64()), **held})
    view = f"frame_{entity.id}"
    connection.register(view, numbered)
    selected = ", ".join(f"c{i}" if i in used else f"NULL AS c{i}" for i in range(len(header)))
    holdings = tuple(
        holding_of(numbered.schema.field(f"c{i}").type) if i in used else Holding(Held.NOTHING)
        for i in range(len(header))
    )
    return FrameSource(entity.name, header, name, holdings, f"SELECT n, {selected} FROM {words.name(view)}")


def _plain(column: Any) -> Any:
    """The column, or its texts where DuckDB need not know its type."""
    import pyarrow as pa

    if holding_of(column.type).held is not Held.OTHER:
        return column
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    return pa.array([cell_text(value) for value in column.to_pylist()], pa.large_string())
