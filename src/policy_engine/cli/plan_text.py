"""A described plan for people: columns by entity and time, then the SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

_BY = {
    "zh": {
        "part": "分主体",
        "formula": "计算",
        "table": "决策表",
        "brackets": "分档",
        "allocation": "分摊",
        "check": "校验",
        "queue": "尾差排队",
    },
    "en": {
        "part": "sub-entity",
        "formula": "expression",
        "table": "table",
        "brackets": "brackets",
        "allocation": "allocation",
        "check": "check",
        "queue": "queue for units left over",
    },
}
_TYPES = {"boolean": "是否", "code": "选项", "text": "文本", "day": "日期", "month": "月份"}


def plan_lines(plan: Mapping[str, Any], lang: str) -> Iterator[str]:
    """``plan``: as ``lowering.describe`` gives it."""
    zh = lang != "en"
    head = f"{plan['title']}　{plan['period']}　{plan['dialect']}"
    yield head if zh else f"{plan['policy']} {plan['period']} {plan['dialect']}"
    yield ""
    yield "输入列" if zh else "Input columns"
    for column in plan["inputs"]:
        name = f"{column['entity']}.{column['name']}" if zh else f"{column['entity']}.{column['column']}"
        yield f"  {name}  {_type(column, zh)}"
    order = [c["entity"] for c in plan["columns"]]
    columns = sorted(plan["columns"], key=lambda c: (c["time"], order.index(c["entity"])))
    for (time, entity), group in groupby(columns, key=lambda c: (c["time"], c["entity"])):
        yield ""
        yield f"第 {time} 步　{entity}" if zh else f"Time {time}: {entity}"
        for column in group:
            yield f"  {_column(column, zh)}"
    yield ""
    yield "SQL"
    for relation in plan["relations"]:
        yield ""
        yield relation["sql"]


def _column(column: Mapping[str, Any], zh: bool) -> str:
    how = _how(column, zh)
    above = column.get("from_above")
    if above:
        how += ("，读上级 " if zh else ", reads ") + "、".join(above)
    clauses = "、".join(column["clauses"])
    stage = f"  {column['stage']}{f'（{clauses}）' if clauses else ''}" if column["stage"] else ""
    type_ = f"  {_type(column, zh)}" if "type" in column else ""
    return f"{column['column']}  {how}{stage}{type_}"


def _how(column: Mapping[str, Any], zh: bool) -> str:
    if column["by"] == "total":
        return (
            f"汇总 {column['over']}（{column['total']}）"
            if zh
            else f"total of {column['over']} ({column['total']})"
        )
    return _BY["zh" if zh else "en"][column["by"]]


def _type(column: Mapping[str, Any], zh: bool) -> str:
    null = ("，可空" if zh else ", nullable") if column["nullable"] else ""
    if column["type"] != "number":
        shown = _TYPES[column["type"]] if zh else column["type"]
        return f"[{shown}{null}]"
    low, high, unit, bits = column["low"], column["high"], column["unit"], column["bits"]
    if zh:
        return f"[{low} 至 {high}，单位 {unit}，{bits} 位{null}]"
    return f"[{low} to {high}, unit {unit}, {bits} bits{null}]"
