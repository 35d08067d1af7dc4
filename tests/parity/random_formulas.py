"""Random formulas over facts of every kind, and the facts, for columns and engine to decide alike."""

from __future__ import annotations

from random import Random
from typing import Any

from parity.small import small
from policy_engine.diagnostics.errors import LoadError
from policy_engine.lowering.planner import lower
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Policy

TERMS = (
    "乙方 | 甲 | a | 数 | | 2 | | -1000 至 1000",
    "乙方 | 乙 | b | 数 | | 0 | | -20 至 20",
    "乙方 | 丙 | c | 数 | | 3 | | -1000000000 至 1000000000",
    "乙方 | 丁 | n | 数 | | 1 | 可空 | -50 至 50",
    "乙方 | 级 | level | 等级 | | | | 低 < 中 < 高",
    "乙方 | 类 | kind | 选项 | | | | 甲类、乙类、丙类",
    "乙方 | 日 | day | 日期 | | | | ",
    "乙方 | 某月 | month1 | 月份 | | | | ",
    "乙方 | 真 | yes | 是否 | | | |",
    "甲方 | 池 | pool | 数 | | 1 | | -100 至 100",
)
VALUES: dict[str, tuple[str, ...]] = {
    "甲": ("0", "0.01", "-0.01", "1", "-1", "2.5", "-2.5", "0.5", "-0.5", "1000", "-1000", "0.25", "33.33"),
    "乙": ("0", "1", "-1", "2", "-2", "3", "7", "20", "-20", "4"),
    "丙": ("0", "0.001", "1000000000", "-1000000000", "999999999.999", "2.5", "-7", "0.125", "-0.5"),
    "丁": ("", "", "0", "50", "-50", "0.1", "2.5"),
    "级": ("低", "中", "高"),
    "类": ("甲类", "乙类", "丙类"),
    "日": ("0001-01-01", "9999-12-31", "2024-02-29", "2018-06-10"),
    "某月": ("0001-01", "9999-12", "2018-06", "2024-02", "2000-01"),
    "真": ("是", "否"),
}
ROUNDINGS = ("四舍五入", "五舍六入", "银行家舍入", "向零取整", "远零取整", "向下取整", "向上取整")
MODES = ("四舍五入", "银行家", "向零", "向下", "向上")
CALENDAR = (
    "年(某月)",
    "月(某月)",
    "星期(日)",
    "年(次月(某月))",
    "月(上月(某月))",
    "年(日)",
    "月(日)",
    "日(日)",
    "年内第几天(日)",
    "年内第几周(日)",
    "日(加月(日, 向零取整(甲, 0)))",
    "(当月天数(某月) / 1 天)",
    "(相差天数(日, 加月(日, 乙)) / 1 天)",
    "月(加月(某月, 乙))",
)


class Formulas:
    def __init__(self, seed: int) -> None:
        self.rng = Random(f"formulas {seed}")

    def number(self, depth: int = 3) -> str:
        pick = self.rng.choice
        if depth == 0:
            return pick(("甲", "乙", "丙", "甲方.池", "1", "0.5", "-2", "3", "0.001", "7"))
        a, b = self.number(depth - 1), self.number(self.rng.randrange(depth))
        return pick(
            (
                f"({a} + {b})",
                f"({a} - {b})",
                f"({a} × {b})",
                f"({a} / {b})",
                f"最大值({a}, {b})",
                f"最小值({a}, {b}, 1)",
                f"绝对值({a})",
                f"余数({a}, {b})",
                f"整除({a}, {b})",
                f"(-{a})",
                f"{pick(ROUNDINGS)}({a}, {pick((-1, 0, 1, 2))})",
                f"首个有值(丁, {a})",
                f"(如果 {self.truth(depth - 1)} 那么 {a} 否则 {b})",
                pick(CALENDAR),
                f"日(加天({self.day(depth - 1)}, 向下取整({a})))",
                f"(如果 丁 为空 那么 {a} 否则 丁 × {b})",
                f"({a}) ** 2",
            )
        )

    def day(self, depth: int = 2) -> str:
        pick = self.rng.choice
        if depth <= 0:
            return pick(("日", "首日(某月)", "末日(某月)", *(f'@"{day}"' for day in VALUES["日"])))
        moved = self.day(depth - 1)
        return pick(
            (
                moved,
                f"末日(月份({moved}))",
                f"加月({moved}, 向零取整({self.number(depth - 1)}, 0))",
                f'({moved} {pick("+-")} 期间("P{pick(("1M", "1Y2M", "40D", "1M1D"))}"))',
                f"最大值({moved}, {self.day(depth - 1)})",
                f"(如果 {self.truth(depth - 1)} 那么 {moved} 否则 首日(某月))",
            )
        )

    def truth(self, depth: int = 2) -> str:
        pick = self.rng.choice
        a, b = self.number(max(depth - 1, 0)), self.number(max(depth - 1, 0))
        plain = (
            f"{a} {pick(('>', '>=', '<', '<=', '=', '!='))} {b}",
            f"{a} 介于 -2 和 {pick(('2.5', '20'))}",
            f'级 {pick((">=", "<", "="))} "中"',
            f'类 属于 ("甲类", "{pick(("乙类", "丙类"))}")',
            "真",
            "(丁 不为空 且 丁 > 0)",
            f'日 < @"{pick(VALUES["日"])}"',
            f'某月 >= @"{pick(VALUES["某月"])}"',
            f"{self.day(depth)} {pick(('>', '<=', '='))} {self.day(max(depth - 1, 0))}",
            f"是偶数(向下取整({a}))",
        )
        if depth == 0 or self.rng.random() < 0.5:
            return f"({pick(plain)})"
        one, other = self.truth(depth - 1), self.truth(depth - 1)
        return pick((f"({one} 且 {other})", f"({one} 或 {other})", f"(非 {one})"))

    def decision(self, number: int) -> tuple[str, str]:
        """(row of 词条, entry of 决定)."""
        if self.rng.random() < 0.3:
            return (
                f"乙方 | 断{number} | r{number} | 是否 | | | |",
                f"乙方.断{number}: {{计算公式: '{self.truth()}'}}",
            )
        places = self.rng.randrange(4)
        rounding = f"{self.rng.choice(MODES)} {places} 位"
        body = f"{{计算公式: '{self.number()}', 取整: {rounding}}}"
        return f"乙方 | 值{number} | r{number} | 数 | | {places} | |", f"乙方.值{number}: {body}"

    def policy(self, count: int = 20) -> Policy:
        """Formulas that the checker accepts and columns hold, all in one rule file."""
        kept: list[tuple[str, str]] = []
        number = 0
        while len(kept) < count:
            number += 1
            made = self.decision(number)
            try:
                lower(small((*TERMS, made[0]), made[1]))
            except (LoadError, NotLowered):
                continue
            kept.append(made)
        return small((*TERMS, *(t for t, _ in kept)), "\n".join(d for _, d in kept))

    def facts(self, rows: int = 60) -> dict[str, Any]:
        """Each row in a package of its own."""
        found = [
            {
                "member_id": f"{i:03d}",
                "group_id": f"{i:03d}",
                **{k: self.rng.choice(v) for k, v in VALUES.items()},
            }
            for i in range(rows)
        ]
        pools = ("0", "0.1", "-100", "100", "2.5")
        groups = [{"group_id": r["group_id"], "池": self.rng.choice(pools)} for r in found]
        return {"market": {"结算月": "2018-06"}, "group": groups, "member": found}
