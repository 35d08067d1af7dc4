"""What databases complain about, as our own errors. Their texts may quote a row, so only the primary one is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import StoreError

_BUSY_STATES = ("55P03", "40P01", "40001")  # lock not available, deadlock, serialization failure
_KNOWN = {
    "unable to open database file": "文件打不开",
    "file is not a database": "文件不是数据库",
    "disk I/O error": "磁盘读写出错",
    "database or disk is full": "磁盘已满",
    "attempt to write a readonly database": "没有写的权限",
    "database disk image is malformed": "文件已损坏",
}


@contextmanager
def told(store: str) -> Iterator[None]:
    """Raise StoreError for what the database raises; IntegrityError passes: the caller knows what it means."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _error(store, error.orig or error) from None
    except sqlite3.Error as error:  # opening a file
        raise _error(store, error) from None
    except SQLAlchemyError as error:
        raise unusable(store, type(error).__name__) from None


def unusable(store: str, reason: str, reason_en: str | None = None) -> StoreError:
    return StoreError(diagnostic("PE8101", store=store, reason=reason, reason_en=reason_en or reason))


def _error(store: str, error: BaseException) -> StoreError:
    busy = getattr(error, "sqlstate", None) in _BUSY_STATES or _locked(error)
    if busy:
        return StoreError(diagnostic("PE8105", store=store))
    text = _text(error)
    return unusable(store, _KNOWN.get(text, text), text)


def _locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _text(error: BaseException) -> str:
    """The first line, without what a server adds about the row at hand."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = str(primary or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
