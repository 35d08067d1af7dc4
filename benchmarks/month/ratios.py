"""What the page says in words of ours beside general rule engines; every number is worked out from the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.month.rivals import IN_COLUMNS, IN_COLUMNS_SMALL

Results = Mapping[str, Any]
BESIDE = ("durable_rules", "rule-engine", "zen-engine")
ZEN = ("zen-engine", "zen-engine（成批）")


SQL = {"sql": "不校验", "sql-checked": "加校验", "sql-whole": "加校验且行序同输入"}


def command_beside_sql(results: Results) -> str:
    """Our whole command in multiples of each hand-written SQL, best run against best run, for each number of users."""
    best = {(m["name"], m["users"]): min(m["walls"]) for m in results["months"] if m.get("runs")}
    told = []
    for users in sorted({users for name, users in best if name == "columns"}):
        own = best["columns", users]
        times = [f"{words} {own / best[n, users]:.2f} 倍" for n, words in SQL.items() if (n, users) in best]
        if times:
            told.append(f"{users:,} 户，{'，'.join(times)}")
    return f"整条命令对手写 SQL（最短对最短）：{'；'.join(told)}。" if told else ""


def step_beside_step(results: Results) -> str:
    """The same step here and there, in processor time a user; blank where one of them was not measured."""
    cost = {r["name"]: r["microseconds"] for r in results["rivals"]}
    others = [name for name in BESIDE if name in cost]
    if IN_COLUMNS not in cost or not others:
        return ""

    def times(own: float) -> str:
        return "，".join(f"{name} 是它的 {cost[name] / own:.3g} 倍" for name in others)

    users = {r["name"]: r["users"] for r in results["rivals"]}
    told = f"一步对一步（CPU 时间）：{users[IN_COLUMNS]:,} 户时按列每户 {cost[IN_COLUMNS]:.2f} 微秒，{times(cost[IN_COLUMNS])}"
    if IN_COLUMNS_SMALL in cost:
        small = cost[IN_COLUMNS_SMALL]
        told += (
            f"；只有 {users[IN_COLUMNS_SMALL]:,} 户时固定开销占大头，每户 {small:.2f} 微秒，{times(small)}"
        )
    return told + "。"


def month_beside_step(results: Results) -> str:
    """Our whole month against zen-engine's one step, in seconds that go by, for each number of users measured.

    zen-engine gets its faster way and its best run, we the median: the ratio is rather too small than too large.
    """
    walls = [r["wall"] for r in results["rivals"] if r["name"] in ZEN and r.get("wall") is not None]
    months = [m for m in results["months"] if m.get("runs") and m["name"] == "columns"]
    if not walls or not months:
        return ""
    told = []
    for month in months:
        step = min(walls) / 1e6 * month["users"]
        told.append(
            f"{month['users']:,} 户 {month['wall']:.2f} 秒对 {step:.1f} 秒，{step / month['wall']:.3g} 倍"
        )
    return (
        "整月对一步（实际时间）：policy-engine settle 整条命令做完全月，对 zen-engine 单进程只算这一步（由样本推算，"
        f"取两种用法中快的）：{'；'.join(told)}。"
    )
