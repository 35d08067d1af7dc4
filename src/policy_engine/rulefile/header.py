"""The first lines: ``# language: zh-CN`` says which keywords the file is written with."""

from __future__ import annotations

import re

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source, Span

_HEADER = re.compile(r"\ufeff?#\s*(?:language|语言)\s*[:：]\s*(\S*)", re.IGNORECASE)
_NAMES = {"zh": "zh", "zh-cn": "zh", "zh-hans": "zh", "en": "en", "en-us": "en", "en-gb": "en"}


def read_language(source: Source, report: Diagnostics) -> str:
    """``zh`` or ``en``; Chinese when nothing is said. Only comments before the first content count."""
    position = 0
    for line in source.text.split("\n"):
        if line.strip("\ufeff \t\r") and not line.lstrip("\ufeff \t").startswith("#"):
            break
        found = _HEADER.match(line)
        if found:
            language = _NAMES.get(found[1].casefold().replace("_", "-"))
            if language is None:
                start = position + found.start(1)
                report.report("PE1009", Span(source, start, start + len(found[1])), name=found[1])
            return language or "zh"
        position += len(line) + 1
    return "zh"
