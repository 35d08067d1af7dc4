"""参数 as a table: a row is a value, and the rows of one name are its timeline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.choices import SourceStatus
from policy_engine.rulefile.columns import is_blank, read_header
from policy_engine.rulefile.decision_tables import split_list
from policy_engine.rulefile.documents import BarTable, Named, ParameterDoc, ParameterValueDoc, Spanned
from policy_engine.rulefile.words import read_date

_NEEDED = ("name", "value")
Parameters = tuple[Named[ParameterDoc], ...]


def read_parameters(table: BarTable, language: str, report: Diagnostics) -> Parameters | None:
    """The parameters of a table with the columns 名称, 值, 单位, 自, 至, 复核, 来源, 条款; the first two are needed.

    None when something is wrong with it, which has been reported.
    """
    before = report.failures
    columns = read_header(table, kw.PARAMETER_COLUMNS, language, report)
    for name in _NEEDED:
        if name not in columns:
            report.report("PE1054", table.header[0].span(), name=kw.PARAMETER_COLUMNS[name].of(language))
    if report.failures > before:
        return None
    found: dict[str, tuple[Fragment, list[ParameterValueDoc]]] = {}
    for cells in table.rows:
        row = _Row({name: cells[index] for name, index in columns.items()}, language, report)
        value = row.value(cells[0].span().to(cells[-1].span()))
        if value is not None:
            written = row.cells["name"]
            found.setdefault(written.text, (written, []))[1].append(value)
    if report.failures > before:
        return None
    return tuple(_parameter(name, values) for name, values in found.values())


def _parameter(name: Fragment, values: list[ParameterValueDoc]) -> Named[ParameterDoc]:
    span = values[0].span
    doc = ParameterDoc(span=span, values=tuple(values))
    return Named[ParameterDoc](span=span, name=name, value=doc)


@dataclass(frozen=True)
class _Row:
    cells: dict[str, Fragment]
    language: str
    report: Diagnostics

    def value(self, span: Span) -> ParameterValueDoc | None:
        empty = [name for name in _NEEDED if is_blank(self.cells[name])]
        for name in empty:
            word = kw.PARAMETER_COLUMNS[name].of(self.language)
            self.report.report("PE1060", self.cells[name].span(), name=word)
        if empty:
            return None
        return ParameterValueDoc(
            span=span,
            value=self.cells["value"],
            unit=self._cell("unit"),
            from_=self._date("from_"),
            to=self._date("to"),
            review=self._date("review"),
            source=self._source(),
            clause=tuple(split_list(self.cells["clause"])) if "clause" in self.cells else (),
        )

    def _cell(self, column: str) -> Fragment | None:
        found = self.cells.get(column)
        return None if is_blank(found) else found

    def _date(self, column: str) -> Spanned[dt.date] | None:
        cell = self._cell(column)
        if cell is None or (column == "to" and kw.is_word(cell.text, kw.OPEN, self.language)):
            return None
        date = read_date(cell.text)
        if date is None:
            self.report.report("PE1040", cell.span(), value=cell.text)
            return None
        return Spanned[dt.date](span=cell.span(), value=date)

    def _source(self) -> Spanned[SourceStatus] | None:
        cell = self._cell("source")
        if cell is None:
            return None
        word = kw.word_of(SourceStatus, cell.text, self.language)
        if not isinstance(word, SourceStatus):
            choices = "、".join(kw.spellings(kw.WORDS[SourceStatus], self.language))
            name = kw.PARAMETER_COLUMNS["source"].of(self.language)
            self.report.report("PE1042", cell.span(), name=name, value=cell.text, choices=choices)
            return None
        return Spanned[SourceStatus](span=cell.span(), value=word)
