"""The partitions of a month appear together or not at all; those of other months stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policy_engine.settlement.digests import sha256
from policy_engine.settlement.output import RECORD, told
from policy_engine.settlement.spark.outputs import FrameTable
from policy_engine.settlement.statements import OutputTable


@dataclass(frozen=True)
class Parts:
    """What was written: ``<root>/<table>/period=<month>/*.parquet``."""

    root: Path
    period: str

    def folder(self, table: str) -> Path:
        return self.root / table / f"period={self.period}"

    def digests(self) -> dict[str, str]:
        return {str(f.relative_to(self.root)): sha256(f) for f in sorted(self.root.rglob("*.parquet"))}


RecordOf = Callable[[Parts], Mapping[str, object]]


def write_parts(
    output: Path,
    period: str,
    tables: Sequence[FrameTable],
    rejected: OutputTable,
    session: Any,
    record_of: RecordOf,
) -> tuple[Mapping[str, object], tuple[Path, ...]]:
    """Write the tables of a period. Raises InputError; then the folder is as it was before."""
    with told(output):
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".run-", dir=output, ignore_cleanup_errors=True) as scratch:
            new, old = Parts(Path(scratch, "new"), period), Path(scratch, "old")
            new.root.mkdir()
            old.mkdir()
            for table in tables:
                new.folder(table.name).parent.mkdir(parents=True)
                table.write(new.folder(table.name), session)
            new.folder(rejected.name).mkdir(parents=True)
            rejected.write(new.folder(rejected.name) / "rejected.parquet", "parquet")
            record = record_of(new)
            (new.root / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
            written = [*(t.name for t in tables), rejected.name]
            coming = [f"{name}/period={period}" for name in written]
            _exchange(output, new.root, old, [*coming, RECORD])
    return record, tuple(output / name for name in (*coming, RECORD))


def _exchange(folder: Path, new: Path, old: Path, coming: Sequence[str]) -> None:
    """Move the earlier partitions out and the new ones in; on any failure everything goes back."""
    out: list[str] = []
    placed: list[str] = []
    try:
        for name in coming:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (folder / name).exists():
                (old / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).replace(old / name)
                out.append(name)
            (new / name).replace(folder / name)
            placed.append(name)
    except BaseException:
        for name in placed:
            (folder / name).replace(new / name)
        for name in out:
            (old / name).replace(folder / name)
        raise
