"""The programs of the whole job by name: (source folder, target folder) → nothing.

    python -m benchmarks.month.programs NAME SOURCE TARGET

runs one and prints the seconds it took inside the process, its own libraries' imports included.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

Program = Callable[[Path, Path], None]


def _sql(source: Path, target: Path) -> None:
    from benchmarks.month import sql_by_hand

    sql_by_hand.settle(source, target)


def _sql_checked(source: Path, target: Path) -> None:
    from benchmarks.month import sql_by_hand

    sql_by_hand.settle(source, target, checks=True)


def _sql_whole(source: Path, target: Path) -> None:
    from benchmarks.month import sql_by_hand

    sql_by_hand.settle(source, target, checks=True, in_order=True)


def _polars(source: Path, target: Path) -> None:
    from benchmarks.month import polars_by_hand

    polars_by_hand.settle(source, target)


def _numpy(source: Path, target: Path) -> None:
    from benchmarks.month import numpy_by_hand

    numpy_by_hand.settle(source, target)


def _no_rules(source: Path, target: Path) -> None:
    """As many columns in and out, of the same kinds, and nothing decided: what reading and writing alone take."""
    import duckdb

    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SET preserve_insertion_order = false")
        connection.execute(
            "COPY (SELECT user_id, retailer_id, '2018-08' AS month, contract_energy, metered_energy, settled_energy,"
            " (metered_energy - contract_energy)::DECIMAL(18, 3) AS deviation,"
            " greatest(metered_energy - contract_energy, 0)::DECIMAL(18, 3) AS over, catalogue_price,"
            " CASE WHEN exempt THEN '免考' ELSE '按打包考核' END AS verdict,"
            " greatest(contract_energy - metered_energy, 0)::DECIMAL(18, 3) AS short, liability_share, liability_cap"
            f" FROM read_parquet('{source}/user.parquet'))"
            f" TO '{target}/user.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )


PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {"sql": _sql, "sql-checked": _sql_checked, "sql-whole": _sql_whole, "polars": _polars, "numpy": _numpy}
)
"""Those that do the job."""
FLOOR: Mapping[str, Program] = MappingProxyType({"read-write": _no_rules})


def main() -> None:
    name, source, target = sys.argv[1:]
    start = time.perf_counter()
    (PROGRAMS | FLOOR)[name](Path(source), Path(target))
    sys.stdout.write(f"{time.perf_counter() - start:.6f}\n")


if __name__ == "__main__":
    main()
