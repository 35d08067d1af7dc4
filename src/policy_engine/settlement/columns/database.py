"""A DuckDB of our own: in memory, within limits, with nothing to be loaded from outside."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.lowering.dialects import DUCKDB
from policy_engine.settlement.names import readable
from policy_engine.settlement.scratch import scratch
from policy_engine.tables.problems import os_reason, problem

if TYPE_CHECKING:
    import duckdb


INTERRUPTED = "Query interrupted"
MOST_TOLD = 500  # characters: an error of the database may list every value of an enumeration


@dataclass(frozen=True)
class Limits:
    """``memory``: as DuckDB writes it (``512MB``); ``spill``: a folder for what does not fit; None: a temporary one."""

    memory: str | None = None
    spill: Path | None = None
    threads: int | None = None


@contextmanager
def database(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed, and whose spilled data is removed, in any case.

    Raises EngineError when memory or the folder for spilled data runs out, InputError for a limit that is none, and
    KeyboardInterrupt when the user interrupts a query.
    """
    import duckdb

    if limits.spill is not None and not limits.spill.is_dir():
        raise InputError(diagnostic("PE7012", name="spill", value=readable(str(limits.spill)), detail="—"))
    with scratch("policy-engine-", limits.spill) as place:
        connection = duckdb.connect()
        try:
            _configure(connection, limits, str(place))
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise EngineError(
                diagnostic("PE9111", limit=limits.memory or "—", detail=_first_line(error))
            ) from error
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except duckdb.Error as error:
            raise EngineError(diagnostic("PE9001", detail=_first_line(error))) from error
        except RuntimeError as error:  # what the driver makes of Ctrl-C while a query runs
            if str(error) != INTERRUPTED:
                raise
            raise KeyboardInterrupt from error
        finally:
            connection.close()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What DuckDB cannot write, as everything else that cannot be written: InputError, PE5030."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.PermissionException) as error:
        told = OSError(_number(str(error)), _first_line(error))
        raise InputError(problem("PE5030", file=readable(str(folder)), **os_reason(told))) from error


def _number(text: str) -> int:
    """The error number of the operating system in what DuckDB says; 0 where there is none."""
    stated = re.search(r'"errno":"(\d+)"', text)
    if stated is not None:
        return int(stated[1])
    return next((n for n in errno.errorcode if os.strerror(n) in text), 0)


def _configure(connection: duckdb.DuckDBPyConnection, limits: Limits, folder: str) -> None:
    import duckdb

    settings = {
        "temp_directory": DUCKDB.string(folder),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_progress_bar": "false",
    }
    if limits.memory is not None:
        settings["memory_limit"] = DUCKDB.string(limits.memory)
    if limits.threads is not None:
        settings["threads"] = str(int(limits.threads))
    for name, value in settings.items():
        try:
            connection.execute(f"SET {name} = {value}")
        except duckdb.Error as error:
            raise InputError(
                diagnostic("PE7012", name=name, value=value, detail=_first_line(error))
            ) from None

    # It merges the layers of a query into one expression, in which what they share is worked out many times.
    with suppress(duckdb.Error):  # other versions have no such step
        connection.execute("SET disabled_optimizers = 'partial_aggregate_pushdown'")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:MOST_TOLD]
