"""Any bar table reads the same from the rule file, from a csv and from a workbook."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile.documents import BarTable
from unit.table_files.moved_tables import Rows, Write, write_csv, write_xlsx

HEAD = "格式: 1\n政策: t/t\n标题: 甲\n发文机关: 乙\n施行: {自: 2018-01-01, 至: 未定, 按: 结算月}\n"
# What a file refuses and a rule file does not: numbers that lost digits, errors, totals, remarks.
REFUSED = re.compile(r"[-+]?\d(\.\d+)?E\+\d{2,3}|#.*|[-+]?\d{1,3}(,\d{3})+.*|(备注|注|说明|合计|小计|总计).*")
CHARACTERS = "甲乙丙当则：:ABE0159.,，、;；\"'“”|#<>=+-*/×%()（）[]{}&!?@ _注备\u3000é😀"
CELL = (
    st.text(CHARACTERS, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: not REFUSED.fullmatch(text) and not re.fullmatch(r":?-{3,}:?", text))
)


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    width = draw(st.integers(1, 5))
    header = draw(st.lists(CELL.filter(bool), min_size=width, max_size=width, unique=True))
    row = st.lists(CELL, min_size=width, max_size=width).filter(any)
    return [header, *draw(st.lists(row, min_size=1, max_size=6))]


def bars(rows: Rows) -> str:
    lines = ("".join(f"| {cell.replace('|', chr(92) + '|')} " for cell in row) + "|" for row in rows)
    return "|\n" + "".join(f"      {line}\n" for line in lines)


def read(folder: Path, table: str) -> BarTable:
    path = folder / "规则.yaml"
    path.write_text(f"{HEAD}对照表:\n  表:\n    表: {table}\n", encoding="utf-8")
    doc, found = read_rule_file(path)
    assert doc is not None, [str(item) for item in found]
    return doc.lookups[0].value.table


def texts(table: BarTable) -> Rows:
    return [[cell.text for cell in row] for row in (table.header, *table.rows)]


def check(rows: Rows, write: Write) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = texts(read(folder, bars(rows)))
        there = read(folder, write(folder / "表", rows))
        assert texts(there) == here == [[*row] for row in rows]
        for line, row in enumerate((there.header, *there.rows), start=1):
            for cell in row:
                assert cell.span().text == cell.text
                assert cell.span().line == line


@settings(max_examples=150, deadline=None)
@given(tables())
def test_csv(rows: Rows) -> None:
    check(rows, write_csv("utf-8"))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_csv_of_an_old_editor(rows: Rows) -> None:
    check(rows, write_csv("gb18030"))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_workbook(rows: Rows) -> None:
    check(rows, write_xlsx)
