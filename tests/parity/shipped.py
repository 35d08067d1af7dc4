"""The rule files of the repository, by where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from policy_engine.diagnostics.errors import LoadError, PolicyEngineError
from policy_engine.policy.library import load
from policy_engine.policy.model import Policy

ROOT = Path(__file__).parents[2]
SHELVES = (
    "rules",
    "tests/fixtures/jibei-en",
    "tests/fixtures/coverage/rules",
    "tests/fixtures/steps/rules",
    "tests/fixtures/checklists",
    "tests/fixtures/proofs",
)
PERIODS = ("2018-06", "2018-06-15", "2026-01", "2026-01-15", "2030-01")
_ID = re.compile(r"^(?:政策|policy): *(\S+)", re.MULTILINE)


def files() -> Iterator[tuple[str, str]]:
    """(shelf, id) of every rule file."""
    for shelf in SHELVES:
        for path in sorted((ROOT / shelf).rglob("*.yaml")):
            yield from ((shelf, found) for found in _ID.findall(path.read_text("utf-8")))


@cache
def bound(shelf: str, id_: str) -> Policy | None:
    """The policy in the first period it is in force in."""
    for period in PERIODS:
        try:
            return load(id_, period=period, rules=None if shelf == "rules" else ROOT / shelf)
        except (PolicyEngineError, LoadError):
            continue
    return None
