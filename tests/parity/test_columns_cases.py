"""Cases in which columns once differed from the engine, or may well do: each with rows on both sides of the line."""

from __future__ import annotations

from typing import Any

from parity.month import disagreements
from parity.small import small
from policy_engine.engine.evaluate import assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.month import settled

ENERGY = "电量 | 兆瓦时 | 3 | {} | -1000 至 1000"
BIG = "电量 | 兆瓦时 | 3 | {} | -1000000000 至 1000000000"
NUMBERS = ("0", "0.001", "-0.001", "1", "-1", "2.5", "-2.5", "1000", "-1000")


def members(*columns: str, values: tuple[str, ...] = NUMBERS, groups: int = 2) -> dict[str, Any]:
    """Every pair of values of two columns, or every value of one, dealt to groups in turn."""
    pairs = [(a, b) for a in values for b in (values if len(columns) == 2 else ("",))]
    rows = [
        {"member_id": f"{i:03d}", "group_id": f"组{i % groups}", **dict(zip(columns, pair, strict=False))}
        for i, pair in enumerate(pairs)
    ]
    return {
        "market": {"结算月": "2018-06"},
        "group": [{"group_id": f"组{i}"} for i in range(groups)],
        "member": rows,
    }


def alone(facts: dict[str, Any]) -> dict[str, Any]:
    """Each member in a group of its own, so that one that fails takes nobody along."""
    rows = [{**row, "group_id": f"组{row['member_id']}"} for row in facts["member"]]
    return {**facts, "group": [{"group_id": r["group_id"]} for r in rows], "member": rows}


def agree(policy: Policy, facts: dict[str, Any]) -> None:
    assert disagreements(policy, facts) == []


A_AND_B = (f"乙方 | 甲 | a | {ENERGY.format('')}", f"乙方 | 乙 | b | {ENERGY.format('')}")
OUT = "乙方 | 数 | out | 电量 | 兆瓦时 | 2 | |"


def test_what_an_earlier_row_hides_is_not_worked_out() -> None:
    policy = small(
        (*A_AND_B, OUT),
        """
表:
  适用: [乙方]
  多行命中: 取首行
  默认: {数: 7}
  决策表: |
    | 行名 | 当：乙 | 当：甲 | 则：数 |
    | 一 | 等于 0 | 超过 0 | 5 |
    | 二 | 不超过 1 | - | 甲 / 乙 × 1 兆瓦时 |
  取整: {数: 四舍五入 2 位}
""",
    )
    agree(policy, alone(members("甲", "乙")))


def test_a_later_value_is_not_worked_out_when_an_earlier_one_is_known() -> None:
    policy = small(
        (f"乙方 | 甲 | a | {ENERGY.format('可空')}", f"乙方 | 乙 | b | {ENERGY.format('')}", OUT),
        "乙方.数: {计算公式: '首个有值(甲, 四舍五入(1 兆瓦时 / 乙 × 1 兆瓦时, 2))', 取整: 四舍五入 2 位}",
    )
    facts = alone(members("甲", "乙", values=("", "0", "3")))
    facts["member"] = [r for r in facts["member"] if r["乙"]]
    agree(policy, facts)


def test_arithmetic_that_fits_only_under_a_condition() -> None:
    policy = small(
        (
            f"乙方 | 甲 | a | {BIG.format('')}",
            "乙方 | 与 | both | 是否 | | | |",
            "乙方 | 或 | any | 是否 | | | |",
            "乙方 | 如 | one | 是否 | | | |",
            "甲方 | 和 | total | 电量 | 兆瓦时 | 2 | |",
        ),
        """
乙方.与: {计算公式: 甲 <= 1 兆瓦时 且 甲 >= 0 兆瓦时 且 甲 × 甲 / 1 兆瓦时 > 0.5 兆瓦时}
乙方.或: {计算公式: 甲 > 1 兆瓦时 或 甲 < 0 兆瓦时 或 甲 × 甲 / 1 兆瓦时 > 0.5 兆瓦时}
乙方.如: {计算公式: 如果 甲 <= 1 兆瓦时 且 甲 >= -1 兆瓦时 那么 甲 × 甲 / 1 兆瓦时 > 0.5 兆瓦时 否则 否}
甲方.和:
  计算公式: 合计(乙方.甲 × 乙方.甲 / 1 兆瓦时, 仅 乙方.甲 <= 1 兆瓦时 且 乙方.甲 >= -1 兆瓦时)
  取整: 四舍五入 2 位
""",
    )
    edge = ("1000000000", "-1000000000", "999999999.999", "1", "0.707", "0.708", "-0.708", "0", "1.001", "-1")
    agree(policy, members("甲", values=edge))


def test_months_and_days_are_counted_in_numbers_wide_enough() -> None:
    policy = small(
        (
            "乙方 | 日一 | d1 | 日期 | | | |",
            "乙方 | 日二 | d2 | 日期 | | | |",
            "乙方 | 某月 | m | 月份 | | | |",
            "乙方 | 天 | days | 数 | 小时 | 6 | |",
            "乙方 | 年 | year | 数 | | 6 | |",
            "乙方 | 下月 | next | 月份 | | | |",
            "乙方 | 周 | weekday | 数 | | 0 | |",
        ),
        """
乙方.天: {计算公式: '相差天数(日一, 日二) × 1000.000001', 取整: 四舍五入 6 位}
乙方.年: {计算公式: '年(某月) × 1000.000001 + 月(某月)', 取整: 四舍五入 6 位}
乙方.下月: {计算公式: 次月(某月)}
乙方.周: {计算公式: 星期(日一)}
""",
    )
    days = ("0001-01-01", "2024-02-29", "9999-12-31")
    facts = alone(members("日一", "日二", values=days))
    for row, month in zip(facts["member"], ("0001-01", "9999-12", "9999-11") * 3, strict=True):
        row["某月"] = month
    agree(policy, facts)


def test_a_total_nobody_asks_for_does_not_fail() -> None:
    policy = small(
        (*A_AND_B, "甲方 | 要 | wanted | 是否 | | | |", "甲方 | 和 | total | 数 | | 2 | |"),
        """
甲方.和:
  计算公式: 如果 要 那么 合计(四舍五入(乙方.甲 / 乙方.乙, 2)) 否则 0
  取整: 四舍五入 2 位
""",
    )
    facts = members("甲", "乙", groups=4)
    for n, row in enumerate(facts["group"]):
        row["要"] = "是" if n % 2 else "否"
    facts["member"] = [r for i, r in enumerate(facts["member"]) if i % 4 != 3 or r["乙"] != "0"]
    agree(policy, facts)


def test_a_month_is_refused_when_a_total_of_the_month_cannot_be_worked_out() -> None:
    policy = small(
        (*A_AND_B, "全月 | 总和 | total | 数 | | 2 | |"),
        "全月.总和: {计算公式: '合计(四舍五入(乙方.甲 / 乙方.乙, 2))', 取整: 四舍五入 2 位}",
    )
    agree(policy, members("甲", "乙"))
    agree(policy, members("甲", "乙", values=("1", "-2.5")))


def test_packages_that_fail_do_not_count_in_what_all_share() -> None:
    """A check against the month's total holds only without a package that fails before."""
    policy = small(
        (*A_AND_B, OUT, "全月 | 总和 | total | 电量 | 兆瓦时 | 3 | |"),
        """
全月.总和: {汇总: {求和: 乙方.甲}}
乙方.数: {计算公式: 全月.总和 / 乙 × 1 兆瓦时 + 甲, 取整: 四舍五入 2 位}
""",
        more="校验:\n  乙方.不大: {须: 甲 <= 900 兆瓦时, 否则: 同包全部退回}\n"
        "  乙方.占比: {须: 甲 <= 全月.总和, 否则: 同包全部退回}\n",
    )
    facts = alone(members("甲", "乙"))
    agree(policy, facts)
    by_engine = assess(policy, tables_from_mapping(policy, facts), executor="reference").rejected
    with settled(policy, facts) as month:
        shown = [(r.row.entity, r.row.key, r.diagnostic.code) for r in month.rejected]
    assert shown == [(r.row.entity, r.row.key, r.diagnostic.code) for r in by_engine]


ALLOCATION = """
全月.池: {计算公式: 全月.总}
乙方.数:
  分摊:
    总量: 全月.池
    分摊范围: 乙 != 0 兆瓦时
    分摊依据: 甲
    尾差: 最大余数法
  取整: 2 位
"""
SHARED = (
    *A_AND_B,
    OUT,
    f"全月 | 总 | sum | {ENERGY.format('')}",
    "全月 | 池 | pool | 电量 | 兆瓦时 | 3 | |",
)


def test_shares_of_the_whole_month() -> None:
    policy = small(SHARED, ALLOCATION)
    for total in ("0", "0.01", "-0.01", "0.001", "1000", "-999.99"):
        for values in (NUMBERS, ("0", "1", "2.5"), ("0",), ("1", "1", "1")):
            facts = members("甲", "乙", values=values)
            facts["market"] = {"结算月": "2018-06", "总": total}
            agree(policy, facts)


def test_every_rounding_of_sums_and_quotients() -> None:
    names = ("四舍五入", "五舍六入", "银行家舍入", "向零取整", "远零取整", "向下取整", "向上取整")
    modes = ("四舍五入", "银行家", "向零", "向下", "向上")
    terms, decisions = [*A_AND_B], []
    for number, (name, places) in enumerate([(n, p) for n in names for p in (-2, 0, 2)]):
        terms.append(f"乙方 | 值{number} | f{number} | 数 | | {max(places, 0)} | |")
        body = f"{name}((甲 × 3 + 乙 / 4) / 1 兆瓦时, {places}) + {name}(甲 / 7 兆瓦时, {places})"
        decisions.append(f"乙方.值{number}: {{计算公式: '{body}'}}")
    for number, (mode, places) in enumerate([(m, p) for m in modes for p in (0, 1, 3)]):
        terms.append(f"乙方 | 取{number} | r{number} | 电量 | 兆瓦时 | {places} | |")
        decisions.append(f"乙方.取{number}: {{计算公式: 甲 / 8 - 乙 / 3, 取整: {mode} {places} 位}}")
    agree(small(terms, "\n".join(decisions)), members("甲", "乙"))


def test_remainders_and_whole_quotients() -> None:
    terms = (
        *A_AND_B,
        "乙方 | 余 | rest | 电量 | 兆瓦时 | 3 | |",
        "乙方 | 整 | whole | 数 | | 0 | |",
        "乙方 | 偶 | even | 是否 | | | |",
    )
    policy = small(
        terms,
        """
乙方.余: {计算公式: '余数(甲, 乙)'}
乙方.整: {计算公式: '整除(甲, 乙)'}
乙方.偶: {计算公式: '是偶数(向下取整(甲 / 1 兆瓦时)) 且 非 是奇数(整除(乙, 1 兆瓦时))'}
""",
    )
    agree(policy, alone(members("甲", "乙")))


def test_quotients_compared_chosen_and_added() -> None:
    terms = (*A_AND_B, OUT, "乙方 | 大 | more | 是否 | | | |", "乙方 | 级 | tier | 选项 | | | | 甲类、乙类")
    policy = small(
        terms,
        """
乙方.大: {计算公式: 甲 / 乙 > 乙 / 3 兆瓦时 或 甲 / 乙 = -1}
乙方.数:
  计算公式: 最大值(甲 / 乙, 乙 / 7 兆瓦时, 甲 / 1 兆瓦时) × 乙 - (如果 甲 / 乙 > 1 那么 甲 / 乙 否则 乙 / 3 兆瓦时) × 甲
  取整: 四舍五入 2 位
级表:
  适用: [乙方]
  多行命中: 不允许
  默认: {级: 乙类}
  决策表: |
    | 行名 | 当：甲 / 乙 | 则：级 |
    | 一 | 介于 -1 和 1 | 甲类 |
""",
    )
    agree(policy, alone(members("甲", "乙")))


def test_three_levels_with_parents_that_may_be_absent() -> None:
    tree = (
        "全月: {代号: market, 单例: 是}",
        "片区: {代号: area, 主键: area_id}",
        "甲方: {代号: group, 主键: group_id, 属于: 片区, 可空: 是}",
        "乙方: {代号: member, 主键: member_id, 属于: 甲方, 可空: 是}",
        "有区: {即: 甲方, 当: 所属片区 不为空}",
        "无区: {即: 甲方, 当: 所属片区 为空}",
        "有主: {即: 乙方, 当: 所属甲方 不为空}",
        "无主: {即: 乙方, 当: 所属甲方 为空}",
    )
    terms = (
        *A_AND_B,
        f"片区 | 池 | pool | {ENERGY.format('')}",
        "片区 | 人数 | heads | 数 | | 0 | |",
        "甲方 | 甲和 | a_sum | 电量 | 兆瓦时 | 3 | |",
        "有区 | 所得 | share | 电量 | 兆瓦时 | 3 | |",
        "无区 | 所得 | share | 电量 | 兆瓦时 | 3 | |",
        "有主 | 分得 | part | 电量 | 兆瓦时 | 3 | |",
        "无主 | 分得 | part | 电量 | 兆瓦时 | 3 | |",
        "乙方 | 占比 | ratio | 比例 | | 4 | |",
        "全月 | 总数 | all | 电量 | 兆瓦时 | 3 | |",
    )
    policy = small(
        terms,
        """
甲方.甲和: {汇总: {求和: 有主.甲}}
片区.人数: {计算公式: '计数(乙方, 仅 乙 >= 0 兆瓦时)'}
有区.所得:
  分摊: {总量: 片区.池, 分摊依据: 绝对值(甲和), 尾差: 最大余数法}
  取整: 3 位
无区.所得: {计算公式: 甲和 × 2}
有主.分得:
  分摊: {总量: 甲方.所得, 分摊依据: 绝对值(甲) + 1 兆瓦时, 尾差: 最大余数法}
  取整: 3 位
无主.分得: {计算公式: 甲}
乙方.占比: {计算公式: 分得 / (全月.总数 + 0.5 兆瓦时), 取整: 银行家 4 位}
全月.总数: {汇总: {求和: 乙方.分得}}
""",
        tree=tree,
    )
    facts = members("甲", "乙", groups=7)
    facts["area"] = [{"area_id": f"区{i}", "池": p} for i, p in enumerate(("100.001", "-7", "0", "5"))]
    areas = ("区0", "区0", "区1", "区1", "区2", "区3", "")
    facts["group"] = [{"group_id": f"组{i}", "area_id": a} for i, a in enumerate(areas)]
    for row in facts["member"][::6]:
        row["group_id"] = ""
    agree(policy, facts)


def test_two_one_row_entities_that_read_each_other() -> None:
    tree = (
        "全月: {代号: market, 单例: 是}",
        "电网: {代号: grid, 单例: 是}",
        "乙方: {代号: member, 主键: member_id}",
    )
    terms = (
        f"乙方 | 甲 | a | {ENERGY.format('')}",
        f"电网 | 损 | loss | {ENERGY.format('')}",
        "全月 | 倍 | twice | 电量 | 兆瓦时 | 3 | |",
        "电网 | 再 | again | 电量 | 兆瓦时 | 3 | |",
        "全月 | 三 | third | 电量 | 兆瓦时 | 3 | |",
        "乙方 | 末 | last | 电量 | 兆瓦时 | 3 | |",
    )
    policy = small(
        terms,
        """
全月.倍: {计算公式: 电网.损 × 2}
电网.再: {计算公式: 全月.倍 + 损}
全月.三: {计算公式: 电网.再 + 倍}
乙方.末: {计算公式: 甲 + 全月.三}
""",
        tree=tree,
    )
    rows = [{"member_id": f"{i}", "甲": v} for i, v in enumerate(NUMBERS)]
    agree(policy, {"market": {"结算月": "2018-06"}, "grid": {"损": "1.5"}, "member": rows})


def test_names_of_several_lists_and_texts() -> None:
    terms = (
        "乙方 | 类 | kind | 选项 | | | | 甲、乙、丙",
        "乙方 | 别 | other | 选项 | | | | 丙、甲、丁",
        "乙方 | 文 | text | 文本 | | | 可空 |",
        "乙方 | 级 | level | 等级 | | | | 一级 < 二级 < 三级",
        "乙方 | 同 | same | 是否 | | | |",
        "乙方 | 高 | high | 是否 | | | |",
        "乙方 | 说 | said | 文本 | | | |",
        "乙方 | 取 | taken | 选项 | | | | 丁、丙、乙、甲",
    )
    policy = small(
        terms,
        """
乙方.同: {计算公式: 类 = 别 或 文 不为空 且 文 = "甲"}
乙方.高: {计算公式: 级 >= "二级" 且 级 != "三级"}
乙方.说: {计算公式: '如果 文 不为空 那么 文 否则 代号表(类, 级)'}
乙方.取: {计算公式: '如果 级 = "一级" 那么 类 否则 别'}
""",
        more="对照表:\n  代号表:\n    表: |\n      | 类 | 级 | 说明 |\n"
        + "".join(f"      | {k} | {v} | {k}{v} |\n" for k in "甲乙" for v in ("一级", "二级", "三级")),
    )
    rows = [
        {"类": k, "别": o, "文": t, "级": v}
        for k in "甲乙丙"
        for o in "丙甲丁"
        for t in ("", "甲", "x'y\\")
        for v in ("一级", "二级", "三级")
    ]
    facts = alone({"member": [{"member_id": f"{i:03d}", **r} for i, r in enumerate(rows)]})
    agree(policy, {"market": {"结算月": "2018-06"}, **facts})
