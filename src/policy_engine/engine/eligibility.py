"""The report of an eligibility: every ground for and against, what is missing, and what would change it.

Judged again from the rows of one subject; the run itself keeps only the verdict and the decisive cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.engine.closures import Compiler
from policy_engine.engine.eligibility_changes import Changes, Hearing
from policy_engine.engine.eligibility_document import (
    CaseFinding,
    CitedClause,
    DocumentFinding,
    EligibilityReport,
    MissingFact,
    TestedCell,
)
from policy_engine.engine.judging import Case, Judge, eligibility_rules, make_judge
from policy_engine.engine.matching import ReferenceMatcher, engine_fault
from policy_engine.engine.publishing import published
from policy_engine.engine.recording import Recorder, TermRead
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import reads_sensitive
from policy_engine.engine.truth import NOTHING, Held, Truth
from policy_engine.feel.typed import Node, TermRef
from policy_engine.feel.values import Value
from policy_engine.policy.canonical import structure
from policy_engine.policy.model import CellTest, Eligibility, Exclusion, Ground, Stage
from policy_engine.rulefile.choices import Consequence

SENSITIVE = "（敏感）"
NULL = "空"


def findings(result: Result, entity: str, key: str, name: str) -> EligibilityReport:
    """The report of the 认定 called ``name`` (or of its term's id) for one row of ``entity``.

    Raises KeyError when there is no such row, or no such eligibility for it.
    """
    row = result.row(entity, key)
    for stage in result.policy.stages:
        body = stage.body
        if isinstance(body, Eligibility) and name in (body.name, body.term) and _is_of(result, row, body):
            return report_of(result, row, stage, body)
    raise KeyError(f"{entity}.{name}（{'、'.join(result.policy.eligibilities) or '—'}）")


def _is_of(result: Result, row: Row, body: Eligibility) -> bool:
    policy = result.policy
    return row.entity == policy.entities[body.entity].base and row.part in policy.parts(body.entity)


def report_of(result: Result, row: Row, stage: Stage, body: Eligibility) -> EligibilityReport:
    """The report of one stage for one row."""
    return _Reporter(result, row, stage, body).report()


class _Reporter:
    def __init__(self, result: Result, row: Row, stage: Stage, body: Eligibility) -> None:
        self.result, self.policy, self.body = result, result.policy, body
        self.compiler = Compiler(result.policy)
        self.judge: Judge = make_judge(result.policy, stage, body, self.compiler)
        self.matcher = ReferenceMatcher(eligibility_rules(stage, body))
        self.unfilled = _Unfilled(result)
        documents = tuple(self.judge.documents(row))
        case = Case(self.judge.subject(row), tuple(self.judge.evidence(d) for d in documents))
        (judgement,) = self.judge.judge([case], self.matcher)
        self.hearing = Hearing(row, documents, case, judgement)
        self.numbers = {
            (structure(cell.value), structure(cell.test), number >= len(self.judge.tests.subject)): number
            for number, cell in enumerate(self.judge.tests.all)
        }
        if row.values.get(body.term) != self.judge.word(judgement):
            raise engine_fault(f"{stage.id}: judged differently when told")

    def report(self) -> EligibilityReport:
        row, judgement = self.hearing.row, self.hearing.judgement
        grounds = tuple(self._grounds())
        exclusions = tuple(self._exclusions())
        return EligibilityReport(
            name=self.body.name,
            entity=row.entity,
            key=row.key,
            evidence=self.body.evidence,
            term=self.body.term,
            verdict=self.judge.word(judgement),
            truth=judgement.verdict.value,
            documents=tuple(self._documents()),
            grounds=grounds,
            exclusions=exclusions,
            missing=self._missing(grounds, exclusions) if judgement.verdict is Truth.UNKNOWN else (),
            changes=Changes(self.policy, self.judge, self.matcher, self.hearing).found(),
        )

    def _documents(self) -> Iterator[DocumentFinding]:
        for row, document in zip(self.hearing.documents, self.hearing.judgement.documents, strict=True):
            struck, pending = document.struck, document.pending
            standing = "struck" if struck is Truth.YES else "usable"
            if struck is Truth.UNKNOWN or (standing == "usable" and pending is not Truth.NO):
                standing = "pending"
            because = [
                x.name
                for number, x in enumerate(self.body.exclusions)
                if number in document.exclusions.possibly and x.consequence is not Consequence.REFUSE
            ]
            yield DocumentFinding(row.key, standing, tuple(because))

    def _grounds(self) -> Iterator[CaseFinding]:
        for number, ground in enumerate(self.body.grounds):
            if not self.hearing.documents:
                yield self._finding(ground, "", None, NOTHING, Truth.NO)
            for document, row in enumerate(self.hearing.documents):
                truth = self.hearing.judgement.documents[document].grounds.truth(number)
                yield self._finding(ground, "", row, self.hearing.case.documents[document], truth)

    def _exclusions(self) -> Iterator[CaseFinding]:
        """Those that apply, or may: of each document, or of the subject alone."""
        for number, exclusion in enumerate(self.body.exclusions):
            word = exclusion.consequence.value
            whole = exclusion.consequence is Consequence.REFUSE and not exclusion.evidence
            if whole:
                truth = self.hearing.judgement.exclusions.truth(number)
                if truth is not Truth.NO:
                    yield self._finding(exclusion, word, None, NOTHING, truth)
                continue
            for document, row in enumerate(self.hearing.documents):
                truth = self.hearing.judgement.documents[document].exclusions.truth(number)
                if truth is not Truth.NO:
                    yield self._finding(exclusion, word, row, self.hearing.case.documents[document], truth)

    def _finding(
        self, case: Ground | Exclusion, consequence: str, document: Row | None, held: Held, truth: Truth
    ) -> CaseFinding:
        subject = self.hearing.row
        cells = [self._cell(cell, subject, self.hearing.case.subject, False) for cell in case.conditions]
        asked: list[tuple[CellTest, Row]] = [(cell, subject) for cell in case.conditions]
        if document is not None:
            cells += [self._cell(cell, document, held, True) for cell in case.evidence]
            asked += [(cell, document) for cell in case.evidence]
        waits = consequence == Consequence.PENDING.value
        open_ = [
            (cell, row)
            for (cell, row), tested in zip(asked, cells, strict=True)
            if tested.truth == Truth.UNKNOWN or waits
        ]
        known = self.policy.clauses
        return CaseFinding(
            case=case.name,
            consequence=consequence,
            document=document.key if document is not None else "",
            truth=truth.value,
            cells=tuple(cells),
            missing=_once(fact for cell, row in open_ for fact in self.unfilled.of(cell.value, row)),
            clauses=tuple(CitedClause(c, known[c].position, known[c].summary) for c in case.clauses),
            at=f"{case.span.source.name}:{case.span.line}",
        )

    def _cell(self, cell: CellTest, row: Row, held: Held, evidence: bool) -> TestedCell:
        number = self.numbers[structure(cell.value), structure(cell.test), evidence]
        return TestedCell(
            row.entity, cell.column, cell.cell, self._shown(cell.value, row), held.truth(number).value
        )

    def _shown(self, value: Node, row: Row) -> str:
        if reads_sensitive(self.policy, value):
            return SENSITIVE
        found: Value = self.compiler.compile(value)(row)
        if found is None:
            return NULL
        if isinstance(value, TermRef):
            return published(found, self.policy.term(value.entity, value.term))
        return ("是" if found else "否") if isinstance(found, bool) else str(found)

    def _missing(
        self, grounds: tuple[CaseFinding, ...], exclusions: tuple[CaseFinding, ...]
    ) -> tuple[MissingFact, ...]:
        """What the open grounds wait for, what their documents wait for, and what may refuse the whole."""
        open_ = [g for g in grounds if g.truth != Truth.NO]
        concerned = {g.document for g in open_} | {""}
        return _once(
            fact
            for finding in (*open_, *(x for x in exclusions if x.document in concerned))
            for fact in finding.missing
        )


class _Unfilled:
    """Finds the inputs that were left blank behind a value, through the decisions that read them."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.recorder = Recorder(result.policy)

    def of(self, value: Node, row: Row) -> tuple[MissingFact, ...]:
        reads = [r for r in self.recorder.reads_of(value, row) if isinstance(r, TermRead)]
        return _once(self._behind(reads, set()))

    def _behind(self, reads: Iterable[TermRead], seen: set[tuple[int, str]]) -> Iterator[MissingFact]:
        policy = self.result.policy
        for read in reads:
            if (id(read.row), read.term) in seen:
                continue
            seen.add((id(read.row), read.term))
            term = policy.term(read.row.entity, read.term)
            stage = self.result.stage(read.row, read.term) if term.decided else None
            if stage is not None:
                fired = self.result.run.fired.get((stage.id, id(read.row)), ())
                more = self.recorder.reads(stage, read.row, fired, stage.outputs.index(read.term))
                yield from self._behind([r for r in more if isinstance(r, TermRead)], seen)
            elif read.value is None:
                yield MissingFact(read.row.entity, read.row.key, term.name)


def _once(facts: Iterable[MissingFact]) -> tuple[MissingFact, ...]:
    return tuple(dict.fromkeys(facts))
