"""The table of terms."""

from __future__ import annotations

import pytest
from reading import ENGLISH_HEAD, HEAD, read

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.rulefile.terms import TermRow, TermTypeWord, read_terms

HEADER = "| 主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围 |"


def rows(*lines: str, header: str = HEADER, head: str = HEAD) -> tuple[tuple[TermRow, ...], list[str]]:
    key = "词条" if head is HEAD else "terms"
    doc = read(f"{key}: |\n" + "".join(f"  {line}\n" for line in (header, *lines)), head)
    assert doc.terms is not None
    report = Diagnostics()
    return read_terms(doc.terms, doc.language, report), [item.code for item in report.items]


def one(line: str, header: str = HEADER, head: str = HEAD) -> TermRow:
    (row,), found = rows(line, header=header, head=head)
    assert not found
    return row


def test_a_full_row() -> None:
    row = one(
        "| 售电公司、用户 | 合同电量 | contract_energy | 电量 | 兆瓦时 | 3 "
        "| 可空；敏感; 又名 合约电量、合同量；默认 0；待下位决定 | 0 至 10000 |"
    )
    assert [e.text for e in row.entities] == ["售电公司", "用户"]
    assert (row.name.text, row.id.text, row.type) == ("合同电量", "contract_energy", TermTypeWord.ENERGY)
    assert row.unit and row.unit.text == "兆瓦时"
    assert row.places == 3
    assert row.nullable and row.sensitive and row.decided_below
    assert [a.text for a in row.aliases] == ["合约电量", "合同量"]
    assert row.default and row.default.text == "0"
    assert row.low and row.high and (row.low.text, row.high.text) == ("0", "10000")
    assert row.high.span().text == "10000"


def test_what_is_blank_is_absent() -> None:
    row = one("| 用户 | 登记名 | name | 文本 | - | | - | |")
    assert (row.unit, row.places, row.default, row.low, row.high) == (None,) * 5
    assert (row.options, row.levels, row.aliases) == ((), (), ())
    assert not (row.nullable or row.sensitive or row.decided_below)


def test_options_and_levels() -> None:
    options = one("| 用户 | 方向 | side | 选项 | | | | 用电、发电，储能 |")
    assert [o.text for o in options.options] == ["用电", "发电", "储能"]
    levels = one("| 用户 | 层级 | level | 等级 | | | | 乡镇 < 县＜省 |")
    assert [o.text for o in levels.levels] == ["乡镇", "县", "省"]


def test_dates_may_have_a_range() -> None:
    row = one("| 用户 | 开户日 | opened_on | 日期 | | | | 2000-01-01 至 2100-12-31 |")
    assert row.low and row.low.text == "2000-01-01"


def test_columns_stand_in_any_order_and_may_be_left_out() -> None:
    row = one("| exempt | 免考 | 是否 | 用户 |", header="| 代号 | 名称 | 类型 | 主体 |")
    assert (row.id.text, row.type) == ("exempt", TermTypeWord.BOOLEAN)


def test_english() -> None:
    row = one(
        "| user, retailer | Contract | contract | date range | | | nullable; alias agreed; default x | |",
        header="| entity | name | id | type | unit | places | other | range |",
        head=ENGLISH_HEAD,
    )
    assert row.type is TermTypeWord.DATE_RANGE
    assert row.nullable and row.aliases[0].text == "agreed"
    assert row.default and row.default.text == "x"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("| 用户 | 甲 | a | 整数 | | | | |", "PE1057"),
        ("| 用户 | 甲 | 甲 | 数 | | | | |", "PE1063"),
        ("| 用户 | 甲 | a | 数 | | -1 | | |", "PE1045"),
        ("| 用户 | 甲 | a | 数 | | | 可以空 | |", "PE1058"),
        ("| 用户 | 甲 | a | 数 | | | 默认 1；默认 2 | |", "PE1058"),
        ("| 用户 | 甲 | a | 数 | | | | 0 至 1 至 2 |", "PE1059"),
        ("| 用户 | 甲 | a | 等级 | | | | 县 |", "PE1059"),
        ("| 用户 | 甲 | a | 文本 | | | | 0 至 1 |", "PE1061"),
        ("| 用户 | 甲 | a | 日期 | | 2 | | |", "PE1061"),
        ("| 用户 | | a | 数 | | | | |", "PE1060"),
    ],
)
def test_a_bad_row_is_told_and_left_out(line: str, code: str) -> None:
    read_rows, found = rows(line, "| 用户 | 好 | good | 数 | | | | |")
    assert found == [code]
    assert [row.id.text for row in read_rows] == ["good"]


def test_places_from_0_to_12() -> None:
    assert one("| 用户 | 甲 | a | 数 | | 0 | | |").places == 0
    assert one("| 用户 | 甲 | a | 数 | | １２ | | |").places == 12
