"""``policy-engine new``: a pack that is right at once, and never over somebody's work."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from policy_engine.cli.main import run
from policy_engine.policy.library import load
from policy_engine.testing.skeleton import Pack, is_region, is_slug, slug_of, write_pack

ROOT = Path(__file__).parents[3]
FILES = [
    ".vscode/extensions.json",
    ".vscode/settings.json",
    ".vscode/步骤.code-snippets",
    "README.md",
    "features/zhejiang/偏差考核.feature",
    "rules/zhejiang/deviation.yaml",
    "schemas/rule-file.zh.schema.json",
]


@pytest.fixture
def told(capsys):
    def call(*words):
        capsys.readouterr()
        code = run([*map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def folder(tmp_path, monkeypatch):
    path = tmp_path / "新 文件夹"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_the_pack_passes_at_once(told, folder, monkeypatch):
    code, out, err = told("new", "浙江", "--slug", "zhejiang")
    assert (code, err) == (0, "")
    assert below(folder / "zhejiang") == FILES
    assert "  cd zhejiang\n  policy-engine check rules\n  policy-engine test\n" in out
    monkeypatch.chdir(folder / "zhejiang")
    code, out, _ = told("check", "rules")
    assert code == 0 and "0 处错误，0 处提示" in out
    code, out, _ = told("test", "--clause-fail-under", "100", "--rule-fail-under", "100")
    assert code == 0, out
    assert "规则：rules（先于内置规则）" in out
    assert "通过 8，失败 0，共 8 个场景" in out
    code, out, _ = told("steps", "--policy", "zhejiang/deviation", "--rules", "rules")
    assert code == 0 and "有下列用户：" in out
    assert below(folder / "zhejiang") == FILES


def test_editors_find_the_schema_of_the_rule_file(tmp_path):
    write_pack(Pack("浙江", "zhejiang"), tmp_path, dt.date(2018, 6, 1))
    rules = tmp_path / "rules" / "zhejiang" / "deviation.yaml"
    (named,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", rules.read_text("utf-8"), re.MULTILINE)
    schema = json.loads((rules.parent / named).read_text("utf-8"))
    told = yaml.load(rules.read_text("utf-8"), yaml.BaseLoader)
    assert schema["$schema"].startswith("https://json-schema.org/") and set(told) <= set(schema["properties"])


@pytest.mark.parametrize("today", ["2024-02-29", "2026-12-31", "2027-01-01"])
def test_on_any_day(tmp_path, today):
    day = dt.date.fromisoformat(today)
    write_pack(Pack("浙江", "zhejiang"), tmp_path, day)
    policy = load("zhejiang/deviation", on=day, rules=tmp_path / "rules")
    assert policy.warnings == ()
    (review,) = {p.review for p in policy.parameters.values()}
    assert review is not None and review > day
    assert all(p.status.value == "assumed" for p in policy.parameters.values())


def test_the_features_notice_a_changed_number(told, folder):
    told("new", "浙江", "--slug", "zhejiang", "--dir", ".")
    rules = folder / "rules" / "zhejiang" / "deviation.yaml"
    text = rules.read_text(encoding="utf-8")
    for old, new in (("值: 5%", "值: 6%"), ("50 元/兆瓦时", "51 元/兆瓦时"), ("且 不超过 免", "且 低于 免")):
        assert old in text
        rules.write_text(text.replace(old, new), encoding="utf-8")
        assert told("test")[0] == 1, new


def test_nothing_is_left_to_fill_in(folder):
    write_pack(Pack("浙江（杭州 湾）", "zhe-jiang2"), folder, dt.date(2026, 11, 22))
    for name in below(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert not [w for w in ("@地区@", "@代号@", "@月份@", "@首日@", "@复核@", "@地区标签@") if w in text]
        if not name.endswith((".yaml", ".feature", ".md")):
            assert json.loads(text)
    assert "@浙江杭州湾\n" in (folder / "features/zhe-jiang2/偏差考核.feature").read_text(encoding="utf-8")


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_written_over(told, folder, there):
    file = folder / "zhejiang" / there
    file.parent.mkdir(parents=True)
    file.write_text("我的", encoding="utf-8")
    code, out, err = told("new", "浙江", "--slug", "zhejiang")
    assert (code, out) == (1, "")
    assert err == f"已经有这些文件，什么也没有写：\n  zhejiang/{there}\n"
    assert below(folder / "zhejiang") == [there]
    assert file.read_text(encoding="utf-8") == "我的"


def test_nothing_is_written_through_a_dangling_link(folder, tmp_path):
    (folder / "README.md").symlink_to(tmp_path / "别处.md")
    assert run(["new", "浙江", "--slug", "zhejiang", "--dir", "."]) == 1
    assert not (tmp_path / "别处.md").exists()


def test_a_chinese_region_needs_a_slug(told, folder):
    code, _, err = told("new", "浙江")
    assert code == 64
    assert "“浙江”要有一个英文代号，用在文件夹和政策编号里：加 --slug" in err
    assert below(folder) == []
    assert told("new", "East Harbour")[0] == 0
    assert (folder / "east-harbour" / "rules" / "east-harbour" / "deviation.yaml").is_file()
    assert told("new", "浙江", "--english-slug", "zj", "--lang", "en")[1].startswith(
        "the pack of 浙江 is in zj:"
    )


@pytest.mark.parametrize(
    "slug", ["../x", "a/b", "A", "1a", "a--b", "-a", "a-", "con", "nul", "a" * 41, "浙江", "a.b", "a b"]
)
def test_slugs_that_are_no_good(told, folder, slug):
    assert not is_slug(slug)
    code, _, err = told("new", "浙江", f"--slug={slug}")
    assert code == 64 and "不能用" in err
    assert below(folder) == []


@pytest.mark.parametrize(
    "region", ["a: b", "x\ny: 1", "#甲", "“甲”", "a{b}", "../..", "甲" * 41, "@甲", "-a", "*甲"]
)
def test_regions_that_cannot_stand_in_a_title(told, folder, region):
    assert not is_region(region)
    code, out, _ = told("new", "--slug", "a", "--", region)
    # Blanks and line ends in a name are one blank, so that one cannot smuggle in a line.
    assert (code, out) == (64, "")
    assert below(folder) == []


def test_slugs_of_regions():
    assert slug_of("East Harbour") == "east-harbour"
    assert slug_of("浙江") is None and slug_of("9") is None


def test_a_policy_that_is_known_already_is_pointed_out(told, folder):
    assert "规则库里已有政策“jibei/deviation”" in told("new", "冀北", "--slug", "jibei")[1]
    assert "规则库里已有" not in told("new", "浙江", "--slug", "zhejiang")[1]


def test_the_templates_are_in_the_wheel(tmp_path):
    pytest.importorskip("hatchling")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / done.stdout.strip().splitlines()[-1]) as wheel:
        names = set(wheel.namelist())
    for path in (ROOT / "src" / "policy_engine" / "_templates").rglob("*.tmpl"):
        assert path.relative_to(ROOT / "src").as_posix() in names
    assert "policy_engine/_features/jibei/二-偏差考核.feature" in names
