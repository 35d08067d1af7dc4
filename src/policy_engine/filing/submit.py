"""A submission held against every checklist and form of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.checklist_document import MET, ChecklistReport
from policy_engine.engine.checklists import Reports
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.facts import FactTable
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.filing.asks import as_written
from policy_engine.filing.folder import Folder
from policy_engine.filing.intake import tables_with_files
from policy_engine.filing.translated import in_english
from policy_engine.policy.model import Policy


@dataclass(frozen=True, eq=False)
class Filing:
    """What a submission lacks.

    ``reports``: each row before those below it, of a row in the order of the rule file.
    """

    policy: Policy
    assessment: Assessment
    reports: tuple[ChecklistReport, ...]
    rejected: tuple[Rejection, ...]
    notes: tuple[Diagnostic, ...]

    @property
    def complete(self) -> bool:
        """Every report is complete and no row was rejected. A submission nothing can be held against is not."""
        return bool(self.reports) and not self.rejected and all(r.complete for r in self.reports)

    @property
    def unmet(self) -> int:
        """How many items are not met, over all reports."""
        return sum(item.status not in MET for report in self.reports for item in report.items)


def hold(
    policy: Policy, tables: Sequence[FactTable], directory: Path | None = None, executor: str = "durable"
) -> Filing:
    """Hold the rows of ``tables`` against the policy's checklists and forms.

    ``directory``: the folder of the attached files; what they are is then found from them, not taken from the
    tables. Raises InputError (also when the policy has no checklist), NotCovered or EngineError when nothing can be
    decided; a row that cannot be used is rejected with its package.
    """
    if not policy.checklists:
        raise InputError(diagnostic("PE7089", id=policy.id))
    notes: tuple[Diagnostic, ...] = ()
    folder: Folder | None = None
    if directory is not None:
        tables, notes, folder = tables_with_files(policy, tables, directory)
    assessment = assess(policy, tables, executor=executor)
    reports = tuple(_reports(policy, assessment.result))
    return Filing(
        policy,
        assessment,
        reports if folder is None else tuple(in_english(report, folder) for report in reports),
        assessment.rejected,
        (*notes, *assessment.notes),
    )


def only(filing: Filing, members: Sequence[tuple[str, str]]) -> Filing:
    """What concerns these members (entity by name or id, key), with everything below them. Raises KeyError."""
    rows = [_member(filing, entity, key) for entity, key in members]
    chosen = {
        (row.entity, row.key)
        for row in filing.assessment.result
        if any(above in rows for above in _upwards(row))
    }
    roots = {id(row.root) for row in rows}
    return replace(
        filing,
        reports=tuple(r for r in filing.reports if (r.entity, r.key) in chosen),
        rejected=tuple(r for r in filing.rejected if id(r.row.root) in roots),
    )


def _member(filing: Filing, entity: str, key: str) -> Row:
    """A row of the result, or one that was rejected."""
    result = filing.assessment.result
    try:
        return result.row(entity, key)
    except KeyError:
        base = result.entity(entity)
        for rejection in filing.rejected:
            if (rejection.row.entity, rejection.row.key) == (base, key):
                return rejection.row
        raise


def _upwards(row: Row) -> Iterator[Row]:
    current: Row | None = row
    while current is not None:
        yield current
        current = current.parent


def _reports(policy: Policy, result: Result) -> Iterator[ChecklistReport]:
    asked = {policy.entities[body.entity].base for body in policy.checklists.values()}
    written = as_written(policy)
    reports = Reports(result)
    for row in _tree(policy, result):
        if row.entity in asked:
            yield from sorted(reports.of(row), key=lambda report: written.index(report.name))


def _tree(policy: Policy, result: Result) -> Iterator[Row]:
    """Every row before those below it; siblings as entities are declared and rows handed in."""
    below: dict[int, list[Row]] = {}
    tops: list[Row] = []
    for entity in policy.base_entities:
        for row in result.dataset.rows[entity.name]:
            (below.setdefault(id(row.parent), []) if row.parent is not None else tops).append(row)
    stack = tops[::-1]
    while stack:
        row = stack.pop()
        yield row
        stack.extend(reversed(below.get(id(row), [])))
