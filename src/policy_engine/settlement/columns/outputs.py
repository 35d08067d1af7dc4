"""Statements written by the database itself: fixed places, names of options, months and days as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from policy_engine.feel.typed import Where
from policy_engine.lowering import ir
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.lowering.physical import Kind, Physical
from policy_engine.lowering.plan import KEY, Fired, Plan, key_column
from policy_engine.lowering.relations import Reads
from policy_engine.lowering.sql_text import SqlText
from policy_engine.policy.kinds import NUMERIC_KINDS
from policy_engine.policy.model import Entity, StatementColumn
from policy_engine.policy.places import decimal_places
from policy_engine.settlement.statements import Cell, OutputTable, key_columns, statement_column
from policy_engine.tables.columns import Column
from policy_engine.tables.write import Format, Sheet, write_table

if TYPE_CHECKING:
    import duckdb

NARROW = 18  # digits of a DECIMAL that is held in 64 bits
WIDE = 38
CHUNK = 50_000
# What a spreadsheet takes for the start of a formula, behind any apostrophes: as tables/csv_out.
FORMULA = "^'*[=+\\-@\t\r\n＝＋－＠]"
# Dictionaries of numbers that hardly repeat cost more than they save, and so does looking for longer repetitions.
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL -3, DICTIONARY_SIZE_LIMIT 1000"
MARK = "\ufeff"
_NOTHING = "no_rows"


@dataclass(frozen=True)
class Shown:
    """A column of a statement: what it is called, its SQL value, and the SQL of its text in a csv."""

    column: Column
    value: str
    text: str
    summed: str | None = None  # of energy and money: the id of the column


@dataclass(eq=False)
class QueryTable:
    """A table that stays in the database until it is written. ``order``: the SQL its rows are sorted by."""

    name: str
    shown: tuple[Shown, ...]
    relation: str
    order: str
    connection: duckdb.DuckDBPyConnection
    written: Path | None = None  # a Parquet file is read back sooner than decided again,
    content: Any = None  # and so is an Arrow table in memory

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(s.column for s in self.shown)

    def query(self) -> str:
        listed = ",\n  ".join(f"{s.value} AS {DUCKDB.identifier(s.column.name)}" for s in self.shown)
        return f"SELECT {listed}\nFROM {DUCKDB.identifier(self.relation)}{self.order}"

    def sheet(self) -> Sheet:
        return self.name, self.columns, list(self.rows())

    def in_memory(self) -> OutputTable:
        return OutputTable(self.name, self.columns, tuple(self.rows()))

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Row by row, a chunk at a time."""
        found = self.connection.execute(self.query())
        while chunk := found.fetchmany(CHUNK):
            yield from chunk

    def write(self, path: Path, format: Format) -> None:
        """As ``tables.write.write_table`` would."""
        target = DUCKDB.string(str(path))
        if format == "parquet":
            self.connection.execute(f"COPY ({self.query()}) TO {target} ({PARQUET})")
            self.written = path
        elif format == "csv":
            options = "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', NULLSTR ''"
            self.connection.execute(f"COPY ({self._texts()}) TO {target} ({options})")
        else:
            write_table(path, self.columns, self.rows(), format)

    def arrow(self) -> Any:
        """All of it as a pyarrow Table, read out of the database once."""
        if self.content is None:
            self.content = self.connection.sql(self.query()).to_arrow_table()
        return self.content

    def sums(self) -> dict[str, Fraction | None]:
        """Of each column of energy or money; None where there are rows and nobody filled it in."""
        summed = [s for s in self.shown if s.summed is not None]
        if self.written is not None and self.written.exists():
            rows = f"read_parquet({DUCKDB.string(str(self.written))})"
        elif self.content is not None:
            rows = DUCKDB.identifier(f"held_{self.name}")
            self.connection.register(f"held_{self.name}", self.content)
        else:
            rows = f"({self.query()})"
        asked = ", ".join(["count(*)", *(f"sum({DUCKDB.identifier(s.column.name)})" for s in summed)])
        found = self.connection.execute(f"SELECT {asked} FROM {rows}").fetchall()[0]
        return {
            str(s.summed): None if total is None and found[0] else Fraction(total or 0)
            for s, total in zip(summed, found[1:], strict=True)
        }

    def _texts(self) -> str:
        """All text, blank for what is not there; the first header carries the mark of UTF-8."""
        listed = []
        for number, shown in enumerate(self.shown):
            name = shown.column.name if number else MARK + shown.column.name
            listed.append(f"{shown.text} AS {DUCKDB.identifier(name)}")
        select = ",\n  ".join(listed)
        return f"SELECT {select}\nFROM {DUCKDB.identifier(self.relation)}{self.order}"


def without_rows(table: OutputTable, connection: duckdb.DuckDBPyConnection) -> QueryTable:
    """A table of no rows, written by the database: importing what else would write it takes longer than that."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {DUCKDB.identifier(_NOTHING)} AS SELECT 1 WHERE FALSE")
    types = {"text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN"}
    shown = tuple(
        Shown(c, f"CAST(NULL AS {types.get(c.kind, f'DECIMAL({WIDE}, {c.places or 0})')})", "NULL")
        for c in table.columns
    )
    return QueryTable(table.name, shown, _NOTHING, "", connection)


def statement_queries(
    plan: Plan,
    last: dict[str, str],
    connection: duckdb.DuckDBPyConnection,
    *,
    by_name: bool,
    fired: bool = False,
    large: Collection[str] = (),
) -> tuple[QueryTable, ...]:
    """One table for each entity with a statement.

    ``fired``: with the rows of its tables that fired; ``large``: base entities of many rows, all handed in.
    """
    policy = plan.policy
    found = []
    for output in plan.outputs:
        entity = policy.entities[output.entity]
        text = SqlText(DUCKDB, Reads(plan, DUCKDB, output.entity))
        shown = [
            _key(c, n)
            for c, n in zip(key_columns(policy, entity, by_name), _keys(plan, output.entity), strict=True)
        ]
        for column in output.columns:
            if policy.term(column.statement.reference.entity, column.statement.reference.term).sensitive:
                continue
            one = _shown(statement_column(column.statement, by_name), column.expr, text)
            holder = _same_for_all(plan, column.expr)
            if holder is not None and holder != output.entity:
                read = SqlText(DUCKDB, Reads(plan, DUCKDB, holder))
                one = _known(_shown(one.column, column.expr, read), last[holder], connection)
            shown.append(replace(one, summed=_summed(column.statement)))
        if fired:
            shown += [_fired(f, by_name) for f in plan.fired if f.entity == output.entity]
        order = _order(entity, large)
        name = entity.name if by_name else entity.id
        found.append(QueryTable(name, tuple(shown), last[output.entity], order, connection))
    return tuple(found)


def _order(entity: Entity, large: Collection[str]) -> str:
    """As they were handed in; rows made from references follow, by key.

    Many rows are left as they come, which is in order: sorting them would cost half as much as deciding them.
    """
    return "" if entity.single or entity.name in large else f"\nORDER BY _n < 0, _n, {KEY}"


def _same_for_all(plan: Plan, expr: ir.Expr) -> str | None:
    """The one-row entity whose value every row shows."""
    holders = {c.entity for c in ir.columns(expr)}
    one = next(iter(holders), None)
    return one if len(holders) == 1 and one is not None and plan.policy.entities[one].single else None


def _known(shown: Shown, relation: str, connection: duckdb.DuckDBPyConnection) -> Shown:
    """Read once, and written as a constant: a million rows need not work it out."""
    asked = f"SELECT {shown.value}, CAST({shown.value} AS VARCHAR), {shown.text} FROM {DUCKDB.identifier(relation)}"
    found = connection.execute(asked)
    type_ = str(found.description[0][1]) if found.description else "VARCHAR"
    value, plain, text = found.fetchall()[0]
    constant = "NULL" if value is None else DUCKDB.string(str(plain))
    return replace(
        shown,
        value=f"CAST({constant} AS {type_})",
        text="CAST(NULL AS VARCHAR)" if text is None else DUCKDB.string(str(text)),
    )


def _summed(column: StatementColumn) -> str | None:
    own = column.reference.where is Where.OWN
    return column.id if own and column.kind in ("energy", "money") else None


def carry_over_queries(
    plan: Plan,
    last: dict[str, str],
    connection: duckdb.DuckDBPyConnection,
    *,
    by_name: bool,
    large: Collection[str] = (),
) -> tuple[QueryTable, ...]:
    """结转: what the next period takes as inputs, as ``statements.carry_over_tables``."""
    policy = plan.policy
    found = []
    for entity in policy.base_entities:
        items = [c for c in policy.carry_over if c.entity == entity.name]
        if not items:
            continue
        text = SqlText(DUCKDB, Reads(plan, DUCKDB, entity.name))
        keys = zip(key_columns(policy, entity, by_name), _keys(plan, entity.name), strict=True)
        shown = [_key(c, n) for c, n in keys]
        for item in items:
            term = policy.term(entity.name, item.input)
            kind: Literal["number", "text"] = "number" if term.kind in NUMERIC_KINDS else "text"
            column = Column(term.name if by_name else term.id, kind, term.places)
            shown.append(_shown(column, plan.decided[entity.name, item.output], text))
        name = f"结转_{entity.name}" if by_name else f"carry_over_{entity.id}"
        order = _order(entity, large)
        found.append(QueryTable(name, tuple(shown), last[entity.name], order, connection))
    return tuple(found)


def _keys(plan: Plan, entity: str) -> list[str]:
    found = plan.policy.entities[entity]
    names = [KEY] if found.key is not None else []
    if found.parent is not None:
        names.append(key_column(plan.policy.entities[found.parent].id))
    return names


def _key(column: Column, name: str) -> Shown:
    value = f"CAST({DUCKDB.identifier(name)} AS VARCHAR)"  # of an enumeration, too
    return Shown(column, value, guarded(value))


def guarded(value: str) -> str:
    """An apostrophe before text that would start a formula."""
    pattern = DUCKDB.string(FORMULA)
    return f"CASE WHEN regexp_matches({value}, {pattern}) THEN '''' || {value} ELSE {value} END"


def _shown(column: Column, expr: ir.Expr, text: SqlText) -> Shown:
    type_, value = expr.type, text(expr)
    match type_.kind:
        case Kind.NUMBER:
            return _number(column, type_, value)
        case Kind.BOOLEAN:
            return Shown(column, value, f"CASE WHEN {value} THEN '是' WHEN NOT {value} THEN '否' END")
        case Kind.CODE:
            arms = " ".join(f"WHEN {i} THEN {DUCKDB.string(n)}" for i, n in enumerate(type_.names))
            name = f"CASE {value} {arms} END"
            return Shown(column, name, guarded(name))
        case Kind.DAY:
            day = f"strftime(DATE '0001-01-01' + CAST({value} - 1 AS INTEGER), '%Y-%m-%d')"
            return Shown(column, day, day)
        case Kind.MONTH:
            year, month = f"CAST({value} // 12 AS VARCHAR)", f"CAST({value} % 12 + 1 AS VARCHAR)"
            shown = f"lpad({year}, 4, '0') || '-' || lpad({month}, 2, '0')"
            return Shown(column, shown, shown)
        case _:
            return Shown(column, value, guarded(value))


def _number(column: Column, type_: Physical, value: str) -> Shown:
    """Exact: the integer times a decimal constant; a constant of k places only moves the point."""
    have = decimal_places(type_.unit)
    assert have is not None, "what does not end is rounded before it is stored"
    places = column.places if column.places is not None else have
    # The decimal type of the integer is as narrow as it can be: its product with the step then needs 64 bits only.
    whole_digits = len(str(max(-type_.low, type_.high)))
    digits = NARROW if whole_digits + max(places - have, 0) + have <= NARROW else WIDE
    width = min(whole_digits, WIDE - have) if digits == WIDE else min(whole_digits, NARROW - have)
    step = _decimal(type_.unit, have)
    whole = f"CAST({value} AS DECIMAL({width}, 0))"
    exact = f"{whole} * {step}" if type_.unit != 1 else value
    number = f"CAST({exact} AS DECIMAL({digits}, {places}))"
    text = f"CAST({number} AS VARCHAR)"
    if column.places is None and places:
        text = f"rtrim(rtrim({text}, '0'), '.')"
    return Shown(column, number, text)


def _decimal(unit: Fraction, places: int) -> str:
    digits = str(int(unit * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _fired(fired: Fired, by_name: bool) -> Shown:
    """Which row of a table fired; blank where the table does not apply."""
    arms = " ".join(f"WHEN {i} THEN {DUCKDB.string(n)}" for i, n in enumerate(fired.rows))
    value = f"CASE {DUCKDB.identifier(fired.name)} {arms} END"
    name = f"{fired.key}命中" if by_name else f"row:{fired.key}"
    return Shown(Column(name, "text"), value, guarded(value))


def counted(
    relations: Mapping[str, str], connection: duckdb.DuckDBPyConnection, entities: Sequence[str]
) -> dict[str, int]:
    """Rows settled, by base entity."""

    def count(relation: str) -> int:
        found = connection.execute(f"SELECT count(*) FROM {DUCKDB.identifier(relation)}").fetchall()
        return int(found[0][0])

    return {entity: count(relations[entity]) for entity in entities}
