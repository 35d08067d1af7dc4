"""The example month settles to what a separately written program computed, whatever it is read from and written to."""

import csv
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from policy_engine.cli.main import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "jibei-2018-06"
BOOK = EXAMPLE / "冀北2018年6月.xlsx"
CSV = EXAMPLE / "csv"
KEYS = {"user": "user_id", "retailer": "retailer_id"}
TABLES = ("用户", "售电公司", "全月")


def settle(source, folder, *options, executor=None):
    chosen = () if executor is None else ("--executor", executor)
    return run(
        [
            *("settle", "jibei/deviation", "--period", "2018-06", *chosen),
            *("--input", str(source), "--output", str(folder), *options),
        ]
    )


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def expected(name):
    return {row[KEYS[name]]: row for row in read_csv(EXAMPLE / "expected" / f"{name}.csv")}


def equals_expected(rows, name):
    """Every cell of the expected table, as text; nobody missing or added; in the order they were handed in."""
    want = expected(name)
    table, key = {"user": ("用户", "用户编号"), "retailer": ("售电公司", "售电公司")}[name]
    assert [row[KEYS[name]] for row in rows] == [row[key] for row in read_csv(CSV / f"{table}.csv")]
    assert len(rows) == len(want)
    for row in rows:
        wanted = want[row[KEYS[name]]]
        assert {column: row[column] for column in wanted} == wanted
    return True


def settled_as_expected(folder):
    rejected = read_csv(folder / "rejected.csv")
    assert rejected == []
    return all(equals_expected(read_csv(folder / f"{name}.csv"), name) for name in KEYS)


def csv_in(folder, encoding):
    folder.mkdir()
    for name in TABLES:
        text = (CSV / f"{name}.csv").read_bytes().decode("utf-8-sig")
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def parquet_in(folder):
    """Numbers as decimals, shares as a ratio, blanks as null; ids as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    for name in TABLES:
        rows = read_csv(CSV / f"{name}.csv")
        arrays = {}
        for column in rows[0]:
            texts = [row[column] for row in rows]
            if column == "约定分摊比例":
                arrays[column] = pa.array([Decimal(t[:-1]) / 100 for t in texts], pa.decimal128(10, 4))
            elif "（" in column:
                arrays[column] = pa.array([Decimal(t) if t else None for t in texts], pa.decimal128(18, 3))
            elif column == "免考":
                arrays[column] = pa.array([t == "是" for t in texts])
            else:
                arrays[column] = pa.array([t or None for t in texts])
        pq.write_table(pa.table(arrays), folder / f"{name}.parquet")
    return folder


def mixed_in(folder):
    """One table of each kind in a folder."""
    parquet_in(folder)
    (folder / "售电公司.parquet").unlink()
    (folder / "售电公司.csv").write_bytes((CSV / "售电公司.csv").read_bytes())
    return folder


SOURCES = {
    "folder with the workbook": lambda tmp: EXAMPLE,
    "workbook": lambda tmp: BOOK,
    "csv utf-8-sig": lambda tmp: CSV,
    "csv utf-8": lambda tmp: csv_in(tmp / "in", "utf-8"),
    "csv gb18030": lambda tmp: csv_in(tmp / "in", "gb18030"),
    "parquet": lambda tmp: parquet_in(tmp / "in"),
    "parquet and csv": lambda tmp: mixed_in(tmp / "in"),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_source_gives_the_expected_month(tmp_path, source):
    assert settle(source(tmp_path), tmp_path / "out") == 0
    assert settled_as_expected(tmp_path / "out")


@pytest.mark.parametrize("executor", ["columns", "durable", "reference"])
def test_every_executor(tmp_path, executor):
    assert settle(CSV, tmp_path / "out", executor=executor) == 0
    assert settled_as_expected(tmp_path / "out")


def test_every_source_gives_the_same_bytes(tmp_path):
    found = set()
    for number, source in enumerate(SOURCES.values()):
        work = tmp_path / str(number)
        work.mkdir()
        settle(source(work), work / "out")
        found.add(tuple((work / "out" / f"{name}.csv").read_bytes() for name in KEYS))
    assert len(found) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_rows_and_columns_give_the_same_rows(tmp_path, seed):
    rng = random.Random(seed)
    (tmp_path / "in").mkdir()
    for name in TABLES:
        rows = read_csv(CSV / f"{name}.csv")
        columns = list(rows[0])
        rng.shuffle(rows)
        rng.shuffle(columns)
        with (tmp_path / "in" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    settle(CSV, tmp_path / "straight")
    settle(tmp_path / "in", tmp_path / "shuffled")
    for name in ("user.csv", "retailer.csv", "rejected.csv"):
        straight, shuffled = (tmp_path / d / name for d in ("straight", "shuffled"))
        assert sorted(straight.read_bytes().splitlines()) == sorted(shuffled.read_bytes().splitlines())


# -- what is written reads back equal -----------------------------------------------------------------


def text(value):
    """A cell of a workbook or Parquet file as the csv has it, up to the zeros behind the point."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        value = Decimal(repr(value))
    return str(value)


def same(cell, csv_text):
    return cell == csv_text or Decimal(cell) == Decimal(csv_text)


def read_xlsx(folder):
    from openpyxl import load_workbook

    tables = {}
    for sheet in load_workbook(folder / "settlement.xlsx").worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        tables[sheet.title] = [header, *rows]
    return tables


def read_parquet(folder):
    import pyarrow.parquet as pq

    tables = {}
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        tables[path.stem] = [tuple(table.column_names), *rows]
    return tables


@pytest.mark.parametrize("executor", ["columns", "reference"])
@pytest.mark.parametrize("format, read", [("xlsx", read_xlsx), ("parquet", read_parquet)])
def test_other_formats_read_back_equal_to_csv(tmp_path, format, read, executor):
    assert settle(CSV, tmp_path / "csv", executor=executor) == 0
    assert settle(CSV, tmp_path / format, "--format", format, executor=executor) == 0
    tables = read(tmp_path / format)
    assert set(tables) == {"user", "retailer", "rejected"}
    for name, (header, *rows) in tables.items():
        wanted = read_csv(tmp_path / "csv" / f"{name}.csv")
        assert len(rows) == len(wanted)
        for row, want in zip(rows, wanted, strict=True):
            assert list(header) == list(want)
            for cell, (column, csv_text) in zip(row, want.items(), strict=True):
                assert same(text(cell), csv_text), (name, column, cell, csv_text)


@pytest.mark.parametrize("executor, digits", [("columns", 18), ("reference", 38)])
def test_numbers_in_parquet_are_decimals_and_ids_are_text(tmp_path, executor, digits):
    import pyarrow.parquet as pq

    settle(CSV, tmp_path / "out", "--format", "parquet", executor=executor)
    schema = pq.read_schema(tmp_path / "out" / "user.parquet")
    kinds = {field.name: str(field.type) for field in schema}
    assert kinds["user_id"] == "string"
    assert kinds["assessed_energy"] == f"decimal128({digits}, 3)"
    assert kinds["user_fee"] == f"decimal128({digits}, 2)"
    assert not [name for name, kind in kinds.items() if "float" in kind or "double" in kind]


def test_ids_keep_their_zeros_in_a_workbook(tmp_path):
    settle(CSV, tmp_path / "out", "--format", "xlsx", executor="reference")
    _, *rows = read_xlsx(tmp_path / "out")["user"]
    assert {"001234", "1234", "0001234", "000077"} <= {row[0] for row in rows}


def test_chinese_headers_with_units(tmp_path):
    assert settle(CSV, tmp_path / "id", executor="reference") == 0
    assert settle(CSV, tmp_path / "name", "--headers", "name", executor="reference") == 0
    for plain, named in (("user", "用户"), ("retailer", "售电公司")):
        by_id = read_csv(tmp_path / "id" / f"{plain}.csv")
        by_name = read_csv(tmp_path / "name" / f"{named}.csv")
        assert [list(row.values()) for row in by_id] == [list(row.values()) for row in by_name]
        assert {"偏差考核电量（兆瓦时）", "偏差考核电费（元）", "考核结论"} < set(by_name[0])


def test_a_settled_month_with_names_can_be_read_again(tmp_path):
    """Decided columns are passed over; what was given is understood."""
    settle(CSV, tmp_path / "name", "--headers", "name", executor="reference")
    given = {row["用户编号"]: row for row in read_csv(CSV / "用户.csv")}
    again = tmp_path / "again"
    again.mkdir()
    rows = [
        {
            **row,
            **{
                c: given[row["用户编号"]][c]
                for c in ("目录电价（元/兆瓦时）", "免考", "约定分摊比例", "承担上限（元）")
            },
        }
        for row in read_csv(tmp_path / "name" / "用户.csv")
    ]
    with (again / "用户.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for name in ("售电公司", "全月"):
        (again / f"{name}.csv").write_bytes((CSV / f"{name}.csv").read_bytes())
    assert settle(again, tmp_path / "out", executor="reference") == 0
    assert settled_as_expected(tmp_path / "out")


def test_the_record_of_the_example(tmp_path):
    settle(BOOK, tmp_path / "out", executor="reference")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["rows"]["user"] == {"in": 482, "implied": 0, "out": 482, "rejected": 0}
    for name in KEYS:
        for column in ("assessed_energy", "assessment_fee"):
            total = sum((Decimal(row[column]) for row in expected(name).values()), Decimal())
            assert record["totals"][name][column] == str(total)
    assert list(record["input"]) == ["冀北2018年6月.xlsx"]


def test_the_registration_lacks_what_its_readme_says(capsys):
    folder = Path(__file__).parents[2] / "examples" / "hubei-registration"
    options = ["--facts", str(folder / "发电企业注册申报.xlsx"), "--files", str(folder / "附件"), "--json"]
    assert run(["checklist", "hubei/registration", "--on", "2018-05-02", *options]) == 1
    document = json.loads(capsys.readouterr().out)
    unmet = [
        (report["key"], item["name"], [p["code"] for paper in item["papers"] for p in paper["problems"]])
        for report in document["reports"]
        for item in report["items"]
        if item["status"] in ("missing", "substitutable", "unfit")
    ]
    assert unmet == [("G1", "建设核准文件", ["unsealed"]), ("2号", "电价批复文件", ["format"])]
