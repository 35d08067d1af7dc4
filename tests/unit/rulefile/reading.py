"""Small policies for the tests of reading."""

from __future__ import annotations

from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.documents import PolicyDoc
from policy_engine.rulefile.read import read_policy

HEAD = """\
# language: zh-CN
格式: 1
政策: demo/deviation
标题: 示例通知
发文机关: 示例委员会
施行: {自: 2018-06-01, 至: 未定, 按: 结算月}
"""

ENGLISH_HEAD = """\
# language: en
format: 1
policy: demo/deviation
title: A notice
issuer: A commission
in force: {from: 2018-06-01, to: open, by: settlement month}
"""


def read(body: str, head: str = HEAD) -> PolicyDoc:
    """The document of head and body, which must be free of errors."""
    document, found = read_policy(Source("demo.yaml", head + body))
    assert document is not None, [str(item) for item in found]
    assert not found
    return document


def codes(body: str, head: str = HEAD) -> list[str]:
    """The codes of what is said about head and body, in the order of the file."""
    _, found = read_policy(Source("demo.yaml", head + body))
    return [item.code for item in found]
