"""The hand-written programs that are timed do the same job as the engine, to the last cell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USERS = 2000

pytest.importorskip("duckdb")
pytest.importorskip("numpy")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An invented month, and the engine's settlement of it."""
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month.compare import settle_with_engine
        from benchmarks.month.generate import write_month
    finally:
        sys.path.remove(str(ROOT))
    top = tmp_path_factory.mktemp("month")
    source = write_month(top / "in", USERS, seed=7)
    settle_with_engine(source, top / "engine")
    return source, top / "engine"


@pytest.mark.parametrize("name", ["sql", "sql-whole", "polars", "numpy"])
def test_a_hand_written_program_settles_as_the_engine_does(
    settled: tuple[Path, Path], name: str, tmp_path: Path
) -> None:
    if name == "polars":
        pytest.importorskip("polars")
    from benchmarks.month.compare import differences
    from benchmarks.month.programs import PROGRAMS

    source, engine = settled
    PROGRAMS[name](source, tmp_path / "out")
    assert differences(engine, tmp_path / "out") == {}


def test_the_comparison_sees_one_changed_cell_and_one_lost_row(
    settled: tuple[Path, Path], tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from benchmarks.month.compare import differences

    _, engine = settled
    for table in ("user", "retailer"):
        written = pq.read_table(engine / f"{table}.parquet")
        pq.write_table(written.slice(1), tmp_path / f"{table}.parquet")
    found = differences(engine, tmp_path)
    assert found["user.rows"] == 2  # one that is missing, and one row less
    changed = pq.read_table(engine / "user.parquet")
    fees = changed["over_fee"].to_pylist()
    fees[5] += type(fees[5])("0.01")
    field = changed.schema.get_field_index("over_fee")
    changed = changed.set_column(field, "over_fee", pa.array(fees, changed.schema.field(field).type))
    pq.write_table(changed, tmp_path / "user.parquet")
    pq.write_table(pq.read_table(engine / "retailer.parquet"), tmp_path / "retailer.parquet")
    assert differences(engine, tmp_path) == {"user.over_fee": 1}


def test_the_same_seed_gives_the_same_month_with_rows_on_every_bound(
    settled: tuple[Path, Path], tmp_path: Path
) -> None:
    import duckdb
    from benchmarks.month.generate import write_month

    source, _ = settled
    write_month(tmp_path / "again", USERS, seed=7)
    assert (tmp_path / "again" / "user.parquet").read_bytes() == (source / "user.parquet").read_bytes()
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW users AS FROM read_parquet('{source}/user.parquet')")

    def count(where: str, table: str = "users") -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchall()[0][0])

    short = "contract_energy - metered_energy"
    assert count(f"({short}) * 20 = contract_energy AND contract_energy > 0") > 5
    assert count(f"({short} - 0.001) * 20 = contract_energy") > 5
    assert count("contract_energy = 0") > 5
    assert count("metered_energy = 0") > 5
    assert count("retailer_id IS NULL") > 5
    assert count("exempt") > 20
    connection.execute(
        "CREATE VIEW packages AS SELECT sum(contract_energy) c, sum(metered_energy) m FROM users"
        " WHERE NOT exempt AND retailer_id IS NOT NULL GROUP BY retailer_id"
    )
    for gap, expected in (("= c", 10), ("= c + 0.02", 5), ("= c + 0.01", 5)):
        assert count(f"(c - m) * 20 {gap}", "packages") >= expected, gap
