"""Diagnostic codes: what cannot be decided in columns."""

from __future__ import annotations

from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

CODES: tuple[CodeSpec, ...] = (
    CodeSpec(
        "PE9101",
        Text("“{name}”不能按列核算：{why}", "“{name}” has no columns: {why_en}"),
        Text(
            "用 --executor durable 逐行核算；要按列核算，请改写这一处",
            "settle row by row with --executor durable, or write this differently",
        ),
        cause="按列核算只做能保证准确到分的整数运算；这一处超出了范围，所以事先就拒绝，而不是算到一半出错。",
        example="词条没有上下两头的范围；决策表的结果是一串文字；用到了文字函数。",
        fix="按提示补上范围或改写；否则用 --executor durable。",
        severity="warning",
    ),
    CodeSpec(
        "PE9110",
        Text(
            "{name} 有一组 {rows} 行，超过了按列核算所能保证的 {limit} 行",
            "{name} has a group of {rows} rows, more than the {limit} for which columns are exact",
        ),
        Text("用 --executor durable 核算", "settle with --executor durable"),
        cause="合计的位数是按一组最多多少行事先算好的，超过了就不能保证不溢出。",
        example="一家售电公司名下有两百万户。",
        fix="把数据拆开，或者用 --executor durable。",
    ),
)
