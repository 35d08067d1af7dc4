"""A Spark for tests: two threads, nothing compiled at run time, one partition; started once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

SETTINGS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def start() -> Any:
    """Skips visibly where there is no pyspark or no Java."""
    sql = pytest.importorskip("pyspark.sql", reason="no pyspark: install the extra spark")
    home = os.environ.get("JAVA_HOME", "/nowhere")
    if shutil.which("java") is None and not Path(home, "bin", "java").exists():
        pytest.skip("no Java: Spark cannot run")
    builder = sql.SparkSession.builder.master("local[2]").appName("policy-engine tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session
