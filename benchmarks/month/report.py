"""What was measured as text, as a plot, and as docs/performance.md.

    python -m benchmarks.month.report

writes the page again from results.json.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.month.plot import plot
from benchmarks.month.ratios import command_beside_sql, month_beside_step, paired, step_beside_step

ROOT = Path(__file__).parents[2]
Results = Mapping[str, Any]
NAMES = MappingProxyType(
    {
        "columns": "policy-engine settle（整条命令）",
        "columns-bare": "policy-engine 核算部分",
        "sql": "手写 DuckDB SQL",
        "sql-checked": "手写 DuckDB SQL，加校验",
        "sql-whole": "手写 DuckDB SQL，加校验，行序同输入",
        "polars": "手写 Polars（Int128）",
        "numpy": "手写 numpy 定点，单线程",
        "read-write": "只读写，不计算（DuckDB）",
    }
)


def shown_name(name: str) -> str:
    return NAMES.get(name, name)


def _months(results: Results) -> list[dict[str, Any]]:
    return [m for m in results["months"] if m.get("runs")]


def _time(month: Mapping[str, Any]) -> float:
    """Of the job itself where the program says so, of the process otherwise."""
    return float(month["inside"] if month["inside"] is not None else month["wall"])


def _rows(results: Results) -> Iterator[list[str]]:
    months = _months(results)
    base = {m["users"]: m for m in months if m["name"] == "sql"}
    before: dict[str, dict[str, Any]] = {}
    for m in months:
        own = base.get(m["users"])
        earlier = before.get(m["name"])
        before[m["name"]] = m
        yield [
            f"{m['users']:,}",
            shown_name(m["name"]),
            f"{m['wall']:.2f}",
            f"{min(m['walls']):.2f}",
            f"{_time(m):.2f}",
            f"{paired(m, own):.2f}" if own else "—",
            f"{m['cpu']:.2f}",
            f"{m['cpu'] / own['cpu']:.2f}" if own else "—",
            f"{m['megabytes']:.0f}",
            _exponent(earlier, m) if earlier else "—",
            {True: "是", False: "**否**", None: "—"}[m["agrees"]],
            str(m["runs"]),
        ]


def _exponent(small: Mapping[str, Any], large: Mapping[str, Any]) -> str:
    """The power of the number of users that the processor time grows with."""
    return f"{math.log(large['cpu'] / small['cpu']) / math.log(large['users'] / small['users']):.2f}"


HEAD = (
    "户数",
    "程序",
    "进程秒",
    "最短",
    "其中核算",
    "对 SQL 倍数",
    "CPU 秒",
    "CPU 倍数",
    "内存峰值 MB",
    "增长指数",
    "结果一致",
    "次数",
)


def _bar(row: Sequence[str]) -> str:
    return "| " + " | ".join(row) + " |"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_bar(head), _bar(["---"] * len(head)), *(_bar(r) for r in rows)]


def _bound(results: Results) -> str:
    """The time the memory alone needs."""
    seconds = results["bytes_a_user"] / results["bandwidth"]
    largest = max((m["users"] for m in _months(results)), default=1_000_000)
    return (
        f"内存复制每秒 {results['bandwidth'] / 1e9:.1f} GB，每户读写 {results['bytes_a_user']} 字节，"
        f"{largest:,} 户的物理下限约 {seconds * largest:.2g} 秒。"
    )


def _rival_rows(results: Results) -> list[list[str]]:
    return [
        [
            r["name"],
            r["version"],
            f"{r['users']:,}",
            f"{r['microseconds']:.2f}",
            "—" if r.get("wall") is None else f"{r['wall']:.2f}",
            f"{r['microseconds']:.3g} 秒",
            str(r["wrong_verdicts"]),
            str(r["wrong_energies"]),
            str(r["wrong_fees"]),
            r["remark"],
        ]
        for r in results["rivals"]
    ]


def _beside_the_job(results: Results) -> str:
    """The whole job a user, to hold the one step against."""
    job = [m for m in _months(results) if m["name"] in ("columns", "sql")]
    largest = max((m["users"] for m in job), default=0)
    told = "；".join(
        f"{shown_name(m['name'])} {m['cpu'] / m['users'] * 1e6:.2f} 微秒"
        for m in job
        if m["users"] == largest
    )
    return f"对照：{largest:,} 户时做完全部工作（读入、分摊、写出）每户的 CPU 时间，{told}。" if told else ""


def _in_words(results: Results) -> list[str]:
    told = (step_beside_step(results), month_beside_step(results), _beside_the_job(results))
    return [t for t in told if t]


RIVAL_HEAD = (
    "引擎",
    "版本",
    "样本户数",
    "微秒/户（CPU）",
    "微秒/户（实际）",
    "一百万户（CPU，推算）",
    "结论错",
    "电量错",
    "电费错",
    "说明",
)


def _case_rows(results: Results) -> list[list[str]]:
    return [
        [
            c["name"],
            "—" if c["value"] is None else f"{c['value']:.1f} {c['unit']}",
            f"{c['target']:g} {c['unit']}" if c["target"] else "—",
            c["remark"],
        ]
        for c in results["one_case"]
    ]


def as_text(results: Results) -> str:
    lines = _table(HEAD, list(_rows(results)))
    lines.append(_bound(results))
    lines += [f"{NAMES.get(n, n)}：未参加，{why}" for n, why in results["skipped"].items()]
    if results["rivals"]:
        lines += ["", *_table(RIVAL_HEAD, _rival_rows(results)), *_in_words(results)]
    if results["one_case"]:
        lines += ["", *_table(("项目", "中位数", "目标", "说明"), _case_rows(results))]
    return "\n".join(lines)


def as_page(results: Results) -> str:
    machine = results["machine"]
    versions = "，".join(f"{name} {version}" for name, version in machine["versions"].items())
    lines = [
        "# 速度",
        "",
        "本页由 `python -m benchmarks.month.run` 一次运行写成，请不要直接修改。所有数字出自同一台机器的同一次运行；",
        "机器不同，秒数不同，倍数大致不变。",
        "",
        "## 全省一个月",
        "",
        "冀北偏差考核，虚构的一个月：zstd 压缩的 Parquet 读入，逐户、逐售电公司的结算结果写成 Parquet。二十分之一的用户和",
        "前二十个打包正好在界限上：恰为 5%、多一千瓦时、合同为零、权重相等、正好半分。手写程序都先用 3 组各 2 万户的数据与",
        "逐户精确计算的结果逐格对过，一格不差，才计时。每次运行是一个新进程，各程序轮流。",
        "",
        *_table(HEAD, list(_rows(results))),
        "",
        "秒数是中位数，“最短”是其中最快的一次：机器上还有别的活时，它比中位数可信。",
        "倍数是同一轮里与手写 DuckDB SQL 之比的中位数。",
        "不加校验的手写 SQL 不看输入对不对，行序不定；",
        "policy-engine 逐格核对，坏行退回，行序同输入，并写运行记录（合计、摘要）。",
        command_beside_sql(results),
        "“增长指数”是户数变为 N 倍时 CPU 时间变为 N 的几次方，1 就是成正比。",
        "内存是整个进程树的峰值。",
        _bound(results),
        "各程序都远在它之上：时间花在 Parquet 的编码和压缩、排序和 128 位运算上，“只读写，不计算”一行是更实际的下限。",
        "",
        "![运行时间随户数的变化](performance.svg)",
        "",
        *[f"{NAMES.get(n, n)}：未参加，{why}" for n, why in results["skipped"].items()],
        "",
        "## 通用规则引擎，只算一步",
        "",
        "这些引擎都不分摊打包电量，也不读写上百万行的表。所以只让它们算一步：一户的负偏差、免予考核电量、结论、考核电量和电费，",
        "数据按各自要的类型已在内存中，结果留在内存中，规则已读好，用法照各自文档的建议。样本大小不一，时间按户折算，",
        "“推算”一栏由样本的 CPU 时间乘出；样本小于一百万户的，没有真跑一百万户。CPU 时间计入全部线程。",
        "错误个数与精确分数逐户比较。",
        "",
        *_table(RIVAL_HEAD, _rival_rows(results)),
        "",
        *(line for told in _in_words(results) for line in (told, "")),
        "## 一户",
        "",
        "一个直接交易用户，事实已在内存中。命令是整个进程，含 Python 启动。",
        "",
        *_table(("项目", "中位数", "目标", "说明"), _case_rows(results)),
        "",
        "## 再跑一遍",
        "",
        "在本项目的文件夹里，先装上 `bench` 一组附加件（`pip install -e '.[bench]'`），然后：",
        "",
        "| 命令 | 做什么 |",
        "| --- | --- |",
        "| `python -m benchmarks.month.compare --engine` | 手写程序与引擎逐格比较，3 组各 2 万户 |",
        "| `python -m benchmarks.month.run` | 全部，写出本页；`--sizes`、`--repeat`、`--only` 可选 |",
        "| `python -m benchmarks.month.rivals` | 只比通用规则引擎 |",
        "| `python -m benchmarks.one_case` | 只量一户 |",
        "",
        f"机器：{machine['processor']}，{machine['cores']} 核，{machine['memory_gb']} GB，{machine['system']}，"
        f"Python {machine['python']}。一分钟平均负载：开始 {machine['load']}，结束 {machine['load_after']}。",
        f"版本：{versions}。",
        "",
    ]
    return "\n".join(lines)


def write(results: Results) -> None:
    """docs/performance.md and its plot."""
    series: dict[str, list[tuple[int, float]]] = {}
    for m in _months(results):
        series.setdefault(shown_name(m["name"]), []).append((m["users"], m["wall"]))
    (ROOT / "docs" / "performance.svg").write_text(plot(series), encoding="utf-8")
    (ROOT / "docs" / "performance.md").write_text(as_page(results), encoding="utf-8")


def main() -> None:
    results = json.loads((Path(__file__).parent / "results.json").read_text(encoding="utf-8"))
    write(results)
    sys.stdout.write(as_text(results) + "\n")


if __name__ == "__main__":
    main()
