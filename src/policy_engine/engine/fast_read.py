"""Facts as the rows of a program: what the engine's reader does, for cases with nothing wrong in them.

Whatever is out of the ordinary raises Unusual, a Fault or an InputError; the engine then reads the facts itself and
says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from policy_engine.engine.columns import Columns, match_columns
from policy_engine.engine.facts import is_period_term
from policy_engine.engine.fast_cells import Cell, column_cell, key_of, month_cell, plain_cell
from policy_engine.feel.values import Month
from policy_engine.lowering.physical import InputColumn
from policy_engine.lowering.python_code import Unusual
from policy_engine.lowering.python_program import Program
from policy_engine.lowering.python_rows import KEY_SLOT, RowList, Shape
from policy_engine.policy.model import Entity, Policy, Term

Header = tuple[str, ...]
SHAPES = 64  # headers of one entity that are remembered; facts of a host have few

Rows = dict[str, list[RowList]]  # base entity → rows


@dataclass(frozen=True)
class _Form:
    """A header understood: the column of the key, that of the parent, and slots with what fills them."""

    key: str | None
    parent: str | None
    cells: tuple[tuple[int, str, Cell], ...]
    looked_at: tuple[tuple[str, Cell], ...]  # read, and kept nowhere
    blank: RowList  # a row with the columns nobody wrote


class Intake:
    """Rows of one base entity. ``extras``: where facts stand that no column needs, behind the program's slots."""

    def __init__(self, policy: Policy, program: Program, entity: Entity) -> None:
        self.policy, self.entity = policy, entity
        self.shape: Shape = program.shapes[entity.name]
        self.inputs = {c.name: c for c in program.plan.inputs[entity.name]}
        own = [t for t in policy.terms_of(entity.name) if not t.decided]
        self.period = next((t for t in own if is_period_term(policy, t)), None)
        self.terms = [t for t in own if t is not self.period]
        unread = [t for t in own if t.id not in self.inputs]
        self.extras = {t.id: len(self.shape.blank) + i for i, t in enumerate(unread)}
        self._forms: dict[Header, _Form] = {}
        self._template = [*self.shape.blank, *(None for _ in unread)]
        if self.period is not None:
            slot = self.slot(self.period)
            column = self.inputs.get(self.period.id)
            assert isinstance(policy.period, Month)
            self._template[slot] = column.physical.stored(policy.period) if column else policy.period

    def slot(self, term: Term) -> int:
        return self.extras[term.id] if term.id in self.extras else self.shape.slots[term.id]

    def rows(self, content: object, parents: list[str | None]) -> list[RowList]:
        """The rows of a table; their parents' keys are added to ``parents``."""
        cases: Sequence[object]
        if type(content) is dict or isinstance(content, Mapping):
            cases = (content,)
        elif isinstance(content, (list, tuple)):
            cases = content
        else:
            raise Unusual
        header: dict[str, object] = {}
        rows: list[Mapping[str, object]] = []
        for case in cases:
            if type(case) is not dict and not isinstance(case, Mapping):
                raise Unusual
            rows.append(case)
            header.update(case)
        if not rows:
            return []
        names = tuple(header)
        form = self._forms.get(names) or self._learn(names)
        return [self._row(form, case, parents) for case in rows]

    def _row(self, form: _Form, case: Mapping[str, object], parents: list[str | None]) -> RowList:
        row = form.blank.copy()
        get = case.get
        if form.key is not None:
            key = key_of(get(form.key), form.key)
            if key is None:
                raise Unusual
            row[KEY_SLOT] = key
        if form.parent is not None:
            raw = get(form.parent)
            parents.append(None if raw is None else key_of(raw, form.parent))
        else:
            parents.append(None)
        for slot, name, cell in form.cells:
            row[slot] = cell(get(name))
        for name, cell in form.looked_at:
            cell(get(name))
        return row

    def implied(self, key: str) -> RowList:
        """A row that others refer to, of an entity of which nothing was handed in."""
        row = self._template.copy()
        row[KEY_SLOT] = key
        for term in self.terms:
            row[self.slot(term)] = self._cell(term, None)(None)
        return row

    # -- headers -----------------------------------------------------------------------------------

    def _learn(self, names: Header) -> _Form:
        """Raises InputError for a header that cannot be used."""
        if not all(type(n) is str for n in names) or self.entity.papers:
            raise Unusual
        found = match_columns(self.policy, self.entity, names, self.entity.name)
        form = self._form(found, names)
        if len(self._forms) >= SHAPES:
            self._forms.clear()
        self._forms[names] = form
        return form

    def _form(self, found: Columns, names: Header) -> _Form:
        blank = self._template.copy()
        cells = []
        for term, position in found.terms:
            cell = self._cell(term, position.factor if position is not None else None)
            if position is None:
                blank[self.slot(term)] = cell(None)
            else:
                cells.append((self.slot(term), names[position.index], cell))
        looked_at = []
        if found.period is not None:
            term, index = found.period
            looked_at.append((names[index], month_cell(replace(term, nullable=True), self.policy.period)))
        return _Form(
            None if found.key is None else names[found.key],
            None if found.parent is None else names[found.parent],
            tuple(cells),
            tuple(looked_at),
            blank,
        )

    def _cell(self, term: Term, factor: Fraction | None) -> Cell:
        column: InputColumn | None = self.inputs.get(term.id)
        return plain_cell(term, factor) if column is None else column_cell(column, factor)


class Reader:
    """Reads the facts of one case. May be used by several threads: what it learns is the same for all."""

    def __init__(self, policy: Policy, program: Program) -> None:
        self.program = program
        self.intakes = {e.name: Intake(policy, program, e) for e in policy.base_entities}
        self._by_name = {n: self.intakes[e.name] for e in policy.base_entities for n in (e.name, e.id)}
        self._entities = {e.name: e for e in policy.base_entities}
        self._hung = [n for n in reversed(program.order) if self._entities[n].parent is not None]

    def read(self, facts: Mapping[str, object]) -> Rows:
        """Rows of every base entity, hung under their parents. Raises what the module says."""
        rows: Rows = {name: [] for name in self.intakes}
        parents: dict[str, list[str | None]] = {}
        for name, content in facts.items():
            intake = self._by_name.get(name)
            if intake is None or intake.entity.name in parents:
                raise Unusual
            found: list[str | None] = []
            rows[intake.entity.name] = intake.rows(content, found)
            parents[intake.entity.name] = found
        for name in self.program.singles:
            if not rows[name]:
                rows[name].append(self.intakes[name].implied(""))
            if len(rows[name]) != 1:
                raise Unusual
        for name in self._hung:
            self._hang(name, rows, parents)
        for name in self.program.order:
            self._look_up(name, rows[name])
        return rows

    def _hang(self, name: str, rows: Rows, parents: dict[str, list[str | None]]) -> None:
        """From the bottom up, so that a row made from references is itself asked for its parent."""
        if not rows[name]:
            return
        entity = self._entities[name]
        assert entity.parent is not None
        above = entity.parent
        slot = self.program.shapes[name].above[above]
        keys = parents.get(name, [])
        by_key: dict[str, RowList] | None = None
        for row, key in zip(rows[name], [*keys, *(None for _ in rows[name][len(keys) :])], strict=True):
            if key is None:
                if not entity.parent_optional:
                    raise Unusual
                continue
            if by_key is None:
                by_key = {r[KEY_SLOT]: r for r in rows[above]}
            parent = by_key.get(key)
            if parent is None:
                if above in parents:
                    raise Unusual
                parent = by_key[key] = self.intakes[above].implied(key)
                rows[above].append(parent)
            row[slot] = parent

    def _look_up(self, name: str, rows: list[RowList]) -> None:
        """Every key once; the rows further up."""
        if len(rows) > 1 and len({row[KEY_SLOT] for row in rows}) != len(rows):
            raise Unusual
        above = list(self.program.shapes[name].above.items())
        for (parent, slot), (higher, higher_slot) in pairwise(above):
            from_ = self.program.shapes[parent].above[higher]
            for row in rows:
                if row[slot] is not None:
                    row[higher_slot] = row[slot][from_]
