"""Read the 词条 table: one row a declared term."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.diagnostics.catalog import Text
from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Fragment, Span
from policy_engine.rulefile import keywords as kw
from policy_engine.rulefile.columns import is_blank, read_header
from policy_engine.rulefile.documents import BarTable
from policy_engine.rulefile.term_flags import Flags, read_flags
from policy_engine.rulefile.term_types import NUMERIC_TYPES, TermTypeWord
from policy_engine.rulefile.words import read_places, split, split_names

__all__ = ["TermRow", "TermTypeWord", "read_terms"]

_REQUIRED = ("entity", "name", "id", "type")
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BOUNDED = NUMERIC_TYPES | {TermTypeWord.DATE, TermTypeWord.MONTH}
_LEVEL_SEPARATOR = re.compile("[<＜]")
_RUN_TOGETHER = re.compile(
    r"[/／\\|｜]|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
)  # what else people put between names
_BOUNDS_HINT = Text("写两个数，如 {example}", "write two values, such as {example}")
_LEVELS_HINT = Text("从低到高写，如 乡镇 < 县 < 省", "lowest first, such as town < county < province")
_OPTIONS_HINT = Text("名称之间用“、”隔开，如 用电、发电", "names with commas between, such as use, supply")


@dataclass(frozen=True)
class TermRow:
    """A declared term as written. ``entities`` are the parts that have it; texts are not yet checked."""

    entities: tuple[Fragment, ...]
    name: Fragment
    id: Fragment
    type: TermTypeWord
    unit: Fragment | None
    places: int | None
    aliases: tuple[Fragment, ...]
    default: Fragment | None
    nullable: bool
    sensitive: bool
    decided_below: bool
    filled_by: Fragment | None
    low: Fragment | None
    high: Fragment | None
    options: tuple[Fragment, ...]
    levels: tuple[Fragment, ...]
    span: Span


@dataclass(frozen=True)
class _Range:
    low: Fragment | None = None
    high: Fragment | None = None
    options: tuple[Fragment, ...] = ()
    levels: tuple[Fragment, ...] = ()


def read_terms(table: BarTable, language: str, report: Diagnostics) -> tuple[TermRow, ...]:
    """The rows that could be read; what is wrong with the others is reported."""
    columns = read_header(table, kw.TERM_COLUMNS, language, report)
    missing = [name for name in _REQUIRED if name not in columns]
    for name in missing:
        report.report("PE1054", table.header[0].span(), name=kw.TERM_COLUMNS[name].of(language))
    if missing:
        return ()
    rows = (_Row(columns, cells, language, report).read() for cells in table.rows)
    return tuple(row for row in rows if row is not None)


class _Row:
    def __init__(
        self, columns: dict[str, int], cells: tuple[Fragment, ...], language: str, report: Diagnostics
    ) -> None:
        self._columns = columns
        self._cells = cells
        self._language = language
        self._report = report

    def read(self) -> TermRow | None:
        before = self._report.failures
        filled = [self._required(name) for name in _REQUIRED]
        type_ = self._type()
        flags = self._flags()
        places = self._places(type_)
        unread = type_ is None or not all(filled) or self._report.failures > before
        range_ = self._range(type_)
        # Options are known even where something is wrong with how they are listed.
        if type_ is None or unread or (self._report.failures > before and not range_.options):
            return None
        return TermRow(
            entities=split_names(self._cells[self._columns["entity"]]),
            name=self._cells[self._columns["name"]],
            id=self._cells[self._columns["id"]],
            type=type_,
            unit=self._cell("unit"),
            places=places,
            aliases=flags.aliases,
            default=flags.default,
            nullable=flags.nullable,
            sensitive=flags.sensitive,
            decided_below=flags.decided_below,
            filled_by=flags.filled_by,
            low=range_.low,
            high=range_.high,
            options=range_.options,
            levels=range_.levels,
            span=self._cells[0].span().to(self._cells[-1].span()),
        )

    def _cell(self, name: str) -> Fragment | None:
        """A cell with something in it."""
        index = self._columns.get(name)
        cell = None if index is None else self._cells[index]
        return None if is_blank(cell) else cell

    def _header(self, name: str) -> str:
        return kw.TERM_COLUMNS[name].of(self._language)

    def _required(self, name: str) -> bool:
        cell = self._cell(name)
        if cell is None:
            at = self._cells[self._columns[name]].span()
            self._report.report("PE1060", at, name=self._header(name))
        elif name == "id" and not _ID.fullmatch(cell.text):
            self._report.report("PE1063", cell.span(), value=cell.text)
        return cell is not None

    def _type(self) -> TermTypeWord | None:
        cell = self._cell("type")
        if cell is None:
            return None
        found = kw.word_of(TermTypeWord, cell.text, self._language)
        if isinstance(found, TermTypeWord):
            return found
        choices = "、".join(kw.spellings(kw.WORDS[TermTypeWord], self._language))
        self._report.report("PE1057", cell.span(), value=cell.text, choices=choices)
        return None

    def _flags(self) -> Flags:
        cell = self._cell("other")
        return Flags() if cell is None else read_flags(cell, self._language, self._report)

    def _places(self, type_: TermTypeWord | None) -> int | None:
        cell = self._cell("places")
        if cell is None:
            return None
        if type_ is not None and type_ not in NUMERIC_TYPES:
            self._unfit("places", cell, type_)
            return None
        found = read_places(cell.text)
        if found is None:
            self._report.report("PE1045", cell.span(), value=cell.text)
        return found

    def _range(self, type_: TermTypeWord | None) -> _Range:
        cell = self._cell("range")
        if cell is None or type_ is None:
            return _Range()
        if type_ is TermTypeWord.OPTION:
            return self._options(cell)
        if type_ is TermTypeWord.LEVEL:
            return self._levels(cell)
        if type_ in _BOUNDED:
            return self._bounds(cell)
        self._unfit("range", cell, type_)
        return _Range()

    def _options(self, cell: Fragment) -> _Range:
        if _LEVEL_SEPARATOR.search(cell.text):
            self._report.report("PE1059", cell.span(), hint=_OPTIONS_HINT, value=cell.text)
        options = split_names(cell)
        if len(options) == 1 and (run := _RUN_TOGETHER.search(cell.text)):
            self._report.report("PE1059", cell.span(), hint=_OPTIONS_HINT, value=cell.text)
            return _Range(options=split(cell, re.compile(re.escape(run[0]))))
        seen: set[str] = set()
        for option in options:
            if option.text in seen:
                self._report.report("PE1095", option.span(), name=option.text)
            seen.add(option.text)
        return _Range(options=options)

    def _levels(self, cell: Fragment) -> _Range:
        levels = split(cell, _LEVEL_SEPARATOR)
        if len(levels) < 2:
            self._report.report("PE1059", cell.span(), hint=_LEVELS_HINT, value=cell.text)
        return _Range(levels=levels)

    def _bounds(self, cell: Fragment) -> _Range:
        word = kw.RANGE_TO.of(self._language)
        separator = re.compile(rf"\s{word}\s|[~～]" if word.isascii() else rf"{word}|[~～]", re.IGNORECASE)
        bounds = split(cell, separator)
        if len(bounds) != 2:
            example = f"0 {word} 10000"
            self._report.report("PE1059", cell.span(), hint=_BOUNDS_HINT, value=cell.text, example=example)
            return _Range()
        return _Range(low=bounds[0], high=bounds[1])

    def _unfit(self, column: str, cell: Fragment, type_: TermTypeWord) -> None:
        written = kw.WORDS[TermTypeWord][type_].of(self._language)
        self._report.report("PE1061", cell.span(), type=written, name=self._header(column))
