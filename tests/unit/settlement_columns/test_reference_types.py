"""References are held as an enumeration of the keys there are, or as text: nobody can tell from what is settled."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from both_ways import agree
from test_rejected_months import CORRUPT, members, write

import policy_engine as pe
from policy_engine.settlement.columns import clean_keys, clean_table, stage_sources
from policy_engine.settlement.columns.database import MOST_TOLD, _first_line

MARKET = [{"settlement_month": "2018-06", "average_bilateral_price": "352.376"}]


@pytest.fixture(scope="module")
def policy():
    return pe.load("jibei/deviation", period="2018-06")


@pytest.fixture(params=[-1, 1_000_000], ids=["text", "enumeration"])
def held(request, monkeypatch):
    """How references are held, and the types that were made."""
    monkeypatch.setattr(clean_keys, "MOST", request.param)
    made: list[str] = []
    real = clean_keys.reference_type

    def counted(*args):
        made.append(real(*args))
        return made[-1]

    monkeypatch.setattr("policy_engine.settlement.columns.stage.reference_type", counted)
    yield made
    assert made and (set(made) == {clean_table.TEXT}) == (request.param < 0)


def user(key, retailer, contract="100", metered="90"):
    return {
        "user_id": key,
        "retailer_id": retailer,
        "contract_energy": contract,
        "metered_energy": metered,
        "catalogue_price": "600",
        "exempt": "否",
    }


def month(users, retailers):
    return {"market": MARKET, "user": users, "retailer": [{"retailer_id": r} for r in retailers]}


@pytest.mark.parametrize(
    ("retailers", "references"),
    [
        (["A", "B"], ["A", "B", "A", None]),
        (["A", "B"], ["A", "C", "A", ""]),  # nobody is C
        ([" A", "B"], ["A", "B", "A\u3000", None]),  # written in another way, and the same once it is read
        ([" A", " A"], ["A", "B", "A", None]),
        (["A", "a", "Ａ"], ["a", "A", "Ａ", "ａ"]),
        (["001", "1", "01"], ["1", "01", "001", "0001"]),
        (["2", "10", "1"], ["10", "2", "1", "1"]),  # in order of text
        (["合计"], ["合计", "A", None, None]),
        (["", "A"], ["", "A", None, None]),
        (["=A", "'A"], ["=A", "A", "'A", "-A"]),
        ([], ["A", None, "A", "A"]),
    ],
)
def test_whatever_keys_look_like(policy, held, retailers, references):
    users = [user(f"u{i}", r, metered=str(80 + i * 10)) for i, r in enumerate(references)]
    agree(policy, month(users, retailers))


def test_rows_at_fault_take_their_package_along(policy, held):
    users = [
        user("u1", "A"),
        user("u2", "A", metered="?"),
        user("u3", "B"),
        user("u4", "C"),
        user("u5", None),
    ]
    found = agree(policy, month(users, ["A", "B"]))
    assert {key for _, key, _, _ in found["rejected"]} == {"A", "u1", "u2", "u4"}


def test_a_check_that_fails_after_staging(policy, held):
    retailers = [
        {"retailer_id": "A", "package_contract_energy": "200"},
        {"retailer_id": "B", "package_contract_energy": "1"},
    ]
    users = [user("u1", "A"), user("u2", "A"), user("u3", "B"), user("u4", None)]
    found = agree(policy, {"market": MARKET, "user": users, "retailer": retailers})
    assert {key for _, key, _, _ in found["rejected"]} == {"B", "u3"}


def test_a_month_of_corrupt_rows(policy, held, tmp_path, monkeypatch):
    import random

    rng = random.Random(7)
    rows = list(members(600, rng))
    for number, (place, column) in enumerate(zip(range(0, 600, 9), list(CORRUPT) * 20, strict=False)):
        wrong = CORRUPT[column]
        rows[place][list(CORRUPT).index(column)] = wrong[number % len(wrong)]
    monkeypatch.setattr(stage_sources, "SMALL", 0)  # read by the database, not in Python
    write(tmp_path, rows, [[f"R{n}", ""] for n in range(24)])
    agree(policy, tmp_path)


def test_texts_stay_texts_in_what_is_written(policy, held, tmp_path):
    users = [user("u1", "B"), user("u2", "A"), user("u3", None)]
    pe.settle(policy, month(users, ["B", "A"]), tmp_path, format="parquet")
    schema = pq.read_schema(tmp_path / "user.parquet")
    assert schema.field("retailer_id").type == pa.string()
    assert pq.read_table(tmp_path / "user.parquet")["retailer_id"].to_pylist() == ["B", "A", None]
    in_memory = pe.settle(policy, month(users, ["B", "A"]))
    for table, column in (("user", "retailer_id"), ("retailer", "retailer_id")):
        assert in_memory.arrow(table)[column].type == pa.string()
    assert in_memory.explain("A").key == "A"


def test_a_tree_of_three(tmp_path, held):
    """Keys further up, and shares among rows that are parents themselves, whose order is that of their keys."""
    (tmp_path / "三层.yaml").write_text(THREE, encoding="utf-8")
    policy = pe.load("t/three", period="2018-06", rules=tmp_path)
    regions = [{"region_id": r, "pot": "10.01"} for r in ("z", "a", "2", "10")]
    batches = [
        {"batch_id": f"{r}{b}", "region_id": r, "size": "1"} for r in ("10", "z", "2", "a") for b in "cab"
    ]
    points = [{"point_id": f"p{i}", "batch_id": b["batch_id"], "used": "1.5"} for i, b in enumerate(batches)]
    points.append({"point_id": "lost", "batch_id": "nobody's", "used": "1"})
    found = agree(policy, {"region": regions, "batch": batches, "point": points})
    assert [key for _, key, _, _ in found["rejected"]] == ["lost"]
    parts = {row[0]: row[2] for row in found["tables"]["batch"][1]}
    assert {k: str(v) for k, v in parts.items() if k.startswith("z")} == {
        "za": "3.34",
        "zb": "3.34",
        "zc": "3.33",
    }


THREE = """\
格式: 1
政策: t/three
标题: 三层
发文机关: 委员会
知悉日: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
主体:
  地区: {代号: region, 主键: region_id}
  批次: {代号: batch, 主键: batch_id, 属于: 地区}
  点: {代号: point, 主键: point_id, 属于: 批次}
词条: |
  | 主体 | 名称   | 代号  | 类型 | 单位   | 小数位 | 其他 | 范围      |
  | 地区 | 总额   | pot   | 金额 | 元     | 2      |      | 0 至 1000 |
  | 批次 | 大小   | size  | 电量 | 兆瓦时 | 3      |      | 0 至 1000 |
  | 批次 | 分得   | part  | 金额 | 元     | 2      |      |           |
  | 地区 | 用量   | total | 电量 | 兆瓦时 | 3      |      |           |
  | 点   | 用电量 | used  | 电量 | 兆瓦时 | 3      |      | 0 至 1000 |
决定:
  地区.用量:
    汇总: {求和: 点.用电量}
  批次.分得:
    分摊: {总量: 地区.总额, 分摊依据: 大小, 尾差: 最大余数法}
    取整: 2 位
明细:
  地区: {栏目: [总额, 用量]}
  批次: {栏目: [分得]}
"""


def test_an_error_of_the_database_does_not_list_every_key():
    with duckdb.connect() as connection:
        keys = ", ".join(f"'key {n}'" for n in range(2_000))
        with pytest.raises(duckdb.Error) as told:
            connection.execute(f"SELECT CAST('x' AS ENUM ({keys}))")
        assert len(_first_line(told.value)) <= MOST_TOLD
