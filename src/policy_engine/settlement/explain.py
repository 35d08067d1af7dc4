"""Why a settled row is what it is: the engine decides its package again, and the stored row is held against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.explain import explain
from policy_engine.engine.result import Result
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.engine.trace import trace
from policy_engine.engine.trace_document import Trace
from policy_engine.lowering.refusal import NotLowered
from policy_engine.policy.model import DecisionTable, Entity, Policy
from policy_engine.settlement.columns.database import Limits
from policy_engine.settlement.columns.package import decided_again
from policy_engine.settlement.frames import Frames
from policy_engine.settlement.rederived import Rederived, all_again
from policy_engine.settlement.statements import (
    OutputTable,
    carry_over_tables,
    key_names,
    statement_tables,
)
from policy_engine.settlement.stored import Stored, StoredTable, texts, written_run
from policy_engine.tables.columns import Column


@dataclass(frozen=True)
class Explained:
    """A member of a month: its trace, or why it was rejected; ``differences``: where the stored row is not the engine's."""

    entity: str  # its name
    key: str
    trace: Trace | None
    rejected: tuple[Diagnostic, ...] = ()
    differences: tuple[Diagnostic, ...] = ()

    def text(self, lang: str = "zh") -> str:
        """For people, as ``explain`` puts it."""
        if self.trace is not None:
            return explain(self.trace, lang)
        word = "退回" if lang == "zh" else "rejected"
        return "".join(f"{word}：{found.message(lang)}\n" for found in self.rejected)


def explain_members(
    policy: Policy,
    source: Path | Frames,
    keys: Sequence[str],
    stored: Stored,
    entity: str | None = None,
    supplied: Sequence[Supplied] = (),
    limits: Limits | None = None,
) -> tuple[Explained, ...]:
    """Explain members of a month from its input. The engine reads their packages only, unless packages hang together.

    ``entity``: by id or name; None: whichever has the key. Raises InputError (PE7008, PE7024) for a key that nobody
    has, or several entities.
    """
    asked = _entities(policy, entity)
    try:
        again = decided_again(policy, source, keys, asked, supplied, limits or Limits())
    except NotLowered:
        again = None
    if again is None:
        again = all_again(policy, source, supplied)
    return tuple(_explained(again, stored, *_member(again, asked, key)) for key in keys)


def explain_run(
    policy: Policy,
    source: str | Path,
    folder: str | Path,
    keys: Sequence[str],
    entity: str | None = None,
    supplied: Sequence[Supplied] = (),
    limits: Limits | None = None,
) -> tuple[Explained, ...]:
    """Explain members of what ``settle`` has written into ``folder``; ``source`` is what it was settled from.

    Raises InputError as ``explain_members``, PE7020 to PE7023 for a folder without such a run.
    """
    run = written_run(policy, Path(source), Path(folder), supplied)
    return explain_members(policy, Path(source), keys, run, entity, supplied, limits)


def _entities(policy: Policy, name: str | None) -> list[Entity]:
    """Raises InputError for an entity that the policy does not have."""
    if name is None:
        return [e for e in policy.base_entities if not e.single]
    found = [e for e in policy.base_entities if name in (e.id, e.name)]
    if not found:
        raise InputError(diagnostic("PE7008", name=name))
    return found


def _member(again: Rederived, asked: Sequence[Entity], key: str) -> tuple[Entity, str]:
    found = [e for e in asked if again.has(e.name, key)]
    if not found:
        raise InputError(diagnostic("PE7008", name=key))
    if len(found) > 1:
        raise InputError(diagnostic("PE7024", key=key, entities="、".join(e.name for e in found)))
    return found[0], "" if found[0].single else key


def _explained(again: Rederived, stored: Stored, entity: Entity, key: str) -> Explained:
    reasons = again.reasons(entity.name, key)
    if reasons:
        kept = _stored(again.result.policy, stored, entity, key)
        there = [_told(entity, key, "—", "", "—") for table in kept if table.row is not None]
        return Explained(entity.name, key, None, tuple(r.diagnostic for r in reasons), tuple(there[:1]))
    row = again.row(entity.name, key)
    differences = tuple(_differences(again.result, stored, entity, row))
    return Explained(entity.name, key, trace(again.result, entity.name, key), (), differences)


def _stored(policy: Policy, stored: Stored, entity: Entity, key: str) -> Iterator[StoredTable]:
    keys = key_names(entity) if not entity.single else frozenset()
    if any(s.entity == entity.name for s in policy.statements):
        found = stored.find({entity.id, entity.name}, keys, key)
        if found is not None:
            yield found


def _differences(result: Result, stored: Stored, entity: Entity, row: Row) -> Iterator[Diagnostic]:
    """Every cell of every table of the member, as the engine has it and as it stands."""
    keys = key_names(entity) if not entity.single else frozenset()
    by_id, by_name = _expected(result, entity, row, False), _expected(result, entity, row, True)
    for one, other in zip(by_id, by_name, strict=True):
        found = stored.find({one.name, other.name}, keys, row.key)
        if found is None or found.row is None:
            yield _told(entity, row.key, one.name, "", "—")
            continue
        table = one if {c.name for c in one.columns} <= set(found.header) else other
        expected = dict(texts(table.columns, table.rows[0]))
        named = {column.name: (column, text) for column, text in expected.items()}
        yield from _cells(entity, row, named | _fired(result, row, found, named), found.row)


def _expected(result: Result, entity: Entity, row: Row, by_name: bool) -> list[OutputTable]:
    """The engine's tables of an entity, each with the one row."""
    tables = [*statement_tables(result, by_name=by_name), *carry_over_tables(result, by_name=by_name)]
    own = {entity.id, entity.name, f"carry_over_{entity.id}", f"结转_{entity.name}"}
    return [
        OutputTable(t.name, t.columns, tuple(r for r in t.rows if entity.single or r[0] == row.key))
        for t in tables
        if t.name in own
    ]


def _cells(
    entity: Entity, row: Row, expected: Mapping[str, tuple[Column, str]], stands: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for name, (column, text) in expected.items():
        there = stands.get(name, "")
        same = there == text
        if not same and column.kind == "number" and there and text:
            same = Decimal(there) == Decimal(text)
        if not same:
            yield _told(entity, row.key, name, text, there)


def _fired(
    result: Result, row: Row, found: StoredTable, known: Mapping[str, object]
) -> dict[str, tuple[Column, str]]:
    """The columns that name the row of a table that fired."""
    expected: dict[str, tuple[Column, str]] = {}
    for stage in result.policy.stages:
        for name in (f"row:{stage.key}", f"{stage.key}命中"):
            if name not in found.header or name in known or not isinstance(stage.body, DecisionTable):
                continue
            applies = row.part in result.policy.parts(stage.entity)
            text = "、".join(result.run.fired.get((stage.id, id(row)), ())) if applies else ""
            if text or name not in expected:
                expected[name] = (Column(name, "text"), text)
    return expected


def _told(entity: Entity, key: str, column: str, engine: str, stands: str) -> Diagnostic:
    return diagnostic(
        "PE9113", entity=entity.name, key=key, column=column, engine=engine or "空", stands=stands or "空"
    )
