"""``policy-engine steps``: look a step up, in the words of a policy, and hand the steps to an editor."""

from __future__ import annotations

import json

import pytest

from policy_engine.cli.main import run


@pytest.fixture
def told(capsys):
    def call(*words):
        capsys.readouterr()
        code = run(["steps", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_all_steps(told):
    code, out, err = told()
    assert (code, err) == (0, "")
    assert out.startswith(
        "—— 假如：说明事实 ——\n\n假如 适用政策“{政策}”，结算月为{月份}\n    选定政策和结算月。"
    )
    assert "\n—— 当：办理 ——\n" in out and "\n—— 那么：检查结果 ——\n" in out
    assert "    例：那么 用户“甲”应适用“二-3”\n" in out
    assert "（下面接一张表，每行以“|”开头和结尾）" in out


def test_steps_by_words(told):
    code, out, _ = told("退回", "理由")
    assert code == 0
    assert out.count("\n那么 ") == 1 and "\n那么 {谁}应退回，理由为“{理由}”\n" in out
    assert told("没有", "这样的话") == (1, "", "没有步骤提到“没有 这样的话”；不写词可以看全部步骤\n")


def test_in_the_words_of_a_policy(told):
    code, out, _ = told("--policy", "jibei/deviation", "有下列")
    assert code == 0
    assert "例：假如 有下列用户：\n        | 用户 | 售电公司 | 合同电量（兆瓦时）" in out
    assert "政策“jibei/deviation”没有可用之处" in told("--policy", "jibei/deviation")[1]


def test_rules_of_ones_own(told, tmp_path):
    from pathlib import Path

    rules = Path(__file__).parents[2] / "fixtures" / "steps" / "rules"
    code, out, _ = told("--policy", "east-harbour/response", "--rules", rules, "有下列")
    assert (code, "假如 有下列工厂：" in out) == (0, True)
    code, _, err = told("--policy", "jibei/deviatoin")
    assert code == 1 and "PE4001" in err


def test_in_english(told):
    code, out, _ = told("--lang", "en", "cites")
    assert code == 0
    assert "check that the row that decided cites this clause" in out
    assert "-- 那么 (then): check --" in out


def test_snippets(told, tmp_path):
    file = tmp_path / "新 文件夹" / "步骤.code-snippets"
    code, out, _ = told("--policy", "jibei/deviation", "--snippets", file)
    assert code == 0
    made = json.loads(file.read_text(encoding="utf-8"))
    assert out == f"{len(made)} 个步骤写入 {file}\n"
    assert "假如 有下列{主体}：" in made


def test_snippets_go_into_no_other_file(told, tmp_path):
    file = tmp_path / "规则.yaml"
    code, _, err = told("--snippets", file)
    assert code == 64 and ".code-snippets" in err
    assert not file.exists()
