"""People's columns and values become typed rows, linked into the entity tree.

Every problem is reported with the row and column it concerns; nothing is dropped, guessed or set to zero.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from policy_engine.diagnostics.diagnostic import Diagnostic, diagnostic
from policy_engine.diagnostics.errors import InputError
from policy_engine.diagnostics.suggest import nearest
from policy_engine.engine.closures import Closure
from policy_engine.engine.columns import Columns
from policy_engine.engine.facts import FactRow, Facts, FactTable, Problem
from policy_engine.engine.faults import Fault
from policy_engine.engine.layout import layout_for
from policy_engine.engine.merging import kept_of, merged, objections, twice
from policy_engine.engine.rows import Row, link
from policy_engine.engine.scalars import brief, key_text, read_value
from policy_engine.engine.sensitive import WITHHELD
from policy_engine.engine.supplied import Supplied, SuppliedFacts
from policy_engine.policy.model import Entity, Policy, Term

SUGGESTIONS = 50  # unknown keys for which a similar one is looked for


def read_facts(policy: Policy, tables: Sequence[FactTable], supplied: Sequence[Supplied] = ()) -> Facts:
    """Type, check and link the rows of all tables; ``supplied`` facts complete them.

    Raises InputError when a table as a whole cannot be used (a column is missing or not understood, a table is
    given twice, a one-row entity has no row); problems of single rows are returned.
    """
    reader = _Reader(policy, SuppliedFacts(policy, supplied))
    for table in tables:
        reader.read(table)
    reader.fill_singles()
    reader.refuse_duplicates()
    reader.hang()
    reader.merge()
    dataset = link(policy, reader.rows)
    reader.assign_parts()
    notes = (*reader.notes, *reader.supplied.notes())
    return Facts(dataset, tuple(reader.problems), notes)


class _Reader:
    def __init__(self, policy: Policy, supplied: SuppliedFacts) -> None:
        self.policy = policy
        self.layout = layout_for(policy)
        self.supplied = supplied
        self.problems: list[Problem] = []
        self.notes: list[Diagnostic] = []
        self.rows: dict[str, list[Row]] = {e.name: [] for e in policy.base_entities}
        self.parent_keys: dict[int, str | None] = {}  # by id(row)
        self.headers: dict[tuple[str, str], str] = {}  # (entity, term id) → the column as it was written
        self.given: set[str] = set()
        self.keyless: set[int] = set()  # by id(row): the key could not be read
        self.lost: set[int] = set()  # the parent's key could not be read
        self.elsewhen: set[int] = set()  # of another month
        self._near: dict[tuple[str, str], str] = {}

    def problem(self, row: Row, column: str, fault: Fault) -> None:
        self.problems.append(Problem(row, column, fault.at(row.place)))

    # -- one table -------------------------------------------------------------------------------

    def read(self, table: FactTable) -> None:
        if table.entity in self.given:
            raise InputError(diagnostic("PE6004", name=table.entity, where=table.source or table.entity))
        self.given.add(table.entity)
        if not table.header and not table.rows:
            return  # "there are none" said through the API
        entity = self.policy.entities[table.entity]
        columns = self.layout.columns(entity.name, table.header, table.source or entity.name)
        self.notes.extend(columns.notes)
        for term, position in columns.terms:
            if position is not None:
                self.headers[entity.name, term.id] = table.header[position.index]
        for number, fact in enumerate(table.rows, start=1):
            key = str(number) if entity.papers else ""
            self.rows[entity.name].append(
                self._row(Row(entity.name, key, {}, fact.line), columns, fact, table)
            )

    def _row(self, row: Row, columns: Columns, fact: FactRow, table: FactTable) -> Row:
        """A row is kept even when it is broken: it takes its package along when it is rejected."""
        row.source = table.source
        if columns.key is not None:
            self._own_key(row, columns.key, fact, table)
        if columns.parent is not None:
            self._parent_key(row, columns.parent, fact, table)
        if columns.period is not None and not self._in_period(row, columns, fact, table):
            self.elsewhen.add(id(row))
            return row
        blank: set[str] = set()
        for term, position in columns.terms:
            raw = fact.cells[position.index] if position is not None else None
            if raw is None or raw == "":
                blank.add(term.id)
                if self.supplied.has(row, term):
                    continue
            if raw is WITHHELD and term.sensitive and term.kind == "text":
                row.values[term.id] = None
                row.withheld |= {term.id}
                continue
            try:
                row.values[term.id] = read_value(raw, term, position.factor if position else None)
            except Fault as fault:
                self.problem(row, self._column(term), fault)
        self._lay_over(row, [t for t, _ in columns.terms], blank)
        return row

    def _lay_over(self, row: Row, terms: Sequence[Term], blank: set[str]) -> None:
        by_id = {t.id: t for t in terms}
        for term, fault in self.supplied.lay_over(row, by_id, frozenset(blank)):
            self.problem(row, self._column(term), fault)

    def _column(self, term: Term) -> str:
        return self.headers.get((term.entity, term.id), term.name)

    def _own_key(self, row: Row, index: int, fact: FactRow, table: FactTable) -> None:
        column = table.header[index]
        try:
            row.key = key_text(fact.cells[index], index in fact.lossy, column) or ""
            if not row.key:
                raise Fault("PE6011", name=column)
        except Fault as fault:
            # What stood there is kept for the reader of the rejections.
            row.key = brief(fact.cells[index] or "")
            self.keyless.add(id(row))
            self.problem(row, column, fault)

    def _parent_key(self, row: Row, index: int, fact: FactRow, table: FactTable) -> None:
        column = table.header[index]
        try:
            self.parent_keys[id(row)] = key_text(fact.cells[index], index in fact.lossy, column)
        except Fault as fault:
            self.lost.add(id(row))
            self.problem(row, column, fault)

    def _in_period(self, row: Row, columns: Columns, fact: FactRow, table: FactTable) -> bool:
        """A row of another month is refused; a blank month is the one being settled."""
        assert columns.period is not None
        term, index = columns.period
        try:
            month = read_value(fact.cells[index], replace(term, nullable=True), None)
            if month is not None and month != self.policy.period:
                raise Fault("PE6010", value=str(month), period=str(self.policy.period))
        except Fault as fault:
            self.problem(row, table.header[index], fault)
            return False
        return True

    # -- between rows ----------------------------------------------------------------------------

    def fill_singles(self) -> None:
        """A one-row entity has exactly one row; the settlement month is filled in."""
        for entity in self.policy.base_entities:
            if not entity.single:
                continue
            rows = self.rows[entity.name]
            if not rows and not any(t.required for t in self._inputs(entity)):
                rows.append(Row(entity.name, "", {t.id: t.default for t in self._inputs(entity)}))
            if len(rows) != 1:
                where = rows[0].source if rows else entity.name
                raise InputError(diagnostic("PE6005", name=entity.name, count=len(rows), where=where))
            for term in self.layout.entities[entity.name].period:
                rows[0].values[term.id] = self.policy.period

    def _inputs(self, entity: Entity) -> tuple[Term, ...]:
        return self.layout.entities[entity.name].inputs

    def refuse_duplicates(self) -> None:
        """Rows with one key are all refused, unless they may be merged once their parents are known."""
        for entity in self.policy.base_entities:
            if entity.merged_within is None:
                for same in self._same_key(entity):
                    parents = [self.parent_keys.get(id(row)) for row in same]
                    for row in same:
                        self.problem(row, "", twice(same, entity.parent or "", parents))

    def _same_key(self, entity: Entity) -> list[list[Row]]:
        """Rows that share their key. A row of another month has its own reason and is no double."""
        by_key: dict[str, list[Row]] = {}
        for row in self.rows[entity.name]:
            if row.key and id(row) not in self.keyless and id(row) not in self.elsewhen:
                by_key.setdefault(row.key, []).append(row)
        return [same for same in by_key.values() if len(same) > 1]

    def hang(self) -> None:
        """Set each row's parent. A parent table that was not handed in is made from the references.

        From the bottom up, so that a row made from references is itself asked for its parent.
        """
        for entity in self.layout.bottom_up:
            if entity.parent is not None and self.rows[entity.name]:
                self._hang(entity, self.policy.entities[entity.parent])

    def _hang(self, entity: Entity, above: Entity) -> None:
        by_key: dict[str, Row] = {}
        # A row of this month comes first; one of another month still draws its users out of the settlement.
        for parent in sorted(self.rows[above.name], key=lambda r: id(r) in self.elsewhen):
            if id(parent) not in self.keyless:
                by_key.setdefault(parent.key, parent)
        for row in self.rows[entity.name]:
            if id(row) in self.lost:
                continue
            key = self.parent_keys.get(id(row))
            if key is None:
                if not entity.parent_optional:
                    self.problem(row, above.name, Fault("PE6013", name=above.name))
                continue
            if key not in by_key and above.name not in self.given:
                by_key[key] = self._implied(above, key)
            if key in by_key:
                row.parent = by_key[key]
            else:
                near = self._nearest(above.name, key, by_key)
                self.problem(row, above.name, Fault("PE6014", name=above.name, key=key, near=near))

    def _nearest(self, entity: str, key: str, known: Collection[str]) -> str:
        """Did you mean …? Looked for once a key, and not for thousands of keys: then the column is wrong."""
        if (entity, key) not in self._near:
            few = len(self._near) < SUGGESTIONS
            self._near[entity, key] = ("、".join(nearest(key, known)) or "—") if few else "—"
        return self._near[entity, key]

    def _implied(self, entity: Entity, key: str) -> Row:
        row = Row(entity.name, key, {t.id: t.default for t in self._inputs(entity)})
        self.rows[entity.name].append(row)
        return row

    def merge(self) -> None:
        """合并范围: rows of one key within one ancestor become one. Parents are already set.

        From the top down, so that the parent of a row is already the one that is kept.
        """
        for entity in sorted(self.policy.base_entities, key=lambda e: len(self.policy.ancestors(e.name))):
            if entity.merged_within is not None:
                self._merge(entity, self.policy.entities[entity.merged_within].base)

    def _merge(self, entity: Entity, within: str) -> None:
        broken = {id(p.row) for p in self.problems}
        groups: list[list[Row]] = []
        for same in self._same_key(entity):
            found = objections(within, self._inputs(entity), same)
            for row, term, fault in found:
                self.problem(row, self._column(term) if term else "", fault)
            # With a broken row among them they are left as they are: the package is rejected as it stands.
            if not found and not any(id(row) in broken for row in same):
                groups.append(same)
        if not groups:
            return
        kept = {id(row): kept_of(same) for same in groups for row in same}
        own = self.rows[entity.name]
        self.rows[entity.name] = [row for row in own if kept.get(id(row), row) is row]
        for rows in self.rows.values():
            for row in rows:
                row.parent = kept.get(id(row.parent), row.parent)
        self.notes.append(merged(entity.name, within, groups))

    # -- sub-entities ----------------------------------------------------------------------------

    def assign_parts(self) -> None:
        """Which sub-entity each row is of: exactly one. Facts only that part has are required of it alone."""
        for entity in self.policy.base_entities:
            layout = self.layout.entities[entity.name]
            for row in self.rows[entity.name]:
                self._require(row, layout.required)
            broken = {id(p.row) for p in self.problems}
            for row in self.rows[entity.name]:
                if not layout.tests:
                    row.part = entity.name
                elif id(row) not in broken:
                    self._assign(row, layout.tests)
            if layout.of_parts:
                for row in self.rows[entity.name]:
                    self._require(row, [t for t, covered in layout.of_parts if row.part in covered])

    def _assign(self, row: Row, tests: Sequence[tuple[str, Closure]]) -> None:
        try:
            mine = [name for name, test in tests if test(row)]
        except Fault as fault:
            self.problem(row, "", fault)
            return
        if len(mine) == 1:
            row.part = mine[0]
        else:
            self.problem(row, "", Fault("PE6015", entity=row.entity, names="、".join(mine) or "—"))

    def _require(self, row: Row, terms: Sequence[Term]) -> None:
        """A term without an entry was read and found wrong, which has been said."""
        for term in terms:
            if term.id in row.values and row.values[term.id] is None and term.id not in row.withheld:
                self.problem(row, self._column(term), Fault("PE6016", name=term.name))
