"""The part of the pytest plugin that is there when coverage is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from policy_engine.testing.coverage_record import Gathered, Recorder
from policy_engine.testing.coverage_report import Coverage, coverage
from policy_engine.testing.coverage_text import counts, lines
from policy_engine.testing.folders import rules_with
from policy_engine.testing.loading import Loader
from policy_engine.testing.private import ScenarioModule
from policy_engine.testing.world import CURRENT_SCENARIO, RECORDER

SENT = "policy_engine_coverage"  # under which a worker of pytest-xdist sends what it gathered
PREFIX = "条款-"


class CoveragePlugin:
    """Registered for one session; in a worker it sends what it gathered, elsewhere it reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.gathered = Gathered()
        self.recorder = Recorder(self.gathered)
        self.found: Coverage | None = None
        self.told = False
        config.stash[RECORDER] = self.recorder

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.recorder.begin()
        outcome = yield
        scenario: Any = item.stash.get(CURRENT_SCENARIO, None)
        if isinstance(item.parent, ScenarioModule) and scenario is not None:
            tags = [mark.name for mark in item.iter_markers() if mark.name.startswith(PREFIX)]
            self.recorder.end(item.nodeid, {tag.removeprefix(PREFIX) for tag in tags})
        return outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.recorder.finish(Loader())
        sent: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if sent is not None:
            sent[SENT] = json.dumps(self.gathered.to_plain(), ensure_ascii=False)
            return
        self._cover_more()
        self.found = coverage(self.gathered, self.config.rootpath)
        self._write(self.found)
        if self._short() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        data = getattr(node, "workeroutput", {}).get(SENT)
        if data is not None:
            self.gathered.add_plain(json.loads(data))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.found is not None:
            self.told = True
            terminalreporter.section("政策覆盖")
            for line in self._lines(self.found):
                terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Where there is no reporter that asks for a summary."""
        if self.found is not None and not self.told:
            sys.stdout.write("\n".join(["政策覆盖", *self._lines(self.found), ""]))

    # -- helpers ---------------------------------------------------------------------------------

    def _cover_more(self) -> None:
        from policy_engine.testing.coverage_more import add

        for name in self.config.getoption("policy_cover"):
            add(self.gathered, self.recorder.watcher.marks, name, rules_with(self.config, name))

    def _lines(self, found: Coverage) -> Iterator[str]:
        """All of it where the report was asked for; else the counts and what falls short."""
        yield from lines(found) if self.config.getoption("clause_coverage") else counts(found)
        yield from (f"不达标 {line}" for line in self._short())

    def _short(self) -> list[str]:
        if self.found is None:
            return []
        option = self.config.getoption
        limits = option("clause_fail_under"), option("rule_fail_under")
        if not self.found.policies and limits != (None, None) and not option("collectonly"):
            return ["没有场景用到政策"]
        return self.found.short_of(*limits)

    def _write(self, found: Coverage) -> None:
        path = self.config.getoption("coverage_json")
        if path:
            text = json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text + "\n", encoding="utf-8")
