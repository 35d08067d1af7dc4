"""Entities, sub-entities, terms and the order of decisions: what a policy refuses to be."""

from __future__ import annotations

import pytest

from policy_engine.engine.evaluate import evaluate
from unit.policy.rule_text import ENTITIES, codes, policy_of, rule_file

USER = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
ENERGY = "用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000"


def names(count: str) -> str:
    """Decided terms 甲, 乙, 丙 … of users."""
    ids = dict(zip("甲乙丙丁", "abcd", strict=True))
    return "\n".join([ENERGY, *(f"用户 | {n} | {ids[n]} | 电量 | 兆瓦时 | 3 | |" for n in count)])


# -- the tree --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entities", "code"),
    [
        ("用户: {代号: user, 主键: user_id, 属于: 售电公司}", "PE3001"),
        ("用户: {主键: user_id}", "PE3002"),
        ("用户: {代号: user}", "PE3003"),
        ("用户: {代号: user, 主键: user_id}\n大户: {即: 用户}", "PE3004"),
        ("甲: {代号: a, 主键: a_id, 属于: 乙}\n乙: {代号: b, 主键: b_id, 属于: 甲}", "PE3005"),
        ("甲: {代号: a, 主键: a_id, 属于: 甲}", "PE3005"),
        ("甲: {代号: a, 主键: a_id}\n乙: {代号: a, 主键: b_id}", "PE3006"),
        ("甲: {代号: 乙, 主键: a_id}\n乙: {代号: b, 主键: b_id}", "PE3006"),
    ],
)
def test_a_tree_that_is_none(entities: str, code: str) -> None:
    text = rule_file(entities=f"全月: {{代号: market, 单例: 是}}\n{entities}")
    assert code in codes(lambda: policy_of(text))


def test_an_entity_refused_takes_what_hangs_on_it_along_without_a_crash() -> None:
    entities = ENTITIES.replace("售电公司: {代号: retailer, 主键: retailer_id}\n", "")
    terms = "打包用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000"
    assert "PE3001" in codes(lambda: policy_of(rule_file(terms=terms, entities=entities)))


def test_a_tree_eight_levels_deep_and_no_deeper() -> None:
    def chain(depth: int) -> str:
        below = [f"层{i}: {{代号: e{i}, 主键: id{i}, 属于: 层{i - 1}}}" for i in range(1, depth)]
        return "\n".join(["全月: {代号: market, 单例: 是}", "层0: {代号: e0, 主键: id0}", *below])

    assert codes(lambda: policy_of(rule_file(entities=chain(8)))) == []
    assert codes(lambda: policy_of(rule_file(entities=chain(9)))) == ["PE3005"]


# -- sub-entities ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "energy", "found"),
    [
        (("电量 > 10 兆瓦时", "电量 <= 10 兆瓦时"), "10", None),
        (("电量 >= 10 兆瓦时", "电量 <= 10 兆瓦时"), "10", "大户、小户"),
        (("电量 > 10 兆瓦时", "电量 < 10 兆瓦时"), "10", "—"),
    ],
)
def test_sub_entities_that_do_not_part_their_base(
    conditions: tuple[str, str], energy: str, found: str | None
) -> None:
    large, small = conditions
    entities = f"{USER}\n大户: {{即: 用户, 当: {large}}}\n小户: {{即: 用户, 当: {small}}}"
    decision = "甲:\n  适用: [大户, 小户]\n  计算公式: 电量"
    policy = policy_of(rule_file(decision, terms=names("甲"), entities=entities))
    facts = {"user": [{"user_id": "1", "energy": energy}]}
    if found is None:
        assert evaluate(policy, facts).value("user", "1", "a").text == "10.000"
        return
    with pytest.raises(Exception, match="PE6015") as error:
        evaluate(policy, facts)
    assert found in str(error.value)


@pytest.mark.parametrize(
    "condition",
    ["甲 > 1", "全月.限额 > 1", "计数(表计) > 0", "合计(表计.读数) > 0", "售电公司.限额 > 1"],
)
def test_a_sub_entity_is_told_by_its_own_inputs(condition: str) -> None:
    entities = f"""
    全月: {{代号: market, 单例: 是}}
    售电公司: {{代号: retailer, 主键: retailer_id}}
    用户: {{代号: user, 主键: user_id, 属于: 售电公司}}
    表计: {{代号: meter, 主键: meter_id, 属于: 用户}}
    大户: {{即: 用户, 当: '{condition}'}}
    小户: {{即: 用户, 当: '非 ({condition})'}}
    """
    terms = f"""
    {names("甲")}
    全月 | 限额 | limit | 电量 | 兆瓦时 | 3 | | 0 至 100
    售电公司 | 限额 | limit | 电量 | 兆瓦时 | 3 | | 0 至 100
    表计 | 读数 | reading | 电量 | 兆瓦时 | 3 | | 0 至 100
    """
    text = rule_file("用户.甲: {计算公式: 电量}", terms=terms, entities=entities)
    found = codes(lambda: policy_of(text.replace(" > 1", " > 1 兆瓦时")))
    assert found and set(found) == {"PE3007"}


def test_a_condition_that_cannot_be_computed_rejects_the_row() -> None:
    entities = (
        f"{USER}\n大户: {{即: 用户, 当: 1 兆瓦时 / 电量 > 2}}\n小户: {{即: 用户, 当: 1 兆瓦时 / 电量 <= 2}}"
    )
    policy = policy_of(rule_file("用户.甲: {计算公式: 电量}", terms=names("甲"), entities=entities))
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "energy": "0"}]})) == ["PE6025"]


# -- decided exactly once --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ("用户.甲: {计算公式: 电量}", []),
        ("用户.甲: {计算公式: 电量}\n打包用户.甲: {计算公式: 电量}", ["PE3100"]),
        ("打包用户.甲: {计算公式: 电量}", ["PE3101"]),
        ("打包用户.甲: {计算公式: 电量}\n直接用户.甲: {计算公式: 电量}", []),
        ("甲:\n  适用: [打包用户, 直接用户]\n  计算公式: 电量", []),
        ("甲:\n  适用: [用户, 打包用户]\n  计算公式: 电量", ["PE3100"]),
        ("甲: {计算公式: 电量}", ["PE3060"]),
        ("用户.乙: {计算公式: 电量}", ["PE3061"]),
        ("用户.甲: {计算公式: 电量, 汇总: {计数: 用户}}", ["PE3062"]),
    ],
)
def test_decided_exactly_once_for_every_row(decisions: str, expected: list[str]) -> None:
    assert codes(lambda: policy_of(rule_file(decisions, terms=names("甲"))))[:1] == expected


@pytest.mark.parametrize(
    ("decisions", "cycle"),
    [
        ("用户.甲: {计算公式: 甲}", "用户.甲 → 用户.甲"),
        (
            "用户.甲: {计算公式: 乙}\n用户.乙: {计算公式: 丙}\n用户.丙: {计算公式: 甲}",
            "用户.甲 → 用户.乙 → 用户.丙 → 用户.甲",
        ),
        (
            "用户.丙: {计算公式: 甲}\n用户.甲: {计算公式: 乙}\n用户.乙: {计算公式: 甲}",
            "用户.甲 → 用户.乙 → 用户.甲",
        ),
    ],
)
def test_decisions_in_a_circle(decisions: str, cycle: str) -> None:
    used = "".join(n for n in "甲乙丙" if f"用户.{n}:" in decisions)
    text = rule_file(decisions, terms=names(used), entities=USER)
    with pytest.raises(Exception, match="PE3102") as error:
        policy_of(text)
    assert cycle in str(error.value)


def test_one_part_may_read_what_the_other_part_decides_above_it() -> None:
    """Down from the retailer to its users and up again: no circle, because the parts differ."""
    terms = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户、售电公司 | 甲 | a | 电量 | 兆瓦时 | 3 | |
    """
    decisions = """
    打包用户.甲: {计算公式: 售电公司.甲}
    售电公司.甲: {汇总: {求和: 打包用户.电量}}
    直接用户.甲: {计算公式: 电量}
    """
    policy = policy_of(rule_file(decisions, terms=terms))
    users = [
        {"user_id": "1", "retailer_id": "S", "energy": "3"},
        {"user_id": "2", "retailer_id": "S", "energy": "4"},
    ]
    result = evaluate(policy, {"user": users, "retailer": [{"retailer_id": "S"}]})
    assert result.value("user", "1", "a").text == "7.000"
    total_of_all = decisions.replace("打包用户.电量", "用户.甲")
    assert "PE3102" in codes(lambda: policy_of(rule_file(total_of_all, terms=terms)))


def test_a_check_may_be_called_what_a_decision_is_called() -> None:
    decisions = "用户.甲: {计算公式: 乙 + 1 兆瓦时}\n用户.乙: {计算公式: 电量}"
    more = "校验:\n  用户.甲: {须: 电量 > 0}"
    policy = policy_of(rule_file(decisions, terms=names("甲乙"), entities=USER, more=more))
    assert len({s.id for s in policy.stages}) == 3
    assert (
        evaluate(policy, {"user": [{"user_id": "1", "energy": "1"}]}).value("user", "1", "甲").text == "2.000"
    )
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "energy": "0"}]})) == ["PE6060"]


def test_a_thousand_decisions_written_backwards_are_ordered_at_once() -> None:
    count = 1_000
    terms = "\n".join(
        [
            "用户 | 数0 | n0 | 数 | | 0 | | 0 至 9",
            *(f"用户 | 数{i} | n{i} | 数 | | 0 | |" for i in range(1, count)),
        ]
    )
    decisions = "\n".join(f"用户.数{i}: {{计算公式: 数{i - 1} + 1}}" for i in range(count - 1, 0, -1))
    policy = policy_of(rule_file(decisions, terms=terms, entities=USER))
    assert [s.outputs[0] for s in policy.stages] == [f"n{i}" for i in range(1, count)]
    result = evaluate(policy, {"user": [{"user_id": "1", "n0": "1"}]})
    assert result.value("user", "1", f"n{count - 1}").value == count


# -- terms -----------------------------------------------------------------------------------------


def test_an_input_is_required_only_if_something_reads_it() -> None:
    terms = names("甲") + "\n用户 | 备用 | spare | 电量 | 兆瓦时 | 3 | | 0 至 9"
    policy = policy_of(rule_file("用户.甲: {计算公式: 电量}", terms=terms, entities=USER))
    assert (
        evaluate(policy, {"user": [{"user_id": "1", "energy": "1"}]}).value("user", "1", "a").text == "1.000"
    )
    read_in_a_branch = "用户.甲: {计算公式: 如果 电量 > 5 兆瓦时 那么 备用 否则 电量}"
    policy = policy_of(rule_file(read_in_a_branch, terms=terms, entities=USER))
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "energy": "1"}]})) == ["PE6042"]


def test_a_term_only_one_part_has_is_required_of_that_part_alone() -> None:
    terms = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    直接用户 | 容量 | capacity | 电量 | 兆瓦时 | 3 | | 0 至 1000
    直接用户 | 甲 | a | 电量 | 兆瓦时 | 3 | |
    """
    policy = policy_of(rule_file("直接用户.甲: {计算公式: 电量 + 容量}", terms=terms))
    packaged = {"user_id": "1", "retailer_id": "S", "energy": "1"}
    direct = {"user_id": "2", "energy": "1", "capacity": "2"}
    retailer = [{"retailer_id": "S"}]
    result = evaluate(policy, {"user": [packaged, direct], "retailer": retailer})
    assert result.value("user", "2", "a").text == "3.000"
    assert "a" not in result.row("user", "1").values
    del direct["capacity"]
    assert codes(lambda: evaluate(policy, {"user": [packaged, direct], "retailer": retailer})) == ["PE6016"]


def test_every_missing_value_of_a_row_is_told() -> None:
    terms = names("甲") + "\n用户 | 备用 | spare | 电量 | 兆瓦时 | 3 | | 0 至 9"
    policy = policy_of(rule_file("用户.甲: {计算公式: 电量 + 备用}", terms=terms, entities=USER))
    facts = {
        "user": [{"user_id": "1", "energy": "", "spare": None}, {"user_id": "2", "energy": "1", "spare": "x"}]
    }
    assert sorted(codes(lambda: evaluate(policy, facts))) == ["PE6016", "PE6016", "PE6030"]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (
            "用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9\n用户 | 甲 | b | 电量 | 兆瓦时 | 3 | | 0 至 9",
            "PE3010",
        ),
        (
            "打包用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9\n直接用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 8",
            "PE3011",
        ),
        (
            "打包用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9\n直接用户 | 甲 | a | 电量 | 万千瓦时 | 3 | | 0 至 9",
            "PE3011",
        ),
        (
            "打包用户 | 甲 | a | 电量 | 兆瓦时 | 3 | 敏感 | 0 至 9\n直接用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9",
            "PE3011",
        ),
        (
            "用户 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9\n用户 | 乙 | a | 电量 | 兆瓦时 | 3 | | 0 至 9",
            "PE3016",
        ),
        (
            "用户 | 甲 | a | 电量 | 兆瓦时 | 3 | 又名 丙 | 0 至 9\n用户 | 乙 | b | 电量 | 兆瓦时 | 3 | 又名 丙 | 0 至 9",
            "PE3016",
        ),
        ("用户 | 甲 | a | 电量 | | 3 | | 0 至 9", "PE3013"),
        ("用户 | 甲 | a | 电量 | 立方米 | 3 | | 0 至 9", "PE3014"),
        ("用户 | 甲 | a | 电量 | 兆瓦时 | 3 | |", "PE3017"),
        ("用护 | 甲 | a | 电量 | 兆瓦时 | 3 | | 0 至 9", "PE3001"),
    ],
)
def test_terms_that_cannot_stand(terms: str, code: str) -> None:
    assert code in codes(lambda: policy_of(rule_file(terms=terms)))


def test_a_name_means_one_thing() -> None:
    more = "参数:\n  电量: {值: 5%, 自: 2018-01-01, 来源: 原文}"
    assert "PE3008" in codes(lambda: policy_of(rule_file(terms=ENERGY, entities=USER, more=more)))
    named_like_an_entity = ENERGY.replace("| 电量 | energy", "| 全月 | energy")
    assert "PE3008" in codes(lambda: policy_of(rule_file(terms=named_like_an_entity, entities=USER)))
