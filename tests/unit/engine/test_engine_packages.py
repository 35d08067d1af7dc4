"""同包有错: a row that cannot be settled takes its package along, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.evaluate import Assessment, assess, evaluate, evaluate_many
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.policy.model import Policy
from unit.policy.rule_text import codes, policy_of, rule_file

TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户 | 份数 | shares | 数 | | 0 | 默认 1 | 0 至 9
    用户 | 每份 | each | 电量 | 兆瓦时 | 3 | |
    售电公司 | 申报 | stated | 电量 | 兆瓦时 | 3 | 可空 | 0 至 1000
    售电公司 | 合计量 | total | 电量 | 兆瓦时 | 3 | |
    全月 | 合计量 | total | 电量 | 兆瓦时 | 3 | |
    全月 | 奖金 | prize | 金额 | 元 | 2 | 默认 1 | 0 至 1000
    用户 | 分得 | share | 金额 | 元 | 2 | |
"""
DECISIONS = """
    用户.每份: {计算公式: 电量 / 份数, 取整: 四舍五入 3 位}
    售电公司.合计量: {汇总: {求和: 用户.每份}}
    全月.合计量: {汇总: {求和: 用户.每份}}
    用户.分得:
      分摊: {总量: 全月.奖金, 分摊依据: 每份, 尾差: 最大余数法}
      取整: 2 位
"""
CHECK = "校验:\n  售电公司.相符: {须: 申报 为空 或 申报 = 合计量}"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(rule_file(DECISIONS, terms=TERMS, more=CHECK))


def user(key: str, retailer: str, energy: str = "6", shares: str = "2") -> dict[str, str]:
    return {"user_id": key, "retailer_id": retailer, "energy": energy, "shares": shares}


GOOD = [user("a1", "A"), user("a2", "A"), user("d", "")]


def assessed(policy: Policy, users: list[dict[str, str]], **more: object) -> Assessment:
    facts: Mapping[str, object] = {"user": users, **more}
    return assess(policy, tables_from_mapping(policy, facts))


def rejected(assessment: Assessment) -> dict[str, tuple[str, str | None]]:
    """(code, key of the row at fault) of every rejected row."""
    return {r.row.key: (r.diagnostic.code, r.culprit and r.culprit.key) for r in assessment.rejected}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (user("b1", "B", energy="x"), "PE6030"),
        (user("b1", "B", energy="2000"), "PE6033"),
        (user("b1", "B", energy=""), "PE6016"),
        (user("b1", "B", shares="0"), "PE6025"),
        (user("", "B"), "PE6011"),
    ],
)
def test_a_bad_row_takes_its_package_along(policy: Policy, bad: dict[str, str], code: str) -> None:
    assessment = assessed(policy, [*GOOD, bad, user("b2", "B")])
    key = bad["user_id"]
    assert rejected(assessment) == {key: (code, None), "b2": ("PE6070", key), "B": ("PE6070", key)}
    assert assessment.result.keys("user") == ("a1", "a2", "d")
    alone = assessed(policy, GOOD)
    assert alone.rejected == ()
    assert alone.result.to_dict() == assessment.result.to_dict()


def test_a_bad_direct_user_goes_alone(policy: Policy) -> None:
    assessment = assessed(policy, [*GOOD, user("d2", "", shares="0")])
    assert rejected(assessment) == {"d2": ("PE6025", None)}
    assert assessment.result.value("market", "", "合计量").text == "9.000"


def test_a_check_that_fails_tells_the_difference(policy: Policy) -> None:
    users = [*GOOD, user("b1", "B")]
    stated = [{"retailer_id": "A", "stated": "6"}, {"retailer_id": "B", "stated": "4"}]
    assessment = assessed(policy, users, retailer=stated)
    assert rejected(assessment) == {"B": ("PE6060", None), "b1": ("PE6070", "B")}
    (own,) = [r for r in assessment.rejected if r.culprit is None]
    assert "4 与 3，相差 1" in own.diagnostic.message()


def test_what_is_decided_for_all_does_not_hold_the_rejected(policy: Policy) -> None:
    assessment = assessed(policy, [*GOOD, user("b1", "B", shares="0"), user("b2", "B", energy="999")])
    result = assessment.result
    assert result.value("market", "", "合计量").text == "9.000"
    assert sum(result.row("user", k).values["share"] for k in result.keys("user")) == 1


def test_nothing_left_to_share_among_is_a_fault_of_the_whole(policy: Policy) -> None:
    with pytest.raises(EngineError) as error:
        assessed(policy, [user("b1", "B", shares="0")])
    assert [d.code for d in error.value.diagnostics] == ["PE6025", "PE6062"]  # the cause first
    with pytest.raises(InputError) as refused:
        assessed(policy, [user("b1", "B", energy="x")])
    assert [d.code for d in refused.value.diagnostics] == ["PE6030", "PE6062"]


def test_several_faults_are_all_told(policy: Policy) -> None:
    users = [*GOOD, user("b1", "B", shares="0"), user("c1", "C", shares="0"), user("e", "", energy="-1")]
    assessment = assessed(policy, users)
    assert {k: c for k, (c, culprit) in rejected(assessment).items() if culprit is None} == {
        "b1": "PE6025",
        "c1": "PE6025",
        "e": "PE6033",
    }


def test_every_row_is_in_the_result_or_rejected_once(policy: Policy) -> None:
    users = [*GOOD, user("b1", "B", shares="0"), user("b2", "B", energy="x"), user("b3", "B")]
    assessment = assessed(policy, users)
    settled = list(assessment.result.keys("user"))
    refused = [r.row.key for r in assessment.rejected if r.row.entity == "用户"]
    assert sorted([*settled, *refused]) == sorted(u["user_id"] for u in users)


def test_an_unknown_retailer_or_a_key_twice(policy: Policy) -> None:
    retailers = [{"retailer_id": "A"}, {"retailer_id": "B"}]
    assessment = assessed(policy, [*GOOD, user("x", "Z"), user("b1", "B")], retailer=retailers)
    assert rejected(assessment) == {"x": ("PE6014", None)}
    assessment = assessed(policy, [*GOOD, user("b1", "B"), user("b1", "A")], retailer=retailers)
    assert set(assessment.result.keys("user")) == {"d"}


def test_a_bad_one_row_entity_stops_everything(policy: Policy) -> None:
    with pytest.raises(InputError):
        assessed(policy, GOOD, market={"prize": "x"})


def test_one_case_must_hold(policy: Policy) -> None:
    outcomes = evaluate_many(policy, [{"user": GOOD}, {"user": [user("1", "", shares="0")]}, {"usr": []}])
    assert [getattr(o, "code", "") for o in outcomes] == ["", "PE6025", "PE6002"]
    with pytest.raises(EngineError):
        evaluate(policy, {"user": [user("1", "", shares="0")]})
    with pytest.raises(InputError):
        evaluate(policy, {"user": [user("1", "", energy="x")]})
    assert codes(lambda: evaluate(policy, {"user": GOOD}, executor="fastest")) == ["PE6050"]
