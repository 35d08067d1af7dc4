"""``policy-engine schema``: shown, or written whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policy_engine.cli.main import run
from policy_engine.rulefile.schema_file import schema_text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_shown(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--lang", language]) == 0
    assert capsys.readouterr().out == schema_text(language)


def test_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "格式.json"
    assert run(["schema", "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(path.read_text(encoding="utf-8"))["properties"]["政策"]["examples"]
