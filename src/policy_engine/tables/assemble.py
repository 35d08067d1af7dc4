"""From cells to a table: titles off the top, totals off the bottom, the rest under the header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics, Severity
from policy_engine.diagnostics.errors import InputError
from policy_engine.tables.header import Header, IsKnown, header_errors, header_index, header_of
from policy_engine.tables.limits import HEADER_SEARCH_ROWS, MAX_CELL_CHARS, MAX_COLUMNS, MAX_ERRORS
from policy_engine.tables.model import RawRow, RawTable, column_letter
from policy_engine.tables.problems import brief, fail, problem

_TOTALS: Final = frozenset({"合计", "总计", "小计"})


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or file in physical columns.

    ``findings`` is asked once all rows were read, with the line of the header: what only the format can tell
    (merged cells, formulas without a result).
    """

    name: str
    source: str
    rows: Iterable[RawRow]
    findings: Callable[[int], Iterable[Diagnostic]] = lambda header_line: ()


def assemble(grid: Grid, known: IsKnown | None, max_rows: int) -> RawTable | None:
    """The table in a grid; None if every cell is blank. Raises ``InputError`` with all findings at once."""
    rows = _without_blanks(grid.rows)
    head = list(islice(rows, HEADER_SEARCH_ROWS))
    if not head:
        return None
    at, recognised = header_index(head, known)
    header = header_of(head[at])
    titles = _title_note(grid.source, head[:at])
    if not recognised:
        notes = (*titles, problem("PE5022", source=grid.source))
        return RawTable(grid.name, grid.source, header.line, header.names, (), notes)
    return collect(grid, header, chain(head[at + 1 :], rows), max_rows, titles)


def collect(
    grid: Grid, header: Header, rows: Iterable[RawRow], max_rows: int, notes: Iterable[Diagnostic] = ()
) -> RawTable:
    """The table whose header is known; ``rows`` are those below it, none of them blank."""
    found = Diagnostics()
    for item in header_errors(header, grid.source):
        found.add(item)
    if found.errors:
        raise InputError(found.errors)
    body = _Body(grid.source, header, max_rows, found)
    for row in rows:
        body.take(row)
    for item in (*body.total_note(), *grid.findings(header.line)):
        found.add(item)
    if found.errors:
        raise InputError(found.errors)
    warnings = tuple(d for d in found.items if d.severity is not Severity.ERROR)
    return RawTable(grid.name, grid.source, header.line, header.names, tuple(body.rows), (*notes, *warnings))


class _Body:
    """Takes the rows below the header one by one."""

    def __init__(self, source: str, header: Header, max_rows: int, found: Diagnostics) -> None:
        self.rows: list[RawRow] = []
        self._totals: list[tuple[int, str]] = []
        self._source = source
        self._columns = header.columns
        self._width = len(header.columns)
        self._plain = header.columns == tuple(range(self._width))
        self._place = {column: i for i, column in enumerate(header.columns)}
        self._max_rows = max_rows
        self._found = found

    def take(self, row: RawRow) -> None:
        word = _total_word(row)
        if word:
            self._totals.append((row.line, word))
            return
        for line, earlier in self._totals:
            self._report("PE5019", line=line, word=earlier)
        self._totals.clear()
        if len(self.rows) >= self._max_rows:
            fail("PE5025", source=self._source, limit=self._max_rows)
        self.rows.append(self._under_header(row))

    def total_note(self) -> Iterator[Diagnostic]:
        if self._totals:
            lines = "、".join(str(line) for line, _ in self._totals)
            words = "、".join(dict.fromkeys(word for _, word in self._totals))
            yield problem("PE5020", source=self._source, lines=lines, word=words)

    def _under_header(self, row: RawRow) -> RawRow:
        cells = row.cells
        for cell in cells:
            if cell is not None and len(cell) > MAX_CELL_CHARS:
                self._too_long(row)
        if self._plain and len(cells) == self._width:
            return row
        for i, cell in enumerate(cells):
            if cell is not None and i not in self._place:
                self._stray(row.line, i, cell)
        picked = tuple(cells[i] if i < len(cells) else None for i in self._columns)
        lossy = frozenset(self._place[i] for i in row.lossy if i in self._place)
        return RawRow(row.line, picked, lossy)

    def _stray(self, line: int, column: int, cell: str) -> None:
        if column >= MAX_COLUMNS:
            self._report("PE5023", line=line, count=column + 1, limit=MAX_COLUMNS)
        else:
            self._report("PE5018", line=line, column=column_letter(column), value=brief(cell))

    def _too_long(self, row: RawRow) -> None:
        for i, cell in enumerate(row.cells):
            if cell is not None and len(cell) > MAX_CELL_CHARS:
                where = column_letter(i)
                self._report("PE5024", line=row.line, column=where, count=len(cell), limit=MAX_CELL_CHARS)

    def _report(self, code: str, **params: object) -> None:
        self._found.add(problem(code, source=self._source, **params))
        if len(self._found) >= MAX_ERRORS:
            raise InputError(self._found.errors)


def _without_blanks(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """Blank cells become None, blank rows vanish."""
    for row in rows:
        cells = tuple([cell if cell and not cell.isspace() else None for cell in row.cells])
        if any(cells):
            yield RawRow(row.line, cells, row.lossy)


def _total_word(row: RawRow) -> str | None:
    first = next(cell for cell in row.cells if cell is not None)
    if len(first) > 40:
        return None
    word = "".join(first.split()).rstrip(":：")
    return word if word in _TOTALS else None


def _title_note(source: str, titles: list[RawRow]) -> tuple[Diagnostic, ...]:
    if not titles:
        return ()
    text = next(cell for cell in titles[0].cells if cell is not None)
    lines = "、".join(str(row.line) for row in titles)
    return (problem("PE5021", source=source, lines=lines, text=brief(text)),)
