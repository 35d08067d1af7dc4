"""Allocations whose total may be there with nobody to take it: such a package is rejected when it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_engine.analysis.prove import prove_claim
from policy_engine.analysis.prove_model import Verdict, Why
from policy_engine.analysis.prove_text import REASONS
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.policy.model import Allocation, Stage
from policy_engine.policy.property_model import Claim, Property, Shareable

SECONDS = 10.0  # what can be settled is settled in one, on a machine that is not busy


def check_allocation_sets(subject: Subject) -> Iterator[Diagnostic]:
    """PE3370 with a case the engine has rejected; PE3371 where there is neither a proof nor such a case."""
    if subject.policy.undecided:
        return
    for stage in subject.policy.stages:
        if isinstance(stage.body, Allocation) and subject.own(stage.span):
            yield from _of(stage, subject)


def _of(stage: Stage, subject: Subject) -> Iterator[Diagnostic]:
    claim = Claim(stage.entity, Shareable(stage.outputs[0]))
    asked = Property(stage.key, (claim,), None, stage.clauses, stage.span, stage.policy)
    proof = prove_claim(subject.policy, asked, claim, SECONDS)
    term = subject.policy.term(stage.entity, stage.outputs[0]).name
    if proof.verdict is Verdict.REFUTED:
        case = "；".join(_rows(proof.scenario))
        yield diagnostic("PE3370", stage.span, counter_example=case, name=term, entity=stage.entity)
    elif proof.verdict is Verdict.OPEN:
        why = REASONS[proof.why or Why.NO_CASE]
        yield diagnostic("PE3371", stage.span, name=term, entity=stage.entity, why=why.zh, why_en=why.en)


def _rows(scenario: Sequence[str]) -> Iterator[str]:
    """The tables of a scenario, a row after the other: ``用户：合同电量（兆瓦时） 100，…``."""
    header: list[str] = []
    for line in map(str.strip, scenario):
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and header:
            yield "，".join(f"{name} {cell}" for name, cell in zip(header, cells, strict=True) if cell)
        else:
            header = cells
