"""Events in a database: a SQLite file or PostgreSQL.

Several threads, processes and machines may use one store. A batch is one transaction; of two writers that go on
from the same event one gets Conflict; what was committed outlives a crash. Importing this module imports SQLAlchemy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.exc import IntegrityError

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import Conflict
from policy_engine.process import sqlstore_address as addresses
from policy_engine.process.events import Event
from policy_engine.process.sqlstore_errors import told
from policy_engine.process.sqlstore_rows import from_row, to_row
from policy_engine.process.sqlstore_schema import prepare
from policy_engine.process.sqlstore_tables import EVENTS

_ASKED = 500  # matters in one question: databases limit the number of parameters

# PostgreSQL: wait for another writer as long as SQLite does, and never answer before the commit is on disk.
_CAREFUL = text(
    f"SELECT set_config('lock_timeout', '{addresses.PATIENCE}s', true), set_config('synchronous_commit',"
    " replace(current_setting('synchronous_commit'), 'off', 'on'), true)"
)


class SqlStore:
    """A ``Store`` in a database.

    ``address``: a file name (SQLite) or a URL (``sqlite:///…``, ``postgresql://…``). Tables are made when there
    are none, unless ``create`` is false. Raises StoreError (PE81…) for what the database cannot do; see docs/store.md.
    """

    def __init__(self, address: str | Path, *, create: bool = True) -> None:
        url = addresses.parse(address)
        self.name = addresses.shown(url)
        self._engine = addresses.connect(url)
        self._pid = os.getpid()
        with told(self.name):
            prepare(self._engine, self.name, create=create)

    def events(self, matter: str) -> tuple[Event, ...]:
        wanted = select(EVENTS).where(EVENTS.c.matter == matter).order_by(EVENTS.c.seq)
        return tuple(map(from_row, self._rows(wanted)))

    def matters(self) -> tuple[str, ...]:
        return tuple(sorted(row.matter for row in self._rows(select(EVENTS.c.matter).distinct())))

    def everything(self) -> Mapping[str, tuple[Event, ...]]:
        found: dict[str, list[Event]] = {}
        for row in self._rows(select(EVENTS).order_by(EVENTS.c.matter, EVENTS.c.seq)):
            found.setdefault(row.matter, []).append(from_row(row))
        return {matter: tuple(found[matter]) for matter in sorted(found)}

    def append(self, batch: Sequence[Event], expected: Mapping[str, int]) -> None:
        """Add all events or none, durably. Raises Conflict (PE8010) or StoreError."""
        if not batch:
            return
        # Every writer takes the matters in the same order, so that two batches never wait for each other.
        rows = [to_row(e) for e in sorted(batch, key=lambda e: (e.matter, e.seq))]
        firsts = {row["matter"]: expected.get(row["matter"], 0) for row in rows}
        try:
            with self._transaction(writes=True) as connection:
                _check(rows, firsts, _last(connection, list(firsts)))
                connection.execute(EVENTS.insert(), rows)
        except IntegrityError:  # somebody else came in between
            with self._transaction() as connection:
                last = _last(connection, list(firsts))
            moved = next((m for m in firsts if last.get(m, 0) != firsts[m]), rows[0]["matter"])
            raise _conflict(moved, firsts[moved], last.get(moved, 0)) from None

    def close(self) -> None:
        """Give the connections back; the store may be used again afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, wanted: Select[Any]) -> Sequence[Any]:
        with self._transaction() as connection:
            return connection.execute(wanted).all()

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        if os.getpid() != self._pid:  # a forked process must not use its parent's connections
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        with told(self.name), self._engine.connect() as plain:
            connection = plain.execution_options(**{addresses.WRITES: writes})
            with connection.begin():
                if writes and connection.dialect.name == "postgresql":
                    connection.execute(_CAREFUL)
                yield connection


def _last(connection: Connection, matters: list[str]) -> dict[str, int]:
    """The seq of the last event of each matter that has any."""
    found: dict[str, int] = {}
    for start in range(0, len(matters), _ASKED):
        some = matters[start : start + _ASKED]
        ends = select(EVENTS.c.matter, func.max(EVENTS.c.seq)).where(EVENTS.c.matter.in_(some))
        found |= {row[0]: row[1] for row in connection.execute(ends.group_by(EVENTS.c.matter))}
    return found


def _check(rows: Sequence[Mapping[str, Any]], firsts: Mapping[str, int], last: Mapping[str, int]) -> None:
    """Every matter goes on from where the caller saw it, without a gap. Raises Conflict."""
    ends = dict(last)
    for matter, seen in firsts.items():
        if last.get(matter, 0) != seen:
            raise _conflict(matter, seen, last.get(matter, 0))
    for row in rows:
        matter = row["matter"]
        ends[matter] = ends.get(matter, 0) + 1
        if row["seq"] != ends[matter]:
            raise _conflict(matter, firsts[matter], last.get(matter, 0))


def _conflict(matter: str, expected: int, found: int) -> Conflict:
    return Conflict(diagnostic("PE8010", matter=matter, expected=expected, found=found))
