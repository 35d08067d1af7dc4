"""``policy-engine diff``: exit codes, both languages, JSON."""

from __future__ import annotations

import json

import pytest

from policy_engine.cli.main import run


def test_no_difference_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "hubei/binding", "hubei/binding", "--effect", "5"]) == 0
    out = capsys.readouterr().out
    assert "按含义没有差别" in out and "未发现差别（5 个算例）" in out


def test_a_difference_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "diff",
        "jibei/deviation",
        "jibei/deviation",
        "--option-b",
        "分配权重=超出幅度的部分",
        "--effect",
        "0",
    ]
    assert run(words) == 1
    out = capsys.readouterr().out
    assert "取：全部负偏差 → 超出幅度的部分" in out and "按结果" not in out
    assert run(["--lang", "en", *words]) == 1
    out = capsys.readouterr().out
    assert "chosen：全部负偏差 → 超出幅度的部分" in out and "by meaning: 0 added, 0 removed, 1 changed" in out


def test_an_error_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "jibei/deviation@2018-05", "jibei/deviation@2018-06"]) == 2
    assert "PE4002" in capsys.readouterr().err
    assert run(["diff", "jibei/deviation", "jibei/nothing"]) == 2
    assert "PE4001" in capsys.readouterr().err
    assert run(["diff", "jibei/deviation@2018-13", "jibei/deviation"]) == 2
    assert "PE4011" in capsys.readouterr().err
    both = ["--period", "2018-06", "--on", "2018-06-01"]
    assert run(["diff", "jibei/deviation", "jibei/deviation", *both]) == 2
    assert "PE4010" in capsys.readouterr().err


def test_known_on_is_of_each_side(capsys: pytest.CaptureFixture[str]) -> None:
    same = "jing-jin-tang/deviation"
    assert run(["diff", f"{same}@2018-06@2018-06-30", same, "--effect", "0", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["before"]["known_on"], document["after"]["known_on"]) == ("2018-06-30", None)
    assert document["before"]["period"] == document["after"]["period"] == "2018-06"
    assert document["same"] is True and document["effect"] is None
