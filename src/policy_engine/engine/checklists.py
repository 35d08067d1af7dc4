"""Reports of checklists and forms: what became of each item, what is wrong, and what to do about it.

Judged again from the rows of one subject; the run itself keeps only the verdict and the items it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.form_report import FormReporter
from policy_engine.engine.forms_judging import FormJudge
from policy_engine.engine.matching import engine_fault
from policy_engine.engine.paper_report import PaperReporter
from policy_engine.engine.plan import plan_for
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.same_texts import Others
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.model import Stage


def checklist_reports(result: Result, entity: str, key: str) -> tuple[ChecklistReport, ...]:
    """The reports of all checklists and forms of one row of ``entity`` (id or name), in the order they are decided.

    For many rows make one ``Reports``. Raises KeyError when there is no such row.
    """
    return Reports(result).of(result.row(entity, key))


def checklist_report(result: Result, entity: str, key: str, name: str) -> ChecklistReport:
    """The report of the checklist or form called ``name`` (or of its term's id) for one row of ``entity``.

    Raises KeyError when there is no such row, or no such checklist for it.
    """
    row, reports = result.row(entity, key), Reports(result)
    for stage, body in reports.concerning(row):
        if name in (body.name, body.term):
            return reports.report(row, stage)
    raise KeyError(f"{entity}.{name}（{'、'.join(result.policy.checklists) or '—'}）")


class Reports:
    """The reports of one result; what every row shares is made once."""

    def __init__(self, result: Result) -> None:
        self.result = result
        plan = plan_for(result.policy, result.executor)
        self._compiled = {compiled.stage.id: compiled for compiled in plan.stages}
        self._others: dict[str, Others] = {}

    def of(self, row: Row) -> tuple[ChecklistReport, ...]:
        """All reports of one row, in the order they are decided."""
        return tuple(self.report(row, stage) for stage, _ in self.concerning(row))

    def concerning(self, row: Row) -> Iterator[tuple[Stage, Checklist | Form]]:
        """The stages that judge a row."""
        policy = self.result.policy
        for stage in policy.stages:
            body = stage.body
            if isinstance(body, Checklist | Form) and row.part in policy.parts(body.entity):
                yield stage, body

    def report(self, row: Row, stage: Stage) -> ChecklistReport:
        """The report of one stage for one row, which it concerns."""
        compiled, policy = self._compiled[stage.id], self.result.policy
        if compiled.papers is not None:
            report = PaperReporter(policy, compiled.papers).report(compiled.papers.alone(row))
        else:
            assert compiled.form is not None
            others = self._others_of(stage, compiled.form, row.entity)
            report = FormReporter(policy, compiled.form, others).report(compiled.form.alone(row, others))
        if row.values.get(report.term) != report.verdict:
            raise engine_fault(f"{stage.id}: judged differently when told")
        return report

    def _others_of(self, stage: Stage, form: FormJudge, entity: str) -> Others:
        if stage.id not in self._others:
            self._others[stage.id] = Others(form.body.fields, self.result.dataset.rows[entity])
        return self._others[stage.id]
