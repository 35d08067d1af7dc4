"""Every character of every value is placed at that character of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read

from policy_engine.diagnostics.span import Fragment, Source
from policy_engine.rulefile.bars import read_table
from policy_engine.rulefile.findings import Findings
from policy_engine.rulefile.nodes import Mapping, Node, Scalar, Sequence
from policy_engine.rulefile.tree import read_tree

BLANK = " \t\n\r　"
WORDS = "甲乙电量a1-. ，、。；％（）😀𠮷\"'#&*!|>[]{}%@,"
TEXTS = st.text(WORDS + "\\\n:：", min_size=1, max_size=30)
DATA = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(TEXTS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield from scalars(entry.value)
    else:
        for item in node.items:
            yield from scalars(item)


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text


def assert_placed(fragment: Fragment) -> None:
    assert len(fragment.offsets) == len(fragment.text) + 1
    assert list(fragment.offsets) == sorted(fragment.offsets)
    for ch, offset in zip(fragment.text, fragment.offsets, strict=False):
        there = fragment.source.text[offset]
        assert there == ch or there == "\\" or (there in BLANK and ch in BLANK), (fragment.text, ch, there)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.text("甲乙a1", min_size=1, max_size=5), DATA, min_size=1, max_size=3),
    st.sampled_from([None, "'", '"', "|"]),
    st.sampled_from([20, 10_000]),
    st.booleans(),
)
def test_values_keep_their_text_and_place(data: Any, style: str | None, width: int, crlf: bool) -> None:
    """Against the YAML library: whatever it writes is read back, unless a trap is told."""
    text = yaml.safe_dump(data, allow_unicode=True, default_style=style, width=width, sort_keys=False)
    source = Source("x", text.replace("\n", "\r\n") if crlf else text)
    report = Findings()
    root = read_tree(source, report)
    if root is None or report.items:
        return
    assert plain(root) == data
    for scalar in scalars(root):
        assert_placed(scalar.fragment)
        assert 0 <= scalar.span.start <= scalar.span.end <= len(source.text)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("甲乙丙", min_size=1), st.text("甲乙，。：a1 ", min_size=1), min_size=1))
def test_what_is_clean_is_not_complained_of(data: dict[str, str]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, width=10_000)
    report = Findings()
    root = read_tree(Source("x", text), report)
    assert not report.items
    assert root is not None and plain(root) == data


CELLS = st.text("甲乙a1-<>=.，、 #\"'：", max_size=8).map(str.strip)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=5),
    st.integers(1, 6),
    st.sampled_from("|｜"),
    st.booleans(),
)
def test_cells_keep_their_text_and_place(rows: list[list[str]], indent: int, bar: str, crlf: bool) -> None:
    lines = ["表: |", *(" " * indent + bar + bar.join(f" {c}  " for c in row) + bar for row in rows)]
    source = Source("x", ("\r\n" if crlf else "\n").join(lines))
    report = Findings()
    root = read_tree(source, report)
    assert isinstance(root, Mapping)
    table = read_table(root.entries[0].value, "表", report)
    assert not report.items
    assert table is not None
    assert [[c.text for c in row] for row in (table.header, *table.rows)] == rows
    for cell in (c for row in (table.header, *table.rows) for c in row):
        assert_placed(cell)
        assert cell.span().text == cell.text


def test_an_escaped_bar_belongs_to_its_cell() -> None:
    table = read("对照表:\n  甲:\n    表: |\n      | 键 | 值 |\n      | a\\|b | c |\n").lookups[0].value.table
    cell = table.rows[0][0]
    assert cell.text == "a|b"
    assert cell.source.text[cell.offsets[1]] == "|"


def test_folded_and_quoted_prose() -> None:
    doc = read(
        '条款:\n  一:\n    位置: >\n      第一行\n      第二行\n    摘要: "甲\\u4E59\\\n      丙"\n'
        "  二: {位置: 'it''s', 摘要: 第一行\n     第二行}\n"
    )
    first, second = (c.value for c in doc.clauses)
    assert [first.position.text, first.summary.text] == ["第一行 第二行\n", "甲乙丙"]
    assert [second.position.text, second.summary.text] == ["it's", "第一行 第二行"]
    for fragment in (first.position, first.summary, second.position, second.summary):
        start = fragment.source.text[fragment.offsets[0]]
        assert start == fragment.text[0]
    third = first.summary
    assert third.source.text[third.offsets[2]] == "丙"
    assert second.position.span(2).text == "''s"


def test_full_width_separators_keep_places() -> None:
    doc = read("参数：\n  幅度：{值：5%，来源：原文}\n".replace("，", ", "))
    value = doc.parameters[0].value.values[0].value
    assert value.span().text == "5%"
    assert doc.parameters[0].name.span().text == "幅度"
