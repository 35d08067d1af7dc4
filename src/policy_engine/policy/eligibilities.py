"""Bind 认定: each entry becomes one stage that decides the verdict of its subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.errors import LoadError
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.feel.check import check_cell, compile_expression
from policy_engine.feel.typed import Node
from policy_engine.policy.attempts import Attempt
from policy_engine.policy.model import CellTest, Clause, Eligibility, Entity, Exclusion, Ground, Stage, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.overlay import Merged
from policy_engine.policy.parameters import check_clause
from policy_engine.policy.suggestions import report_unknown
from policy_engine.policy.verdicts import entity_called, verdict_stage
from policy_engine.rulefile.documents import BarTable, EligibilityDoc
from policy_engine.rulefile.eligibility_tables import CaseRow, CaseTable, read_exclusions, read_grounds
from policy_engine.rulefile.keywords import GROUND_COLUMNS

Reader = Callable[[BarTable, str, Diagnostics], CaseTable | None]


class EligibilityBinder:
    """Binds the eligibilities of one policy against its names."""

    def __init__(self, names: NameTable, clauses: Mapping[str, Clause], report: Diagnostics) -> None:
        self.names = names
        self.clauses = clauses
        self.report = report
        self.language = ""  # of the file being read
        self.attempts: list[Attempt] = []  # eligibilities that could not be bound

    def bind(self, merged: Merged) -> list[Stage]:
        languages = {doc.policy.text: doc.language for doc in merged.docs}
        stages: list[Stage] = []
        for name, doc, policy in merged.eligibilities:
            self.language = languages[policy]
            for clause in doc.clause:
                check_clause(clause, self.clauses, self.report)
            subject = self._subject(doc.entity)
            term = self.names.find(subject.name, name.text) if subject is not None else None
            if subject is None or term is None:
                self._missing_term(name, subject)
                continue
            body = self._body(name, doc, subject, term)
            if body is None:
                self.attempts.append(Attempt(subject.name, (term,), name.span()))
            else:
                stages.append(verdict_stage(name, doc, body, policy))
        return stages

    def _subject(self, name: Fragment) -> Entity | None:
        found = entity_called(name.text, self.names.entities)
        if found is None and name.text not in self.names.refused:
            report_unknown(self.report, "PE3001", name.span(), self.names.entities, name=name.text)
        return found

    def _missing_term(self, name: Fragment, subject: Entity | None) -> None:
        """A declared term that not every row of the subject has; any other reason has been told."""
        if subject is not None and (subject.base, name.text) in self.names.terms:
            self.report.report("PE3061", name.span(), entity=subject.name, name=name.text, near="—")

    def _body(self, name: Fragment, doc: EligibilityDoc, subject: Entity, term: Term) -> Eligibility | None:
        evidence = self._evidence(name, doc, subject)
        if evidence is None:
            return None
        cases = _Cases(self, subject.name, evidence)
        grounds = cases.read(doc.grounds, read_grounds)
        exclusions = cases.read(doc.exclusions, read_exclusions) if doc.exclusions is not None else ()
        if grounds is None or exclusions is None:
            return None
        self._check_names(name, [*grounds, *exclusions])
        if len(doc.verdicts) != 3:  # PE3131 has told
            return None
        met, pending, not_met = (w.text for w in doc.verdicts)
        return Eligibility(
            name=name.text,
            entity=subject.name,
            term=term.id,
            evidence=evidence,
            verdicts=(met, pending, not_met),
            grounds=tuple(c for c in grounds if isinstance(c, Ground)),
            exclusions=tuple(c for c in exclusions if isinstance(c, Exclusion)),
        )

    def _evidence(self, name: Fragment, doc: EligibilityDoc, subject: Entity) -> str | None:
        """佐证主体, or the one entity that belongs to the subject."""
        if doc.evidence is not None:
            found = self._subject(doc.evidence)
            if found is None:
                return None
            if subject.base in self.names.ancestors(found.name):
                return found.name
            self.report.report("PE3137", doc.evidence.span(), name=doc.evidence.text, entity=doc.entity.text)
            return None
        below = [e.name for e in self.names.entities.values() if e.parent == subject.base and not e.is_sub]
        if len(below) == 1:
            return below[0]
        self.report.report(
            "PE3130", name.span(), name=name.text, entity=subject.name, found="、".join(below) or "—"
        )
        return None

    def _check_names(self, name: Fragment, cases: Sequence[Ground | Exclusion]) -> None:
        seen: dict[str, Span] = {}
        for case in cases:
            earlier = seen.setdefault(case.name, case.span)
            if earlier is not case.span:
                self.report.report("PE3136", case.span, earlier, eligibility=name.text, name=case.name)


class _Cases:
    """The rows of both tables of one eligibility."""

    def __init__(self, binder: EligibilityBinder, subject: str, evidence: str) -> None:
        self.binder, self.subject, self.evidence = binder, subject, evidence
        self.names, self.report = binder.names, binder.report

    def read(self, table: BarTable, reader: Reader) -> tuple[Ground | Exclusion, ...] | None:
        """None when the columns cannot be used; a row with a faulty cell is left out, and reported."""
        found = reader(table, self.binder.language, self.report)
        if found is None:
            return None
        conditions = [self._column(c, self.subject, self.evidence, "evidence") for c in found.conditions]
        evidence = [self._column(c, self.evidence, self.subject, "when") for c in found.evidence]
        if None in conditions or None in evidence:
            return None
        cases = []
        for row in found.rows:
            for clause in row.clauses:
                check_clause(clause, self.binder.clauses, self.report)
            own = self._cells(row.conditions, found.conditions, conditions, self.subject)
            theirs = self._cells(row.evidence, found.evidence, evidence, self.evidence)
            if own is not None and theirs is not None:
                cases.append(_case(row, own, theirs))
        return tuple(cases)

    def _column(self, text: Fragment, entity: str, other: str, prefix: str) -> Node | None:
        """What a column is about. A term of the other side is a slip of the prefix."""
        if self.names.find(entity, text.text) is None and self.names.find(other, text.text) is not None:
            fixed = GROUND_COLUMNS[prefix].of(self.binder.language)
            fixed += (": " if self.binder.language == "en" else "：") + text.text
            self.report.report("PE3133", text.span(), name=text.text, entity=entity, other=other, fixed=fixed)
            return None
        try:
            return compile_expression(text, self.names.scope(entity))
        except LoadError as error:
            self._tell(error)
            return None

    def _cells(
        self,
        cells: Sequence[Fragment],
        columns: Sequence[Fragment],
        values: Sequence[Node | None],
        entity: str,
    ) -> tuple[CellTest, ...] | None:
        """The tests of a row on one side; cells of ``-`` ask nothing."""
        scope = self.names.scope(entity)
        tests: list[CellTest] | None = []
        for cell, column, value in zip(cells, columns, values, strict=True):
            assert value is not None
            try:
                test = check_cell(cell, value, scope)
            except LoadError as error:
                self._tell(error)
                tests = None
                continue
            if test is not None and tests is not None:
                tests.append(CellTest(value, test, column.text, cell.text))
        return None if tests is None else tuple(tests)

    def _tell(self, error: LoadError) -> None:
        for item in error.diagnostics:
            self.report.add(item)


def _case(row: CaseRow, own: tuple[CellTest, ...], evidence: tuple[CellTest, ...]) -> Ground | Exclusion:
    clauses = tuple(c.text for c in row.clauses)
    if row.consequence is None:
        return Ground(row.name.text, own, evidence, clauses, row.span)
    return Exclusion(row.name.text, own, evidence, row.consequence, clauses, row.span)
