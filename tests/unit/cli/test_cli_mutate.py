"""``policy-engine mutate``: exit codes, the table, survivors with file and line, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from policy_engine.cli.main import run

ROOT = Path(__file__).parents[3]
FEATURES, RULES = str(ROOT / "features" / "jibei"), str(ROOT / "rules")
ONE = str(ROOT / "features" / "jibei" / "五-施行.feature")


def test_enough_is_noticed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "突变.json"
    arguments = ["mutate", "jibei/publication", "--rules", RULES, "--features", FEATURES, "--only", "filter"]
    assert run([*arguments, "-n", "1", "--json", str(file)]) == 0
    told = capsys.readouterr()
    assert "发现 2/2（100.0%）" in told.out
    assert "已试 2/2，没有被发现 0" in told.err
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["format"] == "policy-engine/mutants/1"
    assert {m["status"] for m in document["mutants"]} == {"killed"}


def test_survivors_are_told_with_file_line_and_advice(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["mutate", "jibei/publication", "--rules", RULES, "--features", ONE, "--only", "期限"]
    assert run([*arguments, "-n", "1", "--sample", "3"]) == 1
    told = capsys.readouterr().out
    lines = (ROOT / "rules" / "jibei" / "publication.yaml").read_text(encoding="utf-8").splitlines()
    shown = re.findall(r"rules/jibei/publication\.yaml:(\d+)：流程“月度公布”", told)
    assert len(shown) == 3
    assert all("期限" in lines[int(number) - 1] for number in shown)
    assert "加一个场景（流程“月度公布”的“公布" in told
    assert "低于要求的 95%" in told


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["jibei/publication", "--features", "没有这里"], 2, "没有文件夹或文件"),
        (["jibei/publication", "--only", "不知道"], 64, "没有这种突变"),
        (["jibei/publication", "--features", FEATURES, "--only", "carry"], 2, "没有这样的突变"),
        (["jibei/nothing", "--features", FEATURES], 1, "PE4001"),
    ],
)
def test_what_cannot_be_tried(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mutate", *arguments]) == code
    assert words in capsys.readouterr().err


def test_english(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["mutate", "jibei/publication", "--features", FEATURES, "--only", "note", "-n", "1"]
    assert run(["--lang", "en", *arguments]) == 0
    assert "1/1 noticed (100.0%)" in capsys.readouterr().out
