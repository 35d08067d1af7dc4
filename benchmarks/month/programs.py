"""The hand-written programs of the whole job by name: (source folder, target folder) → nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

Program = Callable[[Path, Path], None]


def _sql(source: Path, target: Path) -> None:
    from benchmarks.month import sql_by_hand

    sql_by_hand.settle(source, target)


def _sql_whole(source: Path, target: Path) -> None:
    from benchmarks.month import sql_by_hand

    sql_by_hand.settle(source, target, checks=True, in_order=True)


def _polars(source: Path, target: Path) -> None:
    from benchmarks.month import polars_by_hand

    polars_by_hand.settle(source, target)


def _numpy(source: Path, target: Path) -> None:
    from benchmarks.month import numpy_by_hand

    numpy_by_hand.settle(source, target)


PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {"sql": _sql, "sql-whole": _sql_whole, "polars": _polars, "numpy": _numpy}
)
