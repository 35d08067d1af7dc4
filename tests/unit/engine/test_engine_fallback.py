"""Where the C extension is missing the reference decides, and says so; months where a policy has none."""

from decimal import Decimal

import pytest

import policy_engine as pe
from policy_engine.engine import plan

CASE = {
    "market": {"average_bilateral_price": "350"},
    "user": [
        {"user_id": "001", "contract_energy": "10000", "metered_energy": "9200", "catalogue_price": "620"}
    ],
}
BY_DAY = """# language: zh-CN
格式: 1
政策: demo/by-day
标题: 按日施行
发文机关: 示例
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 申请日}
条款:
  一: {位置: 第一条, 摘要: 加倍}
主体:
  用户: {代号: user, 主键: user_id}
词条: |
  | 主体 | 名称 | 代号   | 类型 | 单位   | 小数位 | 其他 | 范围     |
  | 用户 | 电量 | energy | 电量 | 兆瓦时 | 3      |      | 0 至 100 |
  | 用户 | 加倍 | double | 电量 | 兆瓦时 | 3      |      |          |
决定:
  用户.加倍: {计算公式: 电量 * 2, 条款: 一}
"""


def test_without_the_extension_the_reference_decides_with_a_notice(monkeypatch):
    monkeypatch.setattr(plan, "available", lambda: False)
    policy = pe.load("jibei/deviation", period="2018-06")
    with pytest.warns(RuntimeWarning, match="durable_rules"):
        result = pe.evaluate(policy, CASE)
    assert result.executor == "reference"
    assert result.value("user", "001", "assessment_fee").value == Decimal("21000")
    assessment = pe.assess(policy, pe_tables(policy))
    assert [n.code for n in assessment.notes] == ["PE6051"]


def pe_tables(policy):
    from policy_engine.engine.facts import tables_from_mapping

    return tables_from_mapping(policy, CASE)


def test_a_policy_without_months_takes_no_month_column(tmp_path):
    (tmp_path / "rule.yaml").write_text(BY_DAY, encoding="utf-8")
    policy = pe.load("demo/by-day", on="2018-06-05", rules=tmp_path)
    assert (
        pe.evaluate(policy, {"user": [{"user_id": "1", "energy": "2"}]}).value("user", "1", "double").value
        == 4
    )
    with pytest.raises(pe.InputError) as refused:
        pe.evaluate(policy, {"user": [{"user_id": "1", "energy": "2", "结算期": "2018-06"}]})
    assert refused.value.code == "PE6044"
