"""主体: sub-entities of one base have to part its rows: each row is of exactly one of them, or it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from policy_engine.analysis.bounds import Bounds
from policy_engine.analysis.conditions import oracle_of
from policy_engine.analysis.definitions import Definitions
from policy_engine.analysis.oracle import Case, Unproven
from policy_engine.analysis.shown import shown_case
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.policy.model import Entity

Parts = tuple[Entity, ...]


def check_partitions(subject: Subject) -> Iterator[Diagnostic]:
    """A parent that leaves something open may leave the rest of the rows to its children as well."""
    definitions = Definitions(subject.policy)
    bounds = Bounds(definitions)
    for base in subject.policy.base_entities:
        parts = subject.policy.sub_entities(base.name)
        if any(subject.own(part.span) for part in parts):
            yield from _of(base, parts, definitions, bounds, bool(subject.policy.undecided))


def _of(
    base: Entity, parts: Parts, definitions: Definitions, bounds: Bounds, open_: bool
) -> Iterator[Diagnostic]:
    conditions = [part.when for part in parts if part.when is not None]
    names = "、".join(part.name for part in parts)
    try:
        _, oracle = oracle_of(conditions, base.name, definitions, bounds)
        gap = None if open_ else oracle.case((), range(len(parts)))
        both = [(pair, oracle.case(pair, ())) for pair in combinations(range(len(parts)), 2)]
    except Unproven:
        yield diagnostic("PE3315", parts[0].span, entity=base.name, names=names)
        return
    cases: list[tuple[str, Parts, Case | None]] = [("PE3313", parts, gap)]
    cases += [("PE3314", (parts[one], parts[other]), case) for (one, other), case in both]
    for code, concerned, case in cases:
        if case is None:
            continue
        shown = shown_case(case, definitions, base.name)
        named = "、".join(part.name for part in concerned)
        spans = [part.span for part in concerned]
        if case.sure:
            yield diagnostic(code, *spans, entity=base.name, names=named, case=shown)
        else:
            yield diagnostic("PE3315", *spans, entity=base.name, names=named)
