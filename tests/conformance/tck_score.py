"""Scores: how many cases of a folder pass which way, what is skipped and why, what is left."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .tck_files import Case, read_cases
from .tck_run import Outcome, run

HERE = Path(__file__).parent
SCORE = HERE / "score.json"
SKIPS = HERE / "skips.json"

# How a case can count. ``value``, ``null`` and ``error`` are what it wants; the way stands behind.
WAYS = ("strict", "dynamic", "near")


@dataclass(frozen=True)
class Skips:
    """Reasons by folder or ``folder#case``."""

    not_scored: Mapping[str, str]
    near: Mapping[str, str]

    def reason(self, case: Case) -> str | None:
        return self.not_scored.get(case.folder) or self.not_scored.get(f"{case.folder}#{case.id}")

    def may_be_near(self, case: Case) -> bool:
        return f"{case.folder}#{case.id}" in self.near


def skips() -> Skips:
    found = json.loads(SKIPS.read_text(encoding="utf-8"))
    return Skips(found["not scored"], found["within 1e-8"])


def outcomes(root: Path) -> list[Outcome]:
    return [run(case) for case in read_cases(root)]


def score(found: Iterable[Outcome]) -> dict[str, dict[str, int]]:
    """By ``level/folder``: passes of each kind, ``skipped``, ``failed``, ``cases``."""
    reasons = skips()
    table: dict[str, Counter[str]] = {}
    for outcome in found:
        case = outcome.case
        counts = table.setdefault(f"{case.level[-1]}/{case.folder}", Counter())
        counts["cases"] += 1
        if reasons.reason(case):
            counts["skipped"] += 1
        elif not outcome.passed or (outcome.way == "near" and not reasons.may_be_near(case)):
            counts["failed"] += 1
        else:
            counts[f"{case.wants} {outcome.way}"] += 1
    return {name: dict(sorted(counts.items())) for name, counts in sorted(table.items())}


def totals(table: Mapping[str, Mapping[str, int]], level: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, counts in table.items():
        if name.startswith(level):
            found.update(counts)
    return found


def passes(counts: Mapping[str, int], wanted: str = "") -> int:
    return sum(n for key, n in counts.items() if key.split()[-1] in WAYS and key.startswith(wanted))


def dropped(before: Mapping[str, Mapping[str, int]], now: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Folders in which fewer cases pass than before: in all, or through the checker of policies."""
    found = []
    for name, old in before.items():
        new = now.get(name)
        if new is None:
            continue
        for kind in ("value", "null", "error"):
            if passes(new, kind) < passes(old, kind):
                found.append(f"{name}: {kind} {passes(old, kind)} → {passes(new, kind)}")
            if new.get(f"{kind} strict", 0) < old.get(f"{kind} strict", 0):
                found.append(
                    f"{name}: {kind} strict {old[f'{kind} strict']} → {new.get(f'{kind} strict', 0)}"
                )
    return found


def stale(found: Iterable[Outcome]) -> list[str]:
    """Skips without a purpose: of single cases that pass, of folders in which everything passes."""
    reasons = skips()
    by_key: dict[str, list[Outcome]] = {}
    for outcome in found:
        for key in (outcome.case.folder, f"{outcome.case.folder}#{outcome.case.id}"):
            by_key.setdefault(key, []).append(outcome)
    idle = [k for k in reasons.not_scored if k in by_key and all(o.passed for o in by_key[k])]
    exact = [
        k for k in reasons.near if k in by_key and all(o.way in ("strict", "dynamic") for o in by_key[k])
    ]
    return idle + exact
