"""A table on its way into DuckDB: what its columns are held as, and its rows as the engine's reader takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from policy_engine.engine.facts import FactRow
from policy_engine.settlement.cells.holding import Held, Holding
from policy_engine.settlement.columns import source_words as words
from policy_engine.tables.limits import MAX_CELL_CHARS

if TYPE_CHECKING:
    import duckdb

CHUNK = 10_000  # rows fetched at a time
TOTALS = ("合计", "总计", "小计")


class NotPlain(Exception):
    """A file that looked plain is not: the reader of tables has to read it, and to say what is wrong with it."""


class Labelled(Protocol):
    """A table as it was handed in: whose it is, its columns, and what messages call it."""

    @property
    def entity(self) -> str: ...
    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def label(self) -> str: ...


class Source(Labelled, Protocol):
    """``entity`` is a base entity; rows are numbered from 0."""

    @property
    def holdings(self) -> tuple[Holding, ...]: ...

    @property
    def relation(self) -> str | None:
        """A SELECT of ``n, c0, c1, …``: the rows that hold something. None: only the reader can read them."""

    @property
    def totals(self) -> bool:
        """A row may turn out to be a total, which the reader of tables would have taken out."""

    @property
    def odd(self) -> Sequence[int]:
        """Rows that only the reader can read, whatever their cells."""

    def line(self, number: int) -> int:
        """The line people see."""

    def rows(
        self, connection: duckdb.DuckDBPyConnection, wanted: str | None
    ) -> Iterator[tuple[int, FactRow]]:
        """Rows by number, in order; of those in the table ``wanted`` (column ``n``), or all."""


@dataclass(frozen=True)
class TypedSource:
    """A Parquet file. Line n is row n, from 1."""

    entity: str
    header: tuple[str, ...]
    label: str
    holdings: tuple[Holding, ...]
    relation: str
    odd: Sequence[int] = ()
    totals: bool = True

    def line(self, number: int) -> int:
        return number + 1

    def rows(
        self, connection: duckdb.DuckDBPyConnection, wanted: str | None
    ) -> Iterator[tuple[int, FactRow]]:
        for number, cells in fetched(connection, self.relation, wanted):
            texts = tuple(cell_text(cell) for cell in cells)
            check_row(texts)
            if any(texts):
                yield number, FactRow(texts, number + 1)


@dataclass(frozen=True)
class ListedSource:
    """Rows that are in Python already. ``texts``: they are texts, in ``relation`` too; None: only the reader knows."""

    entity: str
    header: tuple[str, ...]
    label: str
    listed: Sequence[FactRow]
    relation: str | None = None
    totals: bool = False

    @property
    def odd(self) -> Sequence[int]:
        if self.relation is None:
            return range(len(self.listed))
        return [number for number, row in enumerate(self.listed) if row.lossy]

    @property
    def holdings(self) -> tuple[Holding, ...]:
        return tuple(Holding(Held.OTHER if self.relation is None else Held.TEXT) for _ in self.header)

    def line(self, number: int) -> int:
        return self.listed[number].line

    def rows(
        self, connection: duckdb.DuckDBPyConnection, wanted: str | None
    ) -> Iterator[tuple[int, FactRow]]:
        if wanted is None:
            yield from enumerate(self.listed)
            return
        for (number,) in connection.execute(f"SELECT n FROM {wanted} ORDER BY n").fetchall():
            yield number, self.listed[number]


def fetched(
    connection: duckdb.DuckDBPyConnection, relation: str, wanted: str | None
) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Rows of a relation, in order. Nothing else may run on the connection meanwhile."""
    only = "" if wanted is None else f" WHERE n IN (SELECT n FROM {wanted})"
    cursor = connection.execute(f"SELECT * FROM ({relation}){only} ORDER BY n")
    while chunk := cursor.fetchmany(CHUNK):
        for number, *cells in chunk:
            yield number, tuple(cells)


def check_row(cells: Sequence[str | None]) -> None:
    """Raises NotPlain for a total, or a cell longer than tables may have: these concern the file as a whole."""
    first = next((cell for cell in cells if cell is not None), "")
    if "".join(first.split()).rstrip(":：") in TOTALS or any(len(c) > MAX_CELL_CHARS for c in cells if c):
        raise NotPlain


@contextmanager
def reading_file() -> Iterator[None]:
    """What DuckDB cannot read, the reader of tables has to look at. Raises NotPlain.

    Errors that are not the file's own fault go through: no memory, no permission, interrupted, or wrong SQL.
    """
    import duckdb

    try:
        yield
    except (
        duckdb.OutOfMemoryException,
        duckdb.PermissionException,
        duckdb.InterruptException,
        duckdb.BinderException,
        duckdb.ParserException,
        duckdb.CatalogException,
    ):
        raise
    except duckdb.Error:
        raise NotPlain from None


def cell_text(value: object) -> str | None:
    """A typed value as the text its file states, as the readers of tables give it."""
    match value:
        case None | "":
            return None
        case bool():
            return "是" if value else "否"
        case Decimal():
            return format(value, "f")
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def relation(held_in: str, number: str, count: int) -> str:
    """A SELECT over ``held_in`` with its columns named by their place."""
    return f"SELECT {number} AS n, {words.places(count)} FROM {held_in} AS t({words.places(count)})"
