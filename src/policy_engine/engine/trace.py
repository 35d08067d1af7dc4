"""The trace of a member: each decided value with the row that fired, its clause, what was read, and the near miss.

A versioned document; ``Trace.to_dict()`` is JSON-ready. Sensitive terms are named but never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from policy_engine.engine import eligibility
from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.checklists import Reports
from policy_engine.engine.eligibility_document import CitedClause, EligibilityReport
from policy_engine.engine.near_miss import NearMiss, near_miss
from policy_engine.engine.publishing import published
from policy_engine.engine.recording import (
    LookupRead,
    ParameterRead,
    Read,
    ReadingRead,
    Recorder,
    TermRead,
)
from policy_engine.engine.result import Result, row_clauses
from policy_engine.engine.rows import Row
from policy_engine.engine.scalars import plain
from policy_engine.engine.trace_document import (
    DECIDED,
    FORMAT,
    HIDDEN,
    NULL,
    Step,
    Trace,
    TracedNearMiss,
    TracedRead,
)
from policy_engine.feel.typed import Aggregate, Scale
from policy_engine.feel.values import Value
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import (
    Allocation,
    BracketScale,
    DecisionTable,
    Eligibility,
    Formula,
    Policy,
    Stage,
    Term,
)

SHOWN_CHILDREN = 20


def trace(result: Result, entity: str, key: str = "", *, near: bool = True) -> Trace:
    """Why a member's values are what they are. ``near=False`` leaves out near misses, which evaluate again.

    Raises KeyError when there is no such member.
    """
    return _Tracer(result, near).trace(result.row(entity, key))


class _Tracer:
    def __init__(self, result: Result, near: bool) -> None:
        self.result, self.near = result, near
        self.policy: Policy = result.policy
        self.subject: Row | None = None
        self.recorder = Recorder(self.policy)
        self.steps: dict[tuple[int, str], Step] = {}
        self.near_misses: dict[tuple[str, int], TracedNearMiss | None] = {}

    def trace(self, row: Row) -> Trace:
        self.subject = row
        for stage in self.policy.stages:
            if stage.outputs and row.part in self.policy.parts(stage.entity):
                if self.policy.entities[stage.entity].base != row.entity:
                    continue
                for output in stage.outputs:
                    self._step(row, output)
        policy = self.policy
        return Trace(
            format=FORMAT,
            policy=policy.id,
            title=policy.title,
            digest=policy.digest,
            period=str(policy.period),
            known_on=str(policy.known_on or ""),
            executor=self.result.executor,
            files=tuple(f.path for f in policy.files),
            readings=tuple((r.name, r.chosen) for r in policy.readings.values()),
            entity=row.entity,
            part=row.part,
            key=row.key,
            steps=tuple(self.steps.values()),
        )

    def _step(self, row: Row, output: str) -> None:
        """Add the step of one value, after the steps of what it read on the same row or above."""
        stage = self.result.stage(row, output)
        if stage is None or (id(row), output) in self.steps:
            return
        fired = self.result.run.fired.get((stage.id, id(row)), ())
        reads = self.recorder.reads(stage, row, fired, stage.outputs.index(output))
        for read in reads:
            # Rows below are told as totals; following each of them would bury the answer. Documents are few.
            if isinstance(read, TermRead) and (
                self._leads_here(read.row, row) or self._is_evidence(stage, read.row, row)
            ):
                self._step(read.row, read.term)
        term = self.policy.term(row.entity, output)
        self.steps[id(row), output] = Step(
            entity=row.entity,
            key=row.key,
            term=term.id,
            name=term.name,
            value=self._shown(row.values.get(output), term),
            unit=_unit(term),
            way=_way(stage),
            decision=stage.key,
            row="、".join(fired),
            clauses=self._clauses(stage, fired),
            expression=_expression(stage),
            at=_place(stage),
            reads=tuple(self._reads(reads, row)),
            near_miss=self._near_miss(row, stage),
            findings=self._findings(row, stage),
        )

    def _leads_here(self, other: Row, row: Row) -> bool:
        return (
            other is row or any(a is other for a in _chain(row)) or self.policy.entities[other.entity].single
        )

    def _findings(self, row: Row, stage: Stage) -> EligibilityReport | ChecklistReport | None:
        if isinstance(stage.body, Eligibility):
            return eligibility.report_of(self.result, row, stage, stage.body)
        if isinstance(stage.body, Checklist | Form):
            return Reports(self.result).report(row, stage)
        return None

    def _is_evidence(self, stage: Stage, other: Row, row: Row) -> bool:
        if not isinstance(stage.body, Eligibility | Checklist):
            return False
        return other in row.children.get(other.entity, ())[:SHOWN_CHILDREN]

    def _shown(self, value: Value, term: Term) -> str:
        if term.sensitive:
            return HIDDEN
        return NULL if value is None else published(value, term)

    def _clauses(self, stage: Stage, fired: tuple[str, ...]) -> tuple[CitedClause, ...]:
        ids = row_clauses(stage, fired) or stage.clauses
        known = self.policy.clauses
        return tuple(CitedClause(i, known[i].position, known[i].summary) for i in ids if i in known)

    # -- what was read ---------------------------------------------------------------------------

    def _reads(self, reads: Iterable[Read], row: Row) -> Iterable[TracedRead]:
        below: dict[tuple[str, str], list[TermRead]] = {}
        for read in reads:
            if isinstance(read, TermRead) and not self._leads_here(read.row, row):
                below.setdefault((read.row.entity, read.term), []).append(read)
            elif isinstance(read, TermRead):
                yield self._term_read(read)
            else:
                yield self._other_read(read)
        for (entity, id_), several in below.items():
            # A member is told its package's totals, never what another member of the package used.
            if row is self.subject and len(several) <= SHOWN_CHILDREN:
                yield from (self._term_read(r) for r in several)
            else:
                yield self._total(entity, self.policy.term(entity, id_), several)

    def _term_read(self, read: TermRead) -> TracedRead:
        row, term = read.row, self.policy.term(read.row.entity, read.term)
        return TracedRead(
            "term",
            row.entity,
            row.key,
            term.name,
            self._shown(read.value, term),
            _unit(term),
            *_origin(row, term),
        )

    def _total(self, entity: str, term: Term, several: list[TermRead]) -> TracedRead:
        numbers = [r.value for r in several if isinstance(r.value, Fraction)]
        shown = plain(sum(numbers, Fraction(0))) if len(numbers) == len(several) else "…"
        value = HIDDEN if term.sensitive else shown
        count = len(several)
        return TracedRead("total", entity, "", term.name, value, _unit(term), "合计", "total", (), count)

    def _other_read(self, read: Read) -> TracedRead:
        if isinstance(read, ParameterRead):
            parameter = self.policy.parameters[read.name]
            at, status = f"{parameter.span.source.name}:{parameter.span.line}", parameter.status.value
            source = f"{at}（{STATUS[status]}）", f"{at}, {status}"
            return TracedRead("parameter", "", "", read.name, parameter.text, "", *source, parameter.clauses)
        if isinstance(read, ReadingRead):
            reading = self.policy.readings[read.name]
            source = ("默认", "default") if reading.chosen == reading.default else ("另选", "chosen")
            return TracedRead("reading", "", "", read.name, read.value, "", *source, reading.clauses)
        assert isinstance(read, LookupRead)
        clauses = self.policy.lookups[read.name].clauses
        keys = HIDDEN if read.hidden else "、".join(str(k) for k in read.keys)
        value = HIDDEN if read.hidden else str(read.value)
        return TracedRead("lookup", "", keys, read.name, value, "", "对照表", "lookup", clauses)

    # -- near miss -------------------------------------------------------------------------------

    def _near_miss(self, row: Row, stage: Stage) -> TracedNearMiss | None:
        if not self.near or not isinstance(stage.body, DecisionTable):
            return None
        # A table with two conclusions is searched once.
        if (stage.id, id(row)) not in self.near_misses:
            found = near_miss(self.result, row, stage)
            told = found is not None and self._may_be_told(found.row)
            traced = self._traced(found, stage) if found is not None and told else None
            self.near_misses[stage.id, id(row)] = traced
        return self.near_misses[stage.id, id(row)]

    def _may_be_told(self, row: Row) -> bool:
        """Whether the subject of the trace may read of ``row``: itself, those above and below it, and what all see."""
        subject = self.subject
        if subject is None or self.policy.entities[row.entity].single:
            return True
        # The search works on copies: rows are the same by name.
        mine = [(r.entity, r.key) for r in (subject, *_chain(subject))]
        theirs = [(r.entity, r.key) for r in (row, *_chain(row))]
        return theirs[0] in mine or mine[0] in theirs

    def _traced(self, found: NearMiss, stage: Stage) -> TracedNearMiss:
        term = found.input
        return TracedNearMiss(
            entity=found.row.entity,
            key=found.row.key,
            name=term.name,
            before=self._shown(found.before, term),
            after=self._shown(found.after, term),
            unit=_unit(term),
            grid_units=found.units,
            row="、".join(found.fired),
            outputs=_conclusions(stage, found.fired),
        )


STATUS = {"original": "原文", "secondary": "二手来源", "assumed": "推定"}


def _origin(row: Row, term: Term) -> tuple[str, str]:
    """Where a value comes from, in Chinese and in English."""
    if term.decided:
        return DECIDED, "decided"
    if term.id in row.origins:
        return row.origins[term.id], row.origins[term.id]
    if not row.source:
        return "输入", "input"
    return f"输入（{row.source} 第{row.line}行）", f"input, {row.source} line {row.line}"


def _chain(row: Row) -> Iterable[Row]:
    while row.parent is not None:
        row = row.parent
        yield row


def _unit(term: Term) -> str:
    return term.unit.name if term.unit is not None else ""


def _way(stage: Stage) -> str:
    match stage.body:
        case DecisionTable():
            return "table"
        case BracketScale():
            return "scale"
        case Allocation():
            return "allocation"
        case Eligibility():
            return "eligibility"
        case Checklist():
            return "checklist"
        case Form():
            return "form"
        case Formula(expression=expression) if isinstance(expression, Aggregate | Scale):
            return "total"
        case _:
            return "formula"


def _expression(stage: Stage) -> str:
    """The formula as written in the file; tables are told by their row."""
    body = stage.body
    if isinstance(body, Allocation):
        return body.by.span.text
    node = getattr(body, "expression", None)
    return str(node.span.text) if node is not None else ""


def _place(stage: Stage) -> str:
    return f"{stage.span.source.name}:{stage.span.line}"


def _conclusions(stage: Stage, fired: tuple[str, ...]) -> tuple[str, ...]:
    """The conclusions of the row that would have fired, as written."""
    if not isinstance(stage.body, DecisionTable):
        return ()
    return tuple(o.span.text for r in stage.body.rows if r.name in fired for o in r.outputs)
