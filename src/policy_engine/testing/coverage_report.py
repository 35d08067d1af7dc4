"""Counts what was reached of what there is, policy by policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policy_engine.testing.coverage_items import ClauseItem, Item, Kind, hit
from policy_engine.testing.coverage_record import Gathered

FORMAT = "policy-engine/coverage/1"


@dataclass(frozen=True)
class Count:
    """How many of how many."""

    reached: int
    total: int

    @property
    def percent(self) -> float:
        """100 where there is nothing to reach."""
        return 100.0 * self.reached / self.total if self.total else 100.0

    def __str__(self) -> str:
        return f"{self.reached}/{self.total}"


@dataclass(frozen=True)
class Missing:
    """A side of an item that no scenario has seen."""

    item: Item
    side: str
    need: str


@dataclass
class PolicyCoverage:
    """What one rule file says, and how much of it the scenarios reach. Items and clauses in the order of the file."""

    policy: str
    items: list[Item] = field(default_factory=list)
    clauses: list[ClauseItem] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    cited: dict[str, list[str]] = field(default_factory=dict)  # clause → scenarios

    def count(self, kind: Kind) -> Count:
        own = [i for i in self.items if i.kind is kind]
        lacking = {m.item.key for m in self.missing}
        return Count(sum(i.key not in lacking for i in own), len(own))

    @property
    def testable(self) -> list[ClauseItem]:
        return [c for c in self.clauses if c.testable]

    @property
    def uncited(self) -> list[ClauseItem]:
        return [c for c in self.testable if c.id not in self.cited]

    @property
    def clause_count(self) -> Count:
        return Count(len(self.testable) - len(self.uncited), len(self.testable))


@dataclass(frozen=True)
class Unknown:
    """A tag of a scenario that names no clause of a policy the scenario applies."""

    scenario: str
    clause: str
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    policies: tuple[PolicyCoverage, ...]
    unknown: tuple[Unknown, ...]

    def short_of(self, clauses: float | None, rules: float | None) -> list[str]:
        """What falls below the thresholds (percent), in words."""
        found = []
        for own in self.policies:
            counts = (("条款", own.clause_count, clauses), ("行", own.count(Kind.ROW), rules))
            found += [
                f"{own.policy}：{name} {count}（{count.percent:.1f}%），低于{limit:g}%"
                for name, count, limit in counts
                if limit is not None and count.percent < limit
            ]
        if clauses is not None:
            found += [f"{u.scenario}：没有条款“{u.clause}”" for u in self.unknown]
        return found

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: for each policy the counts, and every item with the sides that were seen."""
        return {
            "format": FORMAT,
            "policies": [_plain(p) for p in self.policies],
            "unknown_clauses": [
                {"scenario": u.scenario, "clause": u.clause, "policies": list(u.policies)}
                for u in self.unknown
            ],
        }


def coverage(gathered: Gathered, root: Path) -> Coverage:
    """Every file's items once, under the policy it is the file of. Files below ``root`` are told from there."""
    found: dict[str, PolicyCoverage] = {}
    items = (replace(item, file=inside(root, item.file)) for item in gathered.items.values())
    for item in sorted(items, key=lambda i: (i.policy, i.file, i.line, i.key)):
        own = found.setdefault(item.policy, PolicyCoverage(item.policy))
        own.items.append(item)
        own.missing += [
            Missing(item, s.id, s.need) for s in item.sides if hit(item.key, s.id) not in gathered.hits
        ]
    known: dict[str, dict[str, str]] = {}  # policy applied → clause → policy of its file
    seen: set[tuple[str, str]] = set()
    for (applied, owner, id_), clause in gathered.clauses.items():
        known.setdefault(applied, {})[id_] = owner
        if (owner, id_) not in seen:
            seen.add((owner, id_))
            own = found.setdefault(owner, PolicyCoverage(owner))
            own.clauses.append(replace(clause, file=inside(root, clause.file)))
    for own in found.values():
        own.clauses.sort(key=lambda c: (c.file, c.line))
    unknown = list(_cite(gathered, known, found))
    return Coverage(tuple(found[name] for name in sorted(found)), tuple(unknown))


def inside(root: Path, file: str) -> str:
    """A file as people know it: from the root of the project, if it is there."""
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file


def _cite(
    gathered: Gathered, known: Mapping[str, Mapping[str, str]], found: Mapping[str, PolicyCoverage]
) -> Iterable[Unknown]:
    for scenario in sorted(gathered.cited, key=lambda c: c.name):
        for clause in scenario.clauses:
            owners = {known[p][clause] for p in scenario.policies if clause in known.get(p, ())}
            for owner in owners:
                names = found[owner].cited.setdefault(clause, [])
                if scenario.name not in names:
                    names.append(scenario.name)
            if not owners and any(p in known for p in scenario.policies):
                yield Unknown(scenario.name, clause, scenario.policies)


def _plain(own: PolicyCoverage) -> dict[str, Any]:
    lacking: dict[str, list[str]] = {}
    for missing in own.missing:
        lacking.setdefault(missing.item.key, []).append(missing.side)
    return {
        "policy": own.policy,
        "clauses": {"reached": own.clause_count.reached, "total": own.clause_count.total},
        "counts": {
            kind.value: {"reached": count.reached, "total": count.total}
            for kind in Kind
            if (count := own.count(kind)).total
        },
        "clause_list": [
            {
                "id": c.id,
                "at": f"{c.file}:{c.line}",
                "testable": c.testable,
                "reason": c.reason,
                "scenarios": own.cited.get(c.id, []),
            }
            for c in own.clauses
        ],
        "items": [
            {
                "id": f"{own.policy}#{item.path}",
                "kind": item.kind.value,
                "at": f"{item.file}:{item.line}",
                "clauses": list(item.clauses),
                "sides": {s.id: s.id not in lacking.get(item.key, ()) for s in item.sides},
            }
            for item in own.items
        ],
    }
