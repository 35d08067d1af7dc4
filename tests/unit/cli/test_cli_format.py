"""``policy-engine format``: writes, checks, shows the difference; leaves broken files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.cli.main import run

GOOD = Path(__file__).parents[3] / "rules" / "hubei" / "binding.yaml"


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "a.yaml"
    path.parent.mkdir()
    text = GOOD.read_text(encoding="utf-8")
    path.write_text(text.replace("格式: 1", "格式：1").replace("| 附件 | 是 ", "|附件|是"), encoding="utf-8")
    return path


def test_it_writes(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["format", str(untidy)]) == 0
    assert "已排版" in capsys.readouterr().out
    assert untidy.read_text(encoding="utf-8") == GOOD.read_text(encoding="utf-8")
    assert run(["format", "--check", str(untidy)]) == 0
    assert [p.name for p in untidy.parent.iterdir()] == ["a.yaml"]


def test_check_and_diff_write_nothing(untidy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = untidy.read_bytes()
    assert run(["format", "--check", str(untidy)]) == 1
    assert "需要排版" in capsys.readouterr().out
    assert run(["format", "--diff", str(untidy)]) == 0
    shown = capsys.readouterr().out
    assert "-格式：1\n" in shown and "+格式: 1\n" in shown
    assert run(["format", "--check", "--diff", "--lang", "en", str(untidy)]) == 1
    assert untidy.read_bytes() == before


def test_without_paths_the_rules_of_the_folder(untidy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(untidy.parents[1])
    assert run(["format", "--check"]) == 1
    monkeypatch.chdir(untidy.parent)
    assert run(["format"]) == 64


def test_a_broken_file_is_told_and_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("格式：1\n标题：{\n", encoding="utf-8")
    assert run(["format", str(path)]) == 1
    assert "PE1" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "格式：1\n标题：{\n"


def test_what_would_change_the_meaning_is_not_written(untidy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy_engine.policy import formatting

    def slip(source, report):
        return GOOD.read_text(encoding="utf-8").replace("必交", "必交 ").replace("起草", "草稿")

    monkeypatch.setattr(formatting, "format_text", slip)
    before = untidy.read_bytes()
    assert run(["format", str(untidy)]) == 1
    assert untidy.read_bytes() == before
