"""The hand-written programs that are timed do the same job as the engine, to the last cell."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
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


@pytest.mark.parametrize("name", ["sql", "sql-checked", "sql-whole", "polars", "numpy"])
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


def test_one_program_is_measured_from_outside_and_printed(tmp_path: Path) -> None:
    pytest.importorskip("psutil")
    sizes = ["--sizes", "400", "--repeat", "1", "--work", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.month.run", "--only", "sql,read-write", "--print-only", *sizes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("| 400 | 手写 DuckDB SQL |"))
    cells = [c.strip() for c in row.strip("|").split("|")]
    assert float(cells[2]) > float(cells[4]) > 0  # the process takes longer than the job in it
    assert 20 < float(cells[8]) < 1000  # megabytes
    assert cells[10] == "是"


def test_a_large_month_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psutil")
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import run
    finally:
        sys.path.remove(str(ROOT))
    monkeypatch.setattr(run, "LARGE", 300)
    assert run.repeats(400, 5) == 1
    assert run.repeats(300, 5) == 5


def test_a_step_of_a_rule_engine_is_scored_against_fractions() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import rivals
    finally:
        sys.path.remove(str(ROOT))
    found = rivals.score("by hand", "", rivals.plain_decimal, 2000, "", repeat=1)
    assert found is not None
    assert (found.wrong_verdicts, found.wrong_energies, found.wrong_fees) == (0, 0, 0)

    def always_tolerated(users: list[rivals.User]) -> Callable[[], list[rivals.Answer]]:
        return lambda: [(rivals.TOLERATED, Decimal(0), Decimal(0)) for _ in users]

    wrong = rivals.score("wrong", "", always_tolerated, 2000, "", repeat=1)
    assert wrong is not None
    assert wrong.wrong_verdicts > 1000
    assert 100 < wrong.wrong_fees < wrong.wrong_verdicts
    assert rivals.score("absent", "no-such-package", rivals.plain_decimal, 10, "", repeat=1) is None


def test_the_step_in_columns_is_right_on_every_bound_and_so_is_the_policy_it_is_taken_from() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import rivals
    finally:
        sys.path.remove(str(ROOT))
    makers = {name: (package, maker) for name, package, maker, _, _ in rivals.CONTENDERS}
    for name in (rivals.IN_COLUMNS, "policy_engine，逐户（reference）"):
        found = rivals.score(name, *makers[name], 2000, "", repeat=1)
        assert found is not None
        assert (found.wrong_verdicts, found.wrong_energies, found.wrong_fees) == (0, 0, 0), name


def test_another_tolerance_and_a_user_that_is_rejected_are_told(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import deviation_step as step
        from benchmarks.month import rivals
    finally:
        sys.path.remove(str(ROOT))

    def way(users: list[rivals.User]) -> rivals.InColumns:
        facts = step.facts([u.contract for u in users], [u.metered for u in users], [u.exempt for u in users])
        return rivals.InColumns(
            lambda: step.settled(step.policy(tmp_path / "step.yaml"), facts), partial(step.answers, facts)
        )

    text = step.RULES.read_text(encoding="utf-8")
    (tmp_path / "step.yaml").write_text(text.replace("值: 5%", "值: 4.9%"), encoding="utf-8")
    found = rivals.score("4.9 %", "", way, 2000, "", repeat=1)
    assert found is not None
    assert 0 < found.wrong_verdicts < found.wrong_fees

    (tmp_path / "step.yaml").write_text(text.replace("0 至 10000000", "0 至 10"), encoding="utf-8")
    with pytest.raises(ValueError, match="answers for 2000 users"):
        rivals.score("up to 10 MWh", "", way, 2000, "", repeat=1)


def test_only_the_columns_are_timed_by_processor_and_by_clock() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import rivals
    finally:
        sys.path.remove(str(ROOT))
    read = 0

    def way(users: list[rivals.User]) -> rivals.InColumns:
        def answers(_: object) -> list[rivals.Answer]:
            nonlocal read
            read += 1
            return [rivals.exact(u) for u in users]

        return rivals.InColumns(lambda: time.sleep(0.05), answers)

    found = rivals.score("asleep", "", way, 1000, "", repeat=3)
    assert found is not None
    assert read == 1
    assert found.wall >= 50 > found.microseconds  # 50 ms over 1000 users


def test_the_ratios_are_worked_out_from_the_results() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month.ratios import command_beside_sql, month_beside_step, step_beside_step
        from benchmarks.month.rivals import IN_COLUMNS, IN_COLUMNS_SMALL
    finally:
        sys.path.remove(str(ROOT))

    def rival(name: str, users: int, microseconds: float, wall: float) -> dict[str, object]:
        return {"name": name, "users": users, "microseconds": microseconds, "wall": wall}

    rivals = [
        rival("durable_rules", 2000, 30, 30),
        rival("zen-engine", 20_000, 20, 20),
        rival("zen-engine（成批）", 20_000, 25, 15),
        rival(IN_COLUMNS, 1_000_000, 0.5, 0.4),
        rival(IN_COLUMNS_SMALL, 20_000, 4, 4),
    ]
    months = [
        {"name": "columns", "users": 100_000, "runs": 3, "walls": [1.5, 1.2, 1.6], "steps": [15, 30, 16]},
        {"name": "columns", "users": 10_000_000, "runs": 1, "walls": [20.0], "steps": [15]},
        {"name": "columns", "users": 5, "runs": 0},
        {"name": "sql", "users": 100_000, "runs": 3, "walls": [0.9, 0.8, 1.0]},
        {"name": "sql-whole", "users": 100_000, "runs": 3, "walls": [1.2, 1.2, 1.2]},
    ]
    results = {"rivals": rivals, "months": months}
    told = step_beside_step(results)
    assert "1,000,000 户时按列每户 0.50 微秒，durable_rules 是它的 60 倍，zen-engine 是它的 40 倍" in told
    assert (
        "20,000 户时固定开销占大头，每户 4.00 微秒，durable_rules 是它的 7.5 倍，zen-engine 是它的 5 倍"
        in told
    )
    assert "rule-engine" not in told
    told = month_beside_step(results)
    assert "100,000 户 1.50 秒对 1.6 秒，1 倍；10,000,000 户 20.00 秒对 150.0 秒，7.5 倍。" in told
    assert command_beside_sql(results).endswith("：100,000 户，不校验 1.60 倍，加校验且行序同输入 1.25 倍。")
    assert command_beside_sql({"months": months[1:3]}) == ""
    assert step_beside_step({"rivals": [], "months": months}) == ""
    rivals[0]["cpus"], rivals[3]["cpus"] = [40, 80, 30], [0.5, 1.0, 0.5]  # slow in one round, both of them
    assert "durable_rules 是它的 80 倍" in step_beside_step(results)
    assert month_beside_step({"rivals": [], "months": months[2:]}) == ""
    assert month_beside_step({"rivals": rivals, "months": []}) == ""


def test_the_page_is_written_from_the_results_alone() -> None:
    from xml.etree import ElementTree

    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.month import report
        from benchmarks.month.plot import plot
    finally:
        sys.path.remove(str(ROOT))
    results = json.loads((ROOT / "benchmarks" / "month" / "results.json").read_text(encoding="utf-8"))
    assert report.as_page(results) == (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    picture = ElementTree.fromstring(plot({"甲 & 乙": [(1000, 0.5), (10_000, 2.0)], "丙": [(1000, 5.0)]}))
    texts = [e.text for e in picture.iter() if e.tag.endswith("text")]
    assert {"甲 & 乙", "丙", "1,000", "10,000"} <= set(texts)
