"""Headers of decision tables and bracket scales."""

from __future__ import annotations

import pytest
from reading import ENGLISH_HEAD, HEAD, read

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment
from policy_engine.rulefile.decision_tables import TableColumns, read_columns, split_list
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.scales import read_brackets


def table(header: str, row: str, head: str = HEAD) -> BarTable:
    lookups, key = ("对照表", "表") if head is HEAD else ("lookups", "table")
    return read(f"{lookups}:\n  x:\n    {key}: |\n      {header}\n      {row}\n", head).lookups[0].value.table


def columns(header: str, head: str = HEAD) -> tuple[TableColumns | None, list[str]]:
    report = Diagnostics()
    language = "zh" if head is HEAD else "en"
    found = read_columns(table(header, header, head), language, report)
    return found, [item.code for item in report.items]


def test_columns_in_any_order() -> None:
    found, _ = columns("| 条款 | 则: 考核结论 | 当：负偏差电量 - 免考电量 | 行名 | 当：免考 | 则 ： 电量 |")
    assert found is not None
    assert (found.clause, found.name) == (0, 3)
    assert [(i, f.text) for i, f in found.when] == [(2, "负偏差电量 - 免考电量"), (4, "免考")]
    assert [(i, f.text) for i, f in found.then] == [(1, "考核结论"), (5, "电量")]
    assert found.when[1][1].span().text == "免考"


def test_name_and_clause_may_be_left_out() -> None:
    found, _ = columns("| 则：结论 |")
    assert found is not None and (found.name, found.clause, found.when) == (None, None, ())


def test_english_prefixes() -> None:
    found, _ = columns("| row | when: exempt | Then : verdict | clause |", ENGLISH_HEAD)
    assert found is not None
    assert [f.text for _, f in found.when] == ["exempt"]
    assert [f.text for _, f in found.then] == ["verdict"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("| 行名 | 免考 | 则：结论 |", "PE1053"),
        ("| 行名 | 当： | 则：结论 |", "PE1053"),
        ("| 行名 | 当：免考 | 当: 免考 | 则：结论 |", "PE1055"),
        ("| 行名 | 当：免考 |", "PE1062"),
        ("| when: 免考 | 则：结论 |", "PE1053"),
    ],
)
def test_a_bad_header(header: str, code: str) -> None:
    assert columns(header) == (None, [code])


def test_lists_in_cells() -> None:
    assert [f.text for f in split_list(Fragment.of("二-2、二-3, 四"))] == ["二-2", "二-3", "四"]
    assert split_list(Fragment.of("-")) == []


def test_brackets() -> None:
    report = Diagnostics()
    rows = read_brackets(
        table("| 费率 | 不低于 | 行名 | 条款 |", "| 1.2 | 100 | 二档 | 甲、乙 |"), "zh", report
    )
    assert not report.items
    assert [(r.name.text, r.threshold.text, r.inclusive, r.rate.text) for r in rows] == [
        ("二档", "100", True, "1.2")
    ]
    assert [c.text for c in rows[0].clauses] == ["甲", "乙"]
    (row,) = read_brackets(table("| over | rate |", "| 5 | 2 |", ENGLISH_HEAD), "en", report)
    assert (row.name.text, row.inclusive, row.clauses) == ("1", False, ())


def test_brackets_need_one_threshold_and_a_rate() -> None:
    report = Diagnostics()
    assert read_brackets(table("| 超过 | 不低于 | 费率 |", "| 1 | 1 | 1 |"), "zh", report) == ()
    assert len(report) == 1
