"""The month's tables: found by name, handed to the engine, nothing passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError, NotCovered
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.columns import known_headers
from policy_engine.engine.facts import FactRow, FactTable, entity_of
from policy_engine.policy.model import Policy
from policy_engine.settlement.digests import sha256
from policy_engine.settlement.names import readable
from policy_engine.tables.model import RawTable
from policy_engine.tables.read import read_tables
from policy_engine.tables.values import normalise_header, split_unit

READ = (".csv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class MonthInput:
    """Tables by entity, remarks made while reading, and the digest of each file."""

    tables: tuple[FactTable, ...]
    notes: tuple[Diagnostic, ...]
    digests: Mapping[str, str]


def read_month(policy: Policy, path: Path, *, complete: bool = True) -> MonthInput:
    """Read a folder, a workbook or a single file. Raises InputError, or NotCovered for a role without rules.

    ``complete``: an entity with required facts must have a table.
    """
    recognised = _Recogniser(policy)
    raw = [_named(table) for table in read_tables(path, known_headers=recognised)]
    notes: list[Diagnostic] = []
    tables: list[FactTable] = []
    for table in raw:
        notes.extend(table.notes)
        fact_table = _fact_table(policy, table, recognised, notes)
        if fact_table is not None:
            tables.append(fact_table)
    if complete:
        _refuse_absent(policy, tables)
    return MonthInput(tuple(tables), tuple(notes), digests(path))


def _named(table: RawTable) -> RawTable:
    return replace(table, name=readable(table.name), source=readable(table.source))


class _Recogniser:
    """Whether a header cell means something in the table of that name; in an unknown table, in any."""

    def __init__(self, policy: Policy) -> None:
        by_name = {}
        for entity in policy.base_entities:
            known = known_headers(policy, entity)
            by_name[entity.name] = by_name[entity.id] = known
        self.by_name: dict[str, frozenset[str]] = by_name
        self.any = frozenset().union(*by_name.values())

    def __call__(self, table: str, header: str) -> bool:
        known = self.by_name.get(readable(table), self.any)
        return header in known or split_unit(header)[0] in known


def _fact_table(
    policy: Policy, table: RawTable, recognised: _Recogniser, notes: list[Diagnostic]
) -> FactTable | None:
    try:
        entity = entity_of(policy, table.name)
    except NotCovered:
        raise
    except InputError:
        names = [n for e in policy.base_entities for n in (e.name, e.id)]
        known = "、".join(names)
        meant = any(recognised(table.name, normalise_header(h)) for h in table.header)
        if meant or nearest(table.name, names):
            raise InputError(diagnostic("PE7004", name=table.name, where=table.source, known=known)) from None
        notes.append(diagnostic("PE7003", name=table.name, where=table.source, known=known))
        return None
    rows = tuple(FactRow(r.cells, r.line, r.lossy) for r in table.rows)
    return FactTable(entity.name, table.header, rows, table.source)


def _refuse_absent(policy: Policy, tables: Sequence[FactTable]) -> None:
    given = {t.entity for t in tables}
    for entity in policy.base_entities:
        required = any(t.required for t in policy.terms_of(entity.name))
        if entity.name not in given and required and not entity.single:
            found = "、".join(sorted(given)) or "—"
            raise InputError(diagnostic("PE7002", name=entity.name, id=entity.id, found=found))


def digests(path: Path) -> dict[str, str]:
    """sha256 of each file that was read, by name."""
    files = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.is_file())
    wanted = [f for f in files if f.suffix.lower() in READ and not f.name.startswith(("~$", "."))]
    return {readable(f.name): sha256(f) for f in wanted}
