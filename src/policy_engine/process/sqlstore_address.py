"""Where a store is: a file name or a database URL becomes an engine."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import StoreError

PATIENCE = 30  # seconds to wait for another writer
CONNECTING = 10  # seconds to wait for a server
WRITES = "policy_engine_writes"  # execution option: the transaction is going to write


def parse(address: str | Path) -> URL:
    """The URL of a store. Raises StoreError (PE8107)."""
    text = str(address)
    if "://" not in text:
        return _file(text, text)
    try:
        url = make_url(text)
    except ArgumentError:
        raise _unusable(text.partition("://")[0] + "://…", "写法不对", "it is no URL") from None
    kind = url.get_backend_name()
    if kind == "sqlite":
        return _file(url.database or "", text)
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise _unusable(shown(url), f"不支持 {kind}", f"{kind} is not supported")


def shown(url: URL) -> str:
    """The address as people may see it, without its passwords."""
    if url.drivername == "sqlite":
        return url.database or ""
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


def connect(url: URL) -> Engine:
    """An engine that waits for other writers and whose errors tell no facts."""
    if url.drivername == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(
            url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args={} if "connect_timeout" in url.query else {"connect_timeout": CONNECTING},
        )
    except ImportError:
        raise _unusable(shown(url), "没有安装 psycopg", "psycopg is not installed") from None


def _file(path: str, text: str) -> URL:
    if path in ("", ":memory:") or path.startswith("file:"):
        raise _unusable(
            text,
            "要写一个文件名；不落盘的用 MemoryStore",
            "a file is needed; MemoryStore keeps nothing on disk",
        )
    if "\0" in path:
        raise _unusable(path.replace("\0", "?"), "文件名不对", "it is no file name")
    return URL.create("sqlite", database=path)


def _sqlite(url: URL) -> Engine:
    """Connections are opened for each use: a file needs no pool, and none is carried through a fork."""
    path = Path(url.database or "").absolute()

    def open_file() -> sqlite3.Connection:
        # mode=rw: a file that went away in the meantime is not silently replaced by an empty one
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = EXTRA")  # what is committed outlives a crash
        return connection

    engine = create_engine("sqlite://", creator=open_file, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: one that read first could not wait for another to finish."""
    writes: Any = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unusable(text: str, zh: str, en: str) -> StoreError:
    return StoreError(diagnostic("PE8107", store=text, reason=zh, reason_en=en))
