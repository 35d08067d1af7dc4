"""Entity trees: totals over children and grandchildren, ancestors, one-row entities, rows made from references."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Result
from unit.policy.rule_text import codes, policy_of, rule_file

ENTITIES = """
全月: {代号: market, 单例: 是}
售电公司: {代号: retailer, 主键: retailer_id}
用户: {代号: user, 主键: user_id, 属于: 售电公司, 可空: 是}
打包用户: {即: 用户, 当: 所属售电公司 不为空}
直接用户: {即: 用户, 当: 所属售电公司 为空}
用电单元: {代号: unit, 主键: unit_id, 属于: 用户}
"""
TERMS = """
    用电单元 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用电单元 | 停运 | stopped | 是否 | | | 默认 否 |
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | |
    售电公司 | 电量 | energy | 电量 | 兆瓦时 | 3 | |
    全月 | 电量 | energy | 电量 | 兆瓦时 | 3 | |
"""
FACTS: dict[str, object] = {
    "retailer": [{"retailer_id": "S1"}, {"retailer_id": "S2"}, {"retailer_id": "空"}],
    "user": [
        {"user_id": "甲", "retailer_id": "S1"},
        {"user_id": "乙", "retailer_id": "S1"},
        {"user_id": "丙", "retailer_id": "S2"},
        {"user_id": "丁", "retailer_id": ""},
        {"user_id": "戊", "retailer_id": "S2"},
    ],
    "unit": [
        {"unit_id": "1", "user_id": "甲", "energy": "1"},
        {"unit_id": "2", "user_id": "甲", "energy": "2", "stopped": "是"},
        {"unit_id": "3", "user_id": "乙", "energy": "4"},
        {"unit_id": "4", "user_id": "丙", "energy": "8"},
        {"unit_id": "5", "user_id": "丁", "energy": "16"},
    ],
}


def totals(users: str, retailers: str, market: str, facts: dict[str, object] = FACTS) -> dict[str, Fraction]:
    decisions = f"""
    用户.电量: {users}
    售电公司.电量: {retailers}
    全月.电量: {market}
    """
    policy = policy_of(rule_file(decisions, terms=TERMS, entities=ENTITIES))
    result = evaluate(policy, facts)
    assert result.to_dict() == evaluate(policy, facts, executor="reference").to_dict()
    return _values(result)


def _values(result: Result) -> dict[str, Fraction]:
    found = {}
    for entity in ("user", "retailer", "market"):
        for key in result.keys(entity):
            value = result.row(entity, key).values["energy"]
            assert isinstance(value, Fraction)
            found[key or "全月"] = value
    return found


OWN = "{汇总: {求和: 用电单元.电量}}"


def test_totals_over_children_and_grandchildren() -> None:
    found = totals(OWN, OWN, OWN)
    assert found == {"甲": 3, "乙": 4, "丙": 8, "丁": 16, "戊": 0, "S1": 7, "S2": 8, "空": 0, "全月": 31}


def test_a_total_of_totals_is_the_same() -> None:
    assert totals(OWN, "{汇总: {求和: 用户.电量}}", "{汇总: {求和: 用户.电量}}") == totals(OWN, OWN, OWN)
    assert totals(OWN, "{汇总: {求和: 用户.电量}}", "{汇总: {求和: 售电公司.电量}}")["全月"] == 15


def test_filters_are_read_on_the_child() -> None:
    found = totals(
        "{汇总: {求和: 用电单元.电量, 不计: 停运}}", "{汇总: {求和: 用电单元.电量, 仅: 停运}}", OWN
    )
    assert (found["甲"], found["S1"], found["S2"], found["全月"]) == (1, 2, 0, 31)
    found = totals(
        "{汇总: {求和: 用电单元.电量, 仅: 电量 > 1 兆瓦时, 不计: 电量 > 10 兆瓦时}}",
        OWN,
        "{计算公式: 合计(打包用户.电量)}",
    )
    assert (found["甲"], found["丁"], found["全月"]) == (2, 0, 14)


def test_a_filter_may_read_above_the_child() -> None:
    found = totals(OWN, "{汇总: {求和: 用电单元.电量, 仅: 用户.电量 > 3 兆瓦时}}", OWN)
    assert (found["S1"], found["S2"]) == (4, 8)


def test_sub_entities_are_totalled_apart() -> None:
    packaged = totals(OWN, OWN, "{汇总: {求和: 打包用户.电量}}")["全月"]
    direct = totals(OWN, OWN, "{汇总: {求和: 直接用户.电量}}")["全月"]
    assert (packaged, direct) == (15, 16)


def test_counts_and_extremes() -> None:
    found = totals(
        "{计算公式: 计数(用电单元) × 1 兆瓦时}",
        "{计算公式: 计数(用户) × 1 兆瓦时}",
        "{汇总: {最大: 用电单元.电量}}",
    )
    assert found == {"甲": 2, "乙": 1, "丙": 1, "丁": 1, "戊": 0, "S1": 2, "S2": 2, "空": 0, "全月": 16}
    assert totals(OWN, OWN, "{汇总: {最小: 用电单元.电量, 不计: 停运}}")["全月"] == 1


def test_an_extreme_of_nothing_is_an_error() -> None:
    with pytest.raises(Exception, match="PE6027") as error:
        totals("{汇总: {最大: 用电单元.电量}}", OWN, OWN)
    assert "用户 戊" in str(error.value)


def test_a_weighted_mean() -> None:
    text = "{汇总: {加权平均: 用电单元.电量, 权重: 用电单元.电量}, 取整: 四舍五入 3 位}"
    facts = {**FACTS, "user": [u for u in FACTS["user"] if u["user_id"] != "戊"]}
    assert totals(text, OWN, OWN, facts)["甲"] == Fraction("1.667")
    assert "PE6025" in codes(lambda: totals(text, OWN, OWN))
    assert "PE3068" in codes(lambda: totals(text.replace(", 取整: 四舍五入 3 位", ""), OWN, OWN))


def test_from_below_a_term_is_read_through_every_level() -> None:
    terms = "全月 | 单价 | price | 数 | | 0 | | 0 至 9\n售电公司 | 系数 | factor | 数 | | 0 | | 0 至 9"
    terms += "\n用电单元 | 结果 | r | 数 | | 0 | |"
    text = rule_file(
        "用电单元.结果: {计算公式: '首个有值(售电公司.系数, 0) × 10 + 全月.单价'}",
        terms=terms,
        entities=ENTITIES,
    )
    facts = {**FACTS, "market": {"price": "3"}}
    facts["retailer"] = [{"retailer_id": "S1", "factor": "1"}, {"retailer_id": "S2", "factor": "2"}]
    facts["unit"] = [{k: v for k, v in u.items() if k.endswith("_id")} for u in FACTS["unit"]]
    result = evaluate(policy_of(text), facts)
    assert {k: result.row("unit", k).values["r"] for k in "12345"} == {
        "1": 13,
        "2": 13,
        "3": 13,
        "4": 23,
        "5": 3,
    }


def test_a_term_above_an_optional_parent_may_be_missing() -> None:
    terms = "售电公司 | 系数 | factor | 数 | | 0 | | 0 至 9\n用户 | 结果 | r | 数 | | 0 | |"
    assert "PE2042" in codes(
        lambda: policy_of(rule_file("用户.结果: {计算公式: 售电公司.系数}", terms=terms, entities=ENTITIES))
    )
    parts = terms.replace("用户 | 结果", "打包用户 | 结果")
    text = rule_file("打包用户.结果: {计算公式: 售电公司.系数}", terms=parts, entities=ENTITIES)
    assert codes(lambda: policy_of(text)) == []


# -- rows made from references ---------------------------------------------------------------------


def test_a_table_not_handed_in_is_made_from_the_references() -> None:
    facts = {"user": FACTS["user"], "unit": FACTS["unit"]}
    assert totals(OWN, OWN, OWN, facts) == {k: v for k, v in totals(OWN, OWN, OWN).items() if k != "空"}


def test_a_row_made_from_a_reference_is_asked_for_its_own_parent() -> None:
    entities = ENTITIES.replace(", 可空: 是", "").replace(
        "打包用户: {即: 用户, 当: 所属售电公司 不为空}\n", ""
    )
    entities = entities.replace("直接用户: {即: 用户, 当: 所属售电公司 为空}\n", "")
    policy = policy_of(
        rule_file(f"售电公司.电量: {OWN}", terms=_only("用电单元", "售电公司"), entities=entities)
    )
    with pytest.raises(InputError) as error:
        evaluate(policy, {"retailer": FACTS["retailer"], "unit": FACTS["unit"]})
    assert {d.code for d in error.value.diagnostics} == {"PE6013"}
    assert "用户 甲" in str(error.value)


def test_a_row_made_from_a_reference_needs_its_own_facts() -> None:
    terms = "售电公司 | 系数 | factor | 数 | | 0 | | 0 至 9\n打包用户 | 结果 | r | 数 | | 0 | |"
    policy = policy_of(rule_file("打包用户.结果: {计算公式: 售电公司.系数}", terms=terms, entities=ENTITIES))
    with pytest.raises(InputError) as error:
        evaluate(policy, {"user": [{"user_id": "1", "retailer_id": "S"}]})
    assert (error.value.code, len(error.value.diagnostics)) == ("PE6016", 1)
    assert "售电公司 S" in str(error.value)


def _only(*entities: str) -> str:
    return "\n".join(line for line in TERMS.splitlines() if line.strip().startswith(entities))
