"""The table of seeded faults: ``python tests/faults/table.py > docs/seeded-faults.md`` (about ten minutes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from caught import CHECK, LOAD, PROVE, SCENARIO, Catch, catches
from fault import Fault

from faults import FAULTS

_HEAD = """\
# 有意写错的规则，谁会发现

把随附的冀北规则每次写错一处，看读取、`check`、场景和 `prove`（证明性质）哪一个会发现。共 {faults} 处：{counts}。
场景只列最先失败的一个，性质只列最先有反例的一条；证明不了而没有反例的不算发现。

本页由 `python tests/faults/table.py > docs/seeded-faults.md` 生成；错处在 `tests/faults/` 里，一处一行，可以再加。
没有人发现的，或者补一个场景，或者写明为什么对结果没有影响（下面记作“无害”）。
"""
HARMLESS, UNSEEN = "无害", "没有人发现"


def page(found: Sequence[tuple[Fault, tuple[Catch, ...]]]) -> str:
    counts = Counter(c.by for _, caught in found for c in caught)
    told = "、".join(f"{by}发现 {counts[by]} 处" for by in (LOAD, CHECK, SCENARIO, PROVE))
    told += f"（有的不止一个发现），无害的 {sum(not caught for _, caught in found)} 处"
    lines = [_HEAD.format(faults=len(found), counts=told)]
    for file in dict.fromkeys(fault.file for fault, _ in found):
        lines += [f"## rules/{file}", "", "| 错处 | 条款 | 谁发现 | 说了什么 |", "|---|---|---|---|"]
        lines += [line for fault, caught in found if fault.file == file for line in _rows(fault, caught)]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _rows(fault: Fault, caught: tuple[Catch, ...]) -> Iterator[str]:
    clauses = "、".join(fault.clauses)
    if not caught:
        yield _row(fault.what, clauses, HARMLESS if fault.harmless else UNSEEN, fault.harmless)
    for catch in caught:
        yield _row(fault.what, clauses, f"{catch.by} {catch.what}", catch.said)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "｜").replace("<", "＜") for cell in cells) + " |"


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        print(page(list(zip(FAULTS, pool.map(catches, FAULTS, chunksize=4), strict=True))), end="")
