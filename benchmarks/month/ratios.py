"""What the page says in words of ours beside general rule engines; every number is worked out from the results."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from benchmarks.month.rivals import IN_COLUMNS, IN_COLUMNS_SMALL

Results = Mapping[str, Any]
BESIDE = ("durable_rules", "rule-engine", "zen-engine")


SQL = {"sql": "不校验", "sql-checked": "加校验", "sql-whole": "加校验且行序同输入"}


def paired(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The median of how many times longer one took than the other in the same round.

    A machine that others use as well is slow for minutes and fast again: rounds of different times do not compare.
    """
    return median(a / b for a, b in zip(one["walls"], other["walls"], strict=False))


def command_beside_sql(results: Results) -> str:
    """Our whole command in multiples of each hand-written SQL, for each number of users."""
    runs = {(m["name"], m["users"]): m for m in results["months"] if m.get("runs")}
    told = []
    for users in sorted({users for name, users in runs if name == "columns"}):
        own = runs["columns", users]
        times = [
            f"{words} {paired(own, runs[n, users]):.2f} 倍" for n, words in SQL.items() if (n, users) in runs
        ]
        if times:
            told.append(f"{users:,} 户，{'，'.join(times)}")
    return f"整条命令对手写 SQL：{'；'.join(told)}。" if told else ""


def step_beside_step(results: Results) -> str:
    """The same step here and there, in processor time a user; blank where one of them was not measured."""
    rivals = {r["name"]: r for r in results["rivals"]}
    others = [name for name in BESIDE if name in rivals]
    if IN_COLUMNS not in rivals or not others:
        return ""

    def times(own: str) -> str:
        found = ((name, _times(rivals[name], rivals[own])) for name in others)
        return "，".join(f"{name} 是它的 {ratio:.3g} 倍" for name, ratio in found)

    own = rivals[IN_COLUMNS]
    told = f"一步对一步（CPU 时间）：{own['users']:,} 户时按列每户 {own['microseconds']:.2f} 微秒，{times(IN_COLUMNS)}"
    if IN_COLUMNS_SMALL in rivals:
        small = rivals[IN_COLUMNS_SMALL]
        told += f"；只有 {small['users']:,} 户时固定开销占大头，"
        told += f"每户 {small['microseconds']:.2f} 微秒，{times(IN_COLUMNS_SMALL)}"
    return told + "。"


def _times(other: Mapping[str, Any], own: Mapping[str, Any]) -> float:
    """Round by round where there are rounds."""
    rounds = list(zip(other.get("cpus") or (), own.get("cpus") or (), strict=False))
    return median(a / b for a, b in rounds) if rounds else other["microseconds"] / own["microseconds"]


def month_beside_step(results: Results) -> str:
    """Our whole month against zen-engine's one step, in seconds that go by, for each number of users measured.

    zen-engine gets its faster way, timed right after each run of ours.
    """
    told = []
    for month in results["months"]:
        if month["name"] == "columns" and month.get("runs") and month.get("steps"):
            rounds = [
                (step / 1e6 * month["users"], wall)
                for step, wall in zip(month["steps"], month["walls"], strict=False)
            ]
            step, wall = median(s for s, _ in rounds), median(w for _, w in rounds)
            times = median(s / w for s, w in rounds)
            told.append(f"{month['users']:,} 户 {wall:.2f} 秒对 {step:.1f} 秒，{times:.3g} 倍")
    if not told:
        return ""
    return (
        "整月对一步（实际时间）：policy-engine settle 整条命令做完全月，对 zen-engine 单进程只算这一步（紧接着量，由样本推算，"
        f"取两种用法中快的）：{'；'.join(told)}。"
    )
