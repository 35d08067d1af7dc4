"""All mutants of a rule file: every kind of slip, in every section, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from policy_engine.diagnostics.errors import LoadError, PolicyEngineError
from policy_engine.policy.library import Library
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.read import read_policy_file
from policy_engine.testing.mutants_decisions import of_checks, of_decisions
from policy_engine.testing.mutants_eligibility import of_eligibilities
from policy_engine.testing.mutants_head import (
    of_carry_over,
    of_entities,
    of_head,
    of_lookups,
    of_parameters,
    of_readings,
    of_statements,
    of_terms,
)
from policy_engine.testing.mutants_place import Place, Placed, Sheet, short
from policy_engine.testing.mutants_processes import of_processes
from policy_engine.testing.mutants_requirements import requirement_mutants
from policy_engine.testing.mutants_text import Mutant, Slip, edited
from policy_engine.testing.mutants_tree import Written
from policy_engine.testing.mutants_words import Words

_SECTIONS = (
    of_head,
    of_entities,
    of_parameters,
    of_readings,
    of_terms,
    of_checks,
    of_decisions,
    of_eligibilities,
    of_lookups,
    of_statements,
    of_carry_over,
    of_processes,
)


def policy_mutants(path: Path, library: Library) -> tuple[Mutant, ...]:
    """The mutants of a rule file of the library, in the order of its sections. Raises LoadError.

    No two have the same text, and none has the text of the file.
    """
    doc, diagnostics = read_policy_file(path)
    if doc is None:
        raise LoadError(diagnostics)
    sheet = Sheet(doc, Written(doc.source), Words(bound(doc, library)))
    found = [_mutant(path, doc, place, slip) for place, slip in _slips(sheet)]
    found.extend(requirement_mutants(path))
    return tuple(_named_once(_distinct(found, doc.source.text)))


def bound(doc: PolicyDoc, library: Library) -> Policy:
    """The policy on the first day it is in force, for a month or for a day, as it is written. Raises LoadError."""
    first = doc.in_force.from_.value
    try:
        return library.load(doc.policy.text, period=f"{first:%Y-%m}")
    except PolicyEngineError:
        return library.load(doc.policy.text, on=first)


def _slips(sheet: Sheet) -> Placed:
    for section in _SECTIONS:
        yield from section(sheet)


def _mutant(path: Path, doc: PolicyDoc, place: Place, slip: Slip) -> Mutant:
    name = place.name if not slip.where else f"{place.name}的{_quoted(slip.where)}"
    before, after = short(slip.before), short(slip.after)
    if before and after:
        change = f"{slip.kind.zh}：“{before}”改成“{after}”"
    else:
        change = f"{slip.kind.zh}：“{before}”丢失" if before else f"{slip.kind.zh}：多了“{after}”"
    return Mutant(
        id=f"{name}/{slip.kind.id}：{before}→{after}",
        description=f"{name}，{change}",
        path=path,
        text=edited(doc.source, slip.edits),
        clauses=slip.clauses or place.clauses,
        kind=slip.kind,
        line=doc.source.position(min(e.start for e in slip.edits))[0],
        place=name,
        before=before,
        after=after,
        row=slip.row or place.row,
    )


def _quoted(where: str) -> str:
    return where if "“" in where else f"“{where}”"


def _distinct(mutants: list[Mutant], original: str) -> Iterator[Mutant]:
    seen = {original}
    for mutant in mutants:
        if mutant.text not in seen:
            seen.add(mutant.text)
            yield mutant


def _named_once(mutants: Iterator[Mutant]) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    for mutant in mutants:
        seen[mutant.id] += 1
        yield mutant if seen[mutant.id] == 1 else replace(mutant, id=f"{mutant.id}#{seen[mutant.id]}")
