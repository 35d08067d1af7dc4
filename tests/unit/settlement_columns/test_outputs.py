"""What the database writes is what the tables' own writers would have written."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from policy_engine import load, settle
from policy_engine.settlement.columns.outputs import guarded
from policy_engine.tables import csv_out

ODD = ["=1+1", "'=1", "''@x", "001234", "-1", "＋甲", "a=b", "甲、乙", 'say "x"', "a,b", "#N", "1e5", "是"]


@pytest.mark.parametrize("text", [*ODD, "", "\tx", "\r", "'"])
def test_no_text_becomes_a_formula(text: str) -> None:
    found = duckdb.connect().execute(f"SELECT {guarded('x')} FROM (SELECT ? AS x)", [text]).fetchall()
    assert found[0][0] == csv_out.guarded(text)


def month(folder: Path) -> Path:
    folder.mkdir()
    (folder / "market.csv").write_text("average_bilateral_price\n352.376\n", encoding="utf-8")
    with (folder / "user.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["user_id", "retailer", "contract_energy", "metered_energy", "catalogue_price", "exempt"]
        )
        for i, key in enumerate(ODD):
            rows.writerow(
                [key, "" if i % 4 == 0 else f"R{i % 3}", 100 + i, 90 - i, "571.4", "是" if i == 5 else ""]
            )
    return folder


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("headers", ["id", "name"])
def test_both_executors_write_the_same(tmp_path: Path, format: str, headers: str) -> None:
    policy = load("jibei/deviation", period="2018-07")
    source = month(tmp_path / "in")
    done = {
        executor: settle(
            policy, source, tmp_path / executor, format=format, headers=headers, executor=executor
        )
        for executor in ("columns", "reference")
    }
    assert [f.name for f in done["columns"].files] == [f.name for f in done["reference"].files]
    for file in done["columns"].files:
        if file.suffix == ".csv":
            assert file.read_bytes() == (tmp_path / "reference" / file.name).read_bytes(), file.name
        if file.suffix == ".parquet":
            one, other = (f"read_parquet('{tmp_path / e / file.name}')" for e in done)
            rows = duckdb.connect()
            assert rows.execute(f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})").fetchall() == [
                (0,)
            ]
            assert rows.execute(f"SELECT count(*) FROM (FROM {other} EXCEPT ALL FROM {one})").fetchall() == [
                (0,)
            ]
    for part in ("rows", "totals", "readings", "parameters"):
        assert done["columns"].record[part] == done["reference"].record[part]
