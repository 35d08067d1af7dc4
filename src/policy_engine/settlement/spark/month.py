"""A month settled by Spark: Parquet in, decided in its SQL, Parquet out by period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.engine.plan import plan_for
from policy_engine.engine.publishing import published
from policy_engine.engine.rejection import Rejection, rules_failed
from policy_engine.engine.run import execute as run_engine
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering import ir
from policy_engine.lowering.build import BOOLEAN
from policy_engine.lowering.physical import input_columns
from policy_engine.lowering.plan import Plan
from policy_engine.lowering.planner import lower
from policy_engine.policy.model import Policy
from policy_engine.settlement.record import RunFacts, balanced, run_record
from policy_engine.settlement.spark.execute import Executed, Root, execute, failing, measure
from policy_engine.settlement.spark.outputs import carry_over_tables, statement_tables
from policy_engine.settlement.spark.packages import MOST
from policy_engine.settlement.spark.session import open_session
from policy_engine.settlement.spark.source import handed_in
from policy_engine.settlement.spark.stage import Staged
from policy_engine.settlement.spark.write import Parts, write_parts
from policy_engine.settlement.statements import rejected_table

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class SparkMonth:
    rejected: tuple[Rejection, ...]
    record: Mapping[str, object]
    files: tuple[Path, ...]
    notes: tuple[Diagnostic, ...]


def settle_by_spark(
    policy: Policy,
    source: Path,
    output: Path,
    *,
    by_name: bool = False,
    lang: str = "zh",
    supplied: Sequence[Supplied] = (),
    fired: bool = False,
    most: int = MOST,
    progress: Progress | None = None,
) -> SparkMonth:
    """Settle the month of ``source`` into ``output``/<table>/period=<month>/ with a run.json beside them.

    ``most``: doubtful rows the engine's reader is asked about, and failing packages the engine is asked about.
    Raises NotLowered, InputError, NotCovered and EngineError as settling in columns does.
    """
    tell = progress or (lambda step, done, of: None)
    inputs = input_columns(policy)
    lower(policy)
    tell("read", 0, 1)
    handed = handed_in(policy, source)
    with open_session() as session:
        staged = Staged(policy, inputs, handed, session, supplied, most)
        done, counts = _decided(policy, staged, session, fired, tell)
        tell("write", 0, 1)
        unwritten = () if policy.statements else (diagnostic("PE7011", id=policy.id),)
        tables = [*statement_tables(done, by_name, fired), *carry_over_tables(done, by_name)]
        rejected = rejected_table(policy, staged.rejected, by_name=by_name, lang=lang)
        rows = _rows(policy, staged, counts)

        def record_of(parts: Parts) -> Mapping[str, object]:
            sums = {t.name: t.sums(parts.folder(t.name), session) for t in tables if t.summed}
            facts = RunFacts(
                "spark",
                handed.digests,
                staged.notes,
                rows,
                lambda: _totals(done.plan, sums, by_name),
                supplied,
            )
            return run_record(policy, facts, parts.digests(), lang, unwritten)

        record, files = write_parts(output, str(policy.period), tables, rejected, session, record_of)
    return SparkMonth(tuple(staged.rejected), record, files, (*staged.notes, *unwritten))


def _decided(
    policy: Policy, staged: Staged, session: Any, fired: bool, tell: Progress
) -> tuple[Executed, dict[str, int]]:
    """Until no package fails: what is left is decided afresh, so that no total still holds a rejected row."""
    rounds = 0
    while True:
        tell("settle", rounds, rounds + 1)
        staged.relations()
        measured, counts = measure(policy, staged.inputs, session)
        plan = lower(policy, measured)
        extra = [ir.Column(BOOLEAN, f.entity, f.name) for f in plan.fired] if fired else []
        extra += [x for c in policy.carry_over for x in ir.columns(plan.decided[c.entity, c.output])]
        done = execute(plan, session, extra)
        roots = failing(done, session, staged.most)
        if not roots:
            return done, counts
        _reject(plan, staged, roots)
        rounds += 1


def _reject(plan: Plan, staged: Staged, roots: frozenset[Root]) -> None:
    """The engine says why. Raises InputError or EngineError when a one-row entity fails, and when it sees no fault."""
    policy = plan.policy
    brought = staged.brought()
    if plan.across or any(policy.entities[e].single for e, _ in roots):
        brought.everything()
    else:
        keys: dict[str, list[str]] = {}
        for entity, key in roots:
            keys.setdefault(entity, []).append(key)
        brought.packages(keys)
    facts = staged.read(brought)
    if facts.problems:  # a row of no sub-entity, or without what its own needs: the reader's business
        staged.reject(facts, [Rejection(p.row, p.column, p.diagnostic) for p in facts.problems])
        return
    run = run_engine(plan_for(policy, "reference"), facts.dataset)
    bad = [Rejection(f.row, "", f.diagnostic) for f in run.failures if policy.entities[f.row.entity].single]
    if bad:
        raise (EngineError if rules_failed(bad) else InputError)([b.diagnostic for b in bad])
    told = {(f.row.root.entity, f.row.root.key) for f in run.failures}
    if not roots <= told:
        missed = sorted(roots - told)[0]
        raise EngineError(diagnostic("PE9112", entity=missed[0], key=missed[1]))
    staged.reject(facts, [Rejection(f.row, "", f.diagnostic) for f in run.failures])


def _rows(policy: Policy, staged: Staged, counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Raises EngineError when a row was lost."""
    found = {}
    for entity in policy.base_entities:
        own = {id(r.row): r.row for r in staged.rejected if r.row.entity == entity.name}
        made = counts[entity.name] if not staged.given(entity.name) else 0
        implied = made + sum(not row.line for row in own.values())
        given = staged.given(entity.name)
        found[entity.id] = balanced(entity.name, given, implied, counts[entity.name], len(own))
    return found


def _totals(
    plan: Plan, sums: Mapping[str, Mapping[str, Fraction | None]], by_name: bool
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for output in plan.outputs:
        entity = plan.policy.entities[output.entity]
        own = sums.get(entity.name if by_name else entity.id, {})
        found[entity.id] = {
            c.statement.id: published(total, plan.policy.term(entity.name, c.statement.reference.term))
            for c in output.columns
            if (total := own.get(c.statement.id)) is not None
        }
    return found
