"""Compiled Python decides a case as the engine does, with either executor, and as DuckDB does."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from parity.agree import differences
from policy_engine import compiled, evaluate, load
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.diagnostics.span import Source
from policy_engine.engine.durable import available
from policy_engine.engine.fast import CompiledPolicy
from policy_engine.engine.result import Result
from policy_engine.feel.values import Month as Period
from policy_engine.policy.bind import bind
from policy_engine.policy.model import Policy
from policy_engine.rulefile.read import read_policy
from property.generate_policies import Generated, Policies
from property.test_executors_agree import bound
from reference.months import Month, months, random_month

Facts = Mapping[str, Any]
Outcome = tuple[str, Any]

EXECUTORS = ("durable", "reference") if available() else ("reference",)
GENERATED = 60
READINGS = ("超出幅度的部分", "全部负偏差")


@cache
def jibei(assessed: str = READINGS[0], weight: str = READINGS[1]) -> Policy:
    return load("jibei/deviation", period="2018-06", options={"负偏差考核部分": assessed, "分配权重": weight})


def of_engine(policy: Policy, facts: Facts, executor: str) -> Outcome:
    try:
        return "values", shown(evaluate(policy, facts, executor=executor))
    except PolicyEngineError as error:
        return "error", [str(d) for d in error.diagnostics]


def shown(result: Any) -> dict[tuple[str, str], Any]:
    """Every value with what fired and the clauses; only the names of what ``Result`` and ``FastResult`` share."""
    return {
        (entity.id, key): dict(result.values(entity.name, key))
        for entity in result.policy.base_entities
        for key in result.keys(entity.name)
    }


def of_python(made: CompiledPolicy, facts: Facts) -> tuple[Outcome, bool]:
    """The outcome, and whether compiled Python found it."""
    try:
        result = made.evaluate(facts)
        return ("values", shown(result)), not result.by_engine
    except PolicyEngineError as error:
        return ("error", [str(d) for d in error.diagnostics]), False


def agree(policy: Policy, facts: Facts) -> bool:
    """Whether compiled Python decided the case; an assertion where anything differs."""
    outcome, fast = of_python(compiled(policy, executor=EXECUTORS[0]), facts)
    for executor in EXECUTORS:
        assert outcome == of_engine(policy, facts, executor), (executor, facts)
    assert fast == (outcome[0] == "values"), facts
    return fast


def month_facts(month: Month) -> Facts:
    return {
        "market": {"average_bilateral_price": month.price},
        "retailer": [dict(r) for r in month.retailers],
        "user": [dict(u) for u in month.users],
    }


# -- the shipped policy ------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", READINGS)
@pytest.mark.parametrize("assessed", READINGS)
def test_months_on_the_edges(assessed: str, weight: str) -> None:
    fast = sum(agree(jibei(assessed, weight), month_facts(random_month(seed))) for seed in range(60))
    assert fast >= 50


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(months())
def test_any_month(month: Month) -> None:
    agree(jibei(), month_facts(month))


@pytest.mark.parametrize("seed", range(6))
def test_duckdb_agrees_too(seed: int) -> None:
    assert differences(jibei(), month_facts(random_month(seed))) == []


def direct(contract: str, metered: Decimal, exempt: bool = False) -> dict[str, Any]:
    return {
        "user_id": "0001",
        "retailer_id": None,
        "contract_energy": Decimal(contract),
        "metered_energy": metered,
        "settled_energy": None,
        "catalogue_price": Decimal("571.4"),
        "exempt": exempt,
        "liability_share": 0,
        "liability_cap": None,
    }


@pytest.mark.parametrize("exempt", [False, True])
@pytest.mark.parametrize("contract", ["0", "0.001", "0.019", "0.020", "100", "33.333", "10000000"])
def test_every_cell_of_the_table_one_step_to_each_side(contract: str, exempt: bool) -> None:
    """Bounds of the cells: no shortfall, and five percent of the contract, exactly and one kWh beside."""
    verdicts = set()
    for share in (Decimal("1"), Decimal("0.95")):
        edge = Decimal(contract) * share
        for step in (-2, -1, 0, 1, 2):
            metered = edge.quantize(Decimal("0.001")) + Decimal(step) / 1000
            if not 0 <= metered <= 10_000_000:
                continue
            case = {
                "market": {"average_bilateral_price": Decimal("352.376")},
                "user": [direct(contract, metered, exempt)],
            }
            assert agree(jibei(), case)
            row = compiled(jibei()).evaluate(case).value("user", "0001", "verdict").row
            verdicts.add(row)
    assert verdicts == ({"免考"} if exempt else verdicts)
    if contract == "100" and not exempt:
        assert verdicts == {"无负偏差", "幅度内", "超幅度"}


def test_ties_go_to_the_smaller_key() -> None:
    """Three users alike share 0.001 MWh less than a third: the keys decide, as text."""
    users = [
        {**direct("100", Decimal("100.000")), "user_id": key, "retailer_id": "S1", "metered_energy": metered}
        for key, metered in (("9", "100.001"), ("10", "100.001"), ("1", "100.001"), ("X", "99.999"))
    ]
    facts = {"market": {"average_bilateral_price": "350"}, "user": users}
    assert agree(jibei(), facts)
    found = compiled(jibei()).evaluate(facts)
    energies = [found.value("user", k, "over_energy").text for k in ("1", "10", "9", "X")]
    assert energies == ["0.001", "0.001", "0.000", "0.000"]


def test_retailer_without_users_and_nobody_at_all() -> None:
    market = {"average_bilateral_price": 350}
    assert agree(jibei(), {"market": market, "retailer": [{"retailer_id": "S1"}], "user": []})
    assert agree(jibei(), {"market": market})


# -- shared totals of either sign ----------------------------------------------------------------------

SHARED = """
格式: 1
政策: test/shared
标题: 试
发文机关: 试
发文日期: 2018-06-01
施行: {自: 2018-06-01, 至: 未定, 按: 结算月, 条款: 一}
条款: {一: {位置: 一, 摘要: 试}}
主体:
  全月: {代号: market, 单例: 是}
  组: {代号: team, 主键: team_id}
  员: {代号: member, 主键: member_id, 属于: 组}
词条: |
  | 主体 | 名称   | 代号             | 类型 | 单位   | 小数位 | 其他 | 范围           |
  | 全月 | 结算月 | settlement_month | 月份 |        |        |      |                |
  | 组   | 总额   | total            | 金额 | 元     | 2      |      | -1000 至 1000  |
  | 员   | 权重   | weight           | 电量 | 兆瓦时 | 3      |      | 0 至 1000      |
  | 员   | 份额   | part             | 金额 | 元     | 2      |      |                |
  | 组   | 人数   | count            | 数   |        | 0      |      |                |
决定:
  员.份额:
    分摊: {总量: 组.总额, 分摊依据: 权重, 尾差: 最大余数法}
    取整: 2 位
    条款: 一
  组.人数: {汇总: {计数: 员}, 条款: 一}
"""


@cache
def shared() -> Policy:
    document, diagnostics = read_policy(Source("试.yaml", SHARED))
    assert document is not None, diagnostics
    return bind([document], period=Period(2018, 6))


@pytest.mark.parametrize("seed", range(40))
def test_totals_of_either_sign_are_shared_alike(seed: int) -> None:
    dice = random.Random(seed)
    teams, members = [], []
    for team in range(3):
        teams.append({"team_id": f"T{team}", "total": Decimal(dice.randrange(-500, 500)) / 100})
        weights = dice.choice([(1, 1, 1), (0, 1, 2), (5,), (1, 1, 0, 0, 7), (3, 3, 3, 1), (0, 0), ()])
        members += [
            {"member_id": f"{team}{i}", "team_id": f"T{team}", "weight": Decimal(w)}
            for i, w in enumerate(weights)
        ]
    dice.shuffle(members)
    agree(shared(), {"team": teams, "member": members})


HIGHEST = """
格式: 1
政策: test/highest
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
  | 员   | 电量   | energy           | 电量 | 兆瓦时 | 3      | 可空 | 0 至 1000 |
  | 员   | 最高   | highest          | 金额 | 元     | 2      |      |           |
决定:
  员:
    适用: [员]
    多行命中: 汇集
    汇集: 最大
    决策表: |
      | 行名 | 当：电量   | 则：最高 | 条款 |
      | 空   | 为空       | 0        | 一   |
"""


@cache
def highest(rows: int) -> Policy:
    """A table of which the highest result of all rows that hit counts: the n-th row hits above n MWh."""
    lines = [f"      | 第{n} | 超过 {n} | {(n * 7) % rows} 元 | 一 |\n" for n in range(rows)]
    document, diagnostics = read_policy(Source("试.yaml", HIGHEST + "".join(lines)))
    assert document is not None, diagnostics
    return bind([document], period=Period(2018, 6))


@pytest.mark.parametrize("energy", [None, 0, "0.001", 3, "11.5", 29, 1000])
def test_the_best_of_many_rows(energy: object) -> None:
    """As many steps as rows, not twice as many with each."""
    facts = {"member": [{"member_id": "1", "energy": energy}]}
    agree(highest(30), facts)
    assert differences(highest(30), facts) == []


# -- generated policies --------------------------------------------------------------------------------


def cases(generated: Generated, dice: random.Random) -> Iterator[Facts]:
    """All packages that can be decided, and some of them with some members that have no group."""
    facts, gone = generated.facts, generated.rejected
    groups = [g for g in facts["group"] if g["group_id"] not in gone]
    members = [m for m in facts["member"] if not {m.get("group_id") or m["member_id"]} & gone]
    yield {**facts, "group": groups, "member": members}
    for _ in range(3):
        chosen = dice.sample(groups, 7)
        keys = {g["group_id"] for g in chosen}
        below = [m for m in members if m.get("group_id") in keys]
        alone = [m for m in members if not m.get("group_id")]
        yield {**facts, "group": chosen, "member": [*below, *alone[: dice.randrange(20)]]}


def test_generated_policies() -> None:
    fast = lowered = total = 0
    for seed in range(GENERATED):
        generated = Policies(seed).generate()
        policy = bound(generated)
        made = compiled(policy, executor=EXECUTORS[0])
        if made.refused is not None:
            continue
        lowered += 1
        for facts in cases(generated, random.Random(seed)):
            fast += agree(policy, facts)
            total += 1
    assert lowered >= GENERATED // 3, lowered
    assert fast >= total // 2, (fast, total)


# -- what is unusual is the engine's -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("contract_energy", 100.0),
        ("contract_energy", Decimal("NaN")),
        ("contract_energy", Decimal("1E+999999")),
        ("contract_energy", Decimal("1E-999999")),
        ("contract_energy", Decimal("100.0001")),
        ("contract_energy", -1),
        ("contract_energy", 10_000_001),
        ("contract_energy", True),
        ("contract_energy", None),
        ("contract_energy", "一百"),
        ("contract_energy", "1.2.3"),
        ("contract_energy", "100.0005"),
        ("contract_energy", "٣"),
        ("contract_energy", "²"),
        ("contract_energy", "-5"),
        ("contract_energy", "9" * 5000),
        ("contract_energy", "0" * 5000),
        ("contract_energy", "."),
        ("catalogue_price", [1]),
        ("exempt", "也许"),
        ("exempt", 2),
        ("liability_share", Decimal("1.5")),
        ("user_id", None),
        ("user_id", 1.0),
        ("user_id", "#N/A"),
        ("不认识", 1),
        ("settlement_month", "2018-07"),
        ("免靠", "是"),
    ],
)
def test_wrong_facts_are_refused_in_the_words_of_the_engine(column: str, value: object) -> None:
    case = {
        "market": {"average_bilateral_price": 350},
        "user": [{**direct("100", Decimal("90")), column: value}],
    }
    outcome, _ = of_python(compiled(jibei(), executor=EXECUTORS[0]), case)
    assert outcome == of_engine(jibei(), case, EXECUTORS[0])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("contract_energy", 100),
        ("contract_energy", "100.000"),
        ("contract_energy", "１００"),
        ("contract_energy", "1,000"),
        ("contract_energy", "00100.5"),
        ("contract_energy", "100."),
        ("contract_energy", ".5"),
        ("contract_energy", "1e2"),
        ("contract_energy", "+100"),
        ("contract_energy", " 100 "),
        ("contract_energy", Fraction(100)),
        ("contract_energy", Decimal("100.0000")),
        ("contract_energy", Decimal("1E+2")),
        ("contract_energy", ("10", "万千瓦时")),
        ("exempt", "否"),
        ("exempt", None),
        ("exempt", ""),
        ("liability_share", "30%"),
        ("user_id", 17),
        ("user_id", " 0017 "),
        ("retailer_id", " "),
        ("settlement_month", "2018年6月"),
    ],
)
def test_every_form_of_a_fact(column: str, value: object) -> None:
    case = {
        "market": {"average_bilateral_price": 350},
        "user": [{**direct("100", Decimal("90")), column: value}],
    }
    assert agree(jibei(), case)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"market": []},
        {"market": [{"average_bilateral_price": 1}, {"average_bilateral_price": 2}]},
        {"market": {"average_bilateral_price": 350}, "generator": []},
        {"market": {"average_bilateral_price": 350}, "nobody": []},
        {"market": {"average_bilateral_price": 350}, "全月": {"average_bilateral_price": 350}},
        {"market": {"average_bilateral_price": 350}, "user": "用户"},
        {"market": {"average_bilateral_price": 350}, "user": [7]},
        {
            "market": {"average_bilateral_price": 350},
            "user": [direct("1", Decimal(1)), direct("1", Decimal(1))],
        },
        {
            "market": {"average_bilateral_price": 350},
            "retailer": [],
            "user": [{**direct("1", Decimal(1)), "retailer_id": "S9"}],
        },
        {
            "market": {"average_bilateral_price": 350},
            "retailer": [{"retailer_id": "S1", "package_contract_energy": 5}],
            "user": [{**direct("1", Decimal(1)), "retailer_id": "S1"}],
        },
    ],
)
def test_wrong_tables_and_failed_checks(facts: Facts) -> None:
    outcome, fast = of_python(compiled(jibei(), executor=EXECUTORS[0]), facts)
    assert outcome == of_engine(jibei(), facts, EXECUTORS[0])
    assert outcome[0] == "error"
    assert not fast


def test_rows_with_different_columns() -> None:
    one, other = direct("100", Decimal("90")), {**direct("50", Decimal("60")), "user_id": "0002"}
    del other["exempt"]
    assert agree(jibei(), {"market": {"average_bilateral_price": 350}, "user": [other, one]})


def test_explain_gives_the_engines_result() -> None:
    case = {"market": {"average_bilateral_price": 350}, "user": [direct("100", Decimal("90"))]}
    result = compiled(jibei()).evaluate(case)
    assert isinstance(result.explain(), Result)
    assert result.to_dict() == result.explain().to_dict()


def test_explain_refuses_values_that_differ() -> None:
    """A fact changed behind the result's back is what a wrong compiler would look like."""
    case = {"market": {"average_bilateral_price": 350}, "user": [direct("100", Decimal("90"))]}
    result = compiled(jibei()).evaluate(case)
    case["user"][0]["metered_energy"] = Decimal("80")
    with pytest.raises(PolicyEngineError, match="PE9001"):
        result.explain()


def test_a_policy_without_columns_is_the_engines() -> None:
    policy = load("jing-jin-tang/deviation", period="2018-06")
    made = compiled(policy)
    assert made.refused is not None
    with pytest.raises(PolicyEngineError, match="PE6052"):
        made.evaluate({})


def test_compiled_once() -> None:
    assert compiled(jibei()) is compiled(load("jibei/deviation", period="2018-06"))
