"""Slips of word processors and hasty fingers: read as meant where that is clear, prose left as it stands."""

from __future__ import annotations

import pytest
from reading import codes, read

CLAUSE = "条款:\n  一: {{位置: 第一条, 摘要: {text}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "［注］多用不考核",
        "【重要】多用不考核",
        "见附件，原因：另定",
        "单价（元）：另定",
        "“多用”不考核",
        "多用 不考核",
        "5%；6%",
    ],
)
def test_prose_stays_what_it_is(text: str) -> None:
    assert read(CLAUSE.format(text=text)).clauses[0].value.summary.text == text


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("参数：\n  幅度：｛值：5%，来源：原文｝\n", "5%"),
        ("参数:\n  幅度: ｛值: 5%, 来源: 原文}\n", "5%"),
        ("参数:\n  幅度: {值: 5%, 条款: ［一，二］, 来源: 原文}\n", "5%"),
        ("参数:\n  幅度: {值: 5%, 条款: 【一、二】}\n", "5%"),
        ("参数:\n  幅度: {值: “5%”}\n", "5%"),
        ("参数:\n  幅度: {值: ‘5％’}\n", "5％"),
        ("参数:\n  幅度: {值: “五”}\n", "“五”"),
        ("参数:\n\u00a0\u00a0幅度: {值: 5%}\n", "5%"),
        ("参数:\n  幅度:\n    值:\n      第一行\n      注意：第二行\n", "第一行 注意：第二行"),
        ("＃ 说明\n参数:\n  ＃ 说明\n  幅度: {值: 5%}  ＃说明\n", "5%"),
        ("参数:\n  幅度: {值: 5%}#说明\n", "5%"),
        ("参数:\n  幅度: {值: 实际⽤电量}\n", "实际用电量"),
    ],
)
def test_read_as_meant(written: str, value: str) -> None:
    assert read(written).parameters[0].value.values[0].value.text == value


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("参数:\n  幅度: {值 5%}\n", ["PE1090"]),
        ("参数:\n  幅度 {值: 5%}\n", ["PE1090"]),
        ("参数:\n  幅度；\n    值: 5%\n", ["PE1090"]),
        ("参数:\n  幅度:\n    值 5%\n    来源: 原文\n", ["PE1090"]),
        ("参数:\n  幅度: {值: 5%,, 来源: 原文}\n", ["PE1091"]),
        ("参数:\n   幅度: {值: 5%}\n  系数: {值: 5%}\n", ["PE1092"]),
        ("参数:\n幅度: {值: 5%}\n", ["PE1092"]),
        ("参数:\n  幅度:\n    值: 5%\n     来源: 原文\n", ["PE1092"]),
        ("参数:\n  幅度:\n    值: 5%\n  说明一句。\n  再说一句。\n", ["PE1093"]),
        ("参数:\n  幅度: {值: 5%} 说明\n", ["PE1094"]),
        ("参数:\n  幅度: {值: 5%，来源: 原文}\n", ["PE1096"]),
        ("参数:\n  幅度: {值: 5% 来源: 原文}\n", ["PE1096"]),
        ("参数:\n  幅度: 值: 5%, 来源: 原文}\n", ["PE1030"]),
        ("参数:\n  幅度: {值: 5%, 条款: 一, 二]}\n", ["PE1030"]),
        ("参数:\n  幅度: {值: 5%, 条款: [一, 二, 来源: 原文}\n", ["PE1030"]),
        ("参数:\n  幅度: {值:5%, 条款:[一, 二]}\n", ["PE1024", "PE1024"]),
        ("標題: 甲\n", ["PE1004"]),
    ],
)
def test_told_once(written: str, found: list[str]) -> None:
    assert codes(written) == found


TABLE = "对照表:\n  甲:\n    表: |\n{rows}\n    条款: 一\n"


@pytest.mark.parametrize(
    "rows",
    [
        "      | 市 | 甲 |\n      | 一 | 二 |",
        "       | 市 | 甲 |\n      | 一 | 二 |",
        "      | 市 | 甲 |\n  | 一 | 二 |",
        "      | 市 | 甲 |\n| 一 | 二 |",
        "      | 市 | 甲 |\n\t| 一 | 二 |",
        "      | 市 | 甲 |\n\u3000\u3000| 一 | 二 |",
        "\t\t\t| 市 | 甲 |\n\t\t\t| 一 | 二 |",
        "    | 市 | 甲 |\n    | 一 | 二 |",
        "      | 市 | 甲 |\n\n         | 一 | 二 |",
    ],
)
def test_the_indentation_of_rows_means_nothing(rows: str) -> None:
    lookup = read(TABLE.format(rows=rows)).lookups[0].value
    assert [[cell.text for cell in row] for row in lookup.table.rows] == [["一", "二"]]
    assert [c.text for c in lookup.clause] == ["一"]


def test_places_in_a_moved_row_are_those_of_the_file() -> None:
    text = TABLE.format(rows="      | 市 | 甲 |\n  | 一 | 二 |")
    cell = read(text).lookups[0].value.table.rows[0][1]
    span = cell.span()
    assert span.source.text[span.start : span.end] == "二"
