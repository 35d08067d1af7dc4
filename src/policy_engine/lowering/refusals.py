"""Everything of a policy that has no columns, not only what is met first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from policy_engine.lowering.physical import physical_of
from policy_engine.lowering.plan import Measured
from policy_engine.lowering.planner import Planner
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import Policy, Term

_SUPPOSED = 10**6  # units either way: what such a number is taken for, so that its readers are looked at


def refusals(policy: Policy) -> tuple[NotLowered, ...]:
    """In the order of the rule file's sections; empty when ``lower`` accepts the policy.

    What fails only because it reads something that was refused is not told again.
    """
    found = [*_of_entities(policy)]
    refused: set[tuple[str, str]] = set()
    for term, reason in _of_terms(policy):
        found.append(reason)
        refused.add((term.entity, term.id))
    found += _of_stages(_supposing(policy, refused), refused)
    told = {(f.reason, f.span.source.name, f.span.start, f.name): f for f in reversed(found)}
    return tuple(reversed(told.values()))  # a decision for several sub-entities is refused once


def _of_entities(policy: Policy) -> Iterator[NotLowered]:
    for entity in policy.base_entities:
        if entity.merged_within is not None:
            yield NotLowered("merge", entity.span, entity.name)
        if entity.papers:
            yield NotLowered("papers", entity.span, entity.name)


def _of_terms(policy: Policy) -> Iterator[tuple[Term, NotLowered]]:
    shown = {(c.reference.entity, c.reference.term) for s in policy.statements for c in s.columns}
    for term in policy.terms:
        if not term.decided and (term.used or (term.entity, term.id) in shown):
            try:
                physical_of(policy, term)
            except NotLowered as refused:
                yield term, refused


def _supposing(policy: Policy, refused: set[tuple[str, str]]) -> Policy:
    """The policy with a fair range for each number whose own is none; other refused terms are as good as not there."""
    terms = []
    for term in policy.terms:
        if (term.entity, term.id) not in refused:
            terms.append(term)
            continue
        end = Fraction(_SUPPOSED, 10 ** (term.places or 0))
        ranged = replace(term, low=-end, high=end)
        try:
            physical_of(policy, ranged)
            terms.append(ranged)
        except NotLowered:
            terms.append(replace(term, used=False, decided=True))
    return replace(policy, terms=tuple(terms))


def _of_stages(policy: Policy, refused: set[tuple[str, str]]) -> Iterator[NotLowered]:
    try:
        planner = Planner(policy, Measured())
    except NotLowered as problem:  # a condition of a sub-entity: nothing else can be looked at
        yield problem
        return
    missing = {(policy.entities[e].base, t) for e, t in refused}
    for stage in policy.stages:
        try:
            planner.stage(stage)
        except NotLowered as problem:
            if not (problem.reason == "undecided" and problem.name in {term for _, term in missing}):
                yield problem
            missing.update((policy.entities[stage.entity].base, term) for term in stage.outputs)
    if not missing:
        try:
            planner.plan()
        except NotLowered as problem:
            yield problem
