"""流程 as everything else runs from it: the steps of a matter, who takes them, by when, and what they bring about.

Facts are named by term id. A process is complete in itself: replaying a matter needs nothing but it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policy_engine.diagnostics.span import Span
from policy_engine.feel.typed import Node


class ActorKind(StrEnum):
    MEMBER = "member"  # the member the matter is about: its key stands in the matter
    AUTHORITY = "authority"  # a one-row entity
    LOOKUP = "lookup"  # the authority a lookup names: 审核部门(所在市)
    BATCH = "batch"  # nobody by himself: the step is driven by a batch


@dataclass(frozen=True)
class ActorRule:
    """Who takes a step. ``names`` are the roles under which he appears; ``name`` is the one shown."""

    kind: ActorKind
    name: str
    names: frozenset[str]
    key: str | None = None  # MEMBER: the fact that holds his key; None = the matter's own key
    terms: tuple[str, ...] = ()  # LOOKUP: the facts looked up
    table: tuple[tuple[tuple[str, ...], str], ...] = ()  # LOOKUP: their texts → the authority


class Lateness(StrEnum):
    """What it means that a deadline has passed."""

    RECORD = "record"  # 记录: the step may still be taken and is marked late
    REFUSE = "refuse"  # 不受理: the step may no longer be taken
    SILENCE = "silence"  # 视为…: another step counts as taken


class DeadlineKind(StrEnum):
    DAY_OF_MONTH = "day_of_month"
    WORKING_DAY_OF_MONTH = "working_day_of_month"
    WORKING_DAYS_AFTER = "working_days_after"
    NOT_AFTER = "not_after"


@dataclass(frozen=True)
class Deadline:
    """The last day of a step, counted from a fact of the matter (``since``: a month or a date).

    ``months`` after that month, on its ``day`` or its n-th of ``working_days``; or ``working_days`` after that
    date; or that date itself. Not ``inclusive``: the day before. ``same_as``: (process, step) it was taken from.
    """

    kind: DeadlineKind
    months: int
    day: int | None
    working_days: int | None
    since: str
    same_as: tuple[str, str] | None
    inclusive: bool
    lateness: Lateness
    silence: str | None  # the step that counts as taken
    span: Span


@dataclass(frozen=True)
class ProcessStep:
    name: str
    actor: ActorRule
    from_: tuple[str, ...]
    to: str
    precondition: Node | None
    deadline: Deadline | None
    note: str | None  # what must be noted, e.g. 理由
    drives: str | None  # the step of the collected process that this one takes along
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class ResultRule:
    """What entering a state brings about: a fact of the matter itself (``into`` None), or of another policy.

    ``key`` is the expression for the member in that policy; ``value`` null means that nothing is brought about.
    """

    into: str | None
    entity: str
    term: str  # a term id of the matter; for another policy the term as written
    key: Node | None
    value: Node
    span: Span


@dataclass(frozen=True)
class Inbox:
    """收件: a batch collects the matters of a process that agree with it in ``same`` (own term, their term)."""

    process: str
    same: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Unique:
    """不得重复: facts that no two matters may share; each set of their values is claimed by one matter.

    ``facts`` are the matter's own. With ``below``, an entity of rows below, every row makes a claim of its own out
    of ``row_facts`` (a term, or the key); ``rows`` is the name under which the rows are kept. ``needed``: they say
    which matter it is, so they must be known from the beginning; others are claimed once they are there.
    """

    facts: tuple[str, ...]
    below: str | None
    rows: str | None
    row_facts: tuple[str, ...]
    needed: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.facts, *(f"{self.rows}.{fact}" for fact in self.row_facts))


@dataclass(frozen=True)
class Exclusive:
    """不得并存: a matter may not take one of ``steps`` while another one holds its place.

    Another one holds it that agrees in ``same``, stands in one of ``holding`` on that day, and whose ``period``
    (a date range) overlaps; where there is no period, or it was left blank, it always does.
    """

    same: tuple[str, ...]
    period: str | None
    holding: tuple[str, ...]
    steps: tuple[str, ...]
    clauses: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Process:
    name: str
    entity: str
    unique: tuple[Unique, ...]
    exclusive: Exclusive | None
    start: str
    steps: tuple[ProcessStep, ...]
    final: tuple[str, ...]
    editable: tuple[str, ...]
    month: str | None  # the fact that says which month the matter belongs to
    results: tuple[tuple[str, tuple[ResultRule, ...]], ...]
    inbox: Inbox | None
    span: Span
    policy: str

    def step(self, name: str) -> ProcessStep | None:
        return next((s for s in self.steps if s.name == name), None)

    def leaving(self, state: str) -> tuple[ProcessStep, ...]:
        return tuple(s for s in self.steps if state in s.from_)

    def results_of(self, state: str) -> tuple[ResultRule, ...]:
        return next((rules for name, rules in self.results if name == state), ())

    @property
    def about(self) -> tuple[str, ...]:
        """The facts that say which matter it is, whose, and who is in charge of it: known from the beginning."""
        found = dict.fromkeys(fact for u in self.unique if u.needed for fact in u.facts)
        for step in self.steps:
            found.update(dict.fromkeys((step.actor.key,) if step.actor.key else step.actor.terms))
        return tuple(found)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the steps name them."""
        named = [self.start, *(x for s in self.steps for x in (*s.from_, s.to))]
        return tuple(dict.fromkeys(named))

    @property
    def written(self) -> frozenset[str]:
        """Facts that the process writes itself; nobody may supply them."""
        return frozenset(r.term for _, rules in self.results for r in rules if r.into is None)
