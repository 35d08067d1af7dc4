"""From a sheet to a bar table: the first row that holds something is the header, all below it are rows.

Nothing is guessed: a cell that nobody wrote as it reads, a blank row, a total or a remark are errors.
"""

from __future__ import annotations

import re
from heapq import nsmallest
from itertools import pairwise
from types import MappingProxyType

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.policy.table_sheets import Shown
from policy_engine.rulefile.characters import invisible
from policy_engine.rulefile.documents import BarTable
from policy_engine.tables.model import RawRow, column_letter
from policy_engine.tables.sheet import Mark
from policy_engine.tables.xlsx_sheet import column_index

_CODES = MappingProxyType(
    {
        Mark.FORMULA: "PE1080",
        Mark.ERROR: "PE1081",
        Mark.LOSSY: "PE1082",
        Mark.GROUPED: "PE1088",
        Mark.ROUNDED: "PE1089",
    }
)
_TOLD = 50  # faults of one kind in one sheet: nobody reads more
_TOTALS = frozenset({"合计", "总计", "小计", "total", "subtotal", "grand total"})
_REMARK = re.compile(
    r"(?:备\s*注|附\s*注|说\s*明|注|填表人|制表人|notes?|remarks?)(\s*[:：].*)?", re.IGNORECASE
)
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")

_SEPARATORS = Text(
    "请检查这一行的分隔符；不填的格子也要留出来",
    "check the separators of this row; keep empty cells",
)


def bar_table(shown: Shown, span: Span, report: Diagnostics) -> BarTable | None:
    """The table of a sheet; None when something is wrong with it, which has been reported.

    ``span`` is where the rule file names it. Columns without a single cell are left out.
    """
    before = report.failures
    rows = shown.sheet.rows
    if len(rows) < 2:
        report.report("PE1056", shown.view.line(rows[0].line) if rows else span)
        return None
    table = _Table(shown, report)
    table.check()
    table.warn_of_hidden()
    if shown.hidden:
        report.report("PE1084", span, what="工作表", what_en="sheet")
    return None if report.failures > before else table.read()


class _Table:
    """A sheet read strictly, its first row as the header; every fault goes to ``report``."""

    def __init__(self, shown: Shown, report: Diagnostics) -> None:
        self.sheet, self.view, self.report = shown.sheet, shown.view, report
        self.header, *self.body = shown.sheet.rows
        self._strayed: set[int] = set()
        self.columns = [i for i, cell in enumerate(self.header.cells) if cell]

    def read(self) -> BarTable:
        header = self._cells(self.header)
        rows = tuple(self._cells(row) for row in self.body)
        return BarTable(span=header[0].span().to(header[-1].span()), header=header, rows=rows)

    def check(self) -> None:
        marks = nsmallest(_TOLD, self.sheet.marks.items(), key=lambda item: item[0])
        for (line, column), mark in marks:
            cell, where = self.view.cell(line, column), f"{column_letter(column)}{line}"
            self.report.report(_CODES[mark], cell.span(), cell=where, value=cell.text)
        for merged in self.sheet.merged[:_TOLD]:
            self._merged(merged)
        for before, row in pairwise((self.header, *self.body)):
            if not row.cells and before.cells:
                self.report.report("PE1085", self.view.line(row.line), row=row.line)
        for row in self.sheet.rows:
            self._unseen(row)
        for row in self.body:
            if row.cells:
                self._below_header(row)

    def warn_of_hidden(self) -> None:
        rows = [row for row in self.sheet.rows if row.cells and row.line in self.sheet.hidden_rows]
        if rows:
            lines = "、".join(str(row.line) for row in rows)
            self._hidden(self.view.line(rows[0].line), f"第 {lines} 行", f"row {lines}")
        hidden = [i for i in self.columns if any(a <= i <= b for a, b in self.sheet.hidden_columns)]
        if hidden:
            letters = "、".join(column_letter(i) for i in hidden)
            self._hidden(
                self.view.cell(self.header.line, hidden[0]).span(), f"{letters} 栏", f"column {letters}"
            )

    def _hidden(self, span: Span, zh: str, en: str) -> None:
        self.report.report("PE1084", span, what=zh, what_en=en)

    def _cells(self, row: RawRow) -> tuple[Fragment, ...]:
        return tuple(self.view.cell(row.line, column) for column in self.columns)

    def _merged(self, merged: str) -> None:
        found = _RANGE.fullmatch(merged)
        first, last = (int(found[2]), int(found[4] or found[2])) if found else (0, self.header.line)
        if last < self.header.line or first > self.sheet.rows[-1].line:
            return  # it joins nothing that is read
        cell = self.view.cell(first, column_index(found[1])) if found else None
        span = cell.span() if cell is not None and cell.text else self.view.line(max(first, self.header.line))
        self.report.report("PE1083", span, range=merged)

    def _unseen(self, row: RawRow) -> None:
        for column, _ in enumerate(row.cells):
            cell = self.view.cell(row.line, column)
            found = invisible(cell.text)
            if found is not None:
                self.report.report("PE1016", cell.span(found[0], found[0] + 1), code_point=found[1])

    def _below_header(self, row: RawRow) -> None:
        filled = [(i, self.view.cell(row.line, i)) for i, text in enumerate(row.cells) if text]
        first = filled[0][1].text
        remark = _REMARK.fullmatch(first)
        total = "".join(first.split()).rstrip(":：").casefold() in _TOTALS
        alone = len(filled) == 1 < len(self.columns)
        if total or (remark and (alone or remark[1])):
            self.report.report("PE1087", filled[0][1].span(), row=row.line, value=first)
            return
        for column, cell in filled:
            if column not in self.columns and column not in self._strayed:
                # Below a title every cell strays: the first tells it, and the first of each column elsewhere.
                self._strayed.update([column] if len(self.columns) > 1 else range(len(row.cells)))
                where, header = f"{column_letter(column)}{row.line}", self.header.line
                self.report.report("PE1086", cell.span(), cell=where, value=cell.text, row=header)
        width, wanted = self.sheet.widths.get(row.line, len(row.cells)), self.columns[-1] + 1
        if self.sheet.separator and width < wanted:
            self.report.report(
                "PE1050",
                self.view.line(row.line),
                hint=_SEPARATORS,
                row=row.line,
                name=f"“{first}”",
                found=width,
                wanted=wanted,
            )
