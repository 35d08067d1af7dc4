"""The living documentation: one page a policy, complete, escaped, the same from one process and from several."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect
import policy_engine.testing.living_plugin  # noqa: F401 - stays loaded from one inner run of pytest to the next
from policy_engine.policy.library import load
from policy_engine.testing.document import node_name, parse_feature
from policy_engine.testing.living_page import page
from policy_engine.testing.living_scenarios import Outcome, scenarios
from policy_engine.testing.living_write import write_living_doc
from policy_engine.testing.private import bdd_feature, example_rows

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "coverage"
JIBEI = ROOT / "features" / "jibei"
VOID = {"meta", "link", "input", "br"}


class Read(HTMLParser):
    """A page taken apart: elements must nest, ids are counted, text is kept by the section it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.sections: dict[str, str] = {}
        self._within: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = {k: v or "" for k, v in attrs}
        self.attributes += [(tag, k, v) for k, v in found.items()]
        self.ids += [found["id"]] if "id" in found else []
        self.hrefs += [found["href"]] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self._within.append(found.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "section":
            self._within.pop()

    def handle_data(self, data: str) -> None:
        for section in self._within:
            self.sections[section] = self.sections.get(section, "") + data


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(FIXTURES / "rules", pytester.path / "rules")
    for feature in FIXTURES.glob("*.feature"):
        shutil.copy(feature, pytester.path / feature.name)
    pytester.makeini("[pytest]\npolicy_rules = rules\n")
    return pytester


def written(project: pytest.Pytester, *words: str) -> str:
    project.runpytest("-q", "--living-doc", "out", *words)
    assert sorted(p.name for p in (project.path / "out").iterdir()) == ["index.html", "north-bay-city.html"]
    return (project.path / "out" / "north-bay-city.html").read_text(encoding="utf-8")


def without_time(html: str) -> str:
    return re.sub(r"场景运行于 \S+ \S+；", "", html)


def test_clauses_rules_and_scenarios_stand_side_by_side(project: pytest.Pytester) -> None:
    read = Read(written(project))
    assert [i for i in read.ids if i.startswith("条款-")] == ["条款-一", "条款-二", "条款-三", "条款-上1"]
    one = read.sections["条款-一"]
    for words in (
        "错峰的分三等",
        "第一条",
        "当：用电量",
        "低于 500",
        "取首行",
        "用得多的是其余，在西区",
        "场景都通过",
    ):
        assert words in one, words
    two = read.sections["条款-二"]
    for words in (
        "半价",
        "从严",
        "园区.总额",
        "份数 >= 1",
        "逾期视为退回",
        "半价给不给，是一项口径",
        "最大余数法",
    ):
        assert words in two, words
    assert "不可检验：没有可以检验的内容" in read.sections["条款-三"]
    parent = read.sections["条款-上1"]
    assert "沿用自 north-bay/base" in parent
    for words in ("区价", "第二档", "1 元", "2024-04-01", "原文", "rules/north-bay.yaml:"):
        assert words in parent, words


def test_results_are_told_and_a_failing_step_is_shown(project: pytest.Pytester) -> None:
    path = project.path / "其余.feature"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("| 900    | 5    |", "| 900    | 5    |\n      | 800    | 6    |"), encoding="utf-8"
    )
    html = written(project, "-k", "not 没有用电的退回")
    read = Read(html)
    two = read.sections["条款-二"]
    assert "有场景失败" in two
    assert "工厂“甲”的补贴是5元，不是6元" in re.sub(r"\s+", " ", two)
    assert "Traceback" not in html and "steps.py" not in html
    assert '<li class="failed">' in html
    assert "有场景没有运行" in read.sections["条款-一"]


def test_not_run_at_all(project: pytest.Pytester) -> None:
    read = Read(written(project, "--collect-only"))
    assert "场景没有运行" in read.sections["条款-一"]


def test_several_processes_write_the_same_page(project: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    alone = written(project)
    assert without_time(written(project, "-n", "2")) == without_time(alone)


def test_a_policy_can_have_a_page_without_scenarios(project: pytest.Pytester) -> None:
    project.runpytest("-q", "--living-doc", "out", "--cover", "north-bay/base")
    html = (project.path / "out" / "north-bay-base.html").read_text(encoding="utf-8")
    assert "没有场景引用本条" in Read(html).sections["条款-上1"]
    index = Read((project.path / "out" / "index.html").read_text(encoding="utf-8"))
    assert {"north-bay-base.html", "north-bay-city.html"} <= set(index.hrefs)


def test_links_lead_somewhere_and_ids_are_unique(project: pytest.Pytester) -> None:
    read = Read(written(project))
    assert len(read.ids) == len(set(read.ids))
    targets = {href[1:] for href in read.hrefs if href.startswith("#")}
    assert targets - set(read.ids) == set()
    assert {href for href in read.hrefs if not href.startswith("#")} == {"data:,"}


def test_nothing_is_loaded_and_only_our_script_and_style_may_run(project: pytest.Pytester) -> None:
    html = written(project)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src &#x27;none&#x27;")
    for element in ("script", "style"):
        (inline,) = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{element}-src &#x27;sha256-{digest}&#x27;" in policy[1]
    assert "unsafe" not in policy[1] and "http" not in policy[1]
    assert not [a for a in Read(html).attributes if a[1].startswith("on") or a[1] in ("src", "style")]


HOSTILE = "<script>alert(1)</script>\" onclick='x' &amp; \u202e"


def test_whatever_is_written_is_text(project: pytest.Pytester) -> None:
    rules = project.path / "rules" / "north-bay-city.yaml"
    text = rules.read_text(encoding="utf-8").replace("\u202e", "")
    hostile = HOSTILE.replace("\u202e", "").replace("'", "''")
    text = text.replace("标题: 北湾市错峰用电细则（虚构）", f"标题: '{hostile}'")
    text = text.replace("摘要: 补贴按等次", f"摘要: '{hostile}'").replace("缘由: 从严", f"缘由: '{hostile}'")
    rules.write_text(text, encoding="utf-8")
    feature = project.path / "其余.feature"
    text = feature.read_text(encoding="utf-8").replace("用得多的是其余，在西区", f"用得多 {HOSTILE}")
    feature.write_text(text.replace("功能: 错峰的其余情形", f"功能: {HOSTILE}"), encoding="utf-8")
    html = written(project)
    read = Read(html)
    assert html.count("<script") == 1
    assert not [a for a in read.attributes if a[1].startswith("on")]
    assert "\u202e" not in html
    assert "<script>alert(1)</script>" in read.sections["条款-二"]


def test_tests_are_named_as_pytest_names_them() -> None:
    """What became of each is found by these names."""
    for path in sorted(JIBEI.glob("*.feature")):
        shown = [case.nodeid for s in scenarios(path, "f", {}) for case in s.cases]
        templates = bdd_feature(path, parse_feature(path).document).scenarios
        named = [f"f::{node_name(n)}{end}" for n, t in templates.items() for end, _, _ in example_rows(t)]
        assert shown == named


def test_the_shipped_policy_is_shown_whole(tmp_path: Path) -> None:
    """Without a run: every clause, decision, parameter and scenario is on its page."""
    features = {f"features/{p.name}": (p, None) for p in sorted(JIBEI.glob("*.feature"))}
    passed = {
        case.nodeid: Outcome("passed")
        for name, (path, _) in features.items()
        for s in scenarios(path, name, {})
        for case in s.cases
    }
    paths = write_living_doc(tmp_path / "a" / "b", features, passed)
    assert {p.name for p in paths} == {
        "index.html",
        "jibei-agreements.html",
        "jibei-deviation.html",
        "jibei-exemption.html",
        "jibei-publication.html",
        "jing-jin-tang-deviation.html",
    }
    html = (tmp_path / "a" / "b" / "jibei-deviation.html").read_text(encoding="utf-8")
    policy, read = load("jibei/deviation", period="2018-06"), Read(html)
    assert len([i for i in read.ids if i.startswith("条款-")]) == len(policy.clauses)
    for stage in policy.stages:
        assert stage.key.rpartition(".")[2] in html
    for words in (
        "免予考核幅度",
        "5%",
        "二手来源",
        "四舍五入 3 位",
        "不计：打包用户.免考",
        "发电企业",
        "区外电厂",
    ):
        assert words in html, words
    assert "没有场景" not in read.sections["条款-二-3"]
    assert re.findall(r"场景都通过", read.sections["条款-二-3"])


def test_names_of_files_are_never_paths(tmp_path: Path) -> None:
    text = (FIXTURES / "rules" / "north-bay.yaml").read_text(encoding="utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    names = ("a/b", "a-b", "../x", "index")
    for number, name in enumerate(names):
        (rules / f"{number}.yaml").write_text(text.replace("north-bay/base", name), encoding="utf-8")
    paths = write_living_doc(tmp_path / "out", {}, {}, more=dict.fromkeys(names, rules))
    assert {p.parent for p in paths} == {tmp_path / "out"}
    assert len({p.name.lower() for p in paths}) == 5


def test_a_page_is_the_same_for_the_same_things() -> None:
    policy = load("jibei/publication", period="2018-06")
    assert page(policy, ()) == page(policy, ())


def test_cucumber_json_is_still_written(project: pytest.Pytester) -> None:
    words = ("--cucumberjson", "cucumber.json", "--living-doc", "out", "--clause-coverage")
    project.runpytest("-q", *words)
    features = json.loads((project.path / "cucumber.json").read_text(encoding="utf-8"))
    assert {f["name"] for f in features} == {"错峰", "错峰的其余情形"}
    told = [e for f in features for e in f["elements"]]
    assert len(told) == 6
    assert {s["result"]["status"] for e in told for s in e["steps"]} == {"passed"}
    assert "条款-一" in {t["name"] for e in told for t in e["tags"]}
