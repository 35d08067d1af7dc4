"""Scenarios run here and now come out as they do under pytest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from policy_engine.filing.looking import looking_once
from policy_engine.testing.direct import Case, Outcome, run, scenarios
from policy_engine.testing.loading import Loader
from policy_engine.testing.problems import FeatureError

ROOT = Path(__file__).parents[3]
SMALL = ROOT / "tests" / "fixtures" / "checklists" / "registration-small.yaml"
Verdicts = dict[tuple[str, str], bool]  # by file and test, whether it passed


def by_pytest(project: Path, *where: str) -> Verdicts:
    report = project / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1"]
    done = subprocess.run([*command, f"--junitxml={report}", *where], cwd=project, capture_output=True)
    assert done.returncode in (0, 1), done.stdout.decode()
    return {
        (str(t.get("file")), str(t.get("name"))): not len(t)
        for t in ElementTree.parse(report).iter("testcase")
    }


def by_hand(project: Path, cases: Iterable[Case], rules: Path | None = None) -> Verdicts:
    loader = Loader()
    with looking_once():
        return {
            (c.path.relative_to(project).as_posix(), c.name): run(
                c, rules, project=project, loader=loader
            ).passed
            for c in cases
        }


def test_shipped_features_come_out_the_same(tmp_path: Path) -> None:
    (tmp_path / "features").symlink_to(ROOT / "features")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    cases = [case for path in sorted((tmp_path / "features").glob("*/*.feature")) for case in scenarios(path)]
    assert len(cases) > 300
    assert by_hand(tmp_path, cases) == by_pytest(tmp_path, *sorted({c.path.as_posix() for c in cases}))


FEATURE = """功能: 登记
  背景:
    假如 适用政策“demo/registration”，日期为2018-05-02
    而且 有下列市场主体：
      | 市场主体 | 类别     | 登录名 | 企业名称     |
      | G1       | 发电企业 | hbdc01 | 湖北示例发电 |

  @条款-1.1
  规则: 登录名

    场景: 对的
      当 核对材料
      那么 市场主体“G1”的账号中“登录名”应为“已填”

    @快
    场景大纲: 有对有错
      假如 市场主体“G1”的登录名为“<登录名>”
      当 核对材料
      那么 市场主体“G1”的账号中“登录名”应为“<结果>”

      例子:
        | 登录名 | 结果   |
        | abc1   | 已填   |
        | abc    | 已填   |

      @慢
      例子:
        | 登录名 | 结果   |
        | a_b_c  | 不合格 |

    场景: 说错了
      当 核对材料
      那么 市场主体“G1”的账号应为“合格”

    场景: 没有这样的步骤
      当 核对材料啊
      那么 市场主体“G1”的账号中“登录名”应为“已填”

    场景: 缺一张表
      假如 有下列机组：
      当 核对材料
      那么 市场主体“G1”的账号中“登录名”应为“已填”

    场景: 多一张表
      当 核对材料
        | 机组 |
        | 1号  |
      那么 市场主体“G1”的账号中“登录名”应为“已填”

    场景: 报了错没有人说起
      假如 适用政策“demo/nothing”，日期为2018-05-02
      当 核对材料
      那么 应报错“PE4001”

    场景: 报了错却当作没有
      当 核对材料
      那么 市场主体“G1”的账号中“登录名”应为“已填”
      假如 口径“没有的”取“什么”
      当 核对材料

    场景: 还没有核对
      那么 市场主体“G1”的账号应为“合格”
"""
WRONG = [
    "有对有错[abc-已填]",
    "说错了",
    "没有这样的步骤",
    "缺一张表",
    "多一张表",
    "报了错却当作没有",
    "还没有核对",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "a.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "small.yaml").write_bytes(SMALL.read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]\npolicy_rules = rules\n", encoding="utf-8")
    return tmp_path


def test_what_fails_fails_both_ways(project: Path) -> None:
    mine = by_hand(project, scenarios(project / "a.feature"), project / "rules")
    assert mine == by_pytest(project, "a.feature")
    assert [name for (_, name), passed in mine.items() if not passed] == WRONG


def case(project: Path, name: str) -> Case:
    return next(c for c in scenarios(project / "a.feature") if c.name == name)


def test_a_case_has_its_names_tags_values_and_policies(project: Path) -> None:
    first = case(project, "有对有错[abc1-已填]")
    assert (first.tags, first.values) == ({"条款-1.1", "快"}, (("登录名", "abc1"), ("结果", "已填")))
    assert case(project, "有对有错[a_b_c-不合格]").tags == {"条款-1.1", "快", "慢"}
    assert case(project, "报了错没有人说起").policies == ("demo/registration", "demo/nothing")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("说错了", "a.feature:33: 那么 市场主体“G1”的账号应为“合格”\n市场主体“G1”的账号是“不合格”"),
        ("没有这样的步骤", "a.feature:36: 当 核对材料啊\n没有这样的步骤。最接近的是：\n  核对材料"),
        ("缺一张表", "这一步下面要有一张表"),
        ("多一张表", "这一步下面不能有表"),
        ("报了错却当作没有", "PE4013"),
    ],
)
def test_what_is_said(project: Path, name: str, message: str) -> None:
    outcome = run(case(project, name), project / "rules")
    assert not outcome.passed
    assert message in outcome.message


def test_rules_are_read_anew_each_time_unless_a_loader_remembers(project: Path) -> None:
    right, file, loader = case(project, "对的"), project / "rules" / "small.yaml", Loader()
    assert run(right, project / "rules", loader=loader) == Outcome(True)
    file.write_text(file.read_text(encoding="utf-8").replace("[A-Za-z0-9]+", "[A-Z]+"), encoding="utf-8")
    assert run(right, project / "rules", loader=loader).passed
    assert not run(right, project / "rules").passed
    assert run(right, SMALL).passed


def test_without_the_rules_the_policy_is_not_there(project: Path) -> None:
    assert "PE4001" in run(case(project, "对的")).message


def test_a_feature_that_cannot_be_used(project: Path) -> None:
    (project / "a.feature").write_text("功能: 空\n  场景: 什么也没有\n    当 核对材料\n", encoding="utf-8")
    with pytest.raises(FeatureError, match="没有“那么”"):
        scenarios(project / "a.feature")


def test_a_file_is_looked_at_once_where_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import policy_engine.filing.looking as looking

    asked: list[tuple[str, ...]] = []
    inspect = looking.papers.inspect
    monkeypatch.setattr(
        looking.papers, "inspect", lambda d, names: asked.append(tuple(names)) or inspect(d, names)
    )
    (tmp_path / "a.txt").write_text("a")
    anew = looking.inspect(tmp_path, ["a.txt", "没有.pdf"])
    with looking_once():
        assert looking.inspect(tmp_path, ["a.txt"]) == anew[:1]
        assert looking.inspect(tmp_path, ["没有.pdf", "a.txt"]) == anew[::-1]
    looking.inspect(tmp_path, ["a.txt"])
    assert asked == [("a.txt", "没有.pdf"), ("a.txt",), ("没有.pdf",), ("a.txt",)]
