"""Tables handed over in memory: what they are known by, and their rows for the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.columns import match_columns
from policy_engine.engine.facts import FactRow, FactTable, entity_of, tables_from_mapping
from policy_engine.policy.model import Policy
from policy_engine.settlement.input import MonthInput

BATCH = 65_536  # rows; the digest must not depend on how a frame is cut up


@dataclass(frozen=True)
class Frames:
    """``tables``: entity (id or name) → pyarrow Table, or rows as ``evaluate`` takes them. ``digests``: sha256 of each."""

    tables: Mapping[str, object]
    digests: Mapping[str, str]


def taken(tables: Mapping[str, object]) -> Frames:
    """Arrow tables, streams and readers (pandas and Polars frames give one) are taken once; other content stays."""
    found = {str(name): _table(content) for name, content in tables.items()}
    return Frames(found, {name: _digest(content) for name, content in found.items()})


def _table(content: Any) -> Any:
    import pyarrow as pa

    if isinstance(content, pa.RecordBatchReader):
        return content.read_all()
    return pa.table(content) if hasattr(content, "__arrow_c_stream__") else content


def _digest(content: Any) -> str:
    """Of the bytes of an Arrow stream, or of rows as JSON."""
    import pyarrow as pa

    hashed = hashlib.sha256()
    if not isinstance(content, pa.Table):
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
        hashed.update(text.encode(errors="surrogatepass"))
        return hashed.hexdigest()
    plain = content.replace_schema_metadata(None).combine_chunks()
    with pa.PythonFile(_Sink(hashed), mode="w") as sink, pa.ipc.new_stream(sink, plain.schema) as stream:
        stream.write_table(plain, max_chunksize=BATCH)
    return hashed.hexdigest()


class _Sink:
    """A file that only counts and digests what is written to it."""

    closed = False

    def __init__(self, hashed: Any) -> None:
        self.hashed, self.size = hashed, 0

    def write(self, data: Any) -> int:
        self.hashed.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def month_of(policy: Policy, frames: Frames) -> MonthInput:
    """The tables as the engine takes them. Raises InputError or NotCovered."""
    found: list[FactTable] = []
    for name, content in frames.tables.items():
        if isinstance(content, Mapping | list | tuple):
            found += tables_from_mapping(policy, {name: content})
        else:
            found.append(_fact_table(policy, name, content))
    return MonthInput(tuple(found), (), frames.digests)


def used_columns(policy: Policy, name: str, content: Any) -> frozenset[int]:
    """The places of the columns of an Arrow table that mean something.

    Raises InputError for what ``match_columns`` cannot make sense of, and for binary floats (PE6018): the number that
    was meant is gone, in every row.
    """
    import pyarrow as pa

    header = tuple(str(column) for column in content.column_names)
    columns = match_columns(policy, entity_of(policy, name), header, name)
    given = [columns.key, columns.parent, columns.period[1] if columns.period is not None else None]
    given += [position.index if position is not None else None for _, position in columns.terms]
    used = frozenset(i for i in given if i is not None)
    types = {i: content.schema.field(i).type for i in sorted(used)}
    plain = {i: t.value_type if pa.types.is_dictionary(t) else t for i, t in types.items()}
    floats = [i for i, t in plain.items() if pa.types.is_floating(t)]
    if floats:
        raise InputError(
            [diagnostic("PE6018", where=f"{name} {header[i]}", value=str(types[i])) for i in floats]
        )
    return used


def _fact_table(policy: Policy, name: str, content: Any) -> FactTable:
    header = tuple(str(column) for column in content.column_names)
    used_columns(policy, name, content)
    cells = zip(*(column.to_pylist() for column in content.columns), strict=True)
    rows = tuple(FactRow(tuple(row), line) for line, row in enumerate(cells, start=1))
    return FactTable(entity_of(policy, name).name, header, rows, name)
