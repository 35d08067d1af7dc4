"""Why a file cannot be used is one fact in one language; in a report its English twin is told as well."""

from __future__ import annotations

from dataclasses import replace

from policy_engine.engine.checklist_document import ChecklistReport, ItemProblem, PaperFinding
from policy_engine.filing.folder import Folder


def in_english(report: ChecklistReport, folder: Folder) -> ChecklistReport:
    """The report with the problems of files in English where English is told."""
    items = (replace(i, papers=tuple(_paper(p, folder) for p in i.papers)) for i in report.items)
    return replace(report, items=tuple(items))


def _paper(paper: PaperFinding, folder: Folder) -> PaperFinding:
    found = folder.file(paper.file)
    if found is None or found.problem is None or found.problem_en is None:
        return paper
    told = (_problem(p, found.problem, found.problem_en) for p in paper.problems)
    return replace(paper, problems=tuple(told))


def _problem(problem: ItemProblem, zh: str, en: str) -> ItemProblem:
    return replace(problem, text_en=problem.text_en.replace(zh, en))
