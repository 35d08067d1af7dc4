"""What is accepted although YAML would not take it, and what only looks like a trap."""

from __future__ import annotations

import pytest
from reading import codes, read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("参数：\n  幅度：{值：5%}\n", "5%"),
        ("参数：  # 说明\n  幅度：\n    值： 5%  # 说明\n", "5%"),
        ("参数:\n  幅度:\n    - 值：5%\n", "5%"),
        ("参数:\n  幅度: { 值: '5%' , 来源：原文, }\n", "5%"),
        ("参数:\n  幅度:\n    值:　5%\n", "5%"),
        ("参数:\n  幅度:\n    值:\u00a05%\n", "5%"),
        ("参数:\n\t\n　\n  幅度: {值: 5%}\n", "5%"),
        ("参数:\n  幅度:\n    值: -偏差电量 * 2\n", "-偏差电量 * 2"),
        ("参数:\n  幅度:\n    值: 甲:乙\n", "甲:乙"),
        ("参数:\n  幅度:\n    值: 最大值(甲, 0)   # 注释 (未完\n", "最大值(甲, 0)"),
        ("参数:\n  幅度:\n    值: 第一行\n      注意：第二行\n", "第一行 注意：第二行"),
        ("参数:\n  幅度:\n    值:\n      注意：第二行\n", "注意：第二行"),
        ("参数:\n  幅度: {值: http://a.b/c}\n", "http://a.b/c"),
        ("参数:\n  幅度:\n    值: '> 5'\n", "> 5"),
        ('参数:\n  幅度:\n    值: "a\n      b"  # 注释\n', "a b"),
        ("参数:\n  幅度: {值: 甲,\n  }\n", "甲"),
        ("参数:\n  幅度: {\n    值: 甲  # 注释 }\n\n    # 另一条\n    , 来源: 原文}\n", "甲"),
        ("参数:\n  幅度:\n  - 值: 甲\n    来源: 原文\n", "甲"),
        ('参数:\n  幅度:\n    值: 如果 a = "甲：乙" 那么 1 否则 2\n', '如果 a = "甲：乙" 那么 1 否则 2'),
    ],
)
def test_accepted(written: str, value: str) -> None:
    assert read(written).parameters[0].value.values[0].value.text == value


def test_lines_of_a_table_are_left_alone() -> None:
    table = (
        read(
            "对照表:\n  甲:\n    表: |   # 说明\n\n      | 键 | 值：甲 |\n"
            '      | > 5 | [0..1) #2 |\n\n      | "a | 值:5 |\n'
        )
        .lookups[0]
        .value.table
    )
    assert [c.text for c in table.rows[0]] == ["> 5", "[0..1) #2"]
    assert [c.text for c in table.rows[1]] == ['"a', "值:5"]


def test_a_trap_does_not_hide_the_errors_behind_it() -> None:
    assert codes(
        "校验:\n  甲:\n    须: > 5\n  乙: {须: 最大值(a, 0), 条款: 二}\n  丙: {须：a [0], 条款: 二\n"
        "参数:\n  丁:{值:5%, 来源: 听说}\n"
    ) == ["PE1023", "PE1020", "PE1030", "PE1031", "PE1024", "PE1024", "PE1042"]


def test_the_repaired_value_is_what_was_meant() -> None:
    from policy_engine.diagnostics.span import Source
    from policy_engine.rulefile.findings import Findings
    from policy_engine.rulefile.nodes import Mapping, Scalar
    from policy_engine.rulefile.tree import read_tree

    source = Source(
        "x", "甲: {须: 最大值(a, 最小值(b, 0)), 条款: 二}\n乙:\n  须: [0..1) 且 it's\n丙:\n  须: a: b\n"
    )
    root = read_tree(source, Findings())
    assert isinstance(root, Mapping)
    found = []
    for entry in root.entries:
        assert isinstance(entry.value, Mapping)
        value = entry.value.entries[0].value
        assert isinstance(value, Scalar)
        found.append(value.text)
    assert found == ["最大值(a, 最小值(b, 0))", "[0..1) 且 it's", "a: b"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("标题二:甲\n", "PE1024"),
        ("参数:\n  甲: {值:5%}\n", "PE1024"),
        ("参数:\n  甲: {值: a, 说明：乙}\n", "PE1025"),
        ("参数:\n  甲:\n    值: %5\n", "PE1023"),
        ("参数:\n  甲:\n    值: - 5\n", "PE1023"),
        ("参数:\n  甲:\n    值: `a`\n", "PE1023"),
        ("参数:\n  甲:\n    值: {a} + 1\n", "PE1023"),
        ("参数:\n  甲:\n    值: a #3\n", "PE1022"),
        ("参数:\n  甲:\n    值: a 且 # 乙\n", "PE1022"),
        ("参数:\n  甲: {值: (0..1], 条款: 二}\n", "PE1031"),
        ("参数:\n  甲: {值: [0..1), 条款: 二}\n", "PE1023"),
        ("参数:\n  甲: {值: 1]}\n", "PE1030"),
        ("参数:\n  甲: {值: 'a}\n  乙: {值: 1}\n", "PE1030"),
        ("说明：甲：乙\n", "PE1026"),
        ("? 甲\n: 乙\n", "PE1023"),
        ("...\n", "PE1014"),
        ("参数:\n  甲: {值: 1}\r  乙: {值: 1}\n", "PE1016"),
        ("参数:\n  甲: {值: 5%, 值: 6%}\n", "PE1006"),
        ("known from: 2018-06-01\n知悉日: 2018-06-01\n", "PE1004"),
    ],
)
def test_told(written: str, code: str) -> None:
    assert code in codes(written)


def test_half_a_character_is_told() -> None:
    assert codes("参数:\n  甲: {值: a\ud800}\n") == ["PE1016"]
