"""What one scenario has said so far, and what came of it. Each scenario has its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.engine.evaluate import Assessment, assess
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node
from policy_engine.filing.intake import with_files
from policy_engine.policy.model import Policy
from policy_engine.process.office import Office
from policy_engine.process.state import MatterState
from policy_engine.testing.check_records import Records
from policy_engine.testing.desk import Desk
from policy_engine.testing.draft import Draft
from policy_engine.testing.loading import Loader, Request
from policy_engine.testing.problems import StepFailure

if TYPE_CHECKING:
    from policy_engine.testing.coverage_record import Recorder

CURRENT_STEP = pytest.StashKey[Any]()  # the step of a scenario that is being run
CURRENT_SCENARIO = pytest.StashKey[Any]()  # the scenario it is of, in pytest-bdd's model
RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()  # of the session, where coverage is asked for


@dataclass(frozen=True)
class Change:
    """A fact a step has stated. It takes effect when the case is settled, for only then is the policy known."""

    line: int
    apply: Callable[[Draft], None]


class World:
    """The state of one scenario. ``recorder`` is told what it reaches, where somebody asks for that."""

    def __init__(
        self,
        loader: Loader,
        rules: Path | None,
        executor: str,
        step: Callable[[], Any],
        recorder: Recorder | None = None,
    ) -> None:
        self._loader = loader
        self._recorder = recorder
        self._rules = rules
        self._executor = executor
        self._step = step
        self._request: Request | None = None
        self._changes: list[Change] = []
        self._desk = Desk(loader, executor, recorder)
        self._decided: list[Assessment] = []  # everything that was decided, and every error
        self._errors: list[PolicyEngineError] = []
        self._assessment: Assessment | None = None
        self._error: PolicyEngineError | None = None
        self._expected = False
        self._handled = False  # the last thing done was a step on a matter

    # -- given -----------------------------------------------------------------------------------

    def choose(self, policy: str, *, period: str | None = None, on: str | None = None) -> None:
        self._request = Request(policy, period, on, rules=self._rules)
        if self._recorder is not None:
            self._recorder.named(policy)
        self._forget()

    def amend(self, **changes: str) -> None:
        self._request = replace(self._chosen(), **changes)  # type: ignore[arg-type]  # fields of texts only
        self._forget()

    def choose_reading(self, name: str, option: str) -> None:
        request = self._chosen()
        self._request = replace(request, options=_with(request.options, name, option))
        self._forget()

    def suppose(self, parameter: str, value: str) -> None:
        request = self._chosen()
        self._request = replace(request, parameters=_with(request.parameters, parameter, value))
        self._forget()

    def state(self, apply: Callable[[Draft], None]) -> None:
        self._changes.append(Change(self._step().line_number, apply))
        self._forget()

    def look_in(self, folder: Path) -> None:
        """From now on papers with a file are inspected there."""
        self._desk.folder = folder
        self._forget()

    # -- when ------------------------------------------------------------------------------------

    def settle(self, known_on: dt.date | None = None) -> None:
        """Load the policy and decide. An error of the product is an outcome; a wrong word is a failure.

        ``known_on``: with what the matters of the scenario say, as known on that day.
        """
        self._forget()
        try:
            self._assessment = self.settled(known_on)
        except PolicyEngineError as error:
            self._fail(error)

    def settled(self, known_on: dt.date | None) -> Assessment:
        """The decision on the facts so far; later steps do not speak of it. Raises what the product raises."""
        policy = self._loader(self._chosen())
        draft = Draft(policy)
        for change in self._changes:
            _apply(change, draft)
        supplied = self._desk.supplied(policy, known_on) if known_on is not None else ()
        tables, notes = draft.tables(), tuple[Diagnostic, ...]()
        if self._desk.folder is not None:
            tables, notes = with_files(policy, tables, self._desk.folder)
        found = assess(policy, tables, executor=self._executor, supplied=supplied)
        found = replace(found, notes=(*notes, *found.notes))
        self._decided.append(found)
        if self._recorder is not None:
            self._recorder.assessed(self._chosen(), found)
        return found

    def handle(self, take: Callable[[Desk, Request], None]) -> None:
        """Take a step on a matter. A refusal is an outcome."""
        request = self._chosen()
        self._forget()
        try:
            take(self._desk, request)
            self._handled = True
        except PolicyEngineError as error:
            self._fail(error)
            if self._recorder is not None and self._desk.asked is not None:
                self._recorder.unplaced(*self._desk.asked, error)
        if self._recorder is not None:
            self._recorder.handled(self._desk.store)

    # -- then ------------------------------------------------------------------------------------

    @property
    def assessment(self) -> Assessment:
        """What was decided. Raises StepFailure when nothing was."""
        if self._error is not None:
            raise StepFailure(f"办理没有成功：\n{self._error}{_hint(self._error)}")
        if self._assessment is None:
            raise StepFailure("还没有办理；请先写“当 办理结算”（改了事实也要再办理）")
        return self._assessment

    @property
    def policy(self) -> Policy:
        return self.assessment.result.policy

    @property
    def office(self) -> Office:
        """The office of the policy named. Raises StepFailure when the policy cannot be loaded."""
        self.refuse_unexpected_error()
        try:
            return self._desk.office(self._chosen())
        except PolicyEngineError as error:
            raise StepFailure(str(error)) from None

    def matter(self, process: str, matter: str, on: dt.date) -> MatterState:
        """Where a matter stands at the end of a day."""
        self._desk.known(process, matter)
        try:
            found = self.office.state(matter, on)
        except PolicyEngineError as error:
            raise StepFailure(str(error)) from None
        if self._recorder is not None and on != dt.date.max:
            self._recorder.looked(self._desk.store, found)
        return found

    def looked_up(self, name: str, keys: Sequence[str]) -> None:
        """A row of a lookup that a step asked for by itself."""
        if self._recorder is not None:
            self._recorder.looked_up(self.policy, name, keys)

    def evaluated(self, node: Node, row: Row) -> None:
        """An expression that a step evaluated by itself."""
        if self._recorder is not None:
            self._recorder.read(self.policy, node, row)

    def expect_error(self) -> PolicyEngineError:
        if self._error is None:
            if not self._handled:
                _ = self.assessment
            raise StepFailure("办理成功了，没有报错")
        self._expected = True
        return self._error

    def refuse_unexpected_error(self) -> None:
        if self._error is not None and not self._expected:
            _ = self.assessment

    def records(self) -> Records:
        """All that came of the scenario so far."""
        return Records(tuple(self._decided), tuple(self._errors), self._desk.store)

    def _fail(self, error: PolicyEngineError) -> None:
        self._error = error
        self._errors.append(error)
        if self._recorder is not None:
            self._recorder.refused(error)

    def _chosen(self) -> Request:
        if self._request is None:
            raise StepFailure("请先写明政策：适用政策“…”，结算月为…")
        return self._request

    def _forget(self) -> None:
        self.refuse_unexpected_error()
        self._assessment, self._error, self._expected, self._handled = None, None, False, False


def _apply(change: Change, draft: Draft) -> None:
    try:
        change.apply(draft)
    except StepFailure as failure:
        raise StepFailure(f"第{change.line}行：{failure}") from None


def _with(pairs: tuple[tuple[str, str], ...], name: str, value: str) -> tuple[tuple[str, str], ...]:
    merged: Mapping[str, str] = {**dict(pairs), name: value}
    return tuple(sorted(merged.items()))


def _hint(error: PolicyEngineError) -> str:
    """What to do about it, where only one thing is wrong."""
    hints = [item.hint_text() for item in error.diagnostics]
    return f"\n{hints[0]}" if len(hints) == 1 and hints[0] else ""
