"""The files of a run appear together or not at all, and those of an earlier run do not stay beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.settlement.digests import sha256
from policy_engine.settlement.names import readable
from policy_engine.settlement.record import FORMAT
from policy_engine.settlement.scratch import scratch
from policy_engine.settlement.statements import Table
from policy_engine.tables.problems import os_reason, problem
from policy_engine.tables.write import Format, write_book

FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet")
WORKBOOK = "settlement.xlsx"
RECORD = "run.json"
COMING = "coming.json"  # what an exchange of files moves in
GONE = "gone"  # there when everything was moved out
MAX_RECORD = 64 * 1024 * 1024  # bytes of an earlier run.json we look into
Record = Mapping[str, object]
RecordOf = Callable[[Mapping[str, str], Sequence[Diagnostic]], Record]
"""The record of a run, from the digests of its files and the remarks made on writing them."""


@dataclass(frozen=True)
class Written:
    record: Record
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...]


def check_output(source: Path, folder: Path, names: Collection[str]) -> None:
    """Refuse a folder in which the input would be overwritten; ``names`` are those of the tables to come.

    Raises InputError.
    """
    standing = source if source.is_dir() else source.parent
    clash = source.is_dir() or source.stem.strip() in {*names, Path(WORKBOOK).stem, Path(RECORD).stem}
    if clash and _same(standing, folder):
        raise InputError(diagnostic("PE7001", path=readable(str(folder))))


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (other.exists() and one.exists() and one.samefile(other))


def write_run(folder: Path, tables: Sequence[Table], format: Format, record_of: RecordOf) -> Written:
    """Write the tables and run.json into ``folder``. Raises InputError; then the folder is as it was before."""
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with scratch(".run-", folder, lambda left: _put_back(folder, left)) as place:
            new, old = place / "new", place / "old"
            new.mkdir()
            old.mkdir()
            names = _write(new, tables, format)
            stale, notes = _stale(folder, names)
            record = record_of({name: sha256(new / name) for name in names}, notes)
            text = json.dumps(record, ensure_ascii=False, indent=2)
            (new / RECORD).write_bytes((text + "\n").encode())
            _exchange(folder, new, old, [*names, RECORD], [*names, RECORD, *stale])
    return Written(record, tuple(folder / name for name in (*names, RECORD)), notes)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What the operating system says of a folder that is written to, as InputError."""
    try:
        yield
    except OSError as error:
        where = readable(str(error.filename2 or error.filename or folder))
        raise InputError(problem("PE5030", file=where, **os_reason(error))) from error


def _write(folder: Path, tables: Sequence[Table], format: Format) -> list[str]:
    if format == "xlsx":
        write_book(folder / WORKBOOK, [t.sheet() for t in tables])
        return [WORKBOOK]
    names = []
    for table in tables:
        name = f"{table.name}.{format}"
        table.write(folder / name, format)
        names.append(name)
    return names


def _exchange(folder: Path, new: Path, old: Path, coming: Sequence[str], going: Sequence[str]) -> None:
    """Move the files of the earlier run out and the new ones in; on any failure everything goes back.

    The record goes first and comes last: as long as some files are old and some new, there is no record, and what a
    killed process left half done is put back by the next run (``_put_back``).
    """
    (old.parent / COMING).write_text(json.dumps(list(coming)), encoding="utf-8")
    try:
        for name in sorted(going, key=lambda n: n != RECORD):
            if (folder / name).is_dir():
                raise IsADirectoryError(21, "is a directory", str(folder / name))
            if (folder / name).exists() or (folder / name).is_symlink():
                (folder / name).replace(old / name)
        (old.parent / GONE).touch()
        for name in sorted(coming, key=lambda n: n == RECORD):
            (new / name).replace(folder / name)
    except BaseException:
        _put_back(folder, old.parent)
        raise


def _put_back(folder: Path, left: Path) -> None:
    """Undo an exchange that did not come to its end."""
    old, new = left / "old", left / "new"
    try:
        coming = json.loads((left / COMING).read_bytes())
    except (OSError, ValueError):  # it had not begun
        return
    if (left / GONE).exists():
        if not (new / RECORD).exists():
            return  # everything is in its place
        for name in coming:
            if not (new / name).exists():
                (folder / name).unlink(missing_ok=True)
    for path in sorted(old.iterdir(), key=lambda p: p.name == RECORD):
        path.replace(folder / path.name)


def _stale(folder: Path, names: Sequence[str]) -> tuple[list[str], tuple[Diagnostic, ...]]:
    """Files of the earlier run that this run does not write again; one that was edited since is kept and told."""
    found: list[str] = []
    notes = []
    for name, digest in _earlier(folder).items():
        path = folder / name
        if name in names or not path.is_file():
            continue
        if sha256(path) == digest:
            found.append(name)
        else:
            notes.append(diagnostic("PE7009", file=name))
    return found, tuple(notes)


def read_record(folder: Path) -> Record | None:
    """The run.json of a folder; None where there is none of ours."""
    path = folder / RECORD
    try:
        if path.stat().st_size > MAX_RECORD:
            return None
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(record, dict) and record.get("format") == FORMAT
    return record if ours else None


def _earlier(folder: Path) -> dict[str, str]:
    """File → digest as an earlier run of ours recorded it; only plain names of tables are believed."""
    record = read_record(folder)
    output = record.get("output") if record is not None else None
    if not isinstance(output, dict):
        return {}
    return {
        name: digest
        for name, digest in output.items()
        if isinstance(digest, str)
        and Path(name).name == name
        and name.endswith(tuple(f".{f}" for f in FORMATS))
    }
