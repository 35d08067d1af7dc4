"""The facts of a scenario while they are written: rows by entity, cells by term, ready to be handed to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from policy_engine.engine.columns import key_names
from policy_engine.engine.facts import FactRow, FactTable, entity_of
from policy_engine.feel.units import parse_unit
from policy_engine.policy.model import Entity, Policy, Term
from policy_engine.tables.values import normalise_header, split_unit
from policy_engine.testing.names import find_entity, find_term, split_where, the_term, unknown_key
from policy_engine.testing.problems import StepFailure
from policy_engine.testing.values import given

Table = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Column:
    """A column of a written table: the key, the parent's key, or a term with the unit of the header."""

    id: str
    term: Term | None = None
    unit: str | None = None

    def cell(self, text: str) -> object:
        return given(text, self.term, self.unit) if self.term else text.strip()


@dataclass
class _Rows:
    rows: list[dict[str, object]] = field(default_factory=list)
    declared: bool = False  # given as a table, so a row that is not in it does not exist


class Draft:
    """Rows under construction. Raises StepFailure for words the policy does not know."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._tables: dict[str, _Rows] = {}

    def add(self, entity: str, table: Table) -> None:
        """``有下列…：`` — rows under a header. Papers need no key: they are numbered over all tables, from 1."""
        base = self._base(entity)
        columns = [self.column(base, h) for h in table[0]]
        rows = self._tables.setdefault(base.name, _Rows())
        rows.declared = True
        numbered = base.papers and all(c.id != _key(base) for c in columns)
        for line in table[1:]:
            row = {c.id: c.cell(text) for c, text in zip(columns, line, strict=True)}
            own = {_key(base): str(len(rows.rows) + 1)} if numbered else {}
            rows.rows.append({**own, **row})

    def change(self, entity: str, term: str, table: Table) -> None:
        """``下列…的…改为：`` — one term of rows that are there."""
        base = self._base(entity)
        columns = [self.column(base, h) for h in table[0]]
        key = next((i for i, c in enumerate(columns) if c.id == _key(base)), None)
        wanted = the_term(self.policy, base, term)
        value = next((i for i, c in enumerate(columns) if c.term is wanted), None)
        if key is None or value is None or len(columns) != 2:
            raise StepFailure(f"表里应有两栏：{base.name}、{wanted.name}")
        for line in table[1:]:
            self._row(base, line[key].strip())[wanted.id] = columns[value].cell(line[value])

    def set(self, entity: str, key: str | None, term: str, value: str) -> None:
        """``…的…为…`` — one value of a row; the row is made when nothing says that it does not exist."""
        if key is None:
            entity, term = split_where(entity, "的", term, lambda e: find_entity(self.policy, e) is not None)
        base = self._base(entity)
        term, value = split_where(term, "为", value, lambda t: find_term(self.policy, base, t) is not None)
        wanted = self._input(base, term)
        if base.single and key is not None:
            raise StepFailure(f"{base.name}只有一行，不写编号")
        if not base.single and key is None:
            raise StepFailure(f"请写明是哪一个：{base.name}“…”")
        self._row(base, key or "")[wanted.id] = given(value, wanted)

    def tables(self) -> tuple[FactTable, ...]:
        """The facts as the engine takes them."""
        found = []
        for name, rows in self._tables.items():
            entity = self.policy.entities[name]
            if not rows.declared and not entity.single:
                there = {row.get(_key(entity)) for row in rows.rows}
                rows.rows.extend({_key(entity): k} for k in self._referenced(entity) if k not in there)
            header = tuple(dict.fromkeys(c for row in rows.rows for c in row)) or (_key(entity),)
            lines = (FactRow(tuple(row.get(c) for c in header), i) for i, row in enumerate(rows.rows, 1))
            found.append(FactTable(name, header, tuple(lines)))
        return tuple(found)

    # -- looking up ------------------------------------------------------------------------------

    def _base(self, name: str) -> Entity:
        """The base entity; an entity the policy does not cover is refused as the engine refuses it."""
        found = find_entity(self.policy, name) or entity_of(self.policy, name)
        return self.policy.entities[found.base]

    def column(self, entity: Entity, header: str) -> Column:
        """What a header stands for. A header nobody knows is left to the engine, which explains it."""
        name, unit = split_unit(header)
        term = find_term(self.policy, entity, normalise_header(header))
        if term is not None:
            unit = None
        term = term or find_term(self.policy, entity, name)
        if term is not None and (unit is None or parse_unit(unit) is not None):
            self._refuse_decided(entity, term)
            return Column(term.id, term, unit)
        if not entity.single and name in key_names(self.policy, entity):
            return Column(_key(entity))
        if entity.parent is not None:
            parent = self.policy.entities[entity.parent]
            if name in key_names(self.policy, parent):
                return Column(_key(parent))
        return Column(header)

    def _input(self, entity: Entity, name: str) -> Term:
        term = the_term(self.policy, entity, name)
        self._refuse_decided(entity, term)
        return term

    def _refuse_decided(self, entity: Entity, term: Term) -> None:
        if term.decided:
            raise StepFailure(f"{entity.name}的“{term.name}”由规则得出，不能作为事实给出")

    def _row(self, entity: Entity, key: str) -> dict[str, object]:
        table = self._tables.setdefault(entity.name, _Rows())
        for row in table.rows:
            if entity.single or row.get(_key(entity)) == key:
                return row
        known = [str(r.get(_key(entity))) for r in table.rows] if table.declared else self._referenced(entity)
        if known and key not in known:
            raise unknown_key(entity.name, key, known)
        table.rows.append({} if entity.single else {_key(entity): key})
        return table.rows[-1]

    def _referenced(self, entity: Entity) -> list[str]:
        """Keys of ``entity`` that rows below it refer to, in the order they appear."""
        below = [e.name for e in self.policy.base_entities if e.parent == entity.name]
        rows = [row for name in below if name in self._tables for row in self._tables[name].rows]
        return list(dict.fromkeys(str(r[_key(entity)]) for r in rows if r.get(_key(entity))))


def _key(entity: Entity) -> str:
    return entity.key or entity.id
