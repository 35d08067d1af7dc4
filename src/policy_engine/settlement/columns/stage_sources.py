"""From what was handed in to sources: files DuckDB reads by itself, everything else as the reader of tables gives it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.facts import FactTable
from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.holding import Holding
from policy_engine.settlement.columns.source import Source, TypedSource
from policy_engine.settlement.columns.source_csv import CsvSource, PlainCsv, plain_csv
from policy_engine.settlement.columns.source_parquet import plain_parquet
from policy_engine.settlement.columns.source_text import text_source
from policy_engine.settlement.columns.stage_handed import Handed
from policy_engine.settlement.input import (
    READ,
    _fact_table,
    _Recogniser,
    _refuse_absent,
    digests,
    read_month,
)
from policy_engine.settlement.names import readable
from policy_engine.tables.model import RawTable
from policy_engine.tables.read import read_tables

if TYPE_CHECKING:
    import duckdb

SMALL = 64 * 1024  # a csv of fewer bytes is sooner read in Python


@dataclass(frozen=True)
class _Found:
    """A table and, where DuckDB can read it by itself, how. ``table`` then has a header and no rows."""

    table: RawTable
    plain: tuple[tuple[Holding, ...], str] | PlainCsv | None = None
    file: Path | None = None


def from_path(policy: Policy, path: Path, connection: duckdb.DuckDBPyConnection) -> Handed:
    """A folder, a workbook or a file. Raises what ``read_month`` raises."""
    files = _plain_files(path)
    if files is None:
        return listed(policy, path, connection)
    recognised = _Recogniser(policy)
    found: list[_Found] = []
    errors: list[Diagnostic] = []
    for file in files:
        try:
            found.extend(_look_at(file, recognised, connection))
        except InputError as error:
            errors.extend(error.diagnostics)
    if errors:
        raise InputError(errors)
    notes: list[Diagnostic] = []
    sources: list[Source] = []
    tables: list[FactTable] = []
    for item in found:
        notes.extend(item.table.notes)
        table = _fact_table(policy, item.table, recognised, notes)
        if table is not None:
            tables.append(table)
            sources.append(_source(policy, table, item, recognised, connection))
    _refuse_absent(policy, tables)
    return Handed(tuple(sources), tuple(notes), digests(path))


def listed(policy: Policy, path: Path, connection: duckdb.DuckDBPyConnection) -> Handed:
    """Everything through the reader of tables."""
    month = read_month(policy, path)
    sources = tuple(text_source(policy.entities[t.entity].id, t, connection) for t in month.tables)
    return Handed(sources, month.notes, month.digests)


def _plain_files(path: Path) -> list[Path] | None:
    """The files of a folder that can be looked at one by one; None when anything is out of the ordinary."""
    try:
        if path.is_file() and not path.is_symlink():
            return [path] if path.suffix.lower() in READ else None
        entries = sorted(path.iterdir(), key=lambda entry: entry.name)
        files = [e for e in entries if not e.name.startswith(("~$", ".")) and not e.is_dir()]
        if any(e.is_symlink() or e.suffix.lower() not in READ for e in files):
            return None
        return files or None
    except OSError:
        return None


def _look_at(file: Path, recognised: _Recogniser, connection: duckdb.DuckDBPyConnection) -> list[_Found]:
    source = readable(str(file))
    if file.suffix.lower() == ".parquet":
        plain = plain_parquet(file, connection)
        if plain is not None:
            names, holdings, relation = plain
            table = RawTable(readable(file.stem.strip()), source, 0, names, ())
            return [_Found(table, (holdings, relation))]
    if file.suffix.lower() == ".csv" and file.stat().st_size > SMALL:
        text = plain_csv(file, recognised)
        if text is not None:
            table = RawTable(readable(file.stem.strip()), source, 1, text.header, ())
            return [_Found(table, text, file)]
    return [
        _Found(RawTable(readable(t.name), readable(t.source), t.header_line, t.header, t.rows, t.notes))
        for t in read_tables(file, known_headers=recognised)
    ]


def _source(
    policy: Policy,
    table: FactTable,
    found: _Found,
    recognised: _Recogniser,
    connection: duckdb.DuckDBPyConnection,
) -> Source:
    match found.plain:
        case None:
            return text_source(policy.entities[table.entity].id, table, connection)
        case PlainCsv() as text:
            assert found.file is not None
            return CsvSource(table.entity, table.header, table.source, text, found.file, recognised)
        case (holdings, relation):
            return TypedSource(table.entity, table.header, table.source, holdings, relation)
