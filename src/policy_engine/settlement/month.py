"""Settle a month: tables in, statements out, bad packages rejected whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import Assessment, Rejection, assess
from policy_engine.policy.model import Policy
from policy_engine.settlement.input import read_month
from policy_engine.settlement.record import file_digests, run_record
from policy_engine.settlement.statements import (
    OutputTable,
    carry_over_tables,
    rejected_table,
    statement_tables,
)
from policy_engine.tables.atomic import write_bytes
from policy_engine.tables.write import Format, write_book, write_table

FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet")
WORKBOOK = "settlement.xlsx"
RECORD = "run.json"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Settlement:
    """A settled month. ``record`` is what run.json holds; ``files`` what was written."""

    policy: Policy
    assessment: Assessment
    tables: tuple[OutputTable, ...]
    record: Mapping[str, object]
    files: tuple[Path, ...]

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        return self.assessment.rejected


def settle(
    policy: Policy,
    source: str | Path,
    output: str | Path | None = None,
    *,
    format: Format = "csv",
    executor: str = "durable",
    headers: str = "id",
    lang: str = "zh",
    progress: Progress | None = None,
) -> Settlement:
    """Settle the month a policy was loaded for.

    ``source``: a folder of tables or a workbook, one table an entity, named by entity id or name. ``output``: the
    folder for ``user``, ``retailer`` … , ``rejected`` and ``run.json`` (None: nothing is written). ``headers``:
    ``id`` or ``name`` (with units). Raises InputError, NotCovered or EngineError when nothing can be settled; a
    row that cannot be used is rejected with its package and the rest is settled.
    """
    if format not in FORMATS:
        raise InputError(diagnostic("PE7006", name=str(format)))
    tell = progress or _silent
    tell("read", 0, 1)
    month = read_month(policy, Path(source))
    folder = _output_folder(Path(source), output)
    assessment = assess(
        policy, month.tables, executor=executor, progress=lambda done, of: tell("settle", done, of)
    )
    by_name = headers == "name"
    tables = (
        *statement_tables(assessment.result, by_name=by_name),
        *carry_over_tables(assessment.result, by_name=by_name),
        rejected_table(policy, assessment.rejected, by_name=by_name, lang=lang),
    )
    tell("write", 0, 1)
    files = _write(folder, tables, format) if folder is not None else ()
    record = run_record(policy, month, assessment, file_digests(files), lang)
    if folder is not None:
        text = json.dumps(record, ensure_ascii=False, indent=2)
        write_bytes(folder / RECORD, (text + "\n").encode())
        files = (*files, folder / RECORD)
    return Settlement(policy, assessment, tables, record, files)


def _silent(step: str, done: int, of: int) -> None:
    pass


def _output_folder(source: Path, output: str | Path | None) -> Path | None:
    """The folder to write to, which is not the one the input stands in."""
    if output is None:
        return None
    folder = Path(output)
    standing = source if source.is_dir() else source.parent
    clash = source.is_dir() and folder.resolve() == standing.resolve()
    if clash:
        raise InputError(diagnostic("PE7001", path=str(folder)))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(folder: Path, tables: Sequence[OutputTable], format: Format) -> tuple[Path, ...]:
    if format == "xlsx":
        path = folder / WORKBOOK
        write_book(path, [(t.name, t.columns, t.rows) for t in tables])
        return (path,)
    written = []
    for table in tables:
        path = folder / f"{table.name}.{format}"
        write_table(path, table.columns, table.rows, format)
        written.append(path)
    return tuple(written)
