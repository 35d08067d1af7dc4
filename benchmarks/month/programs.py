"""The hand-written programs of the whole job by name: (source folder, target folder) → nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.month import sql_by_hand

Program = Callable[[Path, Path], None]


def _sql(source: Path, target: Path) -> None:
    sql_by_hand.settle(source, target)


def _sql_whole(source: Path, target: Path) -> None:
    sql_by_hand.settle(source, target, checks=True, in_order=True)


PROGRAMS: Mapping[str, Program] = MappingProxyType({"sql": _sql, "sql-whole": _sql_whole})
