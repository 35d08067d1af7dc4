"""``policy-engine prove``: exit codes, both languages, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from policy_engine.cli.main import run

pytest.importorskip("z3")
RULES = Path(__file__).parents[3] / "rules"
ENGLISH = str(Path(__file__).parents[2] / "fixtures" / "proofs" / "shares-en.yaml")


def test_all_proved_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "jibei/deviation", "--property", "考核电费非负"]) == 0
    out = capsys.readouterr().out
    assert "✓ 已证明 考核电费非负（售电公司）" in out
    assert "jibei/deviation 2018-06：3 项，已证明 3，有反例 0，未证明 0" in out


def test_the_month_may_stand_behind_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "jibei/deviation@2018-07", "--property", "考核电量分尽"]) == 0
    assert "jibei/deviation 2018-07" in capsys.readouterr().out


def test_a_counter_example_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    file = tmp_path / "rules" / "jibei" / "deviation.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("考核合同电量 × 免予考核幅度", "考核合同电量 × 3%"), encoding="utf-8")
    words = ["prove", str(file), "--property", "被考核就有人可摊"]
    assert run(words) == 1
    out = capsys.readouterr().out
    assert "✗ 有反例 被考核就有人可摊（打包用户）" in out
    assert "    场景: 被考核就有人可摊（反例）" in out and "那么 应没有退回" in out
    assert run(["--lang", "en", *words, "--format", "json"]) == 1
    (proof,) = json.loads(capsys.readouterr().out)["proofs"]
    assert proof["verdict"] == "refuted" and proof["clauses"] == ["四-2-3"]


def test_what_is_neither_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "prove", ENGLISH, "--property", "more gets more", "--timeout", "2"]) == 2
    out = capsys.readouterr().out
    assert "? not proved more gets more（house）" in out and "0 refuted, 1 open" in out


def test_an_error_is_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "jibei/deviation", "--property", "没有"]) == 3
    assert "PE3372" in capsys.readouterr().err
    assert run(["prove", "jibei/nothing"]) == 3
    assert "PE4001" in capsys.readouterr().err


def test_a_policy_without_properties_has_nothing_to_prove(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "hubei/binding"]) == 0
    assert "hubei/binding 没有写性质" in capsys.readouterr().out
    assert run(["prove", "hubei/binding", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["proofs"] == []
