"""Evaluate a policy: one case that must hold, many cases side by side, or tables whose bad packages are rejected."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError, PolicyEngineError
from policy_engine.engine.facts import Facts, FactTable, tables_from_mapping
from policy_engine.engine.plan import plan_for, usable
from policy_engine.engine.reader import read_facts
from policy_engine.engine.rejection import Rejection, refuse_failed_singles, rules_failed, taken_along
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Dataset, decided_terms, forget, link
from policy_engine.engine.run import execute
from policy_engine.engine.supplied import Supplied
from policy_engine.policy.model import Policy

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Assessment:
    """What could be decided, and every row that could not, with the reason."""

    result: Result
    rejected: tuple[Rejection, ...]
    notes: tuple[Diagnostic, ...]


def evaluate(policy: Policy, facts: Mapping[str, object], *, executor: str = "durable") -> Result:
    """Decide one case.

    ``facts``: entity (id or name) → rows (or one row), each a mapping of columns to values; quantities are
    Decimal, int, str or ``(value, unit)``, never float. Raises InputError (facts are wrong, a check fails),
    NotCovered, EngineError (a rule cannot decide).
    """
    return evaluate_tables(policy, tables_from_mapping(policy, facts), executor=executor)


def evaluate_tables(policy: Policy, tables: Sequence[FactTable], *, executor: str = "durable") -> Result:
    """``evaluate`` for facts that came as tables."""
    assessment = assess(policy, tables, executor=executor)
    for note in assessment.notes:
        if note.code == "PE6051":
            warnings.warn(note.message(), RuntimeWarning, stacklevel=3)
    return whole(assessment)


def whole(assessment: Assessment) -> Result:
    """The result of a case of which nothing may be rejected. Raises InputError or EngineError."""
    own = [r for r in assessment.rejected if r.culprit is None]
    if own:
        diagnostics = [r.diagnostic for r in own]
        raise (EngineError if rules_failed(own) else InputError)(diagnostics)
    return assessment.result


def evaluate_many(
    policy: Policy, cases: Iterable[Mapping[str, object]], *, executor: str = "durable"
) -> list[Result | PolicyEngineError]:
    """Decide cases one by one; a case that fails gives its error in its place."""
    outcomes: list[Result | PolicyEngineError] = []
    for case in cases:
        try:
            outcomes.append(evaluate(policy, case, executor=executor))
        except PolicyEngineError as error:
            outcomes.append(error)
    return outcomes


def assess(
    policy: Policy,
    tables: Sequence[FactTable],
    *,
    executor: str = "durable",
    supplied: Sequence[Supplied] = (),
    progress: Progress | None = None,
) -> Assessment:
    """Decide all packages that can be decided; reject the others whole (同包有错).

    ``supplied``: facts that complete the tables, e.g. from matters; a table that says otherwise is rejected.

    Raises InputError when a table as a whole is unusable or a one-row entity is wrong: nothing can be settled then.
    """
    if policy.undecided:
        terms = "、".join(f"{t.entity}.{t.name}" for t in policy.undecided)
        raise EngineError(diagnostic("PE6052", policy.undecided[0].span, id=policy.id, terms=terms))
    running = usable(executor)
    notice = () if running == executor else (diagnostic("PE6051"),)
    plan = plan_for(policy, running)
    facts = read_facts(policy, tables, supplied)
    _refuse_bad_singles(policy, facts)
    rejected = [Rejection(p.row, p.column, p.diagnostic) for p in facts.problems]
    dataset = _without(policy, facts.dataset, rejected)
    run = execute(plan, dataset, progress)
    while run.failures:
        # What is left is decided afresh, so that no total still holds a rejected row.
        refuse_failed_singles(policy, run.failures, rejected)
        rejected += [Rejection(f.row, "", f.diagnostic) for f in run.failures]
        dataset = _without(policy, dataset, rejected)
        forget(dataset, decided_terms(policy))
        run = execute(plan, dataset, progress)
    notes = (*facts.notes, *notice)
    return Assessment(Result(policy, run, running), (*rejected, *taken_along(facts.dataset, rejected)), notes)


def _refuse_bad_singles(policy: Policy, facts: Facts) -> None:
    bad = [p.diagnostic for p in facts.problems if policy.entities[p.row.entity].single]
    if bad:
        raise InputError(bad)


def _without(policy: Policy, dataset: Dataset, rejected: Sequence[Rejection]) -> Dataset:
    """The dataset without the packages of rejected rows, linked afresh."""
    gone = {id(r.row.root) for r in rejected}
    if not gone:
        return dataset
    kept = {name: [r for r in rows if id(r.root) not in gone] for name, rows in dataset.rows.items()}
    return link(policy, kept)
