"""The report of a checklist: each item with the papers handed in for it, and the papers nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine import checklist_words as words
from policy_engine.engine.checklist_document import (
    ChecklistReport,
    ItemFinding,
    ItemProblem,
    PaperFinding,
    Remark,
)
from policy_engine.engine.checklist_words import Said, Wanted
from policy_engine.engine.eligibility_document import CitedClause
from policy_engine.engine.paper_tests import (
    HasFormat,
    NotLarger,
    PaperTest,
    Sealed,
    Usable,
    fitness_tests,
    needs_seal,
)
from policy_engine.engine.papers_judging import PaperCase, PaperJudge
from policy_engine.engine.publishing import published
from policy_engine.engine.row_tables import Cell
from policy_engine.engine.rows import Row
from policy_engine.engine.sensitive import HIDDEN, reads_sensitive
from policy_engine.feel.typed import TermRef
from policy_engine.feel.values import Value
from policy_engine.policy.cell_test import CellTest
from policy_engine.policy.checklist_model import (
    FILE,
    FILE_FORMAT,
    FILE_PROBLEM,
    FILE_SIZE,
    KIND,
    SLOT,
    Requirement,
)
from policy_engine.policy.model import Policy


class PaperReporter:
    def __init__(self, policy: Policy, judge: PaperJudge) -> None:
        self.policy, self.judge = policy, judge
        self.items = judge.body.requirements

    def report(self, case: PaperCase) -> ChecklistReport:
        body = self.judge.body
        papers = [self._papers(case, number) for number in range(len(self.items))]
        findings = tuple(self._item(case, number, found) for number, found in enumerate(papers))
        return ChecklistReport(
            kind="checklist",
            name=body.name,
            entity=case.row.entity,
            key=case.row.key,
            term=body.term,
            verdict=self.judge.word(case),
            complete=case.complete,
            items=findings,
            remarks=tuple(self._remarks(case, findings)),
        )

    # -- the papers of an item ---------------------------------------------------------------------

    def _papers(self, case: PaperCase, number: int) -> tuple[PaperFinding, ...]:
        if number not in case.applies:
            return ()
        found = (self._paper(case, number, paper) for paper in range(len(case.papers)))
        return tuple(finding for finding in found if finding is not None)

    def _paper(self, case: PaperCase, number: int, paper: int) -> PaperFinding | None:
        """What became of a paper at an item; None: it was not handed in for it."""
        sent, fills, row = case.sent[paper], case.fills[paper], case.papers[paper]
        if fills & {2 * number, 2 * number + 1}:
            return self._finding(row, "paper" if 2 * number in fills else "substitute")
        if 2 * number in sent:
            return self._finding(row, "", *self._unfit(row, number, instead=False))
        if 2 * number + 1 in sent:
            return self._barred(case, number, row)
        if row.values.get(SLOT) == self.items[number].slot and not self._sent_in_slot(case, number, paper):
            wanted = [*self.items[number].kinds]
            wanted += self.items[number].substitutes if number in case.may else ()
            return self._finding(row, "", words.other_kind(wanted, _kind(row)))
        return None

    def _barred(self, case: PaperCase, number: int, row: Row) -> PaperFinding | None:
        """A substitute that does not do. Where it may not stand at all, nobody meant it to who named no slot."""
        problems = list(self._unfit(row, number, instead=True))
        if number not in case.may:
            if row.values.get(SLOT) is None:
                return None
            when = self.items[number].substitute_when
            problems.insert(0, words.may_not_stand(_kind(row), when.span.text if when is not None else ""))
        return self._finding(row, "", *problems)

    def _sent_in_slot(self, case: PaperCase, number: int, paper: int) -> bool:
        slot = self.items[number].slot
        return any(self.items[row // 2].slot == slot for row in case.sent[paper])

    def _unfit(self, row: Row, number: int, instead: bool) -> Iterator[ItemProblem]:
        item = self.items[number]
        for test in fitness_tests(item, instead):
            if not test.holds(row) and not _follows(test, row):
                yield self._problem(row, item, test)
        if not instead:
            held = self.judge.paper_cells.holding(row, self.judge.tables.asked[number])
            for mark, cell in zip(self.judge.tables.asked[number], item.tests, strict=True):
                if mark not in held:
                    yield words.cell_fails(cell.column, cell.cell, self._shown(cell, mark, row))

    def _shown(self, cell: CellTest, mark: Cell, row: Row) -> str | None:
        if reads_sensitive(self.policy, cell.value):
            return ""
        value: Value = self.judge.paper_cells.values[mark](row)
        if value is None:
            return None
        if isinstance(cell.value, TermRef):
            return published(value, self.policy.term(cell.value.entity, cell.value.term))
        return ("是" if value else "否") if isinstance(value, bool) else str(value)

    # -- the item ----------------------------------------------------------------------------------

    def _item(self, case: PaperCase, number: int, papers: tuple[PaperFinding, ...]) -> ItemFinding:
        item = self.items[number]
        status, said = self._status(case, number, papers)
        todo = words.NOTHING if number not in case.unmet else words.to_submit([*self._wanted(case, number)])
        known = self.policy.clauses
        return ItemFinding(
            name=item.name,
            slot=item.slot,
            status=status,
            status_text=said.zh,
            status_text_en=said.en,
            required=number in case.required,
            papers=papers,
            problems=(),
            todo=todo.zh,
            todo_en=todo.en,
            clauses=tuple(CitedClause(c, known[c].position, known[c].summary) for c in item.clauses),
            at=f"{item.span.source.name}:{item.span.line}",
        )

    def _status(self, case: PaperCase, number: int, papers: tuple[PaperFinding, ...]) -> tuple[str, Said]:
        item = self.items[number]
        if number not in case.applies:
            return "not_needed", words.NOT_NEEDED
        if any(paper.fills == "paper" for paper in papers):
            return "submitted", words.SUBMITTED
        if any(paper.fills for paper in papers):
            standing = {paper.kind for paper in papers if paper.fills}
            return "substituted", words.substituted([k for k in item.substitutes if k in standing])
        if number not in case.required:
            return "optional", words.NEED_NOT_SUBMIT
        if papers:
            return "unfit", words.UNFIT
        if number in case.may and item.substitutes:
            return "substitutable", words.substitutable(item.substitutes, needs_seal(item, instead=True))
        return "missing", words.MISSING

    def _wanted(self, case: PaperCase, number: int) -> Iterator[Wanted]:
        """What would meet an item: what may stand for the paper, then the paper itself."""
        item = self.items[number]
        formats = [format_.value for format_ in item.formats]
        if number in case.may and item.substitutes:
            sealed = needs_seal(item, instead=True)
            yield Wanted(item.substitutes, item.slot, sealed, formats, item.max_bytes, ())
        cells = [(cell.column, cell.cell) for cell in item.tests]
        sealed = needs_seal(item, instead=False)
        yield Wanted(item.kinds, item.slot, sealed, formats, item.max_bytes, cells)

    # -- what to look at ---------------------------------------------------------------------------

    def _remarks(self, case: PaperCase, findings: tuple[ItemFinding, ...]) -> Iterator[Remark]:
        """No paper is passed over in silence: it stands at an item, or is told here."""
        shown = {paper.key for finding in findings for paper in finding.papers}
        for paper in case.papers:
            told = list(self._unknown(paper))
            if not told and paper.key not in shown:
                told.append(words.unused(_name(paper)))
            yield from told
        for finding in findings:
            if finding.status == "optional":
                for found in finding.papers:
                    yield words.unfit_optional(finding.name, f"“{found.kind}”", found.problems)

    def _unknown(self, paper: Row) -> Iterator[Remark]:
        slot, kind = paper.values.get(SLOT), _kind(paper)
        slots = {item.slot for item in self.items}
        if isinstance(slot, str) and slot not in slots:
            yield words.unknown_slot(_name(paper), slot, nearest(slot, slots))
        here = [item for item in self.items if slot in (None, item.slot)]
        if any(item.slot == slot and not item.kinds for item in here):
            return
        everywhere = {k for item in self.items for k in (*item.kinds, *item.substitutes)}
        if kind not in everywhere:
            usual = {k for item in here for k in (*item.kinds, *item.substitutes)}
            yield words.unknown_kind(_name(paper), kind, nearest(kind, usual) or nearest(kind, everywhere))

    # -- a paper ---------------------------------------------------------------------------------------

    def _finding(self, paper: Row, fills: str, *problems: ItemProblem) -> PaperFinding:
        return PaperFinding(paper.key, _kind(paper), self._text(paper, FILE), fills, problems)

    def _text(self, paper: Row, id_: str) -> str:
        """What a term of a paper says, where it may be told."""
        value = paper.values.get(id_)
        if value is not None and self.policy.term(paper.entity, id_).sensitive:
            return HIDDEN
        return "" if value is None else str(value)

    def _problem(self, paper: Row, item: Requirement, test: PaperTest) -> ItemProblem:
        """A test of the file or its seal that does not hold, in words."""
        formats = [format_.value for format_ in item.formats]
        match test:
            case Sealed():
                return words.unsealed()
            case Usable():
                return words.unusable(self._text(paper, FILE_PROBLEM))
            case HasFormat():
                found = paper.values.get(FILE_FORMAT)
                return (
                    words.format_unseen(formats) if found is None else words.other_format(formats, str(found))
                )
            case NotLarger(limit=limit):
                size = paper.values.get(FILE_SIZE)
                return (
                    words.too_large(size, limit) if isinstance(size, Fraction) else words.size_unseen(limit)
                )
            case _:
                raise TypeError(f"no words for {type(test).__name__}")


def _kind(paper: Row) -> str:
    return str(paper.values.get(KIND) or "")


def _name(paper: Row) -> str:
    return f"{paper.entity} {paper.key}“{_kind(paper)}”"


def _follows(test: PaperTest, paper: Row) -> bool:
    """Whether a test fails only because the file could not be looked at, which is told by itself."""
    unseen = (HasFormat, FILE_FORMAT), (NotLarger, FILE_SIZE)
    broken = paper.values.get(FILE_PROBLEM) is not None
    return broken and any(isinstance(test, kind) and paper.values.get(id_) is None for kind, id_ in unseen)
