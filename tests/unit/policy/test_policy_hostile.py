"""Damaged, huge and hostile rule files: always diagnostics, never a crash, never for long."""

from __future__ import annotations

import random
import re

import pytest

from policy_engine.diagnostics.errors import LoadError, PolicyEngineError
from policy_engine.engine import durable
from policy_engine.engine.evaluate import evaluate
from policy_engine.policy.library import builtin_rules
from unit.policy.rule_text import codes, policy_of, rule_file

CHILD = (builtin_rules() / "jibei" / "deviation.yaml").read_text(encoding="utf-8")
PARENT = (builtin_rules() / "jing-jin-tang" / "deviation.yaml").read_text(encoding="utf-8")
WORD = re.compile(r"[\w.%\-]+")
WORDS = sorted(set(WORD.findall(CHILD + PARENT)))
DAMAGED = 160
USER = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
ENERGY = "用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000"
FACTS = {
    "market": {"average_bilateral_price": "350"},
    "retailer": [{"retailer_id": "S", "package_contract_energy": "2000"}],
    "user": [
        {"user_id": "1", "contract_energy": "1000", "metered_energy": "900", "catalogue_price": "500"},
        {
            "user_id": "2",
            "retailer_id": "S",
            "contract_energy": "1000",
            "metered_energy": "1900",
            "catalogue_price": "500",
            "liability_share": "0.3",
        },
        {
            "user_id": "3",
            "retailer_id": "S",
            "contract_energy": "1000",
            "metered_energy": "100",
            "catalogue_price": "500",
            "exempt": "是",
        },
    ],
}


def damaged(dice: random.Random, text: str) -> str:
    """A line lost, doubled, moved, or a word lost or put in the place of another."""
    lines = text.split("\n")
    for _ in range(dice.choice((1, 1, 2, 3))):
        at, other, way = dice.randrange(len(lines)), dice.randrange(len(lines)), dice.randrange(7)
        if way == 0 and len(lines) > 1:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[other])
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif words := list(WORD.finditer(lines[at])):
            word = dice.choice(words)
            instead = dice.choice(WORDS) if way < 5 else ""
            lines[at] = lines[at][: word.start()] + instead + lines[at][word.end() :]
    return "\n".join(lines)


def test_a_damaged_file_is_told_what_is_wrong_or_works() -> None:
    told = worked = 0
    for seed in range(DAMAGED):
        dice = random.Random(seed)
        texts = (damaged(dice, CHILD), PARENT) if dice.random() < 0.7 else (CHILD, damaged(dice, PARENT))
        try:
            policy = policy_of(*texts)
            one, other = (evaluate(policy, FACTS, executor=e) for e in ("durable", "reference"))
            assert one.to_dict() == other.to_dict()
            worked += 1
        except PolicyEngineError as error:
            for found in error.diagnostics:
                assert not found.code.startswith("PE9"), f"seed {seed}: {error}"
                assert found.message("zh") and found.message("en"), f"seed {seed}"
                assert isinstance(error, LoadError) is (found.code < "PE6"), f"seed {seed}: {error}"
            told += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
    assert min(told, worked) > DAMAGED // 10


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 3_000 + "电量" + ")" * 3_000,
        "-" * 3_000 + "电量",
        " + ".join(["电量"] * 5_000),
        "如果 电量 > 1 兆瓦时 那么 " * 1_500 + "电量" + " 否则 电量" * 1_500,
        "非 " * 5_000 + "(电量 > 1 兆瓦时)",
    ],
)
def test_an_endless_formula_is_refused(formula: str) -> None:
    terms = f"{ENERGY}\n用户 | 甲 | a | 电量 | 兆瓦时 | 3 | |"
    found = codes(
        lambda: policy_of(rule_file(f"用户.甲:\n  计算公式: |\n    {formula}", terms=terms, entities=USER))
    )
    assert found
    assert set(found) <= {"PE2002", "PE2003", "PE2035"}


def test_a_table_beyond_the_core_s_limits_works_in_parts() -> None:
    """400 rows with 400 distinct tests: more than durable_rules holds in one rule set."""
    rows = "\n".join(f"    | 行{n} | 等于 {n} | {n} |" for n in range(400))
    decision = f"用户.甲:\n  多行命中: 不允许\n  决策表: |\n    | 行名 | 当：电量 | 则：甲 |\n{rows}"
    terms = f"{ENERGY}\n用户 | 甲 | a | 电量 | 兆瓦时 | 3 | |"
    policy = policy_of(rule_file(decision, terms=terms, entities=USER))
    asked = ["0", "59", "60", "61", "199", "200", "201", "399"]
    facts = {"user": [{"user_id": q, "energy": q} for q in asked]}
    for executor in ("durable", "reference") if durable.available() else ("reference",):
        result = evaluate(policy, facts, executor=executor)
        assert [result.value("user", q, "甲").row for q in asked] == [f"行{q}" for q in asked]
    assert codes(lambda: evaluate(policy, {"user": [{"user_id": "1", "energy": "0.5"}]})) == ["PE6022"]


def test_a_row_of_many_conditions() -> None:
    """150 columns in one row; every condition has to hold."""
    names = [f"数{n}" for n in range(150)]
    terms = "\n".join(f"用户 | {name} | n{i} | 数 | | 0 | | 0 至 9" for i, name in enumerate(names))
    header = " | ".join(f"当：{name}" for name in names)
    cells = " | ".join(f"超过 {i % 5}" for i in range(150))
    table = f"    | 行名 | {header} | 则：甲 |\n    | 全 | {cells} | 是 |"
    decision = f"用户.甲:\n  多行命中: 不允许\n  默认: {{甲: 否}}\n  决策表: |\n{table}"
    policy = policy_of(rule_file(decision, terms=f"{terms}\n用户 | 甲 | a | 是否 | | | |", entities=USER))
    facts = {"user_id": "1", **{f"n{i}": "5" for i in range(150)}}
    assert evaluate(policy, {"user": [facts]}).value("user", "1", "甲").value is True
    assert evaluate(policy, {"user": [{**facts, "n77": "2"}]}).value("user", "1", "甲").value is False
