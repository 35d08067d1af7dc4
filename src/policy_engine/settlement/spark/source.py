"""The Parquet files of a month: ``user.parquet``, ``user/*.parquet`` or ``user/period=2018-06/*.parquet``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.facts import FactRow, FactTable
from policy_engine.policy.model import Policy
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns.source_parquet import holding_of
from policy_engine.settlement.digests import sha256
from policy_engine.settlement.input import READ, _fact_table, _Recogniser, _refuse_absent
from policy_engine.settlement.names import readable
from policy_engine.settlement.spark import names
from policy_engine.tables.header import Header, header_errors
from policy_engine.tables.model import RawTable
from policy_engine.tables.read import read_tables

PARTITION = "period="


@dataclass(frozen=True)
class SparkTable:
    """The rows of an entity. Rows are numbered from 0 through all files, in the order of their names.

    ``columns`` are the names in the files, ``header`` the same without spaces around them.
    """

    entity: str
    label: str
    columns: tuple[str, ...]
    header: tuple[str, ...]
    holdings: tuple[Holding, ...]
    files: tuple[tuple[Path, int], ...]  # with the number of rows

    @property
    def rows(self) -> int:
        return sum(count for _, count in self.files)


@dataclass(frozen=True)
class Handed:
    """Tables of entities with rows, tables of one-row entities, remarks, and the digest of each file."""

    tables: tuple[SparkTable, ...]
    singles: tuple[FactTable, ...]
    notes: tuple[Diagnostic, ...]
    digests: dict[str, str]


def handed_in(policy: Policy, folder: Path) -> Handed:
    """Look at a folder: schemas and row counts, not rows. Raises InputError, or NotCovered for a role without rules."""
    if not folder.is_dir():
        raise InputError(_unreadable(folder, "应为文件夹", "a folder is expected"))
    recognised = _Recogniser(policy)
    notes: list[Diagnostic] = []
    known: list[FactTable] = []
    tables: list[SparkTable] = []
    singles: list[FactTable] = []
    digests: dict[str, str] = {}
    for title, files in _entries(policy, folder):
        raw = _raw(title, files, folder)
        table = _fact_table(policy, raw, recognised, notes)
        if table is None:
            continue
        known.append(table)
        digests.update({readable(str(f.relative_to(folder))): sha256(f) for f in files})
        if policy.entities[table.entity].single:
            singles.append(_single(table.entity, title, files))
        else:
            tables.append(_typed(table.entity, raw, files, folder))
    _refuse_absent(policy, known)
    return Handed(tuple(tables), tuple(singles), tuple(notes), digests)


def _entries(policy: Policy, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """What each table is called, and its files."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.startswith((".", "_", "~$")):
            continue
        if entry.is_dir():
            files = _of_folder(policy, entry)
            if files:
                yield entry.name, files
        elif entry.suffix.lower() in READ:
            yield entry.stem.strip(), [entry]


def _of_folder(policy: Policy, folder: Path) -> list[Path]:
    partitions = [p for p in folder.iterdir() if p.is_dir() and p.name.startswith(PARTITION)]
    own = folder / f"{PARTITION}{policy.period}"
    if partitions and own not in partitions:
        zh, en = f"没有 {own.name} 这个分区", f"there is no partition {own.name}"
        raise InputError(_unreadable(folder, zh, en))
    found = own if partitions else folder
    return sorted(
        (
            f
            for f in found.iterdir()
            if f.is_file() and f.suffix.lower() == ".parquet" and f.name[0] not in "._"
        ),
        key=lambda f: f.name,
    )


def _raw(title: str, files: Sequence[Path], folder: Path) -> RawTable:
    """The header alone, of the first file."""
    label = readable(str(files[0] if len(files) == 1 else folder / title))
    if files[0].suffix.lower() != ".parquet":
        tables = read_tables(files[0])
        header = tables[0].header if len(tables) == 1 else ()
        return RawTable(readable(title), label, 1, header, ())
    header = tuple(str(n).strip() for n in _schema(files[0])[0].names)
    return RawTable(readable(title), label, 0, header, ())


def _schema(file: Path) -> tuple[Any, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as opened:
            return opened.schema_arrow, int(opened.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        detail = (str(error).splitlines() or [""])[0]
        raise InputError(
            _unreadable(file, f"读不出来（{detail}）", f"it cannot be read ({detail})")
        ) from None


def _single(entity: str, title: str, files: Sequence[Path]) -> FactTable:
    """A one-row table is read as any other executor reads it."""
    read = [table for file in files for table in read_tables(file)]
    headers = dict.fromkeys(t.header for t in read)
    if len(headers) > 1:
        raise InputError(_unreadable(files[0].parent, "各文件的栏目不同", "its files have different columns"))
    rows = tuple(FactRow(r.cells, r.line, r.lossy) for t in read for r in t.rows)
    return FactTable(
        entity, next(iter(headers), ()), rows, readable(read[0].source) if read else readable(title)
    )


def _typed(entity: str, raw: RawTable, files: Sequence[Path], folder: Path) -> SparkTable:
    if any(f.suffix.lower() != ".parquet" for f in files):
        zh, en = "只有一行的表才可以不是 Parquet", "only one-row tables may be something else than Parquet"
        raise InputError(_unreadable(files[0], zh, en))
    found = [(file, *_schema(file)) for file in files]
    first = found[0][1]
    for file, schema, _ in found:
        if not _same(schema, first):
            zh, en = "栏目或类型和其他文件不同", "its columns or types differ from other files'"
            raise InputError(_unreadable(file, zh, en))
    header = Header(0, raw.header, tuple(range(len(raw.header))))
    errors = header_errors(header, raw.source)
    if errors:
        raise InputError(errors)
    holdings = tuple(holding_of(field.type) for field in first)
    odd = [n for n, h in zip(raw.header, holdings, strict=True) if h.held is Held.OTHER]
    if odd:
        kinds = "decimal、整数、文字、是否、日期", "decimals, integers, text, booleans and dates"
        zh, en = f"“{odd[0]}”的类型不在 {kinds[0]} 之内", f"the type of “{odd[0]}” is none of {kinds[1]}"
        raise InputError(_unreadable(files[0], zh, en))
    counted = tuple((file, rows) for file, _, rows in found)
    return SparkTable(entity, raw.source, tuple(first.names), raw.header, holdings, counted)


def _same(one: Any, other: Any) -> bool:
    if one.names != other.names:
        return False
    return all(_plain(a.type) == _plain(b.type) for a, b in zip(one, other, strict=True))


def _plain(kind: Any) -> Any:
    """A dictionary is a matter of storage."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(kind) else kind


def _unreadable(path: Path, zh: str, en: str) -> Diagnostic:
    return diagnostic("PE7030", path=readable(str(path)), why=zh, why_en=en)


# -- in Spark ----------------------------------------------------------------------------------------


def make_view(table: SparkTable, view: str, session: Any) -> None:
    """A temporary view of ``n, c0, c1, …``."""
    paths = [re.sub(r"([*?\[\]{}\\])", r"\\\1", str(file.absolute())) for file, _ in table.files]
    frame = session.read.parquet(*paths)
    cells = [f"{names.name(c)} AS c{i}" for i, c in enumerate(table.columns)]
    numbered = frame.selectExpr("_metadata.file_path AS f", "_metadata.row_index AS i", *cells)
    kept = [f"c{i}" for i in range(len(table.columns))]
    if len(table.files) == 1:
        numbered.selectExpr("i AS n", *kept).createOrReplaceTempView(names.name(view))
        return
    ends = list(accumulate(rows for _, rows in table.files))
    starts = {file.absolute(): end - rows for (file, rows), end in zip(table.files, ends, strict=True)}
    listed = []
    for address in frame.inputFiles():  # as _metadata writes it, but for the slashes in front
        plain = re.sub("^file:/+", "/", address)
        listed.append((plain, starts[Path(unquote(plain))]))
    offsets = session.createDataFrame(listed, "g STRING, o BIGINT")
    from pyspark.sql.functions import broadcast

    named = numbered.selectExpr("regexp_replace(f, '^file:/+', '/') AS g", "i", *kept)
    joined = named.join(broadcast(offsets), "g").selectExpr("o + i AS n", *kept)
    joined.createOrReplaceTempView(names.name(view))
