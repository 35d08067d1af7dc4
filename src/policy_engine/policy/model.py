"""The policy as everything else runs from it: bound, checked, ordered, immutable.

Names are the file's; ids are ASCII. Entities are named by their Chinese (or English) name throughout, terms by id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.span import Span
from policy_engine.feel.scope import LookupSignature
from policy_engine.feel.typed import Node, TermRef
from policy_engine.feel.types import Type
from policy_engine.feel.units import Unit
from policy_engine.feel.values import Month, Value
from policy_engine.policy.cell_test import CellTest as CellTest
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.process_model import Process
from policy_engine.policy.property_model import Property
from policy_engine.rulefile.choices import (
    Collect,
    Consequence,
    HitPolicy,
    RoundingMode,
    ScaleMethod,
    SourceStatus,
)

DEFAULT_ROW = "默认"  # what is said to have fired when no row did


@dataclass(frozen=True)
class Clause:
    """A clause of the notice: our id, where it stands in the source, what it says in our words."""

    id: str
    position: str
    summary: str
    testable: bool
    reason: str | None
    span: Span


@dataclass(frozen=True)
class Entity:
    """Whose rows there are. A sub-entity has a ``base`` and a condition; sub-entities partition their base."""

    name: str
    id: str
    key: str | None
    aliases: tuple[str, ...]
    parent: str | None
    parent_optional: bool
    single: bool
    base: str
    when: Node | None
    papers: bool  # 附件: its rows are papers, with the terms of ``PAPER_TERMS``
    merged_within: str | None  # 合并范围: the ancestor within which rows of one key are one; None: no two are
    span: Span

    @property
    def is_sub(self) -> bool:
        return self.base != self.name


@dataclass(frozen=True)
class Term:
    """A fact or a decided value of an entity. ``parts`` are the (sub-)entities whose rows have it."""

    entity: str  # base entity
    parts: frozenset[str]
    name: str
    id: str
    type: Type
    kind: str  # the type word as written in the file's canonical vocabulary
    aliases: tuple[str, ...]
    unit: Unit | None
    places: int | None
    nullable: bool
    default: Value | None
    sensitive: bool
    low: Value | None
    high: Value | None
    decided: bool
    awaited: frozenset[str]  # 待下位决定: the (sub-)entities for which a parent leaves it to its child
    used: bool  # an input nobody reads is not required
    filled_by: str | None  # 由…填: the one-row entity that alone may fill it in, in a matter
    span: Span

    @property
    def required(self) -> bool:
        return not self.decided and self.used and not self.nullable and self.default is None


@dataclass(frozen=True)
class Parameter:
    """A parameter's value in force for the period it was resolved for."""

    name: str
    value: Value
    text: str
    type: Type
    from_: dt.date | None
    to: dt.date | None
    review: dt.date | None
    status: SourceStatus
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Reading:
    """口径: a named choice where the notice is open."""

    name: str
    chosen: str
    default: str
    options: tuple[str, ...]
    clauses: tuple[str, ...]
    rationale: str | None
    span: Span


@dataclass(frozen=True)
class Rounding:
    mode: RoundingMode
    places: int


@dataclass(frozen=True)
class Formula:
    expression: Node


@dataclass(frozen=True)
class Test:
    """A distinct test of a decision table: a boolean over the row."""

    expression: Node
    column: str
    cell: str


@dataclass(frozen=True)
class TableRow:
    name: str
    tests: tuple[int, ...]
    outputs: tuple[Node, ...]
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class DecisionTable:
    hit_policy: HitPolicy
    collect: Collect | None
    tests: tuple[Test, ...]
    rows: tuple[TableRow, ...]
    default: tuple[Node, ...] | None


@dataclass(frozen=True)
class Bracket:
    name: str
    threshold: Node
    inclusive: bool  # 不低于: the threshold itself belongs to this bracket
    rate: Node
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class BracketScale:
    of: Node
    method: ScaleMethod
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True)
class Allocation:
    """Share ``total`` (of the row of ``group`` above) among rows ``within`` by ``by``, exactly, on a grid."""

    group: str
    total: TermRef
    within: Node | None
    by: Node
    places: int


@dataclass(frozen=True)
class Check:
    """校验: a condition the data must meet; a row that fails it is rejected with its whole package."""

    name: str
    condition: Node


@dataclass(frozen=True)
class Ground:
    """A case of 可予认定情形. All conditions hold for the subject, and all evidence cells for one document."""

    name: str
    conditions: tuple[CellTest, ...]
    evidence: tuple[CellTest, ...]
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Exclusion:
    """A case of 不予认定情形 and what follows for the documents it concerns, or for the whole."""

    name: str
    conditions: tuple[CellTest, ...]
    evidence: tuple[CellTest, ...]
    consequence: Consequence
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Eligibility:
    """认定: whether rows of ``entity`` qualify, on the evidence in the rows of ``evidence`` below them."""

    name: str
    entity: str
    term: str  # the id of the option term that holds the verdict
    evidence: str
    verdicts: tuple[str, str, str]  # met, pending, not met
    grounds: tuple[Ground, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def cases(self) -> tuple[Ground | Exclusion, ...]:
        return (*self.grounds, *self.exclusions)


Body = Formula | DecisionTable | BracketScale | Allocation | Check | Eligibility | Checklist | Form


@dataclass(frozen=True)
class Stage:
    """One decision for one (sub-)entity, in an order in which everything it reads is already decided."""

    key: str
    entity: str
    outputs: tuple[str, ...]
    roundings: tuple[Rounding | None, ...]
    body: Body
    clauses: tuple[str, ...]
    span: Span
    policy: str

    @property
    def id(self) -> str:
        """Unique in a policy: a check may be called what a decision is called."""
        return f"{self.entity}|{'校验|' if isinstance(self.body, Check) else ''}{self.key}"


@dataclass(frozen=True)
class Lookup:
    name: str
    signature: LookupSignature
    rows: tuple[tuple[tuple[Value, ...], Value], ...]
    clauses: tuple[str, ...]
    span: Span
    row_spans: tuple[Span, ...] = ()  # where each row stands; in a file of its own, not below the name


@dataclass(frozen=True)
class StatementColumn:
    reference: TermRef
    name: str  # as shown: the term's name
    id: str
    unit: Unit | None
    places: int | None
    kind: str


@dataclass(frozen=True)
class Statement:
    """明细: what is shown of an entity, in which order, and who issues it."""

    entity: str
    issued_by: Node | None
    columns: tuple[StatementColumn, ...]
    span: Span


@dataclass(frozen=True)
class NotCoveredRole:
    name: str
    id: str | None
    reason: str
    span: Span


@dataclass(frozen=True)
class CarryOver:
    """结转: an output that is an input of the next period."""

    entity: str
    output: str
    input: str


@dataclass(frozen=True)
class InForce:
    from_: dt.date
    to: dt.date | None
    by: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class PolicyFile:
    """A file a policy was read from."""

    policy: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Policy:
    """A policy resolved for one period: parents, parameters and readings included."""

    id: str
    title: str
    issuer: str
    number: str | None
    issued: dt.date | None
    known_from: dt.date | None
    in_force: InForce
    basis: tuple[str, ...]
    lineage: tuple[str, ...]  # this policy's id, then its parents'
    files: tuple[PolicyFile, ...]
    period: Month | dt.date
    known_on: dt.date | None
    clauses: Mapping[str, Clause]
    entities: Mapping[str, Entity]
    terms: tuple[Term, ...]
    parameters: Mapping[str, Parameter]
    readings: Mapping[str, Reading]
    stages: tuple[Stage, ...]
    lookups: Mapping[str, Lookup]
    statements: tuple[Statement, ...]
    not_covered: tuple[NotCoveredRole, ...]
    carry_over: tuple[CarryOver, ...]
    warnings: tuple[Diagnostic, ...] = field(compare=False)
    digest: str
    processes: Mapping[str, Process] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Equal by meaning: the digest of the resolved model, not the bytes of the files."""
        return isinstance(other, Policy) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def terms_of(self, entity: str) -> tuple[Term, ...]:
        """Terms of a base entity."""
        return self._terms_of.get(entity, ())

    def term(self, entity: str, id_: str) -> Term:
        base = self.entities[entity].base
        for term in self.terms:
            if term.entity == base and term.id == id_:
                return term
        raise KeyError(f"{entity}.{id_}")

    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the facts ``evaluate`` takes."""
        from policy_engine.policy.schema import input_schema

        return input_schema(self)

    def output_schema(self) -> dict[str, Any]:
        """JSON Schema of ``Result.to_dict()``."""
        from policy_engine.policy.schema import output_schema

        return output_schema(self)

    @property
    def eligibilities(self) -> Mapping[str, Eligibility]:
        """The 认定 of the policy, by name."""
        return {s.body.name: s.body for s in self.stages if isinstance(s.body, Eligibility)}

    @property
    def checklists(self) -> Mapping[str, Checklist | Form]:
        """The 材料清单 and 填报要求 of the policy, by name."""
        return {s.body.name: s.body for s in self.stages if isinstance(s.body, Checklist | Form)}

    @cached_property
    def undecided(self) -> tuple[Term, ...]:
        """Terms left to a child policy: with any of these the policy cannot be evaluated by itself."""
        awaited = [t for t in self.terms if t.awaited]
        cells = {(p, out) for s in self.stages for out in s.outputs for p in self.parts(s.entity)}
        return tuple(
            t for t in awaited if any((p, t.id) not in cells for a in t.awaited for p in self.parts(a))
        )

    @cached_property
    def base_entities(self) -> tuple[Entity, ...]:
        return tuple(e for e in self.entities.values() if not e.is_sub)

    def sub_entities(self, base: str) -> tuple[Entity, ...]:
        return self._sub_entities.get(base, ())

    def ancestors(self, entity: str) -> tuple[str, ...]:
        """Base entities above, nearest first."""
        found: list[str] = []
        current = self.entities[self.entities[entity].base]
        while current.parent is not None:
            found.append(current.parent)
            current = self.entities[current.parent]
        return tuple(found)

    def parts(self, entity: str) -> frozenset[str]:
        """The finest (sub-)entities an entity is made of."""
        return self._parts.get(entity) or frozenset({entity})

    # What is asked of a policy for every row of every case is looked up once.

    @cached_property
    def _terms_of(self) -> Mapping[str, tuple[Term, ...]]:
        return {e.name: tuple(t for t in self.terms if t.entity == e.name) for e in self.base_entities}

    @cached_property
    def _sub_entities(self) -> Mapping[str, tuple[Entity, ...]]:
        subs = [e for e in self.entities.values() if e.is_sub]
        return {e.name: tuple(s for s in subs if s.base == e.name) for e in self.base_entities}

    @cached_property
    def _parts(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(e.name for e in self.sub_entities(name)) or frozenset({name})
            for name in self.entities
        }
