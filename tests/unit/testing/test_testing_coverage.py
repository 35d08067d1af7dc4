"""Coverage: which clauses no scenario cites, which rules none reaches; the same in one process and in several."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect
import policy_engine.testing.coverage_plugin  # noqa: F401 - stays loaded from one inner run of pytest to the next

pytest_plugins = "pytester"

FIXTURES = Path(__file__).parents[2] / "fixtures" / "coverage"
FIRST, REST = "错峰.feature", "其余.feature"

# What the first feature does not reach of the child policy: address → sides.
MISSING = {
    "口径/半价": {"给"},
    "校验/用电量不为零": {"不成立"},
    "决定/评等/默认": {"命中"},
    '决定/工厂.补贴/如果 口径.半价 = "给"': {"那么"},
    "流程/领取/不得重复": {"重复"},
    "流程/领取/提交": {"按期"},
    "流程/领取/撤回": {"办理", "逾期"},
    "流程/领取/批准": {"办理"},
    "流程/领取/结果/已批/申请.办成": {"命中"},
}


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the rules and the first of the two features."""
    shutil.copytree(FIXTURES / "rules", pytester.path / "rules")
    shutil.copy(FIXTURES / FIRST, pytester.path / FIRST)
    pytester.makeini("[pytest]\npolicy_rules = rules\n")
    return pytester


def complete(project: pytest.Pytester) -> None:
    """With the second feature everything is reached but one thing: a step that is refused after its time."""
    text = (FIXTURES / REST).read_text(encoding="utf-8")
    late = text.rstrip("\n") + (
        "\n\n  @条款-二\n  场景: 过了期限不能撤回\n"
        "    当 园区“Q”于2024-05-01为领取“C-3”填报：\n"
        "      | 园区 | 份数 | 期限       |\n      | Q    | 1    | 2024-05-10 |\n"
        "    而且 园区“Q”于2024-05-10 08:00对领取“C-3”办理“提交”\n"
        "    那么 领取“C-3”在2024-05-10的状态应为“待批”\n"
    )
    (project.path / REST).write_text(late, encoding="utf-8")
    first = (FIXTURES / FIRST).read_text(encoding="utf-8").replace(" @条款-九", "")
    (project.path / FIRST).write_text(first, encoding="utf-8")


def measured(project: pytest.Pytester, *words: str) -> dict[str, Any]:
    project.runpytest("-q", "--coverage-json", "out/coverage.json", *words)
    found: dict[str, Any] = json.loads((project.path / "out" / "coverage.json").read_text("utf-8"))
    return found


def of(found: dict[str, Any], policy: str) -> dict[str, Any]:
    (own,) = [p for p in found["policies"] if p["policy"] == policy]
    return dict(own)


def missing(found: dict[str, Any], policy: str) -> dict[str, set[str]]:
    sides = {
        item["id"].partition("#")[2]: {side for side, seen in item["sides"].items() if not seen}
        for item in of(found, policy)["items"]
    }
    return {path: lacking for path, lacking in sides.items() if lacking}


def test_what_no_scenario_reaches_is_told(project: pytest.Pytester) -> None:
    found = measured(project)
    assert missing(found, "north-bay/city") == MISSING
    assert missing(found, "north-bay/base") == {"对照表/区价/西": {"命中"}}
    assert of(found, "north-bay/city")["clauses"] == {"reached": 1, "total": 2}
    assert of(found, "north-bay/city")["counts"]["行"] == {"reached": 2, "total": 3}
    assert of(found, "north-bay/base")["counts"]["行"] == {"reached": 3, "total": 4}


def test_the_report_names_file_line_clause_and_what_to_do(project: pytest.Pytester) -> None:
    lines = project.runpytest("-q", "--clause-coverage").outlines
    expected = [
        "north-bay/base：条款 1/1，行 3/4，参数 1/1",
        "north-bay/city：条款 1/2，行 2/3，分支 1/2，分摊 1/1，口径 0/1，校验 0/1，步骤 1/5，结果 1/2",
        "  rules/north-bay.yaml:40 行 对照表/区价/西（上1） 没有“命中”：写一个场景查到这一行：对照表“区价”中“西”是“3”",
        "  rules/north-bay-city.yaml:12 条款 二 没有场景引用：给检验它的场景加上标签 @条款-二",
        "  rules/north-bay-city.yaml:29 校验 校验/用电量不为零（一） 没有“不成立”："
        "写一个场景，工厂的数据不符合“用电量不为零”，检查它被退回",
        "  错峰.feature::用得少的是优，分得全部：没有条款“九”（适用政策 north-bay/city）",
    ]
    assert [line for line in expected if line not in lines] == []


def test_scenarios_that_are_written_are_counted(project: pytest.Pytester) -> None:
    complete(project)
    found = measured(project)
    assert missing(found, "north-bay/city") == {"流程/领取/撤回": {"逾期"}}
    assert missing(found, "north-bay/base") == {}
    assert of(found, "north-bay/city")["clauses"] == {"reached": 2, "total": 2}


def test_several_processes_count_the_same(project: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    complete(project)
    alone = measured(project)
    assert measured(project, "-n", "2") == alone
    printed = project.runpytest("-q", "-n", "2", "--clause-coverage", "--clause-fail-under", "100")
    assert printed.ret == pytest.ExitCode.OK
    assert "north-bay/base：条款 1/1，行 4/4，参数 1/1" in printed.outlines


def test_thresholds_decide_whether_a_run_passes(project: pytest.Pytester) -> None:
    short = project.runpytest("-q", "--clause-fail-under", "100", "--rule-fail-under", "70")
    assert short.ret == pytest.ExitCode.TESTS_FAILED
    assert short.parseoutcomes() == {"passed": 2}
    assert [line for line in short.outlines if line.startswith("不达标")] == [
        "不达标 north-bay/city：条款 1/2（50.0%），低于100%",
        "不达标 north-bay/city：行 2/3（66.7%），低于70%",
        "不达标 错峰.feature::用得少的是优，分得全部：没有条款“九”",
    ]
    assert project.runpytest("-q", "--rule-fail-under", "60").ret == pytest.ExitCode.OK
    complete(project)
    reached = project.runpytest("-q", "--clause-fail-under", "100", "--rule-fail-under", "100")
    assert reached.ret == pytest.ExitCode.OK


def test_only_scenarios_that_are_run_cite_and_reach(project: pytest.Pytester) -> None:
    complete(project)
    found = measured(project, "-k", "没有用电的退回")
    assert of(found, "north-bay/city")["clauses"] == {"reached": 1, "total": 2}
    assert "校验/用电量不为零" in missing(found, "north-bay/city")  # it was seen to fail, never to hold


def test_a_policy_can_be_added_and_a_parent_counts_through_its_child(project: pytest.Pytester) -> None:
    assert [p["policy"] for p in measured(project)["policies"]] == ["north-bay/base", "north-bay/city"]
    more = measured(project, "--cover", "jibei/publication", "--cover", "north-bay/base")
    assert [p["policy"] for p in more["policies"]] == [
        "jibei/publication",
        "north-bay/base",
        "north-bay/city",
    ]
    assert of(more, "jibei/publication")["clauses"]["reached"] == 0
    assert of(more, "north-bay/base")["counts"]["行"] == {"reached": 3, "total": 4}
    wrong = project.runpytest("-q", "--cover", "north-bay/bases")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*PE4001*"])


def test_without_pytests_own_report_it_is_still_printed(project: pytest.Pytester) -> None:
    printed = project.runpytest_subprocess("-p", "no:terminalreporter", "--clause-coverage")
    printed.stdout.fnmatch_lines(["政策覆盖", "north-bay/base：条款 1/1，行 3/4，参数 1/1"])


def test_policy_engine_test_tells_it_once(project: pytest.Pytester) -> None:
    words = (sys.executable, "-m", "policy_engine.cli", "test", "--", "--rule-fail-under", "100")
    done = project.run(*words)
    assert done.ret == 1
    assert done.stdout.str().count("north-bay/city：条款 1/2，行 2/3") == 1
    assert "不达标 north-bay/base：行 3/4（75.0%），低于100%" in done.outlines


def test_a_threshold_is_not_met_by_nothing(project: pytest.Pytester) -> None:
    (project.path / FIRST).unlink()
    project.makepyfile("def test_a(): pass")
    done = project.runpytest("-q", "--clause-fail-under", "1")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert "不达标 没有场景用到政策" in done.outlines


def test_nothing_is_recorded_unless_asked_for(project: pytest.Pytester) -> None:
    done = project.runpytest("-q")
    assert "政策覆盖" not in done.stdout.str()
    project.makeconftest(
        "import sys\ndef pytest_sessionfinish():\n"
        "    print([m for m in sys.modules if 'testing.coverage' in m])\n"
    )
    project.runpytest_subprocess("-q", "-s").stdout.fnmatch_lines(["*[[][]]*"])


def test_a_table_in_a_file_is_told_by_its_own_lines(project: pytest.Pytester) -> None:
    rules = project.path / "rules" / "north-bay.yaml"
    text = rules.read_text(encoding="utf-8")
    table = text[text.index("    表: |") :]
    rules.write_text(text.replace(table, "    表: {文件: 区价.csv}\n"), encoding="utf-8")
    (rules.parent / "区价.csv").write_text("区,价\n东,2 元\n西,3 元\n", encoding="utf-8")
    assert missing(measured(project), "north-bay/base") == {"对照表/区价/西": {"命中"}}
    lines = project.runpytest("-q", "--clause-coverage").outlines
    assert [line for line in lines if line.startswith("  rules/区价.csv:3 行 对照表/区价/西（上1）")]
