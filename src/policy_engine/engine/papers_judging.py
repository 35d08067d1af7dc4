"""材料清单: which items concern a subject, which papers fill them, and whether all is there.

Every question about a subject or a paper is answered here, exactly. The matcher then finds, by rows of tables,
which items apply, for which of them a paper was handed in, which it fills (as the paper asked for, or in its
stead), and whether every item is met: the verdict is itself a row that fires. What is asked of a paper beyond
its kind and slot is looked at only where it was handed in, so a paper can do no harm elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.matching import Matcher, ReferenceMatcher
from policy_engine.engine.paper_tables import PaperTables, paper_tables
from policy_engine.engine.row_tables import CompiledCells, Fail, OfRow, heard, raising
from policy_engine.engine.rows import Row
from policy_engine.policy.checklist_model import Checklist
from policy_engine.policy.model import Policy, Stage


@dataclass(eq=False)
class PaperCase:
    """One subject with its papers and what was found, items by number; ``sent`` and ``fills``: a set a paper."""

    row: Row
    papers: tuple[Row, ...]
    at: Row
    applies: frozenset[int] = frozenset()
    required: frozenset[int] = frozenset()
    may: frozenset[int] = frozenset()  # items for whose paper another may stand
    sent: list[frozenset[int]] = field(default_factory=list)
    fills: list[frozenset[int]] = field(default_factory=list)
    complete: bool = False

    @property
    def filled(self) -> frozenset[int]:
        return frozenset(fill // 2 for fills in self.fills for fill in fills)

    @property
    def unmet(self) -> frozenset[int]:
        return self.required - self.filled


@dataclass(frozen=True, eq=False)
class PaperJudge:
    """A checklist made ready to decide subjects."""

    body: Checklist
    tables: PaperTables
    conditions: CompiledCells
    paper_cells: CompiledCells
    required: tuple[Closure, ...]
    may: tuple[Closure | None, ...]  # None: always
    base: str  # of the papers
    parts: frozenset[str]
    reference: ReferenceMatcher  # for one subject at a time

    def judge(self, rows: Sequence[Row], matcher: Matcher, fail: Fail) -> list[PaperCase]:
        """Decide subjects, all matched together. One that cannot be decided is told to ``fail``, and left out."""
        cases = self._apply([PaperCase(row, self._papers(row), row) for row in rows], matcher, fail)
        cases = [case for case, _ in heard(cases, self._ask_items, fail)]
        self._send(cases, matcher)
        cases = self._fill(cases, matcher, fail)
        items = range(len(self.body.requirements))
        met = [frozenset(OfRow("met", n) for n in items if n not in case.unmet) for case in cases]
        for case, hits in zip(cases, self.tables.complete.fired(matcher, met), strict=True):
            case.complete = bool(hits)
        return cases

    def alone(self, row: Row) -> PaperCase:
        """One subject, by the reference matcher. Raises Fault."""
        (case,) = self.judge([row], self.reference, raising)
        return case

    def word(self, case: PaperCase) -> str:
        complete, incomplete = self.body.verdicts
        return complete if case.complete else incomplete

    def decisive(self, case: PaperCase) -> tuple[str, ...]:
        """The items the verdict rests on: those that are not met or, where all are, those that had to be."""
        items = case.required if case.complete else case.unmet
        return tuple(self.body.requirements[number].name for number in sorted(items))

    def _papers(self, row: Row) -> tuple[Row, ...]:
        return tuple(child for child in row.children.get(self.base, ()) if child.part in self.parts)

    def _apply(self, cases: Sequence[PaperCase], matcher: Matcher, fail: Fail) -> list[PaperCase]:
        asked = heard(cases, lambda case: self.conditions.holding(case.row), fail)
        hits = self.tables.applies.fired(matcher, [held for _, held in asked])
        for (case, _), items in zip(asked, hits, strict=True):
            case.applies = items
        return [case for case, _ in asked]

    def _ask_items(self, case: PaperCase) -> None:
        """What must be there, and what may stand for it, is asked of the items that apply and of no other."""
        case.required = frozenset(n for n in sorted(case.applies) if self.required[n](case.row))
        case.may = frozenset(n for n in sorted(case.applies) if self._may_stand(n, case.row))

    def _may_stand(self, item: int, row: Row) -> bool:
        may = self.may[item]
        return may is None or bool(may(row))

    def _send(self, cases: Sequence[PaperCase], matcher: Matcher) -> None:
        asked: list[frozenset[Hashable]] = []
        for case in cases:
            applies = frozenset[Hashable](OfRow("applies", n) for n in case.applies)
            asked += [applies | self._own(paper) for paper in case.papers]
        fired = iter(self.tables.sent.fired(matcher, asked))
        for case in cases:
            case.sent = [next(fired) for _ in case.papers]

    def _own(self, paper: Row) -> frozenset[Hashable]:
        return frozenset(test for test in self.tables.questions if test.holds(paper))

    def _fill(self, cases: Sequence[PaperCase], matcher: Matcher, fail: Fail) -> list[PaperCase]:
        asked = heard(cases, lambda case: [*self._fitness(case)], fail)
        fired = iter(self.tables.fills.fired(matcher, [held for _, facts in asked for held in facts]))
        for case, facts in asked:
            case.fills = [next(fired) for _ in facts]
        return [case for case, _ in asked]

    def _fitness(self, case: PaperCase) -> list[frozenset[Hashable]]:
        """What holds of each paper, its cells being asked only where it was handed in as the paper itself."""
        found: list[frozenset[Hashable]] = []
        for paper, sent in zip(case.papers, case.sent, strict=True):
            case.at = paper
            cells = [cell for row in sorted(sent) if row % 2 == 0 for cell in self.tables.asked[row // 2]]
            where = frozenset[Hashable](OfRow("sent", row) for row in sent)
            where |= frozenset(OfRow("may", row // 2) for row in sent if row // 2 in case.may)
            found.append(where | self._own(paper) | self.paper_cells.holding(paper, cells))
        return found


def make_paper_judge(policy: Policy, stage: Stage, body: Checklist, compiler: Compiler) -> PaperJudge:
    tables, items = paper_tables(stage, body), body.requirements
    return PaperJudge(
        body,
        tables,
        tables.conditions.compiled(compiler),
        tables.paper_cells.compiled(compiler),
        tuple(compiler.compile(item.required) for item in items),
        tuple(compiler.compile(w) if (w := item.substitute_when) is not None else None for item in items),
        policy.entities[body.papers].base,
        policy.parts(body.papers),
        ReferenceMatcher(tables.rules),
    )
