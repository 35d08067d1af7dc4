"""Facts as handed in: tables of cells by entity, and the problems found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError, NotCovered
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.rows import Dataset, Row
from policy_engine.feel.values import Month
from policy_engine.policy.model import Entity, Policy, Term


@dataclass(frozen=True)
class FactRow:
    """A row as handed in: one cell a column. ``lossy`` are columns whose number lost digits in its file.

    A cell of a sensitive text may be ``WITHHELD``.
    """

    cells: Sequence[object] = field(repr=False)  # they may be sensitive, and logs keep everything
    line: int = 0
    lossy: frozenset[int] = frozenset()


@dataclass(frozen=True)
class FactTable:
    """The rows of one entity as handed in."""

    entity: str  # base entity
    header: tuple[str, ...]
    rows: tuple[FactRow, ...]
    source: str = ""


@dataclass(frozen=True)
class Problem:
    """A row that cannot be used, the column at fault (or blank), and why."""

    row: Row
    column: str
    diagnostic: Diagnostic


@dataclass(frozen=True)
class Facts:
    """What was read: linked rows, the problems found, and columns nobody asked for."""

    dataset: Dataset
    problems: tuple[Problem, ...]
    notes: tuple[Diagnostic, ...]


def entity_of(policy: Policy, name: str) -> Entity:
    """The base entity a table is for, by id or name. Raises NotCovered or InputError."""
    for entity in policy.base_entities:
        if name in (entity.id, entity.name):
            return entity
    for role in policy.not_covered:
        if name in (role.name, role.id):
            raise NotCovered(diagnostic("PE6001", role.span, name=role.name, reason=role.reason))
    known = [n for e in policy.base_entities for n in (e.id, e.name)]
    raise InputError(
        diagnostic("PE6002", name=name, near="、".join(nearest(name, known)) or "、".join(known))
    )


def tables_from_mapping(
    policy: Policy, facts: Mapping[str, object], source: str = ""
) -> tuple[FactTable, ...]:
    """``{"user": [{…}, …], "market": {…}}`` (entities by id or name) as tables."""
    found = []
    for name, content in facts.items():
        entity = entity_of(policy, str(name))
        rows = [content] if isinstance(content, Mapping) else content
        if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
            raise InputError(diagnostic("PE6003", name=name))
        header: dict[str, None] = {}
        for row in rows:
            if not isinstance(row, Mapping):
                raise InputError(diagnostic("PE6003", name=name))
            header.update(dict.fromkeys(str(k) for k in row))
        columns = tuple(header)
        found.append(
            FactTable(
                entity.name,
                columns,
                tuple(FactRow(tuple(row.get(c) for c in columns), i) for i, row in enumerate(rows, start=1)),
                source or name,
            )
        )
    return tuple(found)


def is_period_term(policy: Policy, term: Term) -> bool:
    """The term that says which month is settled: it is filled in from the period asked for."""
    return (
        term.name == policy.in_force.by
        and term.kind == "month"
        and policy.entities[term.entity].single
        and isinstance(policy.period, Month)
    )
