"""What a trace says: a versioned document of plain strings, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from policy_engine.engine.checklist_document import ChecklistReport
from policy_engine.engine.eligibility_document import CitedClause, EligibilityReport

FORMAT = "policy-engine/trace/1"
HIDDEN = "（敏感）"
NULL = "空"
DECIDED = "决定"


@dataclass(frozen=True)
class TracedRead:
    """Something a decision read. ``kind``: term, parameter, reading, lookup, or total (several rows below)."""

    kind: str
    entity: str
    key: str
    name: str
    value: str
    unit: str
    source: str  # 输入 (with file and line), 决定, or where a parameter stands and its status
    source_en: str  # the same in English
    clauses: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True)
class TracedNearMiss:
    entity: str
    key: str
    name: str
    before: str
    after: str
    unit: str
    grid_units: int
    row: str
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One decided value."""

    entity: str
    key: str
    term: str
    name: str
    value: str
    unit: str
    way: str  # formula, total, table, scale, allocation, eligibility, checklist, form
    decision: str
    row: str
    clauses: tuple[CitedClause, ...]
    expression: str
    at: str
    reads: tuple[TracedRead, ...]
    near_miss: TracedNearMiss | None
    findings: EligibilityReport | ChecklistReport | None = None


@dataclass(frozen=True)
class Trace:
    format: str
    policy: str
    title: str
    digest: str
    period: str
    known_on: str
    executor: str
    files: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]
    entity: str
    part: str
    key: str
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, object]:
        return asdict(self)
