"""Small rule files for tests: the head is always the same, the rest is what the test is about."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

from policy_engine.diagnostics.errors import LoadError, PolicyEngineError
from policy_engine.diagnostics.span import Source
from policy_engine.feel.values import Month
from policy_engine.policy.bind import bind
from policy_engine.policy.model import Policy
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.read import read_policy

ENTITIES = """
全月: {代号: market, 单例: 是}
售电公司: {代号: retailer, 主键: retailer_id}
用户: {代号: user, 主键: user_id, 属于: 售电公司, 可空: 是}
打包用户: {即: 用户, 当: 所属售电公司 不为空}
直接用户: {即: 用户, 当: 所属售电公司 为空}
"""
TERM_HEADER = "| 主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围 |"
MONTH_TERM = "全月 | 结算月 | settlement_month | 月份 | | | |"


def rule_file(
    decisions: str = "",
    *,
    terms: str = "",
    entities: str = ENTITIES,
    more: str = "",
    policy: str = "t/t",
    in_force: str = "{自: 2018-01-01, 至: 未定, 按: 结算月}",
) -> str:
    """A rule file. ``terms``: one row a line, cells by ``|``; ``more``: whole sections."""
    rows = [MONTH_TERM, *(line.strip() for line in terms.strip().splitlines())]
    lines = [
        "# language: zh-CN",
        "格式: 1",
        f"政策: {policy}",
        "标题: 试行办法",
        "发文机关: 某委",
        "发文日期: 2018-01-01",
        f"施行: {in_force}",
        _section("主体", entities),
        _section("词条: |", "\n".join([TERM_HEADER, *(f"| {row} |" for row in rows)])),
        textwrap.dedent(more).strip(),
        _section("决定", decisions),
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _section(name: str, body: str) -> str:
    if not body.strip():
        return ""
    head = name if name.endswith("|") else f"{name}:"
    return f"{head}\n" + textwrap.indent(textwrap.dedent(body).strip(), "  ")


def document(text: str, name: str = "试.yaml") -> PolicyDoc:
    """The document of a rule file. Raises LoadError."""
    found, diagnostics = read_policy(Source(name, text))
    if found is None:
        raise LoadError(diagnostics)
    return found


def policy_of(*texts: str, period: str = "2018-06", options: Mapping[str, str] | None = None) -> Policy:
    """The policy of a chain of rule files, child first. Raises LoadError."""
    return bind([document(t) for t in texts], period=Month.of(period), options=options)


def codes(call: Callable[[], object]) -> list[str]:
    """The codes of the errors a call raises, in order; none when it raises nothing."""
    try:
        call()
    except PolicyEngineError as error:
        return [d.code for d in error.diagnostics]
    return []
