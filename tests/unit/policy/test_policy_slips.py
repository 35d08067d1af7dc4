"""Slips that would change a meaning without anyone noticing."""

import pytest

import policy_engine as pe
from policy_engine.policy.library import builtin_rules

CHILD = """# language: zh-CN
格式: 1
政策: demo/child
标题: 停用一个词条
发文机关: 示例
文号: 未载明
发文日期: 2018-06-01
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
沿用: jibei/deviation
停用: [NAME]
"""


def load(tmp_path, name):
    (tmp_path / "child.yaml").write_text(CHILD.replace("NAME", name), encoding="utf-8")
    return pe.load("demo/child", period="2018-06", rules=tmp_path)


def test_a_term_nobody_reads_can_be_switched_off(tmp_path):
    with pytest.raises(pe.LoadError) as still_read:
        load(tmp_path, "词条.用户.结算电量")
    assert "结算电量" in str(still_read.value)  # the statement shows it
    policy = load(tmp_path, "词条.用户.结算电量, 明细.用户")
    assert "settled_energy" not in {t.id for t in policy.terms_of("用户")}


def test_switching_off_a_term_that_is_not_there_is_told(tmp_path):
    with pytest.raises(pe.LoadError) as unknown:
        load(tmp_path, "词条.用户.结算电亮")
    assert unknown.value.code == "PE3031"


def test_warnings_of_reading_reach_the_policy(tmp_path):
    for path in builtin_rules().rglob("deviation.yaml"):
        text = path.read_text(encoding="utf-8")
        folder = tmp_path / path.parent.name
        folder.mkdir()
        (folder / path.name).write_bytes(text.encode("gb18030"))
    policy = pe.load("jibei/deviation", period="2018-06", rules=tmp_path)
    assert policy == pe.load("jibei/deviation", period="2018-06")
    assert len([w for w in policy.warnings if w.code.startswith("PE1")]) == 2
