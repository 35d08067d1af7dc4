"""The report of ``policy-engine test``: a line for each feature file, then what failed and where, then the sum.

It stands in for pytest's terminal reporter, which writes for programmers and in English.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click
import pytest

from policy_engine.diagnostics.suggest import nearest
from policy_engine.testing.report_words import SENTENCES
from policy_engine.testing.selecting import plain_tag
from policy_engine.testing.session import PLACE, TAGS, WORDS


@dataclass(frozen=True)
class Trouble:
    """A scenario that failed, or a file that could not be used (then ``scenario`` is blank)."""

    file: str
    scenario: str
    text: str
    details: str = ""


class Reporter:
    """One run. ``root``: what the names in pytest's reports are relative to; ``out``: where to write."""

    def __init__(self, root: Path, lang: str, out: TextIO, verbose: bool, builtin: bool = False) -> None:
        self.words = SENTENCES[lang]
        self.out = out
        self.verbose = verbose
        self.root = root
        self.builtin = builtin
        self.start = time.monotonic()
        self.files: dict[str, Counter[str]] = {}
        self.failures: list[Trouble] = []
        self.errors: list[Trouble] = []
        self.left_out: list[pytest.Item] = []
        self.collected = 0
        self.told: set[str] = set()
        self.config: Any = None
        self.broken = False  # pytest itself failed
        self.interrupted = False

    # -- what pytest tells -----------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.left_out += items

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = str(report.longrepr)
            fault = "Traceback" in text or not text.startswith(report.nodeid)
            file = self._shown(report.nodeid)
            told = f"{file}\n{self._fault(text)}" if fault else self._readable(report.nodeid, text)
            trouble = Trouble(file, "", told, text if fault else "")
            if trouble not in self.errors:  # every worker tells
                self.errors.append(trouble)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = len(session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A file is told when the first scenario of the next one starts."""
        if not self._parallel:
            self._tell_files(but=nodeid.partition("::")[0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file, _, name = report.nodeid.partition("::")
        counts = self.files.setdefault(file, Counter())
        if report.failed:
            counts["failed"] += 1
            counts["passed"] -= report.when == "teardown"  # its call had passed
            self.failures.append(self._failure(file, name, report))
        elif report.skipped:
            counts["skipped"] += 1
        elif report.when == "call":
            counts["passed"] += 1
        if self.verbose and (report.when == "call" or not report.passed):
            self.line(f"  {_MARKS[report.outcome]} {name}", fg=_COLOURS[report.outcome])

    def pytest_keyboard_interrupt(self) -> None:
        self.interrupted = True

    def pytest_internalerror(self, excrepr: object) -> bool:
        self.broken = True
        self.line(self.words["internal"], fg="red")
        self.line(str(excrepr))
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.interrupted or self.broken:
            return
        self._tell_files()
        for heading, troubles in (("errors", self.errors), ("failures", self.failures)):
            self._tell(heading, troubles)
        self._summaries_of_plugins(session)
        self.line("")
        self.line(self._sum(), fg="red" if self.errors or self.failures or not self.total else "green")

    # -- the sum ---------------------------------------------------------------------------------

    @property
    def counts(self) -> Counter[str]:
        return sum(self.files.values(), Counter[str]())

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def _sum(self) -> str:
        counts, words = self.counts, self.words
        if not self.total and not self.errors:
            return self._nothing()
        text = words["summary"].format(passed=counts["passed"], failed=counts["failed"], total=self.total)
        if counts["skipped"]:
            text += words["and_skipped"].format(n=counts["skipped"])
        if self.errors:
            text += words["and_errors"].format(n=len({e.file for e in self.errors}))
        left = self.collected - self.total
        if left > 0:
            text += words["stopped"] + words["and_left"].format(n=left)
        return text + words["seconds"].format(n=f"{time.monotonic() - self.start:.1f}")

    def _nothing(self) -> str:
        asked = [plain_tag(t) for t in self.config.getoption(TAGS)]
        what = [*asked, *self.config.getoption(WORDS)]
        if not what:
            return self.words["nothing"]
        text = self.words["not_chosen"].format(what=self.words["comma"].join(what), n=len(self.left_out))
        tags = sorted({mark.name for item in self.left_out for mark in item.iter_markers()})
        near = [name for tag in asked for name in nearest(tag, tags, 5, 0.5)]
        if asked and near:
            return text + self.words["near_tags"].format(tags="、".join(near))
        return text + self.words["tags"].format(tags="、".join(tags[:10])) if asked and tags else text

    # -- writing ---------------------------------------------------------------------------------

    def _tell_files(self, but: str = "") -> None:
        for file, counts in sorted(self.files.items()):
            if file == but or file in self.told:
                continue
            self.told.add(file)
            parts = [self.words[k].format(n=counts[k]) for k in ("passed", "failed", "skipped") if counts[k]]
            mark, colour = ("✗", "red") if counts["failed"] else ("✓", "green")
            self.line(f"{mark} {self._shown(file)}　{self.words['comma'].join(parts)}", fg=colour)

    def _tell(self, heading: str, troubles: list[Trouble]) -> None:
        if not troubles:
            return
        self.line("")
        self.line(self.words[heading], fg="red")
        for number, trouble in enumerate(troubles, start=1):
            self.line("")
            if trouble.scenario:
                self.line(f"{number}. " + self.words["scenario"].format(name=trouble.scenario))
            self.line(trouble.text)
            if trouble.details and self.verbose:
                self.line(trouble.details)

    def _failure(self, file: str, name: str, report: pytest.TestReport) -> Trouble:
        text, place = str(report.longrepr), getattr(report, PLACE, {})
        name = place.get("title", name)
        if isinstance(report.longrepr, str):
            return Trouble(file, name, self._readable(file, text))
        where = (
            f"{self._shown(file)}:{place['line']}: {place['step']}" if "line" in place else self._shown(file)
        )
        return Trouble(file, name, f"{where}\n{self._fault(text)}", text)

    def _readable(self, file: str, text: str) -> str:
        """Files as seen from where the reader stands."""
        lines = (
            self._shown(file) + t.removeprefix(file) if t.startswith(file) else t for t in text.split("\n")
        )
        return "\n".join(lines).replace(f"{Path.cwd().as_posix()}/", "")

    def _fault(self, text: str) -> str:
        last = next((t[1:].strip() for t in reversed(text.split("\n")) if t.startswith("E ")), "")
        error = last or text.strip().split("\n")[-1]
        return self.words["fault"].format(error=error) + ("" if self.verbose else self.words["more"])

    def _shown(self, file: str) -> str:
        if self.builtin:
            return f"features/{file}"
        return shown(self.root / file)

    def _summaries_of_plugins(self, session: pytest.Session) -> None:
        """Those of this package; others would write of files they made, in English."""
        hook = session.config.hook.pytest_terminal_summary
        others = [i.plugin for i in hook.get_hookimpls() if not _is_ours(i.plugin)]
        manager = session.config.pluginmanager
        manager.subset_hook_caller("pytest_terminal_summary", others)(
            terminalreporter=self, exitstatus=session.exitstatus, config=session.config
        )

    @property
    def _parallel(self) -> bool:
        return bool(self.config.getoption("numprocesses", None))

    # The names under which plugins write to a terminal reporter.

    def line(self, text: str, **style: Any) -> None:
        click.echo(click.style(text, **style) if style else text, file=self.out)

    def write_line(self, text: str, **markup: bool) -> None:
        self.line(text, fg=next((c for c in ("red", "green", "yellow") if markup.get(c)), None))

    def section(self, title: str, sep: str = "=", **markup: bool) -> None:
        self.line("")
        self.write_line(f"—— {title} ——", **markup)

    def write_sep(self, sep: str, title: str = "", **markup: bool) -> None:
        self.section(title, sep, **markup)


_MARKS = {"passed": "✓", "failed": "✗", "skipped": "－"}
_COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow"}


def shown(path: Path) -> str:
    """A path as seen from the working folder, if it is below it."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _is_ours(plugin: object) -> bool:
    name = getattr(plugin, "__name__", None) or type(plugin).__module__
    return str(name).startswith("policy_engine.")
