"""What an official may change in the Jibei file without a line of Python, each checked with worked numbers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from policy_engine.engine.evaluate import assess, evaluate
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.result import Result
from policy_engine.policy.library import builtin_rules, load
from policy_engine.policy.model import Policy
from reference.months import random_month

JIBEI = (builtin_rules() / "jibei" / "deviation.yaml").read_text(encoding="utf-8")


@pytest.fixture
def edit(tmp_path: Path):
    """The policy after replacing texts in the file, each of which must stand there exactly once."""

    def edited(*changes: tuple[str, str], options: dict[str, str] | None = None) -> Policy:
        text = JIBEI
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
            text = text.replace(old, new)
        (tmp_path / "deviation.yaml").write_text(text, encoding="utf-8")
        return load("jibei/deviation", period="2018-06", rules=tmp_path, options=options)

    return edited


def user(key: str, contract: int, metered: str | int, retailer: str = "", **more: str) -> dict[str, str]:
    return {
        "user_id": key,
        "retailer_id": retailer,
        "contract_energy": str(contract),
        "metered_energy": str(metered),
        "catalogue_price": "500",
        **more,
    }


# 10 000 contracted, 9 200 metered: 800 short, 500 exempt, 300 assessed; U1 and U3 are beyond their own 5 %.
PACKAGE = [
    user("U1", 4000, 3400, "S"),
    user("U2", 3000, 2940, "S"),
    user("U3", 2000, 1700, "S"),
    user("U4", 1000, 1160, "S"),
]


def run(policy: Policy, *users: dict[str, str], market: dict[str, str] | None = None) -> Result:
    prices = {"average_bilateral_price": "350", **(market or {})}
    facts = {"market": prices, "user": list(users)}
    result = evaluate(policy, facts)
    assert result.to_dict() == evaluate(policy, facts, executor="reference").to_dict()
    return result


def direct(policy: Policy, contract: int, metered: str | int, **market: str) -> tuple[str, str, str]:
    """Verdict, assessed energy and fee of a user who trades by itself."""
    result = run(policy, user("D", contract, metered), market=market)
    return tuple(result.value("user", "D", t).text for t in ("verdict", "assessed_energy", "assessment_fee"))


def column(result: Result, term: str) -> dict[str, str]:
    return {k: result.value("user", k, term).text for k in result.keys("user")}


def test_as_it_stands(edit) -> None:
    policy = edit()
    assert direct(policy, 1000, 950) == ("免予考核", "0.000", "0.00")
    assert direct(policy, 1000, 850) == ("应予考核", "100.000", "7000.00")
    assert direct(policy, 1000, 1200) == ("无偏差考核电量", "0.000", "0.00")
    result = run(policy, *PACKAGE)
    assert column(result, "assessed_energy") == {
        "U1": "200.000",
        "U2": "0.000",
        "U3": "100.000",
        "U4": "0.000",
    }
    assert result.value("retailer", "S", "assessment_fee").text == "21000.00"


def test_another_band(edit) -> None:
    policy = edit(("免予考核幅度: {值: 5%", "免予考核幅度: {值: 3%"))
    assert direct(policy, 1000, 970) == ("免予考核", "0.000", "0.00")
    assert direct(policy, 1000, "969.999") == ("应予考核", "0.001", "0.07")
    assert direct(policy, 1000, 950) == ("应予考核", "20.000", "1400.00")
    assert run(policy, *PACKAGE).value("retailer", "S", "assessed_energy").text == "500.000"


def test_a_band_that_changes_in_the_middle_of_the_year(edit) -> None:
    line = "免予考核幅度: {值: 5%, 自: 2018-06-01, 至: 未定, 复核: 2019-06-01, 来源: 原文, 条款: 二-3}"
    slices = """免予考核幅度:
    - {值: 3%, 自: 2018-06-01, 至: 2018-06-30, 来源: 原文, 条款: 二-3}
    - {值: 5%, 自: 2018-07-01, 至: 未定, 来源: 原文, 条款: 二-3}"""
    june = edit((line, slices))
    july = load("jibei/deviation", period="2018-07", rules=Path(june.files[0].path).parent)
    assert direct(june, 1000, 950)[0] == "应予考核"
    assert direct(july, 1000, 950)[0] == "免予考核"


def test_exactly_the_band_is_assessed_too(edit) -> None:
    """正好5% assessed: nothing lies beyond it, so the other reading shows the difference in energy."""
    inclusive = (
        ("超过 0 且 不超过 免予考核电量 |", "超过 0 且 低于 免予考核电量   |"),
        ("| 超过 免予考核电量             |", "| 不低于 免予考核电量           |"),
        ('如果 口径.负偏差考核部分 = "全部负偏差" 那么', '如果 口径.负偏差考核部分 = "全部负偏差" 那么'),
    )
    assert direct(edit(*inclusive), 1000, 950) == ("应予考核", "0.000", "0.00")
    whole = {"负偏差考核部分": "全部负偏差"}
    assert direct(edit(options=whole), 1000, 950) == ("免予考核", "0.000", "0.00")
    assert direct(edit(*inclusive, options=whole), 1000, 950) == ("应予考核", "50.000", "3500.00")
    assert direct(edit(*inclusive, options=whole), 1000, "950.001") == ("免予考核", "0.000", "0.00")


SECOND_TIER = """决定:
  偏差考核电费:
    适用: [售电公司, 直接交易用户]
    阶梯:
      依据: 偏差考核电量
      方式: 分段
      分档: |
        | 行名 | 超过         | 费率                          | 条款 |
        | 一档 | 0            | 全月.年度双边均价 × 考核系数  | 二-5 |
        | 二档 | 免予考核电量 | 全月.年度双边均价 × 二档系数  | 二-5 |
    取整: 四舍五入 2 位
    条款: 二-5
"""
SECOND_TIER_IN_ROWS = """决定:
  偏差考核电费:
    适用: [售电公司, 直接交易用户]
    多行命中: 不允许
    决策表: |
      | 行名 | 当：偏差考核电量    | 则：偏差考核电费 | 条款 |
      | 一档 | 不超过 免予考核电量 | 偏差考核电量 × 全月.年度双边均价 × 考核系数 | 二-5 |
      | 二档 | > 免予考核电量 | (免予考核电量 × (考核系数 - 二档系数) + 偏差考核电量 × 二档系数) × 全月.年度双边均价 | 二-5 |
    取整: {偏差考核电费: 四舍五入 2 位}
"""
SECOND_COEFFICIENT = (
    "参数:\n",
    "参数:\n  二档系数: {值: 30%, 自: 2018-06-01, 至: 未定, 来源: 推定, 条款: 二-5}\n",
)


@pytest.mark.parametrize("tier", [SECOND_TIER, SECOND_TIER_IN_ROWS], ids=["阶梯", "决策表"])
def test_a_second_tier_beyond_ten_per_cent(edit, tier: str) -> None:
    """150 short of 1 000: 50 exempt, 50 at 20 %, 50 at 30 %, each × 350."""
    policy = edit(SECOND_COEFFICIENT, ("决定:\n  # ——", f"{tier}\n  # ——"))
    assert direct(policy, 1000, 850) == ("应予考核", "100.000", "8750.00")
    assert direct(policy, 1000, 900) == ("应予考核", "50.000", "3500.00")
    assert direct(policy, 1000, "899.999") == ("应予考核", "50.001", "3500.11")  # 3500 + 0.105
    assert direct(policy, 1000, 0) == ("应予考核", "950.000", "98000.00")  # 50 × 70 + 900 × 105
    assert direct(policy, 0, 0) == ("无偏差考核电量", "0.000", "0.00")  # both thresholds are 0
    result = run(policy, *PACKAGE)
    assert result.value("retailer", "S", "assessment_fee").row == "一档"  # 300 of 500


def test_a_tier_as_a_scale_or_as_rows_is_the_same(edit, tmp_path: Path) -> None:
    policies = [
        edit(SECOND_COEFFICIENT, ("决定:\n  # ——", f"{tier}\n  # ——"))
        for tier in (SECOND_TIER, SECOND_TIER_IN_ROWS)
    ]
    assert policies[0] != policies[1]
    for seed in range(40):
        month = random_month(seed)
        market = {"average_bilateral_price": month.price}
        facts = {
            "market": market,
            "user": [dict(u) for u in month.users],
            "retailer": [dict(r) for r in month.retailers],
        }
        found = [assess(p, tables_from_mapping(p, facts)) for p in policies]
        assert [a.rejected for a in found] == [(), ()], f"seed {seed}"
        assert found[0].result.to_dict() == found[1].result.to_dict(), f"seed {seed}"


def test_another_price_basis_each_ones_own_tariff(edit) -> None:
    policy = edit(
        ("沿用: jing-jin-tang/deviation ", "停用: [决定.偏差考核电费]\n沿用: jing-jin-tang/deviation "),
        (
            "决定:\n  # ——",
            """决定:
  售电公司.偏差考核电费:
    计算公式: 偏差考核电量 × 全月.年度双边均价 × 考核系数
    取整: 四舍五入 2 位
    条款: 二-5
  直接交易用户.偏差考核电费:
    计算公式: 偏差考核电量 × 目录电价 × 考核系数
    取整: 四舍五入 2 位
    条款: 二-5
  # ——""",
        ),
    )
    assert direct(policy, 1000, 850) == ("应予考核", "100.000", "10000.00")  # × 500, not × 350
    assert run(policy, *PACKAGE).value("retailer", "S", "assessment_fee").text == "21000.00"


def test_another_price_basis_a_new_price_of_the_month(edit) -> None:
    policy = edit(
        (
            "  | 全月                   | 出账月份     |",
            "  | 全月 | 月度交易均价 | monthly_price | 电价 | 元/兆瓦时 | 3 | | 0 至 10000 |\n"
            "  | 全月                   | 出账月份     |",
        ),
        (
            "决定:\n  # ——",
            """决定:
  偏差考核电费:
    适用: [售电公司, 直接交易用户]
    计算公式: 偏差考核电量 × 最大值(全月.年度双边均价, 全月.月度交易均价) × 考核系数
    取整: 四舍五入 2 位
    条款: 二-5
  # ——""",
        ),
    )
    assert direct(policy, 1000, 850, monthly_price="400")[2] == "8000.00"
    assert direct(policy, 1000, 850, monthly_price="300")[2] == "7000.00"
    with pytest.raises(Exception, match="PE6042"):
        direct(policy, 1000, 850)  # the new price is now asked for


def test_another_reading_written_into_the_file(edit) -> None:
    whole = edit(("{取: 超出幅度的部分,", "{取: 全部负偏差,"))
    assert direct(whole, 1000, 950) == ("免予考核", "0.000", "0.00")
    assert direct(whole, 1000, "949.999") == ("应予考核", "50.001", "3500.07")
    by_excess = edit(("{取: 全部负偏差,", "{取: 超出幅度的部分,"))
    # U1 is 400 beyond its 5 %, U3 200: still 2 : 1, as 600 : 300 is; so move U3.
    users = [PACKAGE[0], PACKAGE[1], user("U3", 2000, 1800, "S"), user("U4", 1000, 1060, "S")]
    assert column(run(edit(), *users), "assessed_energy") == {
        "U1": "225.000",
        "U2": "0.000",
        "U3": "75.000",
        "U4": "0.000",
    }
    assert column(run(by_excess, *users), "assessed_energy") == {
        "U1": "240.000",
        "U2": "0.000",
        "U3": "60.000",
        "U4": "0.000",
    }


ASYMMETRIC = (
    (
        "  免予考核幅度: {值: 5%",
        "  正偏差幅度: {值: 6%, 自: 2018-06-01, 至: 未定, 来源: 推定, 条款: 二-2}\n  免予考核幅度: {值: 2%",
    ),
    (
        "  | 售电公司、用户         | 负偏差电量   |",
        "  | 售电公司、用户 | 正偏差电量 | surplus_energy | 电量 | 兆瓦时 | 3 | | |\n"
        "  | 售电公司、用户 | 正偏差免考电量 | surplus_tolerance | 电量 | 兆瓦时 | | | |\n"
        "  | 售电公司、用户         | 负偏差电量   |",
    ),
    (
        "  负偏差电量:\n",
        """  正偏差电量:
    适用: [售电公司, 用户]
    计算公式: 最大值(偏差电量, 0)
    条款: 二-2
  用户.正偏差免考电量:     {计算公式: 合同电量 × 正偏差幅度, 条款: 二-2}
  售电公司.正偏差免考电量: {计算公式: 考核合同电量 × 正偏差幅度, 条款: 二-2}
  负偏差电量:
""",
    ),
    (
        "否则 最大值(负偏差电量 - 免予考核电量, 0)",
        "否则 最大值(负偏差电量 - 免予考核电量, 正偏差电量 - 正偏差免考电量, 0)",
    ),
    (
        "      | 无负偏差 | 否       | 等于 0                        | 无偏差考核电量 | 0                | 二-2   |\n",
        "",
    ),
    (
        "| 行名     | 当：免考 | 当：负偏差电量                |",
        "| 行名 | 当：免考 | 当：负偏差电量 | 当：正偏差电量 |",
    ),
    ("| 免考     | 是       | -                             |", "| 免考 | 是 | - | - |"),
    (
        "| 幅度内   | 否       | 超过 0 且 不超过 免予考核电量 |",
        "| 无偏差 | 否 | 0 | 0 | 无偏差考核电量 | 0 | 二-2 |\n"
        "      | 多用过多 | 否 | - | 超过 正偏差免考电量 | 应予考核 | 应考核电量 | 二-2 |\n"
        "      | 多用不多 | 否 | - | 超过 0 且 不超过 正偏差免考电量 | 免予考核 | 0 | 二-2 |\n"
        "      | 幅度内 | 否 | 超过 0 且 不超过 免予考核电量 | - |",
    ),
    ("| 超幅度   | 否       | 超过 免予考核电量             |", "| 超幅度 | 否 | 超过 免予考核电量 | - |"),
    (
        "      分摊范围: 非 免考 且 负偏差电量 > 免予考核电量\n",
        "      分摊范围: 非 免考 且 (售电公司.偏差电量 < 0 且 负偏差电量 > 免予考核电量\n"
        "                或 售电公司.偏差电量 > 0 且 正偏差电量 > 正偏差免考电量)\n",
    ),
    (
        '如果 口径.分配权重 = "全部负偏差" 那么 负偏差电量 否则 负偏差电量 - 免予考核电量',
        "如果 售电公司.偏差电量 < 0 那么 负偏差电量 否则 正偏差电量",
    ),
)


@pytest.mark.parametrize(
    ("metered", "expected"),
    [
        (980, ("免予考核", "0.000", "0.00")),
        ("979.999", ("应予考核", "0.001", "0.07")),
        (1000, ("无偏差考核电量", "0.000", "0.00")),
        (1060, ("免予考核", "0.000", "0.00")),
        ("1060.001", ("应予考核", "0.001", "0.07")),
        (1100, ("应予考核", "40.000", "2800.00")),
        (900, ("应予考核", "80.000", "5600.00")),
    ],
)
def test_an_asymmetric_band(edit, metered: str | int, expected: tuple[str, str, str]) -> None:
    assert direct(edit(*ASYMMETRIC), 1000, metered) == expected


def test_an_asymmetric_band_for_packages(edit) -> None:
    policy = edit(*ASYMMETRIC)
    short = run(policy, *PACKAGE)  # 800 short, 200 exempt; U2 is exactly at its 2 %
    assert column(short, "assessed_energy") == {
        "U1": "400.000",
        "U2": "0.000",
        "U3": "200.000",
        "U4": "0.000",
    }
    over = [
        user("U1", 4000, 4500, "S"),
        user("U2", 3000, 3100, "S"),
        user("U3", 2000, 2250, "S"),
        user("U4", 1000, 950, "S"),
    ]
    result = run(policy, *over)  # 800 over, 600 exempt, 200 assessed among U1 (500) and U3 (250)
    assert result.value("retailer", "S", "assessed_energy").text == "200.000"
    assert column(result, "assessed_energy") == {
        "U1": "133.333",
        "U2": "0.000",
        "U3": "66.667",
        "U4": "0.000",
    }
    assert result.row("retailer", "S").values["assessment_fee"] == Fraction(14_000)
