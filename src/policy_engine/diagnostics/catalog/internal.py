"""Diagnostic codes: faults that are ours, not the user's."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

CODES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE9001",
        Text("规则引擎内部错误：{detail}", "internal rule-engine error: {detail}"),
        Text(
            "这是程序的问题，请连同规则文件和数据一并报告",
            "this is a fault of the program; please report it",
        ),
        cause="durable_rules 返回了意外的结果，或者程序自身的不变式被破坏。",
        example="断言的事实数与收到的不符。",
        fix="保留现场并报告；核算可以先用 --executor reference 进行。",
    ),
    CodeSpec(
        "PE9111",
        Text("内存不够：上限 {limit}（{detail}）", "out of memory: the limit is {limit} ({detail})"),
        Text(
            "调大 --memory，或者用 --spill 指定一个空间更大的文件夹",
            "raise --memory, or name a roomier folder with --spill",
        ),
        cause="按列核算时，数据库在给定的内存和临时文件夹里放不下这个月的数据。",
        example="--memory 100MB，一千万户。",
        fix="调大上限，或者分地区核算。",
    ),
    CodeSpec(
        "PE9112",
        Text(
            "按列核算与规则引擎对 {entity} {key} 能不能核算的判断不一致",
            "columns and the engine do not agree whether {entity} {key} can be settled",
        ),
        Text(
            "这是程序的问题，请连同规则文件和数据一并报告；可以先用 --executor durable 核算",
            "this is a fault of the program; please report it, and settle with --executor durable meanwhile",
        ),
        cause="两种执行方式对同一行的判断不一致，所以什么也没有写出。",
        example="按列核算认为某售电公司的校验不成立，引擎认为成立。",
        fix="保留现场并报告。",
    ),
    CodeSpec(
        "PE9113",
        Text(
            "{entity} {key} 的“{column}”存的是 {stands}，规则引擎算出的是 {engine}",
            "{entity} {key}: “{column}” stands as {stands}, the engine gives {engine}",
        ),
        Text(
            "先核对输出是不是用同一份输入、同一版规则和程序写出的；若是，这是程序的问题，请报告",
            "check that the output was written from this input by these rules and this program; if so, please report it",
        ),
        cause="settle --explain 用规则引擎把这一行所在的包重新核算，逐格对照输出，发现了不同。",
        example="user.csv 里某户的偏差考核电费是 12.00，重新核算是 12.50。",
        fix="重新运行 settle；如果仍不一致，保留现场并报告。",
    ),
)
