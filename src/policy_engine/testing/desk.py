"""The matters of one scenario: its own store, and an office for each policy that was named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.engine.supplied import Supplied
from policy_engine.filing.intake import facts_with_files
from policy_engine.policy.model import Entity, Policy
from policy_engine.policy.process_model import Process
from policy_engine.process.events import Actor, Document
from policy_engine.process.office import Office
from policy_engine.process.store import MemoryStore
from policy_engine.process.supply import supplied_by
from policy_engine.testing.draft import Draft
from policy_engine.testing.loading import Loader, Request
from policy_engine.testing.names import meant, the_entity
from policy_engine.testing.problems import StepFailure

if TYPE_CHECKING:
    from policy_engine.testing.coverage_record import Recorder

Table = Sequence[Sequence[str]]


class Desk:
    """Takes steps on matters under the policy named at the time. Raises what the office raises."""

    def __init__(self, loader: Loader, executor: str, recorder: Recorder | None = None) -> None:
        self._loader = loader
        self._recorder = recorder
        self._executor = executor
        self.store = MemoryStore()
        self.folder: Path | None = None  # of attached files
        self._papers: dict[
            str, dict[str, list[Document]]
        ] = {}  # by matter and entity, not yet filed with a step
        self._requests: dict[str, Request] = {}  # how each policy that has matters was asked for
        self.asked: tuple[Policy, str] | None = None  # whose process was last used

    def office(self, request: Request) -> Office:
        self._requests[request.policy] = request
        policy = self._loader(request)
        if self._recorder is not None:
            return self._recorder.office(request, policy, self.store, self._executor)
        return Office(policy, self.store, executor=self._executor)

    def fill_in(
        self, request: Request, process: str, matter: str, actor: Actor, at: dt.datetime, table: Table
    ) -> None:
        """Open a matter with one line of facts; a matter that is there is amended."""
        office = self.office(request)
        rules = the_process(office.policy, process)
        self.asked = office.policy, process
        rows = _rows(office.policy, office.policy.entities[rules.entity], table)
        if len(rows) != 1:
            raise StepFailure("一件事项填一行")
        if self.store.events(matter):
            office.amend(matter, rows[0], actor, at)
        else:
            office.open(process, matter, rows[0], actor, at)

    def attach(self, request: Request, process: str, matter: str, entity: str, table: Table) -> None:
        """Rows above or below a matter, by whoever opened it, at the time of the last event."""
        self._checked(request, process, matter)
        events = self.store.events(matter)
        actor, at = events[0].actor, events[-1].at
        self.fill_in_rows(request, process, matter, entity, actor, at, table)

    def fill_in_rows(
        self,
        request: Request,
        process: str,
        matter: str,
        entity: str,
        actor: Actor,
        at: dt.datetime,
        table: Table,
    ) -> None:
        """Rows above or below a matter. Papers are inspected, and filed with the next step."""
        office = self._checked(request, process, matter)
        other = the_entity(office.policy, entity)
        rows = _rows(office.policy, other, table)
        single = other.single or other.name in office.policy.ancestors(
            office.policy.processes[process].entity
        )
        if single and len(rows) != 1:
            raise StepFailure(f"{other.name}只有一行")
        facts: Mapping[str, object] = {other.id: rows[0] if single else rows}
        papers: list[Document] = []
        if self.folder is not None and other.papers:
            facts, files = facts_with_files(office.policy, facts, self.folder)
            papers = [Document(f.name, f.sha256) for f in files if f.sha256]
        office.amend(matter, facts, actor, at)
        if other.papers:
            self._papers.setdefault(matter, {})[other.id] = papers

    def do(
        self, request: Request, process: str, matter: str, step: str, actor: Actor, at: dt.datetime, note: str
    ) -> None:
        office = self._checked(request, process, matter)
        papers = dict.fromkeys(p for filed in self._papers.get(matter, {}).values() for p in filed)
        office.do(matter, step, actor, at, note=note, documents=tuple(papers))
        self._papers.pop(matter, None)

    def _checked(self, request: Request, process: str, matter: str) -> Office:
        office = self.office(request)
        the_process(office.policy, process)
        self.asked = office.policy, process
        self.known(process, matter)
        return office

    def known(self, process: str, matter: str) -> None:
        """The matter is there and follows this process; otherwise a slip of the author's, no refusal."""
        events = self.store.events(matter)
        if not events:
            raise StepFailure(f"没有事项“{matter}”。{meant(matter, self.store.matters())}")
        if events[0].process != process:
            raise StepFailure(f"“{matter}”办的是{events[0].process}，不是{process}")

    def supplied(self, target: Policy, known_on: dt.date) -> tuple[Supplied, ...]:
        """What the matters say of the month that ``target`` settles."""

        def load(policy_id: str) -> Policy:
            return self._loader(replace(self._requests[policy_id], period=str(target.period), on=None))

        return supplied_by(self.store, target, load, known_on)


def the_process(policy: Policy, name: str) -> Process:
    """Raises StepFailure, naming what was probably meant."""
    if name not in policy.processes:
        raise StepFailure(f"政策“{policy.id}”没有流程“{name}”。{meant(name, policy.processes)}")
    return policy.processes[name]


def _rows(policy: Policy, entity: Entity, table: Table) -> list[dict[str, object]]:
    """A written table as facts; what is blank is left out."""
    columns = [Draft(policy).column(entity, header) for header in table[0]]
    cells = [
        {c.id: c.cell(text) for c, text in zip(columns, line, strict=True) if text.strip()}
        for line in table[1:]
    ]
    return [{name: value for name, value in row.items() if value is not None} for row in cells]
