"""Bind the sections whose entries are lists that papers or fields are held against: 材料清单, 填报要求.

Each entry becomes one stage that decides one term of its subject. What the rows mean is the affair of a reader of the
body; whose entry it is, which term holds its verdict, and what could not be bound is the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.policy.attempts import Attempt
from policy_engine.policy.cell_binder import CellBinder
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Clause, Entity, Stage, Term
from policy_engine.policy.names import NameTable
from policy_engine.policy.verdicts import verdict_stage
from policy_engine.rulefile.documents import ChecklistDoc, FormDoc

D = TypeVar("D", ChecklistDoc, FormDoc)
Body = Checklist | Form
# Name, entry, subject, the term of the verdict; None when it cannot be bound, which has been reported.
ReadBody = Callable[[Fragment, D, Entity, Term, CellBinder], Body | None]
Entries = Iterable[tuple[Fragment, D, str]]  # name, entry, id of the policy it stands in


class ListBinder(Generic[D]):
    """Binds such entries of one policy against its names. ``languages``: of the files, by id of their policy."""

    def __init__(
        self, read: ReadBody[D], names: NameTable, clauses: Mapping[str, Clause], report: Diagnostics
    ) -> None:
        self._read: ReadBody[D] = read
        self._names, self._clauses, self._report = names, clauses, report
        self.attempts: list[Attempt] = []  # entries that could not be bound

    def bind(self, entries: Entries[D], languages: Mapping[str, str]) -> list[Stage]:
        stages: list[Stage] = []
        for name, doc, policy in entries:
            cells = CellBinder(self._names, self._clauses, languages[policy], self._report)
            cells.cited(doc.clause)
            subject, term = _subject_and_term(name, doc, cells)
            if subject is None or term is None:
                continue
            body = self._read(name, doc, subject, term, cells)
            if body is None:
                self.attempts.append(Attempt(subject.name, (term,), name.span()))
            else:
                stages.append(verdict_stage(name, doc, body, policy))
        return stages


def check_row_names(name: str, rows: Sequence[tuple[str, Span]], report: Diagnostics) -> None:
    """No two rows of a list have the same name (PE3179)."""
    seen: dict[str, Span] = {}
    for row, span in rows:
        earlier = seen.setdefault(row, span)
        if earlier is not span:
            report.report("PE3179", span, earlier, list=name, name=row)


def _subject_and_term(
    name: Fragment, doc: ChecklistDoc | FormDoc, cells: CellBinder
) -> tuple[Entity | None, Term | None]:
    """Whose entry it is, and the term that holds its verdict. What is missing has been reported."""
    subject = cells.entity(doc.entity)
    term = cells.names.find(subject.name, name.text) if subject is not None else None
    if subject is not None and term is None and (subject.base, name.text) in cells.names.terms:
        # A declared term that not every row of the subject has; any other reason has been told.
        cells.report.report("PE3061", name.span(), entity=subject.name, name=name.text, near="—")
    return subject, term
