"""Scenarios as the living documentation shows them: as they are written, with what became of each when last run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from policy_engine.testing.document import node_name, parse_feature
from policy_engine.testing.patterns import PATTERNS

Result = Literal["passed", "failed", "skipped", "not_run"]
PREFIX = "条款-"
_NAMING = tuple(p for p in PATTERNS if p.id in ("policy_for_month", "policy_on_day"))
_PLACEHOLDER = re.compile(r"<([^<>\s=]+)>")
Node = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one test. ``line`` is that of the step at which it failed."""

    result: Result = "not_run"
    message: str = ""
    line: int = 0


NOT_RUN = Outcome()


@dataclass(frozen=True)
class Step:
    keyword: str
    text: str
    line: int
    table: tuple[tuple[str, ...], ...] = ()
    docstring: str = ""


@dataclass(frozen=True)
class Case:
    """One test: a scenario, or a row of examples."""

    nodeid: str
    values: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Examples:
    name: str
    tags: tuple[str, ...]
    header: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Applied:
    """A policy that a scenario names, and for when. ``month``: ``when`` is a settlement month, not a day."""

    policy: str
    when: str
    month: bool


@dataclass(frozen=True)
class Scenario:
    """``background`` are the steps of the feature and of the rule that come before its own."""

    file: str
    line: int
    feature: str
    rule: str
    name: str
    description: str
    tags: tuple[str, ...]
    background: tuple[Step, ...]
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...]
    cases: tuple[Case, ...]
    applied: tuple[Applied, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Of the scenario and of its tables of examples, in the order they are written."""
        tags = (*self.tags, *(t for e in self.examples for t in e.tags))
        return tuple(dict.fromkeys(t.removeprefix(PREFIX) for t in tags if t.startswith(PREFIX)))

    @property
    def policies(self) -> frozenset[str]:
        return frozenset(a.policy for a in self.applied)

    @property
    def result(self) -> Result:
        """The worst of its cases: failed, or not all of them run, or passed."""
        results = {case.outcome.result for case in self.cases}
        order: tuple[Result, ...] = ("failed", "not_run", "skipped", "passed")
        return next((r for r in order if r in results), "not_run")


def scenarios(path: Path, nodeid: str, outcomes: Mapping[str, Outcome]) -> tuple[Scenario, ...]:
    """The scenarios of a feature file; ``nodeid`` is the name of the file in ``outcomes``. Raises FeatureError."""
    feature: Node = parse_feature(path, nodeid).document["feature"]
    return tuple(_scenarios(feature, nodeid, outcomes))


def _scenarios(feature: Node, nodeid: str, outcomes: Mapping[str, Outcome]) -> Iterator[Scenario]:
    tags, before = _tags(feature), _background(feature["children"])
    for child in feature["children"]:
        if "scenario" in child:
            yield _scenario(feature, "", tags, before, child["scenario"], nodeid, outcomes)
        rule = child.get("rule")
        for below in rule["children"] if rule else ():
            if "scenario" in below:
                above = (*tags, *_tags(rule)), (*before, *_background(rule["children"]))
                yield _scenario(feature, rule["name"], *above, below["scenario"], nodeid, outcomes)


def _scenario(
    feature: Node,
    rule: str,
    tags: tuple[str, ...],
    before: tuple[Step, ...],
    node: Node,
    nodeid: str,
    outcomes: Mapping[str, Outcome],
) -> Scenario:
    name = f"{nodeid}::{node_name(node['name'])}"
    steps = tuple(map(_step, node["steps"]))
    examples = tuple(_examples(node["examples"], name, outcomes))
    alone = Case(name, (), outcomes.get(name, NOT_RUN))
    return Scenario(
        file=nodeid,
        line=node["location"]["line"],
        feature=feature["name"],
        rule=rule,
        name=node["name"],
        description=_plain(node.get("description", "")),
        tags=tuple(dict.fromkeys((*tags, *_tags(node)))),
        background=before,
        steps=steps,
        examples=examples,
        cases=tuple(c for e in examples for c in e.cases) if node["examples"] else (alone,),
        applied=tuple(dict.fromkeys(_applied((*before, *steps), examples))),
    )


def _examples(nodes: Sequence[Node], name: str, outcomes: Mapping[str, Outcome]) -> Iterator[Examples]:
    """Tests are named as ``private.example_rows`` names them: equal rows are numbered."""
    seen: dict[str, int] = {}
    for node in nodes:
        cases = []
        for row in node.get("tableBody", ()):
            values = _cells(row)
            text = "-".join(values)
            seen[text] = seen.get(text, 0) + 1
            test = f"{name}[{text}{f'#{seen[text]}' if seen[text] > 1 else ''}]"
            cases.append(Case(test, values, outcomes.get(test, NOT_RUN)))
        yield Examples(node["name"], _tags(node), _cells(node["tableHeader"]), tuple(cases))


def _step(node: Node) -> Step:
    return Step(
        node["keyword"].strip(),
        node["text"],
        node["location"]["line"],
        tuple(_cells(row) for row in node.get("dataTable", {}).get("rows", ())),
        node.get("docString", {}).get("content", ""),
    )


def _applied(steps: Sequence[Step], examples: Sequence[Examples]) -> Iterator[Applied]:
    """The policies its steps name; a name may come from the examples."""
    rows = [dict(zip(e.header, c.values, strict=True)) for e in examples for c in e.cases] or [{}]
    for step in steps:
        for row in rows if _PLACEHOLDER.search(step.text) else rows[:1]:
            text = _PLACEHOLDER.sub(lambda m, row=row: row.get(m[1], m[0]), step.text)  # type: ignore[misc]  # a row of its own
            for pattern in _NAMING:
                found = pattern.match(text)
                if found is not None:
                    month = pattern.id == "policy_for_month"
                    yield Applied(str(found["policy"]), str(found["month" if month else "day"]), month)


def _background(children: Iterable[Node]) -> tuple[Step, ...]:
    return tuple(_step(s) for c in children for s in c.get("background", {}).get("steps", ()))


def _tags(node: Node) -> tuple[str, ...]:
    return tuple(tag["name"][1:] for tag in node["tags"])


def _cells(row: Node) -> tuple[str, ...]:
    return tuple(cell["value"] for cell in row["cells"])


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
