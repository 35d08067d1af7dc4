"""``policy-engine plan``: every statement can be run, every step names its clause, every refusal is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parity.rows_in import create_input
from policy_engine import load
from policy_engine.cli.main import run
from policy_engine.lowering.planner import lower

MONTH = ["plan", "jibei/deviation", "--period", "2018-06"]

REFUSED = """\
格式: 1
政策: test/refused
标题: 试
发文机关: 试
发文日期: 2018-06-01
施行: {自: 2018-06-01, 至: 未定, 按: 结算月, 条款: 一}
条款: {一: {位置: 一, 摘要: 试}}
主体:
  全月: {代号: market, 单例: 是}
  员: {代号: member, 主键: member_id}
词条: |
  | 主体 | 名称   | 代号             | 类型 | 单位   | 小数位 | 其他 | 范围      |
  | 全月 | 结算月 | settlement_month | 月份 |        |        |      |           |
  | 员   | 甲     | first            | 电量 | 兆瓦时 | 3      |      | 0 至 1000000000000000000000000000000000000 |
  | 员   | 乙     | second           | 电量 | 兆瓦时 | 3      |      | 0 至 1000 |
  | 员   | 名     | label            | 文本 |        |        |      |           |
  | 员   | 字     | letters          | 数   |        | 0      |      |           |
  | 员   | 总     | total            | 电量 | 兆瓦时 | 3      |      |           |
  | 员   | 倍     | twice            | 数   |        | 0      |      |           |
决定:
  员.字: {计算公式: '字数(名)', 条款: 一}
  员.总: {计算公式: 甲 + 乙, 条款: 一}
  员.倍: {计算公式: 字 × 2, 条款: 一}
明细:
  员: {出具: '"试"', 栏目: [总, 倍]}
"""


def document(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert run([*MONTH, "--format", "json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_statement_runs_in_duckdb(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys)
    plan = lower(load("jibei/deviation", period="2018-06"))
    with duckdb.connect() as connection:
        for entity, columns in plan.inputs.items():
            connection.execute(create_input(plan.policy, entity, columns))
        for relation in found["relations"]:
            connection.execute(relation["sql"])
        last = connection.execute(f'SELECT * FROM "{found["last"]["用户"]}"')
        names = {d[0] for d in last.description}
    assert {"over_fee", "assessed_energy__打包用户"} <= names


def test_every_statement_is_sql_of_spark(capsys: pytest.CaptureFixture[str]) -> None:
    sqlglot = pytest.importorskip("sqlglot")
    from sqlglot import exp

    found = document(capsys, "--dialect", "spark")
    assert found["dialect"] == "spark"
    for relation in found["relations"]:
        (statement,) = sqlglot.parse(relation["sql"], read="spark", error_level=sqlglot.ErrorLevel.RAISE)
        assert isinstance(statement, exp.Create | exp.Cache), relation["sql"]
        types = {d.this for d in statement.find_all(exp.DataType)}
        assert not types & {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}, relation["sql"]


def test_steps_name_their_stage_and_clause(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {(c["entity"], c["column"]): c for c in document(capsys)["columns"]}
    over = columns["售电公司", "over_energy"]
    assert (over["by"], over["stage"], over["clauses"]) == ("formula", "售电公司.超出电量", ["四-1-2"])
    assert (over["unit"], over["bits"], over["low"]) == ("1/1000", 64, "0")
    assert columns["用户", "assessed_energy__打包用户"]["by"] == "allocation"
    assert columns["售电公司", "verdict"]["by"] == "table"
    total = columns["售电公司", "_sum1"]
    assert (total["by"], total["over"], total["total"]) == ("total", "用户", "sum")
    fee = columns["用户", "assessment_fee__直接交易用户"]
    assert fee["from_above"] == ["全月.average_bilateral_price"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "输入列"), ("en", "Input columns")])
def test_as_text(lang: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", lang, *MONTH]) == 0
    out = capsys.readouterr().out
    assert words in out
    assert 'AS "over_fee"' in out
    assert "-- 用户.超出电费（二-2、四-1-2）" in out


def test_every_refusal_is_told_and_nothing_that_only_follows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "试.yaml").write_text(REFUSED, "utf-8")
    assert run(["plan", "test/refused", "--period", "2018-06", "--rules", str(rules)]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "PE9101" in line]
    assert len(told) == 2, told
    assert "“甲”" in told[0]
    assert "字数" in told[1]
