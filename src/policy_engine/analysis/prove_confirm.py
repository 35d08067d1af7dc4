"""Whether a concrete case breaks a claim, by the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.closures import Compiler
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import tables_from_mapping
from policy_engine.engine.faults import Fault
from policy_engine.engine.near_cases import Case, given, slot
from policy_engine.engine.near_common import Common
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node
from policy_engine.policy.model import Policy
from policy_engine.policy.property_model import Always, Claim, Conserved, Monotone, Shareable, Statement
from policy_engine.rulefile.choices import Direction

EMPTY = "PE6062"  # nobody can take a part of an allocation


@dataclass(frozen=True)
class Broken:
    """The row (base entity, key) for which a claim does not hold; for 单调, the results of both cases."""

    entity: str
    key: str
    results: tuple[Fraction, Fraction] | None = None


def broken(common: Common, claim: Claim, case: Case, greater: Fraction | None = None) -> Broken | None:
    """None: the case does not break the claim, or cannot be decided. ``greater``: the input moved, of 单调."""
    statement = claim.statement
    if isinstance(statement, Shareable):
        return _stuck(common, claim, case)
    policy = common.policies[0]
    settled = _settled(common, case)
    if settled is None:
        return None
    for row in _rows(policy, settled, claim.entity):
        found = Broken(row.entity, row.key)
        if isinstance(statement, Always):
            if _holds(policy, statement.premise, row) and _value(policy, statement.conclusion, row) is False:
                return found
        elif isinstance(statement, Monotone) and greater is not None:
            results = _moved(common, statement, case, row, greater)
            if results is not None:
                return replace(found, results=results)
    return None


def _moved(
    common: Common, monotone: Monotone, case: Case, row: Row, greater: Fraction
) -> tuple[Fraction, Fraction] | None:
    """The results before and after, when they go the wrong way."""
    policy, before = common.policies[0], row.values.get(monotone.by)
    if not isinstance(before, Fraction) or before >= greater or not _holds(policy, monotone.premise, row):
        return None
    settled = _settled(common, with_value(common, case, row.entity, row.key, monotone.by, greater))
    other = next((r for r in _rows(policy, settled, row.entity) if r.key == row.key), None)
    if other is None or other.part != row.part or not _holds(policy, monotone.premise, other):
        return None
    low, high = _value(policy, monotone.of, row), _value(policy, monotone.of, other)
    if not isinstance(low, Fraction) or not isinstance(high, Fraction):
        return None
    wrong = high < low if monotone.direction is Direction.NOT_FALLING else high > low
    return (low, high) if wrong else None


def with_value(common: Common, case: Case, entity: str, key: str, term: str, value: Fraction) -> Case:
    """The case with one input of one row changed."""
    id_ = common.policies[0].entities[entity].id
    asked = next(i for i in common.inputs_of(id_) if i.id == term)
    rows = tuple(
        replace(r, values={**r.values, slot(common, asked): value}) if r.key == key else r for r in case[id_]
    )
    return {**case, id_: rows}


def _stuck(common: Common, claim: Claim, case: Case) -> Broken | None:
    policy = common.policies[0]
    stage = next(s for s in policy.stages if s.entity == claim.entity and _term(claim.statement) in s.outputs)
    tables = tables_from_mapping(policy, given(common, case, 0))
    try:
        found = assess(policy, tables, executor="reference")
    except PolicyEngineError as error:
        hit = any(d.code == EMPTY and dict(d.params).get("name") == stage.key for d in error.diagnostics)
        return Broken(stage.body.group, "") if hit and hasattr(stage.body, "group") else None
    for rejection in found.rejected:
        item = rejection.diagnostic
        if item.code == EMPTY and item.span == stage.span:
            return Broken(rejection.row.entity, rejection.row.key)
    return None


def _term(statement: Statement) -> str:
    assert isinstance(statement, Shareable | Conserved)
    return statement.term


def _settled(common: Common, case: Case) -> Assessment | None:
    policy = common.policies[0]
    try:
        tables = tables_from_mapping(policy, given(common, case, 0))
        return assess(policy, tables, executor="reference")
    except PolicyEngineError:
        return None


def _rows(policy: Policy, settled: Assessment | None, entity: str) -> Iterator[Row]:
    parts = policy.parts(entity)
    if settled is not None:
        for row in settled.result.dataset.rows[policy.entities[entity].base]:
            if (row.part or row.entity) in parts:
                yield row


def _holds(policy: Policy, premise: Node | None, row: Row) -> bool:
    return premise is None or _value(policy, premise, row) is True


def _value(policy: Policy, node: Node, row: Row) -> object:
    """None when it has none."""
    try:
        found: object = Compiler(policy).compile(node)(row)
    except (Fault, TypeError):
        return None
    return found
