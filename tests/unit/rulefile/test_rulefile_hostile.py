"""Texts that nobody means: reading them ends soon, whatever they repeat."""

from __future__ import annotations

import time

import pytest

from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.read import read_policy

HEAD = "# language: zh-CN\n格式: 1\n政策: demo/a\n"
TEXTS = {
    "a value of many digits in braces": "参数:\n  幅度: {值: " + "9" * 50_000 + "，自: 2018-06-01}\n",
    "a value of many words in braces": "参数:\n  幅度: {值: " + "甲 " * 20_000 + "，自: 2018-06-01}\n",
    "many full-width commas in braces": "参数:\n  幅度: {值: " + "甲，" * 20_000 + "：1}\n",
    "an endless line of brackets": "参数:\n  幅度: {值: " + "(" * 1_000_000 + "[1]}\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_reading_ends_soon(text: str) -> None:
    began = time.process_time()
    _, found = read_policy(Source("long.yaml", HEAD + text))
    assert found
    assert time.process_time() - began < 2


def test_a_key_that_is_a_list_is_named() -> None:
    _, found = read_policy(Source("keys.yaml", HEAD + "参数: {[甲, 乙]: 1}\n"))
    assert "“[甲, 乙]”应为名称" in [d.message() for d in found]
