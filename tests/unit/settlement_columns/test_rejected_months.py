"""Months with faults of every kind: each row is settled as the engine settles it, or rejected with the same code."""

import csv
import json
import random
from decimal import Decimal

import pytest
from both_ways import agree

import policy_engine as pe
from policy_engine.cli.main import run
from policy_engine.lowering.refusal import NotLowered
from policy_engine.settlement.columns import month as column_month
from policy_engine.settlement.columns import stage_sources

COLUMNS = ("user_id", "retailer_id", "contract_energy", "metered_energy", "catalogue_price", "exempt")
CORRUPT = {
    "user_id": ["", " ", "U7", "1e5", "a\tb", "=1+1", "户" * 300],
    "retailer_id": ["R9999", "", "R１", "\u200b", "R00"],
    "contract_energy": [
        "?",
        "",
        "-1",
        "1.2345",
        "1e3",
        "99999999999999999999",
        "１２３",
        "1,000",
        "5%",
        "#N/A",
    ],
    "metered_energy": ["?", "", "-5", "0.0001", "nan", "'12", "12 兆瓦时", "1 000", "٣"],
    "catalogue_price": ["", "-600", "1000000000", "600.12345678", "六百"],
    "exempt": ["也许", "2", "Ｙ", "true", "是 ", ""],
}


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


def members(count, rng, per_retailer=25):
    for number in range(count):
        contract = Decimal(rng.randrange(0, 10**8)).scaleb(-3)
        share = Decimal(rng.choice(["0.9", "0.95", "0.97", "1", "1.03", "1.1"]))
        retailer = "" if number % 50 == 7 else f"R{number // per_retailer}"
        metered = (contract * share).quantize(Decimal("0.001"))
        yield [
            f"U{number}",
            retailer,
            str(contract),
            str(metered),
            "600.5",
            "是" if number % 9 == 0 else "否",
        ]


def write(folder, rows, retailers=()):
    folder.mkdir(exist_ok=True)
    for name, header, content in (
        ("user", COLUMNS, rows),
        ("market", ["average_bilateral_price"], [["350.5"]]),
        ("retailer", ["retailer_id", "package_contract_energy"], retailers),
    ):
        if content:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([header, *content])
    return folder


@pytest.mark.parametrize("count, listed", [(20_000, True), (3_000, False)], ids=["retailers", "implied"])
def test_one_row_in_a_hundred_is_corrupt(policy, tmp_path, count, listed):
    rng = random.Random(7)
    rows = list(members(count, rng))
    for number in rng.sample(range(count), count // 100):
        column = rng.randrange(len(COLUMNS))
        rows[number][column] = rng.choice(CORRUPT[COLUMNS[column]])
    retailers = [[f"R{n}", ""] for n in range((count + 24) // 25)] if listed else []
    found = agree(policy, write(tmp_path / "in", rows, retailers))
    assert not isinstance(found, list), found[:5]
    assert found["rows"]["user"]["in"] == count
    assert 0 < found["rows"]["user"]["rejected"] < count
    assert len({code for *_, code in found["rejected"]}) >= 6


def test_typed_columns_with_faults(policy, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = random.Random(8)
    rows = list(members(4_000, rng))
    table = {name: [row[i] or None for row in rows] for i, name in enumerate(COLUMNS)}
    for name in ("contract_energy", "metered_energy", "catalogue_price"):
        table[name] = [Decimal(text) for text in table[name]]
    table["exempt"] = [text == "是" for text in table["exempt"]]
    for number in rng.sample(range(4_000), 40):
        name = rng.choice(COLUMNS)
        wrong = {"user_id": "U1", "retailer_id": "R100000"}
        table[name][number] = rng.choice(
            [None, wrong.get(name, Decimal("-0.0001") if name != "exempt" else None)]
        )
    folder = write(tmp_path / "in", [], [[f"R{n}", ""] for n in range(160)])
    number = pa.decimal128(20, 4)
    kinds = {"contract_energy": number, "metered_energy": number, "catalogue_price": number}
    arrays = {name: pa.array(values, kinds.get(name)) for name, values in table.items()}
    pq.write_table(pa.table(arrays), folder / "user.parquet")
    found = agree(policy, folder)
    assert found["rows"]["user"]["rejected"]


def test_a_check_that_fails_in_three_packages(policy, tmp_path):
    rows = list(members(500, random.Random(9)))
    rows[30][3] = "?"
    retailers = [[f"R{n}", "1" if n in (4, 9, 17) else ""] for n in range(20)]
    found = agree(policy, write(tmp_path / "in", rows, retailers))
    own = [(entity, key) for entity, key, _, code in found["rejected"] if code not in ("PE6070",)]
    assert own[0] == ("用户", "U30")
    assert sorted(own[1:]) == [("售电公司", "R17"), ("售电公司", "R4"), ("售电公司", "R9")]


def test_a_failing_package_of_a_retailer_nobody_listed(tmp_path):
    policy = across(tmp_path)
    folder = shared(
        tmp_path / "in", [("001", "A", 3), ("002", "B", 99), ("003", "B", 5), ("004", "", 3), ("005", "A", 3)]
    )
    found = agree(policy, folder)
    assert found["rows"]["company"] == {"in": 0, "implied": 2, "out": 1, "rejected": 1}


ACROSS = """\
# language: zh-CN
格式: 1
政策: 示例/全省分摊
标题: 示例
发文机关: 示例机关
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
主体:
  全月: {代号: market, 单例: 是}
  公司: {代号: company, 主键: company_id}
  用户: {代号: user, 主键: user_id, 属于: 公司, 可空: 是}
词条: |
  | 主体 | 名称   | 代号    | 类型 | 单位   | 小数位 | 其他   | 范围     |
  | 全月 | 结算月 | month   | 月份 |        |        |        |          |
  | 全月 | 总电量 | total   | 电量 | 兆瓦时 | 3      |        |          |
  | 用户 | 用电量 | energy  | 电量 | 兆瓦时 | 3      |        | 0 至 1000 |
  | 用户 | 占比   | share   | 比例 |        | 6      |        |          |
校验:
  用户.用电量不大: {须: 用电量 ≤ 10 兆瓦时}
  用户.占比不过半: {须: 占比 ≤ 50%}
决定:
  全月.总电量: {汇总: {求和: 用户.用电量}}
  用户.占比:
    计算公式: 如果 全月.总电量 > 0 兆瓦时 那么 用电量 ÷ 全月.总电量 否则 0
    取整: 四舍五入 6 位
明细:
  用户: {出具: '"中心"', 栏目: [用电量, 占比, 全月.总电量]}
"""


def across(folder):
    (folder / "规则.yaml").write_text(ACROSS, encoding="utf-8")
    return pe.load("示例/全省分摊", period="2018-06", rules=folder / "规则.yaml")


def shared(folder, rows):
    folder.mkdir()
    lines = "".join(f"{key},{above},{energy}\n" for key, above, energy in rows)
    (folder / "user.csv").write_text("user_id,company_id,energy\n" + lines, encoding="utf-8")
    return folder


def test_totals_over_everything_are_taken_again_without_the_packages_that_failed(tmp_path):
    """U1 has half of what is left only once the big user is out; then nobody is left but the small ones."""
    users = [(f"{n:03}", f"C{n % 5}", 1) for n in range(40)]
    found = agree(across(tmp_path), shared(tmp_path / "in", [*users, ("big", "C9", 900), ("mid", "", 9)]))
    assert [key for _, key, _, code in found["rejected"] if code != "PE6070"] == ["big"]
    header, rows = found["tables"]["user"]
    assert {row[header.index("total")] for row in rows} == {Decimal("49.000")}


def test_a_share_that_is_too_big_only_after_others_are_gone(tmp_path):
    users = [("a", "", 4), ("b", "", 5), ("c", "", 3), ("big", "", 900)]
    found = agree(across(tmp_path), shared(tmp_path / "in", users))
    assert [key for _, key, _, code in found["rejected"]] == ["big"]
    smaller = agree(
        across(tmp_path), shared(tmp_path / "in2", [("a", "", 8), ("b", "", 5), ("big", "", 900)])
    )
    assert [key for _, key, _, _ in smaller["rejected"]] == ["big", "a", "b"]


# -- files that are none ----------------------------------------------------------------------------


def parquet(folder, table):
    import pyarrow.parquet as pq

    write(folder, [])
    pq.write_table(table, folder / "user.parquet", row_group_size=500)
    return folder / "user.parquet"


def frame(count=4_000):
    import pyarrow as pa

    rows = list(members(count, random.Random(3)))
    columns = {name: [row[i] or None for row in rows] for i, name in enumerate(COLUMNS)}
    for name in COLUMNS[2:5]:
        columns[name] = [Decimal(text) for text in columns[name]]
    return pa.table(columns)


@pytest.mark.parametrize("kept", [0, 4, 1000, 0.5, 0.999])
def test_a_truncated_file(policy, tmp_path, kept):
    path = parquet(tmp_path / "in", frame())
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])
    said = agree(policy, path.parent)
    assert isinstance(said, list)


@pytest.mark.parametrize("spoilt", [2, 1000, 30_000, -20])
def test_a_file_with_bytes_that_were_changed(policy, tmp_path, spoilt):
    path = parquet(tmp_path / "in", frame())
    content = bytearray(path.read_bytes())
    for at in range(spoilt, spoilt + 8):
        content[at] ^= 0x5A
    path.write_bytes(bytes(content))
    agree(policy, path.parent)


@pytest.mark.parametrize("change", ["missing", "float", "list", "renamed", "twice"])
def test_a_wrong_schema(policy, tmp_path, change):
    import pyarrow as pa

    table = frame(50)
    place = table.column_names.index("contract_energy")
    values = [float(v) for v in table.column("contract_energy").to_pylist()]
    table = {
        "missing": lambda: table.drop_columns(["contract_energy"]),
        "float": lambda: table.set_column(place, "contract_energy", pa.array(values)),
        "list": lambda: table.set_column(place, "contract_energy", pa.array([[v] for v in values])),
        "renamed": lambda: table.rename_columns(["user_id", "retailer", *COLUMNS[2:]]),
        "twice": lambda: table.append_column("合同电量", table.column("contract_energy")),
    }[change]()
    said = agree(policy, parquet(tmp_path / "in", table).parent)
    assert isinstance(said, list) or change == "renamed"


def test_small_files_take_the_same_way_as_large_ones(policy, tmp_path, monkeypatch):
    rows = list(members(200, random.Random(1)))
    rows[3][2] = "?"
    small = agree(policy, write(tmp_path / "in", rows))
    monkeypatch.setattr(stage_sources, "SMALL", -1)
    assert agree(policy, tmp_path / "in") == small


# -- columns and engine do not agree, or there are no columns ------------------------------------------


def test_nothing_is_written_when_the_engine_finds_no_fault(policy, tmp_path, monkeypatch):
    monkeypatch.setattr(column_month, "failing", lambda *_: frozenset({("售电公司", "R1")}))
    with pytest.raises(pe.EngineError) as caught:
        pe.settle(policy, write(tmp_path / "in", list(members(60, random.Random(1)))), tmp_path / "out")
    assert caught.value.code == "PE9112"
    assert not (tmp_path / "out").exists()


def test_a_policy_without_columns_goes_to_the_engine_with_a_remark(tmp_path, monkeypatch, capsys):
    """PE9101, in run.json and on standard error; asked for columns only, it is an error."""

    def refused(policy):
        raise NotLowered("merge", policy.base_entities[0].span, "用户")

    monkeypatch.setattr(column_month, "input_columns", refused)
    source = write(tmp_path / "in", list(members(60, random.Random(1))))
    words = ["settle", "jibei/deviation", "--period", "2018-06", "--input", str(source)]
    assert run([*words, "--output", str(tmp_path / "out")]) == 0
    record = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert "PE9101" in {w["code"] for w in record["warnings"]}
    assert record["engine"]["executor"] in ("durable", "reference")
    assert "不能按列核算" in capsys.readouterr().err
    assert run([*words, "--output", str(tmp_path / "none"), "--executor", "columns"]) == 1
    assert "PE9101" in capsys.readouterr().err and not (tmp_path / "none").exists()
