"""What Spark is not asked for, and what is told where there is none. These need neither pyspark nor Java."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from policy_engine import load
from policy_engine.cli.main import run
from policy_engine.diagnostics.errors import EngineError, InputError
from policy_engine.settlement.month import settle
from policy_engine.settlement.spark import session

MONTH = Path(__file__).parents[3] / "examples" / "jibei-2018-06" / "csv"


@pytest.mark.parametrize(
    ("more", "name"),
    [({"format": "xlsx"}, "format xlsx"), ({"against": "out"}, "against"), ({"output": None}, "output")],
)
def test_what_it_does_not_do(more: dict[str, Any], name: str, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"output": tmp_path / "out", **more}
    with pytest.raises(InputError, match=f"PE7032.*{name}"):
        settle(load("jibei/deviation", period="2018-06"), tmp_path, executor="spark", **asked)


def test_it_explains_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--period",
        "2018-06",
        "--input",
        str(MONTH),
        "--output",
        str(tmp_path / "out"),
        "--explain",
        "0001",
    ]
    assert run(["settle", "jibei/deviation", *words, "--executor", "spark"]) == 1
    assert "PE7032" in capsys.readouterr().err


def test_without_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(EngineError, match=r"PE9121.*pyspark"), session.open_session():
        pass


def test_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="no pyspark: install the extra spark")
    monkeypatch.setattr(sql.SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match=r"PE9121.*Java"), session.open_session():
        pass


def test_csv_is_not_for_it(tmp_path: Path) -> None:
    """Tables of many rows have types in Parquet alone; found before Spark is started."""
    with pytest.raises(InputError, match=r"PE7030.*售电公司\.csv"):
        settle(load("jibei/deviation", period="2018-06"), MONTH, tmp_path / "out", executor="spark")
