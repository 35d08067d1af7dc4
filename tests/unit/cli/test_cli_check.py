"""``policy-engine check``: all that is wrong with the rule files, at once."""

import json
from pathlib import Path

import pytest

from policy_engine.cli.main import run
from policy_engine.policy.checking import check_rules

BAD = Path(__file__).parents[2] / "bad"


def test_the_shipped_rules_are_clean(capsys):
    assert run(["check", "--format", "json", "--fail-on", "warning"]) == 0
    # Parameters past their review: so it is, and nobody has seen newer documents.
    assert {d["code"] for d in json.loads(capsys.readouterr().out)} == {"PE3343"}
    assert {c.policy for c in check_rules()} >= {
        "jibei/deviation",
        "jibei/exemption",
        "jing-jin-tang/deviation",
    }


@pytest.mark.parametrize("code", ["PE3142", "PE3143", "PE3159", "PE3100", "PE1004"], ids=lambda c: c)
def test_errors_are_told_with_exit_code_one(code, capsys):
    files = [str(p) for p in sorted(BAD.glob(f"{code}*.yaml")) if p.is_file()]
    assert files and run(["check", *files]) == 1
    assert f"[{code}]" in capsys.readouterr().out


def test_a_remark_is_no_error(capsys):
    (file,) = BAD.glob("PE3162*.yaml")
    assert run(["check", str(file)]) == 0
    assert "PE3162" in capsys.readouterr().out


def test_warnings_fail_when_asked_to(capsys):
    file = str(BAD / "PE3305-never-reached.yaml")
    assert run(["check", file]) == 0
    assert run(["check", file, "--fail-on", "warning"]) == 2
    assert "PE3305" in capsys.readouterr().out
    assert run(["check", str(BAD / "PE3302-overlap.yaml"), "--fail-on", "warning"]) == 1


def test_as_sarif(capsys):
    assert run(["check", str(BAD / "PE3302-overlap.yaml"), "--format", "sarif"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = found["results"]
    assert result["ruleId"] == found["tool"]["driver"]["rules"][0]["id"] == "PE3302"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 20 and place["artifactLocation"]["uri"].endswith("overlap.yaml")
    assert len(result["relatedLocations"]) == 1


def test_a_broken_file_hides_no_other(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("# language: zh-CN\n格式: 1\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        next(BAD.glob("PE3100*.yaml")).read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert run(["check", str(tmp_path), "--format", "json"]) == 1
    codes = {d["code"] for d in json.loads(capsys.readouterr().out)}
    assert "PE3100" in codes and any(c.startswith("PE10") for c in codes)


def test_a_folder_that_is_not_there(tmp_path, capsys):
    assert run(["check", str(tmp_path / "none")]) == 1
    assert "PE4006" in capsys.readouterr().err


def test_in_english(capsys):
    assert run(["--lang", "en", "check"]) == 0
    assert "rule files checked: 0 errors" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["rules", "规则"])
def test_of_no_path_the_rules_of_the_working_folder_are_checked(name, tmp_path, monkeypatch, capsys):
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.yaml").write_text(
        next(BAD.glob("PE3100*.yaml")).read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 1
    told = capsys.readouterr()
    assert f"检查当前文件夹下的“{name}”" in told.err
    assert f"{name}/a.yaml" in told.out and "检查了 1 个规则文件" in told.out


def test_without_rules_in_the_working_folder_the_library_is_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 0
    told = capsys.readouterr()
    assert "检查规则库的全部规则" in told.err and "jibei/deviation" in told.out


def test_a_policy_in_the_rules_nobody_named_is_hinted_at(tmp_path, monkeypatch, capsys):
    (tmp_path / "规则").mkdir()
    text = next(BAD.glob("PE3162*.yaml")).read_text(encoding="utf-8")
    (tmp_path / "规则" / "a.yaml").write_text(text, encoding="utf-8")
    name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("政策:"))
    monkeypatch.chdir(tmp_path)
    assert run(["show", name, "--on", "2018-06-01"]) == 1
    assert "当前文件夹的“规则”里有它：加上 --rules 规则" in capsys.readouterr().err
    assert run(["show", name + "x", "--on", "2018-06-01"]) == 1
    assert "--rules" not in capsys.readouterr().err
    assert run(["--lang", "en", "show", name, "--on", "2018-06-01"]) == 1
    assert "add --rules 规则" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["mutate"], ["show", "--on", "2018-06-01"], ["evaluate", "--on", "2018-06-01", "--facts", "x.json"]],
    ids=lambda w: w[0],
)
def test_a_file_in_place_of_an_id_is_told_with_what_to_write(words, tmp_path, monkeypatch, capsys):
    (tmp_path / "规则" / "甲").mkdir(parents=True)
    (tmp_path / "规则" / "甲" / "a.yaml").write_text(
        next(BAD.glob("PE3162*.yaml")).read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    (policy,) = (c.policy for c in check_rules("规则"))
    verb, *more = words
    assert run([verb, "规则/甲/a.yaml", *more]) == 1
    assert f"要写政策编号，而不是文件；这个文件的写法：{policy} --rules 规则" in capsys.readouterr().err
    assert run([verb, "规则/甲/a.yaml", *more, "--rules", "规则"]) == 1
    assert f"这个文件的写法：{policy}\n" in capsys.readouterr().err
    assert run([verb, "规则/b.yaml", *more]) == 1
    assert "也没有这个文件" in capsys.readouterr().err
