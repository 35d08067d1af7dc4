"""Opening a store: its tables are made once, and a store of a newer program is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import StoreError
from policy_engine.process.sqlstore_address import WRITES
from policy_engine.process.sqlstore_errors import unusable
from policy_engine.process.sqlstore_tables import EVENTS, STORE, VERSION, create_tables

APPLICATION = (
    0x50454D31  # "PEM1": SQLite files of ours carry it, so that another program's file is never taken over
)
_LOCK = 0x50454D31  # the advisory lock under which PostgreSQL tables are made


def prepare(engine: Engine, name: str, *, create: bool) -> None:
    """Check the tables; make them when there are none and ``create`` says so. Raises StoreError."""
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        _file(Path(name), create)
    with engine.connect() as connection:
        if _is_ready(connection, name):
            return
    if not create:
        raise _no_store(name, "里面没有事项表", "it has no tables of matters")
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not _is_ready(connection, name):  # somebody else may have been faster
            create_tables(connection)
            if sqlite:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
    if sqlite:
        _readers_do_not_wait(Path(name))


def _file(path: Path, create: bool) -> None:
    """An empty file is a store that is still to be made."""
    if path.is_dir():
        raise unusable(str(path), "这是一个文件夹", "it is a folder")
    if path.exists():
        return
    if not create:
        raise _no_store(str(path), "没有这个文件", "there is no such file")
    if not path.absolute().parent.is_dir():
        raise unusable(str(path), "所在的文件夹不存在", "its folder does not exist")
    try:
        path.touch()
    except OSError as error:
        raise unusable(str(path), "建不了文件", error.strerror or "the file cannot be made") from None


def _is_ready(connection: Connection, name: str) -> bool:
    """Whether the tables are there and ours to use; False when there is nothing yet."""
    if connection.dialect.name == "sqlite":
        application = connection.exec_driver_sql("PRAGMA application_id").scalar()
        filled = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        if not filled and application in (0, APPLICATION):
            return False
        if application != APPLICATION:
            raise _no_store(name, "是别的程序的数据库", "it is another program's database")
    else:
        if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise unusable(name, "数据库的编码不是 UTF8", "the encoding of the database is not UTF8")
        tables = inspect(connection)
        if not (tables.has_table(STORE.name) and tables.has_table(EVENTS.name)):
            return False
    version = connection.execute(select(STORE.c.version)).scalar()
    if version is None or version > VERSION:
        raise StoreError(diagnostic("PE8104", store=name, found=str(version), known=VERSION))
    return True


def _readers_do_not_wait(path: Path) -> None:
    """Write ahead, so that readers and a writer do not wait for each other; without it all holds just the same."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:  # another process is at work already
        return
    finally:
        connection.close()


def _no_store(name: str, zh: str, en: str) -> StoreError:
    return StoreError(diagnostic("PE8102", store=name, reason=zh, reason_en=en))
