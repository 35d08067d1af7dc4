"""A Spark session of our own: exact arithmetic that raises, no time zones, names told apart by case."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policy_engine.diagnostics.diagnostic import diagnostic
from policy_engine.diagnostics.errors import EngineError

# What exactness rests on; everything else is the cluster's own business.
SETTINGS = MappingProxyType(
    {
        "spark.sql.ansi.enabled": "true",  # overflow raises
        "spark.sql.ansi.doubleQuotedIdentifiers": "false",
        "spark.sql.decimalOperations.allowPrecisionLoss": "true",  # division keeps 32 digits before the point
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.caseSensitive": "true",
        "spark.sql.parser.escapedStringLiterals": "false",
        "spark.sql.parquet.mergeSchema": "false",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.files.ignoreCorruptFiles": "false",
        "spark.sql.files.ignoreMissingFiles": "false",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.constraintPropagation.enabled": "false",  # exponential in chains of columns made from columns
    }
)


@contextmanager
def open_session() -> Iterator[Any]:
    """A session beside the running one, or a context of our own that is stopped afterwards.

    Raises EngineError where Spark cannot be had, and for what Spark gives up on.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineError(diagnostic("PE9121", what="pyspark")) from None
    running = SparkSession.getActiveSession()
    if running is None and not _java():
        raise EngineError(diagnostic("PE9121", what="Java"))
    base = running or _started(SparkSession)
    try:
        session = base.newSession()
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        yield session
    except PySparkException as error:
        raise EngineError(diagnostic("PE9122", detail=_first_line(error))) from error
    finally:
        if running is None:
            base.stop()


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java") is not None or (home is not None and Path(home, "bin", "java").exists())


def _started(builder: Any) -> Any:
    """Where nobody names a master (spark-submit does), all cores of this machine."""
    made = (
        builder.builder.appName("policy-engine")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("OFF")  # what matters is told as a diagnostic
    return made


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
