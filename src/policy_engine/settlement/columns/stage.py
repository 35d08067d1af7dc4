"""Input tables as clean relations of exact integers in DuckDB, and everything that has to be rejected.

SQL finds the rows that are not plainly fine; the engine's own reader decides about them and words every finding.
What it finds fine is put back. So nothing is refused, accepted or worded in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.engine.rejection import Rejection
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering.physical import InputColumn, input_columns
from policy_engine.policy.model import Policy
from policy_engine.settlement.columns.clean_keys import find_loose_keys, reference_type
from policy_engine.settlement.columns.clean_parts import add_partless
from policy_engine.settlement.columns.clean_suspects import find_suspects
from policy_engine.settlement.columns.clean_table import TEXT, Staging, make_raw
from policy_engine.settlement.columns.source import NotPlain
from policy_engine.settlement.columns.source_frames import from_mapping
from policy_engine.settlement.columns.stage_handed import Handed, per_entity
from policy_engine.settlement.columns.stage_packages import (
    Packages,
    find_gone,
    rejected_packages,
    rejections,
)
from policy_engine.settlement.columns.stage_reading import Read, read_suspects
from policy_engine.settlement.columns.stage_relations import (
    Stored,
    make_relations,
    make_single,
    relation_name,
)
from policy_engine.settlement.columns.stage_sources import from_path, listed

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Staged:
    """A month as relations.

    ``relations``: base entity → the relation ``in_<id>`` with ``_n`` (the 0-based place of the row in its table, −1
    for a row made from references), ``_k`` (its key), ``_k_<id>`` of each ancestor, nearest first, and a column for
    each input, held as ``lowering.physical`` says. Keys are texts, or values of an enumeration that reads as text.
    ``singles``: one-row entity → what its row holds, by term id. ``rejected``: as ``engine.evaluate.assess`` would
    reject them on reading. ``digests``: sha256 of each file. ``counts``: entity → rows of its relation; ``made``:
    those of them made from references; ``handed_in``: entity → rows of its table as they were counted before any
    was taken out; ``put_back``: those the reader found fine, which stand behind the others.
    """

    relations: Mapping[str, str]
    singles: Mapping[str, Mapping[str, Stored]]
    rejected: Sequence[Rejection]
    notes: tuple[Diagnostic, ...]
    digests: Mapping[str, str]
    counts: Mapping[str, int]
    made: Mapping[str, int]
    handed_in: Mapping[str, int]
    put_back: Mapping[str, int]
    lines: Mapping[str, Callable[[int], int]] = field(repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)  # base entity → what its table is called

    def line(self, entity: str, number: int) -> int:
        """The line people see of row ``_n`` of a base entity; 0 for a row made from references."""
        return self.lines[entity](number) if number >= 0 else 0


def stage(
    policy: Policy,
    source: str | Path | Mapping[str, object],
    connection: duckdb.DuckDBPyConnection,
    *,
    supplied: Sequence[Supplied] = (),
) -> Staged:
    """Stage a folder, a workbook or a file, or tables by entity (id or name).

    Raises NotLowered for a policy, or a value, that columns cannot hold; InputError when a table as a whole cannot be
    used, as ``read_month`` and ``read_facts`` do; NotCovered for a role without rules.
    """
    inputs = input_columns(policy)
    if isinstance(source, Mapping):
        handed = from_mapping(policy, source, connection)
        return _stage(policy, inputs, handed, connection, supplied)
    try:
        handed = from_path(policy, Path(source), connection)
        return _stage(policy, inputs, handed, connection, supplied)
    except NotPlain:
        handed = listed(policy, Path(source), connection)
        return _stage(policy, inputs, handed, connection, supplied)


def _stage(
    policy: Policy,
    inputs: Mapping[str, tuple[InputColumn, ...]],
    handed: Handed,
    connection: duckdb.DuckDBPyConnection,
    supplied: Sequence[Supplied],
) -> Staged:
    stagings = per_entity(policy, inputs, handed.sources, Staging)
    types: dict[str, str] = {}  # how references to the rows of an entity are held
    for staging in sorted(stagings.values(), key=lambda s: len(policy.ancestors(s.entity.name))):
        make_raw(policy, staging, connection, types[staging.parent.name] if staging.parent else TEXT)
        find_loose_keys(staging, connection)
        types[staging.entity.name] = reference_type(staging, stagings, connection)
    laid_over = [(policy.entities[e].base, i.key) for i in supplied for e in _named(policy, i.entity)]
    find_suspects(policy, stagings, types, connection, laid_over)
    for staging in stagings.values():
        add_partless(policy, stagings, staging, connection)
    read = read_suspects(policy, stagings, handed.sources, connection, supplied)
    packages = rejected_packages(policy, read)
    handed_in = {e: _handed_in(s, read, connection) for e, s in stagings.items()}
    find_gone(policy, stagings, read, packages, connection)
    rejected = rejections(policy, stagings, read, packages, connection)
    make_relations(policy, stagings, types, read, packages, connection)
    singles = {
        e.name: make_single(e, inputs[e.name], read.facts.dataset.rows[e.name][0], connection)
        for e in policy.base_entities
        if e.single
    }
    counts, made = _counts(stagings, connection)
    return Staged(
        {e.name: relation_name(e) for e in policy.base_entities},
        singles,
        rejected,
        (*handed.notes, *read.facts.notes),
        handed.digests,
        {**dict.fromkeys(singles, 1), **counts},
        {**{e: int(not read.facts.dataset.rows[e][0].line) for e in singles}, **made},
        {**{e: int(bool(read.facts.dataset.rows[e][0].line)) for e in singles}, **handed_in},
        {e: _put_back_count(packages, read, e) for e in stagings},
        {e: s.source.line for e, s in stagings.items() if s.source is not None},
        {e: s.source.label for e, s in stagings.items() if s.source is not None},
    )


def _named(policy: Policy, name: str) -> list[str]:
    return [e.name for e in policy.entities.values() if name in (e.name, e.id)]


def _handed_in(staging: Staging, read: Read, connection: duckdb.DuckDBPyConnection) -> int:
    left = f"SELECT count(*) FROM {staging.raw} WHERE _n NOT IN (SELECT n FROM {staging.read})"
    by_reader = sum(entity == staging.entity.name for entity, _ in read.numbers)
    return int(connection.execute(left).fetchall()[0][0]) + by_reader


def _put_back_count(packages: Packages, read: Read, entity: str) -> int:
    rows = read.facts.dataset.rows[entity]
    return sum(read.number(row) >= 0 and not packages.rejects(row) for row in rows)


def _counts(
    stagings: Mapping[str, Staging], connection: duckdb.DuckDBPyConnection
) -> tuple[dict[str, int], dict[str, int]]:
    counts, made = {}, {}
    for name, staging in stagings.items():
        query = f"SELECT count(*), count(*) FILTER (_n < 0) FROM {staging.raw}"
        counts[name], made[name] = map(int, connection.execute(query).fetchall()[0])
    return counts, made
