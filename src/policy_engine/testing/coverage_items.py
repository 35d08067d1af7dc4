"""What scenarios can reach of a policy: its rows, branches, values, checks and steps, each with its place in a file.

An item is known by what is written where (the text of its file and an offset in it), not by a policy: a rule that two
entities share, or that a child takes over from its parent, is one item wherever it is applied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from policy_engine.diagnostics.span import Source, Span
from policy_engine.feel.typed import If, Node, walk
from policy_engine.policy.model import Policy, Stage
from policy_engine.policy.table_view import file_of


class Kind(StrEnum):
    """The value is how people call it."""

    ROW = "行"  # of decision tables, lookups, brackets, eligibilities, checklists and forms
    BRANCH = "分支"  # 如果 … 那么 … 否则 …
    SHARE = "分摊"  # 分摊范围 of allocations
    PARAMETER = "参数"
    READING = "口径"
    CHECK = "校验"
    STEP = "步骤"
    RESULT = "结果"


@dataclass(frozen=True)
class Side:
    """One of the ways in which an item can come out, and what a scenario must do to see it."""

    id: str
    need: str


@dataclass(frozen=True)
class Item:
    """``path`` is its address for people: ``决定/考核判定/免考``."""

    key: str
    kind: Kind
    policy: str
    path: str
    file: str
    line: int
    clauses: tuple[str, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class ClauseItem:
    """A clause of a notice."""

    policy: str
    id: str
    file: str
    line: int
    summary: str
    testable: bool
    reason: str


class Marks:
    """Keys of places: the same for the same text, whatever the file is called."""

    def __init__(self) -> None:
        self._sources: dict[int, tuple[Source, str]] = {}

    def of(self, kind: Kind, span: Span, more: str = "") -> str:
        known = self._sources.get(id(span.source))
        if known is None:
            digest = hashlib.sha256(span.source.text.encode()).hexdigest()[:12]
            known = self._sources[id(span.source)] = (span.source, digest)
        return f"{kind.value}|{known[1]}|{span.start}|{more}"


def hit(key: str, side: str) -> str:
    """What is noted when a side of an item is seen."""
    return f"{key}={side}"


class Itemiser:
    """Lists the items of policies."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def items(self, policy: Policy) -> dict[str, Item]:
        """By key. The same key for entities that share a rule: their sides are put together."""
        from policy_engine.testing.coverage_processes import process_items
        from policy_engine.testing.coverage_rows import row_items

        owner = {f.path: f.policy for f in policy.files}
        make = Maker(self._marks, owner, policy)
        found: dict[str, Item] = {}
        parts = (row_items(make), process_items(make), self._values(make), self._branches(make))
        for item in (item for part in parts for item in part):
            found[item.key] = merged(found[item.key], item) if item.key in found else item
        return found

    def clauses(self, policy: Policy) -> Iterator[ClauseItem]:
        owner = {f.path: f.policy for f in policy.files}
        for clause in policy.clauses.values():
            file = clause.span.source.name
            yield ClauseItem(
                owner.get(file_of(clause.span.source), policy.id),
                clause.id,
                file,
                clause.span.line,
                clause.summary,
                clause.testable,
                clause.reason or "",
            )

    def _values(self, make: Maker) -> Iterator[Item]:
        for parameter in make.policy.parameters.values():
            need = f"写一个场景，办理时用到参数“{parameter.name}”（{parameter.text}）"
            yield make.item(
                Kind.PARAMETER, parameter.span, f"参数/{parameter.name}", parameter.clauses, [("用到", need)]
            )
        for reading in make.policy.readings.values():
            sides = [
                (option, f"写一个场景：假如 口径“{reading.name}”取“{option}”，再办理")
                for option in reading.options
            ]
            yield make.item(Kind.READING, reading.span, f"口径/{reading.name}", reading.clauses, sides)

    def _branches(self, make: Maker) -> Iterator[Item]:
        for place, clauses, node in expressions(make.policy):
            for branch in (n for n in walk(node) if isinstance(n, If)):
                condition = one_line(branch.condition.span)
                sides = [
                    ("那么", f"写一个场景，让“{condition}”成立"),
                    ("否则", f"写一个场景，让“{condition}”不成立"),
                ]
                yield make.item(Kind.BRANCH, branch.span, f"{place}/如果 {condition}", clauses, sides)


class Maker:
    """Makes the items of one policy."""

    def __init__(self, marks: Marks, owner: dict[str, str], policy: Policy) -> None:
        self._marks, self._owner, self.policy = marks, owner, policy

    def item(
        self,
        kind: Kind,
        span: Span,
        path: str,
        clauses: Iterable[str],
        sides: Iterable[tuple[str, str]],
        more: str = "",
    ) -> Item:
        file = span.source.name
        return Item(
            self._marks.of(kind, span, more),
            kind,
            self._owner.get(file_of(span.source), self.policy.id),
            path,
            file,
            span.line,
            tuple(clauses),
            tuple(Side(*side) for side in sides),
        )


def merged(one: Item, other: Item) -> Item:
    """The same item met twice, perhaps with other sides: another reading may have been chosen."""
    sides = {side.id: side for side in (*other.sides, *one.sides)}
    return replace(one, sides=tuple(sides.values())) if len(sides) > len(one.sides) else one


def expressions(policy: Policy) -> Iterator[tuple[str, tuple[str, ...], Node]]:
    """Every expression that is evaluated when a policy is applied: where it stands, its clauses, its tree."""
    for stage in policy.stages:
        yield from ((where(stage), stage.clauses, node) for node in nodes(stage.body))
    for process in policy.processes.values():
        for step in process.steps:
            if step.precondition is not None:
                yield f"流程/{process.name}/{step.name}", step.clauses, step.precondition
        for state, rules in process.results:
            for rule in rules:
                yield f"流程/{process.name}/结果/{state}", (), rule.value
                if rule.key is not None:
                    yield f"流程/{process.name}/结果/{state}", (), rule.key


def nodes(value: object) -> Iterator[Node]:
    """The expressions in the body of a stage, wherever its model keeps them."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from nodes(part)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, Span):
        for name in value.__dataclass_fields__:
            yield from nodes(getattr(value, name))


SECTIONS = {
    "Check": "校验",
    "Eligibility": "认定",
    "Checklist": "材料清单",
    "Form": "填报要求",
}


def where(stage: Stage) -> str:
    """``决定/考核判定``: the section and the entry a stage was written under."""
    section = SECTIONS.get(type(stage.body).__name__, "决定")
    return f"{section}/{getattr(stage.body, 'name', '') or stage.key}"


def one_line(span: Span) -> str:
    """What is written there, without line ends."""
    return " ".join(span.text.split())
