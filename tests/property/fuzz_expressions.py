"""Expressions after the grammar, over the names of a small policy; some of them spoilt."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from fuzz_files import NUMBERS, ODD

NAMES = (
    "合同电量", "实际用电量", "结算电量", "偏差电量", "大电量", "小电量", "目录电价", "电费", "备用金", "分摊比例",
    "完成率", "户数", "免考", "省级确认", "考核结论", "出具层级", "核定层级", "出具日期", "发布日期", "抄表周期", "结算月",
    "所在市", "备注", "售电公司.全部合同电量", "打包用户.合同电量", "全月.年度均价", "考核幅度", "零", "罚金单价",
    "口径.交易当日", "所属售电公司", "没有的",
)  # fmt: skip
CALLS = (
    "最大值", "最小值", "绝对值", "四舍五入", "合计", "计数", "平均值", "次月", "上月", "年", "月", "日", "取整", "长度",
    "审核部门", "分档电价", "包含", "匹配", "工作日", "max", "min", "sum", "count", "round", "abs", "next_month",
    "contains", "没有的函数",
)  # fmt: skip
CONSTANTS = (
    "0", "1", "5%", "0.05", "100 兆瓦时", "3元", "2018-06-01", "2018-06", "是", "否", "空", "null", "true", '"应予考核"',
    '"县"', '"甲"', '""', "12.345", "-1", "350 元/兆瓦时", "1 千瓦时", "1 天", "2 个月",
)  # fmt: skip
SIGNS = ("+", "-", "×", "*", "/", "÷", "**", "^")
COMPARED = (
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "等于",
    "不等于",
    "超过",
    "不超过",
    "低于",
    "不低于",
    "≥",
    "≠",
    "大于",
)
JOINED = ("且", "或", "and", "or")


def expression(chance: Random, depth: int | None = None) -> str:
    """At most ``depth`` deep: usually a few levels, now and then as deep as nobody writes."""
    return _made(chance, chance.choice((1, 2, 3, 3, 4, 6)) if depth is None else depth)


def _made(chance: Random, depth: int) -> str:
    if depth <= 0:
        return chance.choice(chance.choice((NAMES, NAMES, CONSTANTS)))
    return chance.choice(_FORMS)(lambda: _made(chance, depth - 1), chance)


Part = Callable[[], str]
_FORMS: tuple[Callable[[Part, Random], str], ...] = (
    lambda part, chance: f"{part()} {chance.choice(SIGNS)} {part()}",
    lambda part, chance: f"{part()} {chance.choice(SIGNS)} {part()}",
    lambda part, chance: f"{part()} {chance.choice(COMPARED)} {part()}",
    lambda part, chance: f"{part()} {chance.choice(JOINED)} {part()}",
    lambda part, chance: f"({part()})",
    lambda part, chance: f"-{part()}",
    lambda part, chance: f"非 {part()}",
    lambda part, chance: f"如果 {part()} 那么 {part()} 否则 {part()}",
    lambda part, chance: f"{part()} {chance.choice(('为空', '不为空', 'is null', 'is not null'))}",
    lambda part, chance: f"{part()} {chance.choice(('属于', '不属于', 'in'))} ({part()}, {part()})",
    lambda part, chance: f"{part()} 属于 {chance.choice('[(')}{part()} .. {part()}{chance.choice(')]')}",
    lambda part, chance: f"{part()} 介于 {part()} 和 {part()}",
    lambda part, chance: f"{chance.choice(CALLS)}({', '.join(part() for _ in range(chance.randrange(4)))})",
    lambda part, chance: f"合计({part()}, {chance.choice(('仅', '不计'))} {part()})",
    lambda part, chance: chance.choice(NAMES),
)

_FULL: tuple[Callable[[Part, Random], str], ...] = (
    lambda part, chance: f"for x in [{part()}, {part()}] return {part()}",
    lambda part, chance: f"some x in {part()} satisfies {part()}",
    lambda part, chance: f"every x in [{part()}] satisfies {part()}",
    lambda part, chance: f'{{a: {part()}, "b c": {part()}}}.a',
    lambda part, chance: f"function(x, y: number) {part()}",
    lambda part, chance: f"[{part()}, {part()}][{part()}]",
    lambda part, chance: (
        f"{part()} instance of {chance.choice(('number', 'list<string>', 'context<a: date>', 'x'))}"
    ),
    lambda part, chance: (
        f'@"{chance.choice(("2018-06-01", "P1D", "PT36H", "2018-06-01T00:00:00@Asia/Shanghai", "x"))}"'
    ),
    lambda part, chance: f"if {part()} then {part()} else {part()}",
    lambda part, chance: f"{part()} between {part()} and {part()}",
)


def full(chance: Random) -> str:
    """As DMN models write it."""

    def inner() -> str:
        if chance.random() < 0.5:
            return expression(chance, 1)
        return chance.choice(_FULL)(lambda: expression(chance, 0), chance)

    return damaged(chance, chance.choice(_FULL)(inner, chance))


def cell(chance: Random) -> str:
    some = ", ".join(
        chance.choice((f"{chance.choice(COMPARED)} {expression(chance, 1)}", expression(chance, 1), "县", "应予考核", "-",
                       "为空", f"[{expression(chance, 0)} .. {expression(chance, 0)})"))
        for _ in range(chance.choice((1, 1, 1, 2, 4)))
    )  # fmt: skip
    return damaged(chance, f"非({some})" if chance.random() < 0.1 else some)


def damaged(chance: Random, text: str) -> str:
    """Half of them as they were made; the others with a few characters lost, doubled, odd or moved."""
    if chance.random() < 0.5:
        return text
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((1, 1, 2, 6)))
        text = chance.choice((
            text[:at] + text[end:],
            text[:end] + text[at:end] + text[end:],
            text[:at] + chance.choice(ODD) + text[at:],
            text[:at] + chance.choice(NUMBERS) + text[end:],
            text[end:] + text[:at],
            text[:at] + chance.choice((*SIGNS, *COMPARED, *JOINED, *NAMES)) + text[at:],
        ))  # fmt: skip
    if chance.random() < 0.02:
        text = chance.choice(
            ("(" * 150 + text, "-" * 300 + text, "+".join([text] * 120), f"非 {text}" * 80, text * 60)
        )
    return text
