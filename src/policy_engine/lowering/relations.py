"""A plan as SQL statements: small relations for those above others, one grouped scan for all totals of a time.

Rows that nothing hangs under are many. What is decided about them is worked out again in each statement that reads it,
from the facts and only as far as it is read there: that costs less than keeping it, in time and in memory. The last
relation of such an entity is a view of what is asked of it in the end.

``in_<entity id>`` are the inputs: ``_n`` the place of the row, ``_k`` its key, ``_k_<ancestor id>`` the keys above, and
a column for each fact, held as ``lowering.physical`` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from policy_engine.feel.typed import AggregateKind
from policy_engine.lowering import build, ir
from policy_engine.lowering.dialects import Dialect
from policy_engine.lowering.plan import KEY, Plan, RowColumn, Step, Threshold, TotalColumn, key_column, turns
from policy_engine.lowering.sql_text import SqlText


class Form(StrEnum):
    TABLE = "table"  # kept: small, or read more than once
    VIEW = "view"


@dataclass(frozen=True)
class Relation:
    """``name`` is made by ``query``, which works out columns of ``rows``, a base entity.

    ``about``: what it holds, for the reader of a plan.
    """

    name: str
    form: Form
    query: str
    about: str
    rows: str
    grouped: tuple[str, str] | None = None  # (entity, rows of which): ``_rows`` is the size of each group


@dataclass(frozen=True)
class Relations:
    """``made``: in an order in which each reads only earlier ones; ``last``: the final relation of each entity.

    ``failed``: relations of rows that cannot be decided or fail a check, and their base entity: the keys, and in
    ``_at`` the place of the stage that meets it first.
    """

    made: tuple[Relation, ...]
    last: dict[str, str]
    failed: tuple[tuple[str, str], ...]


def relations(plan: Plan, dialect: Dialect, extra: Iterable[ir.Column] = ()) -> Relations:
    """``extra``: columns that are wanted of the last relations beside those of the statements."""
    return _Composer(plan, dialect, tuple(extra)).compose()


class Reads:
    """Names of columns in a relation of ``entity``: own ones, and those fetched from an ancestor."""

    def __init__(self, plan: Plan, dialect: Dialect, entity: str) -> None:
        self.plan, self.dialect, self.entity = plan, dialect, entity

    def __call__(self, column: ir.Column) -> str:
        return self.dialect.identifier(self.name(column))

    def name(self, column: ir.Column) -> str:
        if column.entity == self.entity:
            return column.name
        return f"{self.plan.policy.entities[column.entity].id}.{column.name}"


class _Composer:
    def __init__(self, plan: Plan, dialect: Dialect, extra: tuple[ir.Column, ...]) -> None:
        self.plan, self.dialect, self.policy, self.extra = plan, dialect, plan.policy, extra
        self.failed: list[tuple[str, str]] = []
        self.made: list[Relation] = []
        self.current: dict[str, str] = {}
        self.known: dict[str, dict[str, RowColumn]] = {}  # of many rows: what can be worked out by now
        self.foreign = {e.name: self._foreign(e.name) for e in self.policy.base_entities}

    def compose(self) -> Relations:
        order = [self.policy.entities[name] for name in turns(self.policy)]
        for entity in order:
            self.current[entity.name] = f"in_{entity.id}"
            self.known[entity.name] = {}
        read = (self.plan.known(e, p) for e, places in self.foreign.items() for p in places)
        for time in range(max([0, *self.plan.times.values(), *read]) + 1):
            totals = self._totals(time) if time else {}
            for entity in order:
                self._row_relation(entity.name, time, totals.get(entity.name, []))
        for entity in order:
            self._last(entity.name)
        return Relations(tuple(self.made), dict(self.current), tuple(self.failed))

    # -- what is read ------------------------------------------------------------------------------

    def _reads(self, entity: str) -> Iterator[ir.Column]:
        """Every column that is read on rows of ``entity``."""
        for step in self.plan.steps:
            match step:
                case RowColumn() if step.entity == entity:
                    yield from ir.columns(step.expr)
                case TotalColumn() if step.over == entity:
                    yield from _read_by_total(step)
                case Threshold() if step.over == entity:
                    yield from _read_by_threshold(step)
        for fault in self.plan.faults:
            if fault.entity == entity:
                yield from ir.columns(fault.condition)
        yield from self._shown(entity)

    def _shown(self, entity: str) -> Iterator[ir.Column]:
        """What is read of its last relation."""
        yield from (column for column in self.extra if column.entity == entity)
        for output in self.plan.outputs:
            if output.entity == entity:
                for shown in output.columns:
                    yield from ir.columns(shown.expr)

    def _foreign(self, entity: str) -> dict[tuple[str, str], None]:
        """(ancestor or one-row entity, column), in the order of first use."""
        return {(c.entity, c.name): None for c in self._reads(entity) if c.entity != entity}

    # -- totals ------------------------------------------------------------------------------------

    def _totals(self, time: int) -> dict[str, list[tuple[str, list[str]]]]:
        """By holder: the relations to join, and their columns."""
        found: dict[str, list[tuple[str, list[str]]]] = {}
        grouped: dict[tuple[str, str], list[TotalColumn]] = {}
        for step in self.plan.steps:
            if step.time != time:
                continue
            if isinstance(step, TotalColumn):
                grouped.setdefault((step.entity, step.over), []).append(step)
            elif isinstance(step, Threshold):
                found.setdefault(step.entity, []).append(self._threshold(step))
        for (holder, over), columns in grouped.items():
            found.setdefault(holder, []).append(self._grouped(holder, over, columns, time))
        return found

    def _grouped(
        self, holder: str, over: str, columns: list[TotalColumn], time: int
    ) -> tuple[str, list[str]]:
        text = SqlText(self.dialect, Reads(self.plan, self.dialect, over))
        key = self._group_key(holder)
        select = [f"{key} AS _k"] if key else []
        select += ["count(*) AS _rows"]
        select += [f"{self._aggregate(text, c)} AS {self._q(c.name)}" for c in columns]
        rows = f"FROM {self._rows(over, [c for step in columns for c in _read_by_total(step)])}"
        where = f" WHERE {key} IS NOT NULL GROUP BY {key}" if key else ""
        name = f"{self._id(holder)}_over_{self._id(over)}_{time}"
        query = f"SELECT {_listed(select)}\n{rows}{where}"
        about = f"{holder} ← {over}：" + "、".join(dict.fromkeys(c.stage.split("|")[-1] for c in columns))
        self.made.append(Relation(name, Form.TABLE, query, about, over, (holder, over)))
        return name, [c.name for c in columns]

    def _group_key(self, holder: str) -> str | None:
        entity = self.policy.entities[holder]
        return None if entity.single else self._q(key_column(entity.id))

    def _aggregate(self, text: SqlText, column: TotalColumn) -> str:
        kept = "" if column.where == build.TRUE else f" FILTER (WHERE {text(column.where)})"
        type_ = self.dialect.type(column.type)
        if column.value is None or column.kind is AggregateKind.COUNT:
            return f"CAST(count(*){kept} AS {type_})"
        value = text(column.value)
        if column.kind is AggregateKind.SUM:
            if column.type.wide and not column.value.type.wide and self.dialect.name == "spark":
                value = f"CAST({value} AS {self.dialect.wide})"
            return f"CAST(coalesce(sum({value}){kept}, 0) AS {type_})"
        return f"{column.kind.value}({value}){kept}"

    def _threshold(self, step: Threshold) -> tuple[str, list[str]]:
        reads = Reads(self.plan, self.dialect, step.over)
        divisor = reads(ir.Column(build.BOOLEAN, step.entity, step.divisor))
        rest, weight, key = self._q(step.remainder), self._q(step.weight), self._group_key(step.entity)
        partition = f"PARTITION BY {key}" if key else ""
        wide = self.dialect.wide
        ranked = (
            f"SELECT {key + ' AS g, ' if key else ''}{rest} AS r, {weight} AS w, _k AS k,"
            f"\n    CAST(row_number() OVER ({partition} ORDER BY {rest} DESC, {weight} DESC, _k) AS {wide})"
            f" * {divisor} AS taken,"
            f"\n    sum(CAST({rest} AS {wide})) OVER ({partition}) AS rests"
            f"\n  FROM {self._with_needs(step)} WHERE {rest} > 0"
        )
        names = [step.name + suffix for suffix in ("_r", "_w", "_k")]
        columns = [f"{c} AS {self._q(n)}" for c, n in zip("rwk", names, strict=True)]
        select = [*(["g AS _k"] if key else []), *columns]
        query = f"SELECT {_listed(select)}\nFROM ({ranked})\nWHERE taken = rests"
        name = f"{self._id(step.entity)}{step.name}"
        about = f"{step.stage.split('|')[-1]}：最后一个得到余下单位的{step.over}"
        self.made.append(Relation(name, Form.TABLE, query, about, step.over))
        return name, names

    def _with_needs(self, step: Threshold) -> str:
        """The rows of which some may have a remainder: nothing dear is worked out, nor looked up, for the others."""
        read = list(_read_by_threshold(step))
        needs = ir.Column(build.BOOLEAN, step.over, step.needs)
        if self._small(step.over) or self.plan.time_of(needs, step.over) >= step.time - 1:
            return self._rows(step.over, read)
        keys = ["_n", KEY, *(key_column(self._id(a)) for a in self.policy.ancestors(step.over))]
        facts = ", ".join(self._q(c) for c in (*keys, *(c.name for c in self.plan.inputs[step.over])))
        some = f"SELECT {facts}\nFROM {self._rows(step.over, [needs])}\nWHERE {self._q(step.needs)} > 0"
        worked_out = self._worked_out(step.over, read, f"({_indented(some)})")
        return f"({_indented(worked_out)})"

    # -- rows --------------------------------------------------------------------------------------

    def _row_relation(self, entity: str, time: int, totals: list[tuple[str, list[str]]]) -> None:
        own = [
            s for s in self.plan.steps if isinstance(s, RowColumn) and s.entity == entity and s.time == time
        ]
        fetched = [p for p in self.foreign[entity] if self.plan.known(entity, p) == time]
        if own or fetched or totals:
            self._next(entity, time, own, fetched, totals)
        self._failed(entity, time)

    def _next(
        self,
        entity: str,
        time: int,
        own: list[RowColumn],
        fetched: list[tuple[str, str]],
        totals: list[tuple[str, list[str]]],
    ) -> None:
        name = f"{self._id(entity)}_{time}"
        if self._small(entity):
            rows = self._q(self.current[entity])
            query = self._layered(entity, self._joined(entity, rows, fetched, totals), own)
            self.made.append(Relation(name, Form.TABLE, query, _about(entity, own), entity))
            self.current[entity] = name
            return
        self.known[entity].update((c.name, c) for c in own)

    def _last(self, entity: str) -> None:
        if self._small(entity):
            return
        name = f"{self._id(entity)}_last"
        above = [ir.Column(build.BOOLEAN, *place) for place in self.foreign[entity]]
        query = self._worked_out(entity, [*self._shown(entity), *above], self._q(self.current[entity]))
        about = _about(entity, list(self.known[entity].values()))
        self.made.append(Relation(name, Form.VIEW, query, about, entity))
        self.current[entity] = name

    def _rows(self, entity: str, read: list[ir.Column]) -> str:
        """Rows with their keys, their facts and the columns that are read, to stand behind FROM."""
        table = self._q(self.current[entity])
        return table if self._small(entity) else f"({_indented(self._worked_out(entity, read, table))})"

    def _worked_out(self, entity: str, read: list[ir.Column], rows: str) -> str:
        """Columns of many ``rows`` that hold their facts: no others than are read. Each row above is looked up once."""
        own: set[str] = set()
        above: set[tuple[str, str]] = set()
        waiting = list(read)
        while waiting:
            column = waiting.pop()
            if column.entity != entity:
                above.add((column.entity, column.name))
            elif column.name in self.known[entity] and column.name not in own:
                own.add(column.name)
                waiting += ir.columns(self.known[entity][column.name].expr)
        joined = self._joined(entity, rows, [p for p in self.foreign[entity] if p in above], [])
        return self._layered(entity, joined, [c for n, c in self.known[entity].items() if n in own])

    def _layered(self, entity: str, query: str, columns: list[RowColumn]) -> str:
        text = SqlText(self.dialect, Reads(self.plan, self.dialect, entity))
        for layer in _layers(columns):
            added = [f"{text(c.expr)} AS {self._q(c.name)}" for c in layer]
            query = f"SELECT *, {_listed(added)}\nFROM ({_indented(query)})"
        return query

    def _failed(self, entity: str, time: int) -> None:
        faults: dict[int, list[ir.Expr]] = {}
        for fault in self.plan.faults:
            if fault.entity == entity and self.plan.time_of(fault.condition, fault.entity) == time:
                faults.setdefault(self.plan.place(fault.stage), []).append(fault.condition)
        if not faults:
            return
        text = SqlText(self.dialect, Reads(self.plan, self.dialect, entity))
        keys = [KEY, *(key_column(self._id(a)) for a in self.policy.ancestors(entity))]
        held = {
            at: " OR ".join(f"coalesce({text(f)}, FALSE)" for f in dict.fromkeys(conditions))
            for at, conditions in sorted(faults.items())
        }
        first = " ".join(f"WHEN {condition} THEN {at}" for at, condition in held.items())
        read = [
            c for conditions in faults.values() for condition in conditions for c in ir.columns(condition)
        ]
        rows = f"FROM {self._rows(entity, read)}\nWHERE " + "\n  OR ".join(held.values())
        name = f"{self._id(entity)}_{time}_failed"
        select = [*(self._q(k) for k in keys), f"CASE {first} END AS _at"]
        query = f"SELECT {_listed(select)}\n{rows}"
        self.made.append(Relation(name, Form.TABLE, query, f"{entity}：不能核算的各行", entity))
        self.failed.append((entity, name))

    def _small(self, entity: str) -> bool:
        """Rows that others hang under are few, and read again and again."""
        return any(
            entity in self.policy.ancestors(e.name) or self.policy.entities[entity].single
            for e in self.policy.base_entities
        )

    def _joined(
        self,
        entity: str,
        rows: str,
        fetched: list[tuple[str, str]],
        totals: list[tuple[str, list[str]]],
    ) -> str:
        select, joins = ["o.*"], []
        for number, (name, columns) in enumerate(totals):
            alias = f"t{number}"
            on = " ON TRUE" if self.policy.entities[entity].single else f" ON o._k = {alias}._k"
            joins.append(f"LEFT JOIN {self._q(name)} AS {alias}{on}")
            select += [self._total_of(entity, alias, c) for c in columns]
        by_entity: dict[str, list[str]] = {}
        for other, column in fetched:
            by_entity.setdefault(other, []).append(column)
        for number, (other, columns) in enumerate(by_entity.items()):
            alias, above = f"a{number}", self.policy.entities[other]
            on = " ON TRUE" if above.single else f" ON o.{self._q(key_column(above.id))} = {alias}._k"
            joins.append(f"LEFT JOIN {self._q(self.current[other])} AS {alias}{on}")
            select += [f"{alias}.{self._q(c)} AS {self._q(f'{above.id}.{c}')}" for c in columns]
        lines = [f"SELECT {_listed(select)}", f"FROM {rows} AS o", *joins]
        return "\n".join(lines)

    def _total_of(self, entity: str, alias: str, column: str) -> str:
        """A row with nothing below it has the total 0."""
        step = next(s for s in self.plan.steps if s.entity == entity and _has(s, column))
        read = f"{alias}.{self._q(column)}"
        if isinstance(step, TotalColumn) and step.kind in (AggregateKind.SUM, AggregateKind.COUNT):
            read = f"coalesce({read}, {self.dialect.number(0, step.type.wide)})"
        return f"{read} AS {self._q(column)}"

    def _q(self, name: str) -> str:
        return self.dialect.identifier(name)

    def _id(self, entity: str) -> str:
        return self.policy.entities[entity].id


def _read_by_total(step: TotalColumn) -> Iterator[ir.Column]:
    yield from ir.columns(step.where)
    yield from ir.columns(step.value) if step.value is not None else ()


def _read_by_threshold(step: Threshold) -> Iterator[ir.Column]:
    """Of these only the names are asked for, whatever their types."""
    yield ir.Column(build.BOOLEAN, step.entity, step.divisor)
    for name in (step.remainder, step.weight):
        yield ir.Column(build.BOOLEAN, step.over, name)


def _about(entity: str, columns: list[RowColumn]) -> str:
    stages = "、".join(dict.fromkeys(c.stage.split("|")[-1] for c in columns if c.stage))
    return f"{entity}：{stages}" if stages else entity


def _has(step: Step, column: str) -> bool:
    return column.startswith(step.name) if isinstance(step, Threshold) else step.name == column


def _layers(columns: list[RowColumn]) -> Iterable[list[RowColumn]]:
    """Columns that read only columns of earlier layers."""
    depth: dict[str, int] = {}
    for column in columns:
        reads = [c.name for c in ir.columns(column.expr) if c.entity == column.entity]
        depth[column.name] = 1 + max((depth[r] for r in reads if r in depth), default=-1)
    return [[c for c in columns if depth[c.name] == d] for d in sorted(set(depth.values()))]


def _listed(items: list[str]) -> str:
    return ",\n  ".join(items)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
