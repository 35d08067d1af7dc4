"""敏感: a sensitive value appears in no output, no message and no log line, whatever goes wrong with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import assess, evaluate
from policy_engine.engine.explain import explain
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.trace import trace
from policy_engine.policy.model import Policy
from unit.policy.rule_text import policy_of, rule_file

SECRET = "271.828"
TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户 | 底价 | floor | 电价 | 元/兆瓦时 | 3 | 敏感；默认 1 | 0 至 1000
    用户 | 身份证 | identity | 文本 | | | 敏感；可空 |
    用户 | 等次 | grade | 选项 | | | 敏感；默认 甲等 | 甲等、乙等
    用户 | 生日 | birthday | 日期 | | | 敏感；可空 |
    用户 | 内账 | inner | 金额 | 元 | 6 | 敏感 |
    用户 | 系数 | factor | 数 | | 0 | |
    用户 | 档 | band | 选项 | | | | 高、低
    用户 | 内档 | inner_band | 选项 | | | 敏感 | 高、低
    售电公司 | 内账 | inner | 金额 | 元 | 6 | 敏感 |
    打包用户 | 分得 | share | 金额 | 元 | 2 | |
"""
DECISIONS = """
    用户.内账: {计算公式: 电量 × 底价}
    用户.系数: {计算公式: 等值(等次)}
    用户.内档: {计算公式: 档}
    用户.档:
      多行命中: 不允许
      决策表: |
        | 行名 | 当：底价    | 则：档 |
        | 高   | 超过 500   | 高     |
        | 低   | 不超过 500 | 低     |
    售电公司.内账: {汇总: {求和: 用户.内账}}
    打包用户.分得:
      分摊: {总量: 售电公司.内账, 分摊依据: 电量, 尾差: 最大余数法}
      取整: 2 位
"""
MORE = """
校验:
  用户.底价不高: {须: 底价 <= 900 元/兆瓦时}
  用户.内账相等: {须: 内账 = 电量 × 底价 或 身份证 为空 或 生日 为空}
对照表:
  等值:
    表: |
      | 等次 | 系数 |
      | 甲等 | 1 |
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(rule_file(DECISIONS, terms=TERMS, more=MORE))


def facts(**user: object) -> dict[str, object]:
    return {"user": [{"user_id": "1", "retailer_id": "S", "energy": "1", **user}]}


def texts(value: object) -> Iterator[str]:
    """Every text anywhere in a plain structure."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    else:
        yield str(value)


def said_of(error: PolicyEngineError) -> str:
    told = [str(error), repr(error), *(repr(d) for d in error.diagnostics)]
    for found in error.diagnostics:
        told += [
            found.message("zh"),
            found.message("en"),
            str(found.hint_text("zh")),
            str(found.hint_text("en")),
        ]
        told += [str(found.params), str(found.counter_example)]
    return "\n".join(told)


def test_no_output_shows_it(policy: Policy) -> None:
    given = facts(floor=SECRET, identity="110101199001011234", birthday="1990-01-01", grade="甲等")
    given["user"][0]["energy"] = "100"
    result = evaluate(policy, given)
    shown = "\n".join(texts(result.to_dict())) + json.dumps(result.to_dict(), ensure_ascii=False)
    shown += repr(result.values("user", "1")) + repr(result.row("user", "1")) + repr(list(result))
    for secret in (SECRET, "110101199001011234", "1990-01-01", "甲等"):
        assert secret not in shown
    assert result.value("user", "1", "分得").text == "27182.80"  # what is not declared sensitive is shown
    # Whoever asks for it by name gets it: the declaration keeps it out of what is written, not out of the API.
    assert result.value("user", "1", "floor").value == Decimal(SECRET)


def test_no_trace_shows_it(policy: Policy) -> None:
    given = facts(floor=SECRET, identity="110101199001011234", birthday="1990-01-01", grade="甲等")
    given["user"][0]["energy"] = "10"  # else the share would be the secret itself
    result = evaluate(policy, given)
    for entity, key in (("user", "1"), ("retailer", "S")):
        found = trace(result, entity, key)
        shown = (
            json.dumps(found.to_dict(), ensure_ascii=False)
            + repr(found)
            + explain(found)
            + explain(found, "en")
        )
        # 228.172 more and the other row would fire: that tells it as well.
        for secret in (SECRET, "228.173", "228.172", "110101199001011234", "1990-01-01", "甲等"):
            assert secret not in shown
    assert "底价" in shown or "内账" in shown  # that it was read is no secret


@pytest.mark.parametrize(
    ("column", "given", "secret", "code"),
    [
        ("floor", "271.8281828", "271.8281828", "PE6032"),
        ("floor", "27182", "27182", "PE6033"),
        ("floor", "-271.828", "271.828", "PE6033"),
        ("floor", "机密271", "机密271", "PE6030"),
        ("floor", Decimal("NaN"), "NaN", "PE6030"),
        ("floor", 271.828, "271.828", "PE6018"),
        ("floor", (271.828, "元/兆瓦时"), "271.828", "PE6018"),
        ("floor", ["271.828"], "271.828", "PE6030"),
        ("floor", ("271.828", "兆瓦"), "271.828", "PE6034"),
        ("floor", "950.125", "950.125", "PE6060"),
        ("grade", "丁等", "丁等", "PE6030"),
        ("grade", "乙等", "乙等", "PE6026"),
        ("birthday", "1990年2月30日", "1990年2月30日", "PE6030"),
        ("identity", "X" * 5000, "XXXX", "PE6031"),
        ("identity", ["110101199001011234"], "110101199001011234", "PE6030"),
        ("floor", "0.271", "0.271", "PE6061"),
    ],
)
def test_no_message_shows_it(policy: Policy, column: str, given: object, secret: str, code: str) -> None:
    with pytest.raises(PolicyEngineError) as error:
        evaluate(policy, facts(**{column: given}))
    assert error.value.code == code
    assert secret not in said_of(error.value)


def test_no_rejection_shows_it(policy: Policy) -> None:
    given = facts(floor="27182")
    given["user"].append({"user_id": "2", "retailer_id": "S", "energy": "1", "floor": SECRET})
    assessment = assess(policy, tables_from_mapping(policy, given))
    shown = repr(assessment.rejected) + repr(assessment.notes)
    assert len(assessment.rejected) == 3
    assert "27182" not in shown
    assert SECRET not in shown


def test_the_same_values_are_shown_where_the_term_is_not_sensitive(policy: Policy) -> None:
    """The test above would pass on an engine that shows nothing at all."""
    plain = policy_of(rule_file(DECISIONS, terms=TERMS.replace("敏感；", "").replace("敏感", ""), more=MORE))
    for column, given, secret in (
        ("floor", "27182", "27182"),
        ("grade", "丁等", "丁等"),
        ("floor", "0.271", "0.271"),
    ):
        with pytest.raises(PolicyEngineError) as error:
            evaluate(plain, copy.deepcopy(facts(**{column: given})))
        assert secret in said_of(error.value)
