"""Reports of checklists and forms: what became of each item, what is wrong, and what to do about it.

Judged again from the rows of one subject; the run itself keeps only the verdict and the items it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.closures import Compiler
from policy_engine.engine.form_report import FormReporter
from policy_engine.engine.forms_judging import make_form_judge
from policy_engine.engine.matching import engine_fault
from policy_engine.engine.paper_report import PaperReporter
from policy_engine.engine.papers_judging import make_paper_judge
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Stage


def checklist_reports(result: Result, entity: str, key: str) -> tuple[ChecklistReport, ...]:
    """The reports of all checklists and forms of one row of ``entity`` (id or name), in the order they are decided.

    Raises KeyError when there is no such row.
    """
    row = result.row(entity, key)
    return tuple(report_of(result, row, stage, body) for stage, body in _of(result, row))


def checklist_report(result: Result, entity: str, key: str, name: str) -> ChecklistReport:
    """The report of the checklist or form called ``name`` (or of its term's id) for one row of ``entity``.

    Raises KeyError when there is no such row, or no such checklist for it.
    """
    row = result.row(entity, key)
    for stage, body in _of(result, row):
        if name in (body.name, body.term):
            return report_of(result, row, stage, body)
    raise KeyError(f"{entity}.{name}（{'、'.join(result.policy.checklists) or '—'}）")


def report_of(result: Result, row: Row, stage: Stage, body: Checklist | Form) -> ChecklistReport:
    """The report of one stage for one row."""
    policy, compiler = result.policy, Compiler(result.policy)
    if isinstance(body, Checklist):
        papers = make_paper_judge(policy, stage, body, compiler)
        report = PaperReporter(policy, papers, compiler).report(papers.alone(row))
    else:
        form = make_form_judge(policy, stage, body, compiler)
        everyone = result.dataset.rows[row.entity]
        report = FormReporter(policy, form, everyone).report(form.alone(row, everyone))
    if row.values.get(body.term) != report.verdict:
        raise engine_fault(f"{stage.id}: judged differently when told")
    return report


def _of(result: Result, row: Row) -> Iterator[tuple[Stage, Checklist | Form]]:
    for stage in result.policy.stages:
        body = stage.body
        if isinstance(body, Checklist | Form) and _is_of(result, row, body):
            yield stage, body


def _is_of(result: Result, row: Row, body: Checklist | Form) -> bool:
    policy = result.policy
    return row.entity == policy.entities[body.entity].base and row.part in policy.parts(body.entity)
