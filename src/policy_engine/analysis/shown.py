"""A case in the policy's words: 负偏差电量 = 0 兆瓦时、免考 = 否."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.oracle import Case
from policy_engine.feel.describe import decimal_text
from policy_engine.feel.typed import Node, TermRef, Where
from policy_engine.feel.types import NumberType
from policy_engine.feel.units import DIMENSIONLESS, unit_name
from policy_engine.feel.values import Value


def shown_case(case: Case, definitions: Definitions, entity: str) -> str:
    told = (_equation(node, value, definitions, entity) for node, value in case.values)
    return "、".join(told) or "任何情况"


def _equation(node: Node, value: Value, definitions: Definitions, entity: str) -> str:
    name = shown_name(node, definitions, entity)
    return f"{name} 为空" if value is None else f"{name} = {_value(node, value)}"


def shown_name(node: Node, definitions: Definitions, entity: str) -> str:
    if not isinstance(node, TermRef):
        return " ".join(node.span.text.split())
    name = definitions.term(node, entity).name
    return name if node.where is Where.OWN else f"{node.entity}.{name}"


def _value(node: Node, value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, Fraction):
        return str(value)
    unit = node.type.unit if isinstance(node.type, NumberType) else None
    if unit is None or unit.equivalent(DIMENSIONLESS):
        return decimal_text(value)
    return f"{decimal_text(value)} {unit_name(unit)}"
