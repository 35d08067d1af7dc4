"""A policy that asks the calendar everything it can be asked, and days and months on every edge of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from parity.small import small
from policy_engine.policy.model import Policy

YEARS = (1, 4, 100, 400, 1582, 1899, 1900, 1999, 2000, 2018, 2020, 2024, 2099, 2100, 9999)
SHIFTS = (0, 1, -1, 2, 3, 11, 12, -12, -13, 1200, -119_987, 119_987, 119_988, 10**9, -(10**9), 10**15)

TERMS = (
    "乙方 | 日 | day | 日期 | | | | ",
    "乙方 | 某月 | of | 月份 | | | | ",
    "乙方 | 几 | n | 数 | | 0 | | -1000000000000000 至 1000000000000000",
)
DAY_PARTS = ("年", "月", "日", "年内第几天", "年内第几周", "星期")


def formulas() -> dict[str, tuple[str, str]]:
    """Term → (its columns of 词条 after the code, its formula); none of them can fail."""
    found = {f"{f}值": ("数 | | 0 | |", f"{f}(日)") for f in DAY_PARTS}
    found |= {f"{f}数": ("数 | | 0 | |", f"{f}(某月)") for f in ("年", "月")}
    found |= {
        "所在月": ("月份 | | | |", "月份(日)"),
        "月初": ("日期 | | | |", "首日(某月)"),
        "月末": ("日期 | | | |", "末日(某月)"),
        "天数": ("数 | 天 | 0 | |", "当月天数(某月)"),
        "日的天数": ("数 | 天 | 0 | |", "当月天数(月份(日))"),
        "距月末": ("数 | 天 | 0 | |", "相差天数(日, 末日(月份(日)))"),
        "在月内": ("是否 | | | |", "日 不低于 首日(某月) 且 日 不超过 末日(某月)"),
    }
    return found


def shifts() -> dict[str, tuple[str, str]]:
    """The same, of what leaves the calendar for some days: each is looked at in a policy of its own."""
    return {
        "加若干月": ("日期 | | | |", "加月(日, 几)"),
        "月加若干月": ("月份 | | | |", "加月(某月, 几)"),
        "加若干天": ("日期 | | | |", "加天(日, 几)"),
        "三月后": ("日期 | | | |", '日 + 期间("P3M")'),
        "一年前": ("日期 | | | |", '日 - 期间("P1Y1M10D")'),
        "下月末": ("日期 | | | |", "末日(次月(月份(日)))"),
        "上月天数": ("数 | 天 | 0 | |", "当月天数(上月(某月))"),
        "回来": ("日期 | | | |", "加天(加月(日, 1), -31)"),
        "乘出来": ("日期 | | | |", "加月(日, 最大值(几, -5) × 2)"),
    }


def asking(asked: dict[str, tuple[str, str]]) -> Policy:
    terms = [f"乙方 | {name} | t{n} | {type_}" for n, (name, (type_, _)) in enumerate(asked.items())]
    decisions = "\n".join(f"乙方.{name}: {{计算公式: '{formula}'}}" for name, (_, formula) in asked.items())
    return small((*TERMS, *terms), decisions)


def edges() -> list[dt.date]:
    """The days around every end of a month and of February of some years, and the ends of the calendar."""
    found = {dt.date.min, dt.date.max}
    for year in YEARS:
        for month in range(1, 13):
            first = dt.date(year, month, 1).toordinal()
            found |= {dt.date.fromordinal(d) for d in (first, first + 28, first + 27) if _in_calendar(d)}
            found |= {dt.date.fromordinal(d) for d in (first - 1, first - 2, first + 29) if _in_calendar(d)}
    return sorted(found)


def _in_calendar(day: int) -> bool:
    return dt.date.min.toordinal() <= day <= dt.date.max.toordinal()


def cases(rows: Iterable[tuple[dt.date, str, int]]) -> dict[str, Any]:
    """Facts of (day, month, number), each in a package of its own."""
    found = [
        {"member_id": f"{i:05d}", "group_id": f"{i:05d}", "日": day.isoformat(), "某月": month, "几": n}
        for i, (day, month, n) in enumerate(rows)
    ]
    groups = [{"group_id": r["group_id"]} for r in found]
    return {"market": {"结算月": "2018-06"}, "group": groups, "member": found}


def edge_cases() -> dict[str, Any]:
    days = edges()
    months = [day.isoformat()[:7] for day in reversed(days)]
    return cases((d, m, SHIFTS[i % len(SHIFTS)]) for i, (d, m) in enumerate(zip(days, months, strict=True)))
