"""Hit policies with no, one and several rows firing; defaults; what is said to have fired."""

from __future__ import annotations

import pytest

from policy_engine.engine.evaluate import evaluate
from policy_engine.engine.result import Decided, Result
from unit.policy.rule_text import codes, policy_of, rule_file

USER = "全月: {代号: market, 单例: 是}\n用户: {代号: user, 主键: user_id}"
TERMS = """
    用户 | 电量 | energy | 电量 | 兆瓦时 | 3 | | 0 至 1000
    用户 | 奖励 | bonus | 电量 | 兆瓦时 | 3 | |
    用户 | 次数 | hits | 数 | | 0 | |
    用户 | 理由 | reasons | 文本 | | | |
"""
# Overlapping rows: one hit below 10, two from 10 on, three from 100 on, none at 0.
ROWS = """
    | 行名 | 当：电量   | 则：{output} | 条款 |
    | 有   | 超过 0     | {first}      | 一   |
    | 中   | 不低于 10  | {second}     | 二   |
    | 大   | 不低于 100 | {third}      | 三   |
"""
CLAUSES = "条款:\n  一: {位置: 甲, 摘要: 甲}\n  二: {位置: 乙, 摘要: 乙}\n  三: {位置: 丙, 摘要: 丙}"


def run(
    policy_word: str, energy: str, output: str = "奖励", cells: tuple[str, ...] = ("1", "2", "3")
) -> Result:
    first, second, third = cells
    table = ROWS.format(output=output, first=first, second=second, third=third)
    decision = f"用户.{output}:\n  {policy_word}\n  决策表: |{table}"
    terms = "\n".join(
        line for line in TERMS.strip().splitlines() if output in line or "电量 | energy" in line
    )
    policy = policy_of(rule_file(decision, terms=terms, entities=USER, more=CLAUSES))
    facts = {"user": [{"user_id": "1", "energy": energy}]}
    result = evaluate(policy, facts)
    assert result.to_dict() == evaluate(policy, facts, executor="reference").to_dict()
    return result


def bonus(policy_word: str, energy: str, **more: object) -> Decided:
    return run(policy_word, energy, **more).value("user", "1", "奖励")


def test_unique_takes_the_one_row() -> None:
    decided = bonus("多行命中: 不允许", "9.999")
    assert (decided.text, decided.row, decided.clauses) == ("1.000", "有", ("一",))


def test_unique_refuses_two_rows_and_names_them() -> None:
    with pytest.raises(Exception, match="PE6021") as error:
        bonus("多行命中: 不允许", "10")
    assert "有、中" in str(error.value)


def test_unique_refuses_two_rows_even_with_one_outcome() -> None:
    assert codes(lambda: bonus("多行命中: 不允许", "10", cells=("1", "1", "1"))) == ["PE6021"]


def test_no_row_and_no_default_is_an_error_never_a_null() -> None:
    for word in ("不允许", "结果须相同", "取首行"):
        assert codes(lambda word=word: bonus(f"多行命中: {word}", "0")) == ["PE6022"]


@pytest.mark.parametrize(
    "word", ["不允许", "结果须相同", "取首行", "汇集\n  汇集: 最小", "汇集\n  汇集: 求和"]
)
def test_the_default_where_no_row_fires(word: str) -> None:
    decided = bonus(f"多行命中: {word}\n  默认: {{奖励: 7}}", "0")
    assert (decided.text, decided.row) == ("7.000", "默认")
    assert bonus(f"多行命中: {word}\n  默认: {{奖励: 7}}", "5").text == "1.000"


def test_any_wants_one_outcome() -> None:
    assert codes(lambda: bonus("多行命中: 结果须相同", "10")) == ["PE6023"]
    decided = bonus("多行命中: 结果须相同", "500", cells=("1", "1.000", "2 兆瓦时 - 1 兆瓦时"))
    assert (decided.text, decided.row) == ("1.000", "有")
    assert bonus("多行命中: 结果须相同", "10", cells=("电量", "电量 × 1", "3")).text == "10.000"


def test_first_takes_the_first_in_the_order_of_the_file() -> None:
    assert [bonus("多行命中: 取首行", q).row for q in ("5", "10", "100")] == ["有", "有", "有"]
    table = "用户.奖励:\n  多行命中: 取首行\n  决策表: |\n    | 行名 | 当：电量 | 则：奖励 |\n"
    rows = ["    | 大 | 不低于 100 | 3 |", "    | 中 | 不低于 10 | 2 |", "    | 任意 | - | 1 |"]
    policy = policy_of(
        rule_file(table + "\n".join(rows), terms="\n".join(TERMS.splitlines()[:3]), entities=USER)
    )
    found = [
        evaluate(policy, {"user": [{"user_id": "1", "energy": q}]}).value("user", "1", "奖励").row
        for q in ("100", "99.999", "0")
    ]
    assert found == ["大", "中", "任意"]


@pytest.mark.parametrize(
    ("collect", "none", "one", "three"),
    [("求和", "0.000", "1.000", "6.000"), ("最小", None, "1.000", "1.000"), ("最大", None, "1.000", "3.000")],
)
def test_collected_numbers(collect: str, none: str | None, one: str, three: str) -> None:
    word = f"多行命中: 汇集\n  汇集: {collect}"
    assert bonus(word, "5").text == one
    decided = bonus(word, "100")
    assert (decided.text, decided.row, decided.clauses) == (three, "有、中、大", ("一", "二", "三"))
    if none is None:
        assert codes(lambda: bonus(word, "0")) == ["PE6022"]
    else:
        assert bonus(word, "0").text == none


def test_counted_and_listed() -> None:
    word = "多行命中: 汇集\n  汇集: 计数"
    assert [
        run(word, q, output="次数").value("user", "1", "次数").text for q in ("0", "5", "10", "100")
    ] == list("0123")
    word = "多行命中: 汇集\n  汇集: 列表"
    texts = ('"甲"', '"乙"', '"丙"')
    found = [
        run(word, q, output="理由", cells=texts).value("user", "1", "理由").text for q in ("0", "5", "100")
    ]
    assert found == ["", "甲", "甲、乙、丙"]


def test_a_count_of_nothing_is_the_default_where_there_is_one() -> None:
    word = "多行命中: 汇集\n  汇集: 计数\n  默认: {次数: 9}"
    decided = run(word, "0", output="次数").value("user", "1", "次数")
    assert (decided.text, decided.row) == ("9", "默认")
    assert run(word, "10", output="次数").value("user", "1", "次数").text == "2"


def test_no_row_may_be_named_like_the_default() -> None:
    """Else the clause of that row would be cited for what no row decided."""
    decision = """
    用户.奖励:
      多行命中: 不允许
      默认: {奖励: 7}
      决策表: |
        | 行名 | 当：电量 | 则：奖励 | 条款 |
        | 默认 | 超过 5   | 1        | 一   |
    """
    text = rule_file(decision, terms="\n".join(TERMS.splitlines()[:3]), entities=USER, more=CLAUSES)
    assert codes(lambda: policy_of(text)) == ["PE3075"]
    assert codes(lambda: policy_of(text.replace("    默认: {奖励: 7}\n", ""))) == []


def test_two_outputs_are_decided_by_one_row() -> None:
    decision = """
    奖励判定:
      适用: [用户]
      多行命中: 不允许
      决策表: |
        | 行名 | 当：电量   | 则：奖励 | 则：次数 |
        | 小   | 不超过 10  | 电量 / 3 | 1        |
        | 大   | 超过 10    | 电量 × 2 | 2        |
      取整: {奖励: 四舍五入 3 位}
    """
    policy = policy_of(rule_file(decision, terms="\n".join(TERMS.splitlines()[:4]), entities=USER))
    result = evaluate(
        policy, {"user": [{"user_id": "1", "energy": "10"}, {"user_id": "2", "energy": "10.001"}]}
    )
    found = [(result.value("user", k, "奖励").text, result.value("user", k, "次数").text) for k in "12"]
    assert found == [("3.333", "1"), ("20.002", "2")]


@pytest.mark.parametrize(
    ("cell", "hits"),
    [
        ("不低于 5 且 低于 10", {"5", "9.999"}),
        ("[5..10)", {"5", "9.999"}),
        ("(5..10]", {"9.999", "10"}),
        ("等于 5、等于 10", {"5", "10"}),
        ("非 5", {"4.999", "9.999", "10"}),
        ("-", {"4.999", "5", "9.999", "10"}),
        ("5 千瓦时 × 1000", {"5"}),
        ("超过 0.5 万千瓦时", {"9.999", "10"}),
    ],
)
def test_cells_at_their_edges(cell: str, hits: set[str]) -> None:
    decision = f"""
    用户.奖励:
      多行命中: 不允许
      默认: {{奖励: 0}}
      决策表: |
        | 行名 | 当：电量 | 则：奖励 |
        | 行   | {cell}   | 1        |
    """
    policy = policy_of(rule_file(decision, terms="\n".join(TERMS.splitlines()[:3]), entities=USER))
    asked = ["4.999", "5", "9.999", "10"]
    result = evaluate(policy, {"user": [{"user_id": q, "energy": q} for q in asked]})
    assert {q for q in asked if result.value("user", q, "奖励").row == "行"} == hits


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "PE3070"),
        ("多行命中: 汇集", "PE3071"),
        ("多行命中: 不允许\n  汇集: 求和", "PE3072"),
        ("多行命中: 汇集\n  汇集: 列表", "PE3073"),
        ("多行命中: 不允许\n  默认: {次数: 1}", "PE3074"),
    ],
)
def test_tables_that_say_too_little_or_too_much(words: str, code: str) -> None:
    table = ROWS.format(output="奖励", first=1, second=2, third=3)
    decision = f"用户.奖励:\n  {words}\n  决策表: |{table}" if words else f"用户.奖励:\n  决策表: |{table}"
    text = rule_file(decision, terms="\n".join(TERMS.splitlines()[:3]), entities=USER, more=CLAUSES)
    assert code in codes(lambda: policy_of(text))


def test_a_lookup_without_the_key_stops_the_member() -> None:
    more = "对照表:\n  等价:\n    表: |\n      | 档 | 奖励 |\n      | 高 | 2 |\n      | 低 | 1 |"
    terms = "\n".join(TERMS.splitlines()[:3]) + "\n用户 | 档 | grade | 选项 | | | | 高、低、中"
    policy = policy_of(rule_file("用户.奖励: {计算公式: 等价(档)}", terms=terms, entities=USER, more=more))
    users = [{"user_id": "1", "energy": "1", "grade": "低"}]
    assert evaluate(policy, {"user": users}).value("user", "1", "奖励").text == "1.000"
    with pytest.raises(Exception, match="PE6026") as error:
        evaluate(policy, {"user": [{**users[0], "grade": "中"}]})
    assert "“中”" in str(error.value)


def test_a_lookup_with_a_key_twice_is_refused() -> None:
    more = "对照表:\n  等价:\n    表: |\n      | 档 | 奖励 |\n      | 高 | 2 |\n      | 高 | 1 |"
    terms = "\n".join(TERMS.splitlines()[:3]) + "\n用户 | 档 | grade | 选项 | | | | 高、低"
    text = rule_file("用户.奖励: {计算公式: 等价(档)}", terms=terms, entities=USER, more=more)
    assert "PE3111" in codes(lambda: policy_of(text))
