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
)
