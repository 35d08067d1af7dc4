"""Feature files are found by themselves, and a run without any is not touched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next

# Imported before the first inner run, which would otherwise drop and import them anew each time.
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect  # noqa: F401 - stays loaded from one inner run of pytest to the next

pytest_plugins = "pytester"

FEATURE = """功能: 试
  背景:
    假如 适用政策“jibei/deviation”，结算月为2018-06
    而且 全月的年度双边均价为350元/兆瓦时

  @条款-二-3 @边界
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
HEAVY = (
    "pydantic",
    "yaml",
    "lark",
    "durable",
    "pytest_bdd",
    "gherkin",
    "pyarrow",
    "click",
    "policy_engine.engine",
)


def write(
    pytester: pytest.Pytester, text: str, name: str = "features/一.feature", encoding: str = "utf-8"
) -> None:
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def test_the_plugin_imports_nothing_heavy() -> None:
    code = "import sys, policy_engine.testing.plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [m for m in HEAVY if m in done.stdout.split()] == []


def test_an_ordinary_run_imports_no_steps(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\ndef test_a():\n    assert not [m for m in sys.modules if m.startswith('policy_engine.') "
        "and m not in ('policy_engine.testing', 'policy_engine.testing.plugin')]\n"
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=1)


def test_features_are_collected_with_readable_ids(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    result = pytester.runpytest("-v", "--strict-markers")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "features/一.feature::少用_5%_以内_免[[]9500-免予考核[]] PASSED*",
            "features/一.feature::少用_5%_以内_免[[]9200-应予考核[]] PASSED*",
        ]
    )


def test_a_test_is_selected_by_its_id_and_by_tags(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    one = pytester.runpytest("features/一.feature::少用_5%_以内_免[9200-应予考核]")
    one.assert_outcomes(passed=1)
    tagged = pytester.runpytest("--strict-markers", "-m", "条款-二-3 and not 大")
    tagged.assert_outcomes(passed=1, deselected=1)
    example = pytester.runpytest("--strict-markers", "-m", "大")
    example.assert_outcomes(passed=1, deselected=1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_as_people_save_them(pytester: pytest.Pytester, encoding: str) -> None:
    text = FEATURE.replace(":\n", "：\n").replace("功能:", "功能：").replace("|", "｜").replace("@", "＠")
    write(pytester, text, encoding=encoding)
    pytester.runpytest("--strict-markers").assert_outcomes(passed=2)


def test_equal_example_rows_are_all_run(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE.replace("      | 9200 | 应予考核 |\n", "      | 9500 | 免予考核 |\n" * 2))
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["*免[[]9500-免予考核[]] *", "*免[[]9500-免予考核#2[]] *", "*免[[]9500-免予考核#3[]] *"]
    )


def test_collection_can_be_switched_off(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    pytester.runpytest("-o", "policy_collect_features=false").assert_outcomes(passed=0)


def test_errors_of_a_file_are_told_with_file_and_line(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE + "\n  场景: 少用[5%]以内::免\n    那么 应没有退回\n    则 甲\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["features/一.feature:24: 看不懂“则 甲”*"])
    assert "Traceback" not in result.stdout.str()


def test_two_scenarios_of_one_name_are_refused(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE + "\n  场景: 少用[5%]以内::免\n    那么 应没有退回\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["features/一.feature:22: 场景名称“*”与第7行重复*"])


def test_without_pytest_bdd_it_says_so(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    result = pytester.runpytest_subprocess("-p", "no:pytest-bdd")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*请不要停用 pytest-bdd 插件*"])


def test_an_undefined_step_names_the_nearest(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE.replace("的考核结论应为", "的考核结论应是"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "features/一.feature:12: 那么 用户“甲”的考核结论应是“免予考核”",
            "没有这样的步骤。最接近的是：",
            "  {谁}的{词条}应为{值}",
        ]
    )
    assert "Traceback" not in result.stdout.str()


OWN_STEPS = """
from pytest_bdd import given, then, parsers

@given("有下列用户：")
def mine():
    pass

@then(parsers.parse("等{n:d}秒"))
def wait(n):
    assert n == 3
"""


def test_the_projects_own_steps_are_among_the_nearest(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_STEPS.replace("有下列用户：", "无关"))
    write(pytester, FEATURE.replace("    例子:\n", "    而且 等三秒\n\n    例子:\n", 1))
    result = pytester.runpytest("-k", "9500")
    result.stdout.fnmatch_lines(["没有这样的步骤*", "  等{n:d}秒"])


def test_the_executor_is_chosen(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    pytester.runpytest("-o", "policy_executor=reference").assert_outcomes(passed=2)
    wrong = pytester.runpytest("-o", "policy_executor=fast")
    wrong.assert_outcomes(failed=2)
    wrong.stdout.fnmatch_lines(["*PE6050*"])


def test_an_ambiguous_step_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_STEPS)
    write(pytester, FEATURE)
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "features/一.feature:8: 假如 有下列用户：",
            "这一步有2种写法都对得上*",
            "  有下列{主体}：",
            "  有下列用户：",
        ]
    )


def test_a_project_may_add_steps_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_STEPS.replace("有下列用户：", "无关"))
    write(pytester, FEATURE.replace("    例子:\n", "    而且 等3秒\n\n    例子:\n", 1))
    pytester.runpytest().assert_outcomes(passed=2)


def test_other_tests_and_their_output_stay_as_they_are(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_a():\n    x = 1\n    assert x == 2\n")
    write(pytester, FEATURE)
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([">       assert x == 2"])


def test_it_runs_under_xdist(pytester: pytest.Pytester) -> None:
    write(pytester, FEATURE)
    write(pytester, FEATURE, "features/二.feature")
    result = pytester.runpytest_subprocess("-n", "2", "--strict-markers")
    result.assert_outcomes(passed=4)


def test_rules_of_the_project(pytester: pytest.Pytester) -> None:
    rules = Path(__file__).parents[2] / "fixtures" / "steps" / "rules" / "east-harbour.yaml"
    (pytester.path / "政策").mkdir()
    (pytester.path / "政策" / "a.yaml").write_bytes(rules.read_bytes())
    pytester.makeini("[pytest]\npolicy_rules = 政策\n")
    write(
        pytester,
        "功能: 试\n  场景: 甲\n    假如 适用政策“east-harbour/response”，日期为2024-07-15\n"
        "    而且 本次的补贴单价为2.5元/千瓦\n    而且 有下列工厂：\n"
        "      | 工厂 | 园区 | 基线负荷 | 响应时的负荷 |\n      | A | P | 1000 | 900 |\n"
        "    当 办理结算\n    那么 工厂“A”的补贴应为250元\n",
    )
    pytester.runpytest().assert_outcomes(passed=1)
