"""A policy as relational stages over the entity tree: what every executor of columns runs.

Every column has a ``time``: the number of grouped scans that must have happened before it is known. Inputs are of time
0; a total over rows of time t is of time t + 1, and so is what an allocation needs to know of a whole group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from policy_engine.feel.typed import AggregateKind
from policy_engine.lowering import ir
from policy_engine.lowering.context import Fault
from policy_engine.lowering.physical import InputColumn, Kind, Physical
from policy_engine.policy.model import Allocation, Entity, Policy, Stage, StatementColumn

MAX_GROUP = 1_000_000  # rows below one row; checked when a month is settled
MAX_ROWS = 100_000_000  # rows of one entity in a month

PART = "_part"
KEY = "_k"


def key_column(ancestor_id: str) -> str:
    """The column that holds the key of an ancestor."""
    return f"_k_{ancestor_id}"


def turns(policy: Policy) -> tuple[str, ...]:
    """Base entities in the order in which their rows are worked out: those that stand alone, then from the top down."""
    entities = sorted(policy.base_entities, key=lambda e: (not e.single, len(policy.ancestors(e.name))))
    return tuple(e.name for e in entities)


def comes_later(policy: Policy, entity: str, than: str) -> bool:
    order = turns(policy)
    return order.index(entity) > order.index(than)


@dataclass(frozen=True)
class Measured:
    """What has been found of a month: the bounds of its numbers, and the most rows below one row.

    What is not measured is bounded by the ranges of the rule file and by ``MAX_GROUP`` and ``MAX_ROWS``.
    """

    bounds: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # (entity, column)
    groups: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (entity, rows of which entity)

    def narrowed(self, column: InputColumn) -> InputColumn:
        found = self.bounds.get((column.term.entity, column.name))
        if found is None or column.physical.kind is not Kind.NUMBER:
            return column
        low, high = (column.default,) * 2 if isinstance(column.default, int) else found
        low, high = min(low, found[0]), max(high, found[1])
        return replace(column, physical=replace(column.physical, low=low, high=high))

    def within(self, entity: str, name: str, type_: Physical) -> Physical:
        """The type of a decided column, narrowed to what it was found to hold."""
        found = self.bounds.get((entity, name))
        if found is None or type_.kind is not Kind.NUMBER:
            return type_
        return replace(type_, low=max(type_.low, found[0]), high=min(type_.high, found[1]))

    def largest(self, holder: Entity, over: str) -> int:
        """The most rows of ``over`` below one row of ``holder``."""
        return self.groups.get((holder.name, over), MAX_ROWS if holder.single else MAX_GROUP)


@dataclass(frozen=True)
class RowColumn:
    """A value of each row of a base entity. ``stage``: the id of the stage it comes from."""

    entity: str
    name: str
    expr: ir.Expr
    time: int
    stage: str


@dataclass(frozen=True)
class TotalColumn:
    """Over the rows of ``over`` below each row of ``entity`` for which ``where`` holds."""

    entity: str
    over: str
    name: str
    kind: AggregateKind
    value: ir.Expr | None
    where: ir.Expr
    time: int
    type: Physical
    stage: str


@dataclass(frozen=True)
class Threshold:
    """Who gets one of the units left over in a group: the rows not after this one.

    Of the rows of ``over`` with a remainder, ordered by larger ``remainder``, larger ``weight``, smaller key, the n-th,
    where n × ``divisor`` is the sum of the remainders. Three columns of ``entity``: ``name`` + ``_r``, ``_w``, ``_k``;
    null when nothing is left over. Without something in ``needs`` a row has no remainder.
    """

    entity: str
    over: str
    name: str
    remainder: str
    weight: str
    divisor: str  # a column of ``entity``
    needs: str  # a column of ``over``, known before: that of the weights the first of a chain of sharings goes by
    time: int
    types: tuple[Physical, Physical, Physical]
    stage: str


@dataclass(frozen=True)
class Fired:
    """Which row of a decision table (or bracket) fired: the column holds its place in ``rows``."""

    entity: str
    name: str
    stage: str
    key: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class OutputColumn:
    statement: StatementColumn
    expr: ir.Expr


@dataclass(frozen=True)
class Output:
    """The statement of a base entity."""

    entity: str
    columns: tuple[OutputColumn, ...]


Step = RowColumn | TotalColumn | Threshold


@dataclass(frozen=True)
class Plan:
    """``steps`` in an order in which each reads only earlier ones."""

    policy: Policy
    inputs: Mapping[str, tuple[InputColumn, ...]]
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]
    outputs: tuple[Output, ...]
    fired: tuple[Fired, ...]
    times: Mapping[tuple[str, str], int]  # (entity, column) → time
    decided: Mapping[tuple[str, str], ir.Expr]  # (base entity, term id) → where its value is
    across: bool  # something is decided from all packages together
    measured: Measured  # what the bounds rest on

    def steps_of(self, entity: str) -> tuple[Step, ...]:
        return tuple(s for s in self.steps if s.entity == entity)

    def place(self, stage: str) -> int:
        """Where a stage stands in the order of the policy; −1 for what concerns the facts alone."""
        return next((i for i, s in enumerate(self.policy.stages) if s.id == stage), -1)

    def end_of_pass(self, first: int) -> int:
        """The first stage after ``first`` that decides from all packages together.

        Beside failing packages it would decide from wrong totals, so what fails from there on does not count yet.
        """
        places = (i for i, s in enumerate(self.policy.stages) if i > first and self._together(s))
        return next(places, len(self.policy.stages))

    def _together(self, stage: Stage) -> bool:
        entity = stage.body.group if isinstance(stage.body, Allocation) else stage.entity
        return self.policy.entities[self.policy.entities[entity].base].single

    def known(self, entity: str, place: tuple[str, str]) -> int:
        """When rows of ``entity`` can read a column: one turn later, if its entity's turn comes after theirs."""
        return self.times[place] + comes_later(self.policy, place[0], entity)

    def time_of(self, expr: ir.Expr, entity: str) -> int:
        """When all columns of an expression on rows of ``entity`` are known."""
        return max((self.known(entity, (c.entity, c.name)) for c in ir.columns(expr)), default=0)
