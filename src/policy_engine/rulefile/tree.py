"""Source text to a checked YAML tree."""

from __future__ import annotations

import re

import yaml

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span
from policy_engine.rulefile.characters import clean
from policy_engine.rulefile.lines import repair
from policy_engine.rulefile.nodes import Node, Unusable, compose
from policy_engine.rulefile.prepared import Prepared
from policy_engine.rulefile.settle import settled
from policy_engine.rulefile.wide import narrow

_SLOW = 300_000
# What the YAML library says → what it means to someone who does not know YAML.
_PROBLEMS = (
    ("mapping values are not allowed", "这里不能再有“键: 值”，多半是上一行少了冒号或缩进不对"),
    ("expected <block end>", "这一行的缩进与上面对不齐，或者上一行没有写完"),
    ("could not find expected ':'", "这一行或上一行少了冒号"),
    ("sequence entries are not allowed", "这里不能用“- ”开头的列表项"),
    ("unexpected end of stream", "引号没有关闭"),
    ("expected ',' or", "花括号或方括号里的各项之间少了逗号，或者没有关闭"),
    ("cannot start any token", "这里有不能作为开头的符号"),
    ("tab character", "缩进里有制表符"),
    ("unknown escape character", "双引号里的反斜线后面是不认识的字符"),
)


def read_tree(source: Source, report: Diagnostics) -> Node | None:
    """The tree of a rule file; None when there is none, which has been reported."""
    prepared = repair(narrow(clean(source, report)), report)
    if any(item.code == "PE1015" for item in report.errors):
        return None  # the levels of the text are anybody's guess
    try:
        root = compose(prepared, report)
    except Unusable:
        return None
    except yaml.YAMLError as error:
        # A trap that was reported but could not be repaired explains what YAML stumbles over afterwards.
        if not report.errors:
            _explain(prepared, error, report)
        return None
    if root is None:
        report.report("PE1019", Span(source, 0, 0))
        return None
    return settled(root, report)


def _explain(prepared: Prepared, error: yaml.YAMLError, report: Diagnostics) -> None:
    """Ask the slow Python scanner, whose messages and places are better."""
    if len(prepared.text) < _SLOW:
        try:
            for _ in yaml.parse(prepared.text, Loader=yaml.SafeLoader):
                pass
        except yaml.YAMLError as better:
            error = better
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index if mark else 0, len(prepared.text))
    chinese = next((zh for english, zh in _PROBLEMS if english in problem), "结构不完整")
    english = re.sub(r"\s+", " ", problem)
    span = prepared.span(at, min(at + 1, len(prepared.text)))
    report.report("PE1002", span, problem=chinese, problem_en=english)
