"""Run the stages of a plan over a dataset. Values land in the rows; what fired is kept beside them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.allocation import AllocationFault, allocate
from policy_engine.engine.faults import Fault
from policy_engine.engine.judging import Case
from policy_engine.engine.plan import CompiledStage, Plan
from policy_engine.engine.rounding import round_to
from policy_engine.engine.rows import Dataset, Row
from policy_engine.engine.scalars import plain
from policy_engine.engine.sensitive import HIDDEN
from policy_engine.engine.size import refuse_huge
from policy_engine.feel.values import Value
from policy_engine.policy.model import (
    DEFAULT_ROW,
    Allocation,
    BracketScale,
    Check,
    DecisionTable,
    Eligibility,
    Formula,
    Rounding,
    Stage,
    TableRow,
)
from policy_engine.rulefile.documents import Collect, HitPolicy, RoundingMode, ScaleMethod


@dataclass(frozen=True)
class Failure:
    """A row that could not be decided, or failed a check."""

    row: Row
    stage: Stage
    diagnostic: Diagnostic


@dataclass
class Run:
    """What a run leaves behind besides the values: fired rows by (stage id, row), and failures."""

    dataset: Dataset
    fired: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # id(root) of packages with a failure

    def fail(self, row: Row, stage: Stage, fault: Fault) -> None:
        clause = stage.clauses[0] if stage.clauses else None
        self.failures.append(Failure(row, stage, fault.at(row.place, stage.span, clause=clause)))
        self.broken.add(id(row.root))


def execute(plan: Plan, dataset: Dataset, progress: Callable[[int, int], None] | None = None) -> Run:
    """Run every stage. A row that fails stops its package; other packages go on.

    What is decided across packages would miss the stopped ones, so there the run ends: it has to be repeated
    without them.
    """
    run = Run(dataset)
    for number, compiled in enumerate(plan.stages, start=1):
        if run.failures and _across_packages(plan, compiled):
            break
        rows = [
            r
            for r in dataset.rows[compiled.base]
            if r.part in compiled.parts and not (run.broken and id(r.root) in run.broken)
        ]
        _run_stage(plan, compiled, rows, run)
        if progress is not None:
            progress(number, len(plan.stages))
    return run


def _across_packages(plan: Plan, compiled: CompiledStage) -> bool:
    """Whether a stage decides a one-row entity, or shares out what such a one has."""
    body = compiled.stage.body
    group = body.group if isinstance(body, Allocation) else compiled.base
    return plan.policy.entities[group].single


def _run_stage(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    match compiled.stage.body:
        case Formula():
            _each(compiled, rows, run, lambda row: _settle(compiled, row, (_value(compiled, row),)))
        case Check() as check:
            _each(compiled, rows, run, lambda row: _check(compiled, check, row))
        case BracketScale() as scale:
            _each(compiled, rows, run, lambda row: _scale(compiled, scale, row, run))
        case DecisionTable() as table:
            _table(plan, compiled, table, rows, run)
        case Allocation() as allocation:
            _allocate(compiled, allocation, rows, run)
        case Eligibility():
            _judge(plan, compiled, rows, run)


def _each(compiled: CompiledStage, rows: Sequence[Row], run: Run, decide: Callable[[Row], None]) -> None:
    for row in rows:
        try:
            decide(row)
        except Fault as fault:
            run.fail(row, compiled.stage, fault)
        except TypeError:
            # The checker has typed every expression; an operand of a wrong type can only be a null.
            run.fail(row, compiled.stage, Fault("PE6028", name=compiled.stage.key))


def _value(compiled: CompiledStage, row: Row) -> Any:
    assert compiled.value is not None
    return compiled.value(row)


def _check(compiled: CompiledStage, check: Check, row: Row) -> None:
    if not _value(compiled, row):
        raise Fault("PE6060", name=check.name, detail=_difference(compiled, row))


def _difference(compiled: CompiledStage, row: Row) -> str:
    """Both sides of the first equation that does not hold, and how far they are apart."""
    for left, right in compiled.outputs:
        one, other = left(row), right(row)
        if isinstance(one, Fraction) and isinstance(other, Fraction) and one != other:
            return f"{plain(one)} 与 {plain(other)}，相差 {plain(abs(one - other))}"
    return "—"


# -- decision tables -----------------------------------------------------------------------------


def _table(plan: Plan, compiled: CompiledStage, table: DecisionTable, rows: Sequence[Row], run: Run) -> None:
    asked: list[Row] = []
    facts: list[tuple[str, frozenset[int]]] = []

    def ask(row: Row) -> None:
        facts.append((compiled.stage.id, frozenset(i for i, t in enumerate(compiled.tests) if t(row))))
        asked.append(row)

    _each(compiled, rows, run, ask)
    hits = dict(zip(map(id, asked), plan.matcher.match(facts), strict=True))
    _each(compiled, asked, run, lambda row: _conclude(compiled, table, row, hits[id(row)], run))


def _conclude(
    compiled: CompiledStage, table: DecisionTable, row: Row, hits: tuple[int, ...], run: Run
) -> None:
    names = tuple(table.rows[i].name for i in hits)
    values = _conclusions(compiled, table, row, hits, names)
    if not hits:
        names = (DEFAULT_ROW,) if compiled.default is not None else ()
    elif table.hit_policy in (HitPolicy.FIRST, HitPolicy.ANY):
        names = names[:1]
    run.fired[compiled.stage.id, id(row)] = names
    _settle(compiled, row, values)


def _conclusions(
    compiled: CompiledStage,
    table: DecisionTable,
    row: Row,
    hits: tuple[int, ...],
    names: tuple[str, ...],
) -> tuple[Value, ...]:
    if table.hit_policy is HitPolicy.COLLECT:
        return _collect(compiled, table, row, hits)
    if not hits:
        return _default(compiled, table, row)
    if table.hit_policy is HitPolicy.UNIQUE and len(hits) > 1:
        raise Fault("PE6021", *_spans(table, hits), name=compiled.stage.key, rows="、".join(names))
    values = tuple(o(row) for o in compiled.outputs[hits[0]])
    if table.hit_policy is HitPolicy.ANY:
        for other in hits[1:]:
            if tuple(o(row) for o in compiled.outputs[other]) != values:
                raise Fault("PE6023", *_spans(table, hits), name=compiled.stage.key, rows="、".join(names))
    return values


def _spans(table: DecisionTable, hits: tuple[int, ...]) -> list[Any]:
    rows: list[TableRow] = [table.rows[i] for i in hits]
    return [r.span for r in rows]


def _default(compiled: CompiledStage, table: DecisionTable, row: Row) -> tuple[Value, ...]:
    if compiled.default is None:
        raise Fault("PE6022", name=compiled.stage.key)
    return tuple(d(row) for d in compiled.default)


def _collect(
    compiled: CompiledStage, table: DecisionTable, row: Row, hits: tuple[int, ...]
) -> tuple[Value, ...]:
    """DMN collect: a list (joined by 、), C+ (0 without a hit), C#, and C< / C>, which need a hit or a default."""
    count = len(compiled.stage.outputs)
    if not hits and compiled.default is not None:
        return tuple(d(row) for d in compiled.default)
    if table.collect is Collect.COUNT:
        return tuple(Fraction(len(hits)) for _ in range(count))
    columns = [[compiled.outputs[i][n](row) for i in hits] for n in range(count)]
    match table.collect:
        case Collect.SUM:
            return tuple(sum(column, Fraction(0)) for column in columns)
        case Collect.LIST:
            return tuple("、".join(str(v) for v in column) for column in columns)
        case _ if not hits:
            raise Fault("PE6022", name=compiled.stage.key)
        case Collect.MIN:
            return tuple(min(column) for column in columns)
        case _:
            return tuple(max(column) for column in columns)


# -- eligibilities ---------------------------------------------------------------------------------


def _judge(plan: Plan, compiled: CompiledStage, rows: Sequence[Row], run: Run) -> None:
    judge, stage = compiled.judge, compiled.stage
    assert judge is not None
    heard: list[tuple[Row, Case]] = []
    for row in rows:
        at = row
        try:
            subject, documents = judge.subject(row), []
            for at in judge.documents(row):
                documents.append(judge.evidence(at))
            heard.append((row, Case(subject, tuple(documents))))
        except Fault as fault:
            run.fail(at, stage, fault)
        except TypeError:
            run.fail(at, stage, Fault("PE6028", name=stage.key))
    judgements = judge.judge([case for _, case in heard], plan.matcher)
    for (row, _), judgement in zip(heard, judgements, strict=True):
        run.fired[stage.id, id(row)] = judge.decisive(judgement)
        _settle(compiled, row, (judge.word(judgement),))


# -- bracket scales --------------------------------------------------------------------------------


def _scale(compiled: CompiledStage, scale: BracketScale, row: Row, run: Run) -> None:
    quantity = _value(compiled, row)
    thresholds = [t(row) for t in compiled.thresholds]
    if any(a > b for a, b in itertools.pairwise(thresholds)):
        raise Fault("PE6024", name=compiled.stage.key)
    reached = -1
    for i, threshold in enumerate(thresholds):
        inclusive = scale.brackets[i].inclusive
        if quantity > threshold or (inclusive and quantity == threshold):
            reached = i
    amount = Fraction(0)
    if reached >= 0 and scale.method is ScaleMethod.WHOLE:
        amount = quantity * compiled.rates[reached](row)
    elif reached >= 0:
        tops = [*thresholds[1 : reached + 1], quantity]
        for i in range(reached + 1):
            amount += (tops[i] - thresholds[i]) * compiled.rates[i](row)
    name = scale.brackets[reached].name if reached >= 0 else DEFAULT_ROW
    run.fired[compiled.stage.id, id(row)] = (name,)
    _settle(compiled, row, (amount,))


# -- allocations -----------------------------------------------------------------------------------


def _allocate(compiled: CompiledStage, allocation: Allocation, rows: Sequence[Row], run: Run) -> None:
    groups: dict[int, tuple[Row, list[Row]]] = {}
    for row in rows:
        group = row.singles.get(allocation.group) or row.above(allocation.group)
        if group is None:
            run.fail(row, compiled.stage, Fault("PE6013", name=allocation.group))
            continue
        groups.setdefault(id(group), (group, []))[1].append(row)
    for group in run.dataset.rows[allocation.group]:
        if not (run.broken and id(group.root) in run.broken):
            _, members = groups.get(id(group), (group, []))
            _share(compiled, allocation, group, members, run)


def _share(
    compiled: CompiledStage, allocation: Allocation, group: Row, members: Sequence[Row], run: Run
) -> None:
    total = group.values[allocation.total.term]
    assert isinstance(total, Fraction)
    try:
        chosen = [m for m in members if compiled.within is None or compiled.within(m)]
        weights = [(m.key, Fraction(_value(compiled, m))) for m in chosen]
        parts = allocate(total, weights, allocation.places)
    except AllocationFault as fault:
        code = {"off_grid": "PE6061", "empty": "PE6062", "negative": "PE6063"}[fault.reason]
        shown = HIDDEN if compiled.hides_total else plain(total)
        run.fail(group, compiled.stage, Fault(code, name=compiled.stage.key, total=shown))
        return
    except Fault as fault:
        run.fail(group, compiled.stage, fault)
        return
    if sum(parts.values(), Fraction(0)) != (total if weights else Fraction(0)):
        raise AssertionError("an allocation must add up to its total")
    output = compiled.stage.outputs[0]
    for member in members:
        member.values[output] = parts.get(member.key, Fraction(0))


# -- storing ---------------------------------------------------------------------------------------


def _settle(compiled: CompiledStage, row: Row, values: tuple[Value, ...]) -> None:
    """Round what the rules round, once, and store it; readers see the rounded value."""
    stage = compiled.stage
    for output, rounding, value in zip(stage.outputs, stage.roundings, values, strict=True):
        row.values[output] = refuse_huge(_rounded(value, rounding))


def _rounded(value: Value, rounding: Rounding | None) -> Value:
    if rounding is None or rounding.mode is RoundingMode.GRID or not isinstance(value, Fraction):
        return value
    return round_to(value, rounding.places, rounding.mode)
