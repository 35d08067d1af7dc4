"""Conditions of one entity, held against each other as if they were the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.oracle import Oracle, Unproven
from policy_engine.analysis.readings import Related
from policy_engine.analysis.table_boxes import boxes_of
from policy_engine.feel.typed import And, Node
from policy_engine.policy.model import DecisionTable, TableRow, Test
from policy_engine.rulefile.choices import HitPolicy


def oracle_of(
    conditions: Sequence[Node], entity: str, definitions: Definitions, bounds: Bounds
) -> tuple[DecisionTable, Oracle]:
    """Row n is condition n: by boxes where they tell all, else by formulas. Raises Unproven."""
    table = _table(conditions)
    try:
        boxes = boxes_of(table, entity, definitions, bounds)
    except Related:
        return table, _formulas(table, entity, definitions, bounds)
    return table, boxes if boxes.sure else _formulas(table, entity, definitions, bounds)


def _formulas(table: DecisionTable, entity: str, definitions: Definitions, bounds: Bounds) -> Oracle:
    from policy_engine.analysis.solver import Formulas, NotLinear, available

    if not available():
        raise Unproven("PE3311")
    try:
        return Formulas(table, definitions, bounds, entity)
    except NotLinear:
        raise Unproven("PE3312") from None


def _table(conditions: Sequence[Node]) -> DecisionTable:
    tests: list[Test] = []
    rows = []
    for condition in conditions:
        parts = condition.items if isinstance(condition, And) else (condition,)
        first = len(tests)
        tests += [Test(part, "", "") for part in parts]
        rows.append(TableRow("", tuple(range(first, len(tests))), (), (), condition.span))
    return DecisionTable(HitPolicy.UNIQUE, None, tuple(tests), tuple(rows), None)
