"""A counter-example as a scenario, and proofs in words."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.analysis.effect_scenario import scenario
from policy_engine.analysis.effects import Differing
from policy_engine.analysis.prove_confirm import Broken, with_value
from policy_engine.engine.near_cases import Case
from policy_engine.engine.near_common import Common
from policy_engine.engine.scalars import plain
from policy_engine.feel.typed import Node
from policy_engine.policy.property_model import Always, Claim, Monotone


def case_lines(
    common: Common, claim: Claim, case: Case, found: Broken, greater: Fraction | None, name: str
) -> tuple[str, ...]:
    """One scenario; of 单调 two, with the results as they are."""
    policy, statement = common.policies[0], claim.statement
    entity = policy.entities[found.entity]
    who = entity.name if entity.single else f"{entity.name}“{found.key}”"
    if isinstance(statement, Monotone) and greater is not None and found.results is not None:
        other = with_value(common, case, found.entity, found.key, statement.by, greater)
        text, (low, high) = _text(statement.of), found.results
        return (
            *_given(common, case, f"{name}（反例，前）"),
            f"  那么 对{who}，等式“{text} = {_number(statement.of, low)}”应成立",
            "",
            *_given(common, other, f"{name}（反例，后）"),
            f"  那么 对{who}，等式“{text} = {_number(statement.of, high)}”应成立",
        )
    if isinstance(statement, Always):
        wanted = _text(statement.conclusion)
        return (*_given(common, case, f"{name}（反例）"), f"  那么 对{who}，等式“{wanted}”应成立")
    return (*_given(common, case, f"{name}（反例）"), "  那么 应没有退回")


def _given(common: Common, case: Case, name: str) -> tuple[str, ...]:
    return scenario(common, Differing(0, 0, case, ({}, {}), ()), 0, name)


def _text(node: Node) -> str:
    return " ".join(node.span.text.split())


def _number(node: Node, value: Fraction) -> str:
    unit = getattr(node.type, "unit", None)
    return f"{plain(value)} {unit.name}" if unit is not None and not unit.dimensionless else plain(value)
