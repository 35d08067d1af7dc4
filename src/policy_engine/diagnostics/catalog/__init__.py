"""The catalogue of diagnostic codes, one file an area.

PE1xxx rule-file text and YAML · PE2xxx expressions · PE3xxx binding a policy · PE4xxx library and versions ·
PE5xxx tables people hand in · PE6xxx facts and evaluation · PE7xxx settling a month · PE8xxx matters and their steps ·
PE9xxx internal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from policy_engine.diagnostics.catalog import (
    analysis,
    checklists,
    columns,
    decisions,
    eligibilities,
    expressions,
    facts,
    filing,
    findings,
    internal,
    library,
    policies,
    process_rules,
    processes,
    properties,
    rulefiles,
    settlement,
    slips,
    spark,
    stores,
    table_files,
    tables,
    workbooks,
)
from policy_engine.diagnostics.catalog.spec import CodeSpec, Text

__all__ = ["CodeSpec", "Text", "all_codes", "spec"]


@cache
def all_codes() -> Mapping[str, CodeSpec]:
    """Every code, by code."""
    areas = (
        rulefiles,
        slips,
        table_files,
        expressions,
        policies,
        decisions,
        eligibilities,
        checklists,
        process_rules,
        properties,
        analysis,
        findings,
        library,
        tables,
        facts,
        settlement,
        filing,
        workbooks,
        processes,
        stores,
        columns,
        spark,
        internal,
    )
    merged: dict[str, CodeSpec] = {}
    for area in areas:
        for item in area.CODES:
            if item.code in merged:
                raise ValueError(f"diagnostic code {item.code} is declared twice")
            merged[item.code] = item
    return MappingProxyType(merged)


def spec(code: str) -> CodeSpec:
    return all_codes()[code]
