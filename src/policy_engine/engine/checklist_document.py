"""What the report of a checklist or a form says: plain strings, ready for JSON.

Statuses of an item: ``submitted`` (已交, 已填), ``substituted`` (已以…替代), ``missing`` (缺), ``substitutable``
(缺, 可用…替代), ``unfit`` (不合格), ``optional`` (可不交, nothing there), ``not_needed`` (不涉及).
"""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.engine.eligibility_document import CitedClause

MET = frozenset({"submitted", "substituted", "optional", "not_needed"})


@dataclass(frozen=True)
class ItemProblem:
    """Why a paper or a value does not do. ``code`` is stable (``unsealed``, ``format``, ``pattern`` …)."""

    code: str
    text: str
    text_en: str


@dataclass(frozen=True)
class PaperFinding:
    """One paper held against one item. ``fills``: "" (it does not), "paper" or "substitute"."""

    key: str
    kind: str
    file: str
    fills: str
    problems: tuple[ItemProblem, ...]


@dataclass(frozen=True)
class ItemFinding:
    """One requirement or field and what became of it; ``status_text`` is how people read the status."""

    name: str
    slot: str  # of a form: the field
    status: str
    status_text: str
    status_text_en: str
    required: bool
    papers: tuple[PaperFinding, ...]  # of a checklist: those put here
    problems: tuple[ItemProblem, ...]  # of a form: of the value
    todo: str  # what to do; blank when there is nothing
    todo_en: str
    clauses: tuple[CitedClause, ...]
    at: str  # the row in the rule file


@dataclass(frozen=True)
class Remark:
    """Something to look at that does not make the submission incomplete, e.g. a paper no item takes."""

    code: str
    text: str
    text_en: str


@dataclass(frozen=True)
class ChecklistReport:
    """``kind``: "checklist" or "form"; ``key``: of the subject; ``complete`` is what ``verdict`` says."""

    kind: str
    name: str
    entity: str
    key: str
    term: str
    verdict: str
    complete: bool
    items: tuple[ItemFinding, ...]
    remarks: tuple[Remark, ...]
