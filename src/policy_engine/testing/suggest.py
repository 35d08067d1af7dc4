"""Steps that were probably meant: for a step nobody defined."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from policy_engine.testing.patterns import PATTERNS

_VARIABLE = re.compile(r"[“\"「][^“”\"「」]*[”\"」]|[-+]?\d[\d.,]*[^\s，。的]*")


def nearest_steps(text: str, kind: str, others: Iterable[str] = (), count: int = 3) -> tuple[str, ...]:
    """The known steps of a kind that look most like ``text``; ``others`` are steps of the project's own."""
    scores: dict[str, float] = {}
    for pattern in PATTERNS:
        likeness = max(_likeness(text, known) for known in (pattern.template, *pattern.examples))
        scores[pattern.template] = likeness - (0.3 if pattern.kind != kind else 0)
    for other in set(others) - set(scores):
        scores[other] = _likeness(text, other)
    return tuple(sorted(scores, key=lambda s: -scores[s])[:count])


def _likeness(one: str, other: str) -> float:
    """How alike two steps are, whatever names and numbers they hold."""
    return difflib.SequenceMatcher(None, _bare(one), _bare(other)).ratio()


def _bare(text: str) -> str:
    return _VARIABLE.sub("“”", text)
