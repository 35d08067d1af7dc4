"""Parse Gherkin, and tell in Chinese what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from policy_engine.testing.problems import FeatureError, Problem
from policy_engine.testing.text import DEFAULT_LANGUAGE

_TOKENS = {
    "FeatureLine": "功能：",
    "BackgroundLine": "背景：",
    "RuleLine": "规则：",
    "ScenarioLine": "场景：",
    "ExamplesLine": "例子：",
    "StepLine": "步骤（假如、当、那么、而且、但是）",
    "TableRow": "表格行（| … |）",
    "TagLine": "标签（@…）",
    "DocStringSeparator": '文段（"""）',
}
_EXPECTED = re.compile(r"expected: (?P<expected>.*), got '(?P<got>.*)'$", re.DOTALL)
_AT_END = re.compile(r"unexpected end of file, expected: (?P<expected>.*)$", re.DOTALL)
_MAX_SHOWN = 40
_NO_COLON = re.compile(
    r"(功能|规则|背景|场景大纲|场景|剧本大纲|剧本|例子)(?=[；;，,、.．。\s]|$)[；;，,、.．。]?"
)
_SENTENCE = re.compile("[。；]$")


def parse_gherkin(text: str, shown: str) -> Mapping[str, Any]:
    """The Gherkin document, Chinese unless it says otherwise. Raises FeatureError."""
    from gherkin.errors import CompositeParserException, ParserException
    from gherkin.parser import Parser
    from gherkin.token_matcher import TokenMatcher

    try:
        document = cast("dict[str, Any]", Parser().parse(text, TokenMatcher(DEFAULT_LANGUAGE)))
    except CompositeParserException as error:
        found = [_problem(e) for e in error.errors if isinstance(e, ParserException)]
        raise FeatureError(shown, _first_of_runs(found, text.split("\n"))) from None
    except ParserException as error:
        raise FeatureError(shown, [_problem(error)]) from None
    if not document.get("feature"):
        raise FeatureError(shown, [Problem(1, "文件里没有“功能：”")])
    return document


def _first_of_runs(found: list[Problem], lines: list[str]) -> list[Problem]:
    """The first of the problems on lines that follow one another: the others come of it."""
    kept: list[Problem] = []
    last = -1
    for problem in sorted(found, key=lambda p: p.line):
        between = lines[last : problem.line - 1] if last > 0 else ["|"]
        if any(line.strip() for line in between):
            kept.append(problem)
        last = problem.line
    return kept


def _problem(error: Any) -> Problem:
    line, message = error.location["line"], re.sub(r"^\(\d+:\d+\): ", "", str(error))
    if "inconsistent cell count" in message:
        return Problem(line, "这一行的格数与表头不同，检查竖线“|”")
    if "Language not supported" in message:
        language = message.rpartition(": ")[2]
        return Problem(line, f"不认识的语言“{language}”；中文写 # language: zh-CN，或去掉这一行")
    if found := _EXPECTED.search(message):
        got = " ".join(found["got"].split())
        if keyword := _NO_COLON.match(got):
            fixed = f"{keyword[1]}: {got[keyword.end() :].strip()}".rstrip()
            return Problem(line, f"“{keyword[1]}”后面要有冒号：{fixed}")
        if "FeatureLine" in found["expected"]:
            return Problem(line, "这一行的上面少了“功能: …”一行")
        if _SENTENCE.search(got):
            return Problem(line, f"这一行不是步骤；是说明文字的，前面加“# ”：# {got}")
        shown = got if len(got) <= _MAX_SHOWN else got[:_MAX_SHOWN] + "…"
        return Problem(line, f"看不懂“{shown}”；这里可以写：{_expected(found['expected'])}")
    if found := _AT_END.search(message):
        return Problem(line, f"文件没有写完；接下来应有：{_expected(found['expected'])}")
    return Problem(line, f"语法错误：{message}")


def _expected(text: str) -> str:
    words = [_TOKENS.get(t.strip().removeprefix("#")) for t in text.split(",")]
    return "、".join(w for w in words if w) or "说明文字"
