"""A new province is a folder of rule files and features: nothing is written in Python for it, and none of it is known.

The features in tests/fixtures/provinces are collected with all others. Here: that a folder of rules named in the
settings is enough to run them, that each row of their lists matters to a scenario, and that the program knows no
place, paper or field of any of these lists.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis  # noqa: F401 - stays loaded from one inner run of pytest to the next
import pytest

import policy_engine.engine.durable
import policy_engine.testing.collect  # noqa: F401 - stays loaded from one inner run of pytest to the next
from policy_engine.policy.checklist_model import Checklist, Form
from policy_engine.policy.library import load

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[2]
PROVINCES = ROOT / "tests" / "fixtures" / "provinces"
SOURCE = ROOT / "src"

# Folder of rules, policy, a day on which it is in force.
POLICIES = {
    "hubei": (ROOT / "rules", "hubei/registration", "2018-05-02"),
    "national-retailer": (PROVINCES / "national-retailer", "national/retailer-registration", "2022-05-02"),
    "shandong": (PROVINCES / "shandong", "shandong/generator-registration", "2026-06-01"),
    "shanxi": (PROVINCES / "shanxi", "shanxi/user-registration", "2018-09-03"),
}
OTHERS = sorted(set(POLICIES) - {"hubei"})

# The same word in the language itself (a format, a column, a state of a matter) or in what is said of a locked file.
LANGUAGE = {"其他", "统一社会信用代码", "状态", "密码"}
PLACES = {"湖北", "山东", "山西", "hubei", "shandong", "shanxi", "1595", "电力交易中心"}
# Pages with examples: each error code and each step is shown by one, taken from anywhere.
EXAMPLES = ("diagnostics/catalog/", "testing/patterns.py")

# What is written in a rule file, and what a slip would make of it.
SLIPS = [
    ("national-retailer", "评估报告月数: {值: 3,", "评估报告月数: {值: 4,"),
    ("national-retailer", "审计报告月数: {值: 12,", "审计报告月数: {值: 11,"),
    ("national-retailer", "验资流水月数: {值: 6,", "验资流水月数: {值: 7,"),
    ("national-retailer", "社保证明月数: {值: 3,", "社保证明月数: {值: 2,"),
    ("national-retailer", "第二档资产:   {值: 1 亿元", "第二档资产:   {值: 1.00000001 亿元"),
    ("national-retailer", "低于 不限量资产 |", "不超过 不限量资产 |"),
    ("national-retailer", "> 日(出具日期) 那么", ">= 日(出具日期) 那么"),
    ("national-retailer", " 且 申请日期 < 末日(月份(申请日期))", ""),
    ("national-retailer", "日(到期日) >= 日(起租日) - 1", "日(到期日) >= 日(起租日)"),
    ("national-retailer", "仅: 专职 且 从业年数 >= 3", "仅: 从业年数 >= 3"),
    ("national-retailer", " 且 高级人数 >= 1 且", " 且"),
    ("shandong", '("风电", "光伏")', '("光伏")'),
    ("shandong", "核准文件、备案文件", "核准文件"),
    ("shandong", "期限: {工作日: 5,", "期限: {工作日: 6,"),
    ("shandong", " 且 不全机组数 = 0", ""),
    ("shanxi", "在准入名单 不为空 且 在准入名单 且 ", ""),
    ("shanxi", "可空；由交易中心填", "可空"),
]


def project(pytester: pytest.Pytester, province: str) -> Path:
    """A project of the features alone; its settings name the folder of rules. The rule file."""
    shutil.copytree(PROVINCES / province / "features", pytester.path / "features")
    shutil.copytree(PROVINCES / province / "rules", pytester.path / "rules")
    pytester.makeini("[pytest]\npolicy_rules = rules\n")
    return pytester.path / "rules" / "registration.yaml"


@pytest.mark.parametrize("province", OTHERS)
def test_a_province_is_yaml_and_features(province: str) -> None:
    files = [path for path in (PROVINCES / province).rglob("*") if path.is_file()]
    assert {path.suffix for path in files if "__pycache__" not in path.parts} == {".yaml", ".feature"}


@pytest.mark.parametrize("province", OTHERS)
def test_the_features_pass_by_the_rules_beside_them(pytester: pytest.Pytester, province: str) -> None:
    project(pytester, province)
    outcome = pytester.runpytest("-q", "--strict-markers")
    assert outcome.ret == pytest.ExitCode.OK
    assert outcome.parseoutcomes()["passed"] >= 10


def test_the_environment_may_name_the_folder(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = project(pytester, "shanxi")
    pytester.makeini("[pytest]\n")
    assert pytester.runpytest("-q", "-x").ret == pytest.ExitCode.TESTS_FAILED
    monkeypatch.setenv("POLICY_ENGINE_RULES", str(rules.parent))
    assert pytester.runpytest("-q").ret == pytest.ExitCode.OK


@pytest.mark.parametrize(("province", "written", "slip"), SLIPS)
def test_a_slip_is_noticed(pytester: pytest.Pytester, province: str, written: str, slip: str) -> None:
    rules = project(pytester, province)
    text = rules.read_text(encoding="utf-8")
    assert text.count(written) == 1, "the rule file has changed; change this test with it"
    rules.write_text(text.replace(written, slip), encoding="utf-8")
    outcome = pytester.runpytest("-q", "-x")
    assert outcome.parseoutcomes().get("failed"), "no scenario noticed"
    said = outcome.stdout.str()
    assert not any(code in said for code in ("PE1", "PE2", "PE3")), "the slip must still be a rule file"


@pytest.mark.parametrize("province", OTHERS)
def test_every_row_of_the_lists_is_looked_at(province: str) -> None:
    """Each row is named in a scenario; ``SLIPS`` and the scenarios themselves show that it is pinned."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in (PROVINCES / province / "features").iterdir())
    for body in bodies(province):
        for name in rows(body):
            assert f"“{name}”" in text or f"| {name} " in text, f"{body.name}：{name}"


def test_the_program_knows_no_place_paper_or_field() -> None:
    words = {word for province in POLICIES for body in bodies(province) for word in words_of(body)}
    assert {
        "电价批复文件",
        "情况说明",
        "组织机构代码证",
        "资产评估报告",
        "授权委托书",
        "法人代表身份证",
    } <= words
    known = [
        f"{path.relative_to(SOURCE)}: {word}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not any(shown in path.as_posix() for shown in EXAMPLES)
        for said in spoken(ast.parse(path.read_text(encoding="utf-8")))
        for word in (words | PLACES) - LANGUAGE
        if word in said
    ]
    assert known == []


def bodies(province: str) -> list[Checklist | Form]:
    folder, policy, day = POLICIES[province]
    stages = load(policy, on=day, rules=folder).stages
    found = [stage.body for stage in stages if isinstance(stage.body, Checklist | Form)]
    assert found
    return found


def rows(body: Checklist | Form) -> list[str]:
    return [r.name for r in (body.requirements if isinstance(body, Checklist) else body.fields)]


def words_of(body: Checklist | Form) -> Iterator[str]:
    if isinstance(body, Form):
        yield from (field.field for field in body.fields)
        return
    for asked in body.requirements:
        yield from (asked.slot, *asked.kinds, *asked.substitutes)


def spoken(tree: ast.Module) -> Iterator[str]:
    """The texts and names a program works with: all but its comments and docstrings."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
        elif isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef | ast.Attribute | ast.arg):
            yield str(getattr(node, "id", None) or getattr(node, "name", None) or getattr(node, "attr", None))
