"""Scenarios as HTML: folded, with their steps, tables and examples, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from policy_engine.policy.model import Policy
from policy_engine.testing.living_html import Html, anchor, link, paragraph, table, tag, text
from policy_engine.testing.living_scenarios import Case, Examples, Result, Scenario, Step

MARKS: dict[Result, tuple[str, str]] = {
    "passed": ("✓", "通过"),
    "failed": ("✗", "失败"),
    "skipped": ("–", "跳过"),
    "not_run": ("○", "未运行"),
}


class Shown:
    """Renders the scenarios of one page. The first time a scenario is shown it has an id, which links lead to."""

    def __init__(self, policy: Policy, scenarios: Sequence[Scenario]) -> None:
        self.policy = policy
        self._ids = dict(self._named(scenarios))
        self._used: set[str] = set()

    def scenario(self, scenario: Scenario, clause: str) -> Html:
        """As it stands under a clause."""
        name = self._ids[scenario.file, scenario.line]
        id_ = name if name not in self._used else None
        self._used.add(name)
        inner = [
            tag("summary", _mark(scenario.result), " ", text(scenario.name), _counted(scenario)),
            tag("div", *self._inside(scenario, clause), class_="inside"),
        ]
        failed = "" if scenario.result == "failed" else None
        return tag("details", *inner, id=id_, class_=f"scenario {scenario.result}", open=failed)

    def _inside(self, scenario: Scenario, clause: str) -> Iterator[Html]:
        where = " › ".join(part for part in (scenario.feature, scenario.rule) if part)
        yield paragraph(where, "soft")
        yield tag("p", "条款 ", *self._clauses(scenario, clause), class_="tags")
        yield from (paragraph(line) for line in scenario.description.splitlines())
        failing = {case.outcome.line for case in scenario.cases if case.outcome.result == "failed"}
        if scenario.background:
            steps = _steps(scenario.background, failing)
            opened = "" if any(s.line in failing for s in scenario.background) else None
            yield tag("details", tag("summary", "背景"), steps, class_="background", open=opened)
        yield _steps(scenario.steps, failing)
        yield from (_examples(examples) for examples in scenario.examples)
        for case in scenario.cases:
            if case.outcome.message:
                values = tag("b", text("、".join(case.values)), "\n") if case.values else ""
                yield tag("pre", values, *_lines(case.outcome.message), class_="message")
        yield tag("p", text(f"{scenario.file}:{scenario.line}"), class_="at")

    def _clauses(self, scenario: Scenario, clause: str) -> Iterator[Html]:
        """The clauses it is tagged with: links back, the one it stands under marked."""
        for one in scenario.clauses:
            known = one in self.policy.clauses
            here = "chip here" if one == clause else "chip"
            yield link(anchor("条款", one), one, here) if known else tag("span", text(one), class_="chip")

    def _named(self, scenarios: Sequence[Scenario]) -> Iterator[tuple[tuple[str, int], str]]:
        """Ids by place: the name of the file and the line; of two files of one name, the whole path."""
        stems: dict[str, set[str]] = {}
        for scenario in scenarios:
            stems.setdefault(PurePosixPath(scenario.file).stem, set()).add(scenario.file)
        for scenario in scenarios:
            stem = PurePosixPath(scenario.file).stem
            where = stem if len(stems[stem]) == 1 else scenario.file.replace("/", "_")
            yield (scenario.file, scenario.line), anchor("场景", f"{where}-{scenario.line}")


def _mark(result: Result) -> Html:
    sign, word = MARKS[result]
    return tag("span", sign, class_="mark", role="img", aria_label=word, title=word)


def _counted(scenario: Scenario) -> Html:
    if not scenario.examples:
        return ""
    passed = sum(case.outcome.result == "passed" for case in scenario.cases)
    return " " + tag("span", text(f"{passed}/{len(scenario.cases)}"), class_="soft")


def _steps(steps: Sequence[Step], failing: set[int]) -> Html:
    return tag("ol", *(_step(step, step.line in failing) for step in steps), class_="steps")


def _step(step: Step, failed: bool) -> Html:
    inner = [tag("b", text(step.keyword)), " ", text(step.text)]
    if step.table:
        header, *rows = step.table
        inner.append(table(header, [[*map(text, row)] for row in rows]))
    if step.docstring:
        inner.append(tag("pre", *_lines(step.docstring)))
    return tag("li", *inner, class_="failed" if failed else None)


def _examples(examples: Examples) -> Html:
    rows = [[*map(text, case.values), _told(case)] for case in examples.cases]
    title = "　".join(
        ["例子", *([examples.name] if examples.name else []), *(f"@{t}" for t in examples.tags)]
    )
    return table((*examples.header, "运行"), rows, caption=title)


def _told(case: Case) -> Html:
    _, word = MARKS[case.outcome.result]
    return tag("span", _mark(case.outcome.result), " ", word, class_=case.outcome.result)


def _lines(words: str) -> list[Html]:
    return ["\n".join(text(line) for line in words.splitlines())]
