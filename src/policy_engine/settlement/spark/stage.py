"""Tables as relations of exact integers, ``in_<entity id>``; what is doubtful is decided and worded by the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from policy_engine.diagnostics.diagnostic import Diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.engine.facts import Facts
from policy_engine.engine.reader import read_facts
from policy_engine.engine.rejection import Rejection, taken_along
from policy_engine.engine.rows import Row
from policy_engine.engine.supplied import Supplied
from policy_engine.lowering.dialects import SPARK
from policy_engine.lowering.physical import InputColumn, Kind
from policy_engine.policy.model import Entity, Policy
from policy_engine.settlement.columns.stage_handed import per_entity
from policy_engine.settlement.columns.stage_relations import stored
from policy_engine.settlement.spark import names
from policy_engine.settlement.spark.kept import kept
from policy_engine.settlement.spark.packages import MOST, Brought
from policy_engine.settlement.spark.raw import Raw, literal, make_raw
from policy_engine.settlement.spark.source import Handed


class Staged:
    """A month on its way through Spark. What is rejected is taken out; the rest is settled afresh."""

    def __init__(
        self,
        policy: Policy,
        inputs: Mapping[str, tuple[InputColumn, ...]],
        handed: Handed,
        session: Any,
        supplied: Sequence[Supplied],
        most: int = MOST,
    ) -> None:
        """Raises InputError as the reader does for tables as a whole, EngineError for too many doubtful rows."""
        self.policy, self.inputs, self.handed = policy, inputs, handed
        self.session, self.supplied, self.most = session, supplied, most
        self.raws = per_entity(policy, inputs, handed.tables, Raw)
        for raw in self.raws.values():
            make_raw(policy, raw, session)
        self.rejected: list[Rejection] = []
        self.taken: dict[str, set[int]] = {e: set() for e in self.raws}  # numbers read by the reader
        self.out: dict[str, set[int]] = {e: set() for e in self.raws}  # numbers of rejected rows
        self.back: dict[str, list[Row]] = {e: [] for e in self.raws}
        brought = self.brought()
        brought.suspects(
            [(policy.entities[e].base, i.key) for i in supplied for e in _named(policy, i.entity)]
        )
        self.blank = {e: len(found) for e, found in brought.blank.items()}
        facts = self.read(brought)
        bad = [p.diagnostic for p in facts.problems if policy.entities[p.row.entity].single]
        if bad:
            raise InputError(bad)
        self.notes: tuple[Diagnostic, ...] = (*handed.notes, *facts.notes)
        self.singles = {e.name: facts.dataset.rows[e.name][0] for e in policy.base_entities if e.single}
        for entity in self.raws:
            self.taken[entity] = {*brought.rows[entity], *brought.blank[entity]}
        self.reject(facts, [Rejection(p.row, p.column, p.diagnostic) for p in facts.problems])
        gone = {id(r.row.root) for r in self.rejected}
        for entity in self.raws:
            rows = facts.dataset.rows[entity]
            self.back[entity] = [r for r in rows if r.line and id(r.root) not in gone]

    def brought(self) -> Brought:
        return Brought(self.policy, self.raws, self.session, self.most)

    def read(self, brought: Brought) -> Facts:
        """What the engine's reader makes of packages, without the rows rejected before."""
        return read_facts(self.policy, brought.tables(self.handed.singles, self.out), self.supplied)

    def reject(self, facts: Facts, own: Sequence[Rejection]) -> None:
        """Rows at fault, with the packages they take along."""
        found = (*own, *taken_along(facts.dataset, own))
        self.rejected += found
        for entity in self.raws:
            numbers = {r.row.line - 1 for r in found if r.row.entity == entity and r.row.line}
            self.out[entity] |= numbers
            self.taken[entity] |= numbers
            self.back[entity] = [row for row in self.back[entity] if row.line - 1 not in numbers]

    def given(self, entity: str) -> int:
        """Rows handed in that hold something."""
        if entity in self.singles:
            return int(bool(self.singles[entity].line))
        table = self.raws[entity].table
        return table.rows - self.blank[entity] if table is not None else 0

    # -- relations ---------------------------------------------------------------------------------

    def relations(self) -> None:
        """Make ``in_<entity id>`` of every base entity anew."""
        for entity in self.policy.base_entities:
            if entity.single:
                self._single(entity)
        top_down = sorted(self.raws.values(), key=lambda r: len(self.policy.ancestors(r.entity.name)))
        for raw in top_down:
            self._kept(raw)
        for raw in reversed(top_down):
            if raw.table is None:
                self._from_references(raw, top_down)
        for raw in top_down:
            self._relation(raw)

    def _single(self, entity: Entity) -> None:
        row = self.singles[entity.name]
        shown = [
            f"{literal(stored(c, row), c.physical)} AS {names.name(c.name)}" for c in self.inputs[entity.name]
        ]
        select = ", ".join(["CAST(0 AS BIGINT) AS _n", "CAST(NULL AS STRING) AS _k", *shown])
        self.session.sql(f"SELECT {select}").createOrReplaceTempView(names.name(f"in_{entity.id}"))

    def _kept(self, raw: Raw) -> None:
        """Rows nobody had to read, and those the reader found fine."""
        columns = ["_n", "_k", "_p", *(names.name(c.name) for c in raw.inputs)]
        query = f"SELECT {', '.join(columns)} FROM {names.name(raw.view)} r"
        taken = self.taken[raw.entity.name]
        if taken:
            numbers = self.session.createDataFrame([(n,) for n in sorted(taken)], "n BIGINT")
            numbers.createOrReplaceTempView(names.name(f"taken_{raw.entity.id}"))
            query += f" LEFT ANTI JOIN {names.name(f'taken_{raw.entity.id}')} t ON t.n = r._n"
        rows = self.back[raw.entity.name]
        if rows:
            self._put_back(raw, rows)
            query += f" UNION ALL SELECT {', '.join(columns)} FROM {names.name(f'back_{raw.entity.id}')}"
        self.session.sql(query).createOrReplaceTempView(names.name(f"kept_{raw.entity.id}"))

    def _put_back(self, raw: Raw, rows: Sequence[Row]) -> None:
        listed = []
        for row in rows:
            values = [_plain(c, stored(c, row)) for c in raw.inputs]
            listed.append((row.line - 1, row.key, row.parent.key if row.parent else None, *values))
        fields = [f"{names.name(c.name)} {SPARK.type(c.physical)}" for c in raw.inputs]
        schema = ", ".join(["_n BIGINT", "_k STRING", "_p STRING", *fields])
        frame = self.session.createDataFrame(listed, schema)
        frame.createOrReplaceTempView(names.name(f"back_{raw.entity.id}"))

    def _from_references(self, raw: Raw, all_: Sequence[Raw]) -> None:
        """One row for each key that is referred to, with what the terms default to."""
        below = [r for r in all_ if r.parent is not None and r.parent.name == raw.entity.name]
        if not below:
            return
        refs = " UNION ".join(
            f"SELECT _p AS _k FROM {names.name(f'kept_{b.entity.id}')} WHERE _p IS NOT NULL" for b in below
        )
        values = [f"{literal(c.default, c.physical)} AS {names.name(c.name)}" for c in raw.inputs]
        shown = ", ".join(["CAST(-1 AS BIGINT) AS _n", "_k", "CAST(NULL AS STRING) AS _p", *values])
        frame = self.session.sql(f"SELECT {shown} FROM (SELECT DISTINCT _k FROM ({refs}))")
        frame.createOrReplaceTempView(names.name(f"kept_{raw.entity.id}"))

    def _relation(self, raw: Raw) -> None:
        columns, joined = ["r._n", "r._k"], ""
        if raw.parent is not None:
            columns.append(f"r._p AS {names.name(f'_k_{raw.parent.id}')}")
            further = [f"_k_{self.policy.entities[a].id}" for a in self.policy.ancestors(raw.parent.name)]
            if further:
                columns += [f"p.{names.name(k)}" for k in further]
                joined = f" LEFT JOIN {names.name(f'in_{raw.parent.id}')} p ON p._k = r._p"
        columns += [f"r.{names.name(c.name)}" for c in raw.inputs]
        frame = self.session.sql(
            f"SELECT {', '.join(columns)} FROM {names.name(f'kept_{raw.entity.id}')} r{joined}"
        )
        if joined or self.taken[raw.entity.name] or raw.table is None:
            frame = kept(frame)
        frame.createOrReplaceTempView(names.name(f"in_{raw.entity.id}"))


def _plain(column: InputColumn, value: int | bool | str | None) -> object:
    """As Spark takes it from Python."""
    wide = column.physical.kind is Kind.NUMBER and column.physical.wide
    return Decimal(value) if wide and isinstance(value, int) else value


def _named(policy: Policy, name: str) -> list[str]:
    return [e.name for e in policy.entities.values() if name in (e.name, e.id)]
