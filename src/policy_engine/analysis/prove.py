"""Properties of a policy: proved, or refuted by a case that the engine has decided."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from policy_engine.analysis.oracle import Unproven
from policy_engine.analysis.prove_model import Proof, Verdict, Why
from policy_engine.analysis.solver import NotLinear, available
from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.feel.types import NumberType
from policy_engine.policy.model import Allocation, Policy, Stage
from policy_engine.policy.property_model import (
    Always,
    Claim,
    Conserved,
    Monotone,
    Property,
    Shareable,
)
from policy_engine.rulefile.choices import Direction

SECONDS = 10.0


def prove(policy: Policy, seconds: float = SECONDS, names: Iterable[str] = ()) -> Iterator[Proof]:
    """One proof for each property and each finest (sub-)entity it is about; ``names``: only these properties.

    ``seconds`` is for each proof, search for a counter-example included. Needs Z3 (the extra ``analysis``);
    without it everything is open.
    """
    wanted = set(names)
    for found in policy.properties.values():
        if wanted and found.name not in wanted:
            continue
        for claim in found.claims:
            for part in sorted(policy.parts(claim.entity)):
                yield prove_claim(policy, found, Claim(part, claim.statement), seconds)


def unknown_names(policy: Policy, names: Iterable[str]) -> None:
    """Raises InputError (PE3372) for a name that is no property of the policy."""
    for name in names:
        if name not in policy.properties:
            known = "、".join(policy.properties) or "—"
            raise InputError(diagnostic("PE3372", name=name, id=policy.id, known=known))


def prove_claim(policy: Policy, found: Property, claim: Claim, seconds: float = SECONDS) -> Proof:
    """``claim`` is about a finest (sub-)entity."""
    start = time.monotonic()
    proof = _judged(policy, found, claim, start, start + seconds)
    return replace(proof, seconds=time.monotonic() - start)


def _judged(policy: Policy, found: Property, claim: Claim, start: float, until: float) -> Proof:
    proof = Proof(found, claim.entity, Verdict.OPEN, 0.0)
    if policy.undecided:
        return replace(proof, why=Why.UNDECIDED)
    if isinstance(claim.statement, Conserved):
        return _conserved(policy, proof, claim.entity, claim.statement.term)
    if not available():
        return replace(proof, why=Why.NO_SOLVER)
    from policy_engine.analysis.prove_cases import counter_example

    # A case that can be found is found soon; what is left of the time is for the proof.
    for share, searched in ((0.2, False), (1.0, True)):
        proof = _proved(policy, proof, claim, start + (until - start) * share)
        if proof.verdict is Verdict.PROVED or searched:
            return proof
        case = counter_example(policy, claim, start + (until - start) * 0.7)
        if case is not None:
            return replace(proof, verdict=Verdict.REFUTED, why=None, scenario=case.scenario(found.name))
        if proof.why is not Why.TIME:
            return proof
    return proof


def _proved(policy: Policy, proof: Proof, claim: Claim, until: float) -> Proof:
    try:
        question = _question(policy, claim, until)
        if not question.refuted():
            return replace(proof, why=Why.NO_CASE)
    except NotLinear:
        return replace(proof, why=Why.NO_WORD)
    except Unproven:
        return replace(proof, why=Why.TIME)
    never = None if question.possible() else Why.NEVER
    return replace(proof, verdict=Verdict.PROVED, why=never, lemmas=tuple(question.lemmas))


def stage_of(policy: Policy, entity: str, term: str) -> Stage:
    """The decision of an allocated term."""
    return next(
        s
        for s in policy.stages
        if s.entity == entity and term in s.outputs and isinstance(s.body, Allocation)
    )


def _conserved(policy: Policy, proof: Proof, entity: str, term: str) -> Proof:
    """The engine gives out whole steps of the grid until nothing is left; a total off the grid is refused."""
    stage = stage_of(policy, entity, term)
    assert isinstance(stage.body, Allocation)
    total = stage.body.total.type
    fits = isinstance(total, NumberType) and total.places is not None and total.places <= stage.body.places
    if not fits:
        return replace(proof, why=Why.NO_WORD)
    return replace(proof, verdict=Verdict.PROVED, why=Why.BY_CONSTRUCTION)


def _question(policy: Policy, claim: Claim, until: float) -> Any:
    """The question whether the contrary can be."""
    from policy_engine.analysis.prove_row import Row, frame
    from policy_engine.analysis.prove_sums import Question, totals

    first = frame(policy)
    match claim.statement:
        case Always() as always:
            row = Row(first, claim.entity)
            given, wanted = contrary(row, always)
            return Question([row], given, wanted, until, totals(row))
        case Monotone() as monotone:
            moved = (policy.entities[claim.entity].base, monotone.by)
            rows = [Row(first, claim.entity), Row(replace(first, tag="'", moved=moved), claim.entity)]
            given, wanted = contrary_move(rows[0], rows[1], monotone)
            return Question(rows, given, wanted, until)
        case Shareable(term=term):
            stage = stage_of(policy, claim.entity, term)
            allocation = stage.body
            assert isinstance(allocation, Allocation)
            row = Row(first, allocation.group)
            wanted = [row.value(row.own_term(allocation.total.term), row.entity) != 0]
            return Question(
                [row],
                [],
                wanted,
                until,
                totals(row, before=stage),
                lambda below: [below.z3.Not(below.takes(allocation))] if below.entity == claim.entity else [],
            )
    raise NotLinear


def contrary(row: Any, always: Always) -> tuple[list[Any], list[Any]]:
    """(the premise, that the conclusion does not hold)."""
    given = [row.truth(always.premise, row.entity)] if always.premise is not None else []
    return given, [row.z3.Not(row.truth(always.conclusion, row.entity))]


def contrary_move(row: Any, other: Any, monotone: Monotone) -> tuple[list[Any], list[Any]]:
    """``other`` is the case with the greater input."""
    z3, entity = row.z3, row.entity
    given = [row.value(row.own_term(monotone.by), entity) < other.value(other.own_term(monotone.by), entity)]
    for each in (row, other):
        given.append(z3.Not(each.null(each.own_term(monotone.by), entity)))
        if monotone.premise is not None:
            given.append(each.truth(monotone.premise, entity))
    low, high = row.value(monotone.of, entity), other.value(monotone.of, entity)
    return given, [high < low if monotone.direction is Direction.NOT_FALLING else high > low]
