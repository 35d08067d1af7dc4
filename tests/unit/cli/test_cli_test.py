"""``policy-engine test``: features anywhere, told in Chinese, nothing left behind, an exit code that says it."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from policy_engine.cli.main import run
from policy_engine.testing import watching

RULES = Path(__file__).parents[2] / "fixtures" / "steps" / "rules"

FEATURE = """功能: 试
  背景:
    假如 适用政策“jibei/deviation”，结算月为2018-06
    而且 全月的年度双边均价为350元/兆瓦时

  @条款-二-3
  场景大纲: 少用[5%]以内::免
    假如 有下列用户：
      | 用户 | 合同电量（兆瓦时） | 实际用电量（兆瓦时） | 目录电价（元/兆瓦时） |
      | 甲   | 10000              | <实际>               | 620                   |
    当 办理结算
    那么 用户“甲”的考核结论应为“<结论>”

    例子:
      | 实际 | 结论     |
      | 9500 | 免予考核 |
    @大
    例子: 另一张
      | 实际 | 结论     |
      | 9200 | 应予考核 |
"""
WRONG = FEATURE.replace("| 9500 | 免予考核 |", "| 9499 | 免予考核 |")
OWN_RULES = """功能: 自己的规则
  场景: 补贴
    假如 适用政策“east-harbour/response”，日期为2024-07-15
    而且 本次的补贴单价为2.5元/千瓦
    而且 有下列工厂：
      | 工厂 | 园区 | 基线负荷 | 响应时的负荷 |
      | A    | P    | 1000     | 900          |
    当 办理结算
    那么 工厂“A”的补贴应为250元
"""


@pytest.fixture
def told(capsys):
    def call(*words):
        capsys.readouterr()
        code = run(["test", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with blanks, brackets and Chinese in its name."""
    path = tmp_path / "我的 政策 [试行]"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def write(path: Path, text: str = FEATURE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def everything_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def test_the_working_folder_is_run_and_left_as_it_was(told, folder):
    write(folder / "冀北 特性" / "一.feature")
    write(folder / "二.feature")
    before, here, environment, bytecode = (
        everything_below(folder),
        Path.cwd(),
        dict(os.environ),
        sys.dont_write_bytecode,
    )
    code, out, err = told()
    assert (code, err) == (0, "")
    assert "✓ 冀北 特性/一.feature　通过 2\n" in out
    assert "✓ 二.feature　通过 2\n" in out
    assert "通过 4，失败 0，共 4 个场景" in out
    assert everything_below(folder) == before
    assert (Path.cwd(), dict(os.environ), sys.dont_write_bytecode) == (here, environment, bytecode)


def test_a_failure_is_told_with_place_step_and_what_was_found(told, folder):
    write(folder / "一.feature", WRONG)
    code, out, _ = told()
    assert code == 1
    assert "✗ 一.feature　通过 1，失败 1\n" in out
    assert (
        "1. 场景：少用[5%]以内::免[9499-免予考核]\n"
        "一.feature:12: 那么 用户“甲”的考核结论应为“免予考核”\n"
        "用户“甲”的考核结论是“应予考核”，不是“免予考核”（依据 二-4）\n"
    ) in out
    assert "通过 1，失败 1，共 2 个场景" in out
    assert "Traceback" not in out and "pytest" not in out


def test_in_english(told, folder):
    write(folder / "一.feature", WRONG)
    code, out, _ = told("--lang", "en")
    assert code == 1
    assert "✗ 一.feature　1 passed, 1 failed\n" in out
    assert "1 passed, 1 failed, 2 in all" in out


def test_a_file_that_cannot_be_used_hides_no_other(told, folder):
    write(folder / "a.feature", FEATURE + "\n  场景: 空\n    则 甲\n")
    write(folder / "b.feature")
    code, out, _ = told()
    assert code == 2
    assert "a.feature:22: " in out
    assert "通过 2，失败 0，共 2 个场景；1 个文件不能用" in out


def test_a_path_may_be_a_file_a_folder_or_several(told, folder):
    one, other = write(folder / "甲" / "一.feature"), write(folder / "乙" / "二.feature")
    write(folder / "丙" / "三.feature", WRONG)
    assert told(one)[1].count("✓") == 1
    code, out, _ = told(one, other.parent)
    assert code == 0
    assert "共 4 个场景" in out
    assert "甲/一.feature" in out and "乙/二.feature" in out


def test_rules_beside_the_features_are_found(told, folder):
    (folder / "包" / "rules").mkdir(parents=True)
    (folder / "包" / "rules" / "a.yaml").write_bytes((RULES / "east-harbour.yaml").read_bytes())
    file = write(folder / "包" / "features" / "东" / "一.feature", OWN_RULES)
    for path in (file, file.parent, folder / "包", folder):
        code, out, _ = told(path)
        assert code == 0, out
        assert "规则：包/rules（先于内置规则）\n" in out


def test_each_pack_has_its_own_rules(told, folder):
    text = (RULES / "east-harbour.yaml").read_text(encoding="utf-8")
    for name, changed in (("甲", text), ("乙", text.replace("east-harbour/response", "west/response"))):
        rules = folder / name / "rules" / "a.yaml"
        write(rules, changed)
        policy = "east-harbour" if name == "甲" else "west"
        write(folder / name / "features" / "一.feature", OWN_RULES.replace("east-harbour", policy))
    code, out, _ = told("甲", "乙")
    assert code == 0, out
    assert "规则：甲/rules" in out and "规则：乙/rules" in out


def test_rules_that_are_named_go_first(told, folder):
    write(folder / "一.feature", OWN_RULES)
    assert told()[0] == 1
    code, out, _ = told("--rules", RULES)
    assert code == 0
    assert f"规则：{RULES.as_posix()}（先于内置规则）" in out


def test_by_tag(told, folder):
    write(folder / "一.feature")
    assert "通过 1，失败 0，共 1 个场景" in told("--tag", "大")[1]
    assert "共 2 个场景" in told("--tag", "@条款-二-3", "--tag", "大")[1]
    code, out, _ = told("--tag", "条款-二-4")
    assert code == 2
    assert "没有符合 条款-二-4 的场景；共有 2 个场景。是否想用：条款-二-3" in out


@pytest.mark.parametrize(
    ("words", "number"),
    [("9500", 1), ("少用", 2), ("少用 9200", 1), ("9500 or 9200", 2), ("少用 not 9200", 1), ("非 9200", 1)],
)
def test_by_words(told, folder, words, number):
    write(folder / "一.feature")
    assert f"共 {number} 个场景" in told("-k", words)[1]


def test_the_first_failure_stops(told, folder):
    write(folder / "一.feature", WRONG)
    write(folder / "二.feature")
    code, out, _ = told("-x")
    assert code == 1
    assert "通过 0，失败 1，共 1 个场景；在第一个失败处停下了；有 3 个场景没有运行" in out


def test_every_scenario_is_told(told, folder):
    write(folder / "一.feature", WRONG)
    out = told("--verbose")[1]
    assert "  ✗ 少用_5%_以内_免[9499-免予考核]\n" in out
    assert "  ✓ 少用_5%_以内_免[9200-应予考核]\n" in out


def test_in_several_processes(told, folder):
    write(folder / "一.feature", WRONG)
    write(folder / "二.feature")
    code, out, _ = told("-n", "2")
    assert code == 1
    assert "✗ 一.feature　通过 1，失败 1\n✓ 二.feature　通过 2\n" in out
    assert "1. 场景：少用[5%]以内::免[9499-免予考核]\n一.feature:12: 那么 " in out
    assert everything_below(folder) == {"一.feature", "二.feature"}


def test_reports_for_other_programs(told, folder):
    write(folder / "一.feature", WRONG)
    told("--junit", "报告/a.xml", "--cucumberjson", "报告/a.json")
    suite = ET.parse(folder / "报告" / "a.xml").getroot().find("testsuite")
    assert suite is not None and (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "试" in (folder / "报告" / "a.json").read_text(encoding="utf-8").encode().decode("unicode_escape")


def test_coverage_is_told_and_may_fail_the_run(told, folder):
    write(folder / "一.feature")
    code, out, _ = told("--clause-coverage", "--coverage-json", "报告/覆盖.json")
    assert code == 0
    assert "—— 政策覆盖 ——\njibei/deviation：条款 1/17" in out
    assert out.index("政策覆盖") < out.index("通过 2，失败 0")
    assert (folder / "报告" / "覆盖.json").is_file()
    assert told("--living-doc", "文档")[0] == 0
    assert (folder / "文档" / "index.html").is_file()
    code, out, _ = told("--clause-fail-under", "90")
    assert code == 1 and "不达标" in out
    assert told("--clause-fail-under", "190")[0] == 64


def test_no_settings_and_no_programs_of_the_folder_are_read(told, folder, monkeypatch):
    """What was sent by somebody else is looked at, not executed."""
    harm = "from pathlib import Path\nPath(__file__).with_suffix('.executed').touch()\n"
    write(folder / "特性" / "一.feature")
    for name in ("conftest.py", "特性/conftest.py", "test_a.py", "特性/test_b.py"):
        write(folder / name, harm)
    write(folder / "pytest.ini", "[pytest]\naddopts = --no-such-option\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    code, out, _ = told("特性")
    assert code == 0, out
    assert "特性/conftest.py 没有执行" in out
    assert not list(folder.rglob("*.executed"))
    assert told("特性", "--conftest")[0] == 0
    assert list(folder.rglob("*.executed")) == [folder / "特性" / "conftest.executed"]
    assert "__pycache__" not in str(everything_below(folder))


@pytest.mark.parametrize("line", ["当 办理结算", "假如 适用政策“jibei/deviation”，结算月为2018-06"])
def test_a_step_nobody_knows(told, folder, line):
    """The first step of a scenario, and a later one."""
    write(folder / "一.feature", FEATURE.replace(line, line[:2].strip() + " 随便写的一步", 1))
    code, out, _ = told()
    assert code == 1
    assert "1. 场景：少用[5%]以内::免[9500-免予考核]\n一.feature:" in out
    assert " 随便写的一步\n没有这样的步骤。最接近的是：\n  " in out
    assert "程序出错" not in out


STEP = "from pytest_bdd import when\n@when('出错')\ndef mine():\n    raise ValueError('坏了')\n"


def test_a_fault_of_a_step_is_told_as_one(told, folder):
    write(folder / "conftest.py", STEP)
    write(folder / "一.feature", FEATURE.replace("当 办理结算", "当 办理结算\n    当 出错"))
    code, out, _ = told("--conftest", "-x")
    assert code == 1
    assert (
        "一.feature:12: 当 出错\n程序出错，不是特性文件的错：ValueError: 坏了（加 --verbose 看详情）" in out
    )
    assert "def mine" not in out
    assert "def mine" in told("--conftest", "-x", "--verbose")[1]


def test_without_features_the_built_in_ones_are_run(told, folder):
    code, out, _ = told("-k", "二-偏差考核", "-x", "--tag", "条款-二-2")
    assert code == 0
    assert "下面没有 .feature 文件，运行内置的特性" in out
    assert "✓ features/jibei/二-偏差考核.feature　通过 " in out
    assert everything_below(folder) == set()


def test_a_folder_that_was_named_but_has_no_features(told, folder):
    (folder / "空").mkdir()
    assert told("空")[:2] == (2, "空 下面没有 .feature 文件\n")


@pytest.mark.parametrize("words", [["没有"], [".", "--rules", "没有"]])
def test_a_folder_that_is_not_there(told, folder, words):
    assert told(*words) == (2, "", "没有文件夹或文件“没有”\n")


@pytest.mark.parametrize("number", ["abc", "-1", "1000"])
def test_wrong_numbers_of_processes(told, folder, number):
    code, _, err = told("-n", number)
    assert code == 64
    assert "-n 后面写同时运行的进程数" in err


def test_what_follows_two_dashes_is_for_pytest(told, folder):
    write(folder / "一.feature")
    assert "共 1 个场景" in told("--", "-k", "9500")[1]
    assert told("--", "--no-such-option")[0] == 64


def test_links_out_of_the_folder_are_left_aside(told, folder, tmp_path):
    outside = write(tmp_path / "外.feature", WRONG)
    write(folder / "一.feature")
    (folder / "链接.feature").symlink_to(outside)
    code, out, _ = told(".")
    assert (code, "共 2 个场景" in out) == (0, True)


def test_watching_runs_again_and_ends_with_ctrl_c(told, folder, monkeypatch):
    file = write(folder / "一.feature", WRONG)

    def changes(folders):
        assert folders == (folder,)
        write(file)
        yield [file]
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "changes", changes)
    code, out, err = told("--watch")
    assert (code, err) == (0, "")
    first, again = out.split("改了 一.feature，重新运行")
    assert "通过 1，失败 1" in first and "通过 2，失败 0" in again
    assert again.endswith("已结束\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C there")
def test_watching_for_real(folder):
    file = write(folder / "一.feature", WRONG)
    program = "import sys; from policy_engine.cli.main import main; main(['test', '--watch'])"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        first = list(itertools.takewhile(lambda line: "正在留意" not in line, lines))
        write(file)
        again = list(itertools.takewhile(lambda line: "正在留意" not in line, lines))
        process.send_signal(signal.SIGINT)
        last = process.stdout.read()
        assert process.wait(timeout=10) == 0
    assert "通过 1，失败 1" in "".join(first)
    assert "改了 一.feature，重新运行" in "".join(again) and "通过 2，失败 0" in "".join(again)
    assert last == "\n已结束\n"


def test_ctrl_c_while_running(told, folder, monkeypatch):
    from policy_engine.testing.world import World

    def stop(self, known_on=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(World, "settle", stop)
    write(folder / "一.feature")
    code, out, err = told()
    assert (code, err.strip()) == (130, "已中断")
    assert "通过" not in out
    code, out, _ = told("--watch")
    assert out.endswith("已结束\n")


def packs(folder: Path) -> None:
    """Two packs, and features of neither."""
    for name in ("甲", "乙"):
        write(folder / name / "特性" / "一.feature")
        (folder / name / "规则").mkdir()
    for file in RULES.rglob("*.yaml"):
        write(folder / "乙" / "规则" / file.name, file.read_text(encoding="utf-8"))
    write(folder / "甲" / "规则" / "别的.yaml", "# language: zh-CN\n格式: 1\n政策: 甲/别的\n")


def test_a_policy_to_cover_is_looked_for_in_the_rules_nearest_to_the_features(told, folder):
    packs(folder)
    code, out, err = told("--", "--cover", "east-harbour/response", "--clause-coverage")
    assert (code, err) == (0, "")
    assert "east-harbour/response：条款" in out


@pytest.mark.parametrize(
    ("lang", "head"), [("zh", "错误：--cover 没有/这个"), ("en", "error: --cover 没有/这个")]
)
def test_a_policy_to_cover_that_is_not_there_is_told_in_the_readers_language(told, folder, lang, head):
    write(folder / "一.feature")
    code, _, err = told("--lang", lang, "--", "--cover", "没有/这个")
    assert code == 64
    assert err.startswith(head) and "PE4001" in err and "ERROR" not in err


def test_living_documentation_is_named_as_seen_from_the_working_folder(told, tmp_path, monkeypatch):
    folder = tmp_path / "工作"
    folder.mkdir()
    monkeypatch.chdir(folder)
    write(folder / "一.feature")
    _, out, _ = told("--living-doc", "活文档")
    assert "活文档：活文档/index.html\n" in out
    _, out, _ = told("--living-doc", tmp_path / "别处")
    assert f"活文档：{tmp_path.as_posix()}/别处/index.html\n" in out
