"""A sensitive text that was filled in, found well-formed, and is not known here."""

from __future__ import annotations

import copy
import pickle

import pytest

from policy_engine.engine.facts import FactRow, Facts, tables_from_mapping
from policy_engine.engine.reader import read_facts
from policy_engine.engine.sensitive import WITHHELD
from policy_engine.policy.model import Policy
from unit.policy.rule_text import policy_of, rule_file

TERMS = """
    用户 | 密码 | password | 文本 | | | 可空；敏感 |
    用户 | 口令 | passphrase | 文本 | | | 敏感 |
    用户 | 备注 | note | 文本 | | | 可空 |
    用户 | 底价 | floor | 电价 | 元/兆瓦时 | 3 | 可空；敏感 | 0 至 1000
    用户 | 在册 | listed | 是否 | | | 默认 是 |
    用户 | 有口令 | has | 是否 | | | |
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(rule_file('用户.有口令: {计算公式: 口令 ≠ ""}', terms=TERMS))


def read(policy: Policy, **cells: object) -> Facts:
    row = {"user_id": "1", "retailer_id": "", "passphrase": "x", **cells}
    return read_facts(policy, tables_from_mapping(policy, {"user": [row]}))


def test_the_value_is_null_and_the_row_says_that_it_is_withheld(policy: Policy) -> None:
    facts = read(policy, password=WITHHELD)
    (row,) = facts.dataset.rows["用户"]
    assert facts.problems == ()
    assert row.values["password"] is None and row.withheld == {"password"}
    (other,) = read(policy, password="").dataset.rows["用户"]
    assert other.values["password"] is None and other.withheld == frozenset()


def test_what_is_withheld_is_not_missing(policy: Policy) -> None:
    assert [p.diagnostic.code for p in read(policy, passphrase="").problems] == ["PE6016"]
    assert read(policy, passphrase=WITHHELD).problems == ()


@pytest.mark.parametrize("text", ["withheld", "WITHHELD", "Withheld.WITHHELD", str(WITHHELD), repr(WITHHELD)])
def test_no_text_is_read_as_withheld(policy: Policy, text: str) -> None:
    (row,) = read(policy, password=text).dataset.rows["用户"]
    assert row.values["password"] == text and row.withheld == frozenset()


@pytest.mark.parametrize("name", ["note", "floor", "listed", "user_id", "retailer_id"])
def test_only_a_sensitive_text_can_be_withheld(policy: Policy, name: str) -> None:
    facts = read(policy, **{name: WITHHELD})
    assert [p.diagnostic.code for p in facts.problems] == ["PE6030"]
    assert facts.dataset.rows["用户"][0].withheld == frozenset()


def test_there_is_one_of_it(policy: Policy) -> None:
    assert copy.deepcopy(WITHHELD) is WITHHELD
    assert pickle.loads(pickle.dumps(WITHHELD)) is WITHHELD


def test_neither_rows_nor_cells_show_what_they_hold(policy: Policy) -> None:
    facts = read(policy, password="hunter2")
    tables = tables_from_mapping(policy, {"user": [{"user_id": "1", "password": "hunter2"}]})
    assert "hunter2" not in repr(facts) + repr(tables) + repr(FactRow(("hunter2",)))
