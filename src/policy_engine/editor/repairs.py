"""Corrections that a diagnostic names: the name it takes to be meant, the word it says to write."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostic

# How hints name the text that belongs in the place of the finding; the Chinese hint is always there.
_MEANT = re.compile(r"(?:是否想写“(?P<name>[^”]+)”|这里写 `(?P<word>[^`]+)`)")
_LONGEST = 60


@dataclass(frozen=True)
class Repair:
    """Replace the place of the finding by ``text``."""

    start: int
    end: int
    text: str


def repair(item: Diagnostic) -> Repair | None:
    """What the hint of a finding says to write instead; None when it names nothing."""
    span = item.span
    if span is None or not 0 < span.end - span.start <= _LONGEST or "\n" in span.text:
        return None
    found = _MEANT.match(item.hint_text("zh") or "")
    if found is None:
        return None
    text = found["name"] or found["word"]
    named = dict(item.params).get("name", span.text)
    return Repair(span.start, span.end, text) if named == span.text and text != span.text else None
