"""Check that every decided number fits its declared places, or is rounded to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.feel.typed import Node
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    DecisionTable,
    Entity,
    Formula,
    Rounding,
    Stage,
    Term,
)
from policy_engine.policy.places import places_of
from policy_engine.rulefile.choices import Collect

TermKey = tuple[str, str]
_COUNTED_OR_LISTED = (Collect.COUNT, Collect.LIST)


def check_places(
    stages: Sequence[Stage],
    terms: Mapping[TermKey, Term],
    lookups: Mapping[str, int | None],
    entities: Mapping[str, Entity],
    report: Diagnostics,
) -> None:
    """Stages in order; what a term without declared places can hold follows from what decides it."""
    known: dict[TermKey, int | None] = {
        key: (term.places if term.places is not None else 0)
        for key, term in terms.items()
        if term.kind in NUMERIC_KINDS and not term.decided
    }
    for stage in stages:
        base = entities[stage.entity].base
        for number, output in enumerate(stage.outputs):
            term = terms[base, output]
            if term.kind not in NUMERIC_KINDS:
                continue
            rounding = stage.roundings[number]
            have = _stage_places(stage, number, known, lookups)
            _check(stage, term, rounding, have, report)
            settled = rounding.places if rounding else have
            if term.places is not None:
                settled = term.places
            before = known.get((base, output), 0)
            known[base, output] = None if settled is None or before is None else max(settled, before)


def _check(
    stage: Stage, term: Term, rounding: Rounding | None, have: int | None, report: Diagnostics
) -> None:
    if rounding is not None:
        return
    if have is None:
        places = 2 if term.places is None else term.places
        report.report("PE3068", stage.span, name=term.name, places=places)
    elif term.places is not None and have > term.places:
        report.report("PE3069", stage.span, name=term.name, places=term.places, have=have)


def _stage_places(
    stage: Stage, number: int, known: Mapping[TermKey, int | None], lookups: Mapping[str, int | None]
) -> int | None:
    def most(*nodes: Node) -> int | None:
        found = [places_of(n, known, lookups) for n in nodes]
        return None if None in found else max((f for f in found if f is not None), default=0)

    match stage.body:
        case Formula(expression=expression):
            return most(expression)
        case DecisionTable(collect=collect) if collect in _COUNTED_OR_LISTED:
            return 0
        case DecisionTable(rows=rows, default=default):
            outputs = [row.outputs[number] for row in rows]
            return most(*outputs, *([default[number]] if default else []))
        case BracketScale(of=of, brackets=brackets):
            base = most(of, *(b.threshold for b in brackets))
            rate = most(*(b.rate for b in brackets))
            return None if base is None or rate is None else base + rate
        case Allocation(places=places):
            return places
        case _:
            return 0
