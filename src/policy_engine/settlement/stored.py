"""A row of a settled month as it stands: in the files of a run, or in memory."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy
from policy_engine.settlement.digests import sha256
from policy_engine.settlement.input import digests
from policy_engine.settlement.names import readable
from policy_engine.settlement.output import WORKBOOK, read_record
from policy_engine.settlement.statements import HeldTable
from policy_engine.tables.columns import Column, cell_text
from policy_engine.tables.csv_out import guarded
from policy_engine.tables.read import read_tables


@dataclass(frozen=True)
class StoredTable:
    """The columns a table has, and the row asked for: texts by column, blank for what is not there; None: no such row."""

    header: tuple[str, ...]
    row: Mapping[str, str] | None


class Stored(Protocol):
    """Where a settled month stands."""

    def find(self, names: Collection[str], key_names: Collection[str], key: str) -> StoredTable | None:
        """The row of a key in the table with one of the names; without ``key_names`` the only row.

        None when there is no such table.
        """


@dataclass(frozen=True)
class HeldRun:
    """A month that was not written."""

    tables: Sequence[HeldTable]

    def find(self, names: Collection[str], key_names: Collection[str], key: str) -> StoredTable | None:
        for table in self.tables:
            if table.name in names:
                rows = ([_text(c, v) for c, v in zip(table.columns, row, strict=True)] for row in table.rows)
                return _found(tuple(c.name for c in table.columns), rows, key_names, key)
        return None


@dataclass(frozen=True)
class WrittenRun:
    """The files of a run, as its record lists them."""

    folder: Path
    record: Mapping[str, object]

    def find(self, names: Collection[str], key_names: Collection[str], key: str) -> StoredTable | None:
        """Raises InputError for a file that is not what the run wrote."""
        listed = self.record.get("output")
        outputs = listed if isinstance(listed, Mapping) else {}
        for name, digest in outputs.items():
            path = self.folder / Path(str(name)).name
            if path.name != WORKBOOK and path.stem not in names:
                continue
            if not path.is_file() or sha256(path) != digest:
                raise InputError(diagnostic("PE7022", path=readable(str(path))))
            return _in_file(path, names, key_names, key)
        return None


def written_run(policy: Policy, source: Path, folder: Path, supplied: Sequence[Supplied]) -> WrittenRun:
    """The run in a folder. Raises InputError when there is none, or it was made by other rules or from other facts."""
    record = read_record(folder)
    path = readable(str(folder))
    if record is None:
        raise InputError(diagnostic("PE7020", path=path))
    rules = record.get("policy")
    stated = rules if isinstance(rules, Mapping) else {}
    if (stated.get("id"), record.get("period")) != (policy.id, str(policy.period)):
        found = f"{stated.get('id')}，{record.get('period')}"
        raise InputError(diagnostic("PE7021", path=path, found=found, wanted=f"{policy.id}，{policy.period}"))
    compared = (
        ("规则", "rules", stated.get("digest"), policy.digest),
        ("输入", "input", record.get("input"), dict(sorted(digests(source).items()))),
        ("事项", "matters", record.get("supplied_by"), sorted({s.origin for s in supplied})),
    )
    for what, what_en, one, other in compared:
        if one != other:
            raise InputError(diagnostic("PE7023", path=path, what=what, what_en=what_en))
    return WrittenRun(folder, record)


def _in_file(path: Path, names: Collection[str], key_names: Collection[str], key: str) -> StoredTable | None:
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = csv.reader(stream)
                header = tuple(next(lines))
                return _found(header, ([_unguarded(c) for c in line] for line in lines), key_names, key)
        case ".parquet":
            return _in_parquet(path, key_names, key)
        case _:
            for table in read_tables(path):
                if table.name in names:
                    rows = ([cell or "" for cell in row.cells] for row in table.rows)
                    return _found(table.header, rows, key_names, key)
            return None


def _in_parquet(path: Path, key_names: Collection[str], key: str) -> StoredTable:
    import pyarrow.parquet as pq

    header = tuple(pq.read_schema(path).names)
    at = next((name for name in header if name in key_names), None)
    found = pq.read_table(path, filters=[(at, "=", key)] if at is not None else None)
    cells = zip(*(column.to_pylist() for column in found.columns), strict=True)
    rows = ([_plain(value) for value in row] for row in cells)
    return _found(header, rows, key_names, key)


def _found(
    header: tuple[str, ...], rows: Iterable[Sequence[str]], key_names: Collection[str], key: str
) -> StoredTable:
    at = next((i for i, name in enumerate(header) if name in key_names), None)
    for row in rows:
        if at is None or row[at] == key:
            return StoredTable(header, dict(zip(header, row, strict=True)))
    return StoredTable(header, None)


def _text(column: Column, value: Any) -> str:
    return cell_text(column, value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


def texts(columns: Sequence[Column], row: Sequence[Any]) -> Iterator[tuple[Column, str]]:
    """The cells of a row as a file has them."""
    for column, value in zip(columns, row, strict=True):
        yield column, cell_text(column, value)
