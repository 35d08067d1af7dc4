"""A feature file parsed and checked: scenarios with their lines, tags and steps.

Gherkin accepts a good deal that silently tests nothing; the checks here refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_engine.rulefile.characters import invisible
from policy_engine.testing.problems import FeatureError, Problem
from policy_engine.testing.syntax import parse_gherkin
from policy_engine.testing.text import read_feature

Node = Mapping[str, Any]  # a node of the Gherkin document, as the parser gives it

_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
_PLACEHOLDER = re.compile(r"<([^<>\s=]+)>")
_NO_KEYWORDS = ("如果", "则", "然后", "给定", "若")
_BAD_IN_TAG = re.compile(r"[:：(（\s，、]|^_")
_SECTION_WORD = re.compile(
    r"(功能|规则|背景|场景大纲|场景|剧本大纲|剧本|例子)([；;，,、.．。 \t]|$)"
    r"|(假如|假设|假定|当|那么|而且|并且|同时|但是)[ \t]"
)


@dataclass(frozen=True)
class StepText:
    """A step as written. ``kind`` is given, when or then; 而且 and 但是 have the kind of the step before."""

    keyword: str
    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class ScenarioText:
    """A scenario (or outline) with the tags it inherits from its rule and feature."""

    name: str
    line: int
    tags: frozenset[str]
    steps: tuple[StepText, ...]
    outline: bool


@dataclass(frozen=True)
class FeatureText:
    """A feature file. ``document`` is the Gherkin document, for pytest-bdd."""

    path: Path
    name: str
    scenarios: tuple[ScenarioText, ...]
    tags: frozenset[str]  # every tag that stands anywhere in the file
    document: Node


def parse_feature(path: Path, shown: str | None = None) -> FeatureText:
    """Read, parse and check a feature file. ``shown`` names it in messages. Raises FeatureError."""
    name = shown or path.as_posix()
    text = read_feature(path, name)
    if unseen := list(_unseen(text)):
        raise FeatureError(name, unseen)
    document = parse_gherkin(text, name)
    feature: Node = document["feature"]
    problems = list(_problems(feature))
    if problems:
        raise FeatureError(name, problems)
    scenarios = tuple(_scenario(s, above, feature) for s, above in _scenarios(feature))
    return FeatureText(
        path, feature["name"], scenarios, frozenset(t["name"][1:] for t in _tags(feature)), document
    )


def _scenarios(feature: Node) -> Iterator[tuple[Node, Sequence[Node]]]:
    """Each scenario with the rule it stands under, if any."""
    for child in feature["children"]:
        if "scenario" in child:
            yield child["scenario"], ()
        for below in child.get("rule", {}).get("children", ()):
            if "scenario" in below:
                yield below["scenario"], (child["rule"],)


def _backgrounds(feature: Node) -> Iterator[Node]:
    for child in feature["children"]:
        if "background" in child:
            yield child["background"]
        for below in child.get("rule", {}).get("children", ()):
            if "background" in below:
                yield below["background"]


def _tags(feature: Node) -> Iterator[Node]:
    yield from feature["tags"]
    for scenario, above in _scenarios(feature):
        for owner in (*above, scenario, *scenario["examples"]):
            yield from owner["tags"]


def _scenario(scenario: Node, above: Sequence[Node], feature: Node) -> ScenarioText:
    tags = {t["name"][1:] for owner in (feature, *above, scenario) for t in owner["tags"]}
    return ScenarioText(
        scenario["name"],
        scenario["location"]["line"],
        frozenset(tags),
        tuple(_steps(scenario["steps"])),
        bool(scenario["examples"]),
    )


def _steps(steps: Sequence[Node]) -> Iterator[StepText]:
    kind = "given"
    for step in steps:
        kind = _KINDS.get(step["keywordType"], kind)
        yield StepText(step["keyword"].strip(), kind, step["text"], step["location"]["line"])


# -- checks ------------------------------------------------------------------------------------------


def _problems(feature: Node) -> Iterator[Problem]:
    yield from _doubled_names(feature)
    for tag in _tags(feature):
        if _BAD_IN_TAG.search(tag["name"][1:]):
            plain = re.sub("[:：(（，、 ]+", "-", tag["name"])
            yield _at(
                tag, f"标签“{tag['name']}”里不能有冒号、逗号、括号，也不能以下划线开头；可以写成 {plain}"
            )
    for block in _described(feature):
        yield from _lost_in_description(block)
    for block in (*_backgrounds(feature), *(s for s, _ in _scenarios(feature))):
        yield from _bad_start(block)
    for scenario, _ in _scenarios(feature):
        if not any(s.kind == "then" for s in _steps(scenario["steps"])):
            yield _at(scenario, f"场景“{scenario['name']}”没有“那么”，什么也没有检查")
        yield from _bad_examples(scenario)


def _unseen(text: str) -> Iterator[Problem]:
    """One problem a line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if (found := invisible(line)) is not None:
            yield Problem(number, f"有看不见的字符（{found[1]}）；请删去，多半是从网页或文档里粘贴来的")


def _described(feature: Node) -> Iterator[Node]:
    yield feature
    yield from (child["rule"] for child in feature["children"] if "rule" in child)
    yield from _backgrounds(feature)
    for scenario, _ in _scenarios(feature):
        yield scenario
        yield from scenario["examples"]


def _lost_in_description(block: Node) -> Iterator[Problem]:
    """A keyword without its colon makes a remark of its line and of the steps below it: they would test nothing."""
    for offset, line in enumerate(block.get("description", "").splitlines(), start=1):
        found = _SECTION_WORD.match(line.strip())
        if found is None:
            continue
        where = block["location"]["line"] + offset
        if found[1]:
            rest = line.strip()[found.end() :].strip()
            yield Problem(
                where, f"“{found[1]}”后面要有冒号，否则成了说明文字：{found[1]}: {rest}".rstrip(" ")
            )
        else:
            yield Problem(
                where, f"“{found[3]}”这一步写在了说明文字里，不会执行；它上面少了“场景：”或“背景：”"
            )
        return


def _doubled_names(feature: Node) -> Iterator[Problem]:
    """pytest-bdd keeps the last of two scenarios with one name and drops the other without a word."""
    first: dict[str, int] = {}
    for scenario, _ in _scenarios(feature):
        line = scenario["location"]["line"]
        if not scenario["name"]:
            yield Problem(line, "场景没有名称")
            continue
        before = first.setdefault(node_name(scenario["name"]), line)
        if before != line:
            yield Problem(line, f"场景名称“{scenario['name']}”与第{before}行重复，请改一个名称")


def _bad_start(block: Node) -> Iterator[Problem]:
    steps = block["steps"]
    if steps and steps[0]["keywordType"] not in _KINDS:
        yield _at(steps[0], f"第一步不能用“{steps[0]['keyword'].strip()}”，请用 假如、当 或 那么")
    for offset, line in enumerate(block.get("description", "").splitlines(), start=1):
        word = next((w for w in _NO_KEYWORDS if line.strip().startswith(w)), None)
        if word:
            where = block["location"]["line"] + offset
            yield Problem(where, f"“{word}”不是步骤的开头，这一行会被当作说明文字；请用 假如、当 或 那么")


def _bad_examples(scenario: Node) -> Iterator[Problem]:
    used = {name for text in _texts(scenario["steps"]) for name in _PLACEHOLDER.findall(text)}
    if "大纲" in scenario["keyword"] and not scenario["examples"]:
        yield _at(scenario, f"场景大纲“{scenario['name']}”没有“例子”")
    for examples in scenario["examples"]:
        if not examples.get("tableBody"):
            yield _at(examples, "“例子”没有数据行")
            continue
        header = [cell["value"] for cell in examples["tableHeader"]["cells"]]
        for name in sorted({n for n in header if header.count(n) > 1}):
            yield _at(examples, f"“例子”的表头“{name}”出现了不止一次")
        for name in sorted(used - set(header)):
            yield _at(examples, f"步骤里的 <{name}> 不在“例子”的表头里；公式中的小于号两边请留空格")


def _texts(steps: Sequence[Node]) -> Iterator[str]:
    for step in steps:
        yield step["text"]
        for row in step.get("dataTable", {}).get("rows", ()):
            yield from (cell["value"] for cell in row["cells"])


def _at(node: Node, message: str) -> Problem:
    return Problem(node["location"]["line"], message)


def node_name(scenario: str) -> str:
    """A scenario's name as part of a node id, in which ``::`` and brackets have a meaning."""
    return re.sub(r"[\[\]]+|::+", "_", scenario)
