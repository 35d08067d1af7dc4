"""Small policies for one question each."""

from __future__ import annotations

from collections.abc import Sequence

from policy_engine.diagnostics.span import Source
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.model import Policy
from policy_engine.rulefile.read import read_policy

HEAD = """# language: zh-CN
格式: 1
政策: t/small
标题: 小例
发文机关: 某委
发文日期: 2018-01-01
施行: {自: 2018-01-01, 至: 未定, 按: 结算月}
主体:
"""
TREE = (
    "全月: {代号: market, 单例: 是}",
    "甲方: {代号: group, 主键: group_id}",
    "乙方: {代号: member, 主键: member_id, 属于: 甲方}",
)
COLUMNS = "主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围"


def small(
    terms: Sequence[str], decisions: str, more: str = "", tree: Sequence[str] = TREE, title: str = "小例"
) -> Policy:
    """``terms``: rows of 词条 after 结算月; ``decisions``: the entries of 决定; ``more``: further sections."""
    rows = [COLUMNS, "全月 | 结算月 | month | 月份 | | | |", *terms]
    table = "".join(f"  | {row} |\n" for row in rows)
    entities = "".join(f"  {line}\n" for line in tree)
    body = "\n".join(f"  {line}" for line in decisions.strip("\n").splitlines())
    text = f"{HEAD}{entities}词条: |\n{table}{more}决定:\n{body}\n"
    document, diagnostics = read_policy(Source(f"{title}.yaml", text))
    assert document is not None, diagnostics
    return bind([document], period=Month(2018, 6))
