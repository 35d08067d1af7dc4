"""What was handed in for a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.columns import Columns, match_columns
from policy_engine.lowering.physical import InputColumn
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.columns.source import Labelled, Source


@dataclass(frozen=True)
class Handed:
    """Tables in order, remarks made while reading, and the digest of each file."""

    sources: tuple[Source, ...]
    notes: tuple[Diagnostic, ...]
    digests: Mapping[str, str]


T = TypeVar("T", bound=Labelled)
M = TypeVar("M")


def per_entity(
    policy: Policy,
    inputs: Mapping[str, tuple[InputColumn, ...]],
    handed: Iterable[T],
    make: Callable[[Entity, tuple[InputColumn, ...], Entity | None, T | None, Columns | None], M],
) -> dict[str, M]:
    """Every entity with rows, with its parent, its table and what the columns of that mean.

    Raises InputError for a second table of an entity, or for the columns of one.
    """
    by_entity: dict[str, T] = {}
    columns: dict[str, Columns] = {}
    for table in handed:
        if table.entity in by_entity:
            raise InputError(diagnostic("PE6004", name=table.entity, where=table.label or table.entity))
        by_entity[table.entity] = table
        if table.header:
            entity = policy.entities[table.entity]
            columns[table.entity] = match_columns(policy, entity, table.header, table.label or entity.name)
    return {
        e.name: make(
            e,
            inputs[e.name],
            policy.entities[e.parent] if e.parent is not None else None,
            by_entity.get(e.name),
            columns.get(e.name),
        )
        for e in policy.base_entities
        if not e.single
    }
