"""The part of the pytest plugin that is there when the living documentation is asked for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.testing.folders import NEAREST_RULES, rules_with
from policy_engine.testing.living_scenarios import Outcome, Result
from policy_engine.testing.living_write import write_living_doc
from policy_engine.testing.private import ScenarioModule
from policy_engine.testing.world import CURRENT_STEP

SENT = "policy_engine_living"  # under which a worker of pytest-xdist sends what it saw


class LivingPlugin:
    """Registered for one session; in a worker it sends what it saw, elsewhere it writes the pages."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.features: dict[str, tuple[Path, Path | None]] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.told: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """All scenarios of the files, before any is left out."""
        for item in items:
            module = item.parent
            if isinstance(module, ScenarioModule) and module.nodeid not in self.features:
                self.features[module.nodeid] = (module.path, self._rules(module.path))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if isinstance(item.parent, ScenarioModule) and (report.when == "call" or not report.passed):
            result: Result = "passed" if report.passed else "failed" if report.failed else "skipped"
            step = item.stash.get(CURRENT_STEP, None)
            line = step.line_number if step is not None and report.failed else 0
            self.outcomes[item.nodeid] = Outcome(result, _told(report, call) if report.failed else "", line)
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        data = getattr(node, "workeroutput", {}).get(SENT)
        if data is None:
            return
        seen = json.loads(data)
        for nodeid, path, rules in seen["features"]:
            self.features[nodeid] = (Path(path), Path(rules) if rules else None)
        self.outcomes |= {nodeid: Outcome(*outcome) for nodeid, outcome in seen["outcomes"].items()}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        sent: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if sent is not None:
            sent[SENT] = json.dumps(self._seen(), ensure_ascii=False)
            return
        folder = self.config.invocation_params.dir / self.config.getoption("living_doc")
        try:
            written = write_living_doc(
                folder,
                self.features,
                self.outcomes,
                more={name: rules_with(self.config, name) for name in self.config.getoption("policy_cover")},
                run_at=dt.datetime.now(),
            )
        except (OSError, PolicyEngineError) as error:
            raise pytest.UsageError(f"活文档没有写成：{error}") from None
        self.told = [f"活文档：{self._shown(path)}" for path in written]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self.told:
            terminalreporter.write_line(line)

    def _seen(self) -> dict[str, Any]:
        features = [
            [nodeid, str(path), str(rules) if rules else ""]
            for nodeid, (path, rules) in self.features.items()
        ]
        outcomes = {nodeid: [o.result, o.message, o.line] for nodeid, o in self.outcomes.items()}
        return {"features": features, "outcomes": outcomes}

    def _shown(self, path: Path) -> str:
        """As seen from the working folder, if it is below it."""
        here = self.config.invocation_params.dir
        return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()

    def _rules(self, feature: Path) -> Path | None:
        """The folder of rules a feature file is run with."""
        named = str(self.config.getini("policy_rules"))
        if named:
            return self.config.rootpath / named
        nearest = self.config.stash.get(NEAREST_RULES, None)
        return nearest(feature) if nearest is not None else None


def _told(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    """What the author of the scenario is told; of any other error what it says, without Python around it."""
    if isinstance(report.longrepr, str) or call.excinfo is None:
        return report.longreprtext
    return call.excinfo.exconly()
