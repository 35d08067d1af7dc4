"""Trees of three levels and terms of every kind, from random tables; and all shipped policies that have columns."""

import csv
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staged_parity import Expected, agree

import policy_engine as pe
from policy_engine.engine.supplied import Supplied
from policy_engine.feel.types import LevelType, OptionType
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.settlement.columns import stage_packages, stage_sources
from unit.policy.rule_text import policy_of, rule_file

ENTITIES = """
全月: {代号: market, 单例: 是}
售电公司: {代号: retailer, 主键: retailer_id}
用户: {代号: user, 主键: user_id, 属于: 售电公司, 可空: 是}
打包用户: {即: 用户, 当: 所属售电公司 不为空 且 非 停}
直接用户: {即: 用户, 当: 所属售电公司 为空 且 非 停}
用电单元: {代号: unit, 主键: unit_id, 属于: 用户}
大单元: {即: 用电单元, 当: 所属售电公司 不为空 或 等级 不为空}
小单元: {即: 用电单元, 当: 所属售电公司 为空 且 等级 为空}
"""
TERMS = """
    用电单元 | 电量 | energy | 电量 | 兆瓦时 | 3 | 又名 抄表电量 | -5 至 1000
    用电单元 | 等级 | level | 选项 | | | 可空 | 甲、乙
    用电单元 | 开始 | start | 日期 | | | 可空 |
    用电单元 | 月 | month | 月份 | | | 可空 |
    用电单元 | 说明 | note | 文本 | | | 可空 |
    大单元 | 容量 | size | 数 | | 0 | | 0 至 100000000000000000000
    用户 | 停 | stopped | 是否 | | | 默认 否 |
    用户 | 没人读 | unread | 电价 | 元/兆瓦时 | 2 | | 0 至 5
    售电公司 | 价 | price | 电价 | 元/兆瓦时 | 2 | 默认 1.5 | 0 至 5
    用电单元 | 费 | fee | 金额 | 元 | 5 | |
"""
DECISIONS = """
    用电单元.费:
      计算公式: 电量 × (首个有值(售电公司.价, 1 元/兆瓦时))
"""
READ_ALL = """校验:
  用电单元.读: {须: 开始 为空 或 月 为空 或 说明 为空 或 说明 = "x" 或 等级 为空 或 开始 > @"2000-01-01"}
  大单元.读二: {须: 容量 >= 0}
"""
VALUES = {
    "unit": {
        "user_id": ["u1", "u2", "u3"],
        "energy": ["1", "-5", "1000.000", "999.999", "0.5"],
        "level": ["甲", "乙", "", ""],
        "start": ["2018-06-01", "", "0001-01-01", "9999-12-31", "2020-02-29"],
        "month": ["2018-06", "201806", "", "2018-12"],
        "note": ["x", "一 二", "", "合计"],
        "size": ["0", "100000000000000000000", "7"],
    },
    "user": {
        "retailer_id": ["r1", "r2", ""],
        "stopped": ["否", "", "否", "否", "是"],
        "unread": ["", "1", "4.99"],
    },
    "retailer": {"price": ["", "2", "0.01"]},
}
NASTY = [
    *[""] * 4, " ", "x", "-5.001", "1000.001", "0.0005", "１", "1,000", "50%", "#N/A", "甲 ", "丙", "2018-02-30",
    "2018.1", "18-6", "2018-13", "0000-01-01", "2018/6/1", "20180601", "是", "maybe", "u9", " u1", "u1\u3000", "1e2", "1E+30",
    "'x", "100000000000000000001", "\u200bu1", "a\x07b", "合计", "无",
]  # fmt: skip


@pytest.fixture(scope="module")
def policy():
    return policy_of(rule_file(DECISIONS, terms=TERMS, entities=ENTITIES, more=READ_ALL))


def table(dice, entity, keys, nasty):
    columns = {f"{entity}_id": keys} | {
        name: [dice.choice(choices) for _ in keys] for name, choices in VALUES[entity].items()
    }
    for _ in range(nasty):
        column = dice.choice(list(columns))
        columns[column][dice.randrange(len(keys))] = dice.choice(NASTY)
    return columns


def tables(seed):
    """Tables by entity, some of them absent; most of the rows are fine."""
    dice = random.Random(seed)
    nasty = dice.choice([0, 1, 3, 10])
    found = {"unit": table(dice, "unit", [f"n{i}" for i in range(dice.randrange(1, 30))], nasty)}
    if dice.random() < 0.8:
        found["user"] = table(dice, "user", ["u1", "u2", "u3", "u4"][: dice.randrange(2, 5)], nasty // 3)
    if dice.random() < 0.6:
        found["retailer"] = table(dice, "retailer", ["r1", "r2", "R3"][: dice.randrange(1, 4)], nasty // 3)
    return dict(dice.sample(sorted(found.items()), len(found)))


def write_csv(path, columns):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(columns), *zip(*columns.values(), strict=True)])


def frame(columns, seed):
    """A table in memory, in one of the forms there are."""
    table = pa.table(columns)
    if seed % 3 == 0:
        return table.to_reader(max_chunksize=5)
    return (
        table.cast(pa.schema([(n, pa.string_view()) for n in table.column_names])) if seed % 3 == 1 else table
    )


def rows_of(columns):
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("form", ["csv", "parquet", "frames", "rows"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_random_trees(policy, tmp_path_factory, monkeypatch, form, seed):
    monkeypatch.setattr(stage_sources, "SMALL", -1)
    monkeypatch.setattr(stage_packages, "LISTED", seed % 20)
    found = tables(seed)
    if form in ("frames", "rows"):
        in_rows = {name: rows_of(columns) for name, columns in found.items()}
        held = {name: frame(columns, seed) for name, columns in found.items()}
        agree(policy, held if form == "frames" else in_rows, as_read=in_rows)
        return
    folder = tmp_path_factory.mktemp("month")
    for name, columns in found.items():
        if form == "parquet":
            pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        else:
            write_csv(folder / f"{name}.csv", columns)
    agree(policy, folder)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_facts_that_follow_from_elsewhere(policy, seed):
    dice = random.Random(seed)
    in_rows = {name: rows_of(columns) for name, columns in tables(seed).items()}
    supplied = [
        Supplied("用户", dice.choice(["u1", "u2", "u9"]), "停", "是", "事项 1"),
        Supplied("用电单元", dice.choice(["n1", "n2", "n99"]), "level", "甲", "事项 2"),
        Supplied("大单元", "n0", "容量", "7", "事项 3"),
    ][: dice.randrange(4)]
    held = {name: pa.Table.from_pylist(rows) for name, rows in in_rows.items()}
    agree(policy, held, supplied, as_read=in_rows)


def test_other_libraries(policy):
    polars = pytest.importorskip("polars")
    for seed in range(10):
        found = tables(seed)
        in_rows = {name: rows_of(columns) for name, columns in found.items()}
        agree(policy, {n: polars.DataFrame(c) for n, c in found.items()}, as_read=in_rows)


def test_a_float_is_refused_where_it_is_read(policy):
    frame = pa.table({"unit_id": ["1"], "user_id": ["u"], "energy": [0.1], "size": ["1"], "zzzz": [0.5]})
    found = agree(policy, {"unit": frame}, as_read={"unit": [{"unit_id": "1"}]}, same=False)
    assert [code for code, *_ in found[1]] == ["PE6018"] and "energy" in found[1][0][1]


SHIPPED = ("jibei/deviation", "jibei/agreements", "jibei/publication", "jing-jin-tang/exempt-quantity-draft")


def fitting(term, dice):
    """A cell that is often fine for a term."""
    if term.kind in NUMERIC_KINDS:
        ends = [term.low or 0, term.high or 10, (term.low or 0) - 1, (term.high or 10) + 1]
        return str(int(dice.choice([*ends[:2], *ends[:2], *ends, (term.low or 0)])))
    if isinstance(term.type, OptionType | LevelType):
        return dice.choice(getattr(term.type, "options", None) or term.type.levels)
    return {"boolean": dice.choice("是否"), "date": "2018-07-01", "month": "2018-07"}.get(term.kind, "x")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("seed", range(8))
def test_shipped_policies(tmp_path, monkeypatch, name, seed):
    monkeypatch.setattr(stage_sources, "SMALL", -1)
    policy = pe.load(name, period="2018-07")
    dice = random.Random(f"{name} {seed}")
    for entity in policy.base_entities:
        count = 1 if entity.single else 12
        terms = [t for t in policy.terms_of(entity.name) if not t.decided]
        columns = {t.id: [fitting(t, dice) for _ in range(count)] for t in terms}
        if not entity.single:
            columns = {entity.key: [f"{entity.id}{i}" for i in range(count)]} | columns
        if entity.parent is not None:
            above = policy.entities[entity.parent]
            columns[above.key or above.id] = [f"{above.id}{dice.randrange(12)}" for _ in range(count)]
        for _ in range(dice.choice([0, 0, 1, 4]) if columns else 0):
            columns[dice.choice(list(columns))][dice.randrange(count)] = dice.choice(NASTY)
        if columns:
            write_csv(tmp_path / f"{entity.id}.csv", columns)
    found = agree(policy, tmp_path)
    assert isinstance(found, Expected | tuple)
